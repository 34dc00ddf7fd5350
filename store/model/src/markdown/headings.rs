//! Which headings stand over a place.

use super::Parsed;

impl Parsed {
    /// The headings over a byte of the source, outermost first, as they are shown. A heading stands
    /// over its own words too.
    #[must_use]
    pub fn headings_over(&self, byte: usize) -> Vec<String> {
        let block = self.block_at(byte);
        let mut over: Vec<(u8, &str)> = Vec::new();
        for heading in self.outline() {
            if heading.block > block {
                break;
            }
            over.retain(|(level, _)| *level < heading.level);
            over.push((heading.level, &heading.text));
        }
        over.into_iter().map(|(_, text)| text.to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DocumentKind, parse};

    #[test]
    fn a_heading_stands_over_what_follows_until_one_of_its_rank() {
        let text = "Intro\n\n# A\n\na\n\n### B\n\nb\n\n## C\n\nc\n\n# D\n\nd\n";
        let parsed = parse(text.into(), DocumentKind::Markdown);
        let over = |word: &str| parsed.headings_over(text.find(word).unwrap());
        assert_eq!(over("Intro"), [""; 0]);
        assert_eq!(over("a\n"), ["A"]);
        assert_eq!(over("b\n"), ["A", "B"]);
        assert_eq!(over("c\n"), ["A", "C"]);
        assert_eq!(over("# D"), ["D"]);
        assert_eq!(over("d\n"), ["D"]);
        assert_eq!(parsed.headings_over(usize::MAX), ["D"]);
    }
}

//! Which headings stand over a place.

use super::Parsed;

/// The headings of a text, made ready to be asked about any number of places.
#[derive(Debug)]
pub(crate) struct Headings {
    /// Where each begins, its level, and what it shows.
    all: Vec<(usize, u8, String)>,
}

impl Headings {
    pub(crate) fn of(parsed: &Parsed) -> Self {
        let all = parsed.outline().iter().map(|heading| {
            let start = parsed.blocks()[heading.block].range.start;
            (start, heading.level, heading.text.clone())
        });
        Self { all: all.collect() }
    }

    /// Those over a byte, outermost first, as they are shown. A heading is over its own words.
    pub(crate) fn over(&self, byte: usize) -> Vec<&str> {
        let before = self.all.partition_point(|(start, ..)| *start <= byte);
        let mut level = u8::MAX;
        let mut over = Vec::new();
        for (_, of, words) in self.all[..before].iter().rev() {
            if *of < level {
                level = *of;
                over.push(words.as_str());
            }
            if level <= 1 {
                break;
            }
        }
        over.reverse();
        over
    }

    /// What each of them shows, in the order of the text.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|(.., words)| words.as_str())
    }
}

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

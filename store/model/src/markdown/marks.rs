//! The marks around words that are selected.

use std::ops::Range;

use super::{Parsed, Piece};

impl Parsed {
    /// A stretch of source with both marks of what it has one mark and all words of: of
    /// `Dig *deep`, where that is all that is emphasised, `Dig *deep*`.
    #[must_use]
    pub fn with_marks(&self, mut range: Range<usize>) -> Range<usize> {
        for end in [range.start, range.end.saturating_sub(1)] {
            let index = self.block_at(end);
            let Some(block) = self.blocks().get(index) else {
                continue;
            };
            let base = block.range.start;
            for rich in self.flow(index).pieces.iter().flat_map(Piece::texts) {
                // What is before the block counts as before its first byte.
                let within = range.start.saturating_sub(base)..range.end.saturating_sub(base);
                let with = rich.with_marks(within.clone());
                if with.start < within.start {
                    range.start = base + with.start;
                }
                if with.end > within.end {
                    range.end = base + with.end;
                }
            }
        }
        range
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DocumentKind, parse};

    #[test]
    fn no_half_of_a_pair_of_marks_is_left() {
        let text = "Dig *deep* and **wide *and* long**.\n\n- See [the plan](a.md) `now`\n";
        let parsed = parse(text.into(), DocumentKind::Markdown);
        let with = |words: &str| {
            let start = text.find(words).expect("the words");
            &text[parsed.with_marks(start..start + words.len())]
        };
        assert_eq!(with("Dig *deep"), "Dig *deep*");
        assert_eq!(with("deep* and"), "*deep* and");
        assert_eq!(with("deep"), "deep");
        assert_eq!(with("wide *and"), "wide *and*");
        assert_eq!(with("and **wide *and* long"), "and **wide *and* long**");
        assert_eq!(with("See [the plan"), "See [the plan](a.md)");
        assert_eq!(with("See [the"), "See [the");
        assert_eq!(
            with("deep* and **wide *and* long**.\n\n- See [the plan](a.md) `now"),
            "*deep* and **wide *and* long**.\n\n- See [the plan](a.md) `now`"
        );
    }
}

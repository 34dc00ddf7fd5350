//! Where bytes of a text are, as people say it: the line, and the headings over it.

use std::ops::{Range, RangeInclusive};

use crate::markdown::{DocumentKind, Headings, parse};

/// A text made ready to be asked about any number of places.
#[derive(Debug)]
pub struct Whereabouts<'t> {
    text: &'t str,
    /// The first byte of each line.
    lines: Vec<usize>,
    headings: Headings,
}

impl<'t> Whereabouts<'t> {
    /// Reads a text as what a file of this name holds.
    #[must_use]
    pub fn new(text: &'t str, path: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let parsed = parse(text.into(), DocumentKind::of_path(path));
        Self {
            text,
            lines: std::iter::once(0).chain(ends.map(|(i, _)| i + 1)).collect(),
            headings: Headings::of(&parsed),
        }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The line of a byte, counted from one.
    #[must_use]
    pub fn line_of(&self, byte: usize) -> usize {
        self.lines.partition_point(|start| *start <= byte)
    }

    /// The lines that bytes are on. A line end belongs to the line that it ends.
    #[must_use]
    pub fn lines_of(&self, range: &Range<usize>) -> RangeInclusive<usize> {
        let last = if range.is_empty() {
            range.start
        } else {
            range.end - 1
        };
        self.line_of(range.start)..=self.line_of(last)
    }

    /// All bytes of the lines that touch `range`, with the end of the last one.
    #[must_use]
    pub fn whole_lines(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.lines[self.line_of(range.start) - 1];
        let next = self.lines.get(self.line_of(range.end));
        start..next.copied().unwrap_or(self.text.len())
    }

    /// The headings over a byte, outermost first, as they are shown. A heading is over its own words.
    #[must_use]
    pub fn headings_over(&self, byte: usize) -> Vec<&str> {
        self.headings.over(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "intro\n# A\nx\n## B\r\ny\n### C\nz\n## D\nlast";

    #[test]
    fn bytes_have_lines_and_headings() {
        let whereabouts = Whereabouts::new(TEXT, "a.md");
        let at = |words: &str| TEXT.find(words).unwrap();
        assert_eq!(whereabouts.line_of(at("z")), 7);
        assert_eq!(whereabouts.line_of(TEXT.len()), 9);
        assert_eq!(whereabouts.lines_of(&(0..6)), 1..=1);
        assert_eq!(whereabouts.lines_of(&(0..7)), 1..=2);
        assert_eq!(whereabouts.lines_of(&(6..6)), 2..=2);
        assert_eq!(whereabouts.headings_over(at("z")), ["A", "B", "C"]);
        assert_eq!(whereabouts.headings_over(at("## D")), ["A", "D"]);
        assert_eq!(whereabouts.headings_over(at("intro")), [""; 0]);
        assert_eq!(
            &TEXT[whereabouts.whole_lines(&(at("x")..at("B")))],
            "x\n## B\r\n"
        );
        assert_eq!(
            &TEXT[whereabouts.whole_lines(&(at("last") + 1..TEXT.len()))],
            "last"
        );
    }

    #[test]
    fn an_empty_text_has_one_line() {
        let whereabouts = Whereabouts::new("", "a.md");
        assert_eq!(whereabouts.lines_of(&(0..0)), 1..=1);
        assert_eq!(whereabouts.whole_lines(&(0..0)), 0..0);
    }
}

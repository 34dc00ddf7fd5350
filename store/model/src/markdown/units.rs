//! Words, sentences and paragraphs in the order of reading, as the source that they came from.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::{Parsed, Rich};

/// A stretch of text that a reader takes in as one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// A word, with what hangs together with it.
    Word,
    /// A sentence, without the space behind it.
    Sentence,
    /// A paragraph, a heading, a cell of a table or a block of code.
    Paragraph,
}

impl Parsed {
    /// The first unit of a document that ends behind a byte of its source: the one that holds it,
    /// or else the next.
    #[must_use]
    pub fn unit_from(&self, unit: Unit, byte: usize) -> Option<Range<usize>> {
        let blocks = self.block_at(byte)..self.blocks.len();
        blocks.into_iter().find_map(|index| {
            let units = self.units(unit, index);
            units.into_iter().find(|range| range.end > byte)
        })
    }

    /// The last unit of a document that begins before a byte of its source.
    #[must_use]
    pub fn unit_before(&self, unit: Unit, byte: usize) -> Option<Range<usize>> {
        let blocks = 0..(self.block_at(byte) + 1).min(self.blocks.len());
        blocks.into_iter().rev().find_map(|index| {
            let units = self.units(unit, index);
            units.into_iter().rev().find(|range| range.start < byte)
        })
    }

    /// The units of a block, in the order of the text.
    fn units(&self, unit: Unit, index: usize) -> Vec<Range<usize>> {
        let base = self.blocks[index].range.start;
        let flow = self.flow(index);
        let texts = flow.pieces.iter().flat_map(super::Piece::texts);
        texts
            .flat_map(|rich| {
                shown_units(unit, rich).into_iter().map(move |shown| {
                    let source = rich.source_of(shown);
                    base + source.start..base + source.end
                })
            })
            .filter(|range| !range.is_empty())
            .collect()
    }
}

fn shown_units(unit: Unit, rich: &Rich) -> Vec<Range<usize>> {
    let text = rich.text.as_str();
    let trimmed = |start: usize, part: &str| {
        let start = start + part.len() - part.trim_start().len();
        start..start + part.trim().len()
    };
    match unit {
        Unit::Word => text
            .unicode_word_indices()
            .map(|(start, word)| start..start + word.len())
            .collect(),
        Unit::Sentence => text
            .split_sentence_bound_indices()
            .map(|(start, sentence)| trimmed(start, sentence))
            .filter(|range| !range.is_empty())
            .collect(),
        Unit::Paragraph if text.trim().is_empty() => Vec::new(),
        Unit::Paragraph => vec![trimmed(0, text)],
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DocumentKind, parse};
    use super::*;

    const TEXT: &str = "# Dig *deep*\n\nTwo beds. By **the wall**, no?\n\n---\n\n| a | b c |\n|---|---|\n| d | e |\n\n```\nlet x;\n```\n";

    fn all(unit: Unit) -> Vec<&'static str> {
        let parsed = parse(TEXT.into(), DocumentKind::Markdown);
        let mut found = Vec::new();
        let mut byte = 0;
        while let Some(range) = parsed.unit_from(unit, byte) {
            found.push(&TEXT[range.clone()]);
            byte = range.end;
        }
        let mut back = Vec::new();
        let mut byte = TEXT.len();
        while let Some(range) = parsed.unit_before(unit, byte) {
            back.insert(0, &TEXT[range.clone()]);
            byte = range.start;
        }
        assert_eq!(found, back, "the same there and back");
        found
    }

    #[test]
    fn every_unit_is_reached_there_and_back() {
        let words = "Dig deep Two beds By the wall no a b c d e let x";
        assert_eq!(all(Unit::Word).join(" "), words);
        assert_eq!(
            all(Unit::Sentence)[..3],
            ["Dig *deep", "Two beds.", "By **the wall**, no?"]
        );
        assert_eq!(
            all(Unit::Paragraph),
            [
                "Dig *deep",
                "Two beds. By **the wall**, no?",
                "a",
                "b c",
                "d",
                "e",
                "let x;"
            ]
        );
    }

    #[test]
    fn the_unit_around_a_byte_is_the_one_from_there() {
        let parsed = parse(TEXT.into(), DocumentKind::Markdown);
        let at = TEXT.find("eds").unwrap();
        let word = parsed.unit_from(Unit::Word, at).unwrap();
        assert_eq!(&TEXT[word], "beds");
        assert_eq!(parsed.unit_from(Unit::Word, TEXT.len()), None);
        assert_eq!(parsed.unit_before(Unit::Word, 0), None);
        let empty = parse("".into(), DocumentKind::Markdown);
        assert_eq!(empty.unit_from(Unit::Word, 0), None);
        assert_eq!(empty.unit_before(Unit::Word, 9), None);
    }
}

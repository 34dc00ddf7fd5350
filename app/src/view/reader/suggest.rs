//! Words that notes suggest, set behind those that they would replace.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;

use egui::Color32;
use postil_model::markdown::{Rich, Style, Table};

use super::sheet::Sheet;
use crate::view::margin::{from_byte, shortened};

impl Sheet<'_> {
    /// A text of the block at `base` with what is suggested for it.
    pub(super) fn with_suggestions<'r>(&self, rich: &'r Rich, base: usize) -> Cow<'r, Rich> {
        let mut with = Cow::Borrowed(rich);
        let (Some(first), Some(last)) = (rich.runs.first(), rich.runs.last()) else {
            return with;
        };
        let own = base + first.source.start..base + last.source.end;
        for note in from_byte(self.notes, own.start) {
            if note.range.start >= own.end {
                break;
            }
            let Some(words) = &note.suggested else {
                continue;
            };
            // What is cut by the end of this text has its words in the next.
            if note.range.end <= own.start || note.range.end > own.end {
                continue;
            }
            let after = note.range.end - base;
            if let Some(inserted) = with.with_inserted(&shortened(words), after, Style::ADDED) {
                with = Cow::Owned(inserted);
            }
        }
        with
    }

    /// A table of the block at `base` with what is suggested for its cells, and a number that tells it
    /// from the table without.
    pub(super) fn table_with_suggestions<'t>(
        &self,
        table: &'t Table,
        base: usize,
    ) -> (Cow<'t, Table>, u64) {
        let mut with = Cow::Borrowed(table);
        let mut hasher = DefaultHasher::new();
        let runs = || table.rows.iter().flatten().flat_map(|cell| &cell.runs);
        let (Some(first), Some(last)) = (runs().next(), runs().next_back()) else {
            return (with, 0);
        };
        let own = base + first.source.start..base + last.source.end;
        let notes = from_byte(self.notes, own.start).iter();
        let has_words = notes
            .take_while(|note| note.range.start < own.end)
            .any(|note| note.suggested.is_some());
        if !has_words {
            return (with, 0);
        }
        for (r, row) in table.rows.iter().enumerate() {
            for (c, cell) in row.iter().enumerate() {
                if let Cow::Owned(cell) = self.with_suggestions(cell, base) {
                    (r, c, &cell.text).hash(&mut hasher);
                    with.to_mut().rows[r][c] = cell;
                }
            }
        }
        (with, hasher.finish())
    }
}

/// Colours of a text as they are once words were put into it, which have `ink`. The colours follow each
/// other without gaps.
pub(super) fn around_put_in(
    colours: impl Iterator<Item = (Range<usize>, Color32)>,
    rich: &Rich,
    ink: Color32,
) -> Vec<(Range<usize>, Color32)> {
    let put_in = rich.runs.iter().filter(|run| run.source.is_empty());
    let mut put_in = put_in.map(|run| run.shown.clone()).peekable();
    let mut n_bytes = 0;
    let mut around = Vec::new();
    for (range, color) in colours {
        let mut start = range.start + n_bytes;
        while let Some(words) = put_in.next_if(|words| words.start < range.end + n_bytes) {
            around.extend([(start..words.start, color), (words.clone(), ink)]);
            n_bytes += words.len();
            start = words.end;
        }
        around.push((start..range.end + n_bytes, color));
    }
    around
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_go_around_words_that_were_put_in() {
        let [red, blue, ink] = [Color32::RED, Color32::BLUE, Color32::BLACK];
        let colours = [(0..3, red), (3..9, blue)];
        let rich = Rich::verbatim("let seeds = 1", 0, Style::default());
        let put = |after| rich.with_inserted("xy", after, Style::ADDED);
        let around = |after| {
            let rich = put(after).expect("a place");
            around_put_in(colours.iter().cloned(), &rich, ink)
        };
        assert_eq!(
            around(2),
            [(0..2, red), (2..4, ink), (4..5, red), (5..11, blue)]
        );
        assert_eq!(
            around(3),
            [(0..3, red), (3..3, blue), (3..5, ink), (5..11, blue)]
        );
        // Behind all that is coloured.
        assert_eq!(around(9), [(0..3, red), (3..9, blue)]);
    }
}

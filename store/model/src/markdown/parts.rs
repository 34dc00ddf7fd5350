//! Where blocks that are too large to be laid out whole are cut.

use std::ops::Range;

/// A paragraph that shows more comes in parts.
const MAX_WORDS_BYTES: usize = 8 * 1024;
/// The size of a part of a paragraph.
const WORDS_BYTES: usize = 2 * 1024;
/// A table of more rows comes in parts.
const MAX_ROWS: usize = 60;
/// Rows of a part of a table, and how long their source is, at the most.
const PART_ROWS: usize = 30;
const ROWS_BYTES: usize = 4 * 1024;
/// The size of a piece of what is shown as source.
const PIECE_BYTES: usize = 2 * 1024;
/// The size of a piece of what is too deep: thousands of equal marks take a font's shaper longer.
const DEEP_PIECE_BYTES: usize = 512;

/// Where a paragraph or a table can be cut into parts, gathered while it is read.
#[derive(Debug, Default)]
pub(super) struct Cuts {
    places: Vec<usize>,
    last: usize,
    n_rows: usize,
    n_rows_of_part: usize,
}

impl Cuts {
    /// Of a block that begins at this byte.
    pub(super) fn new(start: usize) -> Self {
        Self {
            last: start,
            ..Self::default()
        }
    }

    /// A row of a table, below its head, begins.
    pub(super) fn row(&mut self, start: usize) {
        self.n_rows += 1;
        let is_long = start >= self.last + ROWS_BYTES && self.n_rows_of_part > 0;
        if self.n_rows_of_part == PART_ROWS || is_long {
            self.cut(start);
            self.n_rows_of_part = 0;
        }
        self.n_rows_of_part += 1;
    }

    /// Words of a paragraph that are in nothing else, such as emphasis.
    pub(super) fn words(&mut self, text: &str, range: &Range<usize>) {
        let bytes = text.as_bytes();
        let mut at = range.start;
        while self.last + WORDS_BYTES < range.end {
            at = at.max(self.last + WORDS_BYTES);
            let is_start = |at: &usize| {
                bytes[at - 1].is_ascii_whitespace() && !bytes[*at].is_ascii_whitespace()
            };
            let Some(start) = (at.max(1)..range.end).find(is_start) else {
                return;
            };
            self.cut(start);
        }
    }

    fn cut(&mut self, at: usize) {
        self.places.push(at);
        self.last = at;
    }

    /// Whether a block that shows this much is to be cut.
    pub(super) fn is_needed(&self, n_shown: usize) -> bool {
        let is_large = if self.n_rows > 0 {
            self.n_rows > MAX_ROWS || n_shown > MAX_WORDS_BYTES
        } else {
            n_shown > MAX_WORDS_BYTES
        };
        is_large && !self.places.is_empty()
    }

    /// In rising order.
    pub(super) fn places(&self) -> &[usize] {
        &self.places
    }
}

/// The head of a table and the line below it, of the table's source.
pub(super) fn head_of(table: &str) -> &str {
    let mut ends = table.match_indices('\n').map(|(at, _)| at + 1);
    &table[..ends.nth(1).unwrap_or(table.len())]
}

/// Pieces of source, cut after lines as far as possible, else after words, else between characters.
pub(super) fn pieces(
    text: &str,
    range: Range<usize>,
    is_deep: bool,
) -> impl Iterator<Item = Range<usize>> {
    let size = if is_deep {
        DEEP_PIECE_BYTES
    } else {
        PIECE_BYTES
    };
    let mut start = range.start;
    std::iter::from_fn(move || {
        if start >= range.end {
            return None;
        }
        let end = piece_end(text, start, range.end, size);
        let piece = start..end;
        start = end;
        Some(piece)
    })
}

fn piece_end(text: &str, start: usize, end: usize, size: usize) -> usize {
    let limit = (start + size).min(end);
    if limit == end {
        return end;
    }
    let limit = text.floor_char_boundary(limit);
    let piece = &text[start..limit];
    let cut = piece
        .rfind('\n')
        .or_else(|| piece.rfind(' '))
        .map(|at| start + at + 1);
    cut.unwrap_or(limit)
}

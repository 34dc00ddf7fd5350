//! How words of a text are held on to, so that they are found again after the text was changed.

use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

use crate::TextId;

/// Words of a text, what stood around them, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// The words themselves: the source's characters, markup and all.
    pub quote: String,
    /// Up to [`Anchor::CONTEXT_CHARS`] characters of source before them.
    pub before: String,
    /// Up to [`Anchor::CONTEXT_CHARS`] characters of source after them.
    pub after: String,
    /// Their bytes in the text.
    pub range: Range<usize>,
    /// The headings over them, outermost first, as they are shown.
    pub headings: Vec<String>,
    /// The text that they were taken from.
    pub text: TextId,
}

impl Anchor {
    /// How many characters are kept on either side.
    pub const CONTEXT_CHARS: usize = 32;

    /// Holds on to the bytes `range` of `text`. A range that is not of the text is cut to it, and
    /// one that would cut what is read as one character (a letter and its accents, emoji that are
    /// joined) is widened to it.
    #[must_use]
    pub fn of(text: &str, range: Range<usize>, id: TextId, headings: Vec<String>) -> Self {
        let range = whole_characters(text, range);
        let before = &text[..range.start];
        let start = before.char_indices().rev().take(Self::CONTEXT_CHARS).last();
        let after = &text[range.end..];
        let end = after.char_indices().nth(Self::CONTEXT_CHARS);
        Self {
            quote: text[range.clone()].to_owned(),
            before: before[start.map_or(before.len(), |(at, _)| at)..].to_owned(),
            after: after[..end.map_or(after.len(), |(at, _)| at)].to_owned(),
            range,
            headings,
            text: id,
        }
    }
}

/// The range cut to the text and widened to what is read as characters.
fn whole_characters(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(range.start.min(text.len()));
    let end = text.ceil_char_boundary(range.end.clamp(start, text.len()));
    let start = boundary(text, start, Toward::Start);
    if range.is_empty() {
        return start..start;
    }
    start..boundary(text, end, Toward::End)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Toward {
    Start,
    End,
}

/// The next place at or beyond `at`, a character boundary, that no reader sees as within a character.
fn boundary(text: &str, at: usize, toward: Toward) -> usize {
    // Enough for any cluster that is written, so that a text of accents alone costs no more.
    const REACH: usize = 256;
    let window = text.floor_char_boundary(at.saturating_sub(REACH))
        ..text.ceil_char_boundary((at + REACH).min(text.len()));
    let near = &text[window.clone()];
    let mut cursor = GraphemeCursor::new(at - window.start, near.len(), true);
    if cursor.is_boundary(near, 0).unwrap_or(true) {
        return at;
    }
    let found = match toward {
        Toward::Start => cursor.prev_boundary(near, 0),
        Toward::End => cursor.next_boundary(near, 0),
    };
    found
        .ok()
        .flatten()
        .map_or(at, |found| window.start + found)
}

/// Where words are in a text that may not be the one that they were taken from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Placement {
    /// The same words at the place to which the changes around them moved it.
    Exact {
        /// Their bytes.
        range: Range<usize>,
    },
    /// The same words in another place.
    Moved {
        /// Their bytes.
        range: Range<usize>,
    },
    /// Other words, made of the old ones.
    Changed {
        /// Their bytes.
        range: Range<usize>,
        /// How much they are like the old ones, in thousandths. 1000 is the same words, where so
        /// little of what stood around them is left that they may be others.
        likeness: u16,
    },
    /// Several places are as good.
    Ambiguous {
        /// The bytes of each, the best first; at least two.
        candidates: Vec<Range<usize>>,
    },
    /// No longer there, or too little of them to say where.
    Detached,
}

impl Placement {
    /// The place to show it at, if there is one: of several the best.
    #[must_use]
    pub fn range(&self) -> Option<Range<usize>> {
        match self {
            Self::Exact { range } | Self::Moved { range } | Self::Changed { range, .. } => {
                Some(range.clone())
            }
            Self::Ambiguous { candidates } => candidates.first().cloned(),
            Self::Detached => None,
        }
    }
}

//! How words of a text are held on to, so that they are found again after the text was changed.

use std::ops::Range;

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
        /// How much they are like the old ones, in thousandths; 1000 is the same.
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

//! Which part of a text a place is in, by the headings over it.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use crate::Anchor;
use crate::markdown::{DocumentKind, Headings, parse};

/// What the headings over a place tell where those over the words were all lost.
const UNKNOWN: u16 = 500;
/// The most that they tell if the nearest one is another.
const PARTLY: usize = 500;

/// The headings of a text, read when the first place is asked about.
#[derive(Debug)]
pub(super) struct Sections<'t> {
    text: &'t str,
    known: OnceCell<Known>,
}

#[derive(Debug)]
struct Known {
    headings: Headings,
    words: BTreeSet<String>,
}

/// Whether a place is in the part of the text that the words were in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Section {
    /// How far, in thousandths.
    pub(super) agreement: u16,
    /// Whether it is in another part while that one is still there.
    pub(super) is_other: bool,
}

impl<'t> Sections<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            known: OnceCell::new(),
        }
    }

    /// Holds the headings that were over the words of `anchor` against those over a byte.
    pub(super) fn of(&self, anchor: &Anchor, byte: usize) -> Section {
        let unknown = Section {
            agreement: UNKNOWN,
            is_other: false,
        };
        let Some(nearest) = anchor.headings.last() else {
            return unknown;
        };
        let known = self.known();
        let over = known.headings.over(byte);
        if over.last() == Some(&nearest.as_str()) {
            return Section {
                agreement: 1000,
                is_other: false,
            };
        }
        let is_other = known.words.contains(nearest);
        if !anchor
            .headings
            .iter()
            .any(|words| known.words.contains(words))
        {
            return unknown;
        }
        let n_same = over
            .iter()
            .zip(&anchor.headings)
            .take_while(|(a, b)| a == b);
        let agreement = n_same.count() * PARTLY / anchor.headings.len();
        Section {
            agreement: agreement as u16,
            is_other,
        }
    }

    fn known(&self) -> &Known {
        self.known.get_or_init(|| {
            let parsed = parse(self.text.into(), DocumentKind::Markdown);
            let headings = Headings::of(&parsed);
            let words = headings.words().map(str::to_owned).collect();
            Known { headings, words }
        })
    }
}

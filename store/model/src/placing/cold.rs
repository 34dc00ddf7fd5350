//! Placing where only the anchor is known: its words and what stood around them.

use std::ops::Range;

use super::context::around;
use super::diff::solid;
use super::distance::{likeness, squeezed};
use super::find::{Squeezed, nearest};
use super::index::{Index, Needle};
use super::judge::{Expected, Found, judged};
use super::sections::Sections;
use super::warm::{Warm, inside};
use crate::{Anchor, Placement};

/// How many places are looked at: a note among many copies of its words is ambiguous long before.
const MAX_LEADS: usize = 12;
/// Around how many of them words that are only like the quote are looked for, and around how many
/// what the quote became: the diff of even a few lines costs a tenth of a millisecond.
const MAX_LIKE: usize = 8;
const MAX_TRACED: usize = 3;
/// How many bytes beside a lead its words may begin: an edit in the context moves it so far.
const SLACK: usize = 48;
/// The most steps of 64 characters by one that a search around one lead may take: a millisecond.
const MAX_SEARCH: usize = 1 << 18;
/// Of the characters of a quote one in so many may differ.
const MAX_ERRORS: usize = 4;

/// A text in which any number of anchors are looked for, made ready once.
#[derive(Debug)]
pub struct Cold<'t> {
    text: &'t str,
    index: Index,
    sections: Sections<'t>,
}

impl<'t> Cold<'t> {
    /// Makes a text ready to be searched.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            index: Index::new(text),
            sections: Sections::new(text),
        }
    }

    /// Where the words of `anchor` are in the text.
    #[must_use]
    pub fn place(&self, anchor: &Anchor) -> Placement {
        let found = self.found(anchor);
        self.judged(anchor, found, Expected::alone(anchor))
    }

    /// Where the words of each anchor are, all of one text: those that are sure tell how far text
    /// near them moved, which settles which of several equal places is meant.
    #[must_use]
    pub fn place_all(&self, anchors: &[&Anchor]) -> Vec<Placement> {
        let found: Vec<_> = anchors.iter().map(|anchor| self.found(anchor)).collect();
        let alone = |(anchor, found): (&&Anchor, &Vec<Found>)| {
            self.judged(anchor, found.clone(), Expected::alone(anchor))
        };
        let mut placements: Vec<_> = anchors.iter().zip(&found).map(alone).collect();
        let mut pins: Vec<(usize, usize)> = anchors
            .iter()
            .zip(&placements)
            .filter_map(|(anchor, placement)| match placement {
                Placement::Exact { range } => Some((anchor.range.start, range.start)),
                _ => None,
            })
            .collect();
        pins.sort_unstable();
        if pins.is_empty() {
            return placements;
        }
        for ((anchor, found), placement) in anchors.iter().zip(found).zip(&mut placements) {
            if !matches!(placement, Placement::Exact { .. }) && found.len() > 1 {
                let expected = Expected::beside(&pins, anchor);
                *placement = self.judged(anchor, found, expected);
            }
        }
        placements
    }

    fn judged(&self, anchor: &Anchor, found: Vec<Found>, expected: Expected) -> Placement {
        judged(anchor, (self.text, &self.sections), found, expected)
    }

    /// The places that have the very words of the anchor.
    pub(super) fn same(&self, anchor: &Anchor) -> Vec<Found> {
        let Some(needle) = needle(anchor) else {
            return Vec::new();
        };
        self.same_among(anchor, &needle, &self.leads(anchor, &needle))
    }

    /// Those near leads; where none of them is it beyond doubt, all others too.
    fn same_among(&self, anchor: &Anchor, needle: &Needle, leads: &[Range<usize>]) -> Vec<Found> {
        let near = leads
            .iter()
            .filter_map(|lead| self.same_words(anchor, lead));
        let found = self.weighed(anchor, near);
        if found.iter().any(Found::is_framed) {
            return found;
        }
        let is_same = |range: &Range<usize>| self.text[range.clone()] == anchor.quote;
        let elsewhere = self.index.same(needle, anchor.range.start).into_iter();
        let near = found.into_iter().map(|found| found.range);
        self.weighed(anchor, near.chain(elsewhere.filter(is_same)))
    }

    /// The places that may be meant.
    fn found(&self, anchor: &Anchor) -> Vec<Found> {
        let Some(needle) = needle(anchor) else {
            return Vec::new();
        };
        let leads = self.leads(anchor, &needle);
        let mut found = self.same_among(anchor, &needle, &leads);
        if found.iter().any(Found::is_framed) {
            return found;
        }
        // Only then: it takes a hundred times as long.
        let sought = squeezed(anchor.quote.chars());
        let like = leads.iter().take(MAX_LIKE).enumerate();
        let like = like.filter_map(|(i, lead)| {
            let by_edits = self.like_words(anchor, &sought, lead);
            by_edits.or_else(|| (i < MAX_TRACED).then(|| self.traced(anchor, lead))?)
        });
        for other in self.weighed(anchor, like) {
            if !found.iter().any(|found| found.range == other.range) {
                found.push(other);
            }
        }
        found
    }

    fn leads(&self, anchor: &Anchor, needle: &Needle) -> Vec<Range<usize>> {
        self.index.leads(needle, anchor.range.start, MAX_LEADS)
    }

    /// Each range once, with how far it is what is sought.
    fn weighed(&self, anchor: &Anchor, ranges: impl Iterator<Item = Range<usize>>) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        for range in ranges {
            if found.iter().any(|found| found.range == range) {
                continue;
            }
            let (before, after) = around(anchor, self.text, &range);
            found.push(Found {
                likeness: likeness(&anchor.quote, &self.text[range.clone()]),
                range,
                before,
                after,
            });
        }
        found
    }

    /// The quote itself near a lead.
    fn same_words(&self, anchor: &Anchor, lead: &Range<usize>) -> Option<Range<usize>> {
        let quote = anchor.quote.as_str();
        let at = lead.start..lead.start.saturating_add(quote.len());
        if self.text.get(at.clone()) == Some(quote) {
            return Some(at);
        }
        let slack = SLACK + quote.len() / MAX_ERRORS;
        let window = lead.start.saturating_sub(slack)..at.end.saturating_add(slack);
        let window = inside(self.text, window);
        let places = self.text[window.clone()].match_indices(quote);
        let starts = places.map(|(at, _)| window.start + at);
        let start = starts.min_by_key(|start| start.abs_diff(lead.start))?;
        Some(start..start + quote.len())
    }

    /// What is made of the quote by few edits near a lead.
    fn like_words(
        &self,
        anchor: &Anchor,
        sought: &[char],
        lead: &Range<usize>,
    ) -> Option<Range<usize>> {
        let text = Squeezed::of(self.text, self.window(anchor, lead));
        if sought.len().div_ceil(64) * text.len() > MAX_SEARCH {
            return None;
        }
        nearest(sought, &text, sought.len() / MAX_ERRORS)
    }

    /// What the quote became, if the text near a lead is what it and its context became.
    fn traced(&self, anchor: &Anchor, lead: &Range<usize>) -> Option<Range<usize>> {
        let window = self.window(anchor, lead);
        let old = [&anchor.before, &anchor.quote, &anchor.after];
        let old = old.map(String::as_str).concat();
        let quote = anchor.before.len()..anchor.before.len() + anchor.quote.len();
        let warm = Warm::new(&old, &self.text[window.clone()]);
        let found = warm.follow(&quote, &anchor.quote)?;
        Some(window.start + found.start..window.start + found.end)
    }

    /// The text around a lead, as far as edits may have moved the words.
    fn window(&self, anchor: &Anchor, lead: &Range<usize>) -> Range<usize> {
        let slack = SLACK * 2 + anchor.quote.len() / 2;
        let window = lead.start.saturating_sub(slack)..lead.end.saturating_add(slack);
        inside(self.text, window)
    }
}

/// What is looked up of an anchor; nothing where it has no words.
fn needle(anchor: &Anchor) -> Option<Needle> {
    let has_words = solid(&anchor.quote) > 0;
    has_words.then(|| Needle::new(&anchor.before, &anchor.quote, &anchor.after))
}

//! Placing where both texts are known: their diff tells where the words went.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::ops::Range;

use super::cold::Cold;
use super::context::between;
use super::diff::solid;
use super::distance::{likeness, squeezed};
use super::find::{Squeezed, nearest};
use super::trace::Trace;
use crate::{Anchor, Placement};

/// As many letters in a row are hardly left by chance: of the words, or of them and what stands
/// around them, words of one or two being left in any sentence that is rewritten.
const MIN_HELD: usize = 32;
/// How many bytes on each side stand around the words.
const NEIGHBOURS: usize = 64;
/// How many bytes on each side tell copies of the words apart: some lines, since copies are mostly
/// made of as many.
const WIDE: usize = 192;
/// How much better the context of another copy of the words must agree, of 2000, to doubt the diff.
const RIVAL: u16 = 150;
/// Words less alike, in thousandths, are others.
const MIN_LIKENESS: u16 = 400;
/// How many copies of the words in what replaced them are looked at, beside the likely ones.
const MAX_COPIES: usize = 16;
/// How many of them are offered.
const MAX_CANDIDATES: usize = 8;
/// What is less like the words than this is not looked for in what replaced them: half of the
/// letters of any two sentences agree.
const MIN_NEAREST: u16 = 550;
/// How much more alike another reading must be to be preferred to what the diff says: the diff is
/// right about sentences that were cut down.
const MARGIN: u16 = 200;
/// Words that are less alike are looked for all over the text too.
const MIN_KEPT: u16 = 750;
/// Words with fewer letters are found all over a text by chance.
const MIN_SOUGHT: usize = 20;
/// The most steps of 64 characters by one that one search may take: some milliseconds.
const MAX_SEARCH: usize = 1 << 20;

/// What became of one text in another: made once, then any number of notes are placed by it.
#[derive(Debug)]
pub struct Warm<'t> {
    old: &'t str,
    new: &'t str,
    trace: Trace<'t>,
    /// Made when words are first looked for all over the text.
    cold: OnceCell<Cold<'t>>,
}

/// A place, and how much its words are like the quote.
struct Found {
    range: Range<usize>,
    likeness: u16,
    is_moved: bool,
}

impl<'t> Warm<'t> {
    /// Compares two texts.
    #[must_use]
    pub fn new(old: &'t str, new: &'t str) -> Self {
        Self {
            old,
            new,
            trace: Trace::new(old, new),
            cold: OnceCell::new(),
        }
    }

    /// Where the words of `anchor` are now that were at `range` of the old text. A range that is
    /// not of the old text is cut to it.
    #[must_use]
    pub fn place(&self, anchor: &Anchor, range: Range<usize>) -> Placement {
        let range = inside(self.old, range);
        if let Some(found) = self.trace.whole(&range)
            && self.new[found.range.clone()] == anchor.quote
        {
            return self.same(anchor, &range, found.range, found.is_moved);
        }
        let sought = squeezed(anchor.quote.chars());
        let best = self.best(&range, &anchor.quote, &sought);
        if best.as_ref().is_none_or(|best| best.likeness < MIN_KEPT)
            && let Some(range) = self.elsewhere(anchor)
        {
            return Placement::Moved { range };
        }
        match best {
            Some(found) if found.likeness == 1000 => {
                self.same(anchor, &range, found.range, found.is_moved)
            }
            Some(found) if found.likeness >= MIN_LIKENESS => Placement::Changed {
                range: found.range,
                likeness: found.likeness,
            },
            _ => self.copies(anchor, &range),
        }
    }

    /// The very words in what took the place of their line, where nothing of them was left: they may
    /// have got another place in a sentence that was rewritten.
    fn copies(&self, anchor: &Anchor, old: &Range<usize>) -> Placement {
        if solid(&anchor.quote) == 0 {
            return Placement::Detached;
        }
        let line_start = self.old[..old.start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.old[old.end..]
            .find('\n')
            .map_or(self.old.len(), |n| old.end + n);
        let hole = self.trace.hole(&(line_start..line_end));
        let places = self.new[hole.clone()].match_indices(anchor.quote.as_str());
        let first = places.map(|(at, words)| hole.start + at..hole.start + at + words.len());
        let likely = self
            .cold()
            .same(anchor)
            .into_iter()
            .map(|found| found.range);
        let likely = likely.filter(|found| hole.start <= found.start && found.end <= hole.end);
        let mut found: Vec<Range<usize>> = first
            .take(MAX_COPIES)
            .chain(likely)
            .filter(|found| self.trace.whole_words(old, found.clone()) == *found)
            .collect();
        found.sort_by_cached_key(|found| (Reverse(self.agreement(old, found)), found.start));
        found.dedup();
        found.truncate(MAX_CANDIDATES);
        if found.len() > 1 {
            return Placement::Ambiguous { candidates: found };
        }
        let only = found.pop().or_else(|| self.by_anchor(anchor));
        only.map_or(Placement::Detached, |range| Placement::Changed {
            range,
            likeness: 1000,
        })
    }

    /// The very words in text that came, where what stood around them tells that it is they.
    fn by_anchor(&self, anchor: &Anchor) -> Option<Range<usize>> {
        let (Placement::Exact { range }
        | Placement::Moved { range }
        | Placement::Changed {
            range,
            likeness: 1000,
        }) = self.cold().place(anchor)
        else {
            return None;
        };
        self.trace.has_come(&range).then_some(range)
    }

    /// How much of what stood around `old` stands around `found`, in thousandths of both sides.
    fn agreement(&self, old: &Range<usize>, found: &Range<usize>) -> u16 {
        let wide = old.start.saturating_sub(WIDE)..old.end.saturating_add(WIDE);
        let wide = inside(self.old, wide);
        let (before, after) = (
            &self.old[wide.start..old.start],
            &self.old[old.end..wide.end],
        );
        let (before, after) = between(before, after, self.new, found);
        before + after
    }

    /// The place that the words at `range` of the old text have, or that of what is left of them.
    pub(super) fn follow(&self, range: &Range<usize>, quote: &str) -> Option<Range<usize>> {
        let found = self.best(range, quote, &squeezed(quote.chars()))?;
        (found.likeness >= MIN_LIKENESS).then_some(found.range)
    }

    /// What the diff left of the words, or what is much more like them in what replaced them.
    fn best(&self, range: &Range<usize>, quote: &str, sought: &[char]) -> Option<Found> {
        let left = self.trace.remains(range, sought).map(|left| Found {
            likeness: likeness(quote, &self.new[left.range.clone()]),
            range: left.range,
            is_moved: left.is_moved,
        });
        if left.as_ref().is_some_and(|left| left.likeness == 1000) {
            return left;
        }
        let other = self.in_hole(range, quote, sought);
        let known = left.as_ref().map_or(0, |left| left.likeness + MARGIN);
        other.filter(|other| other.likeness > known).or(left)
    }

    /// What is most like the words in what took their place. Even the same words are not them for
    /// certain there.
    fn in_hole(&self, range: &Range<usize>, quote: &str, sought: &[char]) -> Option<Found> {
        let text = Squeezed::of(self.new, self.trace.hole(range));
        if sought.len().div_ceil(64) * text.len() > MAX_SEARCH {
            return None;
        }
        let found = nearest(sought, &text, sought.len() / 2)?;
        let range = self.trace.whole_words(range, found);
        let likeness = likeness(quote, &self.new[range.clone()]).min(999);
        (likeness >= MIN_NEAREST).then_some(Found {
            range,
            likeness,
            is_moved: false,
        })
    }

    /// The only place with the very words, if it came with the new text.
    fn elsewhere(&self, anchor: &Anchor) -> Option<Range<usize>> {
        if anchor.quote.chars().take(MIN_SOUGHT).count() < MIN_SOUGHT {
            return None;
        }
        let [only] = &self.cold().same(anchor)[..] else {
            return None;
        };
        self.trace.has_come(&only.range).then(|| only.range.clone())
    }

    /// Says how sure one can be of the very words.
    fn same(
        &self,
        anchor: &Anchor,
        old: &Range<usize>,
        range: Range<usize>,
        is_moved: bool,
    ) -> Placement {
        if !self.is_held(old, &range) {
            return Placement::Changed {
                range,
                likeness: 1000,
            };
        }
        if let Some(rival) = self.rival(anchor, old, &range) {
            return Placement::Ambiguous {
                candidates: vec![rival, range],
            };
        }
        if is_moved {
            Placement::Moved { range }
        } else {
            Placement::Exact { range }
        }
    }

    /// Whether enough of what stood around the words stayed with them to be sure of them.
    fn is_held(&self, old: &Range<usize>, found: &Range<usize>) -> bool {
        if solid(&self.new[found.clone()]) >= MIN_HELD {
            return true;
        }
        let around = old.start.saturating_sub(NEIGHBOURS)..old.end.saturating_add(NEIGHBOURS);
        let around = inside(self.old, around);
        let near =
            found.start.saturating_sub(2 * NEIGHBOURS)..found.end.saturating_add(2 * NEIGHBOURS);
        let stayed = self.trace.pieces(&around);
        let n_stayed: usize = stayed
            .filter(|run| near.contains(&run.new))
            .map(|run| solid(&self.old[run.old..run.old_end()]))
            .sum();
        n_stayed >= MIN_HELD || n_stayed == solid(&self.old[around])
    }

    /// Another copy of the words that came with the new text and stands where they stood, by what
    /// is around it.
    fn rival(
        &self,
        anchor: &Anchor,
        old: &Range<usize>,
        found: &Range<usize>,
    ) -> Option<Range<usize>> {
        let wide = old.start.saturating_sub(WIDE)..old.end.saturating_add(WIDE);
        if self.trace.whole(&inside(self.old, wide)).is_some() {
            return None;
        }
        let least = self.agreement(old, found) + RIVAL;
        if least > 2000 {
            return None;
        }
        let others = self.cold().same(anchor).into_iter();
        let better = others
            .map(|other| (self.agreement(old, &other.range), other.range))
            .filter(|(agreement, _)| *agreement >= least)
            .filter(|(_, range)| range != found && self.trace.has_come(range));
        let best = better.max_by_key(|(agreement, range)| (*agreement, range.start));
        best.map(|(_, range)| range)
    }

    fn cold(&self) -> &Cold<'t> {
        self.cold.get_or_init(|| Cold::new(self.new))
    }
}

/// The range cut to the text and widened to its characters.
pub(super) fn inside(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(range.start.min(text.len()));
    let end = text.ceil_char_boundary(range.end.clamp(start, text.len()));
    start..end
}

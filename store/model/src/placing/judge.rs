//! Which of the places that were found for an anchor it is, and how sure that is.
//!
//! The thresholds were chosen by `cargo xtask anchoring`: those at which fewest passages are bound to
//! other words for the most that are placed. Two histories of other documents, on which none was
//! chosen alone, gave no more errors (`tests/anchoring.md`).

use std::cmp::Reverse;
use std::ops::Range;

use super::diff::solid;
use super::sections::Sections;
use crate::{Anchor, Placement};

/// Context that agrees as well, in thousandths, is the same: an edit of a letter or two, or other
/// marks at the beginning of a line.
const SAME_CONTEXT: u16 = 850;
/// Of one side alone more is asked.
const SAME_SIDE: u16 = 900;
/// How much less the other side may agree for short words.
const HALF_SIDE: u16 = 500;
/// Words with as many characters are hardly twice in a text by chance; shorter ones are, and say
/// little without their context.
const LONG: usize = 24;
const SHORT: usize = 16;
/// What it counts that a side agrees to the letter: as many characters are hardly the same by chance.
const WHOLE_SIDE: u32 = 100;
/// Places behind the best by less, with words that are as much alike but for this, are told apart
/// by the headings over them.
const CLOSE: u32 = 300;
const AS_ALIKE: u16 = 100;
/// Words with fewer characters are written again in another section, between the same words too:
/// lists of tests, answers of a form.
const WRITTEN_AGAIN: usize = 40;
/// By how much the best must be ahead of the next. With both sides of the context: less than an
/// edited letter is no difference.
const CLEAR: u32 = 100;
/// With one side: a third of what the other would have given.
const CLEAR_SIDE: u32 = 300;
/// With one side and few letters.
const CLEAR_SHORT: u32 = 900;
/// Words as much alike are the old ones edited: a quarter of their letters at most.
const ALIKE: u16 = 750;
/// Words less alike are others, whatever stands around them.
const HALF_ALIKE: u16 = 400;
/// Some of the context, so that a turn of phrase is not taken for the words.
const SOME_CONTEXT: u16 = 300;
/// As much on one side, and a few letters that are the same are shown, to be looked at.
const PART_CONTEXT: u16 = 400;
/// The context that must agree where the words are half alike.
const MOST_CONTEXT: u16 = 700;

/// A place that was looked at.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// How much its words are like the quote, in thousandths.
    pub(super) likeness: u16,
    /// How much of the context before it agrees, in thousandths.
    pub(super) before: u16,
    /// How much of the context after it agrees, in thousandths.
    pub(super) after: u16,
}

impl Found {
    /// Whether it is the same words between the same context.
    pub(super) fn is_framed(&self) -> bool {
        self.likeness == 1000 && self.before.min(self.after) >= SAME_CONTEXT
    }

    /// Whether it is the same to the letter, white space aside.
    fn is_whole(&self) -> bool {
        self.likeness == 1000 && self.before.min(self.after) == 1000
    }

    /// What speaks for it: the words the more the longer they are, since the context never is.
    fn score(&self, n_solid: usize, expected: Expected) -> u32 {
        let weight = (n_solid / 32).clamp(2, 8) as u32;
        let words = u32::from(self.likeness) * weight;
        let n_whole = u32::from(self.before == 1000) + u32::from(self.after == 1000);
        let context = u32::from(self.before + self.after) + n_whole * WHOLE_SIDE;
        words + context + expected.bonus(self.range.start)
    }
}

/// Where the words would be if nothing else tells, and how much that counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    at: usize,
    weight: u32,
}

impl Expected {
    /// Beyond as many bytes a place is just far.
    const REACH: usize = 4096;

    /// Where they were: any edit before them moves them, so this counts little.
    pub(super) fn alone(anchor: &Anchor) -> Self {
        Self {
            at: anchor.range.start,
            weight: 100,
        }
    }

    /// As far from where they were as the nearest of `pins`, the starts of sure places in the old
    /// text and in this one, in order and at least one.
    pub(super) fn beside(pins: &[(usize, usize)], anchor: &Anchor) -> Self {
        let home = anchor.range.start;
        let next = pins.partition_point(|&(old, _)| old < home);
        let around = pins[next.saturating_sub(1)..].iter().take(2);
        let nearest = around.min_by_key(|(old, _)| old.abs_diff(home));
        let at = nearest.map_or(home, |&(old, new)| (home + new).saturating_sub(old));
        Self { at, weight: 300 }
    }

    fn bonus(self, start: usize) -> u32 {
        let away = start.abs_diff(self.at).min(Self::REACH) as u32;
        self.weight - self.weight * away / Self::REACH as u32
    }
}

/// Says where the words of the anchor are, by the places that were found in `text`.
pub(super) fn judged(
    anchor: &Anchor,
    (text, sections): (&str, &Sections<'_>),
    mut found: Vec<Found>,
    expected: Expected,
) -> Placement {
    let n = solid(&anchor.quote);
    let score = |found: &Found| found.score(n, expected);
    found.sort_by_key(|found| {
        let away = found.range.start.abs_diff(expected.at);
        (Reverse(score(found)), away, found.range.start)
    });
    let (most, alike) = found
        .first()
        .map_or((0, 0), |best| (score(best), best.likeness));
    let n_close = found.partition_point(|found| most - score(found) < CLOSE);
    if n_close > 1 {
        found[..n_close].sort_by_cached_key(|found| {
            let is_alike = found.likeness.abs_diff(alike) < AS_ALIKE;
            let has_whole_side = found.before.max(found.after) == 1000;
            let section = sections.of(anchor, found.range.start).agreement;
            Reverse((is_alike, found.is_whole(), section, has_whole_side))
        });
    }
    let Some(best) = found.first() else {
        return Placement::Detached;
    };
    let (range, likeness) = (best.range.clone(), best.likeness);
    let (less, more) = (best.before.min(best.after), best.before.max(best.after));
    let lead = score(best).saturating_sub(found.get(1).map_or(0, score));
    let is_doubtful = || n < WRITTEN_AGAIN && sections.of(anchor, best.range.start).is_other;
    if best.is_framed() {
        if lead >= CLEAR {
            return if is_doubtful() {
                Placement::Changed { range, likeness }
            } else {
                Placement::Exact { range }
            };
        }
        let equals = found
            .iter()
            .filter(|other| score(best).saturating_sub(score(other)) < CLEAR);
        return Placement::Ambiguous {
            candidates: equals.map(|found| found.range.clone()).collect(),
        };
    }
    let is_sure = more >= SAME_SIDE
        && (n >= LONG && lead >= CLEAR_SIDE || less >= HALF_SIDE && lead >= CLEAR_SHORT);
    if likeness == 1000 && is_sure && !is_doubtful() {
        return Placement::Moved { range };
    }
    let is_like = if n < SHORT {
        likeness == 1000 && (more >= PART_CONTEXT || is_same_line(anchor, text, &range))
            || likeness >= HALF_ALIKE && less >= HALF_SIDE
    } else {
        likeness == 1000
            || likeness >= ALIKE && (more >= SOME_CONTEXT || n >= LONG)
            || likeness >= HALF_ALIKE && more >= MOST_CONTEXT
    };
    if is_like {
        Placement::Changed { range, likeness }
    } else {
        Placement::Detached
    }
}

/// Whether what the context has of the words' own lines is what stands there: a heading is the same
/// heading whatever was written above and below it.
fn is_same_line(anchor: &Anchor, text: &str, range: &Range<usize>) -> bool {
    let before = anchor.before.rsplit_once('\n').map(|(_, line)| line);
    let after = anchor.after.split_once('\n').map(|(line, _)| line);
    let there = text[..range.start].rsplit('\n').next();
    let behind = text[range.end..].split('\n').next();
    before.is_some() && before == there && after.is_some() && after == behind
}

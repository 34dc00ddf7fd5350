//! Placing where both texts are known: their diff tells where the words went.

use std::ops::Range;

use super::diff::{aligned, solid};
use super::distance::{Begins, Pattern, likeness, squeezed};
use super::find::{Squeezed, nearest};
use super::moves::moved;
use super::runs::{Run, between, joined};
use super::words::is_letter;
use crate::{Anchor, Placement};

/// What became of one text in another: made once, then any number of notes are placed by it.
#[derive(Debug)]
pub struct Warm<'t> {
    old: &'t str,
    new: &'t str,
    /// What the texts have in common, in the order of the old one.
    runs: Vec<Run>,
    /// What of the new text came from the old one, in the order of the new one.
    covered: Vec<Range<usize>>,
}

impl<'t> Warm<'t> {
    /// Compares two texts.
    #[must_use]
    pub fn new(old: &'t str, new: &'t str) -> Self {
        let mut runs = aligned(old, new);
        let moves = moved(old, new, &runs);
        if !moves.is_empty() {
            runs.extend(moves);
            runs = joined(runs);
        }
        let mut covered: Vec<_> = runs.iter().map(|run| run.new..run.new_end()).collect();
        covered.sort_unstable_by_key(|range| range.start);
        Self {
            old,
            new,
            runs,
            covered,
        }
    }

    /// Where the words of `anchor` are now that were at `range` of the old text. A range that is
    /// not of the old text is cut to it.
    #[must_use]
    pub fn place(&self, anchor: &Anchor, range: Range<usize>) -> Placement {
        let range = inside(self.old, range);
        let quote = anchor.quote.as_str();
        let pieces = self.pieces(&range);
        if let [piece] = pieces[..]
            && piece.len == range.len()
            && self.new[piece.new..piece.new_end()] == *quote
        {
            let found = piece.new..piece.new_end();
            return if self.is_held(&range, &found, quote) {
                same(found, piece.is_moved)
            } else {
                Placement::Changed {
                    range: found,
                    likeness: 1000,
                }
            };
        }
        let sought = squeezed(quote);
        let mut best = self
            .remains(&range, &pieces, &sought)
            .map(|(found, is_moved)| {
                let likeness = likeness(quote, &self.new[found.clone()]);
                Found {
                    range: found,
                    likeness,
                    is_moved,
                }
            });
        let is_whole = best.as_ref().is_some_and(|best| best.likeness == 1000);
        if !is_whole
            && let Some(other) = self.nearest_in_hole(&range, quote, &sought)
            && best
                .as_ref()
                .is_none_or(|best| other.likeness > best.likeness + MARGIN)
        {
            best = Some(other);
        }
        if best
            .as_ref()
            .is_none_or(|best| best.likeness < MIN_SURE_LIKENESS)
            && let Some(placement) = self.elsewhere(quote)
        {
            return placement;
        }
        match best {
            Some(found) if found.likeness == 1000 => same(found.range, found.is_moved),
            Some(Found {
                range, likeness, ..
            }) if likeness >= MIN_LIKENESS => Placement::Changed { range, likeness },
            _ => Placement::Detached,
        }
    }

    /// The runs of a range of the old text.
    fn pieces(&self, range: &Range<usize>) -> Vec<Run> {
        let first = self
            .runs
            .partition_point(|run| run.old_end() <= range.start);
        self.runs[first..]
            .iter()
            .map_while(|run| run.clip(range))
            .collect()
    }

    /// Whether enough of what stands around the words stayed with them to be sure of them.
    fn is_held(&self, range: &Range<usize>, found: &Range<usize>, quote: &str) -> bool {
        let n = solid(quote);
        if n >= MIN_HELD {
            return true;
        }
        let around = inside(
            self.old,
            range.start.saturating_sub(NEIGHBOURS)..range.end + NEIGHBOURS,
        );
        let near = found.start.saturating_sub(2 * NEIGHBOURS)..found.end + 2 * NEIGHBOURS;
        let stayed = self
            .pieces(&around)
            .into_iter()
            .filter(|run| near.contains(&run.new));
        let n_around: usize = stayed
            .map(|run| solid(&self.old[run.old..run.old_end()]))
            .sum();
        n_around >= MIN_HELD
            || self.old.matches(quote).nth(1).is_none() && self.new.matches(quote).nth(1).is_none()
    }

    /// Where what is left of the words stands together.
    fn remains(
        &self,
        range: &Range<usize>,
        pieces: &[Run],
        sought: &[char],
    ) -> Option<(Range<usize>, bool)> {
        let weight = |run: &Run| {
            let text = &self.old[run.old..run.old_end()];
            text.chars().filter(|c| !c.is_whitespace()).count()
        };
        let min = MIN_PIECE.min(sought.len());
        let mut pieces: Vec<Run> = pieces
            .iter()
            .filter(|p| weight(p) >= min)
            .copied()
            .collect();
        pieces.sort_by_key(|piece| piece.new);
        // Groups that stand near each other in the new text; the heaviest is it.
        let reach = REACH * range.len().max(MIN_PIECE);
        let mut best: Option<(usize, Range<usize>)> = None;
        let mut start = 0;
        for i in 0..pieces.len() {
            let is_last = i + 1 == pieces.len() || pieces[i + 1].new - pieces[i].new_end() > reach;
            if is_last {
                let total = pieces[start..=i].iter().map(weight).sum();
                if best.as_ref().is_none_or(|(most, _)| total > *most) {
                    best = Some((total, start..i + 1));
                }
                start = i + 1;
            }
        }
        let group = &pieces[best?.1];
        let (first, last) = (group.first()?, group.last()?);
        let found = first.new..last.new_end();
        let first_old = group.iter().map(|piece| piece.old).min()?;
        let last_old = group.iter().map(Run::old_end).max()?;
        let found = self.with_edges(range, first_old..last_old, found);
        let is_moved = group.iter().any(|piece| piece.is_moved);
        Some((self.whole_words(range, found), is_moved))
    }

    /// Takes in what replaced the edges of the words, as far as it is like them.
    fn with_edges(
        &self,
        range: &Range<usize>,
        kept: Range<usize>,
        found: Range<usize>,
    ) -> Range<usize> {
        let mut found = found;
        // Deleted beside its like: it could be either.
        let lost = &self.old[range.start..kept.start];
        let is_there = !lost.is_empty() && self.new[..found.start].ends_with(lost);
        if is_there {
            found.start -= lost.len();
        }
        let lost = &self.old[kept.end..range.end];
        let is_after = !lost.is_empty() && self.new[found.end..].starts_with(lost);
        if is_after {
            found.end += lost.len();
        }
        let kept = if is_there { range.start } else { kept.start }..if is_after {
            range.end
        } else {
            kept.end
        };
        let free = self.free_around(&found);
        let lost: Vec<char> = self.old[range.start..kept.start].chars().rev().collect();
        let come = self.new[free.start..found.start].chars().rev();
        let n_before = alike(&lost, come);
        let lost: Vec<char> = self.old[kept.end..range.end].chars().collect();
        let come = self.new[found.end..free.end].chars();
        let n_after = alike(&lost, come);
        found.start - n_before..found.end + n_after
    }

    /// The new text around `found` that did not come from the old one.
    fn free_around(&self, found: &Range<usize>) -> Range<usize> {
        let next = self
            .covered
            .partition_point(|range| range.start < found.end);
        let end = self
            .covered
            .get(next)
            .map_or(self.new.len(), |range| range.start);
        let first = self
            .covered
            .partition_point(|range| range.end <= found.start);
        let start = first.checked_sub(1).map_or(0, |i| self.covered[i].end);
        start.min(found.start)..end.max(found.end)
    }

    /// Widens to whole words where the old range had whole words.
    fn whole_words(&self, range: &Range<usize>, mut found: Range<usize>) -> Range<usize> {
        let splits = |text: &str, at: usize| {
            let before = text[..at].chars().next_back().is_some_and(is_letter);
            before && text[at..].chars().next().is_some_and(is_letter)
        };
        if !splits(self.old, range.start) {
            while splits(self.new, found.start) {
                found.start -= self.new[..found.start]
                    .chars()
                    .next_back()
                    .map_or(0, char::len_utf8);
            }
        }
        if !splits(self.old, range.end) {
            while splits(self.new, found.end) {
                found.end += self.new[found.end..]
                    .chars()
                    .next()
                    .map_or(0, char::len_utf8);
            }
        }
        found
    }

    /// What is most like the words in what took their place.
    fn nearest_in_hole(&self, range: &Range<usize>, quote: &str, sought: &[char]) -> Option<Found> {
        let hole = self.hole(range);
        let text = Squeezed::of(self.new, hole);
        if text.len() == 0 || sought.len().div_ceil(64) * text.len() > MAX_SEARCH {
            return None;
        }
        let found = nearest(sought, &text, sought.len() / 2)?;
        let found = self.whole_words(range, found);
        let likeness = likeness(quote, &self.new[found.clone()]).min(999);
        (likeness >= MIN_NEAREST).then_some(Found {
            range: found,
            likeness,
            is_moved: false,
        })
    }

    /// The same words in what is new.
    fn elsewhere(&self, quote: &str) -> Option<Placement> {
        if quote.chars().count() < MIN_SOUGHT {
            return None;
        }
        let mut all = self.new.match_indices(quote);
        if let (Some((at, _)), None) = (all.next(), all.next()) {
            let found = at..at + quote.len();
            let is_free = between(&self.covered, self.new.len())
                .iter()
                .any(|free| free.start < found.end && found.start < free.end);
            return is_free.then_some(Placement::Moved { range: found });
        }
        None
    }

    /// What stands between the nearest neighbours that are left.
    fn hole(&self, range: &Range<usize>) -> Range<usize> {
        let at = self.runs.partition_point(|run| run.old < range.start);
        let before = self.runs[..at]
            .iter()
            .rev()
            .find(|run| !run.is_moved && run.old_end() <= range.start);
        let after = self.runs[at..]
            .iter()
            .find(|run| !run.is_moved && run.old >= range.end);
        let start = before.map_or(0, Run::new_end);
        let end = after.map_or(self.new.len(), |run| run.new);
        start..end.max(start)
    }
}

const MIN_HELD: usize = 48;
const NEIGHBOURS: usize = 64;
/// Pieces of fewer characters are left over by chance.
const MIN_PIECE: usize = 4;
/// Pieces farther from the others than this many lengths of the words are not of them.
const REACH: usize = 3;
/// Words less alike, in thousandths, are others.
const MIN_LIKENESS: u16 = 400;
/// In what took the place of the words, what is less like them is something else.
const MIN_NEAREST: u16 = 550;
/// How much more alike another reading must be to be preferred to what the diff says.
const MARGIN: u16 = 200;
/// Words less alike are looked for all over the text.
const MIN_SURE_LIKENESS: u16 = 750;
/// The most steps of 64 characters by one that a search may take.
const MAX_SEARCH: usize = 1 << 20;
/// Fewer characters are found in too many places to be looked for all over a text.
const MIN_SOUGHT: usize = 20;

struct Found {
    range: Range<usize>,
    likeness: u16,
    is_moved: bool,
}

fn same(range: Range<usize>, is_moved: bool) -> Placement {
    if is_moved {
        Placement::Moved { range }
    } else {
        Placement::Exact { range }
    }
}

/// How many bytes of what came, read away from what is kept, are most like what was lost there.
fn alike(lost: &[char], come: impl Iterator<Item = char>) -> usize {
    if lost.iter().all(|c| c.is_whitespace()) {
        return 0;
    }
    let come: Vec<char> = come.take(lost.len() * 2 + 16).collect();
    let distances = Pattern::new(lost).distances(come.iter().copied(), Begins::AtStart);
    let mut best = (lost.len() as u32, 0);
    let mut n_bytes = 0;
    for (i, (distance, c)) in distances.into_iter().zip(&come).enumerate() {
        n_bytes += c.len_utf8();
        let is_end = !is_letter(*c) || !come.get(i + 1).is_some_and(|&c| is_letter(c));
        if distance < best.0 && is_end && !c.is_whitespace() {
            best = (distance, n_bytes);
        }
    }
    best.1
}

/// The range cut to the text and widened to its characters.
pub(super) fn inside(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(range.start.min(text.len()));
    let end = text.ceil_char_boundary(range.end.clamp(start, text.len()));
    start..end
}

//! Following a part of one text into another, along what the two have in common.

use std::ops::Range;

use super::diff::{aligned, solid};
use super::distance::{Begins, Pattern};
use super::moves::moved;
use super::runs::{Run, joined};
use super::words::is_letter;

/// Pieces with fewer letters are left over by chance.
const MIN_PIECE: usize = 4;
/// Pieces farther from the others than so many lengths of the words are not of them.
const REACH: usize = 3;
/// The most characters at an edge of the words of which it is asked what replaced them.
const MAX_EDGE: usize = 4096;

/// What two texts have in common.
#[derive(Debug)]
pub(super) struct Trace<'t> {
    old: &'t str,
    new: &'t str,
    /// In the order of the old text.
    runs: Vec<Run>,
    /// What of the new text came from the old one, in the order of the new one.
    covered: Vec<Range<usize>>,
}

/// Where a part of the old text is in the new one.
pub(super) struct Left {
    pub(super) range: Range<usize>,
    /// Whether some of it was cut and pasted.
    pub(super) is_moved: bool,
}

impl<'t> Trace<'t> {
    pub(super) fn new(old: &'t str, new: &'t str) -> Self {
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

    /// What is left of a range of the old text, piece by piece.
    pub(super) fn pieces(&self, range: &Range<usize>) -> impl Iterator<Item = Run> {
        let first = self
            .runs
            .partition_point(|run| run.old_end() <= range.start);
        self.runs[first..].iter().map_while(|run| run.clip(range))
    }

    /// Where a range of the old text is, if all of it stayed together.
    pub(super) fn whole(&self, range: &Range<usize>) -> Option<Left> {
        let piece = self.pieces(range).next()?;
        (piece.len == range.len()).then(|| Left {
            range: piece.new..piece.new_end(),
            is_moved: piece.is_moved,
        })
    }

    /// Where what is left of a range of the old text stands together, with what replaced its edges
    /// as far as that is like what was there. `sought` is what was there, squeezed.
    pub(super) fn remains(&self, range: &Range<usize>, sought: &[char]) -> Option<Left> {
        let weight = |run: &Run| solid(&self.old[run.old..run.old_end()]);
        let least = MIN_PIECE.min(sought.len());
        let mut pieces: Vec<Run> = self.pieces(range).filter(|p| weight(p) >= least).collect();
        pieces.sort_by_key(|piece| piece.new);
        let reach = REACH * range.len().max(MIN_PIECE);
        let groups = pieces.chunk_by(|a, b| b.new.saturating_sub(a.new_end()) <= reach);
        // Of equals the first.
        let group = groups
            .rev()
            .max_by_key(|group| group.iter().map(weight).sum::<usize>())?;
        let (start, end) = (group.first()?.new, group.last()?.new_end());
        let kept =
            group.iter().map(|piece| piece.old).min()?..group.iter().map(Run::old_end).max()?;
        let found = self.with_edges(range, kept, start..end);
        Some(Left {
            range: self.whole_words(range, found),
            is_moved: group.iter().any(|piece| piece.is_moved),
        })
    }

    /// Takes in what replaced the edges of the words, as far as it is like them.
    fn with_edges(
        &self,
        range: &Range<usize>,
        mut kept: Range<usize>,
        mut found: Range<usize>,
    ) -> Range<usize> {
        // Deleted beside its like: the one that is left could be either.
        let lost = &self.old[range.start..kept.start];
        if self.new[..found.start].ends_with(lost) {
            found.start -= lost.len();
            kept.start = range.start;
        }
        let lost = &self.old[kept.end..range.end];
        if self.new[found.end..].starts_with(lost) {
            found.end += lost.len();
            kept.end = range.end;
        }
        let free = self.free_around(&found);
        let lost = self.old[range.start..kept.start].chars().rev();
        let n_before = alike(lost, self.new[free.start..found.start].chars().rev());
        let lost = self.old[kept.end..range.end].chars();
        let n_after = alike(lost, self.new[found.end..free.end].chars());
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
    pub(super) fn whole_words(&self, old: &Range<usize>, mut found: Range<usize>) -> Range<usize> {
        let splits = |text: &str, at: usize| {
            let before = text[..at].chars().next_back().is_some_and(is_letter);
            before && text[at..].chars().next().is_some_and(is_letter)
        };
        if !splits(self.old, old.start) && splits(self.new, found.start) {
            let word = self.new[..found.start].trim_end_matches(is_letter);
            found.start = word.len();
        }
        if !splits(self.old, old.end) && splits(self.new, found.end) {
            let behind = self.new[found.end..].trim_start_matches(is_letter);
            found.end = self.new.len() - behind.len();
        }
        found
    }

    /// Whether some of a range of the new text did not come from the old one.
    pub(super) fn has_come(&self, range: &Range<usize>) -> bool {
        let first = self
            .covered
            .partition_point(|covered| covered.end <= range.start);
        let mut at = range.start;
        for covered in &self.covered[first..] {
            if covered.start > at || at >= range.end {
                break;
            }
            at = covered.end;
        }
        at < range.end
    }

    /// What stands between the nearest neighbours of a range of the old text that are left.
    pub(super) fn hole(&self, range: &Range<usize>) -> Range<usize> {
        let at = self.runs.partition_point(|run| run.old < range.start);
        let before = self.runs[..at].iter().rfind(|run| !run.is_moved);
        let start = before.map_or(0, |run| {
            run.new_end() - run.old_end().saturating_sub(range.start)
        });
        let at = self.runs.partition_point(|run| run.old_end() <= range.end);
        let after = self.runs[at..].iter().find(|run| !run.is_moved);
        let end = after.map_or(self.new.len(), |run| {
            run.new + range.end.saturating_sub(run.old)
        });
        start..end.max(start)
    }
}

/// How many bytes of what came, read away from what is kept, are most like what was lost there.
fn alike(lost: impl Iterator<Item = char>, come: impl Iterator<Item = char>) -> usize {
    let lost: Vec<char> = lost.take(MAX_EDGE + 1).collect();
    if lost.len() > MAX_EDGE || lost.iter().all(|c| c.is_whitespace()) {
        return 0;
    }
    let come: Vec<char> = come.take(lost.len() * 2 + 16).collect();
    let distances = Pattern::new(&lost).distances(come.iter().copied(), Begins::AtStart);
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

//! The diff of two texts: lines first, then the words of what is left, then the characters of words
//! that were replaced by similar ones.

use std::hash::Hash;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput, Interner};

use super::distance::likeness;
use super::runs::{Run, joined};
use super::words::words;

/// The longest replaced words, in bytes, that are compared by character: past a few lines
/// agreeing characters are chance.
const MAX_SPELLED: usize = 600;
/// The most pieces of each text that are paired in one go: a rewritten stretch of some 30 KB.
const MAX_PAIRED: usize = 5_000;
/// How alike replaced words must be, in thousandths, to be compared by character.
const MIN_SPELLED_LIKENESS: u16 = 500;
/// The fewest agreeing characters within replaced words: fewer are chance.
const MIN_SPELLED_RUN: usize = 3;
/// Lines with fewer letters and digits do not part what changed before them from what changed
/// after.
const MIN_LINE: usize = 4;

/// Runs of words with as many characters are no chance, whatever was replaced around them.
const MAX_ISLAND: usize = 12;

/// All that the texts have in common at its place, in the order of both.
pub(super) fn aligned(old: &str, new: &str) -> Vec<Run> {
    let of_old = lines(old);
    let of_new = lines(new);
    let mut input = InternedInput::default();
    input.update_before(of_old.iter().map(|line| &old[line.clone()]));
    input.update_after(of_new.iter().map(|line| &new[line.clone()]));
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);

    let mut runs = Vec::new();
    let mut waiting: Option<(Range<usize>, Range<usize>)> = None;
    let (mut at_old, mut at_new) = (0, 0);
    for hunk in diff.hunks() {
        let a = bytes(&of_old, &hunk.before, old.len());
        let b = bytes(&of_new, &hunk.after, new.len());
        let same = &old[at_old..a.start];
        match &mut waiting {
            Some((wait_old, wait_new)) if is_thin(same) => {
                wait_old.end = a.end;
                wait_new.end = b.end;
            }
            _ => {
                if let Some((wait_old, wait_new)) = waiting.take() {
                    words_aligned(old, new, wait_old, wait_new, &mut runs);
                }
                runs.push(Run {
                    old: at_old,
                    new: at_new,
                    len: same.len(),
                    is_moved: false,
                });
                waiting = Some((a.clone(), b.clone()));
            }
        }
        (at_old, at_new) = (a.end, b.end);
    }
    if let Some((wait_old, wait_new)) = waiting {
        words_aligned(old, new, wait_old, wait_new, &mut runs);
    }
    runs.push(Run {
        old: at_old,
        new: at_new,
        len: old.len() - at_old,
        is_moved: false,
    });
    joined(runs)
}

/// Whether unchanged lines say too little to hold what is around them apart.
fn is_thin(lines: &str) -> bool {
    let letters = lines.chars().filter(|c| c.is_alphanumeric());
    letters.take(MIN_LINE).count() < MIN_LINE
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let start = at;
            at += line.len();
            start..at
        })
        .collect()
}

/// The bytes of the pieces numbered `numbers`; where they are none, the place between.
fn bytes(pieces: &[Range<usize>], numbers: &Range<u32>, len: usize) -> Range<usize> {
    let start = |i: u32| pieces.get(i as usize).map_or(len, |piece| piece.start);
    start(numbers.start)..start(numbers.end)
}

/// Compares the words of a part of each text.
pub(super) fn words_aligned(
    old: &str,
    new: &str,
    in_old: Range<usize>,
    in_new: Range<usize>,
    runs: &mut Vec<Run>,
) {
    if in_old.is_empty() || in_new.is_empty() {
        return;
    }
    let shift = |by: usize| move |word: Range<usize>| word.start + by..word.end + by;
    let of_old: Vec<_> = words(&old[in_old.clone()])
        .map(shift(in_old.start))
        .collect();
    let of_new: Vec<_> = words(&new[in_new.clone()])
        .map(shift(in_new.start))
        .collect();
    let pieces_of_old: Vec<&str> = of_old.iter().map(|word| &old[word.clone()]).collect();
    let pieces_of_new: Vec<&str> = of_new.iter().map(|word| &new[word.clone()]).collect();
    let pairs = pairs(&pieces_of_old, &pieces_of_new);
    let mut found: Vec<Run> = pairs
        .into_iter()
        .map(|(i, j)| Run {
            old: of_old[i].start,
            new: of_new[j].start,
            len: of_old[i].len(),
            is_moved: false,
        })
        .collect();
    with_space(old, new, &in_old, &in_new, &mut found);
    let mut found = joined(found);
    drop_islands(old, new, &in_old, &in_new, &mut found);
    let spelled = gaps(&found, &in_old, &in_new)
        .flat_map(|(a, b)| spelled(old, new, a, b))
        .collect::<Vec<_>>();
    runs.append(&mut found);
    runs.extend(spelled);
}

/// The pairs of equal pieces, as numbers of each, in the order of both. Of very many pieces, only
/// those are paired that are in the same part of both: the time that imara-diff takes for pieces
/// that are all alike or all different grows with the square of their number.
fn pairs<T: Eq + Hash + Copy>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let n_parts = old.len().max(new.len()).div_ceil(MAX_PAIRED).max(1);
    let part = |len: usize, i: usize| len * i / n_parts..len * (i + 1) / n_parts;
    let parts = (0..n_parts).map(|i| (part(old.len(), i), part(new.len(), i)));
    parts
        .flat_map(|(a, b)| {
            let found = pairs_of_part(&old[a.clone()], &new[b.clone()]);
            found
                .into_iter()
                .map(move |(i, j)| (a.start + i, b.start + j))
        })
        .collect()
}

fn pairs_of_part<T: Eq + Hash + Copy>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let mut input = InternedInput {
        before: Vec::new(),
        after: Vec::new(),
        interner: Interner::new(0),
    };
    input.update_before(old.iter().copied());
    input.update_after(new.iter().copied());
    let diff = Diff::compute(Algorithm::Myers, &input);
    let kept_old = (0..input.before.len()).filter(|&i| !diff.is_removed(i as u32));
    let kept_new = (0..input.after.len()).filter(|&j| !diff.is_added(j as u32));
    kept_old.zip(kept_new).collect()
}

/// What is between the runs, within the parts that were compared.
fn gaps(
    runs: &[Run],
    in_old: &Range<usize>,
    in_new: &Range<usize>,
) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let ends = runs.iter().map(|run| (run.old_end(), run.new_end()));
    let starts = runs.iter().map(|run| (run.old, run.new));
    std::iter::once((in_old.start, in_new.start))
        .chain(ends)
        .zip(starts.chain(std::iter::once((in_old.end, in_new.end))))
        .map(|(end, start)| (end.0..start.0, end.1..start.1))
}

/// Takes the white space beside the words in, as far as it is the same.
fn with_space(
    old: &str,
    new: &str,
    in_old: &Range<usize>,
    in_new: &Range<usize>,
    runs: &mut [Run],
) {
    let edges: Vec<_> = gaps(runs, in_old, in_new).collect();
    for (run, (a, b)) in runs.iter_mut().zip(edges.iter().skip(1)) {
        run.len += same_space(old[a.clone()].chars(), new[b.clone()].chars());
    }
    // What is left in front of each, after the one before took its part.
    let edges: Vec<_> = gaps(runs, in_old, in_new).collect();
    for (run, (a, b)) in runs.iter_mut().zip(edges) {
        let n = same_space(old[a].chars().rev(), new[b].chars().rev());
        run.old -= n;
        run.new -= n;
        run.len += n;
    }
}

fn same_space(a: impl Iterator<Item = char>, b: impl Iterator<Item = char>) -> usize {
    a.zip(b)
        .take_while(|(a, b)| a == b && a.is_whitespace())
        .map(|(a, _)| a.len_utf8())
        .sum()
}

/// Drops what agrees by chance: short runs of words between longer replacements.
fn drop_islands(
    old: &str,
    new: &str,
    in_old: &Range<usize>,
    in_new: &Range<usize>,
    runs: &mut Vec<Run>,
) {
    loop {
        let around: Vec<_> = gaps(runs, in_old, in_new)
            .map(|(a, b)| (solid(&old[a]), solid(&new[b])))
            .collect();
        let mut n_dropped = 0;
        let mut kept = Vec::with_capacity(runs.len());
        for (i, run) in runs.iter().enumerate() {
            let (before, after) = (around[i], around[i + 1]);
            let n = solid(&old[run.old..run.old_end()]);
            // The one before was dropped in this round: what is around this one is not known.
            let is_known = n_dropped == 0 || kept.last() == i.checked_sub(1).map(|i| &runs[i]);
            let is_replaced = |(a, b): (usize, usize)| a.min(b) > 0;
            let is_island = n < MAX_ISLAND
                && is_known
                && (is_replaced(before) || is_replaced(after))
                && n * 2 <= before.0.max(before.1)
                && n * 2 <= after.0.max(after.1);
            if is_island {
                n_dropped += 1;
            } else {
                kept.push(*run);
            }
        }
        *runs = kept;
        if n_dropped == 0 {
            return;
        }
    }
}

/// How many characters of `text` are no white space.
pub(super) fn solid(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// Compares by character what was replaced by something similar.
fn spelled(old: &str, new: &str, in_old: Range<usize>, in_new: Range<usize>) -> Vec<Run> {
    let (a, b) = (&old[in_old.clone()], &new[in_new.clone()]);
    if a.is_empty() || b.is_empty() || a.len().max(b.len()) > MAX_SPELLED {
        return Vec::new();
    }
    if likeness(a, b) < MIN_SPELLED_LIKENESS {
        return Vec::new();
    }
    let of_old: Vec<_> = a.char_indices().collect();
    let of_new: Vec<_> = b.char_indices().collect();
    let letters = |of: &[(usize, char)]| of.iter().map(|(_, c)| *c).collect::<Vec<char>>();
    let pairs = pairs(&letters(&of_old), &letters(&of_new));
    let runs = pairs.into_iter().map(|(i, j)| Run {
        old: in_old.start + of_old[i].0,
        new: in_new.start + of_new[j].0,
        len: of_old[i].1.len_utf8(),
        is_moved: false,
    });
    let mut runs = joined(runs.collect());
    runs.retain(|run| solid(&old[run.old..run.old_end()]) >= MIN_SPELLED_RUN);
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_paired_in_order_however_many_and_alike_they_are() {
        // Without parts this takes minutes.
        let old: Vec<u32> = (0..120_000).map(|n| n % 3).collect();
        let mut new = old.clone();
        for at in (0..new.len()).step_by(7) {
            new[at] = 1_000 + at as u32;
        }
        let found = pairs(&old, &new);
        assert!(found.len() > old.len() / 2, "{}", found.len());
        assert!(found.iter().all(|&(i, j)| old[i] == new[j]));
        let is_ordered = |pair: &[(usize, usize)]| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1;
        assert!(found.windows(2).all(is_ordered));
        assert_eq!(pairs(&old, &[]), []);
        assert_eq!(pairs(&old[..9], &old[..9]).len(), 9);
    }
}

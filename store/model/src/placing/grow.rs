//! Moved text that was edited too: followed from where it is the same to where it is not.

use super::diff::words_aligned;
use super::runs::{Run, joined};

/// With more moves than this each costs too much to look at what is around it.
const MAX_GROWN: usize = 2000;
/// How many bytes on either side of moved text are looked at.
const GROWTH: usize = 400;
/// The longest edit within moved text, in bytes.
const MAX_GAP: usize = 80;
/// The longest edit before a run of it, in its lengths.
const GAP_SHARE: usize = 3;

/// Follows moved text outwards from where it is the same to where it was edited too.
pub(super) fn grown_out(old: &str, new: &str, runs: &[Run], moves: Vec<Run>) -> Vec<Run> {
    let mut all = runs.to_vec();
    all.extend(&moves);
    if moves.len() > MAX_GROWN {
        return moves;
    }
    for seed in moves {
        for side in [Side::Before, Side::After] {
            let more = beside(old, new, &all, seed, side);
            all.extend(more);
        }
    }
    all.retain(|run| run.is_moved);
    all
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// What on one side of moved text belongs to it.
fn beside(old: &str, new: &str, all: &[Run], seed: Run, side: Side) -> Vec<Run> {
    let (in_old, in_new) = match side {
        Side::Before => {
            let old_end = all
                .iter()
                .filter(|run| run.old < seed.old)
                .map(Run::old_end)
                .max();
            let new_end = all
                .iter()
                .filter(|run| run.new < seed.new)
                .map(Run::new_end)
                .max();
            let start = old_end.unwrap_or(0).max(seed.old.saturating_sub(GROWTH));
            let start_new = new_end.unwrap_or(0).max(seed.new.saturating_sub(GROWTH));
            (
                old.ceil_char_boundary(start)..seed.old,
                new.ceil_char_boundary(start_new)..seed.new,
            )
        }
        Side::After => {
            let (a, b) = (seed.old_end(), seed.new_end());
            let old_start = all
                .iter()
                .filter(|run| run.old >= a)
                .map(|run| run.old)
                .min();
            let new_start = all
                .iter()
                .filter(|run| run.new >= b)
                .map(|run| run.new)
                .min();
            let end = old_start.unwrap_or(old.len()).min(a + GROWTH);
            let end_new = new_start.unwrap_or(new.len()).min(b + GROWTH);
            (
                a..old.floor_char_boundary(end),
                b..new.floor_char_boundary(end_new),
            )
        }
    };
    if in_old.start >= in_old.end || in_new.start >= in_new.end {
        return Vec::new();
    }
    let mut found = Vec::new();
    words_aligned(old, new, in_old, in_new, &mut found);
    let mut found = joined(found);
    if side == Side::Before {
        found.reverse();
    }
    let mut edge = seed;
    let near = found.into_iter().take_while(|run| {
        let gap = match side {
            Side::Before => (edge.old - run.old_end()).max(edge.new - run.new_end()),
            Side::After => (run.old - edge.old_end()).max(run.new - edge.new_end()),
        };
        edge = *run;
        gap <= MAX_GAP.min(GAP_SHARE * run.len)
    });
    near.map(|run| Run {
        is_moved: true,
        ..run
    })
    .collect()
}

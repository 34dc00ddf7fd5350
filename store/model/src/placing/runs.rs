//! What two texts have in common: which bytes of the old one are which of the new one.

use std::ops::Range;

/// Bytes that are the same in both texts. Begins and ends on character boundaries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Run {
    /// Where they begin in the old text.
    pub(super) old: usize,
    /// Where they begin in the new text.
    pub(super) new: usize,
    /// How many they are; at least one.
    pub(super) len: usize,
    /// Whether they were cut from one place and pasted at another.
    pub(super) is_moved: bool,
}

impl Run {
    pub(super) fn old_end(&self) -> usize {
        self.old + self.len
    }

    pub(super) fn new_end(&self) -> usize {
        self.new + self.len
    }

    /// The part of it that is in `old`, bytes of the old text, if there is one.
    pub(super) fn clip(&self, old: &Range<usize>) -> Option<Self> {
        let start = self.old.max(old.start);
        let end = self.old_end().min(old.end);
        (start < end).then(|| Self {
            old: start,
            new: self.new + (start - self.old),
            len: end - start,
            is_moved: self.is_moved,
        })
    }
}

/// Runs in the order of the old text, those that follow each other in both texts made one.
pub(super) fn joined(mut runs: Vec<Run>) -> Vec<Run> {
    runs.retain(|run| run.len > 0);
    runs.sort_unstable_by_key(|run| run.old);
    let mut joined: Vec<Run> = Vec::with_capacity(runs.len());
    for run in runs {
        match joined.last_mut() {
            Some(last)
                if last.old_end() == run.old
                    && last.new_end() == run.new
                    && last.is_moved == run.is_moved =>
            {
                last.len += run.len;
            }
            _ => joined.push(run),
        }
    }
    joined
}

/// What lies between `covered`, ranges in order without overlap, in `0..len`.
pub(super) fn between(covered: &[Range<usize>], len: usize) -> Vec<Range<usize>> {
    let mut gaps = Vec::new();
    let mut at = 0;
    for range in covered {
        if at < range.start {
            gaps.push(at..range.start);
        }
        at = at.max(range.end);
    }
    if at < len {
        gaps.push(at..len);
    }
    gaps
}

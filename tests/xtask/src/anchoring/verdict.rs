//! Whether a placement is right, by the rules of the benchmark.

use std::ops::Range;

use super::cases::{Class, Passage};

/// Where a method says that a passage is, and how sure it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Answer {
    /// "This is it."
    Sure(Range<usize>),
    /// "Here, but look."
    Flagged(Range<usize>),
    Detached,
}

/// What an answer is worth.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Verdict {
    RightConfident,
    RightFlagged,
    WrongConfident,
    WrongFlagged,
    Detached,
    /// Of a passage that is gone: shown somewhere, with a warning.
    Flagged,
}

impl Verdict {
    pub(super) const ALL: [Self; 6] = [
        Self::RightConfident,
        Self::RightFlagged,
        Self::WrongConfident,
        Self::WrongFlagged,
        Self::Detached,
        Self::Flagged,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::RightConfident => "right-confident",
            Self::RightFlagged => "right-flagged",
            Self::WrongConfident => "wrong-confident",
            Self::WrongFlagged => "wrong-flagged",
            Self::Detached => "detached",
            Self::Flagged => "flagged",
        }
    }
}

/// Bytes in both over bytes in either.
fn overlap(a: &Range<usize>, b: &Range<usize>) -> f64 {
    let both = a.end.min(b.end).saturating_sub(a.start.max(b.start));
    let either = a.len() + b.len() - both;
    if either == 0 {
        0.0
    } else {
        both as f64 / either as f64
    }
}

/// Judges an answer.
pub(super) fn verdict(passage: &Passage, answer: &Answer) -> Verdict {
    let (range, is_sure) = match answer {
        Answer::Detached => return Verdict::Detached,
        Answer::Sure(range) => (range, true),
        Answer::Flagged(range) => (range, false),
    };
    let is_within = |least: f64| {
        let good = passage.to.iter().chain(&passage.acceptable);
        good.into_iter().any(|good| overlap(range, good) >= least)
    };
    let is_right = match passage.class {
        Class::Gone => is_within(0.5),
        Class::Same => passage
            .to
            .iter()
            .chain(&passage.acceptable)
            .any(|good| good == range),
        Class::Moved | Class::Changed | Class::HeavilyChanged => is_within(0.6),
    };
    match (is_right, is_sure, passage.class) {
        (true, true, _) => Verdict::RightConfident,
        (true, false, _) => Verdict::RightFlagged,
        (false, true, _) => Verdict::WrongConfident,
        (false, false, Class::Gone) => Verdict::Flagged,
        (false, false, _) => Verdict::WrongFlagged,
    }
}

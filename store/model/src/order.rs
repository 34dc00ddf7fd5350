//! Places in an order that a person arranges by hand.
//!
//! A place is a value of its own, not a position in a list, so that two changes made apart can be
//! merged: moving one thing writes one record.

/// A place among siblings; smaller comes first. Equal ranks are told apart by id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Rank(pub u64);

impl Rank {
    const STEP: u64 = 1 << 32;

    /// The place of the first thing in an empty list.
    pub const FIRST: Self = Self(1 << 62);

    /// A place after all others.
    #[must_use]
    pub fn after(last: Option<Self>) -> Self {
        last.map_or(Self::FIRST, |rank| Self(rank.0.saturating_add(Self::STEP)))
    }

    /// A place between two neighbours, either of which may be absent; `None` where no room is left
    /// and the siblings must be spaced anew with [`Rank::spaced`].
    #[must_use]
    pub fn between(before: Option<Self>, after: Option<Self>) -> Option<Self> {
        match (before, after) {
            (None, None) => Some(Self::FIRST),
            (Some(b), None) => b.0.checked_add(Self::STEP).map(Self),
            (None, Some(a)) => a.0.checked_sub(Self::STEP).map(Self),
            (Some(b), Some(a)) => {
                let middle = b.0 + a.0.checked_sub(b.0)? / 2;
                (middle > b.0 && middle < a.0).then_some(Self(middle))
            }
        }
    }

    /// Evenly spaced places for `n` siblings.
    pub fn spaced(n: usize) -> impl Iterator<Item = Self> {
        (0..n as u64).map(|i| Self(Self::FIRST.0 + i * Self::STEP))
    }
}

#[cfg(test)]
mod tests {
    use super::Rank;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn between_lies_strictly_between(a: u64, b: u64) {
            let (low, high) = (a.min(b), a.max(b));
            if let Some(rank) = Rank::between(Some(Rank(low)), Some(Rank(high))) {
                prop_assert!(rank.0 > low && rank.0 < high);
            } else {
                prop_assert!(high - low < 2);
            }
        }
    }

    #[test]
    fn the_ends_of_the_range_leave_no_room_rather_than_overflow() {
        assert_eq!(Rank::between(Some(Rank(u64::MAX)), None), None);
        assert_eq!(Rank::between(None, Some(Rank(0))), None);
        assert_eq!(Rank::between(Some(Rank(5)), Some(Rank(3))), None);
    }
}

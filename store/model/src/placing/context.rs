//! How far what stands around a place is what stood around the words.

use super::distance::{Begins, Pattern, squeezed};
use crate::Anchor;
use std::ops::Range;

/// How much of the context of `anchor` stands around `range` of `text`, in thousandths: first what
/// is before it, then what is after. Where the anchor has none, the end of the text is it, or it was
/// never known: that speaks neither for a place nor against it.
pub(super) fn around(anchor: &Anchor, text: &str, range: &Range<usize>) -> (u16, u16) {
    let before = beside(
        anchor.before.chars().rev().collect(),
        text[..range.start].chars().rev(),
    );
    let after = beside(anchor.after.chars().collect(), text[range.end..].chars());
    (before, after)
}

fn beside(stored: String, there: impl Iterator<Item = char>) -> u16 {
    let reach = stored.chars().count() * 2;
    let stored = squeezed(&stored);
    let there: String = there.take(reach.max(1)).collect();
    let there = squeezed(&there);
    if stored.is_empty() {
        return if there.is_empty() { 1000 } else { 500 };
    }
    let distances = Pattern::new(&stored).distances(there.into_iter(), Begins::AtStart);
    let least = distances
        .into_iter()
        .min()
        .map_or(stored.len(), |least| least as usize);
    ((stored.len() - least.min(stored.len())) * 1000 / stored.len()) as u16
}

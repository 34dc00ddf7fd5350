//! How far what stands around a place is what stood around the words.

use std::ops::Range;

use super::distance::{Begins, Pattern, squeezed};
use crate::Anchor;

/// How much of the context of `anchor` stands around `range` of `text`, in thousandths: first what
/// is before it, then what is after. Where the anchor has none, the end of the text is it, or it was
/// never known: that speaks neither for a place nor against it.
pub(super) fn around(anchor: &Anchor, text: &str, range: &Range<usize>) -> (u16, u16) {
    between(&anchor.before, &anchor.after, text, range)
}

/// The same of any context.
pub(super) fn between(before: &str, after: &str, text: &str, range: &Range<usize>) -> (u16, u16) {
    let before = beside(before.chars().rev(), text[..range.start].chars().rev());
    let after = beside(after.chars(), text[range.end..].chars());
    (before, after)
}

/// Both read away from the words.
fn beside(stored: impl Iterator<Item = char> + Clone, there: impl Iterator<Item = char>) -> u16 {
    let n = stored.clone().count().max(Anchor::CONTEXT_CHARS);
    let stored = squeezed(stored);
    let there = squeezed(there.take(n * 2));
    if stored.is_empty() {
        return if there.is_empty() { 1000 } else { 500 };
    }
    let distances = Pattern::new(&stored).distances(there.into_iter(), Begins::AtStart);
    let least = distances.into_iter().min();
    let least = least.map_or(stored.len(), |least| stored.len().min(least as usize));
    ((stored.len() - least) * 1000 / stored.len()) as u16
}

//! All notes of a document in one pass.

use std::collections::BTreeMap;

use super::cold::Cold;
use super::warm::{Warm, inside};
use crate::{Anchor, Placed, Placement, TextId};

/// A note whose words are to be found again.
#[derive(Clone, Copy, Debug)]
pub struct Sought<'a> {
    /// The words.
    pub anchor: &'a Anchor,
    /// Where it was last found, if it was placed before.
    pub placed: Option<&'a Placed>,
}

/// Places notes in the text `new`, named `id`. `text_of` gives the texts that are at hand of those
/// in which they were made or last placed; the rest is placed by what the anchors hold.
///
/// The result has one placement for each of `sought`, in order. It depends on the arguments alone.
/// Meant for a thread that nobody waits for: a text of a megabyte takes some ten milliseconds for
/// each old text, and a thousand notes as long again.
#[must_use]
pub fn place_all<'t>(
    new: &'t str,
    id: TextId,
    sought: &[Sought<'_>],
    text_of: impl Fn(TextId) -> Option<&'t str>,
) -> Vec<Placement> {
    let mut warms: BTreeMap<TextId, Option<Warm<'t>>> = BTreeMap::new();
    let mut by_diff = |text: TextId, sought: &Sought<'_>, range| {
        let warm = warms
            .entry(text)
            .or_insert_with(|| text_of(text).map(|old| Warm::new(old, new)));
        warm.as_ref().map(|warm| warm.place(sought.anchor, range))
    };
    let mut placements: Vec<Option<Placement>> = Vec::with_capacity(sought.len());
    for note in sought {
        placements.push(known(new, id, note).or_else(|| {
            // By the last place: what became of the words since is the least that can be.
            let last = note.placed.and_then(|placed| {
                let range = sure_range(&placed.placement)?;
                by_diff(placed.text, note, range)
            });
            match last {
                Some(last) if sure_range(&last).is_some() => Some(last),
                // By the first: they may have been put back.
                last => better(
                    last,
                    by_diff(note.anchor.text, note, note.anchor.range.clone()),
                ),
            }
        }));
    }
    let is_left = |placement: &&Option<Placement>| placement.is_none();
    if placements.iter().any(|placement| is_left(&placement)) {
        let left: Vec<&Anchor> = (sought.iter().zip(&placements))
            .filter(|(_, placement)| is_left(placement))
            .map(|(note, _)| note.anchor)
            .collect();
        let mut found = Cold::new(new).place_all(&left).into_iter();
        for placement in placements
            .iter_mut()
            .filter(|placement| placement.is_none())
        {
            *placement = found.next();
        }
    }
    let placements = placements.into_iter();
    placements
        .map(|placement| placement.unwrap_or(Placement::Detached))
        .collect()
}

/// Where a note is that was made or placed in this very text.
fn known(new: &str, id: TextId, note: &Sought<'_>) -> Option<Placement> {
    if note.anchor.text == id {
        let range = note.anchor.range.clone();
        if new.get(range.clone()) == Some(note.anchor.quote.as_str()) {
            return Some(Placement::Exact { range });
        }
    }
    let placed = note.placed.filter(|placed| placed.text == id)?;
    let is_whole = |range| inside(new, range);
    let range = placed.placement.range();
    (range.clone().map(is_whole) == range).then(|| placed.placement.clone())
}

/// The range where the very words stand.
fn sure_range(placement: &Placement) -> Option<std::ops::Range<usize>> {
    match placement {
        Placement::Exact { range } | Placement::Moved { range } => Some(range.clone()),
        Placement::Changed { .. } | Placement::Ambiguous { .. } | Placement::Detached => None,
    }
}

/// The one that says more.
fn better(a: Option<Placement>, b: Option<Placement>) -> Option<Placement> {
    let weight = |placement: &Option<Placement>| match placement {
        None => 0,
        Some(Placement::Detached) => 1,
        Some(Placement::Ambiguous { .. }) => 2,
        Some(Placement::Changed { likeness, .. }) => 3 + u32::from(*likeness),
        Some(Placement::Exact { .. } | Placement::Moved { .. }) => 2000,
    };
    if weight(&b) > weight(&a) { b } else { a }
}

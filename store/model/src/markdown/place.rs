//! Where a reader is after the text has changed under them.

use std::collections::HashMap;

use super::Parsed;

/// A place in a document: a block, and how far below its top the reader's edge is.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Place {
    /// Index of the block at the top edge.
    pub block: usize,
    /// Points that lie above the edge.
    pub offset_pt: f32,
}

/// The place in `new` of what was at `place` in `old`.
///
/// A block that is still there is followed, wherever it went; of several equal ones, the one that
/// kept its neighbours. A block that is gone gives its nearest surviving neighbour's place.
#[must_use]
pub fn follow(old: &Parsed, new: &Parsed, place: Place) -> Place {
    let (before, after) = (old.blocks(), new.blocks());
    if after.is_empty() {
        return Place::default();
    }
    let n_same_head = before
        .iter()
        .zip(after)
        .take_while(|(a, b)| a.hash == b.hash)
        .count();
    if place.block < n_same_head {
        return place;
    }
    let n_rest = before.len().min(after.len()) - n_same_head;
    let tails = before.iter().rev().zip(after.iter().rev());
    let n_same_tail = tails
        .take(n_rest)
        .take_while(|(a, b)| a.hash == b.hash)
        .count();
    let from_end = before.len().saturating_sub(place.block);
    if place.block < before.len() && from_end <= n_same_tail {
        return Place {
            block: after.len() - from_end,
            ..place
        };
    }

    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    let middle = n_same_head..after.len() - n_same_tail;
    for (i, block) in after[middle.clone()].iter().enumerate() {
        places.entry(block.hash).or_default().push(middle.start + i);
    }
    let old_middle = n_same_head..before.len() - n_same_tail;
    let nearest = |index: usize| {
        let candidates = places.get(&before[index].hash)?;
        candidates
            .iter()
            .copied()
            .min_by_key(|&c| c.abs_diff(index))
    };
    for distance in 0..old_middle.len() {
        let below = place
            .block
            .checked_add(distance)
            .filter(|i| old_middle.contains(i));
        let above = place
            .block
            .checked_sub(distance)
            .filter(|i| old_middle.contains(i));
        for index in [above, below].into_iter().flatten() {
            if let Some(found) = nearest(index) {
                let offset_pt = if index == place.block {
                    place.offset_pt
                } else {
                    0.0
                };
                return Place {
                    block: found,
                    offset_pt,
                };
            }
        }
    }
    // Nothing near survives: the same distance from the changed stretch's start.
    let block = place.block.min(middle.end.max(1) - 1).min(after.len() - 1);
    Place {
        block,
        offset_pt: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DocumentKind, parse};
    use super::*;
    use proptest::prelude::*;

    fn document(paragraphs: &[&str]) -> Parsed {
        parse(paragraphs.join("\n\n").into(), DocumentKind::Markdown)
    }

    fn followed(old: &[&str], new: &[&str], block: usize) -> usize {
        let place = Place {
            block,
            offset_pt: 3.0,
        };
        follow(&document(old), &document(new), place).block
    }

    #[test]
    fn the_block_at_the_edge_is_followed() {
        let old = ["a", "b", "c", "d"];
        assert_eq!(followed(&old, &["new", "a", "b", "c", "d"], 2), 3);
        assert_eq!(followed(&old, &["a", "b", "c", "d", "new"], 2), 2);
        assert_eq!(followed(&old, &["c", "d"], 2), 0);
        assert_eq!(followed(&old, &["d", "c", "b", "a"], 1), 2);
    }

    #[test]
    fn a_block_that_is_gone_gives_a_neighbours_place() {
        assert_eq!(followed(&["a", "b", "c"], &["a", "x", "c"], 1), 1);
        assert_eq!(followed(&["a", "b", "c"], &["z"], 2), 0);
        assert_eq!(followed(&["a", "b"], &[], 1), 0);
    }

    proptest! {
        #[test]
        fn the_place_is_always_in_the_document(
            old in prop::collection::vec("[a-c]", 0..6),
            new in prop::collection::vec("[a-c]", 0..6),
            block in 0_usize..8,
        ) {
            let old: Vec<&str> = old.iter().map(String::as_str).collect();
            let new: Vec<&str> = new.iter().map(String::as_str).collect();
            let place = followed(&old, &new, block);
            prop_assert!(place < document(&new).blocks().len().max(1));
        }

        #[test]
        fn a_block_that_occurs_once_in_both_is_found(
            head in prop::collection::vec("[a-c]", 0..4),
            tail in prop::collection::vec("[a-c]", 0..4),
            new_head in prop::collection::vec("[a-c]", 0..4),
            new_tail in prop::collection::vec("[a-c]", 0..4),
        ) {
            let join = |head: &[String], tail: &[String]| {
                let mut all: Vec<String> = head.to_vec();
                all.push("needle".to_owned());
                all.extend_from_slice(tail);
                all
            };
            let (old, new) = (join(&head, &tail), join(&new_head, &new_tail));
            let old: Vec<&str> = old.iter().map(String::as_str).collect();
            let new: Vec<&str> = new.iter().map(String::as_str).collect();
            prop_assert_eq!(followed(&old, &new, head.len()), new_head.len());
        }
    }
}

//! Notes on any text, in any other.

use std::ops::Range;

use postil_model::{Anchor, Cold, Placement, Sought, TextId, Warm, place_all};

use super::given::Given;

const OLD: TextId = TextId([1; 32]);
const NEW: TextId = TextId([2; 32]);
const N_NOTES: usize = 4;

/// Places notes on one text in another: the two are given, or the other is made of the first by edits.
///
/// # Panics
/// If a note is bound to what is no text, or is said to be on its words and is not.
pub(crate) fn run(bytes: &[u8]) {
    let mut given = Given::new(bytes);
    let n_edits = given.number() % 8;
    let numbers: [usize; 4 * N_NOTES + 24] = std::array::from_fn(|_| given.number());
    let [old, mut new]: [String; 2] = given.texts();
    let (of_notes, of_edits) = numbers.split_at(4 * N_NOTES);
    if n_edits > 0 {
        new.clone_from(&old);
        for edit in of_edits.chunks_exact(3).take(n_edits) {
            new = edited(&new, [edit[0], edit[1], edit[2]]);
        }
    }
    let anchors: Vec<Anchor> = of_notes
        .chunks_exact(4)
        .map(|n| {
            let start = n[0] % (old.len() + 2);
            let end = start + n[1] % (old.len().min(700) + 2);
            Anchor::of(&old, start..end, OLD, Vec::new())
        })
        .collect();
    notes_on(&old, &new, &anchors);
    unchanged(&old, &anchors);
}

fn notes_on(old: &str, new: &str, anchors: &[Anchor]) {
    let (warm, cold) = (Warm::new(old, new), Cold::new(new));
    for anchor in anchors {
        assert_eq!(old.get(anchor.range.clone()), Some(anchor.quote.as_str()));
        for placement in [warm.place(anchor, anchor.range.clone()), cold.place(anchor)] {
            sound(anchor, new, &placement);
        }
    }
    let sought = sought(anchors);
    for text_of in [Some(old), None] {
        let all = place_all(new, NEW, &sought, |_| text_of);
        assert_eq!(all.len(), anchors.len());
        for (anchor, placement) in anchors.iter().zip(&all) {
            sound(anchor, new, placement);
        }
    }
}

/// In its own text every note is where it was made.
fn unchanged(text: &str, anchors: &[Anchor]) {
    let warm = Warm::new(text, text);
    for (anchor, placement) in anchors
        .iter()
        .zip(place_all(text, OLD, &sought(anchors), |_| None))
    {
        let range = anchor.range.clone();
        let exact = Placement::Exact {
            range: range.clone(),
        };
        assert_eq!(placement, exact);
        assert!(anchor.quote.is_empty() || warm.place(anchor, range) == exact);
    }
}

fn sought(anchors: &[Anchor]) -> Vec<Sought<'_>> {
    let sought = anchors.iter().map(|anchor| Sought {
        anchor,
        placed: None,
    });
    sought.collect()
}

fn sound(anchor: &Anchor, new: &str, placement: &Placement) {
    let candidates: Vec<Range<usize>> = match placement {
        Placement::Ambiguous { candidates } => {
            assert!(candidates.len() > 1);
            candidates.clone()
        }
        other => other.range().into_iter().collect(),
    };
    for (i, range) in candidates.iter().enumerate() {
        assert!(new.get(range.clone()).is_some(), "{range:?}");
        assert!(!candidates[..i].contains(range), "{candidates:?}");
    }
    if let Placement::Exact { range } | Placement::Moved { range } = placement {
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(squeezed(&new[range.clone()]), squeezed(&anchor.quote));
    }
    if let Placement::Changed { likeness, .. } = placement {
        assert!(*likeness <= 1000);
    }
}

/// Cuts, doubles, moves or writes over a stretch.
fn edited(text: &str, [what, at, n]: [usize; 3]) -> String {
    let start = text.floor_char_boundary(at % (text.len() + 1));
    let end = text.ceil_char_boundary((start + n % 300).min(text.len()));
    let (before, piece, after) = (&text[..start], &text[start..end], &text[end..]);
    let to = after.floor_char_boundary(what / 4 % (after.len() + 1));
    match what % 4 {
        0 => [before, after].concat(),
        1 => [before, piece, &after[..to], piece, &after[to..]].concat(),
        2 => [before, &after[..to], piece, &after[to..]].concat(),
        _ => [before, &piece.to_uppercase(), "quite\n", after].concat(),
    }
}

/// A text that repeats itself, at the size of a plan: placing must take time in its length alone.
pub(crate) fn run_repeated(bytes: &[u8]) {
    const N_BYTES: usize = 60_000;
    let mut given = Given::new(bytes);
    let edit = [given.number(), given.number(), given.number()];
    let range = given.range(N_BYTES);
    let [unit, other]: [String; 2] = given.texts();
    if unit.is_empty() {
        return;
    }
    let old = unit.repeat(N_BYTES / unit.len());
    let new = edited(&old, edit) + &other.repeat(N_BYTES / 4 / other.len().max(1));
    let anchors = [Anchor::of(&old, range, OLD, Vec::new())];
    let sought = sought(&anchors);
    for text_of in [Some(old.as_str()), None] {
        for placement in place_all(&new, NEW, &sought, |_| text_of) {
            sound(&anchors[0], &new, &placement);
        }
    }
}

//! What holds of any text, any range and any edit.

use proptest::prelude::*;

use super::*;
use crate::{Anchor, Placement, TextId};

const OLD: TextId = TextId([1; 32]);

/// Few letters, so that texts repeat themselves, and all that is hard: accents, joiners, tabs, line
/// ends, right-to-left, NUL, byte order marks.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => "[ab]{1,3}",
        4 => Just(" ".to_owned()),
        2 => Just("\n".to_owned()),
        1 => Just("\r\n\t".to_owned()),
        1 => Just("e\u{301}".to_owned()),
        1 => Just("👩\u{200d}👧".to_owned()),
        1 => Just("שלום".to_owned()),
        1 => Just("日本".to_owned()),
        1 => Just("\0\u{feff}".to_owned()),
        1 => Just("the gauge is read by hand every ten minutes ".to_owned()),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Words that are all different, in sentences and paragraphs.
fn prose() -> impl Strategy<Value = String> {
    (30..200_usize, any::<u16>()).prop_map(|(n, seed)| {
        let word = |i: usize| format!("w{}x{i}", (i * 7919 + seed as usize) % 1000);
        let ends = |i: usize| match i % 23 {
            22 => ".\n\n",
            11 => ". ",
            _ => " ",
        };
        (0..n).map(|i| word(i) + ends(i)).collect()
    })
}

fn both(old: &str, new: &str, range: std::ops::Range<usize>) -> (Anchor, [Placement; 2]) {
    let anchor = Anchor::of(old, range, OLD, Vec::new());
    let warm = Warm::new(old, new).place(&anchor, anchor.range.clone());
    let cold = Cold::new(new).place(&anchor);
    (anchor, [warm, cold])
}

proptest! {
    #[test]
    fn any_text_after_any_other(old in text(), new in text(), a in 0..300_usize, b in 0..300_usize) {
        let (anchor, placements) = both(&old, &new, a.min(b)..a.max(b));
        prop_assert_eq!(old.get(anchor.range.clone()), Some(anchor.quote.as_str()));
        for placement in &placements {
            let candidates = match placement {
                Placement::Ambiguous { candidates } => {
                    prop_assert!(candidates.len() > 1);
                    candidates.clone()
                }
                other => other.range().into_iter().collect(),
            };
            for range in candidates {
                prop_assert!(new.get(range.clone()).is_some(), "{:?}", range);
            }
            if let Placement::Exact { range } | Placement::Moved { range } = placement {
                let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                prop_assert_eq!(squeezed(&new[range.clone()]), squeezed(&anchor.quote));
            }
        }
        prop_assert_eq!(both(&old, &new, a.min(b)..a.max(b)).1, placements);
    }

    #[test]
    fn an_unchanged_text_keeps_its_notes(old in text(), a in 0..300_usize, b in 0..300_usize) {
        let (anchor, [warm, _]) = both(&old, &old, a.min(b)..a.max(b));
        if !anchor.quote.is_empty() {
            prop_assert_eq!(warm, Placement::Exact { range: anchor.range });
        }
    }

    #[test]
    fn what_is_put_in_elsewhere_moves_a_note_by_as_much(
        old in prose(), at in 0.0..1.0_f64, from in 0.0..1.0_f64, n in 1..60_usize,
        put in "[A-Z]{3,9}( [A-Z]{3,9}){0,20}\n\n",
    ) {
        let start = (from * (old.len() - 1) as f64) as usize;
        let end = (start + n).min(old.len());
        let at = (at * old.len() as f64) as usize;
        prop_assume!(at + 70 < start || at > end + 70);
        let new = format!("{}{put}{}", &old[..at], &old[at..]);
        let shift = if at < start { put.len() } else { 0 };
        let (anchor, [warm, cold]) = both(&old, &new, start..end);
        let range = anchor.range.start + shift..anchor.range.end + shift;
        prop_assert_eq!(warm, Placement::Exact { range: range.clone() });
        if !anchor.quote.trim().is_empty() {
            prop_assert_eq!(cold, Placement::Exact { range });
        }
    }

    #[test]
    fn words_that_went_leave_no_note_behind_as_sure(
        old in prose(), from in 0.0..1.0_f64, n in 40..120_usize, put in "[A-Z ]{0,80}",
    ) {
        let start = (from * (old.len() - 1) as f64) as usize;
        let end = (start + n).min(old.len());
        let new = format!("{}{put}{}", &old[..start], &old[end..]);
        let (_, placements) = both(&old, &new, start..end);
        for placement in placements {
            let is_sure = matches!(placement, Placement::Exact { .. } | Placement::Moved { .. });
            prop_assert!(!is_sure || old[start..end].trim().is_empty(), "{:?}", placement);
        }
    }
}

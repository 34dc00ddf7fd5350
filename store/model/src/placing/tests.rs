//! Notes through edits as people and programs make them: the old text has its words between `«` and
//! `»`, and the new one shows where they are to be found.

use std::ops::Range;

use super::*;
use crate::{Anchor, AnnotationId, Placed, Placement, TextId};

const OLD: TextId = TextId([1; 32]);
const NEW: TextId = TextId([2; 32]);

/// Around the words of each case, so that there is a text to be lost in.
const INTRO: &str =
    "# Tides\n\nThe harbour wants a table of the tides for each day of the year.\n\n";
const OUTRO: &str =
    "\n\n## Sources\n\nThe admiralty prints its own, and ours is to agree with it.\n";

/// The text without its marks, and what they hold.
fn unmarked(marked: &str) -> (String, Range<usize>) {
    let text = format!("{INTRO}{marked}{OUTRO}");
    let start = text.find('«').expect("a mark");
    let end = text.find('»').expect("a mark") - '«'.len_utf8();
    (text.replace(['«', '»'], ""), start..end)
}

fn warm_and_cold(old: &str, new: &str) -> [String; 2] {
    let (old, range) = unmarked(old);
    let new = format!("{INTRO}{new}{OUTRO}");
    let anchor = Anchor::of(&old, range, OLD, Vec::new());
    let warm = Warm::new(&old, &new).place(&anchor, anchor.range.clone());
    [warm, Cold::new(&new).place(&anchor)].map(|placement| shown(&placement, &new))
}

/// The kind of placement and the words that it is on.
fn shown(placement: &Placement, text: &str) -> String {
    let words = placement.range().map_or("", |range| &text[range]);
    match placement {
        Placement::Exact { .. } => format!("exact: {words}"),
        Placement::Moved { .. } => format!("moved: {words}"),
        Placement::Changed { .. } => format!("changed: {words}"),
        Placement::Ambiguous { candidates } => format!("{} places: {words}", candidates.len()),
        Placement::Detached => "detached".to_owned(),
    }
}

/// Old, new, what the diff says, what the anchor alone says.
const CASES: &[[&str; 4]] = &[
    [
        "Gauges are read «every ten minutes» and the readings kept.",
        "Gauges are read every ten minutes and the readings kept.",
        "exact: every ten minutes",
        "exact: every ten minutes",
    ],
    [
        "Gauges are read «every ten minutes» and the readings kept.",
        "A paragraph before it.\n\nGauges are read every ten minutes and the readings kept.",
        "exact: every ten minutes",
        "moved: every ten minutes",
    ],
    [
        "Gauges are read «every ten minutes» and the readings kept.",
        "Gauges are read every six minutes and the readings kept.",
        "changed: every six minutes",
        "changed: every six minutes",
    ],
    [
        "Gauges are read «every ten minutes» and the readings kept for good.",
        "Gauges are read\nevery ten\nminutes and the readings kept for good.",
        "exact: every ten\nminutes",
        "exact: every ten\nminutes",
    ],
    [
        "- alpha\n- «beta»\n- gamma",
        "- alpha\n- beta\n- beta\n- gamma",
        "exact: beta",
        "changed: beta",
    ],
    [
        "Gauges are read «every ten minutes» and the readings kept.",
        "Nobody asked for any of this, and so it went.",
        "detached",
        "detached",
    ],
];

#[test]
fn words_are_followed_through_edits() {
    for [old, new, warm, cold] in CASES {
        assert_eq!(warm_and_cold(old, new), [*warm, *cold], "{old:?} → {new:?}");
    }
}

#[test]
fn a_paragraph_that_was_cut_and_pasted_takes_its_notes_along() {
    let moved = "Gauges are read every ten minutes by whoever has the watch, and the readings are kept for good.";
    let stays = "The table is printed once a year, before the winter, and each boat that asks is given a copy.";
    let old = format!(
        "{}\n\n{stays}",
        moved.replace("whoever has the watch", "«whoever has the watch»")
    );
    let new = format!("{stays}\n\n{moved}");
    let [warm, cold] = warm_and_cold(&old, &new);
    assert!(
        warm.ends_with(": whoever has the watch") && !warm.starts_with("changed"),
        "{warm}"
    );
    assert_eq!(cold, "exact: whoever has the watch");
}

#[test]
fn a_copy_elsewhere_is_not_taken_for_words_that_went() {
    let old = "## Plan\n\nRead the gauges.\n\n- «Not yet decided.»\n\n## Costs\n\nTwo boats.\n\n- Not yet decided.";
    let new = "## Plan\n\nRead the gauges.\n\n## Costs\n\nTwo boats.\n\n- Not yet decided.";
    for said in warm_and_cold(old, new) {
        assert!(
            !said.starts_with("exact") && !said.starts_with("moved"),
            "{said}"
        );
    }
}

#[test]
fn a_range_never_cuts_what_is_read_as_one_character() {
    let family = "👩\u{200d}👧\u{200d}👦";
    let text = format!("a {family} e\u{301}x");
    let of = |range| Anchor::of(&text, range, OLD, Vec::new()).quote;
    assert_eq!(of(2..6), family);
    assert_eq!(of(9..13), family);
    let accent = text.find('\u{301}').expect("the accent");
    assert_eq!(of(accent - 1..accent), "e\u{301}");
    assert_eq!(of(accent..text.len() + 9), "e\u{301}x");
    assert_eq!(of(4..4), "");
}

#[test]
fn an_anchor_keeps_context_by_characters() {
    let text = format!("{}x{}", "é".repeat(40), "日".repeat(40));
    let anchor = Anchor::of(&text, 80..81, OLD, Vec::new());
    assert_eq!(anchor.quote, "x");
    assert_eq!(anchor.before, "é".repeat(Anchor::CONTEXT_CHARS));
    assert_eq!(anchor.after, "日".repeat(Anchor::CONTEXT_CHARS));
}

/// Texts that a document may be replaced by, and that it may be made of.
const ODD: &[&str] = &[
    "",
    "\u{feff}# Tides\r\n\r\nThe gauge\tis read\r\nby hand.\r\n",
    "\0\0\u{1}\u{fffd}\u{fffd}PNG\0\0IHDR\0\0\0",
    "e\u{301}e\u{301}e\u{301} שלום עולם مرحبا بالعالم 👩\u{200d}👧 日本語の文章です。",
    "another document altogether, about bread",
    "\n\n\n\n   \t  \n",
];

#[test]
fn odd_texts_are_survived_and_kept_notes_stay() {
    for old in ODD {
        for new in ODD {
            let warm = Warm::new(old, new);
            let cold = Cold::new(new);
            for start in 0..=old.len() {
                for end in [start, start + 1, start + 5, old.len() + 3] {
                    let anchor = Anchor::of(old, start..end, OLD, Vec::new());
                    let by_diff = warm.place(&anchor, anchor.range.clone());
                    let by_anchor = cold.place(&anchor);
                    for range in [&by_diff, &by_anchor]
                        .into_iter()
                        .filter_map(Placement::range)
                    {
                        assert!(new.get(range.clone()).is_some(), "{range:?} of {new:?}");
                    }
                    if old == new && !anchor.quote.is_empty() {
                        let range = anchor.range.clone();
                        assert_eq!(by_diff, Placement::Exact { range }, "{:?}", anchor.quote);
                    }
                }
            }
        }
    }
}

#[test]
fn a_note_on_a_megabyte_and_ten_thousand_notes() {
    let line = |i: usize| format!("Reading {i} of the gauge at {} fathoms.\n", i * 7 % 1000);
    let old: String = (0..28_000).map(line).collect();
    let new = old.replacen("Reading 9000 ", "The reading 9000 ", 1);
    let anchors: Vec<Anchor> = (0..10_000)
        .map(|i| old.len() / 10_000 * i)
        .map(|at| Anchor::of(&old, at..at + 25, OLD, Vec::new()))
        .chain([Anchor::of(&old, 10..old.len() - 10, OLD, Vec::new())])
        .collect();
    let sought: Vec<_> = anchors
        .iter()
        .map(|anchor| Sought {
            anchor,
            placed: None,
        })
        .collect();
    for text_of in [Some(old.as_str()), None] {
        let placements = place_all(&new, NEW, &sought, |_| text_of);
        assert_eq!(placements.len(), anchors.len());
        let n_exact = placements
            .iter()
            .filter(|p| matches!(p, Placement::Exact { .. }));
        assert!(n_exact.count() >= 9_990);
        let whole = placements.last().and_then(Placement::range);
        assert_eq!(whole, Some(10..new.len() - 10));
    }
}

#[test]
fn the_last_place_is_followed_where_its_text_is_at_hand() {
    let first = "Words that stay.\n\nThe table is printed in winter.\n";
    let second = "Words that stay.\n\nAll of this is new here and longer than the rest was.\n\nThe table is printed in winter.\n";
    let third = second.replace("Words", "The words");
    let at = |text: &str| text.find("printed in").expect("the words");
    let words = at(first)..at(first) + 17;
    let anchor = Anchor::of(first, words.clone(), OLD, Vec::new());
    let placed = Placed {
        annotation: AnnotationId(1),
        text: NEW,
        placement: place_all(
            second,
            NEW,
            &[Sought {
                anchor: &anchor,
                placed: None,
            }],
            |_| Some(first),
        )[0]
        .clone(),
    };
    let note = Sought {
        anchor: &anchor,
        placed: Some(&placed),
    };
    assert_eq!(
        place_all(second, NEW, &[note], |_| None),
        *std::slice::from_ref(&placed.placement)
    );
    let third_id = TextId([3; 32]);
    let by_last = place_all(&third, third_id, &[note], |id| {
        (id == NEW).then_some(second)
    });
    let range = at(&third)..at(&third) + 17;
    assert_eq!(by_last, [Placement::Exact { range }]);
    assert_eq!(
        place_all(first, OLD, &[note], |_| None),
        [Placement::Exact { range: words }]
    );
}

/// Imported anchors may hold anything.
#[test]
fn anchors_that_fit_no_text_are_survived() {
    let texts = [
        "",
        "short",
        "a text that is longer than the others, by some words",
    ];
    for text in texts {
        for quote in [
            "",
            " ",
            "x",
            "words",
            "a text that is not there at all, whoever looks for it",
        ] {
            for range in [
                0..0,
                5..usize::MAX,
                usize::MAX..usize::MAX,
                Range { start: 3, end: 1 },
            ] {
                let anchor = Anchor {
                    quote: quote.to_owned(),
                    before: String::new(),
                    after: "\u{301}".repeat(4000),
                    range: range.clone(),
                    headings: Vec::new(),
                    text: OLD,
                };
                let note = Sought {
                    anchor: &anchor,
                    placed: None,
                };
                for text_of in [Some("other words"), None] {
                    let placement = &place_all(text, NEW, &[note], |_| text_of)[0];
                    assert!(
                        placement
                            .range()
                            .is_none_or(|range| text.get(range).is_some())
                    );
                }
            }
        }
    }
}

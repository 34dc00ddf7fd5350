//! Notes on words that stand in more than one place, or no longer in their own.

use super::*;
use crate::markdown::{DocumentKind, parse};
use crate::{Anchor, Placement, TextId};

/// Where the diff puts a note on the only `words` of the old text.
fn placed(old: &str, new: &str, words: &str) -> Placement {
    let start = old.find(words).expect("the words");
    let range = start..start + words.len();
    let anchor = Anchor::of(old, range.clone(), TextId([1; 32]), Vec::new());
    Warm::new(old, new).place(&anchor, range)
}

#[test]
fn words_that_got_another_place_in_their_sentence_are_shown_there() {
    let about = "## Limits\n\nBoats are called in one by one.\n\n";
    let old =
        format!("{about}- The default of `limit` is nought, which lets all of them in at once.\n");
    let new = format!(
        "{about}- If neither `pace` nor `limit` is given, the default of `pace` is nought, which lets all of them in at once.\n"
    );
    let start = new.find("limit`").expect("the words");
    let range = start..start + "limit".len();
    let likeness = 1000;
    assert_eq!(
        placed(&old, &new, "limit"),
        Placement::Changed { range, likeness }
    );
}

#[test]
fn words_that_went_are_not_found_inside_of_others() {
    let old = "# Tides\n\nThe boats wait for a `gen` block, and then leave the harbour in turn.\n";
    let new = "# Tides\n\nAll of what was here is now general, and nobody asked for any of that.\n";
    assert_eq!(placed(old, new, "gen"), Placement::Detached);
}

#[test]
fn a_long_passage_is_found_by_its_words_wherever_it_went() {
    let limit = |i: i32| format!("The limit of `pace` is {i}, and the limit of `pace` holds. ");
    let passage: Vec<String> = (0..8).map(limit).collect();
    let passage = passage.concat();
    let other = "The limit of `pace` is told again, and the limit of `pace` holds. ".repeat(40);
    let old = format!("# Limits\n\n{passage}\n\n{other}\n");
    let new = format!("# Limits\n\n{other}\n\n{passage}\n\nAnd more.\n");
    let range = old.find(&passage).map(|at| at..at + passage.len());
    let anchor = Anchor::of(&old, range.expect("the words"), TextId([1; 32]), Vec::new());
    let found = Cold::new(&new).place(&anchor).range();
    let start = new.find(&passage).expect("the words");
    assert_eq!(found, Some(start..start + passage.len()));
}

/// A fuzzer found it: the nearest words ended in a blank of two bytes, and were cut within it.
#[test]
fn words_beside_a_blank_of_several_bytes_are_whole() {
    let texts = [
        "discusse\u{1f}\u{a0}\u{1f}and more",
        "discuss \u{a0}\u{3000}with them",
        "\u{3000}discussed\u{a0}",
    ];
    for old in texts {
        for new in texts {
            for (start, _) in old.char_indices() {
                for (n, c) in old[start..].char_indices() {
                    let end = start + n + c.len_utf8();
                    let anchor = Anchor::of(old, start..end, TextId([1; 32]), Vec::new());
                    let warm = Warm::new(old, new).place(&anchor, anchor.range.clone());
                    for placement in [warm, Cold::new(new).place(&anchor)] {
                        let range = placement.range();
                        assert!(range.is_none_or(|range| new.get(range).is_some()));
                    }
                }
            }
        }
    }
}

/// Where the words are by their anchor alone, of which `n` stand before those that are meant.
fn by_anchor(old: &str, new: &str, words: &str, n: usize) -> Placement {
    let (start, _) = old.match_indices(words).nth(n).expect("the words");
    let parsed = parse(old.into(), DocumentKind::Markdown);
    let headings = parsed.headings_over(start);
    let range = start..start + words.len();
    let anchor = Anchor::of(old, range, TextId([1; 32]), headings);
    Cold::new(new).place(&anchor)
}

fn form(first: &str, second: &str) -> String {
    let more = "What else is to be said of boats is said here. ".repeat(12);
    format!("# Tides\n\n{more}\n\n## Morning\n\n- {first}\n\n## Evening\n\n- {second}\n\n{more}\n")
}

#[test]
fn of_copies_in_a_form_the_one_under_its_heading_is_meant() {
    let old = form("Who: the pilot, alone", "Who: the pilot, with both boats");
    let new = form("Who: the pilot, and all boats", "Who: the pilot, as ever");
    let start = new.rfind("the pilot").expect("the words");
    let found = by_anchor(&old, &new, "the pilot", 1);
    assert_eq!(found.range(), Some(start..start + "the pilot".len()));
    let start = new.find("the pilot").expect("the words");
    let found = by_anchor(&old, &new, "the pilot", 0);
    assert_eq!(found.range(), Some(start..start + "the pilot".len()));
}

#[test]
fn a_copy_under_another_heading_is_not_the_words_for_certain() {
    let old = form("the pilot waits", "the pilot waits");
    let new = form("nobody", "the pilot waits");
    let start = new.find("the pilot").expect("the words");
    let range = start..start + "the pilot waits".len();
    let likeness = 1000;
    assert_eq!(
        by_anchor(&old, &new, "the pilot waits", 0),
        Placement::Changed { range, likeness }
    );
    // Where its heading went, it may have been renamed.
    let renamed = new.replace("## Morning", "## Noon");
    let found = by_anchor(&old, &renamed, "the pilot waits", 0);
    assert!(!matches!(found, Placement::Detached));
}

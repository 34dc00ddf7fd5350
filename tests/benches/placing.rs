//! 1,000 notes on a document of a megabyte, placed again after 200 edits: with both texts at hand,
//! and by the anchors alone, against one search of the text for each note.

use std::hint::black_box;

use postil_model::markdown::{DocumentKind, Parsed, parse};
use postil_model::{Anchor, Placement, Sought, TextId, place_all};
use postil_tests::bench::{Samples, goal, run, say, title};
use postil_xtask::plans;

const N_BYTES: usize = 1_000_000;
const N_NOTES: usize = 1_000;
const N_EDITS: usize = 200;
const N_ROUNDS: usize = 21;
const WARM_MS: f64 = 50.0;
const COLD_MS: f64 = 150.0;
const OLD: TextId = TextId([1; 32]);
const NEW: TextId = TextId([2; 32]);

fn main() -> anyhow::Result<()> {
    run(|| {
        placing();
        Ok(())
    })
}

fn placing() {
    let old = plans::document(7, N_BYTES);
    let new = edited(&old);
    let parsed = parse(old.as_str().into(), DocumentKind::Markdown);
    let anchors: Vec<Anchor> = (0..N_NOTES).map(|i| anchor(&old, &parsed, i)).collect();
    let sought: Vec<_> = anchors
        .iter()
        .map(|anchor| Sought {
            anchor,
            placed: None,
        })
        .collect();
    let [mut warm, mut cold, mut scan] = [const { Samples::new() }; 3];
    let mut placed = [Vec::new(), Vec::new()];
    for _ in 0..N_ROUNDS {
        scan.time(|| {
            for anchor in &anchors {
                black_box(new.matches(anchor.quote.as_str()).count());
            }
        });
        placed[0] = warm.time(|| place_all(&new, NEW, &sought, |_| Some(old.as_str())));
        placed[1] = cold.time(|| place_all(&new, NEW, &sought, |_| None));
    }
    title("placing: 1,000 notes on 1 MB after 200 edits");
    say("one search of the text for each note", &scan);
    say("Postil, both texts at hand", &warm);
    say("Postil, by the anchors alone", &cold);
    for (what, placements) in ["both texts", "anchors"].into_iter().zip(&placed) {
        let n = |is: fn(&Placement) -> bool| placements.iter().filter(|p| is(p)).count();
        let n_sure = n(|p| matches!(p, Placement::Exact { .. } | Placement::Moved { .. }));
        let n_flagged = n(|p| matches!(p, Placement::Changed { .. } | Placement::Ambiguous { .. }));
        say(what, format!("{n_sure} sure, {n_flagged} to be looked at"));
    }
    goal("both texts / 50 ms", warm.median_ms() / WARM_MS, 1.0);
    goal("anchors / 150 ms", cold.median_ms() / COLD_MS, 1.0);
    for (what, samples) in [("both texts", &warm), ("anchors", &cold)] {
        let ratio = samples.median_ms() / scan.median_ms();
        say(&format!("{what} / searches"), format!("{ratio:.3}"));
    }
}

/// A note on words of a length between a word and a paragraph, at its part of the text.
fn anchor(text: &str, parsed: &Parsed, i: usize) -> Anchor {
    let start = text.len() / N_NOTES * i + i * 37 % 400;
    let end = start + 8 + i * 53 % 240;
    Anchor::of(text, start..end, OLD, parsed.headings_over(start))
}

/// The text with a paragraph more, a line less or a word changed at each of [`N_EDITS`] places.
fn edited(text: &str) -> String {
    let mut edited = String::with_capacity(text.len() + text.len() / 8);
    let mut at = 0;
    for i in 0..N_EDITS {
        let place = text.ceil_char_boundary(text.len() / N_EDITS * i + i * 211 % 3000);
        let Some(n) = text[place..].find('\n') else {
            break;
        };
        let line_end = place + n + 1;
        edited.push_str(&text[at..line_end]);
        at = line_end;
        let next = text[at..].find('\n').map_or(text.len(), |n| at + n + 1);
        match i % 3 {
            0 => edited
                .push_str("\nWhat nobody had thought of is written here, and moves the rest.\n\n"),
            1 => at = next,
            _ => {
                edited.push_str(&text[at..next].replacen(' ', " quite ", 1));
                at = next;
            }
        }
    }
    edited.push_str(&text[at..]);
    edited
}

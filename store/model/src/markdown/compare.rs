//! What became of a text since it was last read: by blocks, and within them by words.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};
use unicode_segmentation::UnicodeSegmentation as _;

use super::{Flow, Link, Parsed, Part, Piece, Rich, Style, Table};

/// Longer texts are shown one after the other: finding what words they share takes time in more
/// than their length.
const MAX_COMPARED_BYTES: usize = 16 * 1024;
/// How much of the shorter of two texts is to be in both, in parts of a hundred.
const MIN_KEPT: usize = 25;

/// Blocks that took the place of others; either side may be none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hunk {
    /// Indices of the earlier blocks.
    pub before: Range<usize>,
    /// Indices of the present ones; where there are none, the place where they would be.
    pub after: Range<usize>,
}

/// Which blocks of `new` took the place of which of `old`, in order.
#[must_use]
pub fn compare(old: &Parsed, new: &Parsed) -> Vec<Hunk> {
    let hashes = |parsed: &Parsed| {
        let hashes = parsed.blocks.iter().map(|block| block.hash);
        hashes.collect::<Vec<u64>>()
    };
    let mut input = InternedInput::default();
    input.update_before(hashes(old).into_iter());
    input.update_after(hashes(new).into_iter());
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);
    let range = |range: Range<u32>| range.start as usize..range.end as usize;
    diff.hunks()
        .map(|hunk| Hunk {
            before: range(hunk.before),
            after: range(hunk.after),
        })
        .collect()
}

/// What the blocks of a hunk show, with what was taken away and what was added marked as such.
#[must_use]
pub fn compared(old: &Parsed, new: &Parsed, hunk: &Hunk) -> Vec<Flow> {
    let n_paired = hunk.before.len().min(hunk.after.len());
    let mut flows = Vec::new();
    for i in 0..n_paired {
        let before = old.flow(hunk.before.start + i);
        let after = new.flow(hunk.after.start + i);
        match merged(&before, &after) {
            Some(flow) => flows.push(flow),
            None => flows.extend([marked(before, Style::REMOVED), marked(after, Style::ADDED)]),
        }
    }
    let removed = hunk.before.clone().skip(n_paired).map(|i| old.flow(i));
    flows.extend(removed.map(|flow| marked(flow, Style::REMOVED)));
    let added = hunk.after.clone().skip(n_paired).map(|i| new.flow(i));
    flows.extend(added.map(|flow| marked(flow, Style::ADDED)));
    flows
}

/// Two states of a block as one; `None` when they are not of one shape.
fn merged(old: &Flow, new: &Flow) -> Option<Flow> {
    if old.pieces.len() != new.pieces.len() {
        return None;
    }
    let pieces = old.pieces.iter().zip(&new.pieces);
    let pieces: Option<Vec<Piece>> = pieces
        .map(|(before, after)| {
            let part = merged_part(&before.part, &after.part)?;
            Some(Piece {
                part,
                ..after.clone()
            })
        })
        .collect();
    Some(Flow { pieces: pieces? })
}

fn merged_part(old: &Part, new: &Part) -> Option<Part> {
    Some(match (old, new) {
        (Part::Text { rich: before, .. }, Part::Text { rich, role }) => Part::Text {
            rich: merged_rich(before, rich, MIN_KEPT)?,
            role: *role,
        },
        (Part::Code { rich: before, .. }, Part::Code { rich, .. }) => Part::Code {
            // Colours are for code that is code.
            language: None,
            rich: merged_rich(before, rich, MIN_KEPT)?,
        },
        (
            Part::Node {
                rich: before,
                node: a,
            },
            Part::Node { rich, node: b },
        ) if a == b => Part::Node {
            rich: merged_rich(before, rich, MIN_KEPT)?,
            node: *b,
        },
        (Part::Table(before), Part::Table(after)) => {
            let shape = |table: &Table| table.rows.iter().map(Vec::len).collect::<Vec<_>>();
            if shape(before) != shape(after) {
                return None;
            }
            let row = |(a, b): (&Vec<Rich>, &Vec<Rich>)| {
                let cells = a.iter().zip(b).map(|(a, b)| merged_rich(a, b, 0));
                cells.collect::<Option<Vec<Rich>>>()
            };
            let rows = before.rows.iter().zip(&after.rows).map(row);
            Part::Table(Table {
                goes_on: after.goes_on,
                alignments: after.alignments.clone(),
                rows: rows.collect::<Option<_>>()?,
            })
        }
        (old, new) if old == new => new.clone(),
        _ => return None,
    })
}

/// Two states of a text as one, by words. `None` when they share too little to be read as one, in
/// parts of a hundred.
fn merged_rich(old: &Rich, new: &Rich, min_kept: usize) -> Option<Rich> {
    if old.text.len().max(new.text.len()) > MAX_COMPARED_BYTES {
        return None;
    }
    let words = |rich: &Rich| {
        let words = rich.text.split_word_bound_indices();
        words
            .map(|(at, word)| at..at + word.len())
            .collect::<Vec<_>>()
    };
    let (before, after) = (words(old), words(new));
    let mut input = InternedInput::default();
    input.update_before(before.iter().map(|word| &old.text[word.clone()]));
    input.update_after(after.iter().map(|word| &new.text[word.clone()]));
    let mut diff = Diff::compute(Algorithm::Myers, &input);
    diff.postprocess_no_heuristic(&input);
    let bytes = |words: &[Range<usize>], of: Range<u32>, end: usize| {
        let start = |i: u32| words.get(i as usize).map_or(end, |word| word.start);
        start(of.start)..start(of.end)
    };
    let mut both = Rich::default();
    let mut at = 0;
    let mut n_kept = 0;
    for hunk in diff.hunks() {
        let removed = bytes(&before, hunk.before.clone(), old.text.len());
        let added = bytes(&after, hunk.after.clone(), new.text.len());
        n_kept += added.start - at;
        append(&mut both, new, at..added.start, Style::default());
        append(&mut both, old, removed, Style::REMOVED);
        append(&mut both, new, added.clone(), Style::ADDED);
        at = added.end;
    }
    n_kept += new.text.len() - at;
    append(&mut both, new, at..new.text.len(), Style::default());
    let is_alike = n_kept * 100 >= old.text.len().min(new.text.len()) * min_kept;
    is_alike.then_some(both)
}

/// Adds a stretch of another text, in its own looks and one more.
fn append(to: &mut Rich, from: &Rich, shown: Range<usize>, style: Style) {
    for run in &from.runs {
        let part = run.shown.start.max(shown.start)..run.shown.end.min(shown.end);
        if part.is_empty() {
            continue;
        }
        let link = run.link.map(|link| {
            let link: &Link = &from.links[link];
            let known = to.links.iter().position(|known| known == link);
            known.unwrap_or_else(|| {
                to.links.push(link.clone());
                to.links.len() - 1
            })
        });
        let text = &from.text[part.clone()];
        to.push(text, part, run.style.and(style), link, false);
    }
}

/// The same in another look.
fn marked(mut flow: Flow, style: Style) -> Flow {
    let mark = |rich: &mut Rich| {
        for run in &mut rich.runs {
            run.style = run.style.and(style);
        }
    };
    for piece in &mut flow.pieces {
        match &mut piece.part {
            Part::Code { rich, language } => {
                *language = None;
                mark(rich);
            }
            Part::Text { rich, .. }
            | Part::Formula { rich }
            | Part::Summary { rich, .. }
            | Part::Node { rich, .. }
            | Part::Source { rich, .. } => mark(rich),
            Part::Table(table) => table.rows.iter_mut().flatten().for_each(mark),
            Part::Properties(properties) => {
                let values = properties.iter_mut().map(|property| &mut property.value);
                values.for_each(mark);
            }
            Part::Image { .. } | Part::Rule => {}
        }
    }
    flow
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::{DocumentKind, parse};
    use proptest::prelude::*;

    /// What is compared, `-taken away-` and `+added+`.
    fn shown(old: &str, new: &str) -> Vec<String> {
        let of = |text: &str| parse(text.into(), DocumentKind::Markdown);
        let (old, new) = (of(old), of(new));
        let hunks = compare(&old, &new);
        let flows = hunks.iter().flat_map(|hunk| compared(&old, &new, hunk));
        let pieces = flows.flat_map(|flow| flow.pieces);
        pieces
            .map(|piece| {
                let texts = piece.texts().map(|rich| {
                    let runs = rich.runs.iter().map(|run| {
                        let text = &rich.text[run.shown.clone()];
                        match (run.style.has(Style::REMOVED), run.style.has(Style::ADDED)) {
                            (true, _) => format!("-{text}-"),
                            (_, true) => format!("+{text}+"),
                            _ => text.to_owned(),
                        }
                    });
                    runs.collect::<String>()
                });
                texts.collect::<Vec<_>>().join("|")
            })
            .collect()
    }

    #[test]
    fn changes_are_told_by_words() {
        let old = "# A\n\nTwo beds by the wall.\n\nGoes.\n\nStays.\n";
        let new = "# A\n\nThree beds by **the** wall.\n\nStays.\n\nNew.\n";
        assert_eq!(
            shown(old, new),
            ["-Two-+Three+ beds by the wall.", "-Goes.-", "+New.+"]
        );
        assert_eq!(
            shown(
                "| a | b |\n|-|-|\n| 1 | 2 |\n",
                "| a | b |\n|-|-|\n| 1 | 3 |\n"
            ),
            ["a|b|1|-2-+3+"]
        );
        assert_eq!(shown("alpha beta\n", "nothing alike here\n").len(), 2);
        assert!(shown(old, old).is_empty());
    }

    proptest! {
        #[test]
        fn what_is_there_now_is_shown(old in "[ab \n#*-]{0,40}", new in "[ab \n#*-]{0,40}") {
            let of = |text: &str| parse(text.into(), DocumentKind::Markdown);
            let (old, new) = (of(&old), of(&new));
            let hunks = compare(&old, &new);
            let mut after = 0;
            for hunk in &hunks {
                prop_assert!(hunk.after.start >= after && hunk.after.end <= new.blocks().len());
                prop_assert!(hunk.before.end <= old.blocks().len());
                after = hunk.after.end;
                let _ = compared(&old, &new, hunk);
            }
        }
    }
}

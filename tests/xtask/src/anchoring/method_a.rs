//! The quote matching of the Hypothesis client, as it is published: the best score among all exact
//! occurrences, or among all best approximate ones.

use std::collections::HashMap;

use super::cases::Passage;
use super::document::{Document, places};
use super::verdict::Answer;

const CONTEXT: usize = 32;

/// Places a passage.
pub(super) fn place(old: &Document, new: &Document, passage: &Passage) -> Answer {
    let (start, end) = (old.char(passage.range.start), old.char(passage.range.end));
    let quote = &old.chars[start..end];
    if new.chars.get(start..end) == Some(quote) {
        return Answer::Sure(new.byte(start)..new.byte(end));
    }
    let (before, after) = (old.before(start, CONTEXT), old.after(end, CONTEXT));
    let mut best: Option<(f64, usize, usize)> = None;
    for (from, to, errors) in found(&new.chars, quote) {
        let quoted = 1.0 - errors as f64 / quote.len() as f64;
        let context = |stored: &[char], there: &[char]| {
            if stored.is_empty() {
                1.0
            } else {
                text_score(there, stored)
            }
        };
        let near = 1.0 - from.abs_diff(start) as f64 / new.chars.len() as f64;
        let score = 50.0 * quoted
            + 20.0 * context(before, new.before(from, before.len()))
            + 20.0 * context(after, new.after(to, after.len()))
            + 2.0 * near;
        if best.is_none_or(|(most, ..)| score / 92.0 > most) {
            best = Some((score / 92.0, from, to));
        }
    }
    best.map_or(Answer::Detached, |(_, from, to)| {
        Answer::Sure(new.byte(from)..new.byte(to))
    })
}

/// Start, end and errors of all candidates.
fn found(text: &[char], quote: &[char]) -> Vec<(usize, usize, usize)> {
    let exact: Vec<_> = places(text, quote)
        .map(|at| (at, at + quote.len(), 0))
        .collect();
    if !exact.is_empty() {
        return exact;
    }
    let most = 256.min(quote.len() / 2);
    let reversed: Vec<char> = quote.iter().rev().copied().collect();
    let ends = best_ends(text.iter(), quote, most).into_iter();
    ends.map(|(end, errors)| {
        let window = &text[end.saturating_sub(quote.len() + errors)..end];
        let starts = best_ends(window.iter().rev(), &reversed, errors).into_iter();
        let start = starts.map(|(n, _)| end - n).chain([end]).min();
        (start.unwrap_or(end), end, errors)
    })
    .collect()
}

fn text_score(text: &[char], stored: &[char]) -> f64 {
    if stored.is_empty() || text.is_empty() {
        return 0.0;
    }
    let best = best_ends(text.iter(), stored, stored.len());
    best.first().map_or(0.0, |(_, errors)| {
        1.0 - *errors as f64 / stored.len() as f64
    })
}

/// The end and errors of every occurrence of `pattern` with the fewest errors, at most `most`:
/// Myers' algorithm, on numbers of as many bits as the pattern is long.
fn best_ends<'t>(
    text: impl Iterator<Item = &'t char>,
    pattern: &[char],
    most: usize,
) -> Vec<(usize, usize)> {
    let n = pattern.len().div_ceil(64);
    let Some(last) = n.checked_sub(1) else {
        return Vec::new();
    };
    let top = (pattern.len() - 1) % 64;
    let mut masks: HashMap<char, Vec<u64>> = HashMap::new();
    for (i, &c) in pattern.iter().enumerate() {
        masks.entry(c).or_insert_with(|| vec![0; n])[i / 64] |= 1 << (i % 64);
    }
    let none = vec![0; n];
    let (mut up, mut down) = (vec![u64::MAX; n], vec![0_u64; n]);
    let (mut errors, mut best, mut ends) = (pattern.len(), most.min(pattern.len()), Vec::new());
    for (at, c) in text.enumerate() {
        let equal = masks.get(c).unwrap_or(&none);
        let (mut carry, mut carry_up, mut carry_down) = (0_u64, 0, 0);
        for i in 0..n {
            let vertical = equal[i] | down[i];
            let (sum, first) = (equal[i] & up[i]).overflowing_add(up[i]);
            let (sum, second) = sum.overflowing_add(carry);
            carry = u64::from(first | second);
            let horizontal = (sum ^ up[i]) | equal[i];
            let higher = down[i] | !(horizontal | up[i]);
            let lower = up[i] & horizontal;
            if i == last && higher >> top & 1 == 1 {
                errors += 1;
            } else if i == last && lower >> top & 1 == 1 {
                errors -= 1;
            }
            let (shifted_up, shifted_down) = (higher << 1 | carry_up, lower << 1 | carry_down);
            (carry_up, carry_down) = (higher >> 63, lower >> 63);
            up[i] = shifted_down | !(vertical | shifted_up);
            down[i] = shifted_up & vertical;
        }
        if errors <= best {
            if errors < best {
                ends.clear();
            }
            best = errors;
            ends.push((at + 1, errors));
        }
    }
    ends
}

//! plannotator-tui's matching, as it is published: the stored place, or the exact quote with the most
//! of its context, or nothing.

use super::cases::Passage;
use super::document::Document;
use super::verdict::Answer;

const CONTEXT: usize = 32;

/// Places a passage.
pub(super) fn place(old: &Document, new: &Document, passage: &Passage) -> Answer {
    let (start, end) = (old.char(passage.range.start), old.char(passage.range.end));
    let (before, after) = (old.before(start, CONTEXT), old.after(end, CONTEXT));
    let fits = |from: usize, to: usize| {
        let is_before = new.before(from, before.len()) == before;
        let is_after = new.after(to, after.len()) == after;
        usize::from(is_before) + usize::from(is_after)
    };
    let quote = passage.quote.as_str();
    if new.raw.get(passage.range.clone()) == Some(quote)
        && fits(new.char(passage.range.start), new.char(passage.range.end)) == 2
    {
        return Answer::Sure(passage.range.clone());
    }
    let block = |document: &Document, byte: usize| {
        document
            .blocks
            .iter()
            .position(|block| block.contains(&byte))
    };
    let home = block(old, passage.range.start);
    for needle in [quote, quote.trim()] {
        let mut best: Option<(usize, usize, usize)> = None;
        for (at, _) in new.raw.match_indices(needle).filter(|_| !needle.is_empty()) {
            let to = at + needle.len();
            let fits = fits(new.char(at), new.char(to));
            let away = match (home, block(new, at)) {
                (Some(home), Some(here)) => home.abs_diff(here),
                _ => 0,
            };
            if best.is_none_or(|(most, least, _)| fits > most || fits == most && away < least) {
                best = Some((fits, away, at));
            }
        }
        if let Some((.., at)) = best {
            return Answer::Sure(at..at + needle.len());
        }
    }
    Answer::Detached
}

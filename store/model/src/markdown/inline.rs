//! What the parser leaves as plain text and people mean as more: bare addresses, `[[wikilinks]]` and
//! `==marks==`. Looked for in the shown text of one paragraph, never in code.

use std::ops::Range;

use super::rich::{Link, Rich, Style};

/// More marks than this in one paragraph are left as they are: each costs time in its length.
const MAX_MARKS: usize = 500;

/// Looks for all of them.
pub(super) fn finish(rich: &mut Rich) {
    if rich.text.contains("[[") {
        wikilinks(rich);
    }
    if rich.text.contains("==") {
        marks(rich);
    }
    if ["://", "www.", "@"]
        .iter()
        .any(|sign| rich.text.contains(sign))
    {
        addresses(rich);
    }
}

/// Whether all of a stretch is plain text, in which signs mean what they say.
fn is_plain(rich: &Rich, shown: &Range<usize>) -> bool {
    let first = rich
        .runs
        .partition_point(|run| run.shown.end <= shown.start);
    rich.runs[first..]
        .iter()
        .take_while(|run| run.shown.start < shown.end)
        .all(|run| {
            let is_code = [Style::CODE, Style::SOURCE, Style::PICTURE, Style::MATH]
                .iter()
                .any(|style| run.style.has(*style));
            run.link.is_none() && !is_code
        })
}

/// Changes the runs of a stretch, which are cut to fit it.
fn change(rich: &mut Rich, shown: &Range<usize>, change: impl Fn(&mut super::rich::Run)) {
    let first = rich.split_at(shown.start);
    let end = rich.split_at(shown.end);
    rich.runs[first..end].iter_mut().for_each(change);
}

fn link(rich: &mut Rich, shown: &Range<usize>, target: String) {
    let title = String::new();
    rich.links.push(Link { target, title });
    let link = rich.links.len() - 1;
    change(rich, shown, |run| run.link = Some(link));
}

/// `[[document]]`, `[[document#heading]]` and `[[document|words]]`.
fn wikilinks(rich: &mut Rich) {
    let mut at = 0;
    for _ in 0..MAX_MARKS {
        let Some(open) = rich.text[at..].find("[[").map(|i| at + i) else {
            return;
        };
        let inner = open + 2;
        let Some(close) = rich.text[inner..].find("]]").map(|i| inner + i) else {
            return;
        };
        let whole = open..close + 2;
        at = inner;
        let content = &rich.text[inner..close];
        if content.trim().is_empty() || content.contains(['[', '\n']) || !is_plain(rich, &whole) {
            continue;
        }
        let (target, words) = match content.split_once('|') {
            Some((target, _)) => (target.trim().to_owned(), inner + target.len() + 1..close),
            None => (content.trim().to_owned(), inner..close),
        };
        let source = rich.source_of(whole.clone());
        let shown_source = rich.source_of(words.clone());
        link(rich, &words, format!("[[{target}]]"));
        rich.add_whole(source, shown_source);
        rich.remove(words.end..whole.end);
        rich.remove(whole.start..words.start);
        at = open + words.len();
    }
}

/// `==words==`, as with a pen.
fn marks(rich: &mut Rich) {
    let mut at = 0;
    for _ in 0..MAX_MARKS {
        let Some(open) = rich.text[at..].find("==").map(|i| at + i) else {
            return;
        };
        let inner = open + 2;
        let Some(close) = rich.text[inner..].find("==").map(|i| inner + i) else {
            return;
        };
        at = inner;
        let content = &rich.text[inner..close];
        let is_tight = !content.starts_with(char::is_whitespace)
            && !content.ends_with(char::is_whitespace)
            && !content.starts_with('=');
        let is_mark = !content.is_empty()
            && is_tight
            && !rich.text[close + 2..].starts_with('=')
            && is_plain(rich, &(open..inner))
            && is_plain(rich, &(close..close + 2));
        if !is_mark {
            continue;
        }
        let outer = rich.source_of(open..close + 2);
        let inner_source = rich.source_of(inner..close);
        rich.add_whole(outer, inner_source);
        change(rich, &(inner..close), |run| {
            run.style = run.style.and(Style::MARK);
        });
        rich.remove(close..close + 2);
        rich.remove(open..inner);
        at = close - 2;
    }
}

/// Bare web and mail addresses, by the rules of GitHub's extension.
fn addresses(rich: &mut Rich) {
    let text = rich.text.clone();
    let mut at = 0;
    let mut n_found = 0;
    for word in text.split_inclusive(|c: char| c.is_whitespace() || c == '<') {
        let start = at;
        at += word.len();
        let word = word.trim_end_matches(|c: char| c.is_whitespace() || c == '<');
        let lead = word.len()
            - word
                .trim_start_matches(['(', '*', '_', '~', '"', '\'', '['])
                .len();
        let body = &word[lead..];
        let found = web(body).or_else(|| mail(body));
        let Some((length, target)) = found else {
            continue;
        };
        let shown = start + lead..start + lead + length;
        if is_plain(rich, &shown) && n_found < MAX_MARKS {
            link(rich, &shown, target);
            n_found += 1;
        }
    }
}

fn web(word: &str) -> Option<(usize, String)> {
    let lower = word
        .get(..8.min(word.len()))
        .unwrap_or("")
        .to_ascii_lowercase();
    let (skip, prefix) = if lower.starts_with("https://") {
        (8, "")
    } else if lower.starts_with("http://") {
        (7, "")
    } else if lower.starts_with("www.") {
        (0, "http://")
    } else {
        return None;
    };
    let domain_end = word[skip..]
        .find(['/', '?', '#', ':'])
        .map_or(word.len(), |i| skip + i);
    let domain = trimmed(&word[skip..domain_end]);
    let is_domain = domain
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !is_domain || !domain.contains('.') || domain.starts_with('.') {
        return None;
    }
    let address = without_entity(trimmed(word), word);
    Some((address.len(), format!("{prefix}{address}")))
}

/// What looks like an entity at the end of a word is no part of an address in it.
fn without_entity<'w>(address: &'w str, word: &str) -> &'w str {
    let is_cut = word[address.len()..].starts_with(';');
    match address.rfind('&') {
        Some(at) if is_cut && is_alphanumeric(&address[at + 1..]) => &address[..at],
        _ => address,
    }
}

fn is_alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn mail(word: &str) -> Option<(usize, String)> {
    let address = trimmed(word);
    if word[address.len()..].starts_with('_') {
        return None;
    }
    let (local, domain) = address.split_once('@')?;
    let is_local = !local.is_empty()
        && local
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-_+".contains(c));
    let is_domain = domain.contains('.')
        && !domain.starts_with('.')
        && domain
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        && domain.ends_with(|c: char| c.is_ascii_alphanumeric());
    (is_local && is_domain).then(|| (address.len(), format!("mailto:{address}")))
}

/// Without the punctuation that ends a sentence rather than an address.
fn trimmed(word: &str) -> &str {
    let mut word = word;
    loop {
        let shorter =
            word.trim_end_matches(['?', '!', '.', ',', ':', '*', '_', '~', '\'', '"', ';']);
        let n_open = shorter.matches('(').count();
        let n_close = shorter.matches(')').count();
        let shorter = if shorter.ends_with(')') && n_close > n_open {
            &shorter[..shorter.len() - 1]
        } else {
            shorter
        };
        if shorter.len() == word.len() {
            return word;
        }
        word = shorter;
    }
}

//! What a line of a JSON tree shows, with the way back to its source.

use std::ops::Range;

use super::super::compose::Composer;
use super::super::flow::{Alert, Nest, Part, Role};
use super::super::rich::{Link, Rich, Style};
use super::scan::{Scanner, escape_len};
use super::{Node, Shape};

/// Adds the values of a block, which is known to be well formed; of a long value, any part.
pub(in super::super) fn values(composer: &mut Composer<'_>, source: &str, mut node: Node) {
    let mut at = 0;
    let n = match node.shape {
        Shape::Values => node.n,
        Shape::List | Shape::Object => 1,
        Shape::Rest => {
            let mut rich = Rich::default();
            letters(&mut rich, source, 0..source.len());
            composer.piece(Part::Node { rich, node }, 0..source.len(), true);
            return;
        }
    };
    if node.shape == Shape::Values {
        node.n = 1;
    }
    for _ in 0..n {
        let blank = |c: char| c.is_ascii_whitespace() || c == ',';
        at = source.len() - source[at..].trim_start_matches(blank).len();
        let start = at;
        let mut rich = Rich::default();
        let name = if node.number == 0 {
            name(source, at)
        } else {
            None
        };
        if let Some((name, value)) = name {
            let inner = name.start + 1..name.end - 1;
            put(&mut rich, source, inner.clone(), Style::BOLD);
            at = value;
            if node.shape == Shape::Values {
                let is_text = source.as_bytes().get(at) == Some(&b'"');
                let between = inner.end..at + usize::from(is_text);
                rich.push(":  ", between, Style::default(), None, false);
            }
        }
        if node.shape == Shape::Values {
            at = one(&mut rich, source, at);
        } else {
            at = source.len();
        }
        composer.piece(Part::Node { rich, node }, start..at, true);
        node.number += u32::from(node.number > 0);
    }
}

/// The name that stands here, quotes and all, and where what it names begins.
fn name(source: &str, at: usize) -> Option<(Range<usize>, usize)> {
    let mut scanner = Scanner::behind(source, at);
    if scanner.peek() != Some(b'"') {
        return None;
    }
    let name = scanner.string().ok()?;
    scanner.skip_blanks();
    if scanner.peek() != Some(b':') {
        return None;
    }
    scanner.at += 1;
    scanner.skip_blanks();
    Some((name, scanner.at))
}

/// Adds one value. Gives where it ends.
fn one(rich: &mut Rich, source: &str, at: usize) -> usize {
    let bytes = source.as_bytes();
    let mut scanner = Scanner::behind(source, at);
    match bytes.get(at) {
        Some(b'"') => {
            // The first part of a long one has no end.
            let text = scanner.string().unwrap_or(at..source.len());
            letters(rich, source, at + 1..text.end);
            text.end
        }
        Some(b'[' | b'{') => {
            let rest = source[at + 1..].find([']', '}']);
            let end = rest.map_or(source.len(), |n| at + 1 + n + 1);
            let brackets = if bytes[at] == b'[' { "[]" } else { "{}" };
            rich.push(brackets, at..end, Style::default(), None, true);
            end
        }
        _ => {
            let rest = &source[at..];
            let n = rest.find(|c: char| c.is_ascii_whitespace() || c == ',');
            let end = n.map_or(source.len(), |n| at + n);
            rich.push(&source[at..end], at..end, Style::default(), None, true);
            end
        }
    }
}

/// Adds letters up to a quote that ends them.
fn letters(rich: &mut Rich, source: &str, range: Range<usize>) {
    let bytes = &source.as_bytes()[..range.end];
    let mut end = range.start;
    while end < bytes.len() && bytes[end] != b'"' {
        let escape = escape_len(&bytes[end..]).filter(|_| bytes[end] == b'\\');
        end += escape.unwrap_or(1);
    }
    put(rich, source, range.start..end, Style::default());
}

/// Adds letters, each escape as what it stands for.
fn put(rich: &mut Rich, source: &str, range: Range<usize>, style: Style) {
    let mut plain = range.start;
    let mut at = range.start;
    while let Some(n) = source[at..range.end].find('\\') {
        at += n;
        rich.push(&source[plain..at], plain..at, style, None, true);
        let (letter, n) = escape(&source[at..range.end]);
        let range = at..at + n;
        match letter {
            Some('\r') => {}
            Some(letter) => rich.push(letter.encode_utf8(&mut [0; 4]), range, style, None, false),
            // What nobody could see is shown as it is written.
            None => rich.push(&source[range.clone()], range, style, None, true),
        }
        at += n;
        plain = at;
    }
    rich.push(
        &source[plain..range.end],
        plain..range.end,
        style,
        None,
        true,
    );
}

/// The letter that an escape stands for, if it is one to be seen; and the escape's length.
fn escape(source: &str) -> (Option<char>, usize) {
    let Some(n) = escape_len(source.as_bytes()) else {
        return (None, source.chars().next().map_or(0, char::len_utf8));
    };
    let letter = match source.as_bytes()[1] {
        b'n' => Some('\n'),
        b't' => Some('\t'),
        b'r' => Some('\r'),
        b'u' => {
            let unit = |at: usize| u16::from_str_radix(source.get(at + 2..at + 6)?, 16).ok();
            let second = source.get(n..).filter(|rest| rest.starts_with("\\u"));
            let second = second.and_then(|_| unit(n));
            let mut letters = char::decode_utf16([unit(0), second].into_iter().flatten());
            let letter = letters.next().and_then(Result::ok);
            if letter.is_some_and(|letter| letter.len_utf16() == 2) {
                return (letter, 2 * n);
            }
            letter.filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'))
        }
        byte @ (b'"' | b'\\' | b'/') => Some(char::from(byte)),
        _ => None,
    };
    (letter, n)
}

/// Adds why a text is no JSON, above its source. `place` is a line and a letter in it, from one.
pub(in super::super) fn problem(composer: &mut Composer<'_>, why: &str, place: (usize, usize)) {
    let (line, column) = place;
    let mut rich = Rich::default();
    let plain = Style::default();
    rich.push("This is no JSON: in ", 0..0, plain, None, false);
    rich.links.push(Link {
        target: format!("#L{line}"),
        title: String::new(),
    });
    let words = format!("line {line}, column {column}");
    rich.push(&words, 0..0, plain, Some(0), false);
    rich.push(&format!(", {why}."), 0..0, plain, None, false);
    composer.enter(Nest::Quote(Some(Alert::Warning)));
    let role = Role::Paragraph;
    composer.piece(Part::Text { role, rich }, 0..0, false);
    composer.leave();
}

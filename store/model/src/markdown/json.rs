//! JSON as a tree that folds: each value a line, each list and object the head of what is in it.

use std::ops::Range;

use super::compose::Composer;
use super::flow::{Nest, Part, Role};
use super::rich::{Rich, Style};

/// Deeper values are shown as their source.
const MAX_DEPTH: usize = 24;
/// Values down to this depth are open at first.
const OPEN_DEPTH: usize = 2;

/// Adds the pieces of a JSON text; whether it is one. Nothing is added if it is not.
pub(super) fn compose(composer: &mut Composer<'_>, text: &str) -> bool {
    let mut reader = Reader { text, at: 0 };
    let Some(value) = reader.value(0) else {
        return false;
    };
    if reader.peek().is_some() || !matches!(value.kind, Kind::Many { .. }) {
        return false;
    }
    let mut writer = Writer {
        composer,
        text,
        n_folds: 0,
    };
    if let Kind::Many { members, .. } = &value.kind {
        for member in members {
            writer.member(member, 0);
        }
    }
    true
}

struct Value {
    range: Range<usize>,
    kind: Kind,
}

enum Kind {
    /// Text, without its quotes.
    Text(String),
    /// A number, a word, or what is too deep, as it stands.
    Plain,
    Many {
        is_list: bool,
        members: Vec<Member>,
    },
}

struct Member {
    /// The key, or the number in a list.
    key: String,
    key_range: Range<usize>,
    value: Value,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    /// The next byte that is not blank.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        let first = self.peek()?;
        let start = self.at;
        let kind = match first {
            b'"' => Kind::Text(self.string()?),
            b'{' | b'[' if depth >= MAX_DEPTH => {
                self.skip()?;
                Kind::Plain
            }
            b'{' | b'[' => self.many(first == b'[', depth)?,
            _ => {
                let rest = &self.text[start..];
                let end = rest.find(|c: char| c.is_whitespace() || ",]}".contains(c));
                let word = &rest[..end.unwrap_or(rest.len())];
                let is_number = word.parse::<f64>().is_ok();
                if !is_number && !matches!(word, "true" | "false" | "null") {
                    return None;
                }
                self.at += word.len();
                Kind::Plain
            }
        };
        let range = start..self.at;
        Some(Value { range, kind })
    }

    fn many(&mut self, is_list: bool, depth: usize) -> Option<Kind> {
        let close = if is_list { b']' } else { b'}' };
        self.at += 1;
        let mut members = Vec::new();
        if self.take(close).is_some() {
            return Some(Kind::Many { is_list, members });
        }
        loop {
            let (key, key_range) = if is_list {
                self.peek()?;
                ((members.len() + 1).to_string(), self.at..self.at)
            } else {
                self.peek()?;
                let start = self.at;
                let key = self.string()?;
                let range = start..self.at;
                self.take(b':')?;
                (key, range)
            };
            let value = self.value(depth + 1)?;
            members.push(Member {
                key,
                key_range,
                value,
            });
            if self.take(b',').is_none() {
                self.take(close)?;
                return Some(Kind::Many { is_list, members });
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"')?;
        let mut text = String::new();
        let rest = &self.text[self.at..];
        let mut chars = rest.char_indices();
        while let Some((i, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += i + 1;
                    return Some(text);
                }
                '\\' => match chars.next()?.1 {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' | 'b' | 'f' => {}
                    'u' => {
                        let mut unit = || {
                            let digits: String = chars.by_ref().take(4).map(|(_, c)| c).collect();
                            u16::from_str_radix(&digits, 16).ok()
                        };
                        let first = unit()?;
                        let is_pair = (0xD800..0xDC00).contains(&first);
                        let second = if is_pair {
                            // The `\u` of the second half.
                            chars.next()?;
                            chars.next()?;
                            let digits: String = chars.by_ref().take(4).map(|(_, c)| c).collect();
                            u16::from_str_radix(&digits, 16).ok()
                        } else {
                            None
                        };
                        let units = [Some(first), second];
                        let decoded = char::decode_utf16(units.into_iter().flatten());
                        text.extend(decoded.map(|c| c.unwrap_or('\u{FFFD}')));
                    }
                    c => text.push(c),
                },
                c if c.is_control() => return None,
                c => text.push(c),
            }
        }
        None
    }

    /// Past a list or an object, whatever is in it.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => drop(self.string()?),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                    if depth == 0 {
                        return Some(());
                    }
                }
                _ => {
                    self.at += 1;
                    while !self.text.is_char_boundary(self.at) {
                        self.at += 1;
                    }
                }
            }
        }
    }
}

struct Writer<'w, 'p, 't> {
    composer: &'w mut Composer<'p>,
    text: &'t str,
    n_folds: u32,
}

impl Writer<'_, '_, '_> {
    fn member(&mut self, member: &Member, depth: usize) {
        let mut rich = Rich::default();
        let plain = Style::default();
        let start = member.key_range.start;
        rich.push(
            &member.key,
            member.key_range.clone(),
            Style::BOLD,
            None,
            false,
        );
        let range = member.value.range.clone();
        match &member.value.kind {
            Kind::Text(text) => {
                rich.push(":  ", start..range.start, plain, None, false);
                rich.push(text, range.clone(), plain, None, false);
            }
            Kind::Plain => {
                rich.push(":  ", start..range.start, plain, None, false);
                rich.push(&self.text[range.clone()], range.clone(), plain, None, true);
            }
            Kind::Many { is_list, members } => {
                let n = members.len();
                let size = if *is_list {
                    format!("   [{n}]")
                } else {
                    format!("   {{{n}}}")
                };
                rich.push(&size, range.start..range.start + 1, plain, None, false);
                self.many(rich, start..range.end, members, depth);
                return;
            }
        }
        let role = Role::Paragraph;
        self.composer
            .piece(Part::Text { role, rich }, start..range.end, true);
    }

    fn many(&mut self, rich: Rich, range: Range<usize>, members: &[Member], depth: usize) {
        let id = self.n_folds;
        self.n_folds += 1;
        let is_open = depth < OPEN_DEPTH;
        self.composer
            .piece(Part::Summary { rich, id, is_open }, range, true);
        self.composer.enter(Nest::Fold { id, is_open });
        self.composer.enter(Nest::Definition);
        for member in members {
            self.member(member, depth + 1);
        }
        self.composer.leave();
        self.composer.leave();
    }
}

#[cfg(test)]
mod tests {
    use crate::markdown::{DocumentKind, Part, parse};
    use proptest::prelude::*;

    fn lines(text: &str) -> Vec<String> {
        let parsed = parse(text.into(), DocumentKind::Json);
        let flow = parsed.flow(0);
        flow.pieces
            .iter()
            .map(|piece| {
                let text = piece.texts().next().map_or("", |rich| rich.text.as_str());
                let sign = match piece.part {
                    Part::Summary { .. } => "v ",
                    Part::Code { .. } => "code ",
                    _ => "",
                };
                format!("{}{sign}{text}", "  ".repeat(piece.levels.len() / 2))
            })
            .collect()
    }

    #[test]
    fn a_tree_of_lines() {
        assert_eq!(
            lines("{\"a\": 1, \"b\": [true, {\"c\": \"d\\n\\u00e9\\ud83d\\ude00\"}], \"e\": {}}"),
            [
                "a:  1",
                "v b   [2]",
                "  1:  true",
                "  v 2   {1}",
                "    c:  d\né😀",
                "v e   {0}"
            ]
        );
        assert_eq!(lines("{\"a\": }")[0], "code {\"a\": }");
        assert_eq!(lines("[1, 2")[0], "code [1, 2");
        assert!(lines(&format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000))).len() > 20);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "[\\[\\]{}\",:0-9a\\\\u ä\n]{0,60}") {
            lines(&text);
        }
    }
}

//! Words inside Markdown that stay what they are, whatever they hold.

use std::borrow::Cow;
use std::fmt::Write as _;

/// More characters of a file's words are not quoted: they are in the file.
pub(super) const MAX_QUOTED_CHARS: usize = 1_500;
/// How many of a long quote are given from its start, and from its end.
const HEAD_CHARS: usize = 800;
const TAIL_CHARS: usize = 400;
/// Names and headings are cut at as many characters.
const MAX_SPAN_CHARS: usize = 200;

/// The lines of a text, whichever way they end; a line end at the end begins no further one.
/// `CommonMark` takes a lone carriage return for a line end, so that it must count here.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text).filter(|text| !text.is_empty());
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let width = if text[end..].starts_with("\r\n") {
            2
        } else {
            1
        };
        rest = Some(&text[end + width..]).filter(|rest| !rest.is_empty());
        Some(&text[..end])
    })
}

/// The text with pictures in the place of characters that a terminal acts on, or that end a text
/// where it is pasted.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    let is_acted_on = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    if !text.contains(is_acted_on) {
        return Cow::Borrowed(text);
    }
    let picture = |c: char| match c {
        '\u{7f}' => '\u{2421}',
        c if is_acted_on(c) => char::from_u32(0x2400 + c as u32)
            .filter(|_| c < ' ')
            .unwrap_or(char::REPLACEMENT_CHARACTER),
        c => c,
    };
    Cow::Owned(text.chars().map(picture).collect())
}

/// Writes lines between fences that none of them can end.
pub(super) fn fence<'a>(out: &mut String, info: &str, lines: impl Iterator<Item = Cow<'a, str>>) {
    let mut body = String::new();
    for line in lines {
        body.push_str(&visible(&line));
        body.push('\n');
    }
    let fence = "`".repeat((longest_run(&body) + 1).max(3));
    let _ = writeln!(out, "{fence}{info}\n{body}{fence}");
}

/// Writes words of a file, the middle left out if they are long.
pub(super) fn quote_words(out: &mut String, words: &str) {
    let n_chars = words.chars().count();
    if n_chars <= MAX_QUOTED_CHARS {
        fence(out, "", lines(words).map(Cow::Borrowed));
        return;
    }
    let byte_of = |n: usize| {
        words
            .char_indices()
            .nth(n)
            .map_or(words.len(), |(at, _)| at)
    };
    fence(
        out,
        "",
        lines(&words[..byte_of(HEAD_CHARS)]).map(Cow::Borrowed),
    );
    let n_left_out = n_chars - HEAD_CHARS - TAIL_CHARS;
    let _ = writeln!(out, "…{n_left_out} characters are left out here…\n");
    fence(
        out,
        "",
        lines(&words[byte_of(n_chars - TAIL_CHARS)..]).map(Cow::Borrowed),
    );
}

/// Writes what the person wrote, whole. Whatever Markdown it holds ends with it.
pub(super) fn block_quote(out: &mut String, words: &str) {
    for line in lines(words) {
        let line = visible(line);
        out.push_str(if line.is_empty() { ">" } else { "> " });
        out.push_str(&line);
        out.push('\n');
    }
}

/// A name on one line as inline code.
pub(super) fn code_span(name: &str) -> String {
    let mut one_line: String = lines(name).collect::<Vec<_>>().join(" ").replace('\t', " ");
    if let Some((cut, _)) = one_line.char_indices().nth(MAX_SPAN_CHARS) {
        one_line.truncate(cut);
        one_line.push('…');
    }
    let shown = visible(&one_line);
    if shown.trim().is_empty() {
        return "(no name)".to_owned();
    }
    let ticks = "`".repeat(longest_run(&shown) + 1);
    let is_padded = shown.starts_with(['`', ' ']) || shown.ends_with(['`', ' ']);
    let pad = if is_padded { " " } else { "" };
    format!("{ticks}{pad}{shown}{pad}{ticks}")
}

fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for byte in text.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Parser, Tag, TagEnd};

    #[test]
    fn lines_end_in_any_way() {
        let all: Vec<_> = lines("a\r\nb\rc\n\nd\n").collect();
        assert_eq!(all, ["a", "b", "c", "", "d"]);
        assert_eq!(lines("").count(), 0);
    }

    #[test]
    fn what_a_terminal_acts_on_is_shown() {
        assert_eq!(
            visible("a\0b\u{1b}[2J\u{7f}\u{9b}\tc"),
            "a␀b␛[2J␡\u{fffd}\tc"
        );
    }

    #[test]
    fn long_words_are_shortened_and_it_is_said() {
        let mut out = String::new();
        quote_words(&mut out, &"é".repeat(1 << 20));
        assert!(out.len() < 4_000);
        assert!(
            out.contains("…1047376 characters are left out here…"),
            "{out}"
        );
    }

    /// Words that try to get out of whatever holds them.
    pub(in crate::feedback) fn nasty() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[`~>#*_<&|{}\\-=+ \t]{1,5}",
            "\r|\n|\r\n|\n\n",
            "```[a-z]{0,3}",
            "<!--|-->|<script>|</div>|\\[x\\]: y|---|===",
            any::<char>().prop_map(String::from),
            "[a-c ]{1,6}",
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn a_fence_holds_whatever_is_in_it(words in nasty()) {
            let mut out = String::new();
            quote_words(&mut out, &words);
            out.push_str("\nafter\n");
            let mut depth = 0;
            let mut inside = String::new();
            let mut after = String::new();
            for event in Parser::new(&out) {
                match event {
                    Event::Start(Tag::CodeBlock(_)) => depth += 1,
                    Event::End(TagEnd::CodeBlock) => depth -= 1,
                    Event::Text(text) if depth == 1 => inside.push_str(&text),
                    Event::Text(text) => after.push_str(&text),
                    _ => {}
                }
            }
            let mut wanted = String::new();
            for line in lines(&words) {
                wanted.extend([&*visible(line), "\n"]);
            }
            prop_assert_eq!(inside, wanted);
            prop_assert_eq!(after, "after");
        }

        #[test]
        fn a_block_quote_ends_where_it_should(words in nasty()) {
            let mut out = String::new();
            block_quote(&mut out, &words);
            out.push_str("\n# after\n");
            let mut depth = 0;
            let mut outside = Vec::new();
            for event in Parser::new(&out) {
                match event {
                    Event::Start(Tag::BlockQuote(_)) => depth += 1,
                    Event::End(TagEnd::BlockQuote(_)) => depth -= 1,
                    event if depth == 0 => outside.push(event),
                    _ => {}
                }
            }
            prop_assert_eq!(outside.len(), 3, "{:?}", outside);
        }

        #[test]
        fn a_code_span_is_one(name in nasty()) {
            let span = code_span(&name);
            prop_assert!(!span.contains(['\n', '\r']));
            let in_heading = format!("# {span}\n");
            let codes = Parser::new(&in_heading).filter(|event| matches!(event, Event::Code(_)));
            prop_assert_eq!(codes.count(), usize::from(span != "(no name)"));
        }
    }
}

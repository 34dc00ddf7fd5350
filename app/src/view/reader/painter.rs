//! What each stretch of a code is, told by the grammar of its language.
//!
//! Long code is painted in pieces: from what was read before them if that is near, else from a few
//! lines above. So no piece takes more time than it is worth, however long the code is; the price is
//! that far below what was seen, a comment or a text of more lines than these is taken for code.

use std::ops::Range;
use std::sync::Arc;

use syntect::highlighting::{HighlightIterator, HighlightState, Highlighter, Theme};
use syntect::parsing::{ParseState, ScopeStack, SyntaxReference, SyntaxSet};

use super::grammars::grammars;
use super::ink::{Ink, ink_of, theme};

/// Longer lines stay plain: grammars take time in more than their length.
const MAX_LINE_BYTES: usize = 2_000;
/// What is read above a piece at the most, to know what it stands in: a tenth of a second or two.
const MAX_ABOVE_BYTES: usize = 128 * 1024;
/// What is read above a piece where more would be needed.
const ABOVE_BYTES: usize = 8 * 1024;
/// Code between two places that can be gone on from.
const STRIDE_BYTES: usize = 16 * 1024;

/// The grammars, on the thread that uses them.
pub(super) struct Painter {
    syntaxes: SyntaxSet,
    theme: Theme,
    walk: Option<Walk>,
}

/// How far a long code was read.
struct Walk {
    text: Arc<str>,
    start: usize,
    /// Beginnings of lines, in order, and what is known there.
    states: Vec<State>,
    /// Where the last piece ended.
    last: Option<State>,
}

/// What is known at the beginning of a line.
#[derive(Clone)]
struct State {
    at: usize,
    parse: ParseState,
    highlight: HighlightState,
}

impl Walk {
    fn is_of(&self, text: &Arc<str>, start: usize) -> bool {
        Arc::ptr_eq(&self.text, text) && self.start == start
    }

    /// The nearest state above a byte.
    fn above(&self, byte: usize) -> Option<&State> {
        let n = self.states.partition_point(|state| state.at <= byte);
        let kept = n.checked_sub(1).map(|at| &self.states[at]);
        let last = self.last.as_ref().filter(|state| state.at <= byte);
        kept.into_iter().chain(last).max_by_key(|state| state.at)
    }

    fn keep(&mut self, state: &State) {
        let at = self.states.partition_point(|kept| kept.at <= state.at);
        let is_far = |kept: &State| kept.at.abs_diff(state.at) >= STRIDE_BYTES;
        let before = at.checked_sub(1).map(|at| &self.states[at]);
        if before.is_none_or(is_far) && self.states.get(at).is_none_or(is_far) {
            self.states.insert(at, state.clone());
        }
    }
}

impl Painter {
    pub(super) fn new() -> Self {
        Self {
            syntaxes: grammars(),
            theme: theme(),
            walk: None,
        }
    }

    /// What each stretch of a piece is, in order and without gaps; nothing of an unknown language. The
    /// code begins at the byte `start` of the text; stretches are counted from the piece's beginning.
    pub(super) fn paint(
        &mut self,
        language: &str,
        text: &Arc<str>,
        start: usize,
        piece: Range<usize>,
    ) -> Vec<(Range<usize>, Ink)> {
        let mut walk = self.walk.take();
        let painted = self.painted(language, text, start, &piece, &mut walk);
        self.walk = walk;
        painted.unwrap_or_default()
    }

    fn painted(
        &self,
        language: &str,
        text: &Arc<str>,
        start: usize,
        piece: &Range<usize>,
        walk: &mut Option<Walk>,
    ) -> Option<Vec<(Range<usize>, Ink)>> {
        let syntax = self.syntax(language)?;
        let highlighter = Highlighter::new(&self.theme);
        let fresh = |at| State {
            at,
            parse: ParseState::new(syntax),
            highlight: HighlightState::new(&highlighter, ScopeStack::new()),
        };
        let is_long = *piece != (0..text.len());
        if is_long && !walk.as_ref().is_some_and(|walk| walk.is_of(text, start)) {
            *walk = Some(Walk {
                text: Arc::clone(text),
                start,
                states: Vec::new(),
                last: None,
            });
        }
        let mut walk = walk.as_mut().filter(|_| is_long);
        let is_near = |at: usize| piece.start.saturating_sub(at) <= MAX_ABOVE_BYTES;
        let known = walk.as_ref().and_then(|walk| walk.above(piece.start));
        let mut state = match known.filter(|state| is_near(state.at)) {
            Some(state) => state.clone(),
            None if is_near(start) => fresh(start),
            None => {
                let above = text.floor_char_boundary(piece.start - ABOVE_BYTES);
                let line_end = text[above..].find('\n').map_or(above, |n| above + n + 1);
                fresh(line_end.min(piece.start))
            }
        };
        let mut painted = Vec::new();
        let mut add = |range: Range<usize>, ink: Ink| {
            let clip = |at: usize| at.clamp(piece.start, piece.end) - piece.start;
            push(&mut painted, clip(range.start)..clip(range.end), ink);
        };
        add(piece.start..state.at, Ink::Plain);
        while state.at < piece.end {
            let rest = &text[state.at..];
            let line = rest.split_inclusive('\n').next().unwrap_or(rest);
            self.line(line, &highlighter, &mut state, &mut add);
            if let Some(walk) = &mut walk {
                walk.keep(&state);
            }
        }
        if let Some(walk) = &mut walk {
            walk.last = Some(state);
        }
        Some(painted)
    }

    /// Reads a line and goes on behind it.
    fn line(
        &self,
        line: &str,
        highlighter: &Highlighter<'_>,
        state: &mut State,
        add: &mut impl FnMut(Range<usize>, Ink),
    ) {
        let mut at = state.at;
        let end = at + line.len();
        if line.len() <= MAX_LINE_BYTES {
            let whole = format!("{}\n", line.trim_end_matches('\n'));
            let ops = state.parse.parse_line(&whole, &self.syntaxes);
            let ops = ops.unwrap_or_default();
            let inked = HighlightIterator::new(&mut state.highlight, &ops, &whole, highlighter);
            for (style, text) in inked {
                let to = (at + text.len()).min(end);
                add(at..to, ink_of(style.foreground));
                at = to;
            }
        }
        add(at..end, Ink::Plain);
        state.at = end;
    }

    /// The grammar of a language that a fence names.
    fn syntax(&self, language: &str) -> Option<&SyntaxReference> {
        let known = [
            ("console", "sh"),
            ("csharp", "cs"),
            ("dockerfile", "Dockerfile"),
            ("golang", "go"),
            ("jsonc", "json"),
            ("json5", "json"),
            ("shell-session", "sh"),
            ("zsh", "sh"),
        ];
        let known = known
            .iter()
            .find(|(name, _)| language.eq_ignore_ascii_case(name));
        let token = known.map_or(language, |(_, token)| token);
        self.syntaxes.find_syntax_by_token(token)
    }
}

/// Joins what is alike.
fn push(painted: &mut Vec<(Range<usize>, Ink)>, range: Range<usize>, ink: Ink) {
    match painted.last_mut() {
        _ if range.is_empty() => {}
        Some((last, of_last)) if *of_last == ink => last.end = range.end,
        _ => painted.push((range, ink)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_told_apart_and_nothing_of_it_is_lost() {
        let mut painter = Painter::new();
        let mut paint = |language: &str, code: &str| {
            painter.paint(language, &Arc::from(code), 0, 0..code.len())
        };
        let code = "// note\nfn dig(depth: u32) -> &str {\n    \"deep\"; 30\n}";
        let rust = paint("rust", code);
        let joined: String = rust.iter().map(|(range, _)| &code[range.clone()]).collect();
        assert_eq!(joined, code);
        let ink_of = |words: &str| {
            let at = code.find(words).expect("the words");
            rust.iter()
                .find(|(range, _)| range.contains(&at))
                .map(|(_, ink)| *ink)
        };
        assert_eq!(ink_of("// note"), Some(Ink::Comment));
        assert_eq!(ink_of("fn"), Some(Ink::Keyword));
        assert_eq!(ink_of("dig"), Some(Ink::Function));
        assert_eq!(ink_of("\"deep"), Some(Ink::Text));
        assert_eq!(ink_of("30"), Some(Ink::Number));
        for (language, code) in [
            ("toml", "a = 1 # b"),
            ("typescript", "let a: B = 'c';"),
            ("yaml", "a: b"),
            ("diff", "+a\n-b"),
            ("json", "{\"a\": 1}"),
            ("sh", "ls # b"),
            ("dockerfile", "FROM a"),
        ] {
            let of_language = paint(language, code);
            assert!(of_language.len() > 1, "{language}: {of_language:?}");
        }
        assert!(paint("no such language", "a").is_empty());
    }

    #[test]
    fn pieces_are_painted_as_the_whole_is() {
        let line = "/* open\nlet a = \"b\"; // c\n*/ fn dig() { 1 }\n";
        let code = format!("{}{}\n{line}", line.repeat(2_000), "x ".repeat(1_500));
        let text: Arc<str> = format!("```rust\n{code}").into();
        let mut painter = Painter::new();
        let whole = painter.paint("rust", &code.as_str().into(), 0, 0..code.len());
        let ink_at = |painted: &[(Range<usize>, Ink)], byte: usize| {
            let stretch = painted.iter().find(|(range, _)| range.contains(&byte));
            stretch.map(|(_, ink)| *ink)
        };
        // Downwards, then up again, in pieces that begin anywhere.
        for n in (0..40).chain((0..40).rev()) {
            let piece = 1_500 * n..1_500 * (n + 1);
            let stretches = painter.paint("rust", &text, 8, piece.clone());
            for byte in piece.clone().step_by(7) {
                let wanted = match byte.checked_sub(8) {
                    Some(byte) => ink_at(&whole, byte),
                    None => Some(Ink::Plain),
                };
                assert_eq!(ink_at(&stretches, byte - piece.start), wanted, "{byte}");
            }
        }
        // Far below what was read, a line or two tell enough.
        let far = text.len() - 20..text.len();
        assert_eq!(
            ink_at(&painter.paint("rust", &text, 8, far), 0),
            ink_at(&whole, code.len() - 20)
        );
    }
}

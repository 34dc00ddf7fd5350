//! The colours of code. Code is shown at once and coloured when a thread of its own has read it:
//! the first code of a language takes that thread a tenth of a second.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use egui::{Color32, Context};
use syntect::highlighting::{
    Color, HighlightIterator, HighlightState, Highlighter, ScopeSelectors, StyleModifier, Theme,
    ThemeItem,
};
use syntect::parsing::{ParseState, ScopeStack, SyntaxReference, SyntaxSet};

use crate::theme::Tokens;
use crate::worker::Worker;

/// Codes that are remembered at most.
const MAX_REMEMBERED: usize = 4_000;
/// Longer lines stay plain: grammars take time in more than their length.
const MAX_LINE_BYTES: usize = 2_000;

/// What a stretch of code is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ink {
    Plain,
    Comment,
    Keyword,
    Text,
    Number,
    Function,
    Type,
    Added,
    Removed,
}

/// In the order of [`Ink`], most special last: scopes as the grammars name them.
const SCOPES: &[(Ink, &str)] = &[
    (
        Ink::Keyword,
        "keyword, storage.type, storage.modifier, entity.name.tag, variable.language",
    ),
    (
        Ink::Plain,
        "keyword.operator, punctuation, storage.type.generic, storage.type.numeric",
    ),
    (
        Ink::Text,
        "string, punctuation.definition.string, constant.other.symbol, string.unquoted.argument variable.parameter.option",
    ),
    (
        Ink::Number,
        "constant.numeric, constant.language, constant.character, support.constant, storage.type.numeric",
    ),
    (
        Ink::Function,
        "entity.name.function, support.function, variable.function, entity.other.attribute-name, meta.mapping.key string, support.type.property-name, entity.name.tag.yaml, support.macro",
    ),
    (
        Ink::Type,
        "entity.name.type, entity.name.class, entity.name.struct, entity.name.enum, entity.name.trait, support.type, support.class, entity.other.inherited-class, entity.name.table, storage.type.generic",
    ),
    (Ink::Comment, "comment, punctuation.definition.comment"),
    (Ink::Added, "markup.inserted"),
    (Ink::Removed, "markup.deleted"),
];

const INKS: [Ink; 9] = [
    Ink::Plain,
    Ink::Comment,
    Ink::Keyword,
    Ink::Text,
    Ink::Number,
    Ink::Function,
    Ink::Type,
    Ink::Added,
    Ink::Removed,
];

/// Stretches of a code and what they are, in order and without gaps.
#[derive(Debug, Default)]
pub(super) struct Painted(Vec<(Range<usize>, Ink)>);

impl Painted {
    /// The stretches with their colours.
    pub(super) fn colours<'p>(
        &'p self,
        t: &'p Tokens,
    ) -> impl Iterator<Item = (Range<usize>, Color32)> + 'p {
        self.0
            .iter()
            .map(|(range, ink)| (range.clone(), colour(*ink, t)))
    }
}

fn colour(ink: Ink, t: &Tokens) -> Color32 {
    match ink {
        Ink::Plain => t.ink,
        Ink::Comment => t.code_comment,
        Ink::Keyword => t.code_keyword,
        Ink::Text => t.code_string,
        Ink::Number => t.code_number,
        Ink::Function => t.code_function,
        Ink::Type => t.code_type,
        Ink::Added => t.good,
        Ink::Removed => t.bad,
    }
}

type Key = u64;

struct Job {
    key: Key,
    language: String,
    code: String,
}

/// The colours of the codes that were seen.
#[derive(Default)]
pub(super) struct Colours {
    worker: Option<Worker<Job, (Key, Painted)>>,
    /// `None` while it is being read.
    known: HashMap<Key, Option<Arc<Painted>>>,
}

impl std::fmt::Debug for Colours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Colours").finish_non_exhaustive()
    }
}

impl Colours {
    /// The colours of a code, once they are known.
    pub(super) fn of(&mut self, ctx: &Context, language: &str, code: &str) -> Option<Arc<Painted>> {
        if is_plain(language) {
            return None;
        }
        let key = egui::Id::unique((language, code)).value();
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let worker = self.worker.get_or_insert_with(|| {
            let ctx = ctx.clone();
            Worker::start(
                "colours",
                move || ctx.request_repaint(),
                || {
                    let painter = Painter::new();
                    move |job: Job| (job.key, painter.paint(&job.language, &job.code))
                },
            )
        });
        let job = Job {
            key,
            language: language.to_owned(),
            code: code.to_owned(),
        };
        if worker.send(job) {
            self.known.insert(key, None);
        }
        None
    }

    /// Takes what has become known since the last frame.
    pub(super) fn take_news(&mut self) {
        let Some(worker) = &mut self.worker else {
            return;
        };
        if self.known.len() > MAX_REMEMBERED {
            self.known.retain(|_, painted| painted.is_none());
        }
        for (key, painted) in worker.drain() {
            self.known.insert(key, Some(Arc::new(painted)));
        }
    }

    /// Whether colours are on their way.
    pub(super) fn is_busy(&self) -> bool {
        self.worker.as_ref().is_some_and(Worker::is_busy)
    }
}

fn is_plain(language: &str) -> bool {
    [
        "",
        "text",
        "txt",
        "plain",
        "plaintext",
        "none",
        "output",
        "ascii",
    ]
    .iter()
    .any(|plain| language.eq_ignore_ascii_case(plain))
}

/// The grammars, on the thread that uses them.
struct Painter {
    syntaxes: SyntaxSet,
    theme: Theme,
}

impl Painter {
    fn new() -> Self {
        let mut theme = Theme::default();
        theme.settings.foreground = Some(code_of(Ink::Plain));
        theme.scopes = SCOPES
            .iter()
            .filter_map(|(ink, scopes)| {
                let scope: ScopeSelectors = scopes.parse().ok()?;
                let style = StyleModifier {
                    foreground: Some(code_of(*ink)),
                    ..StyleModifier::default()
                };
                Some(ThemeItem { scope, style })
            })
            .collect();
        Self {
            syntaxes: two_face::syntax::extra_newlines(),
            theme,
        }
    }

    fn paint(&self, language: &str, code: &str) -> Painted {
        let Some(syntax) = self.syntax(language) else {
            return Painted::default();
        };
        let highlighter = Highlighter::new(&self.theme);
        let mut state = HighlightState::new(&highlighter, ScopeStack::new());
        let mut parse = ParseState::new(syntax);
        let mut painted: Vec<(Range<usize>, Ink)> = Vec::new();
        let mut start = 0;
        for line in code.split_inclusive('\n') {
            let end = start + line.len();
            let whole = format!("{}\n", line.trim_end_matches('\n'));
            let ops = if line.len() <= MAX_LINE_BYTES {
                parse.parse_line(&whole, &self.syntaxes).unwrap_or_default()
            } else {
                Vec::new()
            };
            let mut at = start;
            for (style, text) in HighlightIterator::new(&mut state, &ops, &whole, &highlighter) {
                let to = (at + text.len()).min(end);
                let ink = INKS.get(usize::from(style.foreground.r)).copied();
                push(&mut painted, at..to, ink.unwrap_or(Ink::Plain));
                at = to;
            }
            push(&mut painted, at..end, Ink::Plain);
            start = end;
        }
        Painted(painted)
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

/// An ink as the highlighter carries it: its number in place of a colour.
fn code_of(ink: Ink) -> Color {
    let number = INKS.iter().position(|known| *known == ink).unwrap_or(0);
    Color {
        r: number as u8,
        g: 0,
        b: 0,
        a: 0xFF,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_told_apart_and_nothing_of_it_is_lost() {
        let painter = Painter::new();
        let code = "// note\nfn dig(depth: u32) -> &str {\n    \"deep\"; 30\n}";
        let rust = painter.paint("rust", code).0;
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
            let of_language = painter.paint(language, code).0;
            assert!(of_language.len() > 1, "{language}: {of_language:?}");
        }
        assert!(painter.paint("no such language", "a").0.is_empty());
    }
}

//! What code is told apart into, and the scopes of the grammars that say so.

use syntect::highlighting::{Color, ScopeSelectors, StyleModifier, Theme, ThemeItem};

/// What a stretch of code is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ink {
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

/// A theme whose colours are inks.
pub(super) fn theme() -> Theme {
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
    theme
}

/// The ink that a colour of the theme is.
pub(super) fn ink_of(color: Color) -> Ink {
    let ink = INKS.get(usize::from(color.r)).copied();
    ink.unwrap_or(Ink::Plain)
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

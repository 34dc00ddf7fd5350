//! A text as words: what the differ and the index compare.

use std::ops::Range;

/// Where the words of `text` are, as bytes of it. A word is a run of letters, digits and
/// underscores; one ideograph or kana, since those are written without spaces between words; or
/// one other character that is not white space. What only adds to the character before it (an
/// accent, a joiner and what it joins, a variation) stays with that.
pub(super) fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut characters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = characters.find(|(_, c)| !c.is_whitespace())?;
        let kind = Kind::of(first);
        let mut end = start + first.len_utf8();
        let mut is_joined = false;
        while let Some(&(at, c)) = characters.peek() {
            let goes_on = match Kind::of(c) {
                Kind::Extends => true,
                Kind::Letter => kind == Kind::Letter || is_joined,
                Kind::Single => is_joined && !c.is_whitespace(),
            };
            if !goes_on {
                break;
            }
            is_joined = c == JOINER;
            end = at + c.len_utf8();
            characters.next();
        }
        Some(start..end)
    })
}

/// Whether `c` is of a word that goes on beside it.
pub(super) fn is_letter(c: char) -> bool {
    Kind::of(c) != Kind::Single
}

const JOINER: char = '\u{200d}';

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Single,
    Extends,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => Self::Letter,
            '\0'..='\u{7f}' => Self::Single,
            // Accents, joiners, variations, tones of skin.
            '\u{300}'..='\u{36f}'
            | '\u{200c}'..='\u{200d}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{1f3fb}'..='\u{1f3ff}'
            | '\u{e0100}'..='\u{e01ef}' => Self::Extends,
            // From the radicals on to the ideographs, and kana.
            '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
                Self::Single
            }
            c if c.is_alphanumeric() => Self::Letter,
            _ => Self::Single,
        }
    }
}

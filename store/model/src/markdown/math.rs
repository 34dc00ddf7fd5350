//! Where dollar signs enclose a formula, and where they are money or the name of a variable.

use std::ops::Range;

/// Whether the source of a block has a formula in it. Takes time linear in it.
pub(super) fn is_in(source: &str) -> bool {
    let bytes = source.as_bytes();
    let mut dollars = Vec::new();
    let mut is_escaped = false;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'$' && !is_escaped {
            dollars.push(at);
        }
        is_escaped = *byte == b'\\' && !is_escaped;
    }
    let is_double = |pair: &[usize]| pair[0] + 1 == pair[1];
    let mut doubles = Vec::new();
    for pair in dollars.windows(2).filter(|pair| is_double(pair)) {
        if doubles.last().is_none_or(|last| last + 2 <= pair[0]) {
            doubles.push(pair[0]);
        }
    }
    let is_meant = |range: Range<usize>| is_meant(source, &range);
    let mut doubles = doubles.windows(2);
    let mut singles = dollars.windows(2).filter(|pair| !is_double(pair));
    doubles.any(|pair| is_meant(pair[0]..pair[1] + 2))
        || singles.any(|pair| is_meant(pair[0]..pair[1] + 1))
}

/// Whether a stretch of source with its dollar signs is a formula. As on code hosts it stands
/// apart from words and figures around it; and it does not read like two sums of money.
pub(super) fn is_meant(source: &str, range: &Range<usize>) -> bool {
    /// Letters in a row that make a word.
    const WORD: usize = 4;
    let Some(whole) = source.get(range.clone()) else {
        return false;
    };
    let is_display = whole.len() > 4 && whole.starts_with("$$") && whole.ends_with("$$");
    let inner = whole.trim_matches('$');
    if inner.trim().is_empty() || is_display {
        return is_display && !inner.trim().is_empty();
    }
    let is_edge = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '$');
    let before = source[..range.start].chars().next_back();
    let after = source[range.end..].chars().next();
    let is_loose = inner.starts_with(char::is_whitespace) || inner.ends_with(char::is_whitespace);
    if is_edge(before) || is_edge(after) || is_loose {
        return false;
    }
    if inner.contains(['\\', '^', '_', '=', '{', '<', '>', '+']) {
        return true;
    }
    let most = if inner.contains(char::is_whitespace) {
        2
    } else {
        WORD
    };
    let words = inner.split(|c: char| !c.is_alphabetic());
    words.map(|word| word.chars().count()).all(|n| n < most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_told_from_money_and_names() {
        for math in [
            "$x$",
            "let $n$ be",
            "($O(n)$)",
            "$a_1 * b_2$",
            "$f(x, y)$",
            "$E = mc^2$.",
            "$$\nx\n$$",
            "$\\alpha$",
        ] {
            assert!(is_in(math), "{math}");
        }
        for other in [
            "$5 and $10",
            "US$5 and US$6",
            "$5 or 10$ a day",
            "$HOME/bin:$PATH",
            "$10/$20",
            "a \\$x\\$ b",
            "$$",
            "$$$$",
            "$",
            "",
            "$ x $",
            "from $HOME$ on",
        ] {
            assert!(!is_in(other), "{other}");
        }
    }
}

//! What a person may call things.

/// Characters that a name may have; more is cut.
const MAX_NAME_CHARS: usize = 200;
/// Characters that a description may have; more is cut.
const MAX_DESCRIPTION_CHARS: usize = 10_000;

/// Why a name could not be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameProblem {
    /// Nothing but blanks.
    Empty,
}

/// A name on one line: blanks and control characters folded to single spaces, trimmed, cut to 200
/// characters.
///
/// # Errors
/// [`NameProblem::Empty`] when nothing is left.
pub fn clean_name(typed: &str) -> Result<String, NameProblem> {
    let mut name = String::new();
    for word in typed.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(word);
    }
    let name: String = name.chars().take(MAX_NAME_CHARS).collect();
    if name.is_empty() {
        Err(NameProblem::Empty)
    } else {
        Ok(name)
    }
}

/// A description: trailing blanks removed, cut to 10,000 characters. May be empty.
#[must_use]
pub fn clean_description(typed: &str) -> String {
    typed
        .trim_end()
        .chars()
        .take(MAX_DESCRIPTION_CHARS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_to_one_line() {
        assert_eq!(
            clean_name("  Set\tup\n the  yard "),
            Ok("Set up the yard".to_owned())
        );
        assert_eq!(clean_name(" \n\t\u{7}"), Err(NameProblem::Empty));
        assert_eq!(
            clean_name(&"ä".repeat(500)).map(|n| n.chars().count()),
            Ok(200)
        );
    }
}

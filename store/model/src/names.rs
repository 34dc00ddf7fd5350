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

/// Tags as they are typed, apart by blanks or commas: without the signs in front, each once, in their
/// order, each cut to 60 characters.
#[must_use]
pub fn clean_tags(typed: &str) -> Vec<String> {
    const MAX_TAG_CHARS: usize = 60;
    let mut tags: Vec<String> = Vec::new();
    for word in typed.split(|c: char| c.is_whitespace() || c.is_control() || c == ',') {
        let tag = word.trim_matches('#');
        let tag: String = tag.chars().take(MAX_TAG_CHARS).collect();
        if !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
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

    #[test]
    fn tags_are_words_without_signs_each_once() {
        assert_eq!(
            clean_tags(" #risk, time\n#risk ##a/b # "),
            ["risk", "time", "a/b"]
        );
        assert_eq!(clean_tags(""), [""; 0]);
    }
}

//! The properties at the head of a document, as far as a reader needs them: names and values, line by
//! line. Nothing is resolved, so no alias and no nesting can cost more than its length.

/// Names and values of YAML between `---` lines. Lines that belong to a value follow it.
pub(super) fn properties(source: &str) -> Vec<(String, String)> {
    let mut properties: Vec<(String, String)> = Vec::new();
    for line in source.lines() {
        let is_mark = matches!(line.trim_end(), "---" | "...");
        if is_mark || line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let is_nested = line.starts_with([' ', '\t', '-']);
        match line.split_once(':') {
            Some((name, value)) if !is_nested && (value.is_empty() || value.starts_with(' ')) => {
                properties.push((unquoted(name).to_owned(), plain(value)));
            }
            _ => match properties.last_mut() {
                Some((_, value)) => {
                    let separator = if value.is_empty() { "" } else { "\n" };
                    let item = line.trim().strip_prefix("- ").map(unquoted);
                    value.push_str(separator);
                    value.push_str(item.unwrap_or(line.trim()));
                }
                None => properties.push((line.trim().to_owned(), String::new())),
            },
        }
    }
    properties
}

/// A value without what only YAML needs: quotes, the brackets of a list, the sign of a block.
fn plain(value: &str) -> String {
    let value = value.trim();
    if matches!(value, "|" | ">" | "|-" | ">-" | "|+" | ">+") {
        return String::new();
    }
    let list = value
        .strip_prefix('[')
        .and_then(|value| value.strip_suffix(']'));
    match list {
        Some(list) => list.split(',').map(unquoted).collect::<Vec<_>>().join(", "),
        None => unquoted(value).to_owned(),
    }
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\''] {
        let inner = text
            .strip_prefix(quote)
            .and_then(|text| text.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_read_line_by_line() {
        let source = "---\ntitle: \"A: plan\"\n# note\ntags: [a, 'b c']\nauthors:\n  - \"@ann\"\n  - \"@bo\"\ntext: |\n  one\n  two\nurl: http://x:1\n---\n";
        let found = properties(source);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("title", "A: plan"),
                ("tags", "a, b c"),
                ("authors", "@ann\n@bo"),
                ("text", "one\ntwo"),
                ("url", "http://x:1"),
            ]
        );
    }
}

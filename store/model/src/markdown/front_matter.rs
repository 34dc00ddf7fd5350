//! The properties at the head of a document, as far as a reader needs them: names and values, line by
//! line. Nothing is resolved, so no alias and no nesting can cost more than its length.

use std::ops::Range;

use super::flow::Property;
use super::rich::{Rich, Style};

/// Front matter is looked for no further than this.
const MAX_FRONT_MATTER_BYTES: usize = 64 * 1024;

/// Names and values of YAML between `---` lines. Lines that belong to a value follow it.
pub(super) fn properties(source: &str) -> Vec<Property> {
    let mut properties: Vec<Property> = Vec::new();
    for line in source.lines() {
        let is_mark = matches!(line.trim_end(), "---" | "...");
        if is_mark || line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let is_nested = line.starts_with([' ', '\t', '-']);
        let property = |name: &str| Property {
            name: name.to_owned(),
            value: Rich::default(),
        };
        match line.split_once(':') {
            Some((name, value)) if !is_nested && (value.is_empty() || value.starts_with(' ')) => {
                let mut property = property(unquoted(name));
                for part in parts(value) {
                    add(&mut property.value, source, ", ", part);
                }
                properties.push(property);
            }
            _ => match properties.last_mut() {
                Some(property) => {
                    let item = line.trim().strip_prefix("- ").map(unquoted);
                    let item = item.unwrap_or(line.trim());
                    add(&mut property.value, source, "\n", item);
                }
                None => properties.push(property(line.trim())),
            },
        }
    }
    properties
}

/// Adds a part of the source to a value, behind what is there.
fn add(value: &mut Rich, source: &str, separator: &str, part: &str) {
    let range = range_of(source, part);
    if let Some(last) = value.runs.last() {
        let between = last.source.end..range.start;
        value.push(separator, between, Style::default(), None, false);
    }
    value.push(part, range, Style::default(), None, true);
}

/// Where a part of a text is in it.
fn range_of(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    start..start + part.len()
}

/// A value without what only YAML needs: quotes, the brackets of a list, the sign of a block.
fn parts(value: &str) -> Vec<&str> {
    let value = value.trim();
    if matches!(value, "|" | ">" | "|-" | ">-" | "|+" | ">+") {
        return Vec::new();
    }
    let list = value
        .strip_prefix('[')
        .and_then(|value| value.strip_suffix(']'));
    match list {
        Some(list) => list.split(',').map(unquoted).collect(),
        None => vec![unquoted(value)],
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

/// Where the front matter of a text ends, if it begins with one.
pub(super) fn end(text: &str) -> Option<usize> {
    let head = {
        let mut limit = MAX_FRONT_MATTER_BYTES.min(text.len());
        while !text.is_char_boundary(limit) {
            limit -= 1;
        }
        &text[..limit]
    };
    let mut lines = head.split_inclusive('\n');
    let first = lines.next()?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut end = first.len();
    let mut is_empty = true;
    for line in lines {
        end += line.len();
        match line.trim_end() {
            "---" | "..." if !is_empty => return Some(end),
            // A rule followed by prose is a rule.
            "" if is_empty => return None,
            _ => is_empty = false,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_read_line_by_line() {
        let source = "---\ntitle: \"A: plan\"\n# note\ntags: [a, 'b c']\nauthors:\n  - \"@ann\"\n  - \"@bo\"\ntext: |\n  one\n  two\nurl: http://x:1\n---\n";
        let found = properties(source);
        for run in found.iter().flat_map(|property| &property.value.runs) {
            assert!(!run.is_verbatim || run.source.len() == run.shown.len());
        }
        let bo = found[2].value.shown_of(0..source.len());
        assert_eq!(bo, Some(0..8), "all of it came from the source");
        let at = found[2].value.source_of(5..8);
        assert_eq!(&source[at], "@bo");
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|property| (property.name.as_str(), property.value.text.as_str()))
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

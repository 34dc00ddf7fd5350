//! The grammars of languages, as `build.rs` packed them.

use syntect::dumps::from_uncompressed_data;
use syntect::parsing::SyntaxSet;

/// All of them; what a language needs is unpacked when it is first used.
pub(super) fn grammars() -> SyntaxSet {
    let packed = include_bytes!(concat!(env!("OUT_DIR"), "/grammars.bin"));
    from_uncompressed_data(packed).unwrap_or_else(|error| {
        tracing::error!("the grammars cannot be read: {error}");
        SyntaxSet::new()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use syntect::parsing::syntax_definition::Pattern;
    use syntect::parsing::{ParseState, Regex};

    use super::*;

    /// syntect panics at a pattern that it cannot read, on the first code that needs it.
    #[test]
    fn every_pattern_that_was_packed_can_be_read() {
        let builder = grammars().into_builder();
        let contexts = builder
            .syntaxes()
            .iter()
            .flat_map(|syntax| syntax.contexts.values())
            // Read when what they refer to is known.
            .filter(|context| !context.uses_backrefs);
        let patterns: BTreeSet<&str> = contexts
            .flat_map(|context| &context.patterns)
            .filter_map(|pattern| match pattern {
                Pattern::Match(pattern) => Some(pattern.regex.regex_str()),
                Pattern::Include(_) => None,
            })
            .filter(|pattern| pattern.contains("[0-9") || pattern.contains(r"\x"))
            .collect();
        assert!(patterns.len() > 3_000, "{}", patterns.len());
        for pattern in patterns {
            let complaint = Regex::try_compile(pattern).map(|error| error.to_string());
            assert_eq!(complaint, None, "{pattern}");
        }
    }

    #[test]
    fn names_in_any_script_are_names() {
        let syntaxes = grammars();
        for (language, code, name) in [
            ("rust", "fn größe() {}\n", "größe"),
            ("python", "def величина(a):\n", "величина"),
            ("typescript", "function 長さ() {}\n", "長さ"),
        ] {
            let syntax = syntaxes.find_syntax_by_token(language).expect(language);
            let ops = ParseState::new(syntax).parse_line(code, &syntaxes);
            let bounds: Vec<usize> = ops.expect(language).iter().map(|(at, _)| *at).collect();
            let start = code.find(name).expect(name);
            assert!(bounds.contains(&start), "{language}: {bounds:?}");
            assert!(
                bounds.contains(&(start + name.len())),
                "{language}: {bounds:?}"
            );
            let within = start + 1..start + name.len();
            assert!(
                !bounds.iter().any(|at| within.contains(at)),
                "{language}: {bounds:?}"
            );
        }
    }
}

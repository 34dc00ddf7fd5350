//! Packs the grammars that code is coloured by, so that they are small in memory.
//!
//! Most of what a grammar takes once it is used are tables of all letters of all scripts, made anew
//! for each of its patterns. Beyond ASCII every character counts as a letter here, which is all that
//! colours need to know, and takes a few bytes in place of some hundred thousand.

use std::path::Path;

use syntect::dumps::dump_to_uncompressed_file;
use syntect::parsing::syntax_definition::Pattern;
use syntect::parsing::{Regex, SyntaxSetBuilder};

/// Classes of characters, and what they are within ASCII. Blanks are written as a number: some
/// patterns may hold blanks for their reader.
const CLASSES: &[(&str, &str)] = &[
    (r"\w", r"[0-9A-Za-z_\x{80}-\x{10FFFF}]"),
    (r"\W", r"[^0-9A-Za-z_\x{80}-\x{10FFFF}]"),
    (r"\d", "[0-9]"),
    (r"\D", "[^0-9]"),
    (r"\s", r"[\t-\r\x20]"),
    (r"\S", r"[^\t-\r\x20]"),
    (r"\p{L}", r"[A-Za-z\x{80}-\x{10FFFF}]"),
    (r"\p{N}", "[0-9]"),
    (r"\p{Nd}", "[0-9]"),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut builder = SyntaxSetBuilder::new();
    for syntax in two_face::syntax::extra_newlines().into_builder().syntaxes() {
        let mut syntax = syntax.clone();
        for context in syntax.contexts.values_mut() {
            for pattern in &mut context.patterns {
                if let Pattern::Match(pattern) = pattern {
                    pattern.regex = Regex::new(ascii(pattern.regex.regex_str()));
                }
            }
        }
        builder.add(syntax);
    }
    let folder = std::env::var_os("OUT_DIR").expect("cargo names a folder");
    let path = Path::new(&folder).join("grammars.bin");
    dump_to_uncompressed_file(&builder.build(), path).expect("the folder can be written to");
}

/// A pattern with its classes of characters within ASCII. A class in brackets may stand in another.
fn ascii(pattern: &str) -> String {
    let mut small = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find('\\') {
        let (plain, escape) = rest.split_at(at);
        small.push_str(plain);
        let class = CLASSES.iter().find(|(name, _)| escape.starts_with(name));
        let (name, to) = class.copied().unwrap_or_else(|| {
            let end = escape.chars().take(2).map(char::len_utf8).sum();
            (&escape[..end], &escape[..end])
        });
        small.push_str(to);
        rest = &escape[name.len()..];
    }
    small.push_str(rest);
    small
}

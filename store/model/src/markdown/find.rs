//! Finding words in what a document shows.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::{Flow, Parsed};

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Finder {
    pattern: Regex,
}

/// Why nothing can be looked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FindProblem {
    /// There are no words.
    Empty,
    /// They are no regular expression; why, in words.
    Pattern(String),
}

impl Finder {
    /// Makes words, or a regular expression, ready to be looked for.
    ///
    /// # Errors
    /// When there are no words, or they are no regular expression.
    pub fn new(words: &str, minds_case: bool, is_pattern: bool) -> Result<Self, FindProblem> {
        /// What a compiled pattern may take.
        const MAX_BYTES: usize = 4 * 1024 * 1024;
        if words.is_empty() {
            return Err(FindProblem::Empty);
        }
        let escaped = regex::escape(words);
        let pattern = RegexBuilder::new(if is_pattern { words } else { &escaped })
            .case_insensitive(!minds_case)
            .size_limit(MAX_BYTES)
            .build()
            .map_err(|error| FindProblem::Pattern(short(&error.to_string())))?;
        Ok(Self { pattern })
    }

    /// The sources of all places in a block, in the order of reading; bytes of the whole text.
    #[must_use]
    pub fn places(&self, parsed: &Parsed, block: usize) -> Vec<Range<usize>> {
        let Some(start) = parsed.blocks().get(block).map(|block| block.range.start) else {
            return Vec::new();
        };
        self.in_flow(&parsed.flow(block), start)
    }

    fn in_flow(&self, flow: &Flow, start: usize) -> Vec<Range<usize>> {
        let texts = flow.pieces.iter().flat_map(super::Piece::texts);
        texts
            .flat_map(|rich| {
                let found = self.pattern.find_iter(&rich.text);
                let found = found.filter(|found| !found.is_empty());
                found.map(|found| rich.source_of(found.range()))
            })
            // Words of Postil's own have none.
            .filter(|source| !source.is_empty())
            .map(|source| start + source.start..start + source.end)
            .collect()
    }
}

/// The last line of a message, which says what is wrong.
fn short(message: &str) -> String {
    let last = message.lines().last().unwrap_or(message);
    last.trim_start_matches("error: ").to_owned()
}

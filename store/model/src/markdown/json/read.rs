//! From a JSON text to the lines of its tree.

use std::ops::Range;

use super::lines::Lines;
use super::scan::Scanner;
use super::{Problem, Tree};

/// A tree of more blocks shows further lists and objects as source: each block takes 60 bytes.
const MAX_BLOCKS: usize = 1 << 20;

/// The tree of a text; `None` of one that is a single value, or nothing in brackets.
///
/// # Errors
/// When it is no JSON.
pub(in super::super) fn tree(text: &str) -> Result<Option<Tree>, Problem> {
    tree_within(text, MAX_BLOCKS)
}

/// The same, with fewer blocks.
pub(super) fn tree_within(text: &str, max_blocks: usize) -> Result<Option<Tree>, Problem> {
    let mut reader = Reader {
        scanner: Scanner::new(text),
        lines: Lines::new(text, max_blocks),
    };
    reader.read()?;
    let tree = reader.lines.tree;
    Ok((!tree.blocks.is_empty()).then_some(tree))
}

struct Reader<'t> {
    scanner: Scanner<'t>,
    lines: Lines<'t>,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), Problem> {
        match self.scanner.peek() {
            Some(bracket @ (b'[' | b'{')) => {
                self.scanner.at += 1;
                self.lines.begin(bracket == b'[');
            }
            _ => self.scanner.value()?,
        }
        let mut is_behind_value = false;
        loop {
            self.scanner.skip_blanks();
            let Some((is_list, n)) = self.lines.open() else {
                break;
            };
            let is_first = n == 0 && !is_behind_value;
            let close = if is_list { b']' } else { b'}' };
            is_behind_value = match self.scanner.peek() {
                Some(byte) if byte == close && (is_behind_value || is_first) => {
                    self.scanner.at += 1;
                    self.lines.leave(self.scanner.at);
                    true
                }
                Some(b',') if is_behind_value => {
                    self.scanner.at += 1;
                    false
                }
                _ if is_behind_value && is_list => {
                    return Err(self.scanner.problem("a comma or ] was expected"));
                }
                _ if is_behind_value => {
                    return Err(self.scanner.problem("a comma or } was expected"));
                }
                _ => self.member()?,
            };
        }
        match self.scanner.peek() {
            None => Ok(()),
            Some(_) => Err(self
                .scanner
                .problem("the value has ended, and more follows")),
        }
    }

    /// Reads a value with its name, or the beginning of one that has others in it; whether it is over.
    fn member(&mut self) -> Result<bool, Problem> {
        let start = self.scanner.at;
        let is_list = self.lines.open().is_none_or(|(is_list, _)| is_list);
        let name = if is_list { None } else { Some(self.name()?) };
        let value = self.scanner.at;
        let bracket = self.scanner.peek();
        if !matches!(bracket, Some(b'[' | b'{')) {
            self.scanner.value()?;
            self.lines.value(start, value..self.scanner.at, name);
            return Ok(true);
        }
        self.scanner.at += 1;
        let head_end = self.scanner.at;
        self.scanner.skip_blanks();
        if matches!(
            (bracket, self.scanner.peek()),
            (Some(b'['), Some(b']')) | (Some(b'{'), Some(b'}'))
        ) {
            self.scanner.at += 1;
            self.lines.value(start, value..self.scanner.at, name);
            return Ok(true);
        }
        let is_list = bracket == Some(b'[');
        self.lines.enter(start, value..head_end, name, is_list);
        Ok(false)
    }

    /// Past a name and its colon.
    fn name(&mut self) -> Result<Range<usize>, Problem> {
        if self.scanner.peek() != Some(b'"') {
            return Err(self.scanner.problem("a name in quotes was expected"));
        }
        let name = self.scanner.string()?;
        self.scanner.skip_blanks();
        if self.scanner.peek() != Some(b':') {
            return Err(self.scanner.problem("a colon was expected"));
        }
        self.scanner.at += 1;
        self.scanner.skip_blanks();
        Ok(name)
    }
}

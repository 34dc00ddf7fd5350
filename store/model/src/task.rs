//! The tasks of a document, `- [ ] …`: the one thing in a plan's files that Postil changes, one byte
//! at a time and only when a person clicks it.

use crate::DocumentId;
use crate::label::first_words;

/// No more of a line than this tells it from others, in bytes.
const MAX_LINE_BYTES: usize = 1_000;

/// A task as it stands in a text: known by its line, so that it is found again where the text was
/// changed around it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Task {
    /// The line, or its beginning, with a blank in the place of its mark.
    pub line: String,
    /// Where in the line the mark is, in bytes.
    pub column: usize,
    /// Which of the lines that read like this it is, counted from nought.
    pub nth: usize,
    /// How many lines read like this.
    pub n_alike: usize,
}

impl Task {
    /// The task whose mark is the byte at `mark`; `None` if there is no such mark.
    #[must_use]
    pub fn at(text: &str, mark: usize) -> Option<Self> {
        let before = text.get(..mark)?;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = line_of(text.get(start..)?);
        let column = mark - start;
        let line = blanked(line, column)?;
        let mut nth = 0;
        let mut n_alike = 0;
        for at in alike(text, &line, column) {
            nth += usize::from(at < mark);
            n_alike += 1;
        }
        Some(Self {
            line,
            column,
            nth,
            n_alike,
        })
    }

    /// Where its mark is in a text, which may be another version of its own: only where as many
    /// lines read like this as did. Otherwise nobody knows which of them is meant.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<usize> {
        let mut found = alike(text, &self.line, self.column);
        let mark = found.nth(self.nth)?;
        (self.nth + 1 + found.count() == self.n_alike).then_some(mark)
    }

    /// The first of its words, without what makes it a task.
    #[must_use]
    pub fn words(&self) -> String {
        let words = self.line.get(self.column + 2..).unwrap_or("");
        first_words(words)
    }
}

/// One task ticked, or unticked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tick {
    /// In which document.
    pub document: DocumentId,
    /// Which task.
    pub task: Task,
    /// The mark before: a blank, `x` or `X`.
    pub before: char,
    /// The mark after.
    pub after: char,
}

impl Tick {
    /// Ticks the task whose mark is the byte at `mark` if it is open, and unticks it if it is done.
    #[must_use]
    pub fn toggle(document: DocumentId, text: &str, mark: usize) -> Option<Self> {
        let task = Task::at(text, mark)?;
        let before = char::from(*text.as_bytes().get(mark)?);
        let after = if is_done(before) { ' ' } else { 'x' };
        Some(Self {
            document,
            task,
            before,
            after,
        })
    }

    /// The way back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self {
            before: self.after,
            after: self.before,
            ..self.clone()
        }
    }

    /// Where the byte is that is to be changed; `None` if the task is no longer there, or is
    /// marked otherwise by now.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<usize> {
        let mark = self.task.find(text)?;
        let found = char::from(*text.as_bytes().get(mark)?);
        (is_done(found) == is_done(self.before)).then_some(mark)
    }

    /// What it is called in the history.
    #[must_use]
    pub fn label(&self) -> String {
        let did = if is_done(self.after) {
            "Tick"
        } else {
            "Untick"
        };
        format!("{did} “{}”", self.task.words())
    }
}

fn is_done(mark: char) -> bool {
    matches!(mark, 'x' | 'X')
}

/// The first line of a text, without its end, no longer than is looked at.
fn line_of(text: &str) -> &str {
    let end = text.find('\n').unwrap_or(text.len());
    let line = text[..end].trim_end_matches('\r');
    &line[..line.floor_char_boundary(MAX_LINE_BYTES)]
}

/// The line with a blank for its mark, if it has one there.
fn blanked(line: &str, column: usize) -> Option<String> {
    let (head, rest) = (line.get(..column)?, line.get(column + 1..)?);
    let mark = char::from(*line.as_bytes().get(column)?);
    let is_mark = mark == ' ' || mark == '\t' || is_done(mark);
    (is_mark && head.ends_with('[') && rest.starts_with(']')).then(|| format!("{head} {rest}"))
}

/// Where the marks of the lines are that read like `line`.
fn alike(text: &str, line: &str, column: usize) -> impl Iterator<Item = usize> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |whole| {
        let at = start;
        start += whole.len();
        let is_alike = blanked(line_of(whole), column).is_some_and(|blanked| blanked == line);
        is_alike.then_some(at + column)
    })
}

#[cfg(test)]
#[path = "task_tests.rs"]
mod tests;

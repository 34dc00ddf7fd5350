//! Marks put into a text so that no two cross, and that taking them out gives the text back.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::markdown::Leaf;

/// What begins a mark.
pub(super) const OPENERS: [&str; 5] = ["{++", "{--", "{~~", "{==", "{>>"];
/// What ends one or a part of one.
const CLOSERS: [&str; 6] = ["++}", "--}", "~~}", "==}", "<<}", "~>"];

/// Marks for a text, in the making.
pub(super) struct Marks<'t> {
    text: &'t str,
    leaves: &'t [Leaf],
    /// What is marked already: by start, the end. None overlap.
    taken: BTreeMap<usize, usize>,
    /// What is put in, and where; in front of what a mark begins with, and behind what one ends with.
    put: Vec<(usize, Order, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    Closing,
    Between,
    Opening,
}

impl<'t> Marks<'t> {
    pub(super) fn new(text: &'t str, leaves: &'t [Leaf]) -> Self {
        Self {
            text,
            leaves,
            taken: BTreeMap::new(),
            put: Vec::new(),
        }
    }

    /// Marks that `range` be replaced, if that can be said without cutting or crossing anything: its
    /// words are running words of one leaf and free, and no words would be read as the end of a mark.
    pub(super) fn replace(&mut self, range: &Range<usize>, new: &str, comment: &str) -> bool {
        let Some(leaf) = self.leaf_of(range) else {
            return false;
        };
        let whole = self.whole(leaf, range);
        let old = &self.text[whole.clone()];
        let new = [
            &self.text[whole.start..range.start],
            new,
            &self.text[range.end..whole.end],
        ]
        .concat();
        let is_one_block = !new.lines().any(|line| line.trim().is_empty()) || new.is_empty();
        if has_mark(old) || has_mark(&new) || !is_one_block || !self.is_free(&whole) {
            return false;
        }
        let comment = self.comment(leaf, comment);
        if whole.is_empty() {
            self.put(
                whole.start,
                Order::Between,
                format!("{{++{new}++}}{comment}"),
            );
        } else if new.is_empty() {
            self.mark(&whole, "{--", format!("--}}{comment}"));
        } else {
            self.mark(&whole, "{~~", format!("~>{new}~~}}{comment}"));
        }
        true
    }

    /// Marks all running words in `range` that are free, each leaf's by themselves, and puts the
    /// comment behind the last of them. False, and nothing marked, where there are none to mark or
    /// to put it behind.
    pub(super) fn mark_words(
        &mut self,
        range: &Range<usize>,
        (open, close): (&'static str, &str),
        comment: &str,
    ) -> bool {
        let first = self
            .leaves
            .partition_point(|leaf| leaf.range.end < range.start);
        let touched = self.leaves[first..].iter().enumerate();
        let touched: Vec<_> = touched
            .take_while(|(_, leaf)| leaf.range.start <= range.end)
            .map(|(i, leaf)| {
                let start = leaf.range.start.max(range.start);
                (first + i, start..leaf.range.end.min(range.end))
            })
            .filter(|(_, part)| range.is_empty() || !part.is_empty())
            .collect();
        let Some((last, _)) = touched.last().cloned() else {
            return false;
        };
        let comment = self.comment(last, comment);
        let mut free = Vec::new();
        for (leaf, part) in &touched {
            let whole = self.whole(*leaf, part);
            let of_leaf = self.free_parts(whole);
            free.extend(
                of_leaf
                    .into_iter()
                    .filter(|part| !has_mark(&self.text[part.clone()])),
            );
        }
        if let Some(last) = free.pop() {
            for part in free {
                self.mark(&part, open, close.to_owned());
            }
            self.mark(&last, open, format!("{close}{comment}"));
            return true;
        }
        // All of it is marked already: the comment goes behind the mark that holds its end.
        let end = touched.last().map_or(range.end, |(_, part)| part.end);
        let before = self.taken.range(..=end).next_back();
        let at = before.map_or(end, |(_, taken_end)| end.max(*taken_end));
        let is_said = !comment.is_empty();
        self.put(at, Order::Between, comment);
        is_said
    }

    /// Puts a comment on a line of its own; only where `at` begins a blank line, and there is one.
    pub(super) fn comment_line(&mut self, at: usize, comment: &str) -> bool {
        let begins_line = at == 0 || self.text[..at].ends_with('\n');
        let is_blank = self.text[at..]
            .lines()
            .next()
            .is_none_or(|line| line.trim().is_empty());
        let is_put = begins_line && is_blank && !comment.is_empty();
        if is_put {
            self.put(at, Order::Between, comment_mark(comment));
        }
        is_put
    }

    /// The text with the marks in it, and `end` behind it.
    pub(super) fn marked(mut self, end: &str) -> String {
        self.put.sort_by_key(|(at, order, _)| (*at, *order));
        let n_bytes: usize = self.put.iter().map(|(_, _, words)| words.len()).sum();
        let mut out = String::with_capacity(self.text.len() + n_bytes + end.len());
        let mut done = 0;
        for (at, _, words) in &self.put {
            out.push_str(&self.text[done..*at]);
            out.push_str(words);
            done = *at;
        }
        out.push_str(&self.text[done..]);
        out.push_str(end);
        out
    }

    fn leaf_of(&self, range: &Range<usize>) -> Option<usize> {
        let first = self
            .leaves
            .partition_point(|leaf| leaf.range.end < range.start);
        let near = self.leaves[first..].iter().take(2).enumerate();
        let mut held =
            near.filter(|(_, leaf)| leaf.range.start <= range.start && range.end <= leaf.range.end);
        held.next().map(|(i, _)| first + i)
    }

    /// Widened so that nothing is cut, a character that is escaped least of all: the brace of a mark
    /// would be escaped in its stead.
    fn whole(&self, leaf: usize, range: &Range<usize>) -> Range<usize> {
        let leaf = &self.leaves[leaf];
        let is_escaped = |at: usize| {
            let before = &self.text.as_bytes()[..at];
            before
                .iter()
                .rev()
                .take_while(|byte| **byte == b'\\')
                .count()
                % 2
                == 1
        };
        let mut whole = leaf.whole(range.clone());
        if whole.start > leaf.range.start && is_escaped(whole.start) {
            whole.start -= 1;
        }
        if whole.end < leaf.range.end && is_escaped(whole.end) {
            whole.end = self.text.ceil_char_boundary(whole.end + 1);
        }
        whole
    }

    fn is_free(&self, range: &Range<usize>) -> bool {
        let before = self
            .taken
            .range(..range.end.max(range.start + 1))
            .next_back();
        let is_within = |(start, end): (&usize, &usize)| {
            if range.is_empty() {
                *start < range.start && range.start < *end
            } else {
                *end > range.start
            }
        };
        !before.is_some_and(is_within)
    }

    /// What of `range` no mark has yet.
    fn free_parts(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut at = range.start;
        if let Some((_, end)) = self.taken.range(..range.start).next_back() {
            at = at.max(*end);
        }
        for (start, end) in self.taken.range(range.start..range.end.max(range.start)) {
            if at < *start {
                parts.push(at..*start);
            }
            at = at.max(*end);
        }
        if at < range.end {
            parts.push(at..range.end);
        }
        parts
    }

    fn mark(&mut self, range: &Range<usize>, open: &str, close: String) {
        self.taken.insert(range.start, range.end);
        self.put(range.start, Order::Opening, open.to_owned());
        self.put(range.end, Order::Closing, close);
    }

    fn put(&mut self, at: usize, order: Order, words: String) {
        self.put.push((at, order, words));
    }

    fn comment(&self, leaf: usize, words: &str) -> String {
        let comment = comment_mark(words);
        if self.leaves[leaf].is_cell {
            comment.replace('|', "\\|")
        } else {
            comment
        }
    }
}

/// Words as a comment's mark; nothing if there are none.
fn comment_mark(words: &str) -> String {
    if words.is_empty() {
        String::new()
    } else {
        format!("{{>>{}<<}}", broken(words))
    }
}

fn has_mark(words: &str) -> bool {
    OPENERS
        .iter()
        .chain(&CLOSERS)
        .any(|mark| words.contains(mark))
}

/// The words with a blank inside whatever would be read as a mark.
pub(super) fn broken(words: &str) -> String {
    let mut broken = words.to_owned();
    // A blank after the first character of one can make no other.
    for mark in OPENERS.iter().chain(&CLOSERS) {
        if broken.contains(mark) {
            broken = broken.replace(mark, &format!("{} {}", &mark[..1], &mark[1..]));
        }
    }
    broken
}

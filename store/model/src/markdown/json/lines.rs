//! The lines of a tree, added in the order of the text.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::ops::Range;

use super::super::{Block, BlockKind, Fold, parts};
use super::scan::escape_len;
use super::{Node, Shape, Tree};

/// Values down to this depth are open at first.
const OPEN_DEPTH: usize = 2;
/// Longer values come in parts, and so does a name with all that it names.
const MAX_VALUE_BYTES: usize = 4 * 1024;
/// The size of a part of a value.
const PART_BYTES: usize = 2 * 1024;
/// Values that stand in one line of the file share a block, up to so many and so long. So numbers
/// by the million take no more memory than their text.
const MAX_GROUP: u32 = 16;
const MAX_GROUP_BYTES: usize = 512;
/// A list or an object that has begun.
struct Open {
    is_list: bool,
    /// Of the names and numbers that lead to it.
    path: u64,
    n: u32,
    /// Its block and its fold; `None` of the document itself, and of what is shown as source.
    head: Option<(usize, usize)>,
}

/// Values that stand in one line of the file.
struct Group {
    range: Range<usize>,
    number: u32,
    n: u32,
}

/// The tree as far as it was read.
pub(super) struct Lines<'t> {
    text: &'t str,
    pub(super) tree: Tree,
    open: Vec<Open>,
    group: Option<Group>,
    /// Where what is shown as source begins, and how many are open around it.
    source: Option<(usize, usize)>,
    paths: HashSet<u64>,
    max_blocks: usize,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str, max_blocks: usize) -> Self {
        Self {
            text,
            tree: Tree::default(),
            open: Vec::new(),
            group: None,
            source: None,
            paths: HashSet::new(),
            max_blocks,
        }
    }

    /// The list or object begins that is the document.
    pub(super) fn begin(&mut self, is_list: bool) {
        self.open.push(Open {
            is_list,
            path: 0,
            n: 0,
            head: None,
        });
    }

    /// Whether what is open is a list, and how many are in it so far; `None` before and behind all.
    pub(super) fn open(&self) -> Option<(bool, u32)> {
        self.open.last().map(|open| (open.is_list, open.n))
    }

    /// Counts a member of what is open. Gives its number in a list.
    fn count(&mut self) -> u32 {
        let Some(open) = self.open.last_mut() else {
            return 0;
        };
        open.n = open.n.saturating_add(1);
        if open.is_list { open.n } else { 0 }
    }

    fn depth(&self) -> u32 {
        self.open.len().saturating_sub(1) as u32
    }

    /// Adds a value that holds no others, with its name; both begin at `start`.
    pub(super) fn value(&mut self, start: usize, value: Range<usize>, name: Option<Range<usize>>) {
        let number = self.count();
        if self.source.is_some() {
            return;
        }
        let end = value.end;
        if end - start > MAX_VALUE_BYTES {
            self.flush();
            let start = self.add_long_name(start, value.start, name);
            self.add_long_value(start, value, number);
            return;
        }
        let is_dense = self.tree.blocks.len() >= self.max_blocks;
        if let Some(group) = &mut self.group
            && group.n < MAX_GROUP
            && end - group.range.start <= MAX_GROUP_BYTES
            && (is_dense || !self.text[group.range.end..start].contains('\n'))
        {
            group.range.end = end;
            group.n += 1;
            return;
        }
        self.flush();
        let range = start..end;
        self.group = Some(Group {
            range,
            number,
            n: 1,
        });
    }

    /// Adds the values that stand in one line.
    fn flush(&mut self) {
        if let Some(Group { range, number, n }) = self.group.take() {
            self.add(Shape::Values, range, number, n);
        }
    }

    fn add(&mut self, shape: Shape, range: Range<usize>, number: u32, n: u32) {
        let node = Node {
            shape,
            depth: self.depth(),
            number,
            n,
        };
        let hash = hash_of((node, &self.text[range.clone()]));
        let kind = BlockKind::Node(node);
        self.tree.blocks.push(Block { kind, range, hash });
    }

    /// Adds a name as source that is too long to be one. Gives where the rest of its member begins.
    fn add_long_name(&mut self, start: usize, value: usize, name: Option<Range<usize>>) -> usize {
        if name.is_none_or(|name| name.len() <= PART_BYTES) {
            return start;
        }
        self.add_source(start..value);
        value
    }

    /// Adds a value in parts, the first of them with what is before it.
    fn add_long_value(&mut self, start: usize, value: Range<usize>, number: u32) {
        let mut end = part_end(self.text, value.clone());
        self.add(Shape::Values, start..end, number, 1);
        while end < value.end {
            let start = end;
            end = part_end(self.text, start..value.end);
            self.add(Shape::Rest, start..end, number, 1);
        }
    }

    fn add_source(&mut self, range: Range<usize>) {
        for range in parts::pieces(self.text, range, false) {
            let kind = BlockKind::Source { is_code: true };
            let hash = hash_of(&self.text[range.clone()]);
            self.tree.blocks.push(Block { kind, range, hash });
        }
    }

    /// Adds the beginning of a list or an object up to its bracket, with its name; both begin at
    /// `start`.
    pub(super) fn enter(
        &mut self,
        start: usize,
        head: Range<usize>,
        name: Option<Range<usize>>,
        is_list: bool,
    ) {
        let (value, head_end) = (head.start, head.end);
        let number = self.count();
        let outer = self.open.last().map_or(0, |open| open.path);
        let mut path = hash_of((outer, number, name.clone().map(|name| &self.text[name])));
        let mut head = None;
        if self.source.is_none() {
            self.flush();
            if self.tree.blocks.len() >= self.max_blocks {
                self.source = Some((start, self.open.len()));
            } else {
                // Of equal names in an object, each folds by itself.
                while !self.paths.insert(path) {
                    path = path.wrapping_add(1);
                }
                let start = self.add_long_name(start, value, name);
                let shape = if is_list { Shape::List } else { Shape::Object };
                let block = self.tree.blocks.len();
                self.add(shape, start..head_end, number, 0);
                head = Some((block, self.tree.folds.len()));
                self.tree.folds.push(Fold {
                    head: block,
                    name: path,
                    id: 0,
                    is_open: self.open.len() <= OPEN_DEPTH,
                    hidden: block + 1..block + 1,
                });
            }
        }
        self.open.push(Open {
            is_list,
            path,
            n: 0,
            head,
        });
    }

    /// What is open has ended before this byte.
    pub(super) fn leave(&mut self, end: usize) {
        self.flush();
        let Some(open) = self.open.pop() else {
            return;
        };
        if let Some((start, depth)) = self.source
            && depth == self.open.len()
        {
            self.source = None;
            self.add_source(start..end);
        }
        let Some((head, fold)) = open.head else {
            return;
        };
        let n_blocks = self.tree.blocks.len();
        self.tree.folds[fold].hidden.end = n_blocks;
        let block = &mut self.tree.blocks[head];
        if let BlockKind::Node(node) = &mut block.kind {
            node.n = open.n;
            block.hash = hash_of((*node, &self.text[block.range.clone()]));
        }
    }
}

/// Where a part of a long value ends: behind a blank, or else between two letters or escapes.
fn part_end(text: &str, range: Range<usize>) -> usize {
    let bytes = &text.as_bytes()[..range.end];
    if range.len() <= PART_BYTES * 3 / 2 {
        return range.end;
    }
    let limit = range.start + PART_BYTES;
    let (mut at, mut behind_blank) = (range.start, None);
    while at < limit {
        let escape = escape_len(&bytes[at..]).filter(|_| bytes[at] == b'\\');
        at += escape.unwrap_or(1);
        if escape == Some(6) && is_first_half(&text[at - 4..at]) {
            at += escape_len(&bytes[at..]).unwrap_or(0);
        }
        if bytes[at - 1] == b' ' && at - range.start > PART_BYTES / 2 {
            behind_blank = Some(at);
        }
    }
    behind_blank.unwrap_or_else(|| text.ceil_char_boundary(at))
}

/// Whether an escape's digits are the first half of a letter that takes two.
fn is_first_half(digits: &str) -> bool {
    let unit = u16::from_str_radix(digits, 16);
    unit.is_ok_and(|unit| (0xD800..0xDC00).contains(&unit))
}

fn hash_of(what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

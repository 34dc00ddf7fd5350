//! JSON as a tree that folds: each value a line, each list and object the head of what is in it.
//!
//! The lines are blocks of the document, so that only those in sight are ever laid out; a list or an
//! object is a fold over the blocks of what is in it. Nothing here calls itself: how deep a text
//! nests is no matter.

mod lines;
mod read;
mod scan;
mod show;

pub(super) use read::tree;
pub(super) use show::{problem, values};

use super::{Block, Fold};

/// What a line of the tree is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Shape {
    /// Values that hold no others. Of several, all stand in one line of the file.
    Values,
    /// The beginning of a list; what is in it follows.
    List,
    /// The beginning of an object; what is in it follows.
    Object,
    /// A further part of a long value.
    Rest,
}

/// A line of a JSON document's tree, or a few that stand in one line of the file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Node {
    /// What it is.
    pub shape: Shape,
    /// How many lists and objects it is in, besides the one that is the document.
    pub depth: u32,
    /// Which of its list it is, counted from one; 0 for what has a name.
    pub number: u32,
    /// How many values it stands for, or has in it.
    pub n: u32,
}

/// Why a text is no JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Problem {
    /// The byte where that shows.
    pub(super) at: usize,
    /// In words that follow a place.
    pub(super) why: &'static str,
}

/// The lines of a text, and what folds them.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) blocks: Vec<Block>,
    pub(super) folds: Vec<Fold>,
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;

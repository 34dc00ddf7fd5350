//! What one block shows: its paragraphs, code and tables in the order of reading.

use std::ops::Range;

use super::{Marker, Node, Rich};

/// GitHub's five kinds of alert.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Alert {
    /// Worth knowing.
    Note,
    /// Makes things easier.
    Tip,
    /// Needed to succeed.
    Important,
    /// Needs attention at once.
    Warning,
    /// Has consequences.
    Caution,
}

impl Alert {
    /// Its name, as shown.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "Note",
            Self::Tip => "Tip",
            Self::Important => "Important",
            Self::Warning => "Warning",
            Self::Caution => "Caution",
        }
    }
}

/// What a piece stands in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Nest {
    /// An item of a list.
    Item {
        /// What stands before it.
        marker: Marker,
        /// The source of a task's `[ ]`, brackets and all.
        task: Option<Range<usize>>,
    },
    /// A quote, or an alert.
    Quote(Option<Alert>),
    /// The definition of the footnote of this number.
    Footnote(u32),
    /// The definition of a term.
    Definition,
    /// What a `<details>` hides while it is folded.
    Fold {
        /// The how manieth `<details>` of its block it is.
        id: u32,
        /// Whether it is open when it was never touched.
        is_open: bool,
    },
}

/// A nest of one block, told apart from its equals.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Level {
    /// Counts up in the block.
    pub id: u32,
    /// What it is.
    pub nest: Nest,
}

/// What a text is to the reader.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// A heading of level 1 to 6.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// What a definition list defines.
    Term,
}

/// How a column of a table is set.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Alignment {
    /// To the left.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// To the right.
    Right,
}

/// A table, or a part of one. Rows may be of different lengths.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Table {
    /// Whether its head is in the block before, else it is the first row.
    pub goes_on: bool,
    /// By column; those that are not named are set to the left.
    pub alignments: Vec<Alignment>,
    /// Cells by row.
    pub rows: Vec<Vec<Rich>>,
}

/// A property of the front matter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Its value; a list or a text of several lines has a line for each.
    pub value: Rich,
}

/// What a piece is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// Text that is broken into lines.
    Text {
        /// What it is to the reader.
        role: Role,
        /// The text.
        rich: Rich,
    },
    /// Code, whose lines stay as they are.
    Code {
        /// The first word after the fence.
        language: Option<String>,
        /// The code, without the line end of its last line.
        rich: Rich,
    },
    /// A formula in TeX, on lines of its own.
    Formula {
        /// Its source, with its dollar signs if it has any.
        rich: Rich,
    },
    /// A table.
    Table(Table),
    /// A picture of the plan, on lines of its own.
    Image {
        /// Where it is, as written.
        target: String,
        /// What is said of it.
        alt: String,
        /// Where a click leads, as written.
        link: Option<String>,
    },
    /// A line across the page.
    Rule,
    /// Names and values of the front matter, in its order.
    Properties(Vec<Property>),
    /// The head of what can be folded, and whether it is to be open at first.
    Summary {
        /// Its text.
        rich: Rich,
        /// That of its [`Nest::Fold`].
        id: u32,
        /// Whether it is open when it was never touched.
        is_open: bool,
    },
    /// A line of a JSON document's tree.
    Node {
        /// Its name and its value, as far as it has them.
        rich: Rich,
        /// Where it stands.
        node: Node,
    },
    /// Source of something too large or too deep.
    Source {
        /// The text.
        rich: Rich,
        /// Whether it is code.
        is_code: bool,
    },
}

/// One piece of a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// What it stands in, from outside in.
    pub levels: Vec<Level>,
    /// What it is.
    pub part: Part,
    /// Its bytes of the block's source.
    pub source: Range<usize>,
    /// Whether it follows the piece before as lines of one list do.
    pub is_tight: bool,
}

impl Piece {
    /// Its texts, in the order of reading.
    pub fn texts(&self) -> impl Iterator<Item = &Rich> {
        let (one, many, properties): (Option<&Rich>, &[Vec<Rich>], &[Property]) = match &self.part {
            Part::Text { rich, .. }
            | Part::Code { rich, .. }
            | Part::Formula { rich }
            | Part::Summary { rich, .. }
            | Part::Node { rich, .. }
            | Part::Source { rich, .. } => (Some(rich), &[], &[]),
            Part::Table(table) => (None, &table.rows, &[]),
            Part::Properties(properties) => (None, &[], properties),
            Part::Image { .. } | Part::Rule => (None, &[], &[]),
        };
        let cells = many.iter().flatten();
        let values = properties.iter().map(|property| &property.value);
        one.into_iter().chain(cells).chain(values)
    }
}

/// What a block shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Flow {
    /// In the order of reading.
    pub pieces: Vec<Piece>,
}

impl Flow {
    /// Takes away what stands before the first `n` bytes of source, and counts from behind them.
    pub(super) fn cut_lead(&mut self, n: usize) {
        self.pieces.retain_mut(|piece| {
            let source = &mut piece.source;
            *source = source.start.saturating_sub(n)..source.end.saturating_sub(n);
            match &mut piece.part {
                Part::Text { rich, .. } => {
                    rich.cut_lead(n);
                    !rich.is_blank()
                }
                Part::Code { rich, .. }
                | Part::Formula { rich }
                | Part::Summary { rich, .. }
                | Part::Node { rich, .. }
                | Part::Source { rich, .. } => {
                    rich.cut_lead(n);
                    true
                }
                Part::Table(table) => {
                    table.goes_on = true;
                    table.rows.drain(..table.rows.len().min(1));
                    table
                        .rows
                        .iter_mut()
                        .flatten()
                        .for_each(|cell| cell.cut_lead(n));
                    true
                }
                Part::Image { .. } | Part::Rule | Part::Properties(_) => true,
            }
        });
    }

    /// The shown words that came from these bytes of the block's source, a line for each piece.
    #[must_use]
    pub fn plain(&self, source: &Range<usize>) -> String {
        let mut lines = Vec::new();
        for piece in &self.pieces {
            let shown: Vec<&str> = piece
                .texts()
                .filter_map(|rich| Some(&rich.text[rich.shown_of(source.clone())?]))
                .collect();
            if !shown.is_empty() {
                lines.push(shown.join("\t"));
            }
        }
        lines.join("\n")
    }
}

#[cfg(test)]
#[path = "flow_tests.rs"]
mod tests;

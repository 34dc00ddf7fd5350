//! The distances down the page, all of them parts of a line's height.

use postil_model::markdown::{Block, BlockKind, Node, Part, Piece, Role, Shape};

use super::type_area::TypeArea;

/// What a block or a piece of one is to its neighbours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kin {
    Heading(u8),
    Prose,
    /// A line of a list whose lines belong together.
    Tight,
    /// Code, a table, a picture: something set apart.
    Figure,
    Rule,
    Aside,
    /// Goes on where the one before ended.
    Rest,
    /// Goes on with a paragraph.
    MoreProse,
    /// Goes on with a table.
    MoreRows,
}

/// More of a paragraph is in it than words, as a picture.
const MAX_WORDS_BYTES: usize = 32 * 1024;

/// What a block is to its neighbours.
pub(super) fn of_block(kind: &BlockKind) -> Kin {
    match kind {
        BlockKind::Heading(level) => Kin::Heading(*level),
        BlockKind::Item {
            is_first: false,
            is_loose: false,
            ..
        }
        | BlockKind::Node(Node {
            shape: Shape::Values | Shape::List | Shape::Object,
            ..
        }) => Kin::Tight,
        BlockKind::Code(_) | BlockKind::Table | BlockKind::FrontMatter => Kin::Figure,
        BlockKind::Rule => Kin::Rule,
        BlockKind::Footnote(_) => Kin::Aside,
        BlockKind::Source { .. } => Kin::Rest,
        BlockKind::Continued
        | BlockKind::Node(Node {
            shape: Shape::Rest, ..
        }) => Kin::MoreProse,
        BlockKind::Rows { .. } => Kin::MoreRows,
        _ => Kin::Prose,
    }
}

/// What a piece is to its neighbours in a block.
pub(super) fn of_piece(piece: &Piece) -> Kin {
    match &piece.part {
        Part::Text {
            role: Role::Heading(level),
            ..
        } => Kin::Heading(*level),
        Part::Text { .. } | Part::Summary { .. } if piece.is_tight => Kin::Tight,
        Part::Text { .. } | Part::Summary { .. } => Kin::Prose,
        Part::Node { .. } => Kin::Tight,
        Part::Code { .. }
        | Part::Formula { .. }
        | Part::Table(_)
        | Part::Image { .. }
        | Part::Properties(_) => Kin::Figure,
        Part::Rule => Kin::Rule,
        Part::Source { .. } => Kin::Rest,
    }
}

/// The room between two that follow each other.
pub(super) fn gap(above: Option<Kin>, below: Kin, set: &TypeArea) -> f32 {
    let Some(above) = above else {
        return 0.0;
    };
    let lines = match (above, below) {
        (Kin::Rest, Kin::Rest) | (_, Kin::MoreProse | Kin::MoreRows) => 0.0,
        (Kin::Heading(_), Kin::Heading(_)) => 0.6,
        (_, Kin::Heading(1)) => 2.0,
        (_, Kin::Heading(2)) => 1.75,
        (_, Kin::Heading(3)) => 1.3,
        (_, Kin::Heading(_)) => 1.05,
        (Kin::Heading(1), Kin::Rule) => 0.35,
        (Kin::Rule, _) | (_, Kin::Rule) => 1.1,
        (Kin::Heading(1), _) => 0.55,
        (Kin::Heading(_), _) => 0.38,
        (_, Kin::Tight) => 0.22,
        (Kin::Aside, Kin::Aside) => 0.3,
        (Kin::Figure | Kin::MoreRows, _) | (_, Kin::Figure) => 0.75,
        _ => 0.6,
    };
    (set.line_pt * lines).round()
}

/// A guess at the height of a block that was never laid out.
pub(super) fn estimate(block: &Block, source: &str, set: &TypeArea, width: f32) -> f32 {
    let line_pt = set.line_pt;
    let chars_per_line = (width / (set.text_pt * 0.5)).max(8.0);
    let wrapped = |text: &str| (text.len() as f32 / chars_per_line).ceil().max(1.0);
    let n_newlines = || source.trim_end().matches('\n').count() as f32;
    match &block.kind {
        BlockKind::Heading(level) => set.heading_line_pt(*level),
        BlockKind::Code(_) => (n_newlines() - 1.0).max(1.0) * set.code_line_pt + 24.0,
        BlockKind::Source { is_code: true } => (n_newlines() + 1.0) * set.code_line_pt,
        BlockKind::Table | BlockKind::Rows { .. } => n_newlines() * (set.small_pt * 1.45 + 14.0),
        // What is written into it takes no room of its own.
        BlockKind::Paragraph if source.len() > MAX_WORDS_BYTES => line_pt * 12.0,
        BlockKind::Node(node) if node.n > 1 && node.shape == Shape::Values => {
            line_pt * (node.n as f32 * 1.22 - 0.22)
        }
        BlockKind::Malformed { .. } => line_pt * 2.1,
        BlockKind::FrontMatter => line_pt,
        BlockKind::Rule => 1.0,
        BlockKind::Item { .. } | BlockKind::Quote => {
            wrapped(source).max(n_newlines() + 1.0) * line_pt
        }
        _ => wrapped(source) * line_pt,
    }
}

//! What drawing needs to know in one frame, and what it brings to light.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use egui::Rect;
use egui_commonmark::CommonMarkCache;
use postil_model::AnnotationId;
use postil_model::markdown::{Flow, Parsed};

use super::colours::Colours;
use super::diagram::{Diagrams, Drawn};
use super::formula::Formulas;
use super::picture::Embedded;
use super::select::{Hit, Selection};
use super::table::Widths;
use super::type_area::TypeArea;
use crate::theme::Tokens;
use crate::view::margin::Noted;

/// Flows that are kept while their blocks are out of sight.
const MAX_FLOWS: usize = 600;

/// What a person asked for on the page.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Ask {
    /// Fold or unfold something of the block with this hash.
    Fold((u64, u32), bool),
    /// Put what is selected on the clipboard, as Markdown or as it is shown.
    Copy {
        /// As Markdown.
        is_markdown: bool,
    },
    /// Open a diagram large.
    Enlarge(Drawn),
    /// Tick or untick the task whose mark is this byte.
    Tick(usize),
    /// Open the document in an editor, at the line of this byte.
    Edit(usize),
    /// Put a link to the line of this byte on the clipboard.
    CopyLink(usize),
}

/// What stays from frame to frame.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) colours: Colours,
    pub(super) diagrams: Diagrams,
    pub(super) formulas: Formulas,
    pub(super) embedded: Embedded,
    pub(super) pictures: CommonMarkCache,
    pub(super) widths: Widths,
    /// What was folded or unfolded by hand: by the block's hash and which of its folds.
    pub(super) folds: HashMap<(u64, u32), bool>,
    flows: HashMap<u64, Arc<Flow>>,
}

impl Kept {
    /// What a block shows.
    pub(super) fn flow(&mut self, parsed: &Parsed, index: usize) -> Arc<Flow> {
        let Some(block) = parsed.blocks().get(index) else {
            return Arc::default();
        };
        if self.flows.len() > MAX_FLOWS {
            self.flows.clear();
        }
        let flow = self.flows.entry(block.hash);
        Arc::clone(flow.or_insert_with(|| Arc::new(parsed.flow(index))))
    }

    /// Whether something is unfolded.
    pub(super) fn is_open(&self, fold: (u64, u32), at_first: bool) -> bool {
        self.folds.get(&fold).copied().unwrap_or(at_first)
    }
}

/// One frame of drawing.
pub(super) struct Sheet<'a> {
    pub(super) parsed: &'a Parsed,
    pub(super) t: &'a Tokens,
    pub(super) set: &'a TypeArea,
    /// Where relative pictures are.
    pub(super) images: &'a str,
    pub(super) selection: &'a Selection,
    /// Sources of the words that were looked for, in order; and which of them is gone to.
    pub(super) found: &'a [Range<usize>],
    pub(super) found_now: Option<usize>,
    /// Notes on words, in order; and where the words were seen.
    pub(super) notes: &'a [Noted<'a>],
    pub(super) seen: Vec<(AnnotationId, Rect)>,
    /// The last line of what is selected, where it was seen.
    pub(super) selected_at: Option<Rect>,
    pub(super) kept: &'a mut Kept,
    /// The text nearest to the pointer.
    pub(super) hit: Option<Hit>,
    /// A byte that is to be brought into sight, and where it is once that is known.
    pub(super) reveal: Option<usize>,
    pub(super) revealed: Option<Rect>,
    pub(super) asked: Vec<Ask>,
}

//! How high the blocks of a document are: known, or guessed until they are seen.

use std::sync::Arc;

use postil_model::markdown::{Fold, Parsed};

use super::Reader;
use super::heights::Heights;
use super::rhythm::{self, Kin};
use super::type_area::TypeArea;

/// Heights that are remembered at most, over all documents of this width.
const MAX_REMEMBERED: usize = 400_000;

impl Reader {
    /// Takes over another text, width or type; whether it is one.
    pub(super) fn take_text(
        &mut self,
        parsed: &Arc<Parsed>,
        set: &TypeArea,
        width: f32,
        is_new_type: bool,
    ) -> bool {
        let is_same_width = (self.width - width).abs() < 0.5 && !is_new_type;
        let is_same_text = self
            .shown
            .as_ref()
            .is_some_and(|shown| Arc::ptr_eq(shown, parsed));
        if is_same_width && is_same_text {
            return false;
        }
        if !is_same_width || self.known.len() > MAX_REMEMBERED {
            self.known.clear();
            self.width = width;
            self.kept.widths.clear();
        }
        if !is_same_text {
            self.selection.clear();
        }
        self.shown = Some(Arc::clone(parsed));
        self.measure_again(parsed, set);
        true
    }

    /// Unfolds what hides a block, if anything does.
    pub(super) fn unfold(&mut self, parsed: &Parsed, block: usize, set: &TypeArea) {
        if !self.heights.is_hidden(block) {
            return;
        }
        let folds = parsed.folds().iter();
        for fold in folds.filter(|fold| fold.hidden.contains(&block)) {
            self.kept.folds.insert((fold.name, fold.id), true);
        }
        self.measure_again(parsed, set);
    }

    /// Folds or unfolds all that is in a fold.
    pub(super) fn fold_inner(&mut self, parsed: &Parsed, fold: (u64, u32), is_open: bool) {
        let folds = parsed.folds();
        let Some(outer) = folds.iter().find(|outer| (outer.name, outer.id) == fold) else {
            return;
        };
        let inner = folds
            .iter()
            .filter(|inner| outer.hidden.contains(&inner.head));
        let names = inner.map(|inner| ((inner.name, inner.id), is_open));
        self.kept.folds.extend(names);
    }

    /// Sums up the heights anew, known or guessed, of what is not folded away.
    pub(super) fn measure_again(&mut self, parsed: &Parsed, set: &TypeArea) {
        let text = parsed.text();
        let heights = parsed.blocks().iter().enumerate().map(|(index, block)| {
            let known = self.known.get(&block.hash).copied();
            let own = known.unwrap_or_else(|| {
                rhythm::estimate(block, &text[block.range.clone()], set, self.width)
            });
            if own > 0.0 {
                gap_above(parsed, index, set) + own
            } else {
                0.0
            }
        });
        let is_closed = |fold: &&Fold| !self.kept.is_open((fold.name, fold.id), fold.is_open);
        let closed = parsed.folds().iter().filter(is_closed);
        let folded = closed.map(|fold| fold.hidden.clone()).collect();
        self.heights = Heights::new(heights, folded);
    }
}

/// The room above a block.
pub(super) fn gap_above(parsed: &Parsed, index: usize, set: &TypeArea) -> f32 {
    let kin = |index: usize| rhythm::of_block(&parsed.blocks()[index].kind);
    let above: Option<Kin> = index.checked_sub(1).map(kin);
    rhythm::gap(above, kin(index), set)
}

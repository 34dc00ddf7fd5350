//! Where the page stands: what moves it, and what heights that became known make of it.

use egui::{Rect, Ui, vec2};
use postil_model::markdown::{Parsed, Place, Unit};

use super::keys::{self, PADDING_PT, Selects};
use super::measure::gap_above;
use super::select::Stride;
use super::type_area::TypeArea;
use super::{MAX_REVEALS, Reader, changes};
use crate::command::UserCommand;
use crate::state::OpenDocument;
use crate::view::View;

impl Reader {
    /// Goes where the state and the margin wish, each once.
    pub(super) fn take_wishes(
        &mut self,
        view: &View<'_>,
        (open, parsed): (&OpenDocument, &Parsed),
        set: &TypeArea,
    ) {
        if self.last_go_to != open.go_to.0 {
            self.last_go_to = open.go_to.0;
            self.place = open.go_to.1;
            self.reveal = None;
            self.unfold(parsed, self.place.block, set);
        }
        if let Some((wish, byte)) = view.state.margin.reveal
            && self.last_reveal != wish
        {
            self.last_reveal = wish;
            self.reveal = Some((byte, MAX_REVEALS));
        }
    }

    /// Takes the keys of this frame and what waits from the last one; gives the points to scroll down by.
    pub(super) fn steer(
        &mut self,
        ui: &Ui,
        view: &mut View<'_>,
        (open, parsed): (&OpenDocument, &Parsed),
        (set, whole): (&TypeArea, Rect),
        total: f64,
    ) -> f64 {
        let viewport_pt = f64::from(whole.height());
        let has_selection = self.selection.range().is_some();
        let pressed = keys::take(ui, whole.height(), total, has_selection);
        if pressed.edits
            && let Some(block) = parsed.blocks().get(self.place.block)
        {
            view.ask(UserCommand::OpenInEditor(block.range.start));
        }
        match pressed.selects {
            Some(Selects::All) => self.selection.all(parsed),
            Some(Selects::Nothing) => self.selection.clear(),
            Some(Selects::Next(unit, stride)) => {
                self.select_by_keys(parsed, (unit, stride), set.line_pt, viewport_pt);
            }
            None => {}
        }
        if pressed.is_read {
            view.ask(UserCommand::MarkRead);
        }
        let n_steps = pressed.n_changes + std::mem::take(&mut self.n_steps);
        if n_steps != 0
            && let Some(block) = changes::step(&open.hunks, self.place.block, n_steps)
        {
            self.changes.is_compared = false;
            self.reveal = None;
            self.place = Place {
                block,
                offset_pt: 0.0,
            };
            self.unfold(parsed, block, set);
        }
        if let Some((byte, _)) = self.reveal {
            self.unfold(parsed, parsed.block_at(byte), set);
        }
        let by = pressed.scroll_pt + f64::from(std::mem::take(&mut self.drag_pt));
        if let Some((byte, MAX_REVEALS)) = self.reveal {
            self.place = Place {
                block: parsed.block_at(byte),
                offset_pt: whole.height() * -0.3,
            };
        } else if by != 0.0 {
            self.reveal = None;
        }
        by
    }

    /// Selects the next word, sentence or paragraph, and brings it in sight where it is not.
    fn select_by_keys(
        &mut self,
        parsed: &Parsed,
        selects: (Unit, Stride),
        line_pt: f32,
        viewport_pt: f64,
    ) {
        let Place { block, offset_pt } = self.place;
        // Of a block whose beginning is out of sight, the next one.
        let top = block + usize::from(offset_pt > line_pt * 1.5);
        let top = parsed
            .blocks()
            .get(top)
            .map_or(0, |block| block.range.start);
        if let Some(byte) = self.selection.stride(parsed, selects, top) {
            let at = self.heights.top_of(parsed.block_at(byte));
            let seen = self.heights.top_of(block) + f64::from(offset_pt);
            let is_near = (at - seen).abs() < viewport_pt;
            self.reveal = Some((byte, MAX_REVEALS - u8::from(is_near)));
        }
    }

    /// The offset of the scroll area that the place asks for, `by` points further down.
    pub(super) fn wanted_offset(&self, by: f64, viewport_pt: f64, total: f64) -> f64 {
        let wanted = self.heights.top_of(self.place.block) + f64::from(self.place.offset_pt);
        // The start of a document shows the room above it too.
        let wanted = if self.place == Place::default() {
            0.0
        } else {
            wanted + f64::from(PADDING_PT)
        };
        (wanted + by).clamp(0.0, (total - viewport_pt).max(0.0))
    }

    /// Takes over the heights that were measured, and gives where the page stands now: what is seen
    /// stays where it is.
    pub(super) fn settle(
        &mut self,
        ui: &Ui,
        parsed: &Parsed,
        set: &TypeArea,
        (whole, is_laid_out_anew): (Rect, bool),
        (measured, revealed): (Vec<(usize, f32)>, Option<Rect>),
    ) -> Place {
        let from = f64::from(self.offset_pt) - f64::from(PADDING_PT);
        let (block, above) = self.heights.block_at(from.max(0.0));
        let is_start = from <= 0.0;
        let mut place = if is_start {
            Place::default()
        } else {
            Place {
                block,
                offset_pt: above as f32,
            }
        };
        let mut has_news = false;
        for (index, own) in measured {
            let earlier = self.known.insert(parsed.blocks()[index].hash, own);
            let gap = gap_above(parsed, index, set);
            let height = if own > 0.0 { gap + own } else { 0.0 };
            let error = height - self.heights.height(index);
            has_news |= self.heights.set(index, height);
            // A block that was scrolled in from above: what is below it stays where it is.
            if index == place.block && earlier.is_none() && above > 0.5 && !is_laid_out_anew {
                place.offset_pt = (place.offset_pt + error).max(0.0);
            }
        }
        if let Some((byte, n)) = self.reveal {
            // What is gone to may be far below the top of its block.
            let room = whole.shrink2(vec2(0.0, set.line_pt * 2.0));
            let off = revealed.map_or(0.0, |rect: Rect| {
                if room.y_range().contains(rect.center().y) {
                    0.0
                } else {
                    rect.center().y - whole.center().y
                }
            });
            place.offset_pt += off;
            let is_there = revealed.is_some() && off == 0.0;
            self.reveal = (n > 0 && !is_there).then(|| (byte, n.saturating_sub(1)));
            has_news |= !is_there;
        }
        if has_news {
            // The bar and the blocks below are where the new heights put them.
            ui.ctx().request_repaint();
        }
        place
    }
}

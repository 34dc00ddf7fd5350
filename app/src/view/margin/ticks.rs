//! The strip beside the scroll bar that shows where notes are.

use egui::{Color32, Rect, Ui, pos2, vec2};
use postil_model::TextId;

use super::noted::Noted;
use crate::view::View;

/// From one tick to the next at least: of many at the same height one is seen.
const APART_PT: f32 = 1.0;

/// The ticks, and what they were made from.
#[derive(Debug, Default)]
pub(super) struct Ticks {
    of: Option<Of>,
    /// How far down the strip each is, in points, and its colour.
    at: Vec<(f32, Color32)>,
}

#[derive(PartialEq, Debug)]
struct Of {
    text: Option<TextId>,
    revision: u64,
    n_notes: usize,
    /// Of the document, in ticks of the strip: what is less moves none of them.
    height: f64,
    page_pt: f32,
    paper: Color32,
}

impl Ticks {
    /// Paints a tick for each note. `part_of` gives how far down the document of `total` points a
    /// byte is, 0 to 1.
    pub(super) fn ticks_ui(
        &mut self,
        ui: &Ui,
        view: &View<'_>,
        page: Rect,
        notes: &[Noted<'_>],
        (total, part_of): (f64, impl Fn(usize) -> f32),
    ) {
        let height = page.height();
        let of = Of {
            text: view.state.margin.text,
            revision: view.state.next_revision,
            n_notes: notes.len(),
            height: (total / f64::from(height.max(1.0)) * 4.0).round(),
            page_pt: height,
            paper: view.tokens.paper,
        };
        if self.of.as_ref() != Some(&of) {
            self.of = Some(of);
            self.at.clear();
            for note in notes {
                let y = (part_of(note.range.start) * height).round();
                let last = self.at.last().map_or(f32::NEG_INFINITY, |(last, _)| *last);
                if y - last >= APART_PT {
                    self.at.push((y, note.ink));
                }
            }
        }
        for (y, ink) in &self.at {
            let at = pos2(page.right() - 18.0, page.top() + y);
            let tick = Rect::from_min_size(at, vec2(6.0, 2.0));
            ui.painter().rect_filled(tick, 1.0, *ink);
        }
    }
}

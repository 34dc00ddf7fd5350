//! Where in the document what was found is, beside the scroll bar.

use std::ops::Range;

use egui::{Rect, Ui, pos2, vec2};

use crate::view::View;

const WIDTH_PT: f32 = 7.0;
const TICK_PT: f32 = 2.0;

/// Paints a tick for each place. `part_of` gives how far down the document a byte is, 0 to 1.
pub(super) fn strip_ui(
    ui: &Ui,
    view: &View<'_>,
    page: Rect,
    places: &[Range<usize>],
    now: Option<usize>,
    part_of: impl Fn(usize) -> f32,
) {
    let mut last_y = f32::NEG_INFINITY;
    for place in places {
        let y = page.top() + part_of(place.start) * page.height();
        if y - last_y >= TICK_PT {
            last_y = y;
            tick(ui, page, y, view.tokens.warn.gamma_multiply(0.55));
        }
    }
    if let Some(place) = now.and_then(|now| places.get(now)) {
        let y = page.top() + part_of(place.start) * page.height();
        tick(ui, page, y, view.tokens.warn);
    }
}

fn tick(ui: &Ui, page: Rect, y: f32, color: egui::Color32) {
    let at = pos2(page.right() - WIDTH_PT - 1.0, y);
    ui.painter()
        .rect_filled(Rect::from_min_size(at, vec2(WIDTH_PT, TICK_PT)), 1.0, color);
}

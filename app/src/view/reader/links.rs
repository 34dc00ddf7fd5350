//! The links of a text: where they are, where they lead, and the line below them.

use egui::{CursorIcon, Rect, Sense, Stroke, Ui, WidgetInfo, accesskit};

use super::prose::{Placed, chars_of};
use super::select::rects_of;
use super::sheet::Sheet;

impl Sheet<'_> {
    /// Makes links of the text's links; whether the pointer is over one.
    pub(super) fn links(&self, ui: &Ui, placed: &Placed<'_>) -> bool {
        let mut is_hovered = false;
        let mut runs = placed.rich.runs.iter().enumerate().peekable();
        while let Some((i, run)) = runs.next() {
            let Some(link) = run.link else {
                continue;
            };
            let mut shown = run.shown.clone();
            while let Some((_, next)) = runs.next_if(|(_, next)| next.link == Some(link)) {
                shown.end = next.shown.end;
            }
            let rects = rects_of(&placed.galley, &chars_of(&placed.rich.text, &shown));
            let Some(response) = rects
                .iter()
                .enumerate()
                .map(|(n, (_, rect))| {
                    let rect = rect.translate(placed.at.to_vec2());
                    ui.interact(rect, placed.id.with((i, n)), Sense::click())
                })
                .reduce(|all, one| all | one)
            else {
                continue;
            };
            let words = &placed.rich.text[shown.clone()];
            response.widget_info(|| WidgetInfo::labeled(accesskit::Role::Link, true, words));
            let target = &placed.rich.links[link];
            let is_lit = response.hovered() || response.has_focus();
            let color = if is_lit {
                self.t.accent
            } else {
                self.t.accent.gamma_multiply(0.35)
            };
            Self::underline(ui, placed, &rects, Stroke::new(1.0, color));
            // What began on it and went on selects.
            let is_dragged = self.selection.is_dragged() && self.selection.range().is_some();
            if response.clicked() && !is_dragged {
                let url = egui::OpenUrl::same_tab(target.target.clone());
                ui.ctx().open_url(url);
            }
            if response.hovered() {
                is_hovered = true;
                let title = Some(&target.title).filter(|title| !title.is_empty());
                let words = title.map_or_else(
                    || target.target.clone(),
                    |title| format!("{title}\n{}", target.target),
                );
                response
                    .on_hover_text_at_pointer(words)
                    .on_hover_cursor(CursorIcon::PointingHand);
            }
        }
        is_hovered
    }

    /// Lines close below the letters, where a pen would draw them.
    pub(super) fn underline(ui: &Ui, placed: &Placed<'_>, rects: &[(usize, Rect)], stroke: Stroke) {
        for (row, rect) in rects {
            let row = &placed.galley.rows[*row];
            let baseline = row
                .glyphs
                .first()
                .map_or(row.size.y * 0.75, |glyph| glyph.pos.y);
            let y = (placed.at.y + row.pos.y + baseline + 2.0).round() + 0.5;
            ui.painter()
                .hline(rect.translate(placed.at.to_vec2()).x_range(), y, stroke);
        }
    }
}

//! What lies below the letters: code, keys and marks, notes, what was found and what is selected.

use std::ops::Range;

use egui::{Color32, CornerRadius, Rect, Stroke, Ui, accesskit, vec2};
use postil_model::markdown::Style;

use super::prose::{Placed, chars_of};
use super::select::rects_of;
use super::sheet::Sheet;
use crate::theme::Tokens;
use crate::view::margin::{Noted, from_byte};

/// The room within a ground, beside what stands on it.
pub(super) const INSET_PT: f32 = 2.5;

impl Sheet<'_> {
    /// The grounds of code, keys, marks and of what stands for a picture.
    pub(super) fn boxes(&self, ui: &Ui, placed: &Placed<'_>) {
        for run in &placed.rich.runs {
            let is_alone = placed.role == accesskit::Role::Code;
            let is_put_in = run.source.is_empty();
            let look = ground(run.style, self.t).filter(|_| !is_alone || is_put_in);
            let Some(look) = look else {
                if run.style.has(Style::UNDERLINE) {
                    let chars = chars_of(&placed.rich.text, &run.shown);
                    let rects = rects_of(&placed.galley, &chars);
                    Self::underline(ui, placed, &rects, Stroke::new(1.0, self.t.ink_soft));
                }
                continue;
            };
            let chars = chars_of(&placed.rich.text, &run.shown);
            for (row, rect) in rects_of(&placed.galley, &chars) {
                let row = &placed.galley.rows[row];
                let height = row
                    .glyphs
                    .iter()
                    .map(|glyph| glyph.font_height)
                    .fold(0.0, f32::max);
                let row_end = placed.at.x + row.pos.x + row.size.x;
                let rect = rect.translate(placed.at.to_vec2());
                let rect = Rect::from_center_size(rect.center(), vec2(rect.width(), height * 1.06));
                // Before what follows on the line there is room that counts as this run's already.
                let has_room = is_boxed(run.style) && rect.right() < row_end - 0.1;
                let right = if has_room { 0.0 } else { look.expand_pt };
                let rect = Rect::from_x_y_ranges(
                    rect.left() - look.expand_pt..=rect.right() + right,
                    rect.y_range(),
                );
                ui.painter().rect(
                    rect,
                    CornerRadius::same(4),
                    look.fill,
                    look.stroke,
                    egui::StrokeKind::Inside,
                );
            }
        }
    }

    /// What notes are on, what was found, and what is selected.
    pub(super) fn highlights(&mut self, ui: &Ui, placed: &Placed<'_>) {
        let (Some(first), Some(last)) = (placed.rich.runs.first(), placed.rich.runs.last()) else {
            return;
        };
        let own = placed.base + first.source.start..placed.base + last.source.end;
        for note in from_byte(self.notes, own.start) {
            if note.range.start >= own.end {
                break;
            }
            if note.range.end > own.start {
                self.note_on(ui, placed, note);
            }
        }
        let from = self.found.partition_point(|found| found.end <= own.start);
        for (i, found) in self.found.iter().enumerate().skip(from) {
            if found.start >= own.end {
                break;
            }
            let is_now = self.found_now == Some(i);
            let color = if is_now {
                self.t.found_now
            } else {
                self.t.found
            };
            Self::ground_of(ui, placed, found, color);
        }
        if let Some(selected) = self.selection.range() {
            let last = Self::ground_of(ui, placed, &selected, self.t.selected);
            self.selected_at = last.or(self.selected_at);
        }
    }

    /// The words of a note, as far as they are in this text.
    fn note_on(&mut self, ui: &Ui, placed: &Placed<'_>, note: &Noted<'_>) {
        let from = note.range.start.saturating_sub(placed.base);
        let to = note.range.end.saturating_sub(placed.base);
        let Some(shown) = placed.rich.shown_of(from..to) else {
            return;
        };
        let rects = rects_of(&placed.galley, &chars_of(&placed.rich.text, &shown));
        for (row, rect) in &rects {
            let row = &placed.galley.rows[*row];
            let rect = rect.translate(placed.at.to_vec2());
            ui.painter().rect_filled(rect, 2.0, note.look.ground);
            if let Some(color) = note.look.line {
                let baseline = row
                    .glyphs
                    .first()
                    .map_or(row.size.y * 0.75, |glyph| glyph.pos.y);
                let down = if note.look.is_struck {
                    baseline * 0.68
                } else {
                    baseline + 3.0
                };
                let y = (placed.at.y + row.pos.y + down).round() + 0.5;
                let stroke = Stroke::new(1.4, color);
                ui.painter().hline(rect.x_range(), y, stroke);
            }
            self.seen.push((note.id, rect));
        }
    }

    /// Gives the last line's part.
    fn ground_of(
        ui: &Ui,
        placed: &Placed<'_>,
        source: &Range<usize>,
        color: Color32,
    ) -> Option<Rect> {
        let from = source.start.saturating_sub(placed.base);
        let to = source.end.saturating_sub(placed.base);
        let shown = placed.rich.shown_of(from..to)?;
        let mut last = None;
        for (_, rect) in rects_of(&placed.galley, &chars_of(&placed.rich.text, &shown)) {
            let rect = rect.translate(placed.at.to_vec2());
            ui.painter().rect_filled(rect, 2.0, color);
            last = Some(rect);
        }
        last
    }
}

struct Ground {
    fill: Color32,
    stroke: Stroke,
    expand_pt: f32,
}

/// Whether text of a style stands in a box, with room beside it.
pub(super) fn is_boxed(style: Style) -> bool {
    style.has(Style::CODE) || style.has(Style::KEY) || style.has(Style::SOURCE)
}

fn ground(style: Style, t: &Tokens) -> Option<Ground> {
    let plain = |fill| Ground {
        fill,
        stroke: Stroke::NONE,
        expand_pt: INSET_PT,
    };
    if style.has(Style::KEY) || style.has(Style::PICTURE) {
        let stroke = Stroke::new(1.0, t.line);
        return Some(Ground {
            stroke,
            ..plain(t.code)
        });
    }
    if style.has(Style::ADDED) {
        return Some(plain(t.good.gamma_multiply(0.18)));
    }
    if style.has(Style::REMOVED) {
        return Some(plain(t.bad.gamma_multiply(0.14)));
    }
    if style.has(Style::MARK) {
        return Some(plain(t.mark));
    }
    let is_code = style.has(Style::CODE) || style.has(Style::SOURCE);
    is_code.then(|| plain(t.code))
}

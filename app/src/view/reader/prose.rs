//! Text on the page: set in lines, with its links, marks, and what is selected and found in it.

use std::ops::Range;
use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Color32, CornerRadius, CursorIcon, Galley, Id, Pos2, Rect, Sense, Stroke, Ui, WidgetInfo,
    accesskit, pos2, vec2,
};
use postil_model::markdown::{Rich, Style};

use super::colours::Painted;
use super::object;
use super::select::{Hit, rects_of};
use super::sheet::{Ask, Sheet};
use super::type_area::Look;
use crate::theme::Tokens;
use crate::view::margin::{Noted, from_byte};

/// A text that is set and has its place.
pub(super) struct Placed<'p> {
    /// Names it among the texts of the page.
    pub(super) id: Id,
    /// Its upper left corner.
    pub(super) at: Pos2,
    /// How wide its paragraph is: where clicks belong to it.
    pub(super) width: f32,
    pub(super) galley: Arc<Galley>,
    pub(super) rich: &'p Rich,
    /// The first byte of its block.
    pub(super) base: usize,
    pub(super) role: accesskit::Role,
}

impl Sheet<'_> {
    /// Sets a text; `None` for lines of any length.
    pub(super) fn galley(
        &mut self,
        ui: &Ui,
        rich: &Rich,
        look: &Look,
        width: Option<f32>,
        painted: Option<&Painted>,
    ) -> Arc<Galley> {
        let mut job = LayoutJob {
            wrap: width.map_or_else(TextWrapping::no_max_width, |width| {
                TextWrapping::wrap_at_width(width.max(16.0))
            }),
            ..LayoutJob::default()
        };
        match painted {
            Some(painted) => {
                let mut format = self.set.format(look, Style::default(), false, self.t);
                let mut end = 0;
                for (range, color) in painted.colours(self.t) {
                    format.color = color;
                    end = range.end.min(rich.text.len());
                    job.append(
                        rich.text.get(range.start..end).unwrap_or(""),
                        0.0,
                        format.clone(),
                    );
                }
                format.color = look.color;
                job.append(rich.text.get(end..).unwrap_or(""), 0.0, format);
            }
            None => {
                for run in &rich.runs {
                    if self.append_object(ui, (rich, run), look, &mut job) {
                        continue;
                    }
                    let format = self.set.format(look, run.style, run.link.is_some(), self.t);
                    let text = &rich.text[run.shown.clone()];
                    if run.style.has(Style::MATH) {
                        object::append_source(text, &format, &mut job);
                    } else if look.is_tabular {
                        let figures = &mut self.kept.widths.figures;
                        figures.append(ui, text, &format, &mut job);
                    } else {
                        job.append(text, 0.0, format);
                    }
                }
            }
        }
        if job.sections.is_empty() {
            let format = self.set.format(look, Style::default(), false, self.t);
            job.append("", 0.0, format);
        }
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    }

    /// Draws a text and lets it be clicked and selected.
    pub(super) fn text(&mut self, ui: &Ui, placed: &Placed<'_>) {
        let size = placed.galley.size();
        let rect = Rect::from_min_size(placed.at, vec2(placed.width.max(size.x), size.y));
        self.reveal(placed);
        if !ui.is_rect_visible(rect) {
            return;
        }
        let sense = Sense::click_and_drag() - Sense::FOCUSABLE;
        let response = ui.interact(rect, placed.id, sense);
        response.widget_info(|| WidgetInfo::labeled(placed.role, true, &placed.rich.text));
        let is_linked = self.links(ui, placed);
        if response.hovered() && !is_linked {
            ui.set_cursor_icon(CursorIcon::Text);
        }
        self.take_hit(ui, placed, rect, response.contains_pointer() && !is_linked);
        self.menu(&response, placed);
        self.boxes(ui, placed);
        self.highlights(ui, placed);
        ui.painter()
            .galley(placed.at, Arc::clone(&placed.galley), self.t.ink);
    }

    /// Notes where the byte is that is to be brought into sight, if it is in this text.
    fn reveal(&mut self, placed: &Placed<'_>) {
        let Some(byte) = self.reveal.and_then(|byte| byte.checked_sub(placed.base)) else {
            return;
        };
        if let Some(shown) = placed.rich.shown_of(byte..byte + 1) {
            let rects = rects_of(&placed.galley, &chars_of(&placed.rich.text, &shown));
            let rect = rects
                .first()
                .map(|(_, rect)| rect.translate(placed.at.to_vec2()));
            self.revealed = self.revealed.or(rect);
        }
    }

    /// Remembers the place in this text if it is the nearest to the pointer so far.
    fn take_hit(&mut self, ui: &Ui, placed: &Placed<'_>, rect: Rect, is_on_text: bool) {
        let Some(pointer) = ui.input(|input| input.pointer.interact_pos()) else {
            return;
        };
        let distance = rect.distance_to_pos(pointer);
        let is_nearer = |hit: &Hit| (hit.distance, !hit.is_on_text) > (distance, !is_on_text);
        if self.hit.as_ref().is_none_or(is_nearer) {
            let cursor = placed.galley.cursor_from_pos(pointer - placed.at);
            let byte = byte_of(&placed.rich.text, cursor.index.0);
            let mut hit = Hit::new(placed.rich, byte, placed.base);
            hit.distance = distance;
            hit.is_on_text = is_on_text;
            self.hit = Some(hit);
        }
    }

    fn menu(&mut self, response: &egui::Response, placed: &Placed<'_>) {
        let byte = placed.base + placed.rich.runs.first().map_or(0, |run| run.source.start);
        let has_selection = self.selection.range().is_some();
        response.context_menu(|ui| {
            let mut choice = |ui: &mut Ui, is_enabled: bool, label: &str, ask: Ask| {
                if ui
                    .add_enabled(is_enabled, egui::Button::new(label))
                    .clicked()
                {
                    self.asked.push(ask);
                    ui.close();
                }
            };
            choice(ui, has_selection, "Copy", Ask::Copy { is_markdown: false });
            choice(
                ui,
                has_selection,
                "Copy as Markdown",
                Ask::Copy { is_markdown: true },
            );
            ui.separator();
            choice(ui, true, "Copy link to here", Ask::CopyLink(byte));
            choice(ui, true, "Open in editor here", Ask::Edit(byte));
        });
    }

    /// Makes links of the text's links; whether the pointer is over one.
    fn links(&self, ui: &Ui, placed: &Placed<'_>) -> bool {
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
            if response.clicked() {
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
    fn underline(ui: &Ui, placed: &Placed<'_>, rects: &[(usize, Rect)], stroke: Stroke) {
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

    /// The grounds of code, keys, marks and of what stands for a picture.
    fn boxes(&self, ui: &Ui, placed: &Placed<'_>) {
        for run in &placed.rich.runs {
            let is_alone = placed.role == accesskit::Role::Code;
            let Some(look) = ground(run.style, self.t).filter(|_| !is_alone) else {
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
                let rect = rect.translate(placed.at.to_vec2());
                let rect = Rect::from_center_size(rect.center(), vec2(rect.width(), height * 1.06));
                let rect = rect.expand2(vec2(look.expand_pt, 0.0));
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
    fn highlights(&mut self, ui: &Ui, placed: &Placed<'_>) {
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

fn ground(style: Style, t: &Tokens) -> Option<Ground> {
    let plain = |fill| Ground {
        fill,
        stroke: Stroke::NONE,
        expand_pt: 2.5,
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

/// Characters of a stretch of bytes.
pub(super) fn chars_of(text: &str, bytes: &Range<usize>) -> Range<usize> {
    let start = text[..bytes.start].chars().count();
    start..start + text[bytes.clone()].chars().count()
}

/// The byte where a character begins; past the last, the end.
fn byte_of(text: &str, char_index: usize) -> usize {
    text.char_indices()
        .nth(char_index)
        .map_or(text.len(), |(byte, _)| byte)
}

/// The point `down` points below another.
pub(super) fn below(at: Pos2, down: f32) -> Pos2 {
    pos2(at.x, at.y + down)
}

//! Text on the page: set in lines, to be clicked and selected.

use std::ops::Range;
use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{CursorIcon, Galley, Id, Pos2, Rect, Sense, Ui, WidgetInfo, accesskit, pos2, vec2};
use postil_model::markdown::{Rich, Run, Style};

use super::colours::Painted;
use super::select::{Hit, rects_of};
use super::sheet::{Ask, Sheet};
use super::suggest::around_put_in;
use super::type_area::Look;
use super::{grounds, object};

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
        if let Some(painted) = painted {
            let mut format = self.set.format(look, Style::default(), false, self.t);
            let mut end = 0;
            for (range, color) in around_put_in(painted.colours(self.t), rich, look.color) {
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
        } else {
            let mut was_boxed = None;
            for run in &rich.runs {
                let n_sections = job.sections.len();
                self.append_run(ui, (rich, run), look, &mut job);
                let is_boxed = !look.is_code && grounds::is_boxed(run.style);
                if was_boxed.is_some_and(|was| was != is_boxed)
                    && let Some(section) = job.sections.get_mut(n_sections)
                {
                    section.leading_space += grounds::INSET_PT;
                }
                was_boxed = Some(is_boxed);
            }
        }
        if job.sections.is_empty() {
            let format = self.set.format(look, Style::default(), false, self.t);
            job.append("", 0.0, format);
        }
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    }

    fn append_run(
        &mut self,
        ui: &Ui,
        (rich, run): (&Rich, &Run),
        look: &Look,
        job: &mut LayoutJob,
    ) {
        if self.append_object(ui, (rich, run), look, job) {
            return;
        }
        let format = self.set.format(look, run.style, run.link.is_some(), self.t);
        let text = &rich.text[run.shown.clone()];
        if run.style.has(Style::MATH) {
            object::append_source(text, &format, job);
        } else if look.is_tabular {
            let figures = &mut self.kept.widths.figures;
            figures.append(ui, text, &format, job);
        } else {
            job.append(text, 0.0, format);
        }
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
        self.take_hit(ui, placed, rect, response.contains_pointer());
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

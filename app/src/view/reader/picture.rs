//! Pictures of the plan, drawn by egui's viewer of Markdown through Postil's own loader.

use std::collections::BTreeSet;

use egui::{Id, Image, Rect, Sense, Ui, UiBuilder, WidgetInfo, accesskit};
use egui_commonmark::CommonMarkViewer;

use super::sheet::Sheet;
use crate::images;

/// Pictures that documents hold in themselves, and that the loader was given.
const MAX_EMBEDDED: usize = 64;

/// The addresses of pictures that are written into documents.
#[derive(Debug, Default)]
pub(super) struct Embedded(BTreeSet<String>);

impl Embedded {
    /// A short address for a picture that is written as a `data:` URL.
    fn uri(&mut self, ui: &Ui, url: &str) -> String {
        let uri = images::embedded_uri(url);
        if !self.0.contains(&uri) {
            if self.0.len() >= MAX_EMBEDDED {
                for uri in std::mem::take(&mut self.0) {
                    ui.ctx().forget_image(&uri);
                }
            }
            ui.ctx().include_bytes(uri.clone(), url.as_bytes().to_vec());
            self.0.insert(uri.clone());
        }
        uri
    }
}

impl Sheet<'_> {
    /// Where a picture is loaded from; `None` if it is not of the plan.
    pub(super) fn picture_uri(&mut self, ui: &Ui, target: &str) -> Option<String> {
        if target.starts_with("data:") {
            return Some(self.kept.embedded.uri(ui, target));
        }
        let is_elsewhere = target.contains("://") || target.starts_with("//");
        (!is_elsewhere && !target.starts_with('#')).then(|| format!("{}{target}", self.images))
    }

    /// Draws a picture at the top of `room`, and gives its height.
    pub(super) fn picture(
        &mut self,
        ui: &mut Ui,
        id: Id,
        room: Rect,
        target: &str,
        alt: &str,
        link: Option<&str>,
    ) -> f32 {
        /// More than any picture takes.
        const MAX_PT: f32 = 20_000.0;
        let room = Rect::from_min_size(room.min, egui::vec2(room.width(), MAX_PT));
        let is_embedded = target.starts_with("data:");
        let uri = if is_embedded {
            self.kept.embedded.uri(ui, target)
        } else {
            format!("{}{target}", self.images)
        };
        let target = if is_embedded { "picture" } else { target };
        let load = Image::from_uri(uri.as_str()).load_for_size(ui.ctx(), room.size());
        match load {
            Err(error) => {
                return self.missing_picture(ui, id, room, alt, target, &error.to_string());
            }
            Ok(load) if load.is_pending() => {
                return self.missing_picture(ui, id, room, alt, target, "");
            }
            Ok(_) => {}
        }
        let mut child = ui.new_child(UiBuilder::new().scope_id(id).max_rect(room));
        child.spacing_mut().item_spacing = egui::Vec2::ZERO;
        // Angle brackets hold any address but one with an angle bracket or a line end in it.
        let address = if is_embedded { &uri } else { target };
        let address = address.replace(['<', '>', '\n', '\r'], "");
        let words: String = alt
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { ' ' })
            .collect();
        CommonMarkViewer::new()
            .default_implicit_uri_scheme(self.images)
            .max_image_width(Some(room.width() as usize))
            .show(
                &mut child,
                &mut self.kept.pictures,
                &format!("![{words}](<{address}>)"),
            );
        let rect = child.min_rect();
        let sense = if link.is_some() {
            Sense::click()
        } else {
            Sense::hover()
        };
        let response = ui.interact(rect, id.with("picture"), sense);
        response.widget_info(|| {
            let name = if alt.is_empty() { target } else { alt };
            WidgetInfo::labeled(accesskit::Role::Image, true, name)
        });
        if let Some(link) = link {
            let response = response
                .on_hover_text_at_pointer(link)
                .on_hover_cursor(egui::CursorIcon::PointingHand);
            if response.clicked() {
                ui.ctx().open_url(egui::OpenUrl::same_tab(link));
            }
        }
        rect.height().max(self.set.line_pt)
    }

    /// What is said of a picture that cannot be shown, and why it cannot, if it is not on its way;
    /// gives its height.
    fn missing_picture(
        &self,
        ui: &Ui,
        id: Id,
        room: Rect,
        alt: &str,
        target: &str,
        why: &str,
    ) -> f32 {
        const PADDING: egui::Vec2 = egui::vec2(12.0, 8.0);
        let name = target.rsplit('/').next().unwrap_or_default();
        let words = if alt.trim().is_empty() { name } else { alt };
        let font = egui::FontId::proportional(self.set.small_pt);
        let icon_pt = self.set.text_pt * 1.6;
        let width = room.width() - icon_pt - 2.0 * PADDING.x;
        let job = egui::text::LayoutJob::simple(words.to_owned(), font, self.t.ink_soft, width);
        let mut job = job;
        let is_missing = !why.is_empty();
        let reason = egui::TextFormat {
            font_id: egui::FontId::proportional(self.set.small_pt * 0.9),
            color: self.t.ink_soft,
            ..egui::TextFormat::default()
        };
        if is_missing {
            job.append(&format!("\n{why}"), 0.0, reason);
        }
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        let size = galley.size() + egui::vec2(icon_pt, 0.0) + 2.0 * PADDING;
        let rect = Rect::from_min_size(room.min, size);
        let line = egui::Stroke::new(1.0, self.t.line);
        let inside = egui::StrokeKind::Inside;
        ui.painter().rect(rect, 6.0, self.t.code, line, inside);
        let inner = rect.shrink2(PADDING);
        let glyph = if is_missing {
            lucide_icons::Icon::ImageOff
        } else {
            lucide_icons::Icon::Image
        };
        super::marker::icon(
            ui,
            glyph,
            inner.left_center(),
            self.set.text_pt,
            self.t.ink_soft,
        );
        let corner = inner.min + egui::vec2(icon_pt, 0.0);
        ui.painter().galley(corner, galley, self.t.ink_soft);
        let response = ui.interact(rect, id, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(accesskit::Role::Image, true, words));
        response.on_hover_text_at_pointer(target);
        size.y
    }
}

//! Pictures of the plan, drawn by egui's viewer of Markdown through Postil's own loader.

use egui::{Id, Image, Rect, Sense, Ui, UiBuilder, WidgetInfo, accesskit};
use egui_commonmark::CommonMarkViewer;

use super::sheet::Sheet;

impl Sheet<'_> {
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
        let uri = if target.starts_with("data:") {
            target.to_owned()
        } else {
            format!("{}{target}", self.images)
        };
        let load = Image::from_uri(uri.as_str()).load_for_size(ui.ctx(), room.size());
        if let Err(error) = load {
            return self.missing_picture(ui, id, room, alt, target, &error.to_string());
        }
        let mut child = ui.new_child(UiBuilder::new().scope_id(id).max_rect(room));
        child.spacing_mut().item_spacing = egui::Vec2::ZERO;
        // Angle brackets hold any address but one with an angle bracket or a line end in it.
        let address = target.replace(['<', '>', '\n', '\r'], "");
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

    /// What is said of a picture that cannot be shown, and why it cannot; gives its height.
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
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        let size = galley.size() + egui::vec2(icon_pt, 0.0) + 2.0 * PADDING;
        let rect = Rect::from_min_size(room.min, size);
        let line = egui::Stroke::new(1.0, self.t.line);
        let inside = egui::StrokeKind::Inside;
        ui.painter().rect(rect, 6.0, self.t.code, line, inside);
        let inner = rect.shrink2(PADDING);
        let glyph = lucide_icons::Icon::ImageOff;
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
        response.on_hover_text_at_pointer(why);
        size.y
    }
}

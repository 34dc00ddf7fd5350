//! Pictures of the plan, drawn by egui's viewer of Markdown through Postil's own loader.

use egui::{Id, Rect, Sense, Ui, UiBuilder, WidgetInfo, accesskit};
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
}

//! Code on the page: on a quiet ground, with its colours, never wrapped.

use egui::{Id, Pos2, Rect, RichText, ScrollArea, Ui, UiBuilder, accesskit, vec2};
use lucide_icons::Icon;
use postil_model::markdown::Rich;

use super::diagram::Diagram;
use super::prose::Placed;
use super::sheet::Sheet;
use crate::fonts;

const PADDING_X_PT: f32 = 16.0;
const PADDING_Y_PT: f32 = 12.0;

/// Code that stands alone.
pub(super) struct Code<'c> {
    pub(super) id: Id,
    pub(super) at: Pos2,
    pub(super) width: f32,
    pub(super) language: Option<&'c str>,
    pub(super) rich: &'c Rich,
    /// The first byte of its block.
    pub(super) base: usize,
}

impl Sheet<'_> {
    /// Draws code, and gives its height.
    pub(super) fn code(&mut self, ui: &mut Ui, code: &Code<'_>) -> f32 {
        let is_diagram = |language: &str| language.eq_ignore_ascii_case("mermaid");
        if !code.language.is_some_and(is_diagram) {
            return self.plain_code(ui, code);
        }
        match self.diagram_of(ui, &code.rich.text) {
            Diagram::Drawn(drawn) => self.diagram(ui, code.id, code.at, code.width, &drawn),
            Diagram::Pending => self.plain_code(ui, code),
            Diagram::Failed(why) => {
                let height = self.plain_code(ui, code) + 4.0;
                let words = format!("This diagram cannot be drawn: {why}");
                let at = code.at + vec2(0.0, height);
                height + self.note(ui, code.id.with("why"), at, code.width, words)
            }
        }
    }

    /// A small line below what cannot be shown as it is meant, and its height.
    pub(super) fn note(&self, ui: &Ui, id: Id, at: Pos2, width: f32, words: String) -> f32 {
        let font = egui::FontId::proportional(self.set.small_pt);
        let job = egui::text::LayoutJob::simple(words, font, self.t.ink_soft, width);
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        let size = galley.size();
        let response = ui.interact(Rect::from_min_size(at, size), id, egui::Sense::hover());
        response
            .widget_info(|| egui::WidgetInfo::labeled(accesskit::Role::Label, true, galley.text()));
        ui.painter().galley(at, galley, self.t.ink_soft);
        size.y
    }

    fn plain_code(&mut self, ui: &mut Ui, code: &Code<'_>) -> f32 {
        let painted = code
            .language
            .and_then(|language| self.kept.colours.of(ui.ctx(), language, &code.rich.text));
        let look = self.set.code(self.t);
        let rich = self.with_suggestions(code.rich, code.base);
        let galley = self.galley(ui, &rich, &look, None, painted.as_deref());
        let height = galley.size().y + 2.0 * PADDING_Y_PT;
        let rect = Rect::from_min_size(code.at, vec2(code.width, height));
        if !ui.is_rect_visible(rect) {
            return height;
        }
        ui.painter().rect_filled(rect, 8.0, self.t.code);
        let inner = rect.shrink2(vec2(0.0, PADDING_Y_PT));
        let builder = UiBuilder::new().scope_id(code.id).max_rect(inner);
        let mut child = ui.new_child(builder);
        let room = code.width - 2.0 * PADDING_X_PT;
        let wide = galley.size().x.max(room);
        child.spacing_mut().scroll.floating_allocated_width = 0.0;
        ScrollArea::horizontal()
            .id_salt("code")
            .auto_shrink(false)
            .show(&mut child, |ui| {
                let size = vec2(wide + 2.0 * PADDING_X_PT, galley.size().y);
                let (area, _) = ui.allocate_exact_size(size, egui::Sense::hover());
                let placed = Placed {
                    id: code.id.with("text"),
                    at: area.min + vec2(PADDING_X_PT, 0.0),
                    width: wide,
                    galley,
                    rich: &rich,
                    base: code.base,
                    role: accesskit::Role::Code,
                };
                self.text(ui, &placed);
            });
        Self::corner(ui, code, rect);
        height
    }

    /// The language and a button that copies the code, while the pointer is over it.
    fn corner(ui: &mut Ui, code: &Code<'_>, rect: Rect) {
        if !ui.rect_contains_pointer(rect) {
            return;
        }
        let corner = rect.right_top() + vec2(-34.0, 6.0);
        let place = Rect::from_min_size(corner, vec2(28.0, 26.0));
        let icon = RichText::new(Icon::Copy.unicode())
            .family(fonts::icons())
            .size(15.0);
        let tooltip = match code.language {
            Some(language) => format!("Copy ({language})"),
            None => "Copy".to_owned(),
        };
        let mut child = ui.new_child(
            UiBuilder::new()
                .scope_id(code.id.with("copy"))
                .max_rect(place),
        );
        let button = child
            .put(place, egui::Button::new(icon))
            .on_hover_text(tooltip)
            .accessible_name("Copy the code");
        if button.clicked() {
            ui.ctx().copy_text(code.rich.text.clone());
        }
    }
}

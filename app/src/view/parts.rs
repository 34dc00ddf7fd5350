//! Small things that several panels are made of.

use egui::{
    Align2, Button, Color32, FontId, Frame, Id, Modal, Response, RichText, Sense, Ui, Vec2, pos2,
    vec2,
};
use lucide_icons::Icon;
use postil_model::Progress;

use crate::fonts;
use crate::theme::{Tokens, size, space};

/// An icon as text.
pub(super) fn icon(icon: Icon) -> RichText {
    RichText::new(icon.unicode())
        .family(fonts::icons())
        .size(15.0)
}

/// A button that shows an icon alone; `name` is its name for screen readers and its tooltip.
pub(super) fn icon_button(ui: &mut Ui, of: Icon, name: &str) -> Response {
    let button = Button::new(icon(of))
        .frame_when_inactive(false)
        .min_size(Vec2::splat(26.0));
    ui.add(button).on_hover_text(name).accessible_name(name)
}

/// The same, greyed while it makes no sense.
pub(super) fn icon_button_enabled(ui: &mut Ui, enabled: bool, of: Icon, name: &str) -> Response {
    ui.add_enabled_ui(enabled, |ui| icon_button(ui, of, name))
        .inner
}

/// A sheet over the window, which takes its input until it is closed.
pub(super) fn sheet(ui: &Ui, name: &str) -> Modal {
    let frame = Frame::popup(ui.style()).inner_margin(space::L);
    Modal::new(Id::unique(name)).frame(frame)
}

/// The heading of a section of the overview.
pub(super) fn section(ui: &mut Ui, t: &Tokens, text: &str, aside: &str) {
    ui.horizontal(|ui| {
        ui.label(
            RichText::new(text)
                .family(fonts::semibold())
                .size(size::SMALL)
                .color(t.ink_soft),
        );
        if !aside.is_empty() {
            ui.label(RichText::new(aside).size(size::SMALL).color(t.ink_soft));
        }
    });
}

/// A bar that fills with what is reached.
pub(super) fn progress_bar(ui: &mut Ui, t: &Tokens, progress: Progress, width: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, 6.0), Sense::hover());
    let painter = ui.painter();
    painter.rect_filled(rect, 3.0, t.line);
    if let Some(fraction) = progress.fraction()
        && fraction > 0.0
    {
        let filled = rect.with_max_x(rect.left() + (rect.width() * fraction).max(6.0));
        let color = if fraction >= 1.0 { t.good } else { t.accent };
        painter.rect_filled(filled, 3.0, color);
    }
    let text = progress_text(progress);
    response.widget_info(|| {
        egui::WidgetInfo::labeled(
            egui::accesskit::Role::ProgressIndicator,
            true,
            format!("Progress: {text}"),
        )
    });
    response
}

/// `3 of 7`.
pub(super) fn progress_text(progress: Progress) -> String {
    if progress.n_total == 0 {
        "no milestones yet".to_owned()
    } else {
        format!("{} of {} milestones", progress.n_done, progress.n_total)
    }
}

/// A word on a tinted ground.
pub(super) fn pill(ui: &mut Ui, text: &str, color: Color32, t: &Tokens) -> Response {
    let galley = ui.painter().layout_no_wrap(
        text.to_owned(),
        FontId::new(size::SMALL, fonts::semibold()),
        color,
    );
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(14.0, 4.0), Sense::hover());
    ui.painter().rect_filled(rect, rect.height() / 2.0, t.hover);
    let at = Align2::CENTER_CENTER
        .anchor_size(rect.center(), galley.size())
        .min;
    ui.painter().galley(pos2(at.x, at.y), galley, color);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Label, true, text));
    response
}

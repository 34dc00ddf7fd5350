//! The sign beside a block by which a note is written on it as a whole.

use std::ops::Range;

use egui::{CursorIcon, Id, Rect, Sense, Ui, pos2, vec2};
use postil_model::AnnotationKind;

use crate::command::UserCommand;
use crate::margin::MarginCommand;
use crate::view::View;

/// The way to a note on a block as a whole: a sign in the gutter while the pointer is beside it.
pub(in crate::view) fn gutter_ui(ui: &Ui, view: &mut View<'_>, block: Rect, source: &Range<usize>) {
    let gutter = Rect::from_min_max(
        pos2(block.left() - 46.0, block.top()),
        pos2(block.left() - 20.0, block.top() + block.height().max(22.0)),
    );
    let is_near = ui.input(|input| {
        let at = input.pointer.hover_pos();
        at.is_some_and(|at| gutter.expand2(vec2(6.0, 2.0)).contains(at))
    });
    if !is_near {
        return;
    }
    let sign = Rect::from_min_size(gutter.min, vec2(24.0, 24.0));
    let id = Id::unique(("gutter", source.start));
    let response = ui.interact(sign, id, Sense::click());
    let ink = if response.hovered() {
        view.tokens.accent
    } else {
        view.tokens.ink_soft
    };
    ui.painter().text(
        sign.center(),
        egui::Align2::CENTER_CENTER,
        lucide_icons::Icon::MessageSquarePlus.unicode(),
        egui::FontId::new(15.0, crate::fonts::icons()),
        ink,
    );
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, "Comment on this block")
    });
    let response = response.on_hover_text("Comment on this block");
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        view.ask(UserCommand::Margin(MarginCommand::Annotate {
            range: source.clone(),
            kind: AnnotationKind::Comment,
            is_block: true,
        }));
    }
}

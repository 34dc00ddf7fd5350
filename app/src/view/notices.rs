//! What the person is to be told, in the corner: it never stands in the way of the page.

use egui::{Align2, Area, Frame, Id, Layout, Order, RichText, Stroke, Ui, vec2};
use lucide_icons::Icon;

use super::View;
use super::parts::{icon, icon_button};
use crate::command::UserCommand;
use crate::state::{Notice, Tone};
use crate::theme::space;

/// Paints the notices, the newest lowest.
pub(super) fn notices_ui(ui: &Ui, view: &mut View<'_>) {
    if view.state.notices.is_empty() {
        return;
    }
    let width = (ui.ctx().content_rect().width() - 2.0 * space::L).min(420.0);
    Area::new(Id::unique("notices"))
        .order(Order::Foreground)
        .anchor(Align2::RIGHT_BOTTOM, vec2(-space::M, -space::M))
        .show(ui.ctx(), |ui| {
            ui.set_width(width);
            for notice in &view.state.notices {
                notice_ui(ui, view.asked, notice, &view.tokens);
            }
        });
}

fn notice_ui(ui: &mut Ui, asked: &mut Vec<UserCommand>, notice: &Notice, t: &crate::theme::Tokens) {
    let (glyph, color) = match notice.tone {
        Tone::Info => (Icon::Info, t.accent),
        Tone::Problem => (Icon::TriangleAlert, t.bad),
    };
    let frame = Frame::popup(ui.style())
        .stroke(Stroke::new(1.0, color))
        .inner_margin(space::S);
    frame.show(ui, |ui| {
        ui.with_layout(Layout::right_to_left(egui::Align::Min), |ui| {
            if icon_button(ui, Icon::X, "Dismiss").clicked() {
                asked.push(UserCommand::DismissNotice(notice.id));
            }
            ui.with_layout(Layout::left_to_right(egui::Align::Min), |ui| {
                ui.label(icon(glyph).color(color));
                ui.vertical(|ui| {
                    ui.add(egui::Label::new(RichText::new(&notice.text).color(t.ink)).wrap());
                    if let Some((label, _)) = &notice.action
                        && ui.button(label).clicked()
                    {
                        asked.push(UserCommand::AcceptNotice(notice.id));
                    }
                });
            });
        });
    });
}

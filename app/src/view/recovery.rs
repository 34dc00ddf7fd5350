//! What was recovered of a damaged library: said once, on one sheet.

use egui::{RichText, Ui};

use super::View;
use super::parts::sheet;
use crate::command::UserCommand;
use crate::theme::space;

/// Shows the sheet until it is read.
pub(super) fn recovery_ui(ui: &Ui, view: &mut View<'_>) {
    let Some(text) = &view.state.recovery else {
        return;
    };
    let color = view.tokens.ink;
    let shown = sheet(ui, "recovery").show(ui.ctx(), |ui| {
        ui.set_width(440.0_f32.min(ui.ctx().content_rect().width() - 60.0));
        ui.heading("Your notes were recovered");
        ui.add_space(space::S);
        ui.label(RichText::new(text).color(color));
        ui.add_space(space::S);
        ui.label("Backups are listed under History and trash.");
        ui.add_space(space::S);
        ui.button("Close").clicked()
    });
    if shown.inner || shown.should_close() {
        view.ask(UserCommand::DismissRecovery);
    }
}

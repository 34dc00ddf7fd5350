//! The question before the end, where changes are not on the disk.

use egui::{RichText, Ui};

use super::View;
use super::parts::sheet;
use crate::command::UserCommand;
use crate::state::{Quitting, StoreState};
use crate::theme::space;

/// Asks while there is something to ask.
pub(super) fn quit_ui(ui: &Ui, view: &mut View<'_>) {
    let is_waiting = match view.state.quitting {
        Some(Quitting::Asked) => false,
        Some(Quitting::WhenSaved) => true,
        Some(Quitting::Anyway) | None => return,
    };
    let t = view.tokens;
    let why = match &view.state.store {
        StoreState::Open {
            waiting: Some(why), ..
        } => why.as_str(),
        _ => "Changes are being written.",
    };
    let answer = sheet(ui, "quit").show(ui.ctx(), |ui| {
        ui.set_width(400.0_f32.min(ui.ctx().content_rect().width() - 60.0));
        ui.heading("Not everything is saved");
        ui.add_space(space::S);
        ui.label(RichText::new(why).color(t.ink));
        ui.add_space(space::S);
        if is_waiting {
            ui.label("Postil closes as soon as it is.");
            ui.add_space(space::S);
        }
        ui.horizontal_wrapped(|ui| {
            let answers = [
                ("Wait, then quit", UserCommand::QuitWhenSaved),
                ("Save a copy elsewhere…", UserCommand::ChooseCopy),
                ("Quit without them", UserCommand::QuitAnyway),
                ("Cancel", UserCommand::StayOpen),
            ];
            let shown = answers.into_iter().skip(usize::from(is_waiting));
            let mut asked = None;
            for (label, command) in shown {
                if ui.button(label).clicked() {
                    asked = Some(command);
                }
            }
            asked
        })
        .inner
    });
    if let Some(command) = answer.inner {
        view.ask(command);
    } else if answer.should_close() {
        view.ask(UserCommand::StayOpen);
    }
}

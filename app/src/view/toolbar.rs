//! The line above the page: where the reader is, and the way to the neighbours.

use egui::{Align, Layout, RichText, Ui};
use lucide_icons::Icon;
use postil_model::ThemeChoice;

use super::parts::{icon_button, icon_button_enabled};
use super::{View, page};
use crate::action::Action;
use crate::command::UserCommand;
use crate::theme::size;

/// Paints the line.
pub(super) fn toolbar_ui(ui: &mut Ui, view: &mut View<'_>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for (action, glyph) in [
            (Action::Back, Icon::ArrowLeft),
            (Action::Forward, Icon::ArrowRight),
            (Action::PreviousDocument, Icon::ChevronUp),
            (Action::NextDocument, Icon::ChevronDown),
        ] {
            let command = action.command(view.state);
            let button = icon_button_enabled(ui, command.is_some(), glyph, action.entry().label);
            if button.clicked() {
                view.asked.extend(command);
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            if icon_button(ui, Icon::CircleQuestionMark, Action::Help.entry().label).clicked() {
                view.asked.extend(Action::Help.command(view.state));
            }
            theme_button(ui, view);
            if icon_button(ui, Icon::History, Action::History.entry().label).clicked() {
                view.asked.extend(Action::History.command(view.state));
            }
            let notes = Action::Notes.command(view.state);
            let name = Action::Notes.entry().label;
            if icon_button_enabled(ui, notes.is_some(), Icon::MessageSquareText, name).clicked() {
                view.asked.extend(notes);
            }
            page::page_button(ui, view);
            let find = Action::Find.command(view.state);
            let name = Action::Find.entry().label;
            if icon_button_enabled(ui, find.is_some(), Icon::Search, name).clicked() {
                view.asked.extend(find);
            }
            ui.add_space(8.0);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add_space(8.0);
                path_ui(ui, view);
            });
        });
    });
}

/// The open document's path, and its place among the others.
fn path_ui(ui: &mut Ui, view: &View<'_>) {
    let Some(open) = &view.state.document else {
        return;
    };
    let Some(document) = view.state.library.document(open.plan, open.id) else {
        return;
    };
    let at = view.state.listing.iter().position(|id| *id == open.id);
    let at = at.map_or(String::new(), |at| {
        format!("   {} of {}", at + 1, view.state.listing.len())
    });
    let text = RichText::new(format!("{}{at}", document.path))
        .size(size::SMALL)
        .color(view.tokens.ink_soft);
    ui.add(egui::Label::new(text).truncate());
}

fn theme_button(ui: &mut Ui, view: &mut View<'_>) {
    let choice = view.state.library.settings().theme;
    let (glyph, name, next) = match choice {
        ThemeChoice::System => (Icon::SunMoon, "Theme: as the desktop", ThemeChoice::Light),
        ThemeChoice::Light => (Icon::Sun, "Theme: light", ThemeChoice::Dark),
        ThemeChoice::Dark => (Icon::Moon, "Theme: dark", ThemeChoice::System),
    };
    if icon_button(ui, glyph, name).clicked() {
        view.ask(UserCommand::SetTheme(next));
    }
}

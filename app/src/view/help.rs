//! The help sheet: the keys, from the one table.

use egui::{Grid, RichText, ScrollArea, Ui};

use super::View;
use super::parts::sheet;
use crate::action::TABLE;
use crate::command::UserCommand;
use crate::state::Sheet;
use crate::theme::{size, space};

const READER_KEYS: &[(&str, &str)] = &[
    ("Scroll by a line", "↑ ↓, J K"),
    ("Scroll by a page", "Space, Page Up, Page Down"),
    ("Scroll by half a page", "D, U"),
    ("To the start or the end", "Home End, G Shift+G"),
    ("To the next or last change", "] ["),
    ("Count changes as read", "M"),
    ("Select the whole document", "Ctrl+A"),
    ("Register a path", "Paste it outside a text field"),
];

/// Shows the sheet while it is asked for.
pub(super) fn help_ui(ui: &Ui, view: &mut View<'_>) {
    if view.state.sheet != Some(Sheet::Help) {
        return;
    }
    let soft = view.tokens.ink_soft;
    let sheet =
        sheet(ui, "help").show(ui.ctx(), |ui| {
            ui.set_width(420.0_f32.min(ui.ctx().content_rect().width() - 60.0));
            ui.heading("Keys");
            ui.add_space(space::S);
            let height = (ui.ctx().content_rect().height() - 150.0).max(80.0);
            ScrollArea::vertical().max_height(height).show(ui, |ui| {
        Grid::new("keys")
            .num_columns(2)
            .spacing([space::XL, space::S])
            .show(ui, |ui| {
                for entry in TABLE {
                    ui.label(entry.label);
                    ui.label(RichText::new(ui.ctx().format_shortcut(&entry.shortcut)).color(soft));
                    ui.end_row();
                }
                for (label, key) in READER_KEYS {
                    ui.label(*label);
                    ui.label(RichText::new(*key).color(soft));
                    ui.end_row();
                }
            });
        ui.add_space(space::S);
        let promise =
            "Notes and progress are kept in Postil's own database. Plan files are only read.";
        ui.label(RichText::new(promise).size(size::SMALL).color(soft));
        });
            ui.add_space(space::S);
            ui.button("Close").clicked()
        });
    if sheet.inner || sheet.should_close() {
        view.ask(UserCommand::ShowSheet(None));
    }
}

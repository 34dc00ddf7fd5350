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

/// Two columns of keys.
const WIDTH_PT: f32 = 760.0;

/// Shows the sheet while it is asked for.
pub(super) fn help_ui(ui: &Ui, view: &mut View<'_>) {
    if view.state.sheet != Some(Sheet::Help) {
        return;
    }
    let soft = view.tokens.ink_soft;
    let room = ui.ctx().content_rect().size();
    let sheet =
        sheet(ui, "help").show(ui.ctx(), |ui| {
            ui.set_width(WIDTH_PT.min(room.x - 60.0));
            ui.heading("Keys");
            ui.add_space(space::S);
            let height = (room.y - 150.0).max(80.0);
            ScrollArea::vertical().max_height(height).show(ui, |ui| {
            let actions = TABLE.iter().map(|entry| {
                let keys = ui.ctx().format_shortcut(&entry.shortcut);
                (entry.label, keys)
            });
            let actions: Vec<(&str, String)> = actions.collect();
            let keys = READER_KEYS.iter().map(|(label, key)| (*label, (*key).to_owned()));
            let keys: Vec<(&str, String)> = keys.collect();
            // Side by side where there is room, so that all of them are in sight.
            let columns = |ui: &mut Ui| {
                keys_ui(ui, "actions", &actions, soft);
                keys_ui(ui, "reader", &keys, soft);
            };
            if room.x > WIDTH_PT {
                ui.horizontal_top(columns);
            } else {
                columns(ui);
            }
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

fn keys_ui(ui: &mut Ui, id: &str, rows: &[(&str, String)], soft: egui::Color32) {
    ui.vertical(|ui| {
        Grid::new(id)
            .num_columns(2)
            .spacing([space::L, space::XS])
            .show(ui, |ui| {
                for (label, keys) in rows {
                    ui.label(*label);
                    ui.label(RichText::new(keys).color(soft));
                    ui.end_row();
                }
            });
    });
}

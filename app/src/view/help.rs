//! The help sheet: the keys, from the one table.

use egui::{Color32, Grid, RichText, ScrollArea, Ui};

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
    ("Open in an editor", "E"),
    ("Register a path", "Paste it outside a text field"),
];

const MARGIN_KEYS: &[(&str, &str)] = &[
    ("Select words, sentences, paragraphs", "W, S, B"),
    ("The one before", "Shift+W, Shift+S, Shift+B"),
    ("More or less by a word", "Shift+→ Shift+←"),
    ("More or less by a paragraph", "Shift+↓ Shift+↑"),
    ("All, or nothing", "Ctrl+A, Esc"),
    ("Highlight what is selected", "H"),
    ("Comment on it, ask about it", "C, Q"),
    ("Suggest other words, or none", "R, X"),
    ("Finish a note", "Ctrl+Enter, Esc"),
];

/// Two columns of keys.
const WIDTH_PT: f32 = 840.0;

/// Shows the sheet while it is asked for.
pub(super) fn help_ui(ui: &Ui, view: &mut View<'_>) {
    if view.state.sheet != Some(Sheet::Help) {
        return;
    }
    let soft = view.tokens.ink_soft;
    let room = ui.ctx().content_rect().size();
    let sheet = sheet(ui, "help").show(ui.ctx(), |ui| {
        ui.set_width(WIDTH_PT.min(room.x - 60.0));
        ui.heading("Keys");
        ui.add_space(space::S);
        let height = (room.y - 160.0).max(80.0);
        ScrollArea::vertical()
            .max_height(height)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                let actions = TABLE.iter().map(|entry| {
                    let keys = ui.ctx().format_shortcut(&entry.shortcut);
                    (entry.label, keys)
                });
                let actions: Vec<(&str, String)> = actions.collect();
                // Side by side where there is room, so that all of them are in sight.
                if room.x > WIDTH_PT {
                    ui.horizontal_top(|ui| {
                        keys_ui(ui, "Everywhere", &actions, soft);
                        ui.add_space(space::XL);
                        ui.vertical(|ui| page_keys_ui(ui, soft));
                    });
                } else {
                    keys_ui(ui, "Everywhere", &actions, soft);
                    page_keys_ui(ui, soft);
                }
            });
        ui.add_space(space::S);
        let promise = "Notes and progress are kept in Postil's own database. \
                           A plan's files change only where you tick a task in them.";
        ui.label(RichText::new(promise).size(size::SMALL).color(soft));
        ui.add_space(space::S);
        ui.button("Close").clicked()
    });
    if sheet.inner || sheet.should_close() {
        view.ask(UserCommand::ShowSheet(None));
    }
}

fn page_keys_ui(ui: &mut Ui, soft: Color32) {
    for (title, keys) in [("On the page", READER_KEYS), ("In the margin", MARGIN_KEYS)] {
        let keys = keys.iter().map(|(label, key)| (*label, (*key).to_owned()));
        keys_ui(ui, title, &keys.collect::<Vec<_>>(), soft);
        ui.add_space(space::M);
    }
}

fn keys_ui(ui: &mut Ui, title: &str, rows: &[(&str, String)], soft: Color32) {
    ui.vertical(|ui| {
        ui.strong(title);
        Grid::new(title)
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

//! The side of the sheet "History and trash" where backups are made, brought back, and kept in a
//! second folder.

use std::path::PathBuf;

use egui::{Align, Button, Label, Layout, RichText, ScrollArea, Ui};
use lucide_icons::Icon;

use super::View;
use super::history::{ROW_PT, row};
use super::parts::icon;
use crate::clock::ago;
use crate::command::UserCommand;
use crate::paths::folder_from_text;
use crate::theme::{size, space};

/// What is asked there.
#[derive(Debug, Default)]
pub(super) struct BackupsSide {
    /// The backup that is to be restored, if the person says yes.
    asks_to_restore: Option<PathBuf>,
}

impl BackupsSide {
    pub(super) fn backups_ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        if let Some(file) = self.asks_to_restore.clone() {
            self.question_ui(ui, view, file);
            return;
        }
        ui.horizontal(|ui| {
            if ui.button("Back up now").clicked() {
                view.ask(UserCommand::BackUp);
            }
            let text = "One is made each day; those of 7 days and 4 weeks are kept.";
            let text = RichText::new(text).size(size::SMALL);
            ui.label(text.color(view.tokens.ink_soft));
        });
        second_folder_ui(ui, view);
        ui.add_space(space::XS);
        self.list_ui(ui, view);
    }

    fn question_ui(&mut self, ui: &mut Ui, view: &mut View<'_>, file: PathBuf) {
        ui.label(
            "Everything goes back to how it was in this backup. What is there now is set aside, \
             and a backup of it stays.",
        );
        ui.horizontal(|ui| {
            if ui.button("Restore").clicked() {
                view.ask(UserCommand::RestoreBackup(file));
                view.ask(UserCommand::ShowSheet(None));
                self.asks_to_restore = None;
            }
            if ui.button("Cancel").clicked() {
                self.asks_to_restore = None;
            }
        });
    }

    fn list_ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        let t = view.tokens;
        let backups = &view.state.backups;
        let area = ScrollArea::vertical().auto_shrink(false);
        area.show_rows(ui, ROW_PT, backups.len(), |ui, range| {
            for backup in &backups[range] {
                row(ui, |ui| {
                    let made = crate::clock::timestamp(backup.made);
                    let name = format!("Restore the backup of {}", ago(made, view.now));
                    let button = ui.button("Restore…").accessible_name(name);
                    if button.clicked() {
                        self.asks_to_restore = Some(backup.file.clone());
                    }
                    let n_kb = backup.n_bytes.div_ceil(1024);
                    let facts = format!("{} · {n_kb} KB", ago(made, view.now));
                    ui.label(RichText::new(facts).size(size::SMALL).color(t.ink_soft));
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        let name = backup.file.file_name().unwrap_or_default();
                        let name = RichText::new(name.to_string_lossy()).color(t.ink);
                        ui.add(Label::new(name).truncate());
                    });
                });
            }
        });
    }
}

/// Where a copy of each goes, too.
fn second_folder_ui(ui: &mut Ui, view: &mut View<'_>) {
    let t = view.tokens;
    let folder = view.state.library.settings().backup_folder.as_deref();
    row(ui, |ui| {
        if folder.is_some() {
            let stop = Button::new("Stop");
            let stop = ui
                .add(stop)
                .on_hover_text("Keep no more copies there; those that are there stay");
            if stop.clicked() {
                view.asked.push(UserCommand::SetBackupFolder(None));
            }
        }
        let choose = ui.button("Choose…");
        let choose = choose.accessible_name("Choose a second folder for backups");
        if choose.clicked() {
            view.asked.push(UserCommand::ChooseBackupFolder);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.label(icon(Icon::FolderSync).color(t.ink_soft));
            ui.label(RichText::new("Also keep them in:").color(t.ink_soft));
            let (text, color) = match folder {
                Some(folder) => (folder_from_text(folder).display().to_string(), t.ink),
                None => ("no second folder".to_owned(), t.ink_soft),
            };
            let label = Label::new(RichText::new(&text).color(color)).truncate();
            ui.add(label).on_hover_text(text);
        });
    });
}

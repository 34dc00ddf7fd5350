//! The sheet of what was done, to go back and forth in, and of what was removed, to take out again.

use egui::{Align, Label, Layout, RichText, ScrollArea, TextEdit, Ui, vec2};
use lucide_icons::Icon;
use postil_model::{Entry, RecordId};

use super::View;
use super::backups::BackupsSide;
use super::libraries::libraries_ui;
use super::parts::{icon, sheet};
use crate::clock::ago;
use crate::command::UserCommand;
use crate::state::Sheet;
use crate::theme::{size, space};

const WIDTH_PT: f32 = 460.0;
pub(super) const ROW_PT: f32 = 26.0;

/// Which side of the sheet is shown, and what is searched for in the trash.
#[derive(Debug, Default)]
pub(super) struct HistorySheet {
    side: Side,
    filter: String,
    new_library: String,
    backups: BackupsSide,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Side {
    #[default]
    Done,
    Trash,
    Backups,
    Libraries,
}

impl HistorySheet {
    /// Shows the sheet while it is asked for.
    pub(super) fn history_ui(&mut self, ui: &Ui, view: &mut View<'_>) {
        if view.state.sheet != Some(Sheet::History) {
            return;
        }
        let height = (ui.ctx().content_rect().height() - 190.0).clamp(80.0, 420.0);
        let shown = sheet(ui, "history").show(ui.ctx(), |ui| {
            ui.set_width(WIDTH_PT.min(ui.ctx().content_rect().width() - 60.0));
            ui.horizontal(|ui| {
                ui.selectable_value(&mut self.side, Side::Done, "History");
                let removed = format!("Trash ({})", view.state.library.removed().len());
                ui.selectable_value(&mut self.side, Side::Trash, removed);
                let backups = ui.selectable_value(&mut self.side, Side::Backups, "Backups");
                if backups.clicked() {
                    view.ask(UserCommand::ListBackups);
                }
                let libraries = ui.selectable_value(&mut self.side, Side::Libraries, "Libraries");
                if libraries.clicked() {
                    view.ask(UserCommand::ListProfiles);
                }
            });
            ui.add_space(space::S);
            ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
                ui.set_min_height(height);
                match self.side {
                    Side::Done => done_ui(ui, view),
                    Side::Trash => self.trash_ui(ui, view),
                    Side::Backups => self.backups.backups_ui(ui, view),
                    Side::Libraries => libraries_ui(ui, view, &mut self.new_library),
                }
            });
            ui.add_space(space::S);
            ui.button("Close").clicked()
        });
        if shown.inner || shown.should_close() {
            view.ask(UserCommand::ShowSheet(None));
        }
    }

    fn trash_ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        let t = view.tokens;
        let field = TextEdit::singleline(&mut self.filter)
            .prefix(icon(Icon::Search))
            .hint_text("Find in the trash…")
            .desired_width(f32::INFINITY);
        ui.add(field).accessible_name("Find in the trash");
        ui.add_space(space::XS);
        let words = self.filter.trim().to_lowercase();
        let mut rows = view.state.library.trash();
        rows.retain(|row| {
            format!("{} {}", row.name, row.of)
                .to_lowercase()
                .contains(&words)
        });
        if rows.is_empty() {
            let text = if words.is_empty() {
                "Nothing was removed."
            } else {
                "Nothing in the trash has these words."
            };
            ui.label(RichText::new(text).color(t.ink_soft));
            return;
        }
        ScrollArea::vertical()
            .auto_shrink(false)
            .show_rows(ui, ROW_PT, rows.len(), |ui, range| {
                for row in &rows[range] {
                    self::row(ui, |ui| {
                        let name = format!("Restore {}", row.name);
                        let restore = ui.button("Restore").accessible_name(name);
                        if restore.clicked() {
                            view.ask(UserCommand::Restore(row.record));
                        }
                        let facts = format!("{} · {}", row.of, ago(row.at, view.now));
                        let facts = RichText::new(facts).size(size::SMALL).color(t.ink_soft);
                        ui.label(facts);
                        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                            let glyph = match row.record {
                                RecordId::Plan(_) => Icon::Library,
                                RecordId::Phase(_) => Icon::Circle,
                                RecordId::Annotation(..) | RecordId::Reply(..) => {
                                    Icon::MessageSquare
                                }
                                RecordId::Link(..) => Icon::Link,
                                _ => Icon::Square,
                            };
                            ui.label(icon(glyph).color(t.ink_soft));
                            ui.add(Label::new(RichText::new(&row.name).color(t.ink)).truncate());
                        });
                    });
                }
            });
    }
}

/// What was done, the latest highest; above it what was undone, which can be done again.
fn done_ui(ui: &mut Ui, view: &mut View<'_>) {
    let t = view.tokens;
    let history = &view.state.history;
    let mut undone: Vec<&Entry> = history.redoable().collect();
    undone.reverse();
    let n_undone = undone.len();
    let rows: Vec<&Entry> = undone.into_iter().chain(history.undoable()).collect();
    if rows.is_empty() {
        let text = "Nothing was done yet. Everything that you do here can be taken back.";
        ui.label(RichText::new(text).color(t.ink_soft));
        return;
    }
    ScrollArea::vertical()
        .auto_shrink(false)
        .show_rows(ui, ROW_PT, rows.len() + 1, |ui, range| {
            for i in range {
                let Some(entry) = rows.get(i) else {
                    start_ui(ui, view, n_undone == rows.len());
                    continue;
                };
                let is_undone = i < n_undone;
                let is_now = i == n_undone;
                row(ui, |ui| {
                    let at = RichText::new(ago(entry.at, view.now));
                    ui.label(at.size(size::SMALL).color(t.ink_soft));
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        let color = if is_undone { t.ink_soft } else { t.ink };
                        let mut text = RichText::new(&entry.label).color(color);
                        if is_undone {
                            text = text.strikethrough();
                        }
                        let button = egui::Button::selectable(is_now, text).truncate();
                        let hint = match (is_undone, is_now) {
                            (true, _) => "Do again up to here",
                            (false, true) => "This is how it is now",
                            (false, false) => "Go back to here",
                        };
                        let button = ui.add(button).on_hover_text(hint);
                        if button.clicked() && !is_now {
                            view.asked.push(UserCommand::GoTo(entry.id));
                        }
                    });
                });
            }
        });
}

/// The row below all others: before anything was done.
fn start_ui(ui: &mut Ui, view: &mut View<'_>, is_now: bool) {
    let text = RichText::new("Before all this").color(view.tokens.ink_soft);
    row(ui, |ui| {
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let button = ui.add(egui::Button::selectable(is_now, text));
            if button.clicked() && !is_now {
                view.asked.push(UserCommand::UndoAll);
            }
        });
    });
}

/// A row of fixed height, laid out from its right end.
pub(super) fn row(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let size = vec2(ui.available_width(), ROW_PT);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), content);
}

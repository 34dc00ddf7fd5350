//! Notes of a file, looked at before they come in.

use egui::{Button, Label, RichText, ScrollArea, Ui};
use postil_model::{Annotation, Change};
use postil_store::web_annotation::{Import, Problem};

use super::foot::progress_ui;
use super::row::{first_words, sign_ui};
use super::{aside, of_height};
use crate::command::UserCommand;
use crate::gather::Incoming;
use crate::margin::MarginCommand;
use crate::theme::{size, space};
use crate::update::count;
use crate::view::View;

const ROW_PT: f32 = 24.0;

/// Paints what would come in, what would not, and the choice.
pub(super) fn incoming_ui(ui: &mut Ui, view: &mut View<'_>, incoming: &Incoming) {
    ui.label(RichText::new(format!("Notes in {}", incoming.name)).heading());
    ui.add_space(space::XS);
    let mut n_new = None;
    match &incoming.read {
        None => {
            progress_ui(ui, view);
        }
        Some(Err(why)) => {
            ui.label(RichText::new(why).color(view.tokens.bad));
            ui.label(aside(view, "Nothing was changed."));
        }
        Some(Ok(import)) => {
            n_new = Some(import.merge.changes.len());
            import_ui(ui, view, incoming, import);
        }
    }
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        if let Some(n) = n_new {
            let label = format!("Bring in {}", count(n, "note"));
            if ui.add_enabled(n > 0, Button::new(label)).clicked() {
                view.ask(UserCommand::Margin(MarginCommand::AcceptImport));
            }
        }
        let label = if n_new.is_some() { "Cancel" } else { "Close" };
        if ui.button(label).clicked() {
            view.ask(UserCommand::Margin(MarginCommand::StopGathering));
            view.ask(UserCommand::Margin(MarginCommand::DropImport));
        }
    });
}

fn import_ui(ui: &mut Ui, view: &mut View<'_>, incoming: &Incoming, import: &Import) {
    let merge = &import.merge;
    let n_newer = merge.changes.len() - merge.n_new;
    let words = format!(
        "{} new, {n_newer} in place of older ones; {} here already",
        merge.n_new, merge.n_same
    );
    ui.label(RichText::new(words).color(view.tokens.ink));
    let n_older = merge
        .conflicts
        .iter()
        .filter(|conflict| !conflict.is_incoming_taken)
        .count();
    if n_older > 0 {
        let words = format!("{n_older} here, changed later than in the file: those stay");
        ui.label(aside(view, words));
    }
    let room = ui.ctx().content_rect().height();
    let report = import.report.to_string();
    ScrollArea::vertical()
        .id_salt("report")
        .max_height((room * 0.22).max(60.0))
        .auto_shrink([false, true])
        .show(ui, |ui| {
            for line in report.lines() {
                ui.label(aside(view, line));
            }
        });
    let findings = &import.report.findings;
    let has_strays = findings.contains_key(&Problem::OtherDocument)
        || findings.contains_key(&Problem::KeptOnPlan);
    let mut is_keeping = incoming.is_keeping_strays;
    if has_strays {
        let words = "Keep notes on other documents as notes on the plan";
        if ui.checkbox(&mut is_keeping, words).changed() {
            view.ask(UserCommand::Margin(MarginCommand::KeepStrays(is_keeping)));
        }
    }
    ui.separator();
    let n = merge.changes.len();
    let height = (n as f32 * ROW_PT).min((room * 0.38).max(80.0));
    of_height(ui, height, |ui| {
        ScrollArea::vertical()
            .id_salt("incoming")
            .auto_shrink(false)
            .show_rows(ui, ROW_PT, n, |ui, range| {
                for change in &merge.changes[range] {
                    let size = egui::vec2(ui.available_width(), ROW_PT);
                    let left = egui::Layout::left_to_right(egui::Align::Center);
                    ui.allocate_ui_with_layout(size, left, |ui| change_ui(ui, view, change));
                }
            });
    });
}

fn change_ui(ui: &mut Ui, view: &View<'_>, change: &Change) {
    let words = match change {
        Change::Annotation(note) => {
            sign_ui(ui, view, note);
            format!("{} · {}", first_words(note), on(view, note))
        }
        Change::Reply(reply) => format!("Answer: {}", one_line(&reply.body)),
        _ => String::new(),
    };
    let words = RichText::new(words).size(size::UI).color(view.tokens.ink);
    ui.add(Label::new(words).truncate().selectable(false));
}

fn on(view: &View<'_>, note: &Annotation) -> String {
    let document = note.document();
    let document = document.and_then(|id| view.state.library.document(note.plan, id));
    document.map_or_else(|| "the plan".to_owned(), |document| document.path.clone())
}

fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().take(40).collect();
    words.join(" ")
}

//! The free notes of a plan, and whether they are saved.

use egui::{RichText, ScrollArea, TextEdit, Ui};
use postil_model::PlanId;

use super::View;
use super::parts::section;
use crate::command::UserCommand;
use crate::state::StoreState;
use crate::theme::size;

/// The text in the field.
#[derive(Debug, Default)]
pub(super) struct Notes {
    plan: Option<PlanId>,
    text: String,
    has_focus: bool,
}

impl Notes {
    /// Paints the field.
    pub(super) fn notes_ui(&mut self, ui: &mut Ui, view: &mut View<'_>, plan: PlanId) {
        let stored = view
            .state
            .library
            .note(plan)
            .map_or("", |note| note.text.as_str());
        // What is being typed wins over what the state last heard.
        if self.plan != Some(plan) || (!self.has_focus && self.text != stored) {
            self.plan = Some(plan);
            stored.clone_into(&mut self.text);
        }
        ui.horizontal(|ui| {
            section(ui, &view.tokens, "NOTES", "");
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                saved_ui(ui, view);
            });
        });
        ScrollArea::vertical().id_salt(("notes", plan.0)).auto_shrink(false).show(ui, |ui| {
            let least = ui.available_size();
            let field = TextEdit::multiline(&mut self.text)
                .id_salt(("notes field", plan.0))
                .hint_text("Write about this plan. It is saved as you type, never in the plan's files.")
                .desired_width(f32::INFINITY)
                .min_size(least);
            let field = ui.add(field).accessible_name("Notes");
            self.has_focus = field.has_focus();
            if field.changed() {
                view.ask(UserCommand::EditNote(plan, self.text.clone()));
            }
        });
    }
}

/// “Saved” is said only of what is on the disk.
fn saved_ui(ui: &mut Ui, view: &View<'_>) {
    let t = view.tokens;
    let (text, color, hover) = match &view.state.store {
        StoreState::Opening => ("Opening…".to_owned(), t.ink_soft, String::new()),
        StoreState::Unavailable { why } => ("Nothing is kept".to_owned(), t.bad, why.clone()),
        StoreState::Open {
            waiting: Some(why), ..
        } => ("Waiting to be saved".to_owned(), t.warn, why.clone()),
        StoreState::Open { .. } if view.state.is_saved() => (
            "Saved".to_owned(),
            t.good,
            "Everything is on the disk".to_owned(),
        ),
        StoreState::Open { .. } => ("Saving…".to_owned(), t.ink_soft, String::new()),
    };
    let label = ui.label(RichText::new(text).size(size::SMALL).color(color));
    if !hover.is_empty() {
        label.on_hover_text(hover);
    }
}

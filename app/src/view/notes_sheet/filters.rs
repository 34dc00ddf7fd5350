//! Which notes are listed, and in which order.

use egui::{ComboBox, Ui};
use postil_model::{AnnotationKind, DocumentId, NoteFilter, NoteOrder, NoteState};

use super::{Listed, NotesSheet};
use crate::theme::space;
use crate::view::margin::icon_of;
use crate::view::parts::icon;

impl NotesSheet {
    /// Whether less than all notes of the document or the plan are listed.
    pub(super) fn is_filtered(&self) -> bool {
        self.filter
            != NoteFilter {
                document: self.filter.document,
                ..NoteFilter::ALL
            }
    }

    /// Paints the choices, and the way back from them.
    pub(super) fn filters_ui(
        &mut self,
        ui: &mut Ui,
        listed: &Listed,
        document: Option<DocumentId>,
    ) {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            for (kind, name) in kinds() {
                let is_chosen = &mut self.filter.kinds[NoteFilter::kind_index(&kind)];
                let button = ui.selectable_label(*is_chosen, icon(icon_of(&kind)));
                let button = button.on_hover_text(name).accessible_name(name);
                if button.clicked() {
                    *is_chosen = !*is_chosen;
                }
            }
            ui.add_space(space::S);
            let states = [
                (NoteState::Any, "Any state"),
                (NoteState::Open, "Open"),
                (NoteState::Resolved, "Resolved"),
                (NoteState::InDoubt, "Needs a look"),
                (NoteState::News, "New since handed back"),
            ];
            choice_ui(ui, "State", &mut self.filter.state, &states);
            if !listed.tags.is_empty() {
                let mut tags = vec![(None, "Any tag".to_owned())];
                tags.extend(
                    listed
                        .tags
                        .iter()
                        .map(|t| (Some(t.clone()), format!("#{t}"))),
                );
                choice_ui(ui, "Tag", &mut self.filter.tag, &tags);
            }
            let orders = [
                (NoteOrder::ByPlace, "By place"),
                (NoteOrder::ByTime, "By time"),
            ];
            choice_ui(ui, "Order", &mut self.order, &orders);
            if self.is_filtered() && ui.button("Clear").clicked() {
                self.filter = NoteFilter {
                    document: document.filter(|_| self.is_of_document),
                    ..NoteFilter::default()
                };
            }
        });
    }
}

fn kinds() -> [(AnnotationKind, &'static str); NoteFilter::N_KINDS] {
    let words = String::new();
    [
        (AnnotationKind::Highlight { colour: 0 }, "Highlights"),
        (AnnotationKind::Comment, "Comments"),
        (AnnotationKind::Question, "Questions"),
        (AnnotationKind::Replacement { words }, "Suggested words"),
        (AnnotationKind::Deletion, "Suggested deletions"),
    ]
}

/// One of several, in a list that folds out.
fn choice_ui<T: PartialEq + Clone, S: AsRef<str>>(
    ui: &mut Ui,
    name: &str,
    chosen: &mut T,
    choices: &[(T, S)],
) {
    let now = choices.iter().find(|(choice, _)| choice == chosen);
    let text = now.map_or("", |(_, text)| text.as_ref());
    let shown = ComboBox::from_id_salt(name)
        .selected_text(text)
        .width(0.0)
        .show_ui(ui, |ui| {
            for (choice, text) in choices {
                ui.selectable_value(chosen, choice.clone(), text.as_ref());
            }
        });
    shown.response.accessible_name(format!("{name}: {text}"));
}

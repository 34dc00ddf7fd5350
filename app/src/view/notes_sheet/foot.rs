//! The ways out and in, below the list.

use egui::{Button, CursorIcon, Label, Sense, Ui};
use lucide_icons::Icon;
use postil_model::{DocumentId, FeedbackOptions, PlanId, notes_to_hand_over};

use super::aside;
use crate::command::UserCommand;
use crate::gather::Purpose;
use crate::margin::{Form, HandBack, MarginCommand};
use crate::theme::space;
use crate::update::count;
use crate::view::View;
use crate::view::parts::icon;

/// Which notes are handed back, beside the document that is listed.
#[derive(Debug, Default)]
pub(super) struct Foot {
    is_with_resolved: bool,
    is_news_only: bool,
}

impl Foot {
    /// Paints the buttons. True when the names of the colours are asked for.
    pub(super) fn foot_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        plan: PlanId,
        document: Option<DocumentId>,
    ) -> bool {
        let options = FeedbackOptions {
            document,
            is_with_resolved: self.is_with_resolved,
            is_news_only: self.is_news_only,
        };
        let n = notes_to_hand_over(&view.state.library, plan, options).count();
        ui.horizontal_wrapped(|ui| {
            ui.checkbox(&mut self.is_with_resolved, "With resolved");
            ui.checkbox(&mut self.is_news_only, "New since last handed back");
            // In the same place, so that nothing below moves.
            if !progress_ui(ui, view) {
                let of = if document.is_some() {
                    "of this document"
                } else {
                    "of the plan"
                };
                let words = format!("{} {of} to hand back", count(n, "note"));
                ui.label(aside(view, words));
            }
        });
        ui.add_space(space::XS);
        ui.horizontal_wrapped(|ui| {
            hand_back_ui(ui, view, options, n);
            if ui.button("Import notes…").clicked() {
                view.ask(UserCommand::Margin(MarginCommand::ChooseImport));
            }
            let hint = "What the colours of highlights mean to you";
            ui.button("Colours…").on_hover_text(hint).clicked()
        })
        .inner
    }
}

fn hand_back_ui(ui: &mut Ui, view: &mut View<'_>, options: FeedbackOptions, n: usize) {
    let mut hand_back = |to| {
        view.ask(UserCommand::Margin(MarginCommand::HandBack(to, options)));
    };
    let copy = Button::new((icon(Icon::Copy), "Copy feedback"));
    let copy = ui.add_enabled(n > 0, copy);
    let hint = "One text for an agent or a colleague to act on";
    let copy = copy.accessible_name("Copy feedback");
    if copy.on_hover_text(hint).clicked() {
        hand_back(HandBack::Clipboard);
    }
    for (label, form) in [
        ("Save feedback…", Form::Feedback),
        ("Save as Web Annotations…", Form::WebAnnotations),
    ] {
        if ui.add_enabled(n > 0, Button::new(label)).clicked() {
            hand_back(HandBack::File(form));
        }
    }
    let has_document = view.state.document.is_some();
    let marked = ui.add_enabled(n > 0 && has_document, Button::new("Save a copy with marks"));
    let hint = "A copy of the open document beside it, with its notes as CriticMarkup";
    if marked.on_hover_text(hint).clicked() {
        view.ask(UserCommand::Margin(MarginCommand::HandBack(
            HandBack::Beside,
            options,
        )));
    }
}

/// How far documents are read that something waits for; false if nothing does.
pub(super) fn progress_ui(ui: &mut Ui, view: &mut View<'_>) -> bool {
    let mut waited_for = view
        .state
        .gatherings
        .iter()
        .filter(|gathering| gathering.purpose != Purpose::Look);
    let Some(gathering) = waited_for.next() else {
        return false;
    };
    let (n_read, n) = (gathering.n_read(), gathering.n_documents);
    let words = if gathering.is_handed_out() {
        "Putting the notes together…".to_owned()
    } else {
        format!("Reading documents, {n_read} of {n}…")
    };
    ui.label(aside(view, words));
    if view.state.incoming.is_none() {
        let stop = Label::new(aside(view, "Stop").underline()).sense(Sense::click());
        let stop = ui.add(stop).on_hover_cursor(CursorIcon::PointingHand);
        if stop.clicked() {
            view.ask(UserCommand::Margin(MarginCommand::StopGathering));
        }
    }
    true
}

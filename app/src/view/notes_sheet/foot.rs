//! The ways out and in, below the list.

use egui::{Button, CursorIcon, Label, Sense, Ui};
use lucide_icons::Icon;
use postil_model::{FeedbackOptions, NoteFilter, PlanId, notes_to_hand_over};

use super::aside;
use crate::command::UserCommand;
use crate::gather::Purpose;
use crate::margin::{Form, HandBack, MarginCommand};
use crate::theme::space;
use crate::update::count;
use crate::view::View;
use crate::view::parts::icon;

/// Which notes are handed back, beside what is listed.
#[derive(Debug, Default)]
pub(super) struct Foot {
    is_with_resolved: bool,
    is_news_only: bool,
    /// Whether a filter of the list leaves it alone what is handed back.
    is_unfiltered: bool,
    counted: Option<Counted>,
}

/// How many notes that is, and of what it was counted: anew only when that is another.
#[derive(Debug)]
struct Counted {
    of: (PlanId, u64, FeedbackOptions),
    n: usize,
}

/// What the list shows.
pub(super) struct Scope {
    pub(super) filter: NoteFilter,
    /// How many notes it shows, if that is not all of the document or the plan.
    pub(super) n_listed: Option<usize>,
    /// The revision of the library.
    pub(super) revision: u64,
}

impl Foot {
    /// Paints the buttons. True when the names of the colours are asked for.
    pub(super) fn foot_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        plan: PlanId,
        scope: Scope,
    ) -> bool {
        let has_document = scope.filter.document.is_some();
        let n_listed = scope.n_listed.filter(|_| !self.is_unfiltered);
        let options = FeedbackOptions {
            filter: if n_listed.is_some() {
                scope.filter
            } else {
                NoteFilter {
                    document: scope.filter.document,
                    ..NoteFilter::ALL
                }
            },
            is_with_resolved: self.is_with_resolved,
            is_news_only: self.is_news_only,
        };
        let n = self.count(view, (plan, scope.revision, options.clone()));
        ui.horizontal_wrapped(|ui| {
            if scope.n_listed.is_some() {
                let mut is_filtered = !self.is_unfiltered;
                ui.checkbox(&mut is_filtered, "Only those listed");
                self.is_unfiltered = !is_filtered;
            }
            ui.checkbox(&mut self.is_with_resolved, "With resolved");
            ui.checkbox(&mut self.is_news_only, "New since last handed back");
            // In the same place, so that nothing below moves.
            if !progress_ui(ui, view) {
                let words = match n_listed {
                    Some(1) if n == 1 => "This note to hand back".to_owned(),
                    Some(n_listed) if n_listed == n => format!("These {n} notes to hand back"),
                    Some(n_listed) => format!("{n} of these {n_listed} notes to hand back"),
                    None if has_document => {
                        format!("{} of this document to hand back", count(n, "note"))
                    }
                    None => format!("{} of the plan to hand back", count(n, "note")),
                };
                let hint = "Drafts are not handed back, and resolved notes only where you say so";
                ui.label(aside(view, words)).on_hover_text(hint);
            }
        });
        ui.add_space(space::XS);
        ui.horizontal_wrapped(|ui| {
            hand_back_ui(ui, view, &options, n);
            if ui.button("Import notes…").clicked() {
                view.ask(UserCommand::Margin(MarginCommand::ChooseImport));
            }
            let hint = "What the colours of highlights mean to you";
            ui.button("Colours…").on_hover_text(hint).clicked()
        })
        .inner
    }

    fn count(&mut self, view: &View<'_>, of: (PlanId, u64, FeedbackOptions)) -> usize {
        if let Some(counted) = self.counted.as_ref().filter(|counted| counted.of == of) {
            return counted.n;
        }
        let n = notes_to_hand_over(&view.state.library, of.0, &of.2).count();
        self.counted.insert(Counted { of, n }).n
    }
}

fn hand_back_ui(ui: &mut Ui, view: &mut View<'_>, options: &FeedbackOptions, n: usize) {
    let mut hand_back = |to| {
        let hand_back = MarginCommand::HandBack(to, options.clone());
        view.ask(UserCommand::Margin(hand_back));
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
            options.clone(),
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

//! All notes of the plan in one list, and the ways to hand them back.

use egui::{Align, Button, Label, Layout, RichText, ScrollArea, TextEdit, Ui};
use lucide_icons::Icon;
use postil_model::{
    Annotation, AnnotationKind, AnnotationState, FeedbackOptions, Placement, Target,
    notes_to_hand_over,
};

use super::View;
use super::margin::{icon_of, ink_of, name_of};
use super::parts::{icon, sheet};
use crate::clock::ago;
use crate::command::UserCommand;
use crate::margin::{Form, HandBack, MarginCommand};
use crate::state::Sheet;
use crate::theme::{size, space};
use crate::update::count;

const WIDTH_PT: f32 = 680.0;
const ROW_PT: f32 = 46.0;

/// What the sheet keeps while it is open.
#[derive(Debug, Default)]
pub(super) struct NotesSheet {
    filter: String,
    is_of_document: bool,
    is_with_resolved: bool,
    is_news_only: bool,
}

impl NotesSheet {
    /// Shows the sheet while it is asked for.
    pub(super) fn notes_sheet_ui(&mut self, ui: &Ui, view: &mut View<'_>) {
        if view.state.sheet != Some(Sheet::Notes) {
            return;
        }
        let room = ui.ctx().content_rect().size();
        let shown = sheet(ui, "notes").show(ui.ctx(), |ui| {
            ui.set_width(WIDTH_PT.min(room.x - 60.0));
            self.head_ui(ui, view);
            ui.add_space(space::XS);
            let rows = self.rows(view);
            if rows.is_empty() {
                empty_ui(ui, view, self.filter.trim().is_empty());
            }
            let height = (room.y - 260.0).clamp(60.0, 460.0);
            ScrollArea::vertical()
                .max_height(height)
                .auto_shrink([false, true])
                .show_rows(ui, ROW_PT, rows.len(), |ui, range| {
                    for note in &rows[range] {
                        row_ui(ui, view, note);
                    }
                });
            ui.add_space(space::S);
            self.hand_back_ui(ui, view);
        });
        if shown.should_close() {
            view.ask(UserCommand::ShowSheet(None));
        }
    }

    fn options(&self, view: &View<'_>) -> FeedbackOptions {
        let open = view.state.document.as_ref().map(|open| open.id);
        FeedbackOptions {
            document: open.filter(|_| self.is_of_document),
            is_with_resolved: self.is_with_resolved,
            is_news_only: self.is_news_only,
        }
    }

    fn head_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        ui.label(RichText::new("Notes").heading());
        let field = TextEdit::singleline(&mut self.filter)
            .prefix(icon(Icon::Search))
            .hint_text("Find in the notes…")
            .desired_width(f32::INFINITY);
        ui.add(field).accessible_name("Find in the notes");
        ui.horizontal_wrapped(|ui| {
            if view.state.document.is_some() {
                ui.checkbox(&mut self.is_of_document, "This document only");
            }
            ui.checkbox(&mut self.is_with_resolved, "With resolved");
            ui.checkbox(&mut self.is_news_only, "New since last handed back");
        });
    }

    /// The notes that are asked for, in the order of documents and places.
    fn rows(&self, view: &View<'_>) -> Vec<Annotation> {
        let Some(plan) = view.state.open_plan else {
            return Vec::new();
        };
        let words = self.filter.trim().to_lowercase();
        let notes = notes_to_hand_over(&view.state.library, plan, self.options(view));
        let mut notes: Vec<Annotation> = notes
            .filter(|note| {
                let quote = note.passage().map_or("", |passage| &passage.anchor.quote);
                let tags = note.tags.join(" ");
                let all = format!("{} {quote} {tags}", note.body).to_lowercase();
                all.contains(&words)
            })
            .cloned()
            .collect();
        let place = |note: &Annotation| {
            let at = note.document();
            let of = at.and_then(|id| view.state.listing.iter().position(|listed| *listed == id));
            let start = note
                .passage()
                .map_or(0, |passage| passage.sought().range.start);
            (at.is_some(), of, start, note.id)
        };
        notes.sort_by_key(place);
        notes
    }

    fn hand_back_ui(&self, ui: &mut Ui, view: &mut View<'_>) {
        let options = self.options(view);
        let n = view.state.open_plan.map_or(0, |plan| {
            notes_to_hand_over(&view.state.library, plan, options).count()
        });
        ui.horizontal_wrapped(|ui| {
            let copy = Button::new((icon(Icon::Copy), "Copy feedback"));
            let copy = ui.add_enabled(n > 0, copy);
            let hint = "One text for an agent or a colleague to act on";
            let copy = copy.accessible_name("Copy feedback");
            if copy.on_hover_text(hint).clicked() {
                let to = HandBack::Clipboard;
                view.ask(UserCommand::Margin(MarginCommand::HandBack(to, options)));
            }
            for (label, form) in [
                ("Save feedback…", Form::Feedback),
                ("Save as Web Annotations…", Form::WebAnnotations),
            ] {
                if ui.add_enabled(n > 0, Button::new(label)).clicked() {
                    let to = HandBack::File(form);
                    view.ask(UserCommand::Margin(MarginCommand::HandBack(to, options)));
                }
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let text = RichText::new(count(n, "note")).size(size::SMALL);
                ui.label(text.color(view.tokens.ink_soft));
            });
        });
    }
}

fn empty_ui(ui: &mut Ui, view: &View<'_>, has_no_filter: bool) {
    let text = if has_no_filter {
        "There is no note here yet. Select words on the page and say what you think of them."
    } else {
        "No note has these words."
    };
    ui.label(RichText::new(text).color(view.tokens.ink_soft));
}

fn row_ui(ui: &mut Ui, view: &mut View<'_>, note: &Annotation) {
    let t = view.tokens;
    let of = note
        .document()
        .and_then(|id| view.state.library.document(note.plan, id))
        .map_or("the plan", |document| document.path.as_str());
    let name = name_of(&note.kind, view.state.library.settings());
    let quote = note
        .passage()
        .map_or("", |passage| passage.anchor.quote.as_str());
    let first = match &note.kind {
        AnnotationKind::Replacement { words } if note.body.trim().is_empty() => words.as_str(),
        _ if note.body.trim().is_empty() => quote,
        _ => note.body.as_str(),
    };
    let is_lost = matches!(note.target, Target::Passage(..) | Target::Block(..))
        && view
            .state
            .library
            .placed(note.id)
            .is_some_and(|placed| matches!(placed.placement, Placement::Detached));
    let mut facts = format!("{name} · {of} · {}", ago(note.updated, view.now));
    if let AnnotationState::Resolved { .. } = note.state {
        facts.push_str(" · resolved");
    }
    let (_, response) = ui.allocate_exact_size(
        egui::vec2(ui.available_width(), ROW_PT - space::S),
        egui::Sense::click(),
    );
    if response.hovered() {
        ui.painter().rect_filled(response.rect, 6.0, t.hover);
    }
    response.widget_info(|| {
        let words = format!("Go to note: {first}");
        egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, words)
    });
    let inner = response.rect.shrink2(egui::vec2(space::S, 2.0));
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(inner));
    child.spacing_mut().item_spacing.y = 0.0;
    child.spacing_mut().interact_size.y = 18.0;
    child.horizontal(|ui| {
        ui.label(
            icon(icon_of(&note.kind))
                .size(13.0)
                .color(ink_of(&note.kind, &t)),
        );
        let text = RichText::new(one_line(first)).color(t.ink);
        ui.add(Label::new(text).truncate().selectable(false));
    });
    child.horizontal(|ui| {
        let text = RichText::new(facts).size(size::SMALL).color(t.ink_soft);
        ui.add(Label::new(text).truncate().selectable(false));
        if is_lost {
            let lost = RichText::new("its words are gone").size(size::SMALL);
            ui.add(Label::new(lost.color(t.warn)).selectable(false));
        }
    });
    if response.clicked() {
        view.ask(UserCommand::ShowSheet(None));
        view.ask(UserCommand::Margin(MarginCommand::GoTo(note.id)));
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace()
        .take(40)
        .collect::<Vec<_>>()
        .join(" ")
}

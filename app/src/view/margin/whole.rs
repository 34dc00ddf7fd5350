//! Notes on a document or on the plan as a whole: at the top of the margin, and in the overview.

use std::collections::BTreeSet;

use egui::{Button, Id, Rect, RichText, Ui, UiBuilder, pos2, vec2};
use egui_commonmark::CommonMarkCache;
use lucide_icons::Icon;
use postil_model::{Annotation, AnnotationId, PlanId};

use super::apart::notes_of;
use super::card::{Card, Kept};
use super::{CARD_PT, Shown};
use crate::command::UserCommand;
use crate::margin::MarginCommand;
use crate::state::{OpenDocument, Sheet};
use crate::theme::{size, space};
use crate::update::count;
use crate::view::View;
use crate::view::parts::{icon, icon_button, section};

/// More of them would push the others out of sight: those are in the list of all notes.
const MAX_SHOWN: usize = 6;
/// What is left above them for the way to another one.
pub(super) const BEGIN_PT: f32 = 34.0;
/// How far above the window the top of a document may be for its notes to reach into it.
const REACH_PT: f32 = 900.0;

/// The notes on the open document as a whole, as if their words were at its top.
pub(super) fn on_document(
    view: &View<'_>,
    open: &OpenDocument,
    whole: &[AnnotationId],
    (page, column, top): (Rect, Rect, f32),
) -> Vec<Shown> {
    if top < page.top() - REACH_PT {
        return Vec::new();
    }
    let whole = notes_of(view, open, whole);
    let rect = Rect::from_min_size(pos2(column.right(), top + space::XS), vec2(0.0, 0.0));
    first_of(whole.into_iter(), view.state.margin.chosen)
        .into_iter()
        .map(|note| Shown {
            note: note.clone(),
            placement: None,
            rect,
        })
        .collect()
}

/// The way to another one, above them, and to those that are not shown: where there is room for
/// words, or as a sign in a corner.
pub(super) fn begin_ui(
    ui: &mut Ui,
    view: &mut View<'_>,
    n: usize,
    page: Rect,
    (at, corner): (Option<egui::Pos2>, egui::Pos2),
) {
    let rect = match at {
        Some(at) => Rect::from_min_size(at, vec2(CARD_PT, 24.0)),
        None => Rect::from_min_size(corner, vec2(24.0, 24.0)),
    };
    if !page.intersects(rect) {
        return;
    }
    let builder = UiBuilder::new()
        .scope_id(Id::unique("whole document"))
        .max_rect(rect);
    let mut child = ui.new_child(builder);
    child.set_clip_rect(page.intersect(ui.clip_rect()));
    let name = "Note on the document";
    child.horizontal(|ui| {
        let is_clicked = match at {
            Some(_) => quiet_button(ui, view, name),
            None => icon_button(ui, Icon::MessageSquarePlus, name).clicked(),
        };
        if is_clicked {
            let annotate = MarginCommand::AnnotateWhole { is_plan: false };
            view.ask(UserCommand::Margin(annotate));
        }
        if at.is_some() {
            more_ui(ui, view, n);
        }
    });
}

fn quiet_button(ui: &mut Ui, view: &View<'_>, name: &str) -> bool {
    let soft = view.tokens.ink_soft;
    let text = RichText::new(name).size(size::SMALL).color(soft);
    let button = Button::new((icon(Icon::Plus).size(11.0).color(soft), text));
    let button = ui.add(button.frame_when_inactive(false));
    button.accessible_name(name).clicked()
}

fn more_ui(ui: &mut Ui, view: &mut View<'_>, n: usize) {
    if n <= MAX_SHOWN {
        return;
    }
    let text = format!("all {}…", count(n, "note"));
    let text = RichText::new(text).size(size::SMALL);
    if ui
        .add(Button::new(text).frame_when_inactive(false))
        .clicked()
    {
        view.ask(UserCommand::ShowSheet(Some(Sheet::Notes)));
    }
}

/// The latest few, the oldest of them first; the chosen one is always among them.
fn first_of<'n>(
    notes: impl Iterator<Item = &'n Annotation>,
    chosen: Option<AnnotationId>,
) -> Vec<&'n Annotation> {
    let notes: Vec<_> = notes.collect();
    let latest: BTreeSet<_> = notes
        .iter()
        .rev()
        .take(MAX_SHOWN)
        .map(|note| note.id)
        .collect();
    let mut shown = notes;
    shown.retain(|note| latest.contains(&note.id) || chosen == Some(note.id));
    shown
}

/// The way to a note on the plan as a whole.
pub(in crate::view) fn begin_on_plan_ui(ui: &mut Ui, view: &mut View<'_>) {
    if icon_button(ui, Icon::MessageSquarePlus, "Note on the plan").clicked() {
        let annotate = MarginCommand::AnnotateWhole { is_plan: true };
        view.ask(UserCommand::Margin(annotate));
    }
}

/// The notes on the plan, in the overview.
#[derive(Debug, Default)]
pub(in crate::view) struct PlanNotes {
    cards: Kept,
    markdown: CommonMarkCache,
    lit: Option<AnnotationId>,
}

impl PlanNotes {
    /// Paints the notes on a plan as a whole, if there are any.
    pub(in crate::view) fn plan_notes_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        plan: PlanId,
    ) {
        let library = &view.state.library;
        let of_plan = || {
            library
                .annotations(plan)
                .filter(|note| note.document().is_none())
        };
        let n = of_plan().count();
        let chosen = view.state.margin.chosen;
        if n == 0 {
            return;
        }
        let notes: Vec<Annotation> = first_of(of_plan(), chosen).into_iter().cloned().collect();
        ui.add_space(space::M);
        ui.horizontal(|ui| {
            section(ui, &view.tokens, "NOTES ON THE PLAN", &n.to_string());
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                more_ui(ui, view, n);
            });
        });
        let lit = self.lit.take();
        for note in &notes {
            let is_chosen = chosen == Some(note.id);
            let card = Card {
                note,
                placement: None,
                is_chosen,
                is_lit: is_chosen || lit == Some(note.id),
                is_folded: false,
            };
            let response = ui
                .push_id(("plan note", note.id.0), |ui| {
                    self.cards.card_ui(ui, view, &card, &mut self.markdown)
                })
                .inner;
            if response.contains_pointer() {
                self.lit = Some(note.id);
            }
        }
        if self.lit != lit {
            ui.ctx().request_repaint();
        }
    }
}

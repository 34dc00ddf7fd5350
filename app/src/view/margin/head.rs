//! The head of a card: its kind, its state, and what can be done with it.

use egui::{Align, Layout, RichText, Ui};
use lucide_icons::Icon;
use postil_model::{Annotation, AnnotationKind, AnnotationState};

use super::card::Card;
use super::look::{icon_of, ink_of, name_of};
use crate::clock::ago;
use crate::command::UserCommand;
use crate::margin::{MarginCommand, Writing};
use crate::theme::size;
use crate::theme::space;
use crate::view::View;
use crate::view::parts::{icon, icon_button};

/// A card folded to one line.
pub(super) fn stub_ui(ui: &mut Ui, view: &View<'_>, card: &Card<'_>) {
    let t = view.tokens;
    ui.horizontal(|ui| {
        let kind = &card.note.kind;
        ui.label(icon(icon_of(kind)).size(12.0).color(ink_of(kind, &t)));
        let words = match kind {
            AnnotationKind::Replacement { words } if card.note.body.is_empty() => words,
            _ => &card.note.body,
        };
        let first = words.lines().find(|line| !line.trim().is_empty());
        let first = first.unwrap_or(name_of(kind, view.state.library.settings()));
        let text = RichText::new(first).size(size::SMALL).color(t.ink);
        ui.add(egui::Label::new(text).truncate().selectable(false));
    });
}

/// The line above what a note says. True when a tag is to be written.
pub(super) fn head_ui(ui: &mut Ui, view: &mut View<'_>, card: &Card<'_>) -> bool {
    let t = view.tokens;
    let note = card.note;
    let is_resolved = matches!(note.state, AnnotationState::Resolved { .. });
    let mut is_tagged = false;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        ui.set_min_height(26.0);
        ui.label(
            icon(icon_of(&note.kind))
                .size(13.0)
                .color(ink_of(&note.kind, &t)),
        );
        let name = name_of(&note.kind, view.state.library.settings());
        let text = RichText::new(name)
            .family(crate::fonts::semibold())
            .size(size::SMALL);
        ui.label(text.color(t.ink));
        let when = match note.state {
            AnnotationState::Draft => "draft".to_owned(),
            // The buttons need its room.
            AnnotationState::Open if card.is_lit => String::new(),
            AnnotationState::Open => ago(note.created, view.now),
            AnnotationState::Resolved { .. } => "resolved".to_owned(),
        };
        ui.label(RichText::new(when).size(size::SMALL).color(t.ink_soft));
        if !card.is_lit {
            return;
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            is_tagged = menu_ui(ui, view, note);
            let (of, name) = if is_resolved {
                (Icon::RotateCcw, "Reopen")
            } else {
                (Icon::Check, "Resolve")
            };
            if icon_button(ui, of, name).clicked() {
                let resolve = MarginCommand::Resolve(note.id, !is_resolved);
                view.ask(UserCommand::Margin(resolve));
            }
            if icon_button(ui, Icon::Reply, "Reply").clicked() {
                view.ask(UserCommand::Margin(MarginCommand::Reply(note.id)));
            }
        });
    });
    is_tagged
}

fn menu_ui(ui: &mut Ui, view: &mut View<'_>, note: &Annotation) -> bool {
    let mut is_tagged = false;
    let button = egui::Button::new(icon(Icon::Ellipsis)).frame_when_inactive(false);
    let menu = egui::containers::menu::MenuButton::from_button(button);
    let (response, _) = menu.ui(ui, |ui| {
        let choices = [
            (
                Icon::Pencil,
                "Edit",
                MarginCommand::Write(Writing::Note(note.id)),
            ),
            (Icon::Trash2, "Delete", MarginCommand::Remove(note.id)),
        ];
        for (of, name, command) in choices {
            if ui.button((icon(of), name)).accessible_name(name).clicked() {
                view.ask(UserCommand::Margin(command));
                ui.close();
            }
        }
        let name = "Add a tag…";
        let button = ui.button((icon(Icon::Tag), name));
        if button.accessible_name(name).clicked() {
            is_tagged = true;
            ui.close();
        }
        ui.separator();
        for (kind, name) in [
            (AnnotationKind::Comment, "Make it a comment"),
            (AnnotationKind::Question, "Make it a question"),
            (AnnotationKind::Deletion, "Suggest to delete instead"),
        ] {
            let is_of_words = kind == AnnotationKind::Deletion && note.passage().is_none();
            if kind == note.kind || is_of_words {
                continue;
            }
            let button = ui.button((icon(icon_of(&kind)), name));
            if button.accessible_name(name).clicked() {
                view.ask(UserCommand::Margin(MarginCommand::SetKind(note.id, kind)));
                ui.close();
            }
        }
        if let AnnotationKind::Highlight { colour } = note.kind {
            pens_ui(ui, view, note, colour);
        }
    });
    // The pointer goes on to the menu: the card it hangs on must stay as it is.
    let is_chosen = view.state.margin.chosen == Some(note.id);
    if response.accessible_name("More").clicked() && !is_chosen {
        view.ask(UserCommand::Margin(MarginCommand::Choose(Some(note.id))));
    }
    is_tagged
}

/// The other colours of a highlight.
fn pens_ui(ui: &mut Ui, view: &mut View<'_>, note: &Annotation, now: u8) {
    ui.separator();
    for colour in (0..view.tokens.pens.len() as u8).filter(|colour| *colour != now) {
        let pen = view.tokens.pens[usize::from(colour)];
        let name = view.state.library.settings().colour_name(colour).to_owned();
        let sign = icon(Icon::Highlighter).background_color(pen);
        let button = ui.button((sign, name.as_str()));
        if button.accessible_name(format!("Make it {name}")).clicked() {
            let kind = AnnotationKind::Highlight { colour };
            view.ask(UserCommand::Margin(MarginCommand::SetKind(note.id, kind)));
            ui.close();
        }
    }
}

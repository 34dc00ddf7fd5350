//! One note of the list.

use egui::{Label, Response, RichText, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use postil_model::{Annotation, AnnotationKind, AnnotationState, Placement, doubt_of};

use crate::clock::ago;
use crate::theme::{size, space};
use crate::view::View;
use crate::view::margin::{icon_of, ink_of, name_of};
use crate::view::parts::icon;

/// How high each is, with the room below it.
pub(super) const ROW_PT: f32 = 46.0;

/// More of a text is never seen on its line.
const MAX_CHARS: usize = 200;

/// Paints a note on two lines: what it says, and what is to be known of it.
pub(super) fn row_ui(ui: &mut Ui, view: &View<'_>, note: &Annotation, is_chosen: bool) -> Response {
    let t = view.tokens;
    let first = first_words(note);
    let size = vec2(ui.available_width(), ROW_PT);
    let (row, response) = ui.allocate_exact_size(size, Sense::click());
    let row = row.with_max_y(row.bottom() - space::XS);
    response.widget_info(|| {
        let words = format!("Go to note: {first}");
        WidgetInfo::selected(egui::accesskit::Role::Button, true, is_chosen, words)
    });
    if is_chosen || response.hovered() {
        let fill = if is_chosen { t.accent_soft } else { t.hover };
        ui.painter().rect_filled(row, 6.0, fill);
    }
    let inner = row.shrink2(vec2(space::S, 2.0));
    let mut child = ui.new_child(UiBuilder::new().max_rect(inner));
    child.spacing_mut().item_spacing.y = 0.0;
    child.spacing_mut().interact_size.y = 18.0;
    child.horizontal(|ui| {
        sign_ui(ui, view, note);
        let text = RichText::new(first).color(t.ink);
        ui.add(Label::new(text).truncate().selectable(false));
    });
    child.horizontal(|ui| {
        if let Some(doubt) = doubt_of(&view.state.library, note) {
            let words = match doubt {
                Placement::Changed { .. } => "words changed",
                Placement::Ambiguous { .. } => "in several places",
                _ => "words are gone",
            };
            let doubt = RichText::new(words).size(size::SMALL).color(t.warn);
            ui.add(Label::new(doubt).selectable(false));
        }
        if !note.tags.is_empty() {
            let tags: Vec<_> = note.tags.iter().map(|tag| format!("#{tag}")).collect();
            let tags = RichText::new(tags.join(" ")).size(size::SMALL);
            ui.add(Label::new(tags.color(t.accent)).selectable(false));
        }
        let facts = RichText::new(facts(view, note)).size(size::SMALL);
        ui.add(
            Label::new(facts.color(t.ink_soft))
                .truncate()
                .selectable(false),
        );
    });
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// The sign of its kind, on the colour that it is highlighted with.
pub(super) fn sign_ui(ui: &mut Ui, view: &View<'_>, note: &Annotation) {
    let t = &view.tokens;
    if let AnnotationKind::Highlight { colour } = note.kind {
        let pen = t.pens[usize::from(colour) % t.pens.len()];
        let at = ui.cursor().left_center();
        ui.painter().circle_filled(pos2(at.x + 6.5, at.y), 8.0, pen);
    }
    let sign = icon(icon_of(&note.kind)).size(13.0);
    ui.label(sign.color(ink_of(&note.kind, t)));
}

/// What stands for a note on one line.
pub(super) fn first_words(note: &Annotation) -> String {
    let quote = note.passage().map_or("", |passage| &passage.anchor.quote);
    let first = match &note.kind {
        AnnotationKind::Replacement { words } if note.body.trim().is_empty() => words.as_str(),
        _ if note.body.trim().is_empty() => quote,
        _ => note.body.as_str(),
    };
    let mut line = String::new();
    for word in first.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > MAX_CHARS {
            line.truncate(line.floor_char_boundary(MAX_CHARS));
            line.push('…');
            break;
        }
    }
    line
}

fn facts(view: &View<'_>, note: &Annotation) -> String {
    let library = &view.state.library;
    let name = name_of(&note.kind, library.settings());
    let of = match note.document() {
        None => "the plan",
        Some(id) => library
            .document(note.plan, id)
            .map_or("a document that is gone", |document| &document.path),
    };
    let whole = match (note.document(), note.passage()) {
        (Some(_), None) => ", as a whole",
        _ => "",
    };
    let state = match note.state {
        AnnotationState::Draft => " · draft",
        AnnotationState::Open => "",
        AnnotationState::Resolved { .. } => " · resolved",
    };
    let when = ago(note.updated, view.now);
    format!("{name} · {of}{whole} · {when}{state}")
}

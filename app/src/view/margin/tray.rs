//! Notes of the open document that stand beside no words: on the document as a whole, and those
//! whose words are gone.

use std::ops::Range;

use egui::{Frame, Id, Margin, Rect, RichText, ScrollArea, Ui, UiBuilder, pos2};
use lucide_icons::Icon;
use postil_model::{Annotation, AnnotationId, Placement};

use super::look::{icon_of, ink_of};
use crate::command::UserCommand;
use crate::margin::MarginCommand;
use crate::state::OpenDocument;
use crate::theme::{size, space};
use crate::update::count;
use crate::view::View;
use crate::view::parts::icon;

const WIDTH_PT: f32 = 290.0;
const MAX_HEIGHT_PT: f32 = 320.0;
const ABOVE_CHANGES_PT: f32 = 60.0;

/// Whether the tray is open, and how high it was.
#[derive(Debug, Default)]
pub(super) struct Tray {
    is_open: bool,
    height: f32,
}

impl Tray {
    /// Paints the tray in the lower right corner of the page, if there is anything in it.
    pub(super) fn tray_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        open: &OpenDocument,
        page: Rect,
        selected: Option<&Range<usize>>,
    ) {
        let (gone, whole) = without_words(view, open);
        if gone.is_empty() && whole.is_empty() {
            self.is_open = false;
            return;
        }
        // Below it is told what changed, if anything did.
        let bottom = if open.hunks.is_empty() {
            page.bottom() - space::M
        } else {
            page.bottom() - ABOVE_CHANGES_PT
        };
        let at = pos2(page.right() - WIDTH_PT - space::XL, bottom - self.height);
        let room = Rect::from_min_max(at, page.right_bottom());
        let builder = UiBuilder::new().scope_id(Id::unique("tray")).max_rect(room);
        let mut child = ui.new_child(builder);
        let frame = Frame::popup(child.style()).inner_margin(Margin::symmetric(10, 6));
        let shown = frame.show(&mut child, |ui| {
            ui.set_width(WIDTH_PT);
            let words = match (gone.len(), whole.len()) {
                (0, n) => format!("{} on the document", count(n, "note")),
                (n, 0) => format!("{} without a place", count(n, "note")),
                (n, m) => format!("{} without a place, {m} on the document", count(n, "note")),
            };
            let ink = if gone.is_empty() {
                view.tokens.ink_soft
            } else {
                view.tokens.warn
            };
            let glyph = if self.is_open {
                Icon::ChevronDown
            } else {
                Icon::ChevronUp
            };
            let text = RichText::new(&words).size(size::SMALL).color(ink);
            let head = egui::Button::new((icon(glyph).size(12.0), text)).frame_when_inactive(false);
            if ui.add(head).accessible_name(words).clicked() {
                self.is_open = !self.is_open;
            }
            if self.is_open {
                let area = ScrollArea::vertical().max_height(MAX_HEIGHT_PT);
                area.auto_shrink([false, true]).show(ui, |ui| {
                    for note in &gone {
                        row_ui(ui, view, note, true, selected);
                    }
                    for note in &whole {
                        row_ui(ui, view, note, false, selected);
                    }
                });
            }
        });
        let height = shown.response.rect.height();
        if (height - self.height).abs() > 0.5 {
            self.height = height;
            ui.ctx().request_repaint();
        }
    }
}

/// The notes whose words are gone, and those on the document as a whole.
fn without_words(view: &View<'_>, open: &OpenDocument) -> (Vec<Annotation>, Vec<Annotation>) {
    let margin = &view.state.margin;
    let notes = view.state.library.annotations_on(open.plan, open.id);
    let mut gone = Vec::new();
    let mut whole = Vec::new();
    for note in notes {
        match (note.passage(), margin.places.get(&note.id)) {
            (None, _) => whole.push(note.clone()),
            (Some(_), Some(Placement::Detached)) => gone.push(note.clone()),
            _ => {}
        }
    }
    (gone, whole)
}

fn row_ui(
    ui: &mut Ui,
    view: &mut View<'_>,
    note: &Annotation,
    is_gone: bool,
    selected: Option<&Range<usize>>,
) {
    let t = view.tokens;
    ui.separator();
    ui.horizontal_wrapped(|ui| {
        ui.label(
            icon(icon_of(&note.kind))
                .size(12.0)
                .color(ink_of(&note.kind, &t)),
        );
        let body = note.body.trim();
        let quote = note
            .passage()
            .map_or("", |passage| passage.anchor.quote.as_str());
        if is_gone {
            let quote = RichText::new(format!("“{}”", short(quote))).size(size::SMALL);
            ui.label(quote.color(t.ink_soft).strikethrough());
        }
        ui.label(RichText::new(short(body)).size(size::SMALL));
    });
    let button = |ui: &mut Ui, label: &str, is_enabled: bool, hint: &str| {
        let text = RichText::new(label).size(size::SMALL);
        let button = ui.add_enabled(is_enabled, egui::Button::new(text));
        button
            .on_hover_text(hint)
            .on_disabled_hover_text(hint)
            .clicked()
    };
    let id: AnnotationId = note.id;
    ui.horizontal_wrapped(|ui| {
        if is_gone {
            let hint = "Select the words on the page first";
            if button(ui, "Attach to selection", selected.is_some(), hint)
                && let Some(range) = selected
            {
                view.ask(UserCommand::Margin(MarginCommand::Bind(id, range.clone())));
            }
            if button(
                ui,
                "Keep for the document",
                true,
                "Its words go along as a quote",
            ) {
                view.ask(UserCommand::Margin(MarginCommand::Unbind(id)));
            }
        }
        let is_resolved = matches!(note.state, postil_model::AnnotationState::Resolved { .. });
        let resolve = if is_resolved { "Reopen" } else { "Resolve" };
        if button(ui, resolve, true, "Whether it has been dealt with") {
            view.ask(UserCommand::Margin(MarginCommand::Resolve(
                id,
                !is_resolved,
            )));
        }
        if button(ui, "Delete", true, "It goes to the trash") {
            view.ask(UserCommand::Margin(MarginCommand::Remove(id)));
        }
    });
}

fn short(text: &str) -> String {
    const MAX_CHARS: usize = 160;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

//! Notes of the open document whose words are gone: what they were, and where they may be now.

use std::ops::Range;

use egui::{Frame, Id, Margin, Rect, RichText, ScrollArea, Ui, UiBuilder, pos2};
use lucide_icons::Icon;
use postil_model::{Annotation, AnnotationId};

use super::look::{icon_of, ink_of};
use crate::command::UserCommand;
use crate::margin::MarginCommand;
use crate::state::{OpenDocument, Sheet};
use crate::theme::{size, space};
use crate::update::count;
use crate::view::View;
use crate::view::parts::icon;

const WIDTH_PT: f32 = 290.0;
const MAX_HEIGHT_PT: f32 = 320.0;
/// More are in the list of all notes.
const MAX_ROWS: usize = 50;
const ABOVE_CHANGES_PT: f32 = 60.0;

/// Whether the tray is open, and how high it was.
#[derive(Debug, Default)]
pub(super) struct Tray {
    is_open: bool,
    height: f32,
    /// The note that was last to be brought into sight: one that is in here opens it.
    sought: Option<AnnotationId>,
}

impl Tray {
    /// Paints the tray in the lower right corner of the page, if any note is gone.
    pub(super) fn tray_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        open: &OpenDocument,
        gone: &[&Annotation],
        page: Rect,
        selected: Option<&Range<usize>>,
    ) {
        if gone.is_empty() {
            self.is_open = false;
            return;
        }
        let sought = view.state.margin.to_reveal;
        if sought != self.sought {
            self.sought = sought;
            self.is_open |= gone.iter().any(|note| sought == Some(note.id));
        }
        if self.is_open {
            let elsewhere = view.state.margin.elsewhere.as_ref();
            let is_sought = |note: &&Annotation| elsewhere.is_some_and(|e| e.is_sought(note.id));
            if !gone.iter().all(is_sought) {
                view.ask(UserCommand::Margin(MarginCommand::SeekElsewhere));
            }
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
            let words = format!("{} without a place", count(gone.len(), "note"));
            let ink = view.tokens.warn;
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
                    for note in gone.iter().take(MAX_ROWS) {
                        row_ui(ui, view, note, selected);
                    }
                    if gone.len() > MAX_ROWS {
                        let rest = format!("and {} more, in the list", gone.len() - MAX_ROWS);
                        let rest = RichText::new(rest).size(size::SMALL);
                        if ui.button(rest).clicked() {
                            view.ask(UserCommand::ShowSheet(Some(Sheet::Notes)));
                        }
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

fn row_ui(ui: &mut Ui, view: &mut View<'_>, note: &Annotation, selected: Option<&Range<usize>>) {
    let t = view.tokens;
    ui.separator();
    let Some(passage) = note.passage() else {
        return;
    };
    ui.horizontal_wrapped(|ui| {
        ui.label(
            icon(icon_of(&note.kind))
                .size(12.0)
                .color(ink_of(&note.kind, &t)),
        );
        let quote = format!("“{}”", short(&passage.sought().quote));
        let quote = RichText::new(quote).size(size::SMALL);
        ui.label(quote.color(t.ink_soft).strikethrough());
        ui.label(RichText::new(short(note.body.trim())).size(size::SMALL));
    });
    let headings = passage.sought().headings.join(" › ");
    if !headings.is_empty() {
        let under = format!("It stood under {}", short(&headings));
        ui.label(RichText::new(under).size(size::SMALL).color(t.ink_soft));
    }
    elsewhere_ui(ui, view, note.id);
    let id: AnnotationId = note.id;
    ui.horizontal_wrapped(|ui| {
        let hint = "Select the words on the page first";
        if button(ui, "Attach to selection", selected.is_some(), hint)
            && let Some(range) = selected
        {
            view.ask(UserCommand::Margin(MarginCommand::Bind(id, range.clone())));
        }
        let hint = "Its words go along as a quote";
        if button(ui, "Keep for the document", true, hint) {
            view.ask(UserCommand::Margin(MarginCommand::Unbind(id)));
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

/// Where else in the plan the words stand, and the way there.
fn elsewhere_ui(ui: &mut Ui, view: &mut View<'_>, id: AnnotationId) {
    let Some(elsewhere) = &view.state.margin.elsewhere else {
        return;
    };
    let stands = elsewhere.found.get(&id).map_or(&[][..], Vec::as_slice);
    for stand in stands {
        let plan = view.state.open_plan;
        let document = plan.and_then(|plan| view.state.library.document(plan, stand.document));
        let Some(document) = document else {
            continue;
        };
        let label = format!("Follow to {}, line {}", document.path, stand.line);
        let hint = "These words stand there now";
        if button(ui, &label, true, hint) {
            let follow = MarginCommand::Follow(id, stand.document);
            view.ask(UserCommand::Margin(follow));
        }
    }
}

fn button(ui: &mut Ui, label: &str, is_enabled: bool, hint: &str) -> bool {
    let text = RichText::new(label).size(size::SMALL);
    let button = ui.add_enabled(is_enabled, egui::Button::new(text));
    button
        .on_hover_text(hint)
        .on_disabled_hover_text(hint)
        .clicked()
}

fn short(text: &str) -> String {
    const MAX_CHARS: usize = 160;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

//! All notes of the plan in one list, the ways to hand them back, and the way in for others.

mod colours;
mod filters;
mod foot;
mod incoming;
mod row;

use egui::{Key, Modifiers, RichText, ScrollArea, TextEdit, Ui};
use lucide_icons::Icon;
use postil_model::{AnnotationId, NoteFilter, NoteOrder, PlanId, list_notes, tags_of};

use self::colours::Colours;
use self::foot::{Foot, Scope};
use self::row::{ROW_PT, row_ui};
use super::View;
use super::parts::{icon, sheet};
use crate::command::UserCommand;
use crate::margin::MarginCommand;
use crate::state::Sheet;
use crate::theme::{size, space};

const WIDTH_PT: f32 = 720.0;

/// What the sheet keeps while it is open.
#[derive(Debug, Default)]
pub(super) struct NotesSheet {
    filter: NoteFilter,
    order: NoteOrder,
    is_of_document: bool,
    listed: Option<Listed>,
    /// The row that Enter goes to.
    chosen: usize,
    /// What the list was left at, and how high it was.
    scrolled: (f32, f32),
    foot: Foot,
    colours: Colours,
}

/// The rows, and what they were made from: made anew only when that is another.
#[derive(Debug)]
struct Listed {
    of: (PlanId, u64, NoteFilter, NoteOrder),
    notes: Vec<AnnotationId>,
    tags: Vec<String>,
}

impl NotesSheet {
    /// Shows the sheet while it is asked for.
    pub(super) fn notes_sheet_ui(&mut self, ui: &Ui, view: &mut View<'_>) {
        if view.state.sheet != Some(Sheet::Notes) {
            self.listed = None;
            return;
        }
        let Some(plan) = view.state.open_plan else {
            return;
        };
        let room = ui.ctx().content_rect().size();
        let shown = sheet(ui, "notes").show(ui.ctx(), |ui| {
            ui.set_width(WIDTH_PT.min(room.x - 60.0));
            if let Some(incoming) = &view.state.incoming {
                incoming::incoming_ui(ui, view, incoming);
                return;
            }
            let document = view.state.document.as_ref().map(|open| open.id);
            self.head_ui(ui, view, document.is_some());
            self.filter.document = document.filter(|_| self.is_of_document);
            let keys = take_keys(ui);
            self.search_ui(ui);
            let listed = self.listed(view, plan);
            self.filters_ui(ui, &listed, document);
            ui.add_space(space::XS);
            self.list_ui(ui, view, plan, &listed, keys);
            let scope = self.scope(&listed);
            self.listed = Some(listed);
            ui.add_space(space::S);
            if self.colours.is_open {
                self.colours.colours_ui(ui, view);
            }
            let is_colours_asked = self.foot.foot_ui(ui, view, plan, scope);
            self.colours.is_open ^= is_colours_asked;
        });
        if shown.should_close() {
            view.ask(UserCommand::Margin(MarginCommand::DropImport));
            view.ask(UserCommand::ShowSheet(None));
        }
    }

    fn head_ui(&mut self, ui: &mut Ui, view: &mut View<'_>, has_document: bool) {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new("Notes").heading());
            ui.add_space(space::S);
            if has_document {
                ui.selectable_value(&mut self.is_of_document, false, "The whole plan");
                ui.selectable_value(&mut self.is_of_document, true, "This document");
            }
            ui.add_space(space::S);
            let whole = [("Note on the document", false), ("Note on the plan", true)];
            for (name, is_plan) in whole {
                if !is_plan && !has_document {
                    continue;
                }
                let button = egui::Button::new((icon(Icon::Plus).size(12.0), name));
                let button = ui.add(button.frame_when_inactive(false));
                if button.accessible_name(name).clicked() {
                    view.ask(UserCommand::ShowSheet(None));
                    let annotate = MarginCommand::AnnotateWhole { is_plan };
                    view.ask(UserCommand::Margin(annotate));
                }
            }
        });
    }

    fn search_ui(&mut self, ui: &mut Ui) {
        let field = TextEdit::singleline(&mut self.filter.words)
            .prefix(icon(Icon::Search))
            .hint_text("Find in the notes and their words…")
            .desired_width(f32::INFINITY);
        let field = ui.add(field).accessible_name("Find in the notes");
        // The list begins with the field under the keys.
        if self.listed.is_none() {
            field.request_focus();
        }
    }

    /// What may be handed back.
    fn scope(&self, listed: &Listed) -> Scope {
        Scope {
            filter: self.filter.clone(),
            n_listed: self.is_filtered().then_some(listed.notes.len()),
            revision: listed.of.1,
        }
    }

    /// The notes that are asked for.
    fn listed(&mut self, view: &View<'_>, plan: PlanId) -> Listed {
        let library = &view.state.library;
        let of = (
            plan,
            view.state.next_revision,
            self.filter.clone(),
            self.order,
        );
        if let Some(listed) = self.listed.take_if(|listed| listed.of == of) {
            return listed;
        }
        Listed {
            notes: list_notes(library, plan, &self.filter, self.order),
            tags: tags_of(library, plan).into_iter().collect(),
            of,
        }
    }

    fn list_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        plan: PlanId,
        listed: &Listed,
        keys: Keys,
    ) {
        let n = listed.notes.len();
        if n == 0 {
            empty_ui(ui, view, plan);
        }
        let last = n.saturating_sub(1);
        let per_page = (self.scrolled.1 / ROW_PT) as isize;
        let by = keys.n_rows + keys.n_pages * per_page;
        self.chosen = self.chosen.saturating_add_signed(by).min(last);
        let reserve = if self.colours.is_open { 430.0 } else { 270.0 };
        let height = (ui.ctx().content_rect().height() - reserve).clamp(ROW_PT * 2.0, 520.0);
        let height = height.min(n as f32 * ROW_PT);
        let mut area = ScrollArea::vertical().auto_shrink(false);
        if by != 0 {
            let (top, seen) = self.scrolled;
            let row = self.chosen as f32 * ROW_PT;
            if row < top {
                area = area.vertical_scroll_offset(row);
            } else if row + ROW_PT > top + seen {
                area = area.vertical_scroll_offset(row + ROW_PT - seen);
            }
        }
        let output = of_height(ui, height, |ui| {
            area.show_rows(ui, ROW_PT, n, |ui, range| {
                for i in range {
                    let id = listed.notes[i];
                    if let Some(note) = view.state.library.annotation(plan, id)
                        && row_ui(ui, view, note, i == self.chosen).clicked()
                    {
                        self.chosen = i;
                        go_to(view, id);
                    }
                }
            })
        });
        self.scrolled = (output.state.clamped_offset().y, output.inner_rect.height());
        if keys.goes
            && let Some(id) = listed.notes.get(self.chosen)
        {
            go_to(view, *id);
        }
    }
}

fn go_to(view: &mut View<'_>, id: AnnotationId) {
    view.ask(UserCommand::ShowSheet(None));
    view.ask(UserCommand::Margin(MarginCommand::GoTo(id)));
}

/// What keys ask of the list, also while its field has them.
#[derive(Clone, Copy)]
struct Keys {
    n_rows: isize,
    n_pages: isize,
    goes: bool,
}

fn take_keys(ui: &Ui) -> Keys {
    ui.input_mut(|input| {
        let mut n = |key| {
            input
                .count_and_consume_key(Modifiers::NONE, key)
                .cast_signed()
        };
        Keys {
            n_rows: n(Key::ArrowDown) - n(Key::ArrowUp),
            n_pages: n(Key::PageDown) - n(Key::PageUp),
            goes: n(Key::Enter) > 0,
        }
    })
}

fn empty_ui(ui: &mut Ui, view: &View<'_>, plan: PlanId) {
    let text = if view.state.library.annotations(plan).next().is_none() {
        "There is no note here yet. Select words on the page and say what you think of them."
    } else {
        "No note is like this."
    };
    ui.label(RichText::new(text).color(view.tokens.ink_soft));
}

/// A list as high as this whatever the sheet was before, its rows without room between them.
fn of_height<T>(ui: &mut Ui, height: f32, list: impl FnOnce(&mut Ui) -> T) -> T {
    let size = egui::vec2(ui.available_width(), height);
    let shown = ui.allocate_ui(size, |ui| {
        ui.set_min_size(size);
        ui.set_max_height(height);
        ui.spacing_mut().item_spacing.y = 0.0;
        list(ui)
    });
    shown.inner
}

/// Small words that step back.
fn aside(view: &View<'_>, text: impl Into<String>) -> RichText {
    RichText::new(text)
        .size(size::SMALL)
        .color(view.tokens.ink_soft)
}

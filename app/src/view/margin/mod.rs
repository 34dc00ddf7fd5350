//! The right margin: each note beside its words.

mod apart;
mod bar;
mod card;
mod gutter;
mod head;
mod look;
mod noted;
mod pile;
mod tags;
mod ticks;
mod tray;
mod whole;
mod words_now;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use egui::{CursorIcon, Id, Rect, Sense, Stroke, Ui, UiBuilder, pos2, vec2};
use egui_commonmark::CommonMarkCache;
use postil_model::{Annotation, AnnotationId, Placement};

use super::View;
use crate::command::UserCommand;
use crate::margin::MarginCommand;
use crate::state::OpenDocument;
use crate::theme::{Tokens, space};

pub(super) use bar::bar_ui;
pub(super) use gutter::gutter_ui;
pub(super) use look::{icon_of, ink_of, name_of};
pub(super) use noted::{Noted, from_byte, noted};
pub(super) use whole::{PlanNotes, begin_on_plan_ui};
pub(super) use words_now::shortened;

/// How wide a card is.
const CARD_PT: f32 = 264.0;
/// Between the text and the cards.
const GAP_PT: f32 = 30.0;
/// What the margin takes where there is room for cards.
pub(super) const ROOM_PT: f32 = CARD_PT + GAP_PT + space::L;
/// Between two cards.
const BETWEEN_PT: f32 = 8.0;
/// How high a card is that was never shown.
const GUESS_PT: f32 = 84.0;

/// What the margin keeps from frame to frame.
#[derive(Debug, Default)]
pub(super) struct Rail {
    heights: HashMap<AnnotationId, f32>,
    cards: card::Kept,
    tray: tray::Tray,
    apart: apart::Apart,
    ticks: ticks::Ticks,
    /// Under the pointer, as a card or as words.
    lit: Option<AnnotationId>,
    markdown: CommonMarkCache,
}

/// Whether the margin is wide enough for cards; else they come up when asked for.
pub(super) fn has_room(page: Rect, column: Rect) -> bool {
    page.right() - column.right() >= ROOM_PT
}

impl Rail {
    /// Paints the notes whose words are in sight, and those on the document as a whole at its top.
    /// `seen` says where the words are.
    pub(super) fn rail_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        open: &OpenDocument,
        (page, column, top): (Rect, Rect, f32),
        seen: &[(AnnotationId, Rect)],
        selected: Option<&Range<usize>>,
    ) {
        self.apart.update(view, open);
        let whole = &self.apart.whole;
        let mut notes = whole::on_document(view, open, whole, (page, column, top));
        notes.extend(shown(view, open, page, seen));
        let lit_before = self.lit.take();
        let begin = has_room(page, column).then(|| pos2(column.right() + GAP_PT, top + 4.0));
        let corner = pos2(page.right() - 48.0, top - 24.0);
        whole::begin_ui(ui, view, whole.len(), page, (begin, corner));
        if has_room(page, column) {
            self.cards_ui(ui, view, (page, column, top), &notes, lit_before);
        } else {
            self.marks_ui(ui, view, page, column, &notes);
        }
        self.lit = self.lit.or_else(|| under_pointer(ui, view, seen));
        let gone = apart::notes_of(view, open, &self.apart.gone);
        self.tray.tray_ui(ui, view, open, &gone, page, selected);
        if self.lit != lit_before {
            ui.ctx().request_repaint();
        }
        if self.heights.len() > 20_000 {
            self.heights.clear();
        }
    }

    /// Paints where on the strip beside the scroll bar notes are. `part_of` gives how far down the
    /// document of `total` points a byte is, 0 to 1.
    pub(super) fn ticks_ui(
        &mut self,
        ui: &Ui,
        view: &View<'_>,
        page: Rect,
        notes: &[Noted<'_>],
        (total, part_of): (f64, impl Fn(usize) -> f32),
    ) {
        self.ticks.ticks_ui(ui, view, page, notes, (total, part_of));
    }

    /// Paints the notes of a document that has no words any more.
    pub(super) fn of_nothing_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        open: &OpenDocument,
        page: Rect,
    ) {
        self.apart.update(view, open);
        let gone = apart::notes_of(view, open, &self.apart.gone);
        self.tray.tray_ui(ui, view, open, &gone, page, None);
    }

    fn cards_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        (page, column, top): (Rect, Rect, f32),
        notes: &[Shown],
        lit: Option<AnnotationId>,
    ) {
        let left = column.right() + GAP_PT;
        let chosen = view.state.margin.chosen;
        let height_of = |note: &Shown| self.heights.get(&note.note.id).copied();
        let full: Vec<f32> = notes
            .iter()
            .map(|note| height_of(note).unwrap_or(GUESS_PT))
            .collect();
        let is_crowded = full.iter().sum::<f32>() + BETWEEN_PT * full.len() as f32 > page.height();
        let is_folded = |note: &Shown| is_crowded && chosen != Some(note.note.id);
        let heights = notes.iter().zip(&full).map(|(note, full)| {
            let height = if is_folded(note) {
                card::STUB_PT
            } else {
                *full
            };
            ((note.rect.top() - 4.0).max(top + whole::BEGIN_PT), height)
        });
        let first = notes.iter().position(|note| chosen == Some(note.note.id));
        let tops = pile::pile(&heights.collect::<Vec<_>>(), first, BETWEEN_PT);
        let mut is_new_height = false;
        for (note, top) in notes.iter().zip(tops) {
            let at = pos2(left, top);
            let is_lit = lit == Some(note.note.id) || chosen == Some(note.note.id);
            if note.note.passage().is_some() {
                lead(ui, view.tokens, note, column.right(), at, is_lit);
            }
            let rect = Rect::from_min_size(at, vec2(CARD_PT, 4_000.0));
            let builder = UiBuilder::new()
                .scope_id(Id::unique(("note", note.note.id.0)))
                .max_rect(rect);
            let mut child = ui.new_child(builder);
            child.set_clip_rect(page.intersect(ui.clip_rect()));
            let card = card::Card {
                note: &note.note,
                placement: note.placement.as_ref(),
                is_chosen: chosen == Some(note.note.id),
                is_lit,
                is_folded: is_folded(note),
            };
            let response = self
                .cards
                .card_ui(&mut child, view, &card, &mut self.markdown);
            if !card.is_folded {
                let height = response.rect.height();
                let earlier = self.heights.insert(note.note.id, height);
                is_new_height |= earlier.is_none_or(|earlier| (earlier - height).abs() > 0.5);
            }
            if response.contains_pointer() {
                self.lit = Some(note.note.id);
            }
        }
        if is_new_height {
            ui.ctx().request_repaint();
        }
    }

    /// A mark for each note where there is no room for cards; the chosen one comes up.
    fn marks_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        page: Rect,
        column: Rect,
        notes: &[Shown],
    ) {
        let mut last_y = f32::NEG_INFINITY;
        for note in notes {
            let y = note.rect.center().y.max(last_y + 18.0);
            last_y = y;
            let center = pos2((column.right() + 14.0).min(page.right() - 14.0), y);
            let rect = Rect::from_center_size(center, vec2(18.0, 18.0));
            let response = ui.interact(rect, Id::unique(("mark", note.note.id.0)), Sense::click());
            let name = format!(
                "{}: {}",
                name_of(&note.note.kind, view.state.library.settings()),
                note.note.body
            );
            response.widget_info(|| {
                egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, &name)
            });
            let ink = ink_of(&note.note.kind, &view.tokens);
            let ink = if response.hovered() {
                view.tokens.ink_strong
            } else {
                ink
            };
            ui.painter().text(
                center,
                egui::Align2::CENTER_CENTER,
                icon_of(&note.note.kind).unicode(),
                egui::FontId::new(14.0, crate::fonts::icons()),
                ink,
            );
            if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
                let choice = MarginCommand::Choose(Some(note.note.id));
                view.ask(UserCommand::Margin(choice));
            }
        }
        let chosen = view.state.margin.chosen;
        let Some(note) = notes.iter().find(|note| Some(note.note.id) == chosen) else {
            return;
        };
        let width = CARD_PT.min(page.width() - 2.0 * space::M);
        let height = self.heights.get(&note.note.id).copied().unwrap_or(GUESS_PT);
        let below = note.rect.bottom() + space::S;
        let y = if below + height < page.bottom() {
            below
        } else {
            (note.rect.top() - height - space::S).max(page.top())
        };
        let at = pos2(page.right() - width - space::M, y);
        let rect = Rect::from_min_size(at, vec2(width, 4_000.0));
        let builder = UiBuilder::new()
            .scope_id(Id::unique(("note", note.note.id.0)))
            .max_rect(rect);
        let mut child = ui.new_child(builder);
        let card = card::Card {
            note: &note.note,
            placement: note.placement.as_ref(),
            is_chosen: true,
            is_lit: true,
            is_folded: false,
        };
        let response = self
            .cards
            .card_ui(&mut child, view, &card, &mut self.markdown);
        self.heights.insert(note.note.id, response.rect.height());
        if response.contains_pointer() {
            self.lit = Some(note.note.id);
        }
    }
}

/// The note whose words the pointer is over; a click chooses it.
fn under_pointer(
    ui: &Ui,
    view: &mut View<'_>,
    seen: &[(AnnotationId, Rect)],
) -> Option<AnnotationId> {
    let (at, is_clicked) = ui.input(|input| {
        let pointer = &input.pointer;
        (pointer.hover_pos(), pointer.primary_clicked())
    });
    let at = at?;
    if ui.ctx().layer_id_at(at) != Some(ui.layer_id()) {
        return None;
    }
    let under = seen.iter().filter(|(_, rect)| rect.contains(at));
    // Of several the narrowest: the others can be met elsewhere.
    let under = under.min_by(|(_, a), (_, b)| a.width().total_cmp(&b.width()));
    let id = under.map(|(id, _)| *id)?;
    if is_clicked {
        view.ask(UserCommand::Margin(MarginCommand::Choose(Some(id))));
    }
    Some(id)
}

/// A note and where its words are on the screen.
struct Shown {
    note: Annotation,
    placement: Option<Placement>,
    rect: Rect,
}

/// The notes whose words are in sight, from above to below.
fn shown(
    view: &View<'_>,
    open: &OpenDocument,
    page: Rect,
    seen: &[(AnnotationId, Rect)],
) -> Vec<Shown> {
    let mut first: BTreeMap<AnnotationId, Rect> = BTreeMap::new();
    for (id, rect) in seen.iter().filter(|(_, rect)| rect.intersects(page)) {
        let there = first.entry(*id).or_insert(*rect);
        if rect.top() < there.top() {
            *there = *rect;
        }
    }
    let mut shown: Vec<Shown> = Vec::new();
    for (id, rect) in first {
        if let Some(note) = view.state.library.annotation(open.plan, id) {
            shown.push(Shown {
                note: note.clone(),
                placement: view.state.margin.places.get(&id).cloned(),
                rect,
            });
        }
    }
    shown.sort_by(|a, b| {
        let at = |shown: &Shown| (shown.rect.top(), shown.rect.left());
        let ((a_top, a_left), (b_top, b_left)) = (at(a), at(b));
        a_top
            .total_cmp(&b_top)
            .then(a_left.total_cmp(&b_left))
            .then(a.note.id.cmp(&b.note.id))
    });
    shown
}

/// The line from the words to their card.
fn lead(ui: &Ui, t: Tokens, note: &Shown, edge: f32, card: egui::Pos2, is_lit: bool) {
    let color = if is_lit {
        ink_of(&note.note.kind, &t)
    } else {
        t.line
    };
    let y = note.rect.bottom() + 1.0;
    let stroke = Stroke::new(1.0, color);
    let painter = ui.painter();
    painter.line_segment(
        [pos2(note.rect.right().min(edge), y), pos2(edge + 6.0, y)],
        stroke,
    );
    painter.line_segment([pos2(edge + 6.0, y), pos2(card.x, card.y + 14.0)], stroke);
}

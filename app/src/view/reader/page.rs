//! One frame of the page: what is in sight is laid out and drawn, and what was asked for is done.

use std::sync::Arc;

use egui::{Rect, ScrollArea, Ui, pos2, vec2};
use postil_model::markdown::{Parsed, Place};

use super::keys::PADDING_PT;
use super::measure::gap_above;
use super::sheet::{Ask, Sheet};
use super::type_area::TypeArea;
use super::{Reader, access, changes, diagram, select, strip};
use crate::command::UserCommand;
use crate::images;
use crate::state::OpenDocument;
use crate::theme::space;
use crate::view::{View, margin};

impl Reader {
    #[expect(
        clippy::too_many_lines,
        reason = "one frame, from the keys to what is asked for"
    )]
    pub(super) fn page_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        open: &OpenDocument,
        parsed: &Arc<Parsed>,
    ) {
        let page = view.state.library.settings().page;
        let set = self.set.take().filter(|set| set.is_of(page));
        let is_new_type = set.is_none();
        let set = set.unwrap_or_else(|| TypeArea::new(ui, page));
        let whole = ui.available_rect_before_wrap();
        let column = column(whole, set.measure_pt);
        let is_laid_out_anew = self.take_text(parsed, &set, column.width(), is_new_type);
        self.take_wishes(view, (open, parsed), &set);
        let viewport_pt = f64::from(whole.height());
        let padding = f64::from(PADDING_PT);
        let around = padding * 2.0 + viewport_pt * 0.3;
        let total = self.heights.total() + around;
        let by = self.steer(ui, view, (open, parsed), (&set, whole), total);
        // What was gone to may have been folded away.
        let total = self.heights.total() + around;
        let wanted = self.wanted_offset(by, viewport_pt, total);

        let mut area = ScrollArea::vertical()
            .id_salt(("page", open.id.0))
            .auto_shrink(false);
        if (wanted - f64::from(self.offset_pt)).abs() > 0.25 {
            area = area.vertical_scroll_offset(wanted as f32);
        }
        let images = image_prefix(view, open);
        let tokens = view.tokens;
        let notes = margin::noted(view, open, &self.rail);
        let mut sheet = Sheet {
            parsed,
            t: &tokens,
            set: &set,
            images: &images,
            selection: &self.selection,
            found: self.find.places(),
            found_now: self.find.now(),
            notes: &notes,
            seen: Vec::new(),
            selected_at: None,
            kept: &mut self.kept,
            hit: None,
            reveal: self.reveal.map(|(byte, _)| byte),
            revealed: None,
            asked: Vec::new(),
        };
        if self.changes.is_compared {
            let chosen = self
                .changes
                .compare_ui(ui, &mut sheet, open, parsed, column);
            if let Some(block) = chosen {
                self.changes.is_compared = false;
                let offset_pt = 0.0;
                view.ask(UserCommand::ReadAt(Place { block, offset_pt }));
            }
            self.n_steps = self.changes.pill_ui(ui, view, whole, open.hunks.len());
            self.set = Some(set);
            return;
        }
        let heights = &self.heights;
        let mut measured = Vec::new();
        let output = area.show_viewport(ui, |ui, viewport| {
            ui.set_height(total as f32);
            let from = f64::from(viewport.min.y) - padding;
            let (first, above) = heights.block_at(from);
            let mut top = f64::from(ui.clip_rect().top()) - above - (from.min(0.0));
            let bottom = f64::from(ui.clip_rect().bottom());
            let page = ui.scope_id();
            let mut list = None;
            let mut next = heights.shown_from(first);
            while top < bottom && next < parsed.blocks().len() {
                let index = next;
                next = heights.shown_from(index + 1);
                let gap = gap_above(parsed, index, &set);
                let at = pos2(column.left(), (top as f32 + gap).round());
                let kind = &parsed.blocks()[index].kind;
                let node = access::list(&mut list, ui, kind, index);
                let own = sheet.block(node, (page, index), at, column.width());
                let place = Rect::from_min_size(at, vec2(column.width(), own));
                changes::mark(ui, sheet.t, &open.hunks, index, place);
                measured.push((index, own));
                if own > 0.0 {
                    let source = &parsed.blocks()[index].range;
                    margin::gutter_ui(ui, view, place, source);
                }
                top += f64::from(if own > 0.0 { gap + own } else { 0.0 });
            }
            if from > 0.0 {
                let (above, height) = (above as f32, heights.height(first));
                let top = Rect::from_min_max(pos2(column.left(), ui.clip_rect().top()), column.max);
                sheet.table_head(ui, first, top, (above, height));
            }
        });
        let (hit, asked, revealed) = (sheet.hit, sheet.asked, sheet.revealed);
        let (seen, selected_at) = (sheet.seen, sheet.selected_at);
        // What the wheel or the bar made of it, in the heights that were laid out with.
        self.offset_pt = output.state.clamped_offset().y;
        let frame = (whole, is_laid_out_anew);
        let place = self.settle(ui, parsed, &set, frame, (measured, revealed));
        self.place = place;
        if place != open.place {
            view.ask(UserCommand::ReaderMoved(place));
        }
        strip::strip_ui(
            ui,
            view,
            whole,
            self.find.places(),
            self.find.now(),
            |byte| {
                let top = self.heights.top_of(parsed.block_at(byte)) + padding;
                (top / total) as f32
            },
        );
        self.n_steps = self.changes.pill_ui(ui, view, whole, open.hunks.len());
        if self.n_steps != 0 {
            ui.ctx().request_repaint();
        }
        let selected = self.selection.range();
        let top = whole.top() + PADDING_PT - self.offset_pt;
        let places = (whole, column, top);
        self.rail
            .rail_ui(ui, view, open, places, &seen, selected.as_ref());
        let part_of = |byte| {
            let top = self.heights.top_of(parsed.block_at(byte)) + padding;
            (top / total) as f32
        };
        self.rail
            .ticks_ui(ui, view, whole, &notes, (total, part_of));
        // Beside the column are the notes: to use them is not to select nothing.
        let page = output.inner_rect;
        let page = Rect::from_x_y_ranges(column.x_range().expand(space::XL), page.y_range());
        self.drag_pt = self.selection.follow(ui, page, hit.as_ref());
        if let Some(selected) = self.selection.range()
            && !self.selection.is_dragged()
        {
            let words = || self.selection.markdown(parsed);
            if margin::bar_ui(ui, view, whole, &selected, selected_at, words) {
                self.selection.clear();
            }
        }
        if select::is_copy_asked(ui.ctx()) && self.selection.range().is_some() {
            ui.ctx().copy_text(self.selection.plain(parsed));
        }
        self.set = Some(set);
        if let Some((drawn, seen)) = &mut self.large
            && !diagram::large_ui(ui, drawn, seen)
        {
            self.large = None;
        }
        for ask in asked {
            self.carry_out(ui, view, parsed, ask);
        }
    }

    fn carry_out(&mut self, ui: &Ui, view: &mut View<'_>, parsed: &Parsed, ask: Ask) {
        match ask {
            Ask::Fold(fold, is_open) => {
                self.kept.folds.insert(fold, is_open);
                if ui.input(|input| input.modifiers.shift) {
                    self.fold_inner(parsed, fold, is_open);
                }
                if let Some(set) = self.set.take() {
                    self.measure_again(parsed, &set);
                    self.set = Some(set);
                }
                ui.ctx().request_repaint();
            }
            Ask::Copy { is_markdown } => {
                let text = if is_markdown {
                    self.selection.markdown(parsed)
                } else {
                    self.selection.plain(parsed)
                };
                ui.ctx().copy_text(text);
            }
            Ask::Edit(byte) => view.ask(UserCommand::OpenInEditor(byte)),
            Ask::Tick(mark) => view.ask(UserCommand::ToggleTask(mark)),
            Ask::Enlarge(drawn) => self.large = Some((drawn, Rect::ZERO)),
            Ask::CopyLink(byte) => {
                let open = view.state.document.as_ref();
                let document =
                    open.and_then(|open| view.state.library.document(open.plan, open.id));
                if let Some(document) = document {
                    let line = parsed.line_of(byte);
                    ui.ctx().copy_text(format!("{}:{line}", document.path));
                }
            }
        }
    }
}

/// Where the text stands: a measure that can be read, with the margin to its right.
fn column(whole: Rect, measure_pt: f32) -> Rect {
    let padding = if whole.width() < 560.0 {
        space::L
    } else {
        space::XL
    };
    let room = (whole.width() - 2.0 * padding).max(80.0);
    let width = room.min(measure_pt);
    let rest = room - width;
    let margin = rest.min(margin::ROOM_PT);
    let left = whole.left() + padding + (rest - margin) / 2.0 + margin * 0.25;
    // Notes have their room as soon as there is any for them.
    let last = whole.right() - margin::ROOM_PT - width.floor() - 1.0;
    let has_room = last >= whole.left() + padding;
    let left = if has_room { left.min(last) } else { left };
    Rect::from_min_size(
        pos2(left.round(), whole.top()),
        vec2(width.floor(), whole.height()),
    )
}

/// The address of the folder that the document's pictures are beside.
fn image_prefix(view: &View<'_>, open: &OpenDocument) -> String {
    let document = view.state.library.document(open.plan, open.id);
    let folder = document
        .and_then(|document| document.path.rsplit_once('/'))
        .map(|(folder, _)| folder);
    let prefix = images::uri_prefix(open.plan);
    folder.map_or(prefix.clone(), |folder| format!("{prefix}{folder}/"))
}

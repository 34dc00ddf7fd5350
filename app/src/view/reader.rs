//! The page: a column of blocks of which only the visible ones are laid out.
//!
//! The truth about where the reader stands is a [`Place`], a block and a distance below its top;
//! the scroll bar's offset follows from it. So nothing moves under the eye when a height that was
//! guessed becomes known, or when the text changes elsewhere.

mod access;
mod banner;
mod block;
mod changes;
mod code;
mod colours;
mod columns;
mod diagram;
mod figures;
mod find;
mod formula;
mod heights;
mod keys;
mod line;
mod marker;
mod object;
mod picture;
mod prose;
mod rhythm;
mod select;
mod sheet;
mod strip;
mod suggest;
mod table;
mod table_head;
mod type_area;

use std::collections::HashMap;
use std::sync::Arc;

use egui::{Key, Margin, Modifiers, Panel, Rect, ScrollArea, Ui, pos2, vec2};
use lucide_icons::Icon;
use postil_model::markdown::{Parsed, Place, Unit};

use self::changes::Changes;
use self::find::Find;
use self::heights::Heights;
use self::keys::{PADDING_PT, Selects};
use self::line::Line;
use self::rhythm::Kin;
use self::select::{Selection, Stride};
use self::sheet::{Ask, Kept, Sheet};
use self::type_area::TypeArea;
use super::View;
use super::margin::{self, Rail};
use crate::command::UserCommand;
use crate::images;
use crate::state::{Bar, Content, OpenDocument};
use crate::theme::space;

/// Heights that are remembered at most, over all documents of this width.
const MAX_REMEMBERED: usize = 400_000;
/// Frames in which a place that is gone to may still find itself elsewhere.
const MAX_REVEALS: u8 = 6;

/// What the page keeps: where it stands, and how high its blocks are.
#[derive(Debug, Default)]
pub struct Reader {
    kept: Kept,
    set: Option<TypeArea>,
    shown: Option<Arc<Parsed>>,
    heights: Heights,
    /// By a block's hash: its height at this width, without the room above it.
    known: HashMap<u64, f32>,
    width: f32,
    place: Place,
    /// The last wish of the state that was honoured.
    last_go_to: u64,
    /// The last wish of the margin that was honoured.
    last_reveal: u64,
    /// What the scroll area was left at.
    offset_pt: f32,
    selection: Selection,
    find: Find,
    line: Line,
    changes: Changes,
    rail: Rail,
    /// A byte that is to be brought into sight, and for how many frames it may take.
    reveal: Option<(usize, u8)>,
    /// The diagram that is open large, and what is seen of it.
    large: Option<(diagram::Drawn, Rect)>,
    /// Changes to step over in the next frame.
    n_steps: isize,
    /// What a drag beyond the edge scrolls by in the next frame.
    drag_pt: f32,
}

impl Reader {
    /// Paints the open document, or why there is none.
    pub fn reader_ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        self.kept.colours.take_news();
        self.kept.diagrams.take_news(ui.ctx());
        self.kept.formulas.take_news(ui.ctx());
        let state = view.state;
        let Some(open) = &state.document else {
            self.shown = None;
            banner::nothing_open_ui(ui, view);
            return;
        };
        banner::banners_ui(ui, view, open);
        match &open.content {
            Content::Loading => {}
            Content::Failed(why) => banner::centered(ui, view, Icon::FileQuestionMark, why),
            Content::Shown(parsed) if parsed.blocks().is_empty() => {
                let page = ui.available_rect_before_wrap();
                banner::centered(ui, view, Icon::FileText, "This document is empty.");
                self.rail.of_nothing_ui(ui, view, open, page);
            }
            Content::Shown(parsed) => {
                self.bar_ui(ui, view, parsed);
                self.page_ui(ui, view, open, parsed);
            }
        }
    }

    /// Whether something on its way would change the picture.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        let kept = &self.kept;
        let is_drawing = kept.diagrams.is_busy() || kept.formulas.is_busy();
        is_drawing || kept.colours.is_busy() || self.find.is_busy()
    }

    /// The field above the page, if one is open.
    fn bar_ui(&mut self, ui: &mut Ui, view: &mut View<'_>, parsed: &Arc<Parsed>) {
        let Some(bar) = view.state.bar else {
            self.find.close();
            self.line.close();
            return;
        };
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            view.ask(UserCommand::ShowBar(None));
        }
        let margin = Margin::symmetric(space::M as i8, space::XS as i8);
        let frame = egui::Frame::new()
            .fill(view.tokens.panel)
            .inner_margin(margin);
        let to = Panel::top("bar").frame(frame).show(ui, |ui| match bar {
            Bar::Find => self.find.bar_ui(ui, view, parsed, self.place.block),
            Bar::Line => self.line.bar_ui(ui, view, parsed),
        });
        if let Some(byte) = to.inner {
            self.reveal = Some((byte, MAX_REVEALS));
        }
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one frame, from the keys to what is asked for"
    )]
    fn page_ui(
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
        if self.last_go_to != open.go_to.0 {
            self.last_go_to = open.go_to.0;
            self.place = open.go_to.1;
            self.reveal = None;
        }
        if let Some((wish, byte)) = view.state.margin.reveal
            && self.last_reveal != wish
        {
            self.last_reveal = wish;
            self.reveal = Some((byte, MAX_REVEALS));
        }
        let viewport_pt = f64::from(whole.height());
        let padding = f64::from(PADDING_PT);
        let total = self.heights.total() + padding * 2.0 + viewport_pt * 0.3;
        let has_selection = self.selection.range().is_some();
        let pressed = keys::take(ui, whole.height(), total, has_selection);
        if pressed.edits
            && let Some(block) = parsed.blocks().get(self.place.block)
        {
            view.ask(UserCommand::OpenInEditor(block.range.start));
        }
        match pressed.selects {
            Some(Selects::All) => self.selection.all(parsed),
            Some(Selects::Nothing) => self.selection.clear(),
            Some(Selects::Next(unit, stride)) => {
                self.select_by_keys(parsed, (unit, stride), set.line_pt, viewport_pt);
            }
            None => {}
        }
        if pressed.is_read {
            view.ask(UserCommand::MarkRead);
        }
        let n_steps = pressed.n_changes + std::mem::take(&mut self.n_steps);
        if n_steps != 0
            && let Some(block) = changes::step(&open.hunks, self.place.block, n_steps)
        {
            self.changes.is_compared = false;
            self.reveal = None;
            self.place = Place {
                block,
                offset_pt: 0.0,
            };
        }
        let by = pressed.scroll_pt + f64::from(std::mem::take(&mut self.drag_pt));
        if let Some((byte, MAX_REVEALS)) = self.reveal {
            self.place = Place {
                block: parsed.block_at(byte),
                offset_pt: whole.height() * -0.3,
            };
        } else if by != 0.0 {
            self.reveal = None;
        }
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
            for index in first..parsed.blocks().len() {
                if top >= bottom {
                    break;
                }
                if heights.is_hidden(index) {
                    continue;
                }
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
        let from = f64::from(self.offset_pt) - padding;
        let (block, above) = self.heights.block_at(from.max(0.0));
        let is_start = from <= 0.0;
        let mut place = if is_start {
            Place::default()
        } else {
            Place {
                block,
                offset_pt: above as f32,
            }
        };
        let mut has_news = false;
        for (index, own) in measured {
            let earlier = self.known.insert(parsed.blocks()[index].hash, own);
            let gap = gap_above(parsed, index, &set);
            let height = if own > 0.0 { gap + own } else { 0.0 };
            let error = height - self.heights.height(index);
            has_news |= self.heights.set(index, height);
            // A block that was scrolled in from above: what is below it stays where it is.
            if index == place.block && earlier.is_none() && above > 0.5 && !is_laid_out_anew {
                place.offset_pt = (place.offset_pt + error).max(0.0);
            }
        }
        if let Some((byte, n)) = self.reveal {
            // What is gone to may be far below the top of its block.
            let room = whole.shrink2(vec2(0.0, set.line_pt * 2.0));
            let off = revealed.map_or(0.0, |rect: Rect| {
                if room.y_range().contains(rect.center().y) {
                    0.0
                } else {
                    rect.center().y - whole.center().y
                }
            });
            place.offset_pt += off;
            let is_there = revealed.is_some() && off == 0.0;
            self.reveal = (n > 0 && !is_there).then(|| (byte, n.saturating_sub(1)));
            has_news |= !is_there;
        }
        if has_news {
            // The bar and the blocks below are where the new heights put them.
            ui.ctx().request_repaint();
        }
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

    /// Selects the next word, sentence or paragraph, and brings it in sight where it is not.
    fn select_by_keys(
        &mut self,
        parsed: &Parsed,
        selects: (Unit, Stride),
        line_pt: f32,
        viewport_pt: f64,
    ) {
        let Place { block, offset_pt } = self.place;
        // Of a block whose beginning is out of sight, the next one.
        let top = block + usize::from(offset_pt > line_pt * 1.5);
        let top = parsed
            .blocks()
            .get(top)
            .map_or(0, |block| block.range.start);
        if let Some(byte) = self.selection.stride(parsed, selects, top) {
            let at = self.heights.top_of(parsed.block_at(byte));
            let seen = self.heights.top_of(block) + f64::from(offset_pt);
            let is_near = (at - seen).abs() < viewport_pt;
            self.reveal = Some((byte, MAX_REVEALS - u8::from(is_near)));
        }
    }

    /// The offset of the scroll area that the place asks for, `by` points further down.
    fn wanted_offset(&self, by: f64, viewport_pt: f64, total: f64) -> f64 {
        let wanted = self.heights.top_of(self.place.block) + f64::from(self.place.offset_pt);
        // The start of a document shows the room above it too.
        let wanted = if self.place == Place::default() {
            0.0
        } else {
            wanted + f64::from(PADDING_PT)
        };
        (wanted + by).clamp(0.0, (total - viewport_pt).max(0.0))
    }

    fn carry_out(&mut self, ui: &Ui, view: &mut View<'_>, parsed: &Parsed, ask: Ask) {
        match ask {
            Ask::Fold(fold, is_open) => {
                self.kept.folds.insert(fold, is_open);
                self.measure_again(parsed);
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

    /// Takes over another text, width or type; whether it is one.
    fn take_text(
        &mut self,
        parsed: &Arc<Parsed>,
        set: &TypeArea,
        width: f32,
        is_new_type: bool,
    ) -> bool {
        let is_same_width = (self.width - width).abs() < 0.5 && !is_new_type;
        let is_same_text = self
            .shown
            .as_ref()
            .is_some_and(|shown| Arc::ptr_eq(shown, parsed));
        if is_same_width && is_same_text {
            return false;
        }
        if !is_same_width || self.known.len() > MAX_REMEMBERED {
            self.known.clear();
            self.width = width;
            self.kept.widths.clear();
        }
        if !is_same_text {
            self.selection.clear();
        }
        self.shown = Some(Arc::clone(parsed));
        self.set = Some(set.clone());
        self.measure_again(parsed);
        true
    }

    /// Sums up the heights anew, known or guessed, of what is not folded away.
    fn measure_again(&mut self, parsed: &Parsed) {
        let Some(set) = &self.set else {
            return;
        };
        let text = parsed.text();
        let heights = parsed.blocks().iter().enumerate().map(|(index, block)| {
            let known = self.known.get(&block.hash).copied();
            let own = known.unwrap_or_else(|| {
                rhythm::estimate(block, &text[block.range.clone()], set, self.width)
            });
            if own > 0.0 {
                gap_above(parsed, index, set) + own
            } else {
                0.0
            }
        });
        self.heights = Heights::new(heights);
        for fold in parsed.folds() {
            let head = parsed.blocks()[fold.head].hash;
            if !self.kept.is_open((head, fold.id), fold.is_open) {
                fold.hidden
                    .clone()
                    .for_each(|index| self.heights.hide(index));
            }
        }
    }
}

/// The room above a block.
fn gap_above(parsed: &Parsed, index: usize, set: &TypeArea) -> f32 {
    let kin = |index: usize| rhythm::of_block(&parsed.blocks()[index].kind);
    let above: Option<Kin> = index.checked_sub(1).map(kin);
    rhythm::gap(above, kin(index), set)
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

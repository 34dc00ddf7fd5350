//! The page: a column of blocks of which only the visible ones are laid out.
//!
//! The truth about where the reader stands is a [`Place`], a block and a distance below its top;
//! the scroll bar's offset follows from it. So nothing moves under the eye when a height that was
//! guessed becomes known, or when the text changes elsewhere.

mod access;
mod alert;
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
mod grammars;
mod grounds;
mod heights;
mod ink;
mod keys;
mod line;
mod links;
mod marker;
mod measure;
mod object;
mod page;
mod painter;
mod picture;
mod piece;
mod place;
mod prose;
mod rhythm;
mod select;
mod sheet;
mod strip;
mod suggest;
mod table;
mod table_head;
mod tree;
mod type_area;

use std::collections::HashMap;
use std::sync::Arc;

use egui::{Key, Margin, Modifiers, Panel, Rect, Ui};
use lucide_icons::Icon;
use postil_model::markdown::{Parsed, Place};

use self::changes::Changes;
use self::find::Find;
use self::heights::Heights;
use self::line::Line;
use self::select::Selection;
use self::sheet::Kept;
use self::type_area::TypeArea;
use super::View;
use super::margin::Rail;
use crate::command::UserCommand;
use crate::state::{Bar, Content};
use crate::theme::space;

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
}

//! The page: a column of blocks of which only the visible ones are laid out.
//!
//! The truth about where the reader stands is a [`Place`], a block and a distance below its top;
//! the scroll bar's offset follows from it. So nothing moves under the eye when a height that was
//! guessed becomes known, or when the text changes elsewhere.

mod block;
mod code;
mod heights;

use std::collections::HashMap;
use std::sync::Arc;

use egui::{Key, Modifiers, Rect, RichText, ScrollArea, TextStyle, Ui, UiBuilder, pos2, vec2};
use egui_commonmark::CommonMarkCache;
use lucide_icons::Icon;
use postil_model::markdown::{Parsed, Place};
use postil_watcher::TextNotice;

use self::heights::Heights;
use super::View;
use crate::command::UserCommand;
use crate::fonts;
use crate::images;
use crate::state::{Content, OpenDocument};
use crate::theme::{MEASURE_PT, size, space};

/// Heights that are remembered at most, over all documents of this width.
const MAX_REMEMBERED: usize = 400_000;
/// What a key press scrolls by.
const LINE_PT: f32 = 60.0;

/// What the page keeps: where it stands, and how high its blocks are.
#[derive(Debug, Default)]
pub struct Reader {
    cache: CommonMarkCache,
    shown: Option<Arc<Parsed>>,
    heights: Heights,
    /// By a block's hash: its height at this width.
    known: HashMap<u64, f32>,
    width: f32,
    place: Place,
    /// The last wish of the state that was honoured.
    last_go_to: u64,
    /// What the scroll area was left at.
    offset_pt: f32,
}

impl Reader {
    /// Paints the open document, or why there is none.
    pub fn reader_ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        let state = view.state;
        let Some(open) = &state.document else {
            self.nothing_open_ui(ui, view);
            return;
        };
        banners_ui(ui, view, open);
        match &open.content {
            Content::Loading => {}
            Content::Failed(why) => centered(ui, view, Icon::FileQuestionMark, why),
            Content::Shown(parsed) if parsed.blocks().is_empty() => {
                centered(ui, view, Icon::FileText, "This document is empty.");
            }
            Content::Shown(parsed) => self.page_ui(ui, view, open, parsed),
        }
    }

    fn nothing_open_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        self.shown = None;
        let Some(folder) = view.state.open_folder() else {
            centered(
                ui,
                view,
                Icon::Library,
                "Choose a plan on the left, or drop a folder here.",
            );
            return;
        };
        if let Some(why) = &folder.missing {
            centered(ui, view, Icon::FolderOpen, &missing_words(why));
        } else if folder.is_scanned {
            let words = "No Markdown files here yet. They open as soon as they are written.";
            centered(ui, view, Icon::FileText, words);
        }
    }

    fn page_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        open: &OpenDocument,
        parsed: &Arc<Parsed>,
    ) {
        let whole = ui.available_rect_before_wrap();
        let column = column(whole);
        let is_laid_out_anew = self.take_text(parsed, column.width());
        if self.last_go_to != open.go_to.0 {
            self.last_go_to = open.go_to.0;
            self.place = open.go_to.1;
        }
        let padding = f64::from(space::L);
        let viewport_pt = f64::from(whole.height());
        let total = self.heights.total() + padding * 2.0 + viewport_pt * 0.3;
        let wanted = self.heights.top_of(self.place.block) + f64::from(self.place.offset_pt);
        // The start of a document shows the room above it too.
        let wanted = if self.place == Place::default() {
            0.0
        } else {
            wanted + padding
        };
        let wanted = (wanted + pressed_scroll(ui, whole.height(), total))
            .clamp(0.0, (total - viewport_pt).max(0.0));

        let mut area = ScrollArea::vertical()
            .id_salt(("page", open.id.0))
            .auto_shrink(false);
        if (wanted - f64::from(self.offset_pt)).abs() > 0.25 {
            area = area.vertical_scroll_offset(wanted as f32);
        }
        let context = block::Context {
            parsed,
            images: image_prefix(view, open),
            tokens: view.tokens,
        };
        let mut measured = Vec::new();
        let output = area.show_viewport(ui, |ui, viewport| {
            ui.set_height(total as f32);
            page_style(ui, view);
            let from = f64::from(viewport.min.y) - padding;
            let (first, above) = self.heights.block_at(from);
            let mut top = f64::from(ui.clip_rect().top()) - above - (from.min(0.0));
            let bottom = f64::from(ui.clip_rect().bottom());
            for index in first..parsed.blocks().len() {
                if top >= bottom {
                    break;
                }
                let height = self.block_ui(ui, &context, index, column, top as f32);
                measured.push((index, height));
                top += f64::from(height);
            }
        });
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
        for (index, height) in measured {
            let earlier = self.known.insert(parsed.blocks()[index].hash, height);
            let error = height - self.heights.height(index);
            has_news |= self.heights.set(index, height);
            // A block that was scrolled in from above: what is below it stays where it is.
            if index == place.block && earlier.is_none() && above > 0.5 && !is_laid_out_anew {
                place.offset_pt = (place.offset_pt + error).max(0.0);
            }
        }
        if has_news {
            // The bar and the blocks below are where the new heights put them.
            ui.ctx().request_repaint();
        }
        if place != self.place {
            self.place = place;
        }
        if place != open.place {
            view.ask(UserCommand::ReaderMoved(place));
        }
    }

    /// Takes over another text or another width; whether it is one.
    fn take_text(&mut self, parsed: &Arc<Parsed>, width: f32) -> bool {
        let is_same_width = (self.width - width).abs() < 0.5;
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
        }
        let text = parsed.text();
        self.heights = Heights::new(parsed.blocks().iter().map(|block| {
            let known = self.known.get(&block.hash).copied();
            known.unwrap_or_else(|| block::estimate(block, &text[block.range.clone()], width))
        }));
        self.shown = Some(Arc::clone(parsed));
        true
    }

    fn block_ui(
        &mut self,
        ui: &mut Ui,
        context: &block::Context<'_>,
        index: usize,
        column: Rect,
        top: f32,
    ) -> f32 {
        /// More than any block takes.
        const ROOM_PT: f32 = 1e6;
        let rect = Rect::from_min_size(pos2(column.left(), top), vec2(column.width(), ROOM_PT));
        let builder = UiBuilder::new().id_salt(("block", index)).max_rect(rect);
        let mut child = ui.new_child(builder);
        block::block_ui(&mut child, &mut self.cache, context, index);
        child.min_rect().height().max(1.0)
    }
}

/// Where the text stands: a measure that can be read, with the margin to its right.
fn column(whole: Rect) -> Rect {
    /// The margin takes at most this much.
    const MARGIN_PT: f32 = 240.0;
    let padding = if whole.width() < 560.0 {
        space::L
    } else {
        space::XL
    };
    let room = (whole.width() - 2.0 * padding).max(80.0);
    let width = room.min(MEASURE_PT);
    let rest = room - width;
    let margin = rest.min(MARGIN_PT);
    let left = whole.left() + padding + (rest - margin) / 2.0 + margin * 0.25;
    Rect::from_min_size(
        pos2(left.round(), whole.top()),
        vec2(width.floor(), whole.height()),
    )
}

fn page_style(ui: &mut Ui, view: &View<'_>) {
    let style = ui.style_mut();
    for (text_style, pt) in [
        (TextStyle::Body, size::PAGE),
        (TextStyle::Monospace, size::CODE),
        (TextStyle::Small, size::SMALL),
    ] {
        if let Some(font) = style.text_styles.get_mut(&text_style) {
            font.size = pt;
        }
    }
    style.spacing.extra_text_line_spacing = 6.0;
    style.visuals.override_text_color = None;
    style.visuals.widgets.noninteractive.fg_stroke.color = view.tokens.ink;
}

/// What the keys scroll by in this frame, when no field or button has them.
fn pressed_scroll(ui: &Ui, height: f32, total: f64) -> f64 {
    let ctx = ui.ctx();
    let has_focus = ctx.memory(|memory| memory.focused().is_some());
    if has_focus || egui::Popup::is_any_open(ctx) || ctx.memory(|m| m.top_modal_layer().is_some()) {
        return 0.0;
    }
    let page = f64::from((height - LINE_PT).max(LINE_PT));
    let line = f64::from(LINE_PT);
    ctx.input_mut(|input| {
        let mut by = 0.0;
        for (key, modifiers, step) in [
            (Key::ArrowDown, Modifiers::NONE, line),
            (Key::ArrowUp, Modifiers::NONE, -line),
            (Key::PageDown, Modifiers::NONE, page),
            (Key::PageUp, Modifiers::NONE, -page),
            (Key::Space, Modifiers::SHIFT, -page),
            (Key::Space, Modifiers::NONE, page),
            (Key::Home, Modifiers::NONE, -total),
            (Key::End, Modifiers::NONE, total),
        ] {
            by += step * input.count_and_consume_key(modifiers, key) as f64;
        }
        by
    })
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

fn missing_words(why: &str) -> String {
    format!(
        "The folder is not there. Its notes and progress are kept, and it opens again when it is back.\n{why}"
    )
}

/// What is to be known of the text before it is read.
fn banners_ui(ui: &mut Ui, view: &View<'_>, open: &OpenDocument) {
    let t = view.tokens;
    let mut banners: Vec<String> = Vec::new();
    let missing_folder = view
        .state
        .open_folder()
        .and_then(|folder| folder.missing.as_ref());
    let document = view.state.library.document(open.plan, open.id);
    let is_shown = matches!(open.content, Content::Shown(_));
    if let Some(why) = missing_folder {
        banners.push(missing_words(why));
    } else if is_shown && document.is_some_and(|document| document.missing.is_some()) {
        banners.push(
            "This file is gone from the folder. This is its last text; its notes are kept."
                .to_owned(),
        );
    }
    banners.extend(
        open.notices
            .iter()
            .filter_map(|notice| notice_words(*notice))
            .map(str::to_owned),
    );
    for text in banners {
        let margin = egui::Margin::symmetric(space::M as i8, 6);
        egui::Frame::new()
            .fill(t.hover)
            .inner_margin(margin)
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.horizontal_wrapped(|ui| {
                    ui.label(
                        RichText::new(Icon::TriangleAlert.unicode())
                            .family(fonts::icons())
                            .color(t.warn),
                    );
                    ui.label(RichText::new(text).color(t.ink));
                });
            });
    }
}

fn notice_words(notice: TextNotice) -> Option<&'static str> {
    match notice {
        TextNotice::InvalidUtf8 => {
            Some("Some bytes of this file are no text; they are shown as \u{FFFD}.")
        }
        TextNotice::NulBytes => Some("This file has NUL bytes; they are shown as ␀."),
        TextNotice::Utf16 => Some("This file is UTF-16; it is shown as text all the same."),
        TextNotice::ByteOrderMark => None,
    }
}

/// Words in the middle of the page.
fn centered(ui: &mut Ui, view: &View<'_>, glyph: Icon, text: &str) {
    let room = ui.available_height();
    ui.vertical_centered(|ui| {
        ui.add_space((room * 0.4 - 40.0).max(space::L));
        ui.label(
            RichText::new(glyph.unicode())
                .family(fonts::icons())
                .size(34.0)
                .color(view.tokens.ink_soft),
        );
        ui.add_space(space::S);
        ui.set_max_width(440.0_f32.min(ui.available_width()));
        ui.label(RichText::new(text).size(15.0).color(view.tokens.ink));
    });
}

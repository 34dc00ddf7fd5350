//! One note: what it says of the words, what was answered, and where it is written.

use egui::{
    Align, Frame, Key, Layout, Margin, Modifiers, Response, RichText, Sense, Stroke, TextEdit, Ui,
    UiBuilder, vec2,
};
use egui_commonmark::{CommonMarkCache, CommonMarkViewer};
use lucide_icons::Icon;
use postil_model::{Annotation, AnnotationId, AnnotationKind, Placement, Reply, ReplyId};

use super::head::{head_ui, stub_ui};
use super::look::{ink_of, name_of};
use super::tags::Tags;
use super::words_now::{place_ui, shortened};
use crate::clock::ago;
use crate::command::UserCommand;
use crate::margin::{MarginCommand, Writing};
use crate::theme::{size, space};
use crate::view::View;
use crate::view::parts::{icon, icon_button};

/// How high a card is that is folded to one line.
pub(super) const STUB_PT: f32 = 26.0;

/// What is written grows no higher than this.
const MAX_BODY_PT: f32 = 380.0;

/// What a card shows.
pub(super) struct Card<'a> {
    pub(super) note: &'a Annotation,
    pub(super) placement: Option<&'a Placement>,
    pub(super) is_chosen: bool,
    pub(super) is_lit: bool,
    pub(super) is_folded: bool,
}

/// What cards keep: which field had the keys in the last frame.
#[derive(Debug, Default)]
pub(super) struct Kept {
    written: Option<Writing>,
    tags: Tags,
}

impl Kept {
    /// Paints a card into all of the room that it takes.
    pub(super) fn card_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        card: &Card<'_>,
        markdown: &mut CommonMarkCache,
    ) -> Response {
        let t = view.tokens;
        let stroke = if card.is_lit {
            Stroke::new(1.0, ink_of(&card.note.kind, &t))
        } else {
            Stroke::new(1.0, t.line)
        };
        let inner = if card.is_folded {
            Margin::symmetric(space::S as i8, 2)
        } else {
            Margin::symmetric(10, 7)
        };
        let frame = Frame::new()
            .fill(t.raised)
            .stroke(stroke)
            .corner_radius(6.0)
            .inner_margin(inner);
        // Clicks are the card's where nothing in it has them.
        let builder = UiBuilder::new().sense(Sense::click());
        let shown = ui.scope_builder(builder, |ui| {
            frame.show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = space::XS;
                if card.is_folded {
                    stub_ui(ui, view, card);
                } else {
                    self.whole_ui(ui, view, card, markdown);
                }
            });
        });
        let response = shown.response;
        let name = name_of(&card.note.kind, view.state.library.settings());
        response.widget_info(|| {
            let words = format!("{name}: {}", card.note.body);
            egui::WidgetInfo::labeled(egui::accesskit::Role::Comment, true, words)
        });
        if response.clicked() && !card.is_chosen {
            let choice = MarginCommand::Choose(Some(card.note.id));
            view.ask(UserCommand::Margin(choice));
        }
        response
    }

    fn whole_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        card: &Card<'_>,
        markdown: &mut CommonMarkCache,
    ) {
        let note = card.note;
        let writing = view.state.margin.writing;
        if writing.is_none() {
            self.written = None;
        }
        if head_ui(ui, view, card) {
            self.tags.begin(note.id);
        }
        place_ui(ui, view, card);
        let is_written = writing == Some(Writing::Note(note.id));
        if let AnnotationKind::Replacement { words } = &note.kind {
            self.words_ui(ui, view, note, words, is_written);
        }
        if is_written {
            self.field_ui(ui, view, Writing::Note(note.id), &note.body);
        } else if !note.body.trim().is_empty() {
            ui.push_id(("body", note.id.0), |ui| {
                body_ui(ui, view, &note.body, markdown);
            });
        }
        self.tags.tags_ui(ui, view, note, card.is_lit);
        let replies: Vec<Reply> = view.state.library.replies(note.id).cloned().collect();
        for reply in &replies {
            self.reply_ui(ui, view, reply, markdown);
        }
        let writes_here = match writing {
            Some(Writing::Note(of) | Writing::Reply(of, _)) => of == note.id,
            None => false,
        };
        if writes_here {
            finish_ui(ui, view);
        }
    }

    fn words_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        note: &Annotation,
        words: &str,
        is_written: bool,
    ) {
        let t = view.tokens;
        if let Some(passage) = note.passage() {
            let old = RichText::new(shortened(&passage.anchor.quote));
            ui.label(old.color(t.ink_soft).strikethrough());
        }
        if !is_written {
            let new = if words.is_empty() { "(nothing)" } else { words };
            ui.label(RichText::new(new).color(t.good));
            return;
        }
        let mut typed = words.to_owned();
        let field = TextEdit::multiline(&mut typed)
            .id_salt(("words", note.id.0))
            .desired_rows(2)
            .text_color(t.good)
            .desired_width(f32::INFINITY);
        let response = ui.add(field).accessible_name("Suggested words");
        if self.written != Some(Writing::Note(note.id)) {
            response.request_focus();
        }
        if response.changed() {
            view.ask(UserCommand::Margin(MarginCommand::TypeWords(
                note.id, typed,
            )));
        }
    }

    fn field_ui(&mut self, ui: &mut Ui, view: &mut View<'_>, writing: Writing, text: &str) {
        let mut typed = text.to_owned();
        let (hint, name) = match writing {
            Writing::Note(_) => ("What is to be said of this?", "Note in the margin"),
            Writing::Reply(..) => ("Reply…", "Reply"),
        };
        let field = TextEdit::multiline(&mut typed)
            .id_salt(("margin", salt(writing)))
            .hint_text(hint)
            .desired_rows(2)
            .desired_width(f32::INFINITY);
        let area = egui::ScrollArea::vertical().max_height(MAX_BODY_PT);
        let shown = area.auto_shrink([false, true]).show(ui, |ui| ui.add(field));
        let response = shown.inner.accessible_name(name);
        let is_new = self.written != Some(writing);
        if is_new && !ui.memory(|memory| memory.focused().is_some()) {
            response.request_focus();
        }
        self.written = Some(writing);
        if response.changed() {
            view.ask(UserCommand::Margin(MarginCommand::Type(writing, typed)));
        }
    }

    fn reply_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        reply: &Reply,
        markdown: &mut CommonMarkCache,
    ) {
        ui.separator();
        let writing = Writing::Reply(reply.annotation, reply.id);
        if view.state.margin.writing == Some(writing) {
            self.field_ui(ui, view, writing, &reply.body);
            return;
        }
        ui.horizontal(|ui| {
            let when = RichText::new(ago(reply.created, view.now)).size(size::SMALL);
            ui.label(
                icon(Icon::CornerDownRight)
                    .size(11.0)
                    .color(view.tokens.ink_soft),
            );
            ui.label(when.color(view.tokens.ink_soft));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if icon_button(ui, Icon::Trash2, "Remove reply").clicked() {
                    let remove = MarginCommand::RemoveReply(reply.annotation, reply.id);
                    view.ask(UserCommand::Margin(remove));
                }
                if icon_button(ui, Icon::Pencil, "Edit reply").clicked() {
                    view.ask(UserCommand::Margin(MarginCommand::Write(writing)));
                }
            });
        });
        ui.push_id(("reply", reply.id.0), |ui| {
            body_ui(ui, view, &reply.body, markdown);
        });
    }
}

/// What was written, as Markdown. Of a long text the beginning, with a bar: each frame sets it anew.
fn body_ui(ui: &mut Ui, view: &View<'_>, text: &str, markdown: &mut CommonMarkCache) {
    /// More than anyone reads in a margin.
    const MAX_SHOWN_BYTES: usize = 8 * 1024;
    /// Shorter texts take no bar.
    const SHORT_BYTES: usize = 1024;
    if text.len() <= SHORT_BYTES {
        CommonMarkViewer::new().show(ui, markdown, text);
        return;
    }
    let shown = &text[..text.floor_char_boundary(MAX_SHOWN_BYTES)];
    let area = egui::ScrollArea::vertical().max_height(MAX_BODY_PT);
    area.auto_shrink([false, true]).show(ui, |ui| {
        CommonMarkViewer::new().show(ui, markdown, shown);
        let n_left = (text.len() - shown.len()).div_ceil(1024);
        if n_left > 0 {
            let rest = format!("…and {n_left} KB more. Edit shows all of it");
            let rest = RichText::new(rest).size(size::SMALL);
            ui.label(rest.color(view.tokens.ink_soft));
        }
    });
}

fn salt(writing: Writing) -> (AnnotationId, ReplyId) {
    match writing {
        Writing::Note(id) => (id, ReplyId(0)),
        Writing::Reply(of, id) => (of, id),
    }
}

/// Ends the writing, also by key.
fn finish_ui(ui: &mut Ui, view: &mut View<'_>) {
    let is_by_key = ui.input_mut(|input| {
        input.consume_key(Modifiers::COMMAND, Key::Enter)
            || input.consume_key(Modifiers::NONE, Key::Escape)
    });
    let is_clicked = ui
        .horizontal(|ui| {
            let is_clicked = ui.button("Done").clicked();
            let hint = RichText::new("Ctrl+Enter · saved as you type").size(size::SMALL);
            ui.label(hint.color(view.tokens.ink_soft));
            is_clicked
        })
        .inner;
    if is_by_key || is_clicked {
        view.ask(UserCommand::Margin(MarginCommand::Finish));
        ui.memory_mut(egui::Memory::stop_text_input);
    }
    ui.allocate_space(vec2(0.0, 0.0));
}

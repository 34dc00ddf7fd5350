//! One note: what it says of the words, what was answered, and where it is written.

use egui::{
    Align, Color32, Frame, Key, Layout, Margin, Modifiers, Response, RichText, Sense, Stroke,
    TextEdit, Ui, UiBuilder, vec2,
};
use egui_commonmark::{CommonMarkCache, CommonMarkViewer};
use lucide_icons::Icon;
use postil_model::{
    Annotation, AnnotationId, AnnotationKind, AnnotationState, Placement, Reply, ReplyId,
};

use super::look::{icon_of, ink_of, name_of};
use crate::clock::ago;
use crate::command::UserCommand;
use crate::margin::{MarginCommand, Writing};
use crate::theme::{size, space};
use crate::view::View;
use crate::view::parts::{icon, icon_button};

/// How high a card is that is folded to one line.
pub(super) const STUB_PT: f32 = 26.0;

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
        head_ui(ui, view, card);
        place_ui(ui, view, card);
        let is_written = writing == Some(Writing::Note(note.id));
        if let AnnotationKind::Replacement { words } = &note.kind {
            self.words_ui(ui, view, note, words, is_written);
        }
        if is_written {
            self.field_ui(ui, view, Writing::Note(note.id), &note.body);
        } else if !note.body.trim().is_empty() {
            ui.push_id(("body", note.id.0), |ui| {
                CommonMarkViewer::new().show(ui, markdown, &note.body);
            });
        }
        if !note.tags.is_empty() {
            let tags: Vec<String> = note.tags.iter().map(|tag| format!("#{tag}")).collect();
            let tags = RichText::new(tags.join(" ")).size(size::SMALL);
            ui.label(tags.color(view.tokens.accent));
        }
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
        let response = ui.add(field).accessible_name(name);
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
            CommonMarkViewer::new().show(ui, markdown, &reply.body);
        });
    }
}

fn salt(writing: Writing) -> (AnnotationId, ReplyId) {
    match writing {
        Writing::Note(id) => (id, ReplyId(0)),
        Writing::Reply(of, id) => (of, id),
    }
}

fn stub_ui(ui: &mut Ui, view: &View<'_>, card: &Card<'_>) {
    let t = view.tokens;
    ui.horizontal(|ui| {
        let kind = &card.note.kind;
        ui.label(icon(icon_of(kind)).size(12.0).color(ink_of(kind, &t)));
        let words = match kind {
            AnnotationKind::Replacement { words } if card.note.body.is_empty() => words,
            _ => &card.note.body,
        };
        let first = words.lines().find(|line| !line.trim().is_empty());
        let first = first.unwrap_or(name_of(kind, view.state.library.settings()));
        let text = RichText::new(first).size(size::SMALL).color(t.ink);
        ui.add(egui::Label::new(text).truncate().selectable(false));
    });
}

fn head_ui(ui: &mut Ui, view: &mut View<'_>, card: &Card<'_>) {
    let t = view.tokens;
    let note = card.note;
    let is_resolved = matches!(note.state, AnnotationState::Resolved { .. });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        ui.set_min_height(26.0);
        ui.label(
            icon(icon_of(&note.kind))
                .size(13.0)
                .color(ink_of(&note.kind, &t)),
        );
        let name = name_of(&note.kind, view.state.library.settings());
        let text = RichText::new(name)
            .family(crate::fonts::semibold())
            .size(size::SMALL);
        ui.label(text.color(t.ink));
        let when = match note.state {
            AnnotationState::Draft => "draft".to_owned(),
            // The buttons need its room.
            AnnotationState::Open if card.is_lit => String::new(),
            AnnotationState::Open => ago(note.created, view.now),
            AnnotationState::Resolved { .. } => "resolved".to_owned(),
        };
        ui.label(RichText::new(when).size(size::SMALL).color(t.ink_soft));
        if !card.is_lit {
            return;
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            menu_ui(ui, view, note);
            let (of, name) = if is_resolved {
                (Icon::RotateCcw, "Reopen")
            } else {
                (Icon::Check, "Resolve")
            };
            if icon_button(ui, of, name).clicked() {
                let resolve = MarginCommand::Resolve(note.id, !is_resolved);
                view.ask(UserCommand::Margin(resolve));
            }
            if icon_button(ui, Icon::Reply, "Reply").clicked() {
                view.ask(UserCommand::Margin(MarginCommand::Reply(note.id)));
            }
        });
    });
}

fn menu_ui(ui: &mut Ui, view: &mut View<'_>, note: &Annotation) {
    let button = egui::Button::new(icon(Icon::Ellipsis)).frame_when_inactive(false);
    let menu = egui::containers::menu::MenuButton::from_button(button);
    let (response, _) = menu.ui(ui, |ui| {
        let choices = [
            (
                Icon::Pencil,
                "Edit",
                MarginCommand::Write(Writing::Note(note.id)),
            ),
            (Icon::Trash2, "Delete", MarginCommand::Remove(note.id)),
        ];
        for (of, name, command) in choices {
            if ui.button((icon(of), name)).accessible_name(name).clicked() {
                view.ask(UserCommand::Margin(command));
                ui.close();
            }
        }
        ui.separator();
        for (kind, name) in [
            (AnnotationKind::Comment, "Make it a comment"),
            (AnnotationKind::Question, "Make it a question"),
            (AnnotationKind::Deletion, "Suggest to delete instead"),
        ] {
            if kind == note.kind {
                continue;
            }
            let button = ui.button((icon(icon_of(&kind)), name));
            if button.accessible_name(name).clicked() {
                view.ask(UserCommand::Margin(MarginCommand::SetKind(note.id, kind)));
                ui.close();
            }
        }
    });
    response.accessible_name("More");
}

/// What became of the words, where they are not what they were.
fn place_ui(ui: &mut Ui, view: &mut View<'_>, card: &Card<'_>) {
    let t = view.tokens;
    let note = card.note;
    let Some(passage) = note.passage() else {
        return;
    };
    let text = view.state.shown().map(|parsed| parsed.text());
    let words_at = |range: &std::ops::Range<usize>| {
        text.and_then(|text| text.get(range.clone())).unwrap_or("")
    };
    match card.placement {
        Some(Placement::Changed { range, .. }) => {
            notice(ui, t.warn, "The words have changed");
            let old = RichText::new(shortened(&passage.sought().quote)).size(size::SMALL);
            ui.label(old.color(t.bad).strikethrough());
            let new = RichText::new(shortened(words_at(range))).size(size::SMALL);
            ui.label(new.color(t.good));
            if ui
                .button("Confirm")
                .on_hover_text("It is about the new words")
                .clicked()
            {
                let bind = MarginCommand::Bind(note.id, range.clone());
                view.ask(UserCommand::Margin(bind));
            }
        }
        Some(Placement::Moved { .. }) => notice(ui, t.ink_soft, "The words were moved here"),
        Some(Placement::Ambiguous { candidates }) => {
            notice(
                ui,
                t.warn,
                "Several places have these words. Which is meant?",
            );
            let mut chosen = None;
            for candidate in candidates.iter().take(4) {
                let line = view
                    .state
                    .shown()
                    .map_or(0, |parsed| parsed.line_of(candidate.start));
                let words = format!("Line {line}: {}", shortened(words_at(candidate)));
                let button = egui::Button::new(RichText::new(words).size(size::SMALL)).truncate();
                if ui.add(button).clicked() {
                    chosen = Some(candidate.clone());
                }
            }
            if let Some(range) = chosen {
                view.ask(UserCommand::Margin(MarginCommand::Bind(note.id, range)));
            }
        }
        _ => {}
    }
}

fn notice(ui: &mut Ui, color: Color32, words: &str) {
    ui.label(RichText::new(words).size(size::SMALL).color(color));
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

/// The first words of a text, on one line.
fn shortened(text: &str) -> String {
    const MAX_CHARS: usize = 120;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MAX_CHARS {
        return line;
    }
    let short: String = line.chars().take(MAX_CHARS).collect();
    format!("{short}…")
}

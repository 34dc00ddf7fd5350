//! The tags of a note: small words below it, and a field for more.

use egui::{Button, Key, RichText, TextEdit, Ui};
use lucide_icons::Icon;
use postil_model::{Annotation, AnnotationId, clean_tags};

use crate::command::UserCommand;
use crate::margin::MarginCommand;
use crate::theme::{size, space};
use crate::view::View;
use crate::view::parts::icon;

/// The tag that is being typed.
#[derive(Debug, Default)]
pub(super) struct Tags {
    typed: Option<(AnnotationId, String)>,
    is_begun: bool,
}

impl Tags {
    /// A tag is to be typed for this note.
    pub(super) fn begin(&mut self, note: AnnotationId) {
        self.typed = Some((note, String::new()));
        self.is_begun = true;
    }

    /// Paints the tags; while the card is lit each can be taken off.
    pub(super) fn tags_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        note: &Annotation,
        is_lit: bool,
    ) {
        let is_typed = matches!(&self.typed, Some((of, _)) if *of == note.id);
        if note.tags.is_empty() && !is_typed {
            return;
        }
        let accent = view.tokens.accent;
        let mut rest = None;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            for (i, tag) in note.tags.iter().enumerate() {
                let text = RichText::new(format!("#{tag}"))
                    .size(size::SMALL)
                    .color(accent);
                if !is_lit {
                    ui.label(text);
                    continue;
                }
                let cross = icon(Icon::X).size(10.0).color(view.tokens.ink_soft);
                let chip = ui.add(Button::new((text, cross)).small());
                let chip = chip.on_hover_text("Take this tag off");
                if chip
                    .accessible_name(format!("Take off the tag {tag}"))
                    .clicked()
                {
                    let mut tags = note.tags.clone();
                    tags.remove(i);
                    rest = Some(tags);
                }
            }
        });
        if is_typed {
            rest = self.field_ui(ui, note).or(rest);
        }
        if let Some(tags) = rest {
            view.ask(UserCommand::Margin(MarginCommand::Tag(note.id, tags)));
        }
    }

    /// The field; gives all tags of the note once more were typed.
    fn field_ui(&mut self, ui: &mut Ui, note: &Annotation) -> Option<Vec<String>> {
        let (_, typed) = self.typed.as_mut()?;
        let field = TextEdit::singleline(typed)
            .hint_text("#tag")
            .font(egui::FontId::proportional(size::SMALL))
            .desired_width(120.0);
        let field = ui.add(field).accessible_name("Tags");
        if std::mem::take(&mut self.is_begun) {
            field.request_focus();
        }
        if !field.lost_focus() {
            return None;
        }
        let is_left = ui.input(|input| input.key_pressed(Key::Escape));
        let (_, typed) = self.typed.take()?;
        let more = clean_tags(&typed);
        if is_left || more.is_empty() {
            return None;
        }
        let all: Vec<_> = note.tags.iter().chain(&more).map(String::as_str).collect();
        Some(clean_tags(&all.join(" ")))
    }
}

//! Names that become text fields when they are clicked.

use egui::{FontId, Id, Key, Label, Response, RichText, Sense, TextEdit, Ui};

/// The one name that is being changed, if any.
#[derive(Debug, Default)]
pub(super) struct Editing {
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    id: Id,
    text: String,
    has_had_focus: bool,
}

/// How a name is shown.
pub(super) struct Name<'a> {
    /// The name now.
    pub(super) text: &'a str,
    /// What it names, for screen readers: `Name of the phase`.
    pub(super) what: &'a str,
    /// Its face.
    pub(super) font: FontId,
    /// Its look.
    pub(super) rich: RichText,
    /// Whether it may take several lines.
    pub(super) is_multiline: bool,
}

impl Editing {
    /// Starts changing the name that is shown under `id`.
    pub(super) fn start(&mut self, id: Id, text: &str) {
        self.open = Some(Open {
            id,
            text: text.to_owned(),
            has_had_focus: false,
        });
    }

    /// Shows a name, or the field that it became. `Some` when another was typed: by Enter, or by
    /// going elsewhere. Escape leaves it as it was.
    pub(super) fn name_ui(
        &mut self,
        ui: &mut Ui,
        id: Id,
        name: &Name<'_>,
    ) -> (Response, Option<String>) {
        let Some(open) = self.open.as_mut().filter(|open| open.id == id) else {
            let label = Label::new(name.rich.clone())
                .selectable(false)
                .sense(Sense::click());
            let label = if name.is_multiline {
                label.wrap()
            } else {
                label.truncate()
            };
            let response = ui.add(label).on_hover_cursor(egui::CursorIcon::Text);
            if response.clicked() {
                self.start(id, name.text);
            }
            return (response, None);
        };
        let field = if name.is_multiline {
            TextEdit::multiline(&mut open.text).desired_rows(2)
        } else {
            TextEdit::singleline(&mut open.text)
        };
        let field = field
            .id(id.with("field"))
            .font(name.font.clone())
            .desired_width(f32::INFINITY);
        let response = ui.add(field).accessible_name(name.what);
        if !open.has_had_focus {
            open.has_had_focus = true;
            response.request_focus();
            return (response, None);
        }
        let (is_cancelled, is_entered) = ui.input(|input| {
            let is_entered =
                input.key_pressed(Key::Enter) && (!name.is_multiline || input.modifiers.command);
            (input.key_pressed(Key::Escape), is_entered)
        });
        if !(is_cancelled || is_entered || response.lost_focus()) {
            return (response, None);
        }
        let typed = self.open.take().map(|open| open.text);
        let typed = typed.filter(|typed| !is_cancelled && typed != name.text);
        (response, typed)
    }
}

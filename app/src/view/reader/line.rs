//! Going to a line of the file.

use egui::{Key, RichText, TextEdit, Ui};
use postil_model::markdown::Parsed;

use crate::command::UserCommand;
use crate::theme::{size, space};
use crate::view::View;

/// The line that is typed.
#[derive(Debug, Default)]
pub(super) struct Line {
    digits: String,
    was_open: bool,
}

impl Line {
    pub(super) fn close(&mut self) {
        *self = Self::default();
    }

    /// Paints the field. Gives the byte to go to, once a line is chosen.
    pub(super) fn bar_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        parsed: &Parsed,
    ) -> Option<usize> {
        let mut to = None;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let field = TextEdit::singleline(&mut self.digits)
                .hint_text("Line of the file")
                .desired_width(140.0);
            let field = ui.add(field).accessible_name("Line of the file");
            if !self.was_open {
                self.was_open = true;
                field.request_focus();
            }
            self.digits.retain(|c| c.is_ascii_digit());
            if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
                let line = self.digits.parse().unwrap_or(1);
                to = Some(parsed.line_start(line));
                view.ask(UserCommand::ShowBar(None));
            }
            let color = view.tokens.ink_soft;
            ui.label(
                RichText::new("Enter goes there, Esc closes")
                    .size(size::SMALL)
                    .color(color),
            );
        });
        to
    }
}

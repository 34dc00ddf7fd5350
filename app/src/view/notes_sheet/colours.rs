//! What the colours of highlights are called.

use egui::{Sense, TextEdit, Ui, vec2};
use postil_model::HIGHLIGHT_COLOUR_NAMES;

use super::aside;
use crate::command::UserCommand;
use crate::margin::MarginCommand;
use crate::theme::space;
use crate::view::View;

/// The names as they are typed.
#[derive(Debug, Default)]
pub(super) struct Colours {
    pub(super) is_open: bool,
    /// The colour whose field has the keys, and what is in it.
    typed: Option<(usize, String)>,
}

impl Colours {
    /// Paints a field for each colour. A name holds once its field is left.
    pub(super) fn colours_ui(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        let words = "What each colour means to you. Hints, notes, lists and feedback say it.";
        ui.label(aside(view, words));
        ui.horizontal_wrapped(|ui| {
            for (colour, usual) in HIGHLIGHT_COLOUR_NAMES.iter().enumerate() {
                ui.horizontal(|ui| self.colour_ui(ui, view, colour, usual));
            }
        });
        ui.add_space(space::S);
    }

    fn colour_ui(&mut self, ui: &mut Ui, view: &mut View<'_>, colour: usize, usual: &str) {
        let (rect, _) = ui.allocate_exact_size(vec2(18.0, 22.0), Sense::hover());
        let t = view.tokens;
        let pen = t.pens[colour];
        ui.painter().circle(rect.center(), 7.0, pen, (1.0, t.line));
        let own = &view.state.library.settings().highlight_names[colour];
        let mut name = match &self.typed {
            Some((of, typed)) if *of == colour => typed.clone(),
            _ => own.clone(),
        };
        let field = TextEdit::singleline(&mut name)
            .hint_text(usual)
            .desired_width(112.0);
        let field = ui.add(field).accessible_name(format!("Name of {usual}"));
        if field.changed() {
            self.typed = Some((colour, name.clone()));
        }
        if field.lost_focus() && name != *own {
            self.typed = None;
            let colour = colour as u8;
            view.ask(UserCommand::Margin(MarginCommand::NameColour(colour, name)));
        }
    }
}

//! What is painted, from the state as it is; and what panels keep for themselves meanwhile.

mod backups;
mod documents;
mod drop;
mod edit;
mod health;
mod help;
mod history;
mod libraries;
mod margin;
mod notes;
mod notes_sheet;
mod notices;
mod outline;
mod overview;
mod page;
mod parts;
mod phases;
mod plans;
mod quit;
mod reader;
mod recovery;
mod toolbar;
mod welcome;

use egui::{CentralPanel, Frame, Margin, Panel, Ui};
use postil_model::{Settings, Timestamp};

use crate::command::UserCommand;
use crate::state::State;
use crate::theme::{Tokens, space};

pub use reader::Reader;

/// What a panel may see, and where it puts what was asked for.
#[derive(Debug)]
pub struct View<'a> {
    /// The state of this frame.
    pub state: &'a State,
    /// Commands for the next one.
    pub asked: &'a mut Vec<UserCommand>,
    /// The time.
    pub now: Timestamp,
    /// The colours of the theme.
    pub tokens: Tokens,
}

impl View<'_> {
    fn ask(&mut self, command: UserCommand) {
        self.asked.push(command);
    }
}

/// What panels keep between frames: the text being typed, what is being dragged, layout caches.
#[derive(Debug, Default)]
pub struct Panels {
    edit: edit::Editing,
    history: history::HistorySheet,
    notes: notes::Notes,
    notes_sheet: notes_sheet::NotesSheet,
    phases: phases::Phases,
    plan_notes: margin::PlanNotes,
    plans: plans::Plans,
    reader: Reader,
    width: Option<f32>,
}

impl Panels {
    /// Whether something on its way to a panel would change the picture.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.reader.is_busy()
    }
}

/// Paints the window.
pub fn window_ui(ui: &mut Ui, view: &mut View<'_>, panels: &mut Panels) {
    let has_plans = view.state.library.plans().next().is_some();
    if has_plans || view.state.open_plan.is_some() {
        split_ui(ui, view, panels);
    } else {
        CentralPanel::default()
            .frame(Frame::new().fill(view.tokens.paper))
            .show(ui, |ui| welcome::welcome_ui(ui, view));
    }
    notices::notices_ui(ui, view);
    help::help_ui(ui, view);
    health::health_sheet_ui(ui, view);
    panels.notes_sheet.notes_sheet_ui(ui, view);
    panels.history.history_ui(ui, view);
    recovery::recovery_ui(ui, view);
    quit::quit_ui(ui, view);
    drop::drop_ui(ui, view);
}

/// The overview and the reader, and the line between them that is dragged.
fn split_ui(ui: &mut Ui, view: &mut View<'_>, panels: &mut Panels) {
    let whole = ui.available_width();
    let (least, most) = (*Settings::SPLIT_RANGE.start(), *Settings::SPLIT_RANGE.end());
    // Narrower than this, the overview's lines would break at every word.
    let least_pt = (whole * least).max(240.0).min(whole * most);
    let wanted = (view.state.library.settings().split * whole).clamp(least_pt, whole * most);
    let mut panel = Panel::left("overview")
        .resizable(true)
        .default_size(wanted)
        .size_range(least_pt..=whole * most)
        .frame(Frame::new().fill(view.tokens.panel));
    // Another window width asks for the same part of it; a drag asks for another part.
    let is_new_width = panels.width != Some(whole);
    panels.width = Some(whole);
    if is_new_width {
        panel = panel.exact_size(wanted);
    }
    let shown = panel.show(ui, |ui| overview::overview_ui(ui, view, panels));
    let split = shown.response.rect.width() / whole;
    if !is_new_width && (split - wanted / whole).abs() > 0.002 {
        view.ask(UserCommand::SetSplit(split));
    }

    CentralPanel::default()
        .frame(Frame::new().fill(view.tokens.paper))
        .show(ui, |ui| {
            let margin = Margin::symmetric(space::M as i8, space::S as i8);
            Panel::top("toolbar")
                .frame(Frame::new().inner_margin(margin))
                .show(ui, |ui| toolbar::toolbar_ui(ui, view));
            CentralPanel::default()
                .frame(Frame::new())
                .show(ui, |ui| panels.reader.reader_ui(ui, view));
        });
}

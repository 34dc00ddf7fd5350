//! The one table of what can be asked for by key: it feeds the keys, the tooltips and the help sheet.

use egui::{Key, KeyboardShortcut, Modifiers, PointerButton};
use postil_model::Page;

use crate::command::UserCommand;
use crate::margin::MarginCommand;
use crate::state::{Bar, Sheet, State};

/// Something that a key asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Choose a folder to register.
    OpenFolder,
    /// The list of plans, and back.
    Plans,
    /// The document after the open one.
    NextDocument,
    /// The document before it.
    PreviousDocument,
    /// Where the reader was before.
    Back,
    /// Where the reader was before going back.
    Forward,
    /// Find words in the document.
    Find,
    /// Go to a line of the file.
    GoToLine,
    /// Larger letters on the page.
    LargerText,
    /// Smaller ones.
    SmallerText,
    /// The usual ones.
    UsualText,
    /// Compare the folder with what is shown.
    Rescan,
    /// Do again what was undone last.
    Redo,
    /// Take back what was done last.
    Undo,
    /// The list of all notes.
    Notes,
    /// The next note.
    NextNote,
    /// The one before.
    PreviousNote,
    /// What was done and what was removed.
    History,
    /// The help sheet, and away with it.
    Help,
}

/// A row of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// What it does.
    pub action: Action,
    /// Its name on buttons and in the help sheet.
    pub label: &'static str,
    /// Its key.
    pub shortcut: KeyboardShortcut,
}

const fn ctrl(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

/// All of them, in the order of the help sheet.
pub const TABLE: &[Entry] = &[
    Entry {
        action: Action::OpenFolder,
        label: "Open folder…",
        shortcut: ctrl(Key::O),
    },
    Entry {
        action: Action::Plans,
        label: "All plans",
        shortcut: ctrl(Key::P),
    },
    Entry {
        action: Action::NextDocument,
        label: "Next document",
        shortcut: ctrl(Key::PageDown),
    },
    Entry {
        action: Action::PreviousDocument,
        label: "Previous document",
        shortcut: ctrl(Key::PageUp),
    },
    Entry {
        action: Action::Back,
        label: "Back",
        shortcut: KeyboardShortcut::new(Modifiers::ALT, Key::ArrowLeft),
    },
    Entry {
        action: Action::Forward,
        label: "Forward",
        shortcut: KeyboardShortcut::new(Modifiers::ALT, Key::ArrowRight),
    },
    Entry {
        action: Action::Find,
        label: "Find in this document",
        shortcut: ctrl(Key::F),
    },
    Entry {
        action: Action::GoToLine,
        label: "Go to a line",
        shortcut: ctrl(Key::G),
    },
    Entry {
        action: Action::LargerText,
        label: "Larger text",
        shortcut: ctrl(Key::Plus),
    },
    Entry {
        action: Action::SmallerText,
        label: "Smaller text",
        shortcut: ctrl(Key::Minus),
    },
    Entry {
        action: Action::UsualText,
        label: "Usual text size",
        shortcut: ctrl(Key::Num0),
    },
    Entry {
        action: Action::Rescan,
        label: "Look at the folder again",
        shortcut: ctrl(Key::R),
    },
    // Before undo, whose key is a part of this one's.
    Entry {
        action: Action::Redo,
        label: "Redo",
        shortcut: KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z),
    },
    Entry {
        action: Action::Undo,
        label: "Undo",
        shortcut: ctrl(Key::Z),
    },
    Entry {
        action: Action::Notes,
        label: "Notes, and handing them back",
        shortcut: ctrl(Key::E),
    },
    Entry {
        action: Action::NextNote,
        label: "Next note",
        shortcut: KeyboardShortcut::new(Modifiers::ALT, Key::ArrowDown),
    },
    Entry {
        action: Action::PreviousNote,
        label: "Previous note",
        shortcut: KeyboardShortcut::new(Modifiers::ALT, Key::ArrowUp),
    },
    Entry {
        action: Action::History,
        label: "History and trash",
        shortcut: ctrl(Key::H),
    },
    Entry {
        action: Action::Help,
        label: "Keys and help",
        shortcut: KeyboardShortcut::new(Modifiers::NONE, Key::F1),
    },
];

impl Action {
    /// Its row.
    #[must_use]
    pub fn entry(self) -> &'static Entry {
        let row = TABLE.iter().find(|entry| entry.action == self);
        // Every action has a row: a test goes through them all.
        row.unwrap_or(&TABLE[0])
    }

    /// Its name and its key, for a tooltip.
    #[must_use]
    pub fn tooltip(self, ctx: &egui::Context) -> String {
        let entry = self.entry();
        format!("{} ({})", entry.label, ctx.format_shortcut(&entry.shortcut))
    }

    /// What it asks of the state; `None` while it makes no sense.
    #[must_use]
    pub fn command(self, state: &State) -> Option<UserCommand> {
        let position = || {
            let open = state.document.as_ref()?.id;
            state.listing.iter().position(|id| *id == open)
        };
        match self {
            Self::OpenFolder => Some(UserCommand::ChooseFolder),
            Self::Plans => {
                let has_plans = state.library.plans().next().is_some();
                has_plans.then_some(UserCommand::ShowPlans(!state.shows_plans))
            }
            Self::NextDocument => {
                let has_next =
                    position().map_or(!state.listing.is_empty(), |i| i + 1 < state.listing.len());
                has_next.then_some(UserCommand::NextDocument)
            }
            Self::PreviousDocument => {
                let has_previous = position().is_some_and(|i| i > 0);
                has_previous.then_some(UserCommand::PreviousDocument)
            }
            Self::Back => (!state.trail.back.is_empty()).then_some(UserCommand::GoBack),
            Self::Forward => (!state.trail.forward.is_empty()).then_some(UserCommand::GoForward),
            Self::Find => state.shown().map(|_| Bar::Find.shown()),
            Self::GoToLine => state.shown().map(|_| Bar::Line.shown()),
            Self::LargerText => Some(text_size(state, |pt| pt + 1.0)),
            Self::SmallerText => Some(text_size(state, |pt| pt - 1.0)),
            Self::UsualText => Some(text_size(state, |_| Page::default().text_size)),
            Self::Rescan => state.open_plan.map(|_| UserCommand::Rescan),
            Self::Redo => state.history.next_redo().map(|_| UserCommand::Redo),
            Self::Undo => {
                let is_typed = state.unsaved_words.is_some();
                (is_typed || state.history.next_undo().is_some()).then_some(UserCommand::Undo)
            }
            Self::Notes => state.open_plan.map(|_| Sheet::Notes.toggled(state)),
            Self::NextNote => step_note(state, true),
            Self::PreviousNote => step_note(state, false),
            Self::History => Some(Sheet::History.toggled(state)),
            Self::Help => Some(Sheet::Help.toggled(state)),
        }
    }
}

/// The page with letters of another size.
fn text_size(state: &State, change: impl Fn(f32) -> f32) -> UserCommand {
    let page = state.library.settings().page;
    UserCommand::SetPage(Page {
        text_size: change(page.text_size),
        ..page
    })
}

fn step_note(state: &State, is_forward: bool) -> Option<UserCommand> {
    let has_notes = !state.margin.places.is_empty();
    let step = MarginCommand::Step { is_forward };
    has_notes.then_some(UserCommand::Margin(step))
}

/// What the keys of this frame ask for; takes them away from the panels.
#[must_use]
pub fn take_keys(ctx: &egui::Context, state: &State) -> Vec<UserCommand> {
    let is_typing = ctx.text_edit_focused();
    let pressed = |entry: &&Entry| ctx.input_mut(|input| input.consume_shortcut(&entry.shortcut));
    // The same keys as layouts and mice have them.
    let more = ctx.input_mut(|input| {
        let plus = input.consume_shortcut(&ctrl(Key::Equals));
        let pressed = |button| input.pointer.button_pressed(button);
        let buttons = [
            (plus, Action::LargerText),
            (pressed(PointerButton::Extra1), Action::Back),
            (pressed(PointerButton::Extra2), Action::Forward),
        ];
        buttons.map(|(is_pressed, action)| is_pressed.then_some(action))
    });
    let more = more
        .into_iter()
        .flatten()
        .filter_map(|action| action.command(state));
    let more: Vec<UserCommand> = more.collect();
    TABLE
        .iter()
        // A field undoes its own typing.
        .filter(|entry| !is_typing || !matches!(entry.action, Action::Undo | Action::Redo))
        .filter(pressed)
        .filter_map(|entry| entry.action.command(state))
        .chain(more)
        .collect()
}

impl Bar {
    /// Shows it.
    fn shown(self) -> UserCommand {
        UserCommand::ShowBar(Some(self))
    }
}

impl Sheet {
    /// Shows it, or puts it away.
    fn toggled(self, state: &State) -> UserCommand {
        UserCommand::ShowSheet((state.sheet != Some(self)).then_some(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_row_and_a_key_of_its_own() {
        for action in [
            Action::OpenFolder,
            Action::Plans,
            Action::NextDocument,
            Action::PreviousDocument,
            Action::Back,
            Action::Forward,
            Action::Find,
            Action::GoToLine,
            Action::LargerText,
            Action::SmallerText,
            Action::UsualText,
            Action::Rescan,
            Action::Redo,
            Action::Undo,
            Action::History,
            Action::Help,
        ] {
            assert_eq!(action.entry().action, action);
        }
        for (i, entry) in TABLE.iter().enumerate() {
            assert!(
                TABLE[..i]
                    .iter()
                    .all(|other| other.shortcut != entry.shortcut)
            );
        }
    }
}

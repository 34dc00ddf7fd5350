//! What the store's thread reports.

use postil_store::{Access, Event};

use super::Update;
use crate::effects::Effect;
use crate::state::{StoreState, Tone};

impl Update<'_> {
    pub(super) fn store_event(&mut self, event: Event) {
        match event {
            Event::Opened {
                library,
                history,
                problems,
                access,
                recovery,
                ..
            } => {
                self.state.library = library;
                self.history_is_known(history);
                self.state.store = StoreState::Open {
                    committed: 0,
                    waiting: None,
                };
                self.state.repaired_percent = None;
                self.state.recovery = recovery.map(|recovery| recovery.to_string());
                if let Access::ReadOnly { why } = access {
                    let why = why.to_string();
                    self.problem(why.clone());
                    self.state.store = StoreState::Unavailable { why };
                }
                if !problems.is_empty() {
                    for problem in &problems {
                        tracing::error!("a record was set aside: {problem:?}");
                    }
                    self.problem(format!(
                        "{} could not be read and {} kept aside; the rest is here",
                        count(problems.len(), "record"),
                        if problems.len() == 1 { "is" } else { "are" },
                    ));
                }
                self.library_is_known();
            }
            Event::Repairing { progress } => {
                self.state.repaired_percent = Some((progress.clamp(0.0, 1.0) * 100.0) as u8);
            }
            Event::BackedUp { backup } => {
                if std::mem::take(&mut self.state.asked_for_backup) {
                    self.tell(
                        Tone::Info,
                        format!("Backed up: {}", backup.file.display()),
                        None,
                    );
                    self.effects.push(Effect::ListBackups);
                }
            }
            Event::BackupFailed { error } => {
                self.state.asked_for_backup = false;
                self.problem(error.to_string());
            }
            Event::OpenFailed { error } => {
                let why = error.to_string();
                self.problem(format!("Nothing will be kept in this session. {why}"));
                self.state.store = StoreState::Unavailable { why };
                self.library_is_known();
            }
            Event::Committed { revision } => {
                if let StoreState::Open { committed, waiting } = &mut self.state.store {
                    *committed = revision.max(*committed);
                    *waiting = None;
                }
            }
            Event::TooLarge {
                n_bytes, max_bytes, ..
            } => self.problem(format!(
                "This is too long to be kept ({} of at most {} KB): copy it to a file of your own",
                n_bytes / 1024,
                max_bytes / 1024,
            )),
            Event::EntryTooLarge { label, .. } => self.problem(format!(
                "“{label}” is kept, but is too long to be undone after the next start"
            )),
            Event::Ops { problem } => {
                if let Some(error) = problem {
                    self.problem(error.to_string());
                }
            }
            Event::Text { id, text } => {
                self.older_text_arrived(id, text.as_ref());
                self.old_text_arrived(id, text.clone());
                self.read_text_arrived(id, text);
            }
            Event::Waiting { n_changes, error } => {
                if let StoreState::Open { waiting, .. } = &mut self.state.store {
                    let changes = count(n_changes, "change");
                    *waiting = Some(format!("{changes} waiting to be saved. {error}"));
                }
            }
        }
    }
}

/// `1 change`, `2 changes`.
pub(crate) fn count(n: usize, what: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {what}{s}")
}

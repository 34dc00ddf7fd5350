//! What the store's thread reports.

use postil_store::Event;

use super::Update;
use crate::state::StoreState;

impl Update<'_> {
    pub(super) fn store_event(&mut self, event: Event) {
        match event {
            Event::Opened {
                library, problems, ..
            } => {
                self.state.library = library;
                self.state.store = StoreState::Open {
                    committed: 0,
                    waiting: None,
                };
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

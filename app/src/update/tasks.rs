//! Tasks that are ticked on the page: the one change that is made in a plan's files, and the way
//! back from it.

use postil_model::{Document, DocumentId, Entry, EntryId, PlanId, TextId, Tick};
use postil_watcher::{ContentHash, FileEntry, Request, RootId, TextEdit, WriteError, Written};

use super::Update;
use crate::command::UserCommand;
use crate::effects::Effect;
use crate::state::{Content, OpenDocument, Tone};

/// A task on its way into its file.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Ticking {
    pub(crate) plan: PlanId,
    pub(crate) tick: Tick,
    pub(crate) turn: Turn,
    /// The file had changed, and this is for what it holds now.
    pub(crate) is_again: bool,
}

/// Why a task is ticked or unticked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Turn {
    /// A person clicked it.
    Done,
    /// To take back this entry of the history.
    Undo(EntryId),
    /// To do this entry of the history again.
    Redo(EntryId),
}

impl Turn {
    fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Undo(_) => "undone",
            Self::Redo(_) => "done again",
        }
    }
}

impl Update<'_> {
    /// A person clicked the box of the task whose mark is this byte of the text that is shown.
    pub(super) fn toggle_task(&mut self, mark: usize) {
        let Some(open) = &self.state.document else {
            return;
        };
        let Content::Shown(parsed) = &open.content else {
            return;
        };
        if let Some(tick) = Tick::toggle(open.id, parsed.text(), mark) {
            let ticking = Ticking {
                plan: open.plan,
                tick,
                turn: Turn::Done,
                is_again: false,
            };
            self.tick(ticking);
        }
    }

    /// Ticks a task, at once if its document is shown; else it is opened first: a person sees what
    /// changes in their files.
    pub(super) fn tick(&mut self, ticking: Ticking) {
        let (plan, id) = (ticking.plan, ticking.tick.document);
        let document = self.state.library.document(plan, id);
        if document.is_none_or(|document| document.missing.is_some()) {
            return self.not_ticked(&ticking, "its file is not there");
        }
        let is_open = |open: &OpenDocument| (open.plan, open.id) == (plan, id);
        let open = self.state.document.as_ref().filter(|open| is_open(open));
        match open.map(|open| (&open.content, open.shown)) {
            Some((Content::Shown(parsed), Some(shown))) => {
                let mark = ticking.tick.find(parsed.text());
                self.write_tick(ticking, mark, ContentHash(shown.0));
            }
            Some((Content::Failed(why), _)) => {
                let why = why.clone();
                self.not_ticked(&ticking, &why);
            }
            Some(_) => self.state.wanted.tick = Some(ticking),
            None => {
                self.state.wanted.tick = Some(ticking);
                if self.state.open_plan != Some(plan) {
                    self.open_plan(plan);
                }
                self.leave_place();
                self.open_document(id, None);
            }
        }
    }

    /// The open document's text is there, or will not come.
    pub(super) fn go_on_ticking(&mut self) {
        if let Some(ticking) = self.state.wanted.tick.take() {
            let id = ticking.tick.document;
            if self
                .state
                .document
                .as_ref()
                .is_some_and(|open| open.id == id)
            {
                self.tick(ticking);
            }
        }
    }

    fn write_tick(&mut self, ticking: Ticking, mark: Option<usize>, expected: ContentHash) {
        let (plan, id) = (ticking.plan, ticking.tick.document);
        let document = self.state.library.document(plan, id);
        let (Some(mark), Some(Document { path, .. })) = (mark, document.cloned()) else {
            return self.not_ticked(&ticking, "the document was changed since, look at it again");
        };
        let ticket = self.ticket();
        let edit = TextEdit {
            range: mark..mark + 1,
            text: ticking.tick.after.to_string(),
        };
        self.state.ticking.insert(ticket, ticking);
        self.effects.push(Effect::Watch(Request::Write {
            ticket,
            root: RootId(plan.0),
            path,
            expected,
            edits: vec![edit],
        }));
    }

    /// What came of writing into a file.
    pub(super) fn written(
        &mut self,
        ticket: u64,
        root: RootId,
        result: Result<Written, WriteError>,
    ) {
        let ticking = self.state.ticking.remove(&ticket);
        match result {
            Ok(written) => {
                if !written.is_durable {
                    tracing::warn!("a folder could not be synced after a change in it");
                }
                let hash = written.document.hash;
                let open = self.state.document.as_ref();
                let was_read = open.is_some_and(|open| open.hunks.is_empty());
                self.found_in_file(root, written.document);
                if let Some(ticking) = ticking {
                    let open = self.state.document.as_ref();
                    let is_shown = open.is_some_and(|open| open.shown == Some(TextId(hash.0)));
                    if was_read && is_shown {
                        // Nobody has to read what they did themselves.
                        self.mark_read();
                    }
                    self.ticked(&ticking);
                }
            }
            Err(WriteError::Conflict { fresh, path }) => {
                // The fresh text is shown, whether or not the task is still in it.
                let (mark, hash) = match &ticking {
                    Some(ticking) => (ticking.tick.find(&fresh.text), fresh.hash),
                    None => (None, fresh.hash),
                };
                self.found_in_file(root, *fresh);
                match ticking {
                    Some(ticking) if !ticking.is_again => {
                        let again = Ticking {
                            is_again: true,
                            ..ticking
                        };
                        self.write_tick(again, mark, hash);
                    }
                    Some(ticking) => self.not_ticked(&ticking, "another program keeps writing it"),
                    None => self.problem(format!("The file has changed since it was read: {path}")),
                }
            }
            Err(error) => match ticking {
                Some(ticking) => self.not_ticked(&ticking, &error.to_string()),
                None => self.problem(error.to_string()),
            },
        }
    }

    fn found_in_file(&mut self, root: RootId, document: postil_watcher::Document) {
        let entry = FileEntry {
            path: document.path.clone(),
            stamp: document.stamp,
            hash: Some(document.hash),
            problem: None,
        };
        self.changed(root, &entry, Some(document));
    }

    /// It is in the file: now it is part of the history.
    fn ticked(&mut self, ticking: &Ticking) {
        let (history, library) = (&self.state.history, &self.state.library);
        let is_next = |next: Option<&Entry>, id| next.is_some_and(|e| e.id == id);
        let turned = match ticking.turn {
            Turn::Undo(id) if is_next(history.next_undo(), id) => {
                history.undo(library, self.env.now).ok()
            }
            Turn::Redo(id) if is_next(history.next_redo(), id) => {
                history.redo(library, self.env.now).ok()
            }
            // By hand, or something else was done in the meantime.
            _ => None,
        };
        let tick = || ticking.tick.clone();
        let entry = turned.map_or_else(
            || history.record_tick(tick(), self.env.now),
            |(entry, _)| entry,
        );
        let label = entry.label.clone();
        self.write(Vec::new(), Some(entry));
        match ticking.turn {
            Turn::Done => {}
            Turn::Undo(_) => {
                let redo = Some(("Redo", UserCommand::Redo));
                self.tell(Tone::Info, format!("Undone: {label}"), redo);
            }
            Turn::Redo(_) => {
                let undo = Some(("Undo", UserCommand::Undo));
                self.tell(Tone::Info, format!("Done again: {label}"), undo);
            }
        }
        self.go_on_through_history();
    }

    fn not_ticked(&mut self, ticking: &Ticking, why: &str) {
        self.state.history_goal = None;
        let words = ticking.tick.task.words();
        let how = ticking.turn.name();
        self.problem(match ticking.turn {
            Turn::Done => format!("“{words}” was not ticked: {why}"),
            _ => format!("“{}” was not {how}: {why}", ticking.tick.label()),
        });
    }

    /// The plan of a document, whichever it is.
    pub(super) fn plan_of(&self, document: DocumentId) -> Option<PlanId> {
        let library = &self.state.library;
        let mut plans = library.plans().map(|plan| plan.id);
        plans.find(|plan| library.document(*plan, document).is_some())
    }
}

#[cfg(test)]
#[path = "tasks_tests.rs"]
mod tests;

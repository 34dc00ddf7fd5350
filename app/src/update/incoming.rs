//! Notes that come in from a file of Web Annotations: looked at first, then taken over as one change.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use postil_model::{Change, DocumentId, Entry, Step};
use postil_store::Text;
use postil_store::web_annotation::{Import, ReadError};

use super::{Update, count};
use crate::command::UserCommand;
use crate::effects::Effect;
use crate::gather::{Incoming, Purpose};
use crate::state::{Sheet, Tone};

/// An entry of more cannot be kept in the journal for certain: it takes 4 MB, and this is an estimate.
const MAX_ENTRY_BYTES: usize = 1 << 20;

impl Update<'_> {
    /// Reads such a file for the open plan.
    pub(super) fn import_notes(&mut self, file: PathBuf) {
        if self.state.open_plan.is_none() {
            self.problem("Open the plan first that the notes are for");
            return;
        }
        self.effects.push(Effect::ReadNotes(file));
    }

    /// Of paths that are to be opened, those that are files of notes: the first is looked at.
    pub(super) fn take_notes_files(&mut self, paths: Vec<PathBuf>) -> Vec<PathBuf> {
        let is_notes = |path: &PathBuf| path.extension().is_some_and(|of| of == "jsonld");
        let (notes, others): (Vec<_>, Vec<_>) = paths.into_iter().partition(is_notes);
        if let Some(file) = notes.into_iter().next() {
            self.import_notes(file);
        }
        others
    }

    /// The file was read, or why it could not be.
    pub(super) fn notes_file_read(&mut self, name: String, file: Result<Vec<u8>, String>) {
        let Some(plan) = self.state.open_plan else {
            return;
        };
        match file {
            Ok(file) => {
                self.state.incoming = Some(Incoming {
                    plan,
                    name,
                    file: file.into(),
                    documents: BTreeSet::new(),
                    is_keeping_strays: false,
                    read: None,
                });
                self.state.sheet = Some(Sheet::Notes);
                self.read_incoming();
            }
            Err(why) => self.problem(why),
        }
    }

    pub(super) fn keep_strays(&mut self, is_keeping_strays: bool) {
        if let Some(incoming) = &mut self.state.incoming {
            incoming.is_keeping_strays = is_keeping_strays;
            incoming.read = None;
            self.read_incoming();
        }
    }

    fn read_incoming(&mut self) {
        if let Some(incoming) = &self.state.incoming {
            let (plan, documents) = (incoming.plan, incoming.documents.clone());
            self.gather(plan, Purpose::Import, documents);
        }
    }

    /// What the file holds. The first time only the documents are known that it speaks of: with their
    /// texts it is read once more.
    pub(super) fn incoming_read(&mut self, import: Result<Box<Import>, ReadError>) {
        let Some(incoming) = &mut self.state.incoming else {
            return;
        };
        let import = match import {
            Ok(import) => import,
            Err(error) => {
                incoming.read = Some(Err(error.to_string()));
                return;
            }
        };
        let library = &self.state.library;
        let plan = incoming.plan;
        let is_readable = |id: &DocumentId| {
            let document = library.document(plan, *id);
            document.is_some_and(|document| document.missing.is_none())
        };
        let mut documents = documents_of(&import);
        documents.retain(is_readable);
        if !documents.is_subset(&incoming.documents) {
            incoming.documents.extend(documents);
            self.read_incoming();
            return;
        }
        incoming.read = Some(Ok(Arc::from(import)));
    }

    /// Takes over what is shown: as one thing that was done, or as several where that is too large.
    pub(super) fn accept_incoming(&mut self) {
        let incoming = self.state.incoming.take();
        let Some(Ok(import)) = incoming.and_then(|incoming| incoming.read) else {
            return;
        };
        let n = n_notes(&import);
        let last = self.state.history.next_undo().map(|entry| entry.id);
        let n_before = self.state.history.undoable().count();
        self.take_in(&import.merge.changes, &mut import.texts.clone());
        let n_entries = self.state.history.undoable().count() - n_before;
        self.place_notes();
        self.look_notes_over();
        let undo = match last {
            _ if n_entries <= 1 => UserCommand::Undo,
            Some(last) => UserCommand::GoTo(last),
            None => UserCommand::UndoAll,
        };
        let notes = count(n, "note");
        let told = if n_entries > 1 {
            format!("{notes} brought in, in {n_entries} steps of the history")
        } else {
            format!("{notes} brought in")
        };
        self.tell(Tone::Info, told, Some(("Undo", undo)));
    }

    /// Writes changes in order, in as few entries as the journal takes. The first takes the texts.
    fn take_in(&mut self, changes: &[Change], texts: &mut Vec<Text>) {
        let steps = Step::of(&self.state.library, changes);
        let history = &self.state.history;
        let entry = history.record(&self.state.library, steps, self.env.now);
        let n_bytes = entry.as_ref().map_or(0, Entry::approximate_bytes);
        if n_bytes > MAX_ENTRY_BYTES && changes.len() > 1 {
            let (first, rest) = changes.split_at(changes.len() / 2);
            self.take_in(first, texts);
            self.take_in(rest, texts);
        } else {
            self.write_with(changes.to_vec(), entry, std::mem::take(texts));
        }
    }
}

/// How many notes and answers would be new or other than they are.
pub(crate) fn n_notes(import: &Import) -> usize {
    import.merge.changes.len()
}

fn documents_of(import: &Import) -> BTreeSet<DocumentId> {
    let changes = import.merge.changes.iter();
    let notes = changes.filter_map(|change| match change {
        Change::Annotation(note) => note.document(),
        _ => None,
    });
    notes.collect()
}

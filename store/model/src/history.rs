//! What a person did, one thing after another, each with its way back.
//!
//! The journal only grows: undoing something is itself an entry. From the entries follows what can
//! be undone and redone, also in the next session.

mod step;

use std::collections::BTreeSet;

use crate::{Change, Library, TextId, Tick, Timestamp, label};

pub use step::Step;
use step::{gone, is_same, is_typing, taken_to};

/// The place of an entry in the journal. Counts up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct EntryId(pub u64);

/// One thing that was done.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// Its place in the journal.
    pub id: EntryId,
    /// When. For typing, the last key.
    pub at: Timestamp,
    /// What, in words: `Complete phase “Setup”`.
    pub label: String,
    /// Whether it was done, undone or redone.
    pub kind: EntryKind,
    /// What became of each record, in the order in which it was written.
    pub steps: Vec<Step>,
    /// What was changed in a file, if that was what was done.
    pub tick: Option<Tick>,
}

/// How an entry came about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryKind {
    /// By the person's own hand.
    Done,
    /// By undoing that entry.
    Undone(EntryId),
    /// By redoing that entry.
    Redone(EntryId),
}

impl Entry {
    /// About what it takes, in bytes: the texts in it and as much again for each record.
    #[must_use]
    pub fn approximate_bytes(&self) -> usize {
        let text = |change: &Change| match change {
            Change::Plan(plan) => plan.name.len() + plan.folder.len() + plan.description.len(),
            Change::Phase(phase) => phase.name.len() + phase.description.len(),
            Change::Milestone(milestone) => milestone.name.len() + milestone.description.len(),
            Change::Note(note) => note.text.len(),
            Change::Annotation(annotation) => annotation.approximate_bytes(),
            Change::Reply(reply) => reply.body.len(),
            Change::Link(link) => link.name.len(),
            _ => 0,
        };
        let step = |step: &Step| {
            let before = step.before.as_ref();
            before.map_or(0, |before| 96 + text(before)) + 96 + text(&step.after)
        };
        let tick = self.tick.as_ref();
        let tick = tick.map_or(0, |tick| 96 + tick.task.line.len());
        96 + self.label.len() + self.steps.iter().map(step).sum::<usize>() + tick
    }
}

/// Why something cannot be undone or redone. Nothing was changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UndoProblem {
    /// There is nothing left.
    Nothing,
    /// A record was changed since by something that is not in the journal.
    ChangedSince {
        /// The entry's label.
        label: String,
    },
}

/// The journal in memory, oldest first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct History {
    entries: Vec<Entry>,
    /// What can be undone, as indices of entries by hand, the latest last.
    done: Vec<usize>,
    /// What can be redone, the latest undone last.
    undone: Vec<usize>,
    /// Ids before this one were given, also where all entries are forgotten.
    least_next: EntryId,
}

/// Typing that goes on within this time, in ms, is one entry.
const TYPING_MS: i64 = 5_000;

impl History {
    /// The journal as it was stored. Entries in another order than that of their ids, or that undo
    /// what is not there, are taken as far as they make sense.
    #[must_use]
    pub fn from_entries(mut entries: Vec<Entry>) -> Self {
        entries.sort_by_key(|entry| entry.id);
        let mut history = Self::default();
        for entry in entries {
            history.push(entry);
        }
        history
    }

    /// All entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What the next undo takes back.
    #[must_use]
    pub fn next_undo(&self) -> Option<&Entry> {
        self.done.last().map(|i| &self.entries[*i])
    }

    /// What the next redo does again.
    #[must_use]
    pub fn next_redo(&self) -> Option<&Entry> {
        self.undone.last().map(|i| &self.entries[*i])
    }

    /// What can be undone, the latest first.
    pub fn undoable(&self) -> impl Iterator<Item = &Entry> {
        self.done.iter().rev().map(|i| &self.entries[*i])
    }

    /// What can be redone, the next first.
    pub fn redoable(&self) -> impl Iterator<Item = &Entry> {
        self.undone.iter().rev().map(|i| &self.entries[*i])
    }

    /// The texts that any record in it speaks of, as it was or became.
    #[must_use]
    pub fn texts(&self) -> BTreeSet<TextId> {
        let steps = self.entries.iter().flat_map(|entry| &entry.steps);
        let records = steps.flat_map(|step| step.before.iter().chain([&step.after]));
        records.flat_map(Change::texts).collect()
    }

    /// The entry for what a person is about to do to `library`: a new one, or the last one anew where
    /// typing goes on. `None` if nothing would change.
    #[must_use]
    pub fn record(&self, library: &Library, steps: Vec<Step>, now: Timestamp) -> Option<Entry> {
        if steps.is_empty() {
            return None;
        }
        if let Some(last) = self.going_on(&steps, now) {
            let steps = vec![Step {
                before: last.steps[0].before.clone(),
                after: steps[0].after.clone(),
            }];
            return Some(Entry {
                at: now,
                steps,
                ..last.clone()
            });
        }
        Some(Entry {
            id: self.next_id(),
            at: now,
            label: label::of(library, &steps),
            kind: EntryKind::Done,
            steps,
            tick: None,
        })
    }

    /// The entry for a task that a person ticked or unticked, which is in the file by now.
    #[must_use]
    pub fn record_tick(&self, tick: Tick, now: Timestamp) -> Entry {
        Entry {
            id: self.next_id(),
            at: now,
            label: tick.label(),
            kind: EntryKind::Done,
            steps: Vec::new(),
            tick: Some(tick),
        }
    }

    /// The entry that takes back what was done last, and the changes that do it. One that holds a
    /// [`Tick`] is to be taken over only when the file was changed.
    ///
    /// # Errors
    /// When there is nothing, or when a record is no longer what it was made to be.
    pub fn undo(
        &self,
        library: &Library,
        now: Timestamp,
    ) -> Result<(Entry, Vec<Change>), UndoProblem> {
        let entry = self.next_undo().ok_or(UndoProblem::Nothing)?;
        let back = entry.steps.iter().rev().map(|step| {
            let target = step.before.clone();
            (
                &step.after,
                target.unwrap_or_else(|| gone(&step.after, now)),
            )
        });
        self.turn(
            library,
            entry,
            back.collect(),
            EntryKind::Undone(entry.id),
            now,
        )
    }

    /// The entry that does again what was undone last, and the changes that do it.
    ///
    /// # Errors
    /// When there is nothing, or when a record is no longer what undoing had made it.
    pub fn redo(
        &self,
        library: &Library,
        now: Timestamp,
    ) -> Result<(Entry, Vec<Change>), UndoProblem> {
        let entry = self.next_redo().ok_or(UndoProblem::Nothing)?;
        // What undoing made of the records, which for a new one carries the time of the undoing.
        let undoing = self
            .entries
            .iter()
            .rev()
            .find(|undoing| undoing.kind == EntryKind::Undone(entry.id))
            .ok_or(UndoProblem::Nothing)?;
        let again = entry.steps.iter().zip(undoing.steps.iter().rev());
        let again = again.map(|(step, undone)| (&undone.after, step.after.clone()));
        self.turn(
            library,
            entry,
            again.collect(),
            EntryKind::Redone(entry.id),
            now,
        )
    }

    /// Takes an entry over: a new one at the end, or the last one with more typing in it.
    pub fn push(&mut self, entry: Entry) {
        if let Some(last) = self.entries.last_mut()
            && last.id == entry.id
        {
            *last = entry;
            return;
        }
        let index = self.entries.len();
        let position =
            |stack: &[usize], id: EntryId| stack.iter().rposition(|i| self.entries[*i].id == id);
        match entry.kind {
            EntryKind::Done => {
                self.done.push(index);
                self.undone.clear();
            }
            EntryKind::Undone(of) => {
                if let Some(at) = position(&self.done, of) {
                    self.undone.push(self.done.remove(at));
                }
            }
            EntryKind::Redone(of) => {
                if let Some(at) = position(&self.undone, of) {
                    self.done.push(self.undone.remove(at));
                }
            }
        }
        self.entries.push(entry);
    }

    /// Forgets the oldest entries: those from before `since`, and more until the rest takes at most
    /// `max_bytes`. Gives the first id that is kept, if any was forgotten.
    pub fn forget(&mut self, since: Timestamp, max_bytes: usize) -> Option<EntryId> {
        let mut n_bytes = 0;
        let n_kept = self
            .entries
            .iter()
            .rev()
            .take_while(|entry| {
                n_bytes += entry.approximate_bytes();
                entry.at >= since && n_bytes <= max_bytes
            })
            .count();
        if n_kept == self.entries.len() {
            return None;
        }
        let kept = self.entries.split_off(self.entries.len() - n_kept);
        let next = self.next_id();
        let first = kept.first().map_or(next, |entry| entry.id);
        *self = Self::from_entries(kept);
        self.least_next = next;
        Some(first)
    }

    fn next_id(&self) -> EntryId {
        let next = self
            .entries
            .last()
            .map_or(1, |entry| entry.id.0.saturating_add(1));
        EntryId(next).max(self.least_next)
    }

    /// The last entry, if these steps go on with its typing.
    fn going_on(&self, steps: &[Step], now: Timestamp) -> Option<&Entry> {
        let last = self.entries.last()?;
        let ([last_step], [step]) = (last.steps.as_slice(), steps) else {
            return None;
        };
        let is_same = step.before.as_ref() == Some(&last_step.after)
            && is_typing(last_step)
            && is_typing(step);
        let pause = now.0 - last.at.0;
        let goes_on = is_same && last.kind == EntryKind::Done && (0..=TYPING_MS).contains(&pause);
        goes_on.then_some(last)
    }

    /// Puts records from what they should be now to what they are to be.
    fn turn(
        &self,
        library: &Library,
        entry: &Entry,
        turns: Vec<(&Change, Change)>,
        kind: EntryKind,
        now: Timestamp,
    ) -> Result<(Entry, Vec<Change>), UndoProblem> {
        let mut steps = Vec::with_capacity(turns.len());
        let mut changes = Vec::with_capacity(turns.len());
        for (expected, target) in turns {
            let found = library.record(expected.record_id());
            if !found.as_ref().is_some_and(|found| is_same(found, expected)) {
                let label = entry.label.clone();
                return Err(UndoProblem::ChangedSince { label });
            }
            let target = taken_to(found.as_ref(), target);
            changes.push(target.clone());
            steps.push(Step {
                before: found,
                after: target,
            });
        }
        let tick = entry.tick.as_ref();
        let entry = Entry {
            id: self.next_id(),
            at: now,
            label: entry.label.clone(),
            kind,
            steps,
            tick: match kind {
                EntryKind::Undone(_) => tick.map(Tick::reversed),
                EntryKind::Done | EntryKind::Redone(_) => tick.cloned(),
            },
        };
        Ok((entry, changes))
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;

#[cfg(test)]
mod margin_tests;

//! Back and forth through what was done, and out of the trash.

use postil_model::{
    Change, Entry, EntryId, History, MilestoneId, RecordId, Timestamp, UndoProblem,
};
use postil_watcher::{Request, RootId};

use super::Update;
use crate::command::UserCommand;
use crate::effects::Effect;
use crate::state::Tone;

/// Entries older than this are forgotten.
const KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1_000;
/// And the oldest of those that take more than this together.
const KEPT_BYTES: usize = 50_000_000;

type Turned = Result<(Entry, Vec<Change>), UndoProblem>;

impl Update<'_> {
    /// The journal was loaded.
    pub(super) fn history_is_known(&mut self, history: History) {
        self.state.history = history;
        let since = Timestamp(self.env.now.0.saturating_sub(KEPT_MS));
        self.state.forget_before = self.state.history.forget(since, KEPT_BYTES);
    }

    pub(super) fn undo(&mut self) {
        // What is still being typed is an entry too.
        self.hand_over_what_is_due(true);
        let turned = self.state.history.undo(&self.state.library, self.env.now);
        if let Some(label) = self.turn(turned, "undone") {
            let redo = Some(("Redo", UserCommand::Redo));
            self.tell(Tone::Info, format!("Undone: {label}"), redo);
        }
    }

    pub(super) fn redo(&mut self) {
        self.hand_over_what_is_due(true);
        let turned = self.state.history.redo(&self.state.library, self.env.now);
        if let Some(label) = self.turn(turned, "done again") {
            let undo = Some(("Undo", UserCommand::Undo));
            self.tell(Tone::Info, format!("Done again: {label}"), undo);
        }
    }

    /// Undoes or redoes one thing after another until this one is the last that is done. Stops
    /// before what cannot be.
    pub(super) fn go_to_entry(&mut self, id: EntryId) {
        self.hand_over_what_is_due(true);
        let is = |entry: &Entry| entry.id == id;
        let (n_back, n_forth) = (
            self.state.history.undoable().position(is),
            self.state.history.redoable().position(is),
        );
        for _ in 0..n_back.unwrap_or(0) {
            let turned = self.state.history.undo(&self.state.library, self.env.now);
            if self.turn(turned, "undone").is_none() {
                return;
            }
        }
        for _ in 0..n_forth.map_or(0, |at| at + 1) {
            let turned = self.state.history.redo(&self.state.library, self.env.now);
            if self.turn(turned, "done again").is_none() {
                return;
            }
        }
    }

    pub(super) fn undo_all(&mut self) {
        self.hand_over_what_is_due(true);
        loop {
            let turned = self.state.history.undo(&self.state.library, self.env.now);
            if self.turn(turned, "undone").is_none() {
                return;
            }
        }
    }

    /// Takes over what was turned, and gives its label; says why where it could not be.
    fn turn(&mut self, turned: Turned, how: &str) -> Option<String> {
        match turned {
            Ok((entry, changes)) => {
                let label = entry.label.clone();
                self.write(changes, Some(entry));
                self.follow_plans();
                Some(label)
            }
            Err(UndoProblem::Nothing) => None,
            Err(UndoProblem::ChangedSince { label }) => {
                self.problem(format!(
                    "“{label}” cannot be {how}: what it changed was changed again since"
                ));
                None
            }
        }
    }

    pub(super) fn restore(&mut self, record: RecordId) {
        match record {
            RecordId::Plan(plan) => self.restore_plan(plan),
            RecordId::Phase(phase) => self.edit(|edit| edit.restore_phase(phase)),
            RecordId::Milestone(milestone) => self.restore_milestone(milestone),
            RecordId::Annotation(plan, id) => self.edit(|edit| edit.restore_annotation(plan, id)),
            RecordId::Reply(of, id) => self.edit(|edit| edit.restore_reply(of, id)),
            RecordId::Link(plan, id) => self.edit(|edit| edit.restore_link(plan, id)),
            RecordId::Document(..)
            | RecordId::Note(_)
            | RecordId::Reading(_)
            | RecordId::Settings
            | RecordId::Placed(_)
            | RecordId::HandOver(_)
            | RecordId::LastRead(_)
            | RecordId::Stamp(_) => {}
        }
    }

    /// With its phase, if that is in the trash too: it would not be seen without.
    fn restore_milestone(&mut self, id: MilestoneId) {
        let phase = self.state.library.milestone(id).map(|m| m.phase);
        let removed = phase.and_then(|id| self.state.library.phase(id));
        let removed = removed.filter(|phase| phase.removed.is_some());
        let removed = removed.map(|phase| phase.id);
        self.edit(|edit| {
            let mut changes = edit.restore_milestone(id);
            if let Some(phase) = removed {
                changes.extend(edit.restore_phase(phase));
            }
            changes
        });
    }

    /// Watches the folders of all plans that are on the list, and no others.
    pub(super) fn follow_plans(&mut self) {
        let library = &self.state.library;
        let is_on_list = |id| library.plan(id).is_some_and(|plan| plan.removed.is_none());
        let watched = self.state.folders.keys().copied();
        let gone: Vec<_> = watched.filter(|id| !is_on_list(*id)).collect();
        for plan in gone {
            self.state.folders.remove(&plan);
            self.effects.push(Effect::Watch(Request::RemoveRoot {
                root: RootId(plan.0),
            }));
            if self.state.open_plan == Some(plan) {
                self.state.open_plan = None;
                self.state.document = None;
                self.state.listing.clear();
                self.state.shows_plans = self.state.library.plans().next().is_some();
            }
        }
        let plans: Vec<_> = self.state.library.plans().cloned().collect();
        for plan in plans {
            if !self.state.folders.contains_key(&plan.id) {
                self.watch_plan(&plan);
            }
        }
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;

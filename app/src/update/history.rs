//! Back and forth through what was done, and out of the trash.

use postil_model::{
    Change, Entry, EntryId, History, MilestoneId, RecordId, Tick, Timestamp, UndoProblem,
};
use postil_watcher::{Request, RootId};

use super::Update;
use super::tasks::{Ticking, Turn};
use crate::command::UserCommand;
use crate::effects::Effect;
use crate::state::Tone;

/// Entries older than this are forgotten.
const KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1_000;
/// And the oldest of those that take more than this together.
const KEPT_BYTES: usize = 50_000_000;

/// A point of the history to walk to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Goal {
    /// Where this entry is the last that is done.
    Entry(EntryId),
    /// Before everything that can be undone.
    Start,
}

/// What came of a step through the history.
enum Stepped {
    /// It was made; what was turned is called so.
    Done(String),
    /// It goes on once a file is written.
    Waits,
    /// There is no such step, or it could not be made.
    No,
}

fn tick_of(entry: Option<&Entry>) -> Option<(EntryId, Tick)> {
    entry.and_then(|entry| Some((entry.id, entry.tick.clone()?)))
}

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
        if let Stepped::Done(label) = self.step_back() {
            let redo = Some(("Redo", UserCommand::Redo));
            self.tell(Tone::Info, format!("Undone: {label}"), redo);
        }
    }

    pub(super) fn redo(&mut self) {
        self.hand_over_what_is_due(true);
        if let Stepped::Done(label) = self.step_forth() {
            let undo = Some(("Undo", UserCommand::Undo));
            self.tell(Tone::Info, format!("Done again: {label}"), undo);
        }
    }

    /// Undoes or redoes one thing after another until the goal is reached. Stops before what cannot
    /// be.
    pub(super) fn walk_history(&mut self, goal: Goal) {
        self.hand_over_what_is_due(true);
        self.state.history_goal = Some(goal);
        self.go_on_through_history();
    }

    /// Goes on where a file had to be written first.
    pub(super) fn go_on_through_history(&mut self) {
        while let Some(goal) = self.state.history_goal {
            let history = &self.state.history;
            let (n_back, is_ahead) = match goal {
                Goal::Start => (history.undoable().count(), false),
                Goal::Entry(id) => {
                    let is = |entry: &Entry| entry.id == id;
                    let n_back = history.undoable().position(is);
                    (n_back.unwrap_or(0), history.redoable().any(is))
                }
            };
            let stepped = match (n_back, is_ahead) {
                (1.., _) => self.step_back(),
                (0, true) => self.step_forth(),
                (0, false) => Stepped::No,
            };
            match stepped {
                Stepped::Done(_) => {}
                Stepped::Waits => return,
                Stepped::No => self.state.history_goal = None,
            }
        }
    }

    fn step_back(&mut self) -> Stepped {
        if let Some((id, tick)) = tick_of(self.state.history.next_undo()) {
            return self.step_tick(&tick.reversed(), Turn::Undo(id));
        }
        let turned = self.state.history.undo(&self.state.library, self.env.now);
        self.turn(turned, "undone")
    }

    fn step_forth(&mut self) -> Stepped {
        if let Some((id, tick)) = tick_of(self.state.history.next_redo()) {
            return self.step_tick(&tick, Turn::Redo(id));
        }
        let turned = self.state.history.redo(&self.state.library, self.env.now);
        self.turn(turned, "done again")
    }

    /// What is in a file is turned once the file is written; one at a time.
    fn step_tick(&mut self, tick: &Tick, turn: Turn) -> Stepped {
        if self.state.wanted.tick.is_some() || !self.state.ticking.is_empty() {
            return Stepped::Waits;
        }
        let Some(plan) = self.plan_of(tick.document) else {
            let label = tick.label();
            self.problem(format!(
                "“{label}” is for a plan that is not on the list any more"
            ));
            return Stepped::No;
        };
        let ticking = Ticking {
            plan,
            tick: tick.clone(),
            turn,
            is_again: false,
        };
        self.tick(ticking);
        let is_on_its_way = self.state.wanted.tick.is_some() || !self.state.ticking.is_empty();
        if is_on_its_way {
            Stepped::Waits
        } else {
            Stepped::No
        }
    }

    /// Takes over what was turned; says why where it could not be.
    fn turn(&mut self, turned: Turned, how: &str) -> Stepped {
        match turned {
            Ok((entry, changes)) => {
                let label = entry.label.clone();
                let places = self.places_anew(&changes);
                self.write(changes, Some(entry));
                self.write(places, None);
                self.follow_plans();
                self.place_notes();
                Stepped::Done(label)
            }
            Err(UndoProblem::Nothing) => Stepped::No,
            Err(UndoProblem::ChangedSince { label }) => {
                self.problem(format!(
                    "“{label}” cannot be {how}: what it changed was changed again since"
                ));
                Stepped::No
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
            let folder = self.state.folders.get(&plan.id);
            if folder.is_none_or(|folder| folder.scope != plan.scope) {
                self.watch_plan(&plan);
            }
        }
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;

//! Decisions: what a person's intention changes.

mod margin;

use crate::{
    Change, Library, Milestone, MilestoneId, Phase, PhaseId, PhaseStatus, Plan, PlanId, PlanStatus,
    Rank, Scope, Timestamp,
};

/// Turns intentions into changes against a library as it is now, at a given time.
///
/// Nothing is changed here. An intention about something that is not there gives no change.
#[derive(Clone, Copy, Debug)]
pub struct Edit<'a> {
    library: &'a Library,
    now: Timestamp,
}

impl<'a> Edit<'a> {
    /// Edits of `library` made at `now`.
    #[must_use]
    pub fn new(library: &'a Library, now: Timestamp) -> Self {
        Self { library, now }
    }

    /// The time at which the edits are made.
    #[must_use]
    pub fn now(self) -> Timestamp {
        self.now
    }

    /// Registers a folder, or takes back the plan that it was before. Gives the plan's id, which is
    /// `new_id` only if the folder was never seen.
    #[must_use]
    pub fn register(self, new_id: PlanId, folder: &str, name: &str) -> (PlanId, Vec<Change>) {
        if let Some(plan) = self.library.plan_of_folder(folder) {
            let changes = if plan.removed.is_some() {
                vec![Change::Plan(Plan {
                    removed: None,
                    updated: self.now,
                    ..plan.clone()
                })]
            } else {
                Vec::new()
            };
            return (plan.id, changes);
        }
        let plan = Plan {
            id: new_id,
            name: name.to_owned(),
            folder: folder.to_owned(),
            description: String::new(),
            scope: Scope::default(),
            status: PlanStatus::Active,
            created: self.now,
            updated: self.now,
            removed: None,
        };
        (new_id, vec![Change::Plan(plan)])
    }

    /// Changes fields of a plan.
    #[must_use]
    pub fn plan(self, id: PlanId, edit: impl FnOnce(&mut Plan)) -> Vec<Change> {
        let Some(plan) = self.library.plan(id) else {
            return Vec::new();
        };
        let mut edited = plan.clone();
        edit(&mut edited);
        if edited == *plan {
            return Vec::new();
        }
        edited.updated = self.now;
        vec![Change::Plan(edited)]
    }

    /// Unregisters a plan. Its folder and its marginalia stay.
    #[must_use]
    pub fn remove_plan(self, id: PlanId) -> Vec<Change> {
        self.plan(id, |plan| plan.removed = Some(self.now))
    }

    /// Takes a removed plan back.
    #[must_use]
    pub fn restore_plan(self, id: PlanId) -> Vec<Change> {
        self.plan(id, |plan| plan.removed = None)
    }

    /// A new phase after the others.
    #[must_use]
    pub fn add_phase(self, plan: PlanId, id: PhaseId, name: &str) -> Vec<Change> {
        let last = self.library.phases(plan).last().map(|phase| phase.rank);
        let phase = Phase {
            id,
            plan,
            name: name.to_owned(),
            description: String::new(),
            rank: Rank::after(last),
            status: PhaseStatus::Pending,
            started: None,
            completed: None,
            updated: self.now,
            removed: None,
        };
        self.touching(plan, vec![Change::Phase(phase)])
    }

    /// Changes fields of a phase.
    #[must_use]
    pub fn phase(self, id: PhaseId, edit: impl FnOnce(&mut Phase)) -> Vec<Change> {
        let Some(phase) = self.library.phase(id) else {
            return Vec::new();
        };
        let mut edited = phase.clone();
        edit(&mut edited);
        if edited == *phase {
            return Vec::new();
        }
        self.touching(phase.plan, vec![Change::Phase(edited)])
    }

    /// Puts a phase in another state. `with_milestones`: completing it completes those that are
    /// left.
    #[must_use]
    pub fn set_phase_status(
        self,
        id: PhaseId,
        status: PhaseStatus,
        with_milestones: bool,
    ) -> Vec<Change> {
        let mut changes = self.phase(id, |phase| set_status(phase, status, self.now));
        if status == PhaseStatus::Completed && with_milestones {
            for milestone in self.library.milestones(id) {
                if milestone.completed.is_none() {
                    let completed = Some(self.now);
                    changes.push(Change::Milestone(Milestone {
                        completed,
                        updated: self.now,
                        ..milestone.clone()
                    }));
                }
            }
        }
        changes
    }

    /// Moves a phase to `index` among its siblings, counted without itself.
    #[must_use]
    pub fn move_phase(self, id: PhaseId, index: usize) -> Vec<Change> {
        let Some(phase) = self.library.phase(id) else {
            return Vec::new();
        };
        let siblings = self.library.phases(phase.plan);
        let others: Vec<&Phase> = siblings.into_iter().filter(|p| p.id != id).collect();
        let ranks: Vec<Rank> = others.iter().map(|p| p.rank).collect();
        let changes = match place(&ranks, index) {
            Place::At(rank) => vec![Change::Phase(Phase {
                rank,
                ..phase.clone()
            })],
            Place::SpaceAnew => with_inserted(&others, phase, index)
                .map(|(p, rank)| Change::Phase(Phase { rank, ..p.clone() }))
                .collect(),
        };
        self.touching(phase.plan, changes)
    }

    /// Puts a phase in the trash, its milestones with it.
    #[must_use]
    pub fn remove_phase(self, id: PhaseId) -> Vec<Change> {
        self.phase(id, |phase| phase.removed = Some(self.now))
    }

    /// Takes a phase out of the trash.
    #[must_use]
    pub fn restore_phase(self, id: PhaseId) -> Vec<Change> {
        self.phase(id, |phase| phase.removed = None)
    }

    /// A new milestone after the others of its phase.
    #[must_use]
    pub fn add_milestone(self, phase: PhaseId, id: MilestoneId, name: &str) -> Vec<Change> {
        let Some(parent) = self.library.phase(phase) else {
            return Vec::new();
        };
        let last = self
            .library
            .milestones(phase)
            .last()
            .map(|milestone| milestone.rank);
        let milestone = Milestone {
            id,
            phase,
            name: name.to_owned(),
            description: String::new(),
            rank: Rank::after(last),
            completed: None,
            updated: self.now,
            removed: None,
        };
        self.touching(parent.plan, vec![Change::Milestone(milestone)])
    }

    /// Changes fields of a milestone.
    #[must_use]
    pub fn milestone(self, id: MilestoneId, edit: impl FnOnce(&mut Milestone)) -> Vec<Change> {
        let Some(milestone) = self.library.milestone(id) else {
            return Vec::new();
        };
        let mut edited = milestone.clone();
        edit(&mut edited);
        if edited == *milestone {
            return Vec::new();
        }
        let plan = self.library.phase(milestone.phase).map(|phase| phase.plan);
        let changes = vec![Change::Milestone(edited)];
        plan.map_or_else(Vec::new, |plan| self.touching(plan, changes))
    }

    /// Marks a milestone as reached or not. The first that is reached begins its phase.
    #[must_use]
    pub fn set_milestone_done(self, id: MilestoneId, is_done: bool) -> Vec<Change> {
        let mut changes = self.milestone(id, |m| match (is_done, m.completed) {
            (true, None) => m.completed = Some(self.now),
            (false, Some(_)) => m.completed = None,
            _ => {}
        });
        let phase = self
            .library
            .milestone(id)
            .and_then(|m| self.library.phase(m.phase));
        if let Some(phase) = phase
            && is_done
            && phase.status == PhaseStatus::Pending
        {
            let mut begun = phase.clone();
            set_status(&mut begun, PhaseStatus::InProgress, self.now);
            changes.push(Change::Phase(begun));
        }
        changes
    }

    /// Moves a milestone to `index` among its siblings, counted without itself.
    #[must_use]
    pub fn move_milestone(self, id: MilestoneId, index: usize) -> Vec<Change> {
        let Some(milestone) = self.library.milestone(id) else {
            return Vec::new();
        };
        let siblings = self.library.milestones(milestone.phase);
        let others: Vec<&Milestone> = siblings.into_iter().filter(|m| m.id != id).collect();
        let ranks: Vec<Rank> = others.iter().map(|m| m.rank).collect();
        let changes = match place(&ranks, index) {
            Place::At(rank) => vec![Change::Milestone(Milestone {
                rank,
                ..milestone.clone()
            })],
            Place::SpaceAnew => with_inserted(&others, milestone, index)
                .map(|(m, rank)| Change::Milestone(Milestone { rank, ..m.clone() }))
                .collect(),
        };
        let plan = self.library.phase(milestone.phase).map(|phase| phase.plan);
        plan.map_or_else(Vec::new, |plan| self.touching(plan, changes))
    }

    /// Puts a milestone in the trash.
    #[must_use]
    pub fn remove_milestone(self, id: MilestoneId) -> Vec<Change> {
        self.milestone(id, |milestone| milestone.removed = Some(self.now))
    }

    /// Takes a milestone out of the trash.
    #[must_use]
    pub fn restore_milestone(self, id: MilestoneId) -> Vec<Change> {
        self.milestone(id, |milestone| milestone.removed = None)
    }

    /// The changes with their time, and the plan's own "last changed" with them.
    fn touching(self, plan: PlanId, mut changes: Vec<Change>) -> Vec<Change> {
        for change in &mut changes {
            match change {
                Change::Phase(phase) => phase.updated = self.now,
                Change::Milestone(milestone) => milestone.updated = self.now,
                _ => {}
            }
        }
        changes.extend(self.plan(plan, |plan| plan.updated = self.now));
        changes
    }
}

fn set_status(phase: &mut Phase, status: PhaseStatus, now: Timestamp) {
    if phase.status == status {
        return;
    }
    phase.status = status;
    phase.updated = now;
    match status {
        PhaseStatus::Pending => (phase.started, phase.completed) = (None, None),
        PhaseStatus::InProgress => {
            phase.started = phase.started.or(Some(now));
            phase.completed = None;
        }
        PhaseStatus::Completed => {
            phase.started = phase.started.or(Some(now));
            phase.completed = Some(now);
        }
    }
}

enum Place {
    At(Rank),
    SpaceAnew,
}

fn place(others: &[Rank], index: usize) -> Place {
    let index = index.min(others.len());
    let before = index.checked_sub(1).map(|i| others[i]);
    let after = others.get(index).copied();
    Rank::between(before, after).map_or(Place::SpaceAnew, Place::At)
}

fn with_inserted<'s, T>(
    others: &[&'s T],
    moved: &'s T,
    index: usize,
) -> impl Iterator<Item = (&'s T, Rank)> {
    let mut all = others.to_vec();
    all.insert(index.min(others.len()), moved);
    let n = all.len();
    all.into_iter().zip(Rank::spaced(n))
}

#[cfg(test)]
#[path = "edit_tests.rs"]
mod tests;

//! Decisions, one after another on one library.

use super::*;
use crate::Progress;

struct Bench {
    library: Library,
    now: i64,
}

const PLAN: PlanId = PlanId(1);

impl Bench {
    fn new() -> Self {
        let mut bench = Self {
            library: Library::default(),
            now: 0,
        };
        let (id, changes) = bench.edit().register(PLAN, "/plans/garden", "garden");
        assert_eq!(id, PLAN);
        bench.take(changes);
        bench
    }

    fn edit(&self) -> Edit<'_> {
        Edit::new(&self.library, Timestamp(self.now))
    }

    fn take(&mut self, changes: Vec<Change>) {
        for change in changes {
            self.library.apply(change);
        }
        self.now += 1;
    }

    fn phase(&mut self, id: u128, name: &str) -> PhaseId {
        self.take(self.edit().add_phase(PLAN, PhaseId(id), name));
        PhaseId(id)
    }

    fn names(&self) -> Vec<&str> {
        self.library
            .phases(PLAN)
            .iter()
            .map(|phase| phase.name.as_str())
            .collect()
    }
}

#[test]
fn a_folder_registered_twice_is_one_plan_and_returns_with_its_marginalia() {
    let mut bench = Bench::new();
    bench.phase(2, "Dig");
    let (id, changes) = bench.edit().register(PlanId(9), "/plans/garden", "other");
    assert_eq!((id, changes.len()), (PLAN, 0));

    bench.take(bench.edit().remove_plan(PLAN));
    assert_eq!(bench.library.plans().count(), 0);
    let (id, changes) = bench.edit().register(PlanId(9), "/plans/garden", "other");
    bench.take(changes);
    assert_eq!(id, PLAN);
    assert_eq!(bench.names(), ["Dig"]);
    assert_eq!(
        bench.library.plan(PLAN).map(|p| p.name.as_str()),
        Some("garden")
    );
}

#[test]
fn phases_are_moved_to_any_place_however_often() {
    let mut bench = Bench::new();
    let [a, b, c] = [
        bench.phase(2, "a"),
        bench.phase(3, "b"),
        bench.phase(4, "c"),
    ];
    bench.take(bench.edit().move_phase(c, 0));
    assert_eq!(bench.names(), ["c", "a", "b"]);
    bench.take(bench.edit().move_phase(a, 99));
    assert_eq!(bench.names(), ["c", "b", "a"]);
    // More often than the room between two neighbours can be halved.
    for _ in 0..200 {
        bench.take(bench.edit().move_phase(a, 1));
        bench.take(bench.edit().move_phase(b, 1));
        assert_eq!(bench.names(), ["c", "b", "a"]);
        bench.take(bench.edit().move_phase(a, 1));
        assert_eq!(bench.names(), ["c", "a", "b"]);
    }
}

#[test]
fn progress_counts_milestones_that_are_there() {
    let mut bench = Bench::new();
    let phase = bench.phase(2, "Dig");
    for id in 10..14 {
        bench.take(bench.edit().add_milestone(phase, MilestoneId(id), "bed"));
    }
    assert_eq!(
        bench.library.progress(PLAN),
        Progress {
            n_done: 0,
            n_total: 4
        }
    );
    bench.take(bench.edit().set_milestone_done(MilestoneId(10), true));
    bench.take(bench.edit().remove_milestone(MilestoneId(11)));
    assert_eq!(
        bench.library.progress(PLAN),
        Progress {
            n_done: 1,
            n_total: 3
        }
    );
    assert_eq!(
        bench.library.phase(phase).map(|p| p.status),
        Some(PhaseStatus::InProgress)
    );

    bench.take(
        bench
            .edit()
            .set_phase_status(phase, PhaseStatus::Completed, true),
    );
    assert_eq!(bench.library.progress(PLAN).fraction(), Some(1.0));
    bench.take(bench.edit().restore_milestone(MilestoneId(11)));
    assert_eq!(
        bench.library.progress(PLAN),
        Progress {
            n_done: 3,
            n_total: 4
        }
    );
    bench.take(bench.edit().remove_phase(phase));
    assert_eq!(bench.library.progress(PLAN).fraction(), None);
}

#[test]
fn completing_alone_leaves_the_milestones() {
    let mut bench = Bench::new();
    let phase = bench.phase(2, "Dig");
    bench.take(bench.edit().add_milestone(phase, MilestoneId(10), "bed"));
    bench.take(
        bench
            .edit()
            .set_phase_status(phase, PhaseStatus::Completed, false),
    );
    assert_eq!(
        bench.library.progress(PLAN),
        Progress {
            n_done: 0,
            n_total: 1
        }
    );
    let completed = bench.library.phase(phase).and_then(|p| p.completed);
    assert!(completed.is_some());
    bench.take(
        bench
            .edit()
            .set_phase_status(phase, PhaseStatus::Pending, false),
    );
    assert_eq!(bench.library.phase(phase).and_then(|p| p.started), None);
}

#[test]
fn what_changes_nothing_is_no_change() {
    let mut bench = Bench::new();
    let phase = bench.phase(2, "Dig");
    assert!(
        bench
            .edit()
            .phase(phase, |p| p.name = "Dig".to_owned())
            .is_empty()
    );
    assert!(
        bench
            .edit()
            .phase(PhaseId(77), |p| p.name = "x".to_owned())
            .is_empty()
    );
    assert!(
        bench
            .edit()
            .set_milestone_done(MilestoneId(77), true)
            .is_empty()
    );
}

#[test]
fn a_library_is_its_changes() {
    let mut bench = Bench::new();
    let phase = bench.phase(2, "Dig");
    bench.take(bench.edit().add_milestone(phase, MilestoneId(10), "bed"));
    let mut copy = Library::default();
    bench
        .library
        .to_changes()
        .for_each(|change| copy.apply(change));
    assert_eq!(copy, bench.library);
}

use super::*;
use crate::{Edit, Note, PhaseId, PhaseStatus, PlanId};

/// A library with its journal, as the app keeps them.
#[derive(Clone, Default)]
struct Desk {
    library: Library,
    history: History,
}

const PLAN: PlanId = PlanId(1);

impl Desk {
    fn new() -> Self {
        let mut desk = Self::default();
        let (_, changes) = Edit::new(&desk.library, Timestamp(0)).register(PLAN, "/p", "Garden");
        desk.apply(0, changes);
        desk
    }

    fn apply(&mut self, now: i64, changes: Vec<Change>) {
        let steps = Step::of(&self.library, &changes);
        if let Some(entry) = self.history.record(&self.library, steps, Timestamp(now)) {
            self.history.push(entry);
        }
        for change in changes {
            self.library.apply(change);
        }
    }

    fn edit(&mut self, now: i64, edit: impl FnOnce(Edit<'_>) -> Vec<Change>) {
        let changes = edit(Edit::new(&self.library, Timestamp(now)));
        self.apply(now, changes);
    }

    fn note(&mut self, now: i64, text: &str) {
        let note = Note {
            plan: PLAN,
            text: text.to_owned(),
            updated: Timestamp(now),
        };
        self.apply(now, vec![Change::Note(note)]);
    }

    fn turn(&mut self, turned: Result<(Entry, Vec<Change>), UndoProblem>) -> Option<UndoProblem> {
        match turned {
            Ok((entry, changes)) => {
                self.history.push(entry);
                for change in changes {
                    self.library.apply(change);
                }
                None
            }
            Err(problem) => Some(problem),
        }
    }

    fn undo(&mut self, now: i64) -> Option<UndoProblem> {
        let turned = self.history.undo(&self.library, Timestamp(now));
        self.turn(turned)
    }

    fn redo(&mut self, now: i64) -> Option<UndoProblem> {
        let turned = self.history.redo(&self.library, Timestamp(now));
        self.turn(turned)
    }

    fn labels(&self) -> Vec<&str> {
        self.history
            .entries()
            .iter()
            .map(|entry| entry.label.as_str())
            .collect()
    }
}

#[test]
fn what_is_done_is_named_by_what_it_changes() {
    let mut desk = Desk::new();
    desk.edit(1, |edit| edit.add_phase(PLAN, PhaseId(2), "Setup"));
    desk.edit(2, |edit| {
        edit.phase(PhaseId(2), |phase| phase.name = "Ground".to_owned())
    });
    desk.edit(3, |edit| {
        edit.set_phase_status(PhaseId(2), PhaseStatus::Completed, true)
    });
    desk.edit(4, |edit| edit.remove_phase(PhaseId(2)));
    desk.note(5, "water");
    assert_eq!(
        desk.labels(),
        [
            "Register plan “Garden”",
            "Add phase “Setup”",
            "Rename phase “Setup” to “Ground”",
            "Complete phase “Ground”",
            "Remove phase “Ground”",
            "Write notes of “Garden”",
        ]
    );
}

#[test]
fn undo_and_redo_walk_back_and_forth_also_after_a_restart() {
    let mut desk = Desk::new();
    desk.edit(1, |edit| edit.add_phase(PLAN, PhaseId(2), "Setup"));
    desk.edit(2, |edit| {
        edit.set_phase_status(PhaseId(2), PhaseStatus::Completed, true)
    });
    let done = desk.library.clone();
    assert_eq!(desk.undo(3), None);
    assert_eq!(desk.library.phases(PLAN)[0].status, PhaseStatus::Pending);
    assert_eq!(desk.undo(4), None);
    assert!(desk.library.phases(PLAN).is_empty(), "in the trash");
    assert!(desk.library.phase(PhaseId(2)).is_some());

    desk.history = History::from_entries(desk.history.entries().to_vec());
    assert_eq!(desk.redo(5), None);
    assert_eq!(desk.redo(6), None);
    assert_eq!(desk.redo(7), Some(UndoProblem::Nothing));
    assert_eq!(desk.library.phases(PLAN), done.phases(PLAN));
    assert_eq!(desk.undo(8), None, "what was redone can be undone");
    assert_eq!(desk.redo(9), None);
    assert_eq!(desk.library.phases(PLAN), done.phases(PLAN));

    assert_eq!(desk.undo(10), None);
    desk.edit(11, |edit| edit.add_phase(PLAN, PhaseId(3), "Other"));
    assert_eq!(
        desk.redo(12),
        Some(UndoProblem::Nothing),
        "a new deed ends it"
    );
}

#[test]
fn typing_is_one_entry_until_it_pauses() {
    let mut desk = Desk::new();
    desk.note(1_000, "w");
    desk.note(2_000, "wa");
    desk.note(6_900, "water");
    desk.note(12_000, "water it");
    assert_eq!(desk.history.entries().len(), 3);
    assert_eq!(desk.undo(13_000), None);
    assert_eq!(
        desk.library.note(PLAN).map(|note| note.text.as_str()),
        Some("water")
    );
    assert_eq!(desk.undo(14_000), None);
    assert_eq!(
        desk.library.note(PLAN).map(|note| note.text.as_str()),
        Some("")
    );
    desk.note(14_100, "w");
    assert_eq!(
        desk.history.entries().len(),
        6,
        "an undone entry is not gone on with"
    );
}

#[test]
fn what_has_changed_since_is_not_overwritten() {
    let mut desk = Desk::new();
    desk.note(1, "mine");
    desk.library.apply(Change::Note(Note {
        plan: PLAN,
        text: "from elsewhere".to_owned(),
        updated: Timestamp(2),
    }));
    let label = "Write notes of “Garden”".to_owned();
    let before = desk.library.clone();
    assert_eq!(desk.undo(3), Some(UndoProblem::ChangedSince { label }));
    assert_eq!(desk.library, before);
}

#[test]
fn what_is_not_of_a_person_is_not_in_the_journal() {
    let mut desk = Desk::new();
    let n = desk.history.entries().len();
    let settings = desk.library.settings().clone();
    desk.apply(1, vec![Change::Settings(settings)]);
    desk.edit(2, |edit| {
        edit.plan(PLAN, |plan| plan.updated = Timestamp(99))
    });
    desk.edit(2, |edit| edit.phase(PhaseId(77), |_| ()));
    assert_eq!(desk.history.entries().len(), n);
}

#[test]
fn the_oldest_is_forgotten_first_and_the_rest_still_works() {
    let mut desk = Desk::new();
    for i in 0..10 {
        desk.edit(100 + i, |edit| {
            edit.add_phase(PLAN, PhaseId(10 + i as u128), "P")
        });
    }
    let first = desk.history.forget(Timestamp(103), usize::MAX);
    assert_eq!(first, Some(desk.history.entries()[0].id));
    assert_eq!(desk.history.forget(Timestamp(103), usize::MAX), None);
    assert_eq!(desk.history.entries().len(), 7);
    let three = desk.history.entries()[4..].iter();
    let three = three.map(Entry::approximate_bytes).sum();
    desk.history.forget(Timestamp(0), three);
    assert_eq!(desk.history.entries().len(), 3);
    for now in 0..3 {
        assert_eq!(desk.undo(200 + now), None);
    }
    assert_eq!(desk.undo(300), Some(UndoProblem::Nothing));
    assert_eq!(desk.library.phases(PLAN).len(), 7);

    let next = desk.history.forget(Timestamp(1_000), usize::MAX);
    assert!(desk.history.entries().is_empty());
    desk.note(1_001, "anew");
    assert_eq!(
        Some(desk.history.entries()[0].id),
        next,
        "no id is given twice"
    );
}

#[test]
fn a_task_is_ticked_and_unticked_as_anything_else_is_done_and_undone() {
    let text = "- [ ] Beds\n";
    let tick = Tick::toggle(crate::DocumentId(5), text, 3).unwrap();
    let mut desk = Desk::new();
    let entry = desk.history.record_tick(tick.clone(), Timestamp(1));
    assert_eq!(entry.label, "Tick “Beds”");
    desk.history.push(entry);
    let (undone, changes) = desk.history.undo(&desk.library, Timestamp(2)).unwrap();
    assert_eq!(undone.tick, Some(tick.reversed()));
    assert_eq!(changes, []);
    desk.history.push(undone);
    let (redone, _) = desk.history.redo(&desk.library, Timestamp(3)).unwrap();
    assert_eq!(redone.tick, Some(tick));
    let again = History::from_entries(desk.history.entries().to_vec());
    assert_eq!(again, desk.history);
}

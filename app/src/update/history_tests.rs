use postil_model::{EntryId, History, Library, PhaseStatus, PlanId, RecordId};
use postil_store::{Access, Event, ReadOnlyWhy, Recovery};
use postil_watcher::Request;

use crate::command::{Command, UserCommand};
use crate::effects::Effect;
use crate::update::tests::Bench;

fn note(bench: &Bench, plan: PlanId) -> &str {
    bench.state.library.note(plan).map_or("", |note| &note.text)
}

/// The last batch that the effects hand to the store.
fn batch(effects: &[Effect]) -> Option<&postil_store::Batch> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Write(batch) => Some(batch),
        _ => None,
    })
}

#[test]
fn what_is_done_goes_to_the_store_with_its_entry() {
    let (mut bench, plan) = Bench::with_plan();
    let effects = bench.user(UserCommand::AddPhase(plan, "Ground".to_owned()));
    let written = batch(&effects).expect("a batch");
    let entry = written.entry.as_ref().expect("an entry");
    assert_eq!(entry.label, "Add phase “Ground”");

    let effects = bench.user(UserCommand::Undo);
    let written = batch(&effects).expect("a batch");
    assert!(written.entry.is_some() && !written.changes.is_empty());
    assert!(bench.state.library.phases(plan).is_empty());
    bench.user(UserCommand::Redo);
    assert_eq!(bench.state.library.phases(plan).len(), 1);
}

#[test]
fn typing_is_undone_as_a_whole_and_what_is_still_typed_too() {
    let (mut bench, plan) = Bench::with_plan();
    for text in ["w", "wa", "water"] {
        bench.user(UserCommand::EditNote(plan, text.to_owned()));
        bench.now += 900;
        bench.take(Command::Tick);
    }
    bench.now += 60_000;
    bench.user(UserCommand::EditNote(plan, "water it".to_owned()));
    bench.user(UserCommand::Undo);
    assert_eq!(note(&bench, plan), "water");
    bench.user(UserCommand::Undo);
    assert_eq!(note(&bench, plan), "");
    bench.user(UserCommand::Redo);
    bench.user(UserCommand::Redo);
    assert_eq!(note(&bench, plan), "water it");
}

#[test]
fn the_history_is_walked_to_any_point_and_back() {
    let (mut bench, plan) = Bench::with_plan();
    for name in ["A", "B", "C"] {
        bench.user(UserCommand::AddPhase(plan, name.to_owned()));
    }
    let ids: Vec<EntryId> = bench
        .state
        .history
        .undoable()
        .map(|entry| entry.id)
        .collect();
    bench.user(UserCommand::GoTo(ids[2]));
    assert_eq!(bench.state.library.phases(plan).len(), 1);
    bench.user(UserCommand::GoTo(ids[0]));
    assert_eq!(bench.state.library.phases(plan).len(), 3);
    bench.user(UserCommand::UndoAll);
    assert_eq!(bench.state.library.plans().count(), 0);
    bench.user(UserCommand::GoTo(ids[0]));
    assert_eq!(bench.state.library.phases(plan).len(), 3);
    assert_eq!(
        bench.state.history.next_undo().map(|entry| entry.id),
        Some(ids[0])
    );
}

#[test]
fn undoing_a_registration_takes_the_plan_off_the_list_and_its_watch_with_it() {
    let (mut bench, plan) = Bench::with_plan();
    let effects = bench.user(UserCommand::Undo);
    let unwatches = effects
        .iter()
        .any(|effect| matches!(effect, Effect::Watch(Request::RemoveRoot { .. })));
    assert!(unwatches, "{effects:?}");
    assert_eq!(bench.state.open_plan, None);
    let effects = bench.user(UserCommand::Redo);
    let watches = effects
        .iter()
        .any(|effect| matches!(effect, Effect::Watch(Request::AddRoot { .. })));
    assert!(watches, "{effects:?}");
    assert!(bench.state.library.plans().any(|listed| listed.id == plan));
}

#[test]
fn what_changed_since_is_left_and_said() {
    let (mut bench, plan) = Bench::with_plan();
    bench.user(UserCommand::AddPhase(plan, "Ground".to_owned()));
    let mut phase = bench.state.library.phases(plan)[0].clone();
    phase.status = PhaseStatus::Completed;
    bench
        .state
        .library
        .apply(postil_model::Change::Phase(phase));
    bench.user(UserCommand::Undo);
    assert_eq!(bench.state.library.phases(plan).len(), 1);
    let said = &bench.state.notices.last().expect("a notice").text;
    assert!(said.contains("cannot be undone"), "{said}");
}

#[test]
fn a_milestone_comes_out_of_the_trash_with_its_phase() {
    let (mut bench, plan) = Bench::with_plan();
    bench.user(UserCommand::AddPhase(plan, "Ground".to_owned()));
    let phase = bench.state.library.phases(plan)[0].id;
    bench.user(UserCommand::AddMilestone(phase, "Dig".to_owned()));
    let milestone = bench.state.library.milestones(phase)[0].id;
    bench.user(UserCommand::RemoveMilestone(milestone));
    bench.user(UserCommand::RemovePhase(phase));
    assert_eq!(bench.state.library.removed().len(), 2);
    bench.user(UserCommand::Restore(RecordId::Milestone(milestone)));
    assert_eq!(bench.state.library.removed().len(), 0);
    bench.user(UserCommand::Undo);
    assert_eq!(bench.state.library.removed().len(), 2, "as one thing");
}

/// A library whose disk is full.
fn stuck() -> (Bench, PlanId) {
    let (mut bench, plan) = Bench::with_plan();
    bench.user(UserCommand::AddPhase(plan, "Ground".to_owned()));
    bench.take(Command::Store(postil_store::Event::Waiting {
        n_changes: 1,
        error: postil_store::WriteError::NoRoom,
    }));
    (bench, plan)
}

#[test]
fn a_window_with_changes_that_cannot_be_written_asks_before_it_closes() {
    let (mut bench, _) = stuck();
    assert!(bench.state.would_lose());
    bench.user(UserCommand::AskToQuit);
    let effects = bench.user(UserCommand::QuitWhenSaved);
    let closes = |effects: &[Effect]| effects.iter().any(|e| matches!(e, Effect::Close));
    assert!(!closes(&effects));
    let revision = bench.state.next_revision - 1;
    let effects = bench.take(Command::Store(postil_store::Event::Committed { revision }));
    assert!(closes(&effects), "there was room again");
    assert!(!bench.state.would_lose());
}

#[test]
fn a_person_can_leave_without_what_cannot_be_written_or_stay() {
    let (mut bench, _) = stuck();
    bench.user(UserCommand::AskToQuit);
    bench.user(UserCommand::StayOpen);
    assert_eq!(bench.state.quitting, None);
    assert!(bench.state.would_lose());
    let effects = bench.user(UserCommand::QuitAnyway);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Close)));
    assert!(!bench.state.would_lose(), "or it would be asked again");
}

/// What the store's thread says of a library that it has opened.
fn opened(history: History, access: Access, recovery: Option<Box<Recovery>>) -> Command {
    Command::Store(Event::Opened {
        library: Library::default(),
        history,
        problems: Vec::new(),
        access,
        recovery,
        file: "/data/postil.redb".into(),
    })
}

#[test]
fn what_is_older_than_ninety_days_goes_from_the_journal_with_the_next_batch() {
    let (mut bench, plan) = Bench::with_plan();
    bench.user(UserCommand::AddPhase(plan, "Old".to_owned()));
    let history = bench.state.history.clone();
    let n = history.entries().len() as u64;
    bench.now += 91 * 24 * 60 * 60 * 1_000;
    let mut effects = bench.take(opened(history, Access::ReadWrite, None));
    assert!(bench.state.history.entries().is_empty());
    effects.extend(bench.user(UserCommand::WatchAnyway("/plans/new".into())));
    let forgets = effects.iter().find_map(|effect| match effect {
        Effect::Write(batch) => batch.forget_before,
        _ => None,
    });
    assert_eq!(forgets, Some(EntryId(n + 1)));
}

#[test]
fn a_library_that_is_only_read_is_shown_and_nothing_is_handed_over() {
    let (mut bench, plan) = Bench::with_plan();
    let why = ReadOnlyWhy::Newer {
        what: "schema 2".to_owned(),
    };
    bench.take(opened(History::default(), Access::ReadOnly { why }, None));
    assert!(
        bench
            .state
            .notices
            .iter()
            .any(|notice| notice.text.contains("newer Postil"))
    );
    let effects = bench.user(UserCommand::AddPhase(plan, "Ground".to_owned()));
    assert!(batch(&effects).is_none(), "{effects:?}");
    assert!(!bench.state.would_lose(), "nothing waits that was promised");
}

#[test]
fn what_was_recovered_stays_to_be_read() {
    let (mut bench, _) = Bench::with_plan();
    let recovery = Box::new(Recovery {
        why: "it ends early".to_owned(),
        damaged: None,
        n_from_file: 2,
        n_from_backup: 0,
        backup: None,
        n_from_ops: 0,
        n_lost: 0,
        is_complete: true,
    });
    bench.take(opened(
        History::default(),
        Access::ReadWrite,
        Some(recovery),
    ));
    bench.now += 1_000_000;
    bench.take(Command::Tick);
    let said = bench.state.recovery.clone().expect("what was recovered");
    assert!(said.contains("2 records recovered"), "{said}");
    bench.user(UserCommand::DismissRecovery);
    assert_eq!(bench.state.recovery, None);
}

use std::sync::Arc;

use postil_model::PlanId;
use postil_watcher::{
    ContentHash, Document, Event, Request, RootId, Stamp, TextEdit, WriteError, Written,
};

use crate::command::{Command, UserCommand};
use crate::effects::Effect;
use crate::update::tests::Bench;

const PLAN: &str = "# Dig\n\n- [ ] Beds\n- [ ] Paths\n";
const MARK: usize = 10;

fn document(text: &str) -> Document {
    Document {
        path: "a.md".to_owned(),
        text: Arc::from(text),
        hash: ContentHash::of(text.as_bytes()),
        stamp: Stamp {
            len: text.len() as u64,
            mtime_ns: 2,
            inode: 1,
        },
        notices: Vec::new(),
    }
}

/// The plan's first document with tasks in it, shown.
fn shown() -> (Bench, PlanId) {
    let (mut bench, plan) = Bench::with_plan();
    bench.take(Command::Watcher(Event::Document {
        root: RootId(plan.0),
        path: "a.md".to_owned(),
        result: Ok(document(PLAN)),
    }));
    (bench, plan)
}

/// The one write that is asked for: its ticket, the text it is for, and its edit.
fn write(effects: &[Effect]) -> Option<(u64, ContentHash, TextEdit)> {
    let mut writes = effects.iter().filter_map(|effect| match effect {
        Effect::Watch(Request::Write {
            ticket,
            path,
            expected,
            edits,
            ..
        }) if path == "a.md" => Some((*ticket, *expected, edits[0].clone())),
        _ => None,
    });
    let write = writes.next();
    assert!(writes.next().is_none(), "{effects:?}");
    write
}

fn answer(
    bench: &mut Bench,
    plan: PlanId,
    ticket: u64,
    result: Result<&str, WriteError>,
) -> Vec<Effect> {
    bench.take(Command::Watcher(Event::Written {
        ticket,
        root: RootId(plan.0),
        path: "a.md".to_owned(),
        result: result.map(|text| Written {
            document: document(text),
            is_durable: true,
        }),
    }))
}

fn labels(bench: &Bench) -> Vec<&str> {
    let undoable = bench.state.history.undoable();
    undoable.map(|entry| entry.label.as_str()).collect()
}

fn ticked() -> String {
    PLAN.replace("[ ] Beds", "[x] Beds")
}

#[test]
fn a_click_asks_for_one_byte_and_becomes_history_once_it_is_in_the_file() {
    let (mut bench, plan) = shown();
    let effects = bench.user(UserCommand::ToggleTask(MARK));
    let (ticket, expected, edit) = write(&effects).expect("a write");
    assert_eq!(expected, ContentHash::of(PLAN.as_bytes()));
    assert_eq!((edit.range, edit.text.as_str()), (MARK..MARK + 1, "x"));
    assert!(!bench.state.is_settled());
    assert!(!labels(&bench).contains(&"Tick “Beds”"));

    let effects = answer(&mut bench, plan, ticket, Ok(&ticked()));
    assert_eq!(labels(&bench)[0], "Tick “Beds”");
    let batches = effects.iter().filter_map(|effect| match effect {
        Effect::Write(batch) => batch.entry.as_ref(),
        _ => None,
    });
    assert!(batches.into_iter().any(|entry| entry.tick.is_some()));
    let shown = bench.state.shown().expect("a text");
    assert_eq!(&**shown.text(), ticked());
    let open = bench.state.document.as_ref().expect("open");
    assert!(open.hunks.is_empty(), "what one did oneself is no news");
}

#[test]
fn undo_and_redo_write_the_file_before_they_are_history() {
    let (mut bench, plan) = shown();
    let effects = bench.user(UserCommand::ToggleTask(MARK));
    let ticket = write(&effects).expect("a write").0;
    answer(&mut bench, plan, ticket, Ok(&ticked()));

    let effects = bench.user(UserCommand::Undo);
    let (ticket, expected, edit) = write(&effects).expect("a write");
    assert_eq!(expected, ContentHash::of(ticked().as_bytes()));
    assert_eq!(edit.text, " ");
    assert_eq!(labels(&bench)[0], "Tick “Beds”");
    // Pressed twice in a hurry: the other one is not taken back in its place.
    assert!(write(&bench.user(UserCommand::Undo)).is_none());
    answer(&mut bench, plan, ticket, Ok(PLAN));
    assert!(!labels(&bench).contains(&"Tick “Beds”"));

    let effects = bench.user(UserCommand::Redo);
    let (ticket, _, edit) = write(&effects).expect("a write");
    assert_eq!(edit.text, "x");
    answer(&mut bench, plan, ticket, Ok(&ticked()));
    assert_eq!(labels(&bench)[0], "Tick “Beds”");
}

#[test]
fn after_a_conflict_the_task_is_found_in_the_fresh_text_once() {
    let (mut bench, plan) = shown();
    let conflict = |text: &str| {
        Err(WriteError::Conflict {
            fresh: Box::new(document(text)),
            path: "a.md".to_owned(),
        })
    };
    let effects = bench.user(UserCommand::ToggleTask(MARK));
    let ticket = write(&effects).expect("a write").0;
    let fresh = format!("Meanwhile\n\n{PLAN}");
    let effects = answer(&mut bench, plan, ticket, conflict(&fresh));
    let (ticket, expected, edit) = write(&effects).expect("another try");
    assert_eq!(expected, ContentHash::of(fresh.as_bytes()));
    assert_eq!(edit.range.start, MARK + 11);
    let effects = answer(&mut bench, plan, ticket, conflict(PLAN));
    assert!(write(&effects).is_none());
    assert_eq!(bench.state.notices.len(), 1);
    assert!(bench.state.ticking.is_empty());
}

#[test]
fn a_task_that_is_gone_is_not_ticked_and_the_fresh_text_is_shown() {
    let (mut bench, plan) = shown();
    let effects = bench.user(UserCommand::ToggleTask(MARK));
    let ticket = write(&effects).expect("a write").0;
    let fresh = PLAN.replace("- [ ] Beds\n", "");
    let conflict = WriteError::Conflict {
        fresh: Box::new(document(&fresh)),
        path: "a.md".to_owned(),
    };
    let effects = answer(&mut bench, plan, ticket, Err(conflict));
    assert!(write(&effects).is_none());
    assert_eq!(&**bench.state.shown().expect("a text").text(), fresh);
    assert!(bench.state.notices[0].text.contains("Beds"));
    assert!(!labels(&bench).contains(&"Tick “Beds”"));
}

#[test]
fn undo_in_another_document_opens_it_first() {
    let (mut bench, plan) = shown();
    let effects = bench.user(UserCommand::ToggleTask(MARK));
    let ticket = write(&effects).expect("a write").0;
    answer(&mut bench, plan, ticket, Ok(&ticked()));
    let first = bench.state.document.as_ref().map(|open| open.id);
    bench.user(UserCommand::NextDocument);
    assert_ne!(bench.state.document.as_ref().map(|open| open.id), first);

    let effects = bench.user(UserCommand::Undo);
    assert!(write(&effects).is_none());
    assert_eq!(bench.state.document.as_ref().map(|open| open.id), first);
    let effects = bench.take(Command::Watcher(Event::Document {
        root: RootId(plan.0),
        path: "a.md".to_owned(),
        result: Ok(document(&ticked())),
    }));
    assert_eq!(write(&effects).expect("a write").2.text, " ");
}

#[test]
fn the_whole_history_is_walked_through_a_file() {
    let (mut bench, plan) = shown();
    bench.user(UserCommand::AddPhase(plan, "A".to_owned()));
    let effects = bench.user(UserCommand::ToggleTask(MARK));
    let ticket = write(&effects).expect("a write").0;
    answer(&mut bench, plan, ticket, Ok(&ticked()));
    bench.user(UserCommand::AddPhase(plan, "B".to_owned()));

    let effects = bench.user(UserCommand::UndoAll);
    let ticket = write(&effects).expect("a write").0;
    assert_eq!(bench.state.library.phases(plan).len(), 1);
    answer(&mut bench, plan, ticket, Ok(PLAN));
    assert_eq!(bench.state.history.undoable().count(), 0);
}

#[test]
fn what_the_disk_refuses_is_told() {
    let (mut bench, plan) = shown();
    let effects = bench.user(UserCommand::ToggleTask(MARK));
    let ticket = write(&effects).expect("a write").0;
    let path = "a.md".to_owned();
    answer(&mut bench, plan, ticket, Err(WriteError::ReadOnly { path }));
    assert!(bench.state.notices[0].text.contains("read-only"));
    assert_eq!(&**bench.state.shown().expect("a text").text(), PLAN);
    assert!(bench.state.ticking.is_empty());
}

//! What was done, with the changes that it made: in one transaction, and there again after a start.

use std::fs::{self, File};
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use postil_model::{
    Change, Entry, EntryId, History, Library, Note, Phase, PhaseId, PhaseStatus, Plan, PlanId,
    PlanStatus, Rank, Scope, Step, Timestamp,
};
use postil_store::{Batch, Event, Lock, OpenRedb, RecordFault, start_with};
use proptest::prelude::*;
use redb::backends::FileBackend;
use redb::{BackendError, StorageBackend};

use crate::support::{
    Bench, copy, database, drop_tables, envelope, next, note, note_text, put, put_row, quiet, rows,
};

const JOURNAL: &str = "authored/journal";

impl Bench {
    /// What the app does with a command: decide, apply, hand over with the entry.
    pub(crate) fn act(&mut self, changes: Vec<Change>, now: i64) -> Option<EntryId> {
        let steps = Step::of(&self.library, &changes);
        let entry = self.history.record(&self.library, steps, Timestamp(now));
        let id = entry.as_ref().map(|entry| entry.id);
        self.hand_over(entry, changes, None);
        id
    }

    pub(crate) fn undo(&mut self, now: i64) -> bool {
        let undone = self.history.undo(&self.library, Timestamp(now));
        let is_undone = undone.is_ok();
        if let Ok((entry, changes)) = undone {
            self.hand_over(Some(entry), changes, None);
        }
        is_undone
    }

    pub(crate) fn redo(&mut self, now: i64) -> bool {
        let redone = self.history.redo(&self.library, Timestamp(now));
        let is_redone = redone.is_ok();
        if let Ok((entry, changes)) = redone {
            self.hand_over(Some(entry), changes, None);
        }
        is_redone
    }

    fn hand_over(
        &mut self,
        entry: Option<Entry>,
        changes: Vec<Change>,
        forget_before: Option<EntryId>,
    ) {
        for change in &changes {
            self.library.apply(change.clone());
        }
        if let Some(entry) = &entry {
            self.history.push(entry.clone());
        }
        self.revision += 1;
        let batch = Batch {
            revision: self.revision,
            changes,
            entry,
            forget_before,
            ..Batch::default()
        };
        self.store.write(batch).unwrap();
    }
}

fn plan(name: &str) -> Change {
    Change::Plan(Plan {
        id: PlanId(1),
        name: name.to_owned(),
        folder: "/plans/garden".to_owned(),
        description: String::new(),
        scope: Scope::default(),
        status: PlanStatus::Active,
        created: Timestamp(1),
        updated: Timestamp(2),
        removed: None,
    })
}

fn phase(id: u128, name: &str) -> Change {
    Change::Phase(Phase {
        id: PhaseId(id),
        plan: PlanId(1),
        name: name.to_owned(),
        description: String::new(),
        rank: Rank::FIRST,
        status: PhaseStatus::Pending,
        started: None,
        completed: None,
        updated: Timestamp(0),
        removed: None,
    })
}

fn typed(text: &str, now: i64) -> Change {
    Change::Note(Note {
        plan: PlanId(1),
        text: text.to_owned(),
        updated: Timestamp(now),
    })
}

/// Things done, undone and redone, an hour apart.
fn five_entries(dir: &Path) -> (Library, History) {
    const HOUR: i64 = 3_600_000;
    let mut bench = Bench::open(dir);
    bench.act(vec![plan("Garden")], HOUR);
    bench.act(vec![phase(2, "Dig"), plan("Garden, dug")], 2 * HOUR);
    bench.act(vec![typed("Hi", 3 * HOUR)], 3 * HOUR);
    assert!(bench.undo(4 * HOUR));
    assert!(bench.redo(5 * HOUR));
    bench.settle();
    let history = bench.history.clone();
    (bench.close(), history)
}

/// The same entries, and the same of them to undo and redo. What the next id is after all were
/// forgotten may differ.
fn assert_same(a: &History, b: &History) {
    assert_eq!(a.entries(), b.entries());
    assert!(a.undoable().eq(b.undoable()));
    assert!(a.redoable().eq(b.redoable()));
}

fn key(id: u64) -> [u8; 8] {
    id.to_be_bytes()
}

#[test]
fn the_next_start_knows_what_was_done_and_can_undo_it() {
    let dir = tempfile::tempdir().unwrap();
    let (library, history) = five_entries(dir.path());
    let mut bench = Bench::open(dir.path());
    assert!(bench.problems.is_empty());
    assert_eq!((&bench.library, &bench.history), (&library, &history));
    for now in 0..3 {
        assert!(bench.undo(20_000_000 + now));
    }
    assert!(!bench.undo(30_000_000));
    bench.settle();
    let expected = bench.history.clone();
    let library = bench.close();
    let bench = Bench::open(dir.path());
    assert_eq!((&bench.library, &bench.history), (&library, &expected));
    assert_eq!(bench.library.plans().count(), 0);
    assert_eq!(bench.history.redoable().count(), 3);
}

/// A disk that keeps the file as it was after each write to it.
#[derive(Debug)]
struct Filmed {
    file: FileBackend,
    path: PathBuf,
    film: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Filmed {
    fn shoot(&self) -> io::Result<()> {
        let mut film = self.film.lock().unwrap_or_else(PoisonError::into_inner);
        film.push(fs::read(&self.path)?);
        Ok(())
    }
}

impl StorageBackend for Filmed {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)?;
        self.shoot()
    }

    fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.file.write(offset, data)?;
        self.shoot()
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }
}

#[test]
fn at_no_moment_is_there_a_change_without_its_entry_or_an_entry_without_its_change() {
    let dir = tempfile::tempdir().unwrap();
    Bench::open(dir.path()).close();
    let film = Arc::new(Mutex::new(Vec::new()));
    let (path, to) = (database(dir.path()), Arc::clone(&film));
    let open_redb: OpenRedb = Arc::new(move |builder, file: File| {
        builder.create_with_backend(Filmed {
            file: FileBackend::new(file)?,
            path: path.clone(),
            film: Arc::clone(&to),
        })
    });
    let lock = Lock::acquire(dir.path()).unwrap();
    let (store, events) = start_with(lock, quiet(), open_redb).unwrap();
    let mut bench = Bench::of(store, events);
    for n in 1..=4_u32 {
        bench.act(vec![note(u128::from(n), "words")], i64::from(n));
        bench.settle();
    }
    bench.close();

    let film = film.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(film.len() > 8, "{} pictures", film.len());
    let mut seen = Vec::new();
    for bytes in film.iter() {
        let left = tempfile::tempdir().unwrap();
        put(&database(left.path()), bytes);
        let bench = Bench::open(left.path());
        let n = bench.history.entries().len();
        for plan in 1..=4 {
            let is_there = note_text(&bench.library, plan).is_some();
            assert_eq!(is_there, plan as usize <= n, "note {plan} of {n} entries");
        }
        seen.push(n);
    }
    assert!(seen.is_sorted());
    seen.dedup();
    assert_eq!(seen, [0, 1, 2, 3, 4]);
}

#[test]
fn typing_that_goes_on_is_one_row() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    for (n, text) in ["H", "He", "Hell", "Hello"].into_iter().enumerate() {
        let now = 1000 * i64::try_from(n).unwrap();
        assert_eq!(bench.act(vec![typed(text, now)], now), Some(EntryId(1)));
        bench.settle();
    }
    let expected = bench.history.clone();
    bench.close();
    assert_eq!(rows(dir.path(), JOURNAL).len(), 1);
    let mut bench = Bench::open(dir.path());
    assert_eq!(bench.history, expected);
    assert!(bench.undo(9000));
    assert_eq!(note_text(&bench.library, 1), Some(""));
}

#[test]
fn what_is_forgotten_is_gone_and_nothing_else_is() {
    let dir = tempfile::tempdir().unwrap();
    let (_, mut history) = five_entries(dir.path());
    let mut bench = Bench::open(dir.path());
    // Also what was not written yet when it was forgotten.
    bench.hand_over(None, vec![note(9, "kept")], Some(EntryId(4)));
    bench.settle();
    let library = bench.close();
    let keys: Vec<_> = rows(dir.path(), JOURNAL)
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    assert_eq!(keys, [key(4), key(5)]);
    let first = history.forget(Timestamp(14_400_000), usize::MAX);
    assert_eq!(first, Some(EntryId(4)));
    let bench = Bench::open(dir.path());
    assert_eq!(bench.library, library);
    assert_same(&bench.history, &history);
}

#[test]
fn an_entry_that_is_forgotten_in_the_batch_that_brings_it_is_not_kept() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    let changes = vec![note(1, "x")];
    let steps = Step::of(&bench.library, &changes);
    let entry = bench.history.record(&bench.library, steps, Timestamp(1));
    bench.hand_over(entry, changes, Some(EntryId(2)));
    bench.settle();
    bench.close();
    let bench = Bench::open(dir.path());
    assert!(bench.history.entries().is_empty());
    assert_eq!(note_text(&bench.library, 1), Some("x"));
}

#[test]
fn damaged_and_newer_entries_are_reported_and_kept_and_the_others_are_there() {
    let dir = tempfile::tempdir().unwrap();
    let (library, history) = five_entries(dir.path());
    let mut bad = rows(dir.path(), JOURNAL)[1].1.clone();
    bad[30] ^= 4;
    put_row(dir.path(), JOURNAL, &key(2), &bad);
    let newer = envelope(10, 3, &key(3), b"fields of the future");
    put_row(dir.path(), JOURNAL, &key(3), &newer);

    let bench = Bench::open(dir.path());
    assert_eq!(bench.library, library);
    let problems: Vec<_> = bench
        .problems
        .iter()
        .map(|p| (p.table, p.key_hex.as_str(), &p.fault))
        .collect();
    assert_eq!(
        problems,
        [
            (JOURNAL, "0000000000000002", &RecordFault::Checksum),
            (
                JOURNAL,
                "0000000000000003",
                &RecordFault::Newer { version: 3 }
            )
        ]
    );
    let ids: Vec<_> = bench.history.entries().iter().map(|e| e.id.0).collect();
    assert_eq!(ids, [1, 4, 5]);
    assert_eq!(bench.history.entries()[0], history.entries()[0]);
    bench.close();
    let kept: Vec<_> = rows(dir.path(), "authored/quarantine")
        .into_iter()
        .map(|(_, value)| value)
        .collect();
    assert_eq!(kept, [bad, newer]);
}

/// The first databases of schema 1 were made before there was a journal.
#[test]
fn a_database_without_a_journal_opens_and_gets_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.save(vec![plan("Garden"), note(1, "words")]);
    let library = bench.close();
    assert_eq!(drop_tables(dir.path(), JOURNAL), 1);
    assert_eq!(drop_tables(dir.path(), "derived/ops"), 1);

    let mut bench = Bench::open(dir.path());
    assert!(bench.problems.is_empty());
    assert_eq!(
        (&bench.library, &bench.history),
        (&library, &History::default())
    );
    // Forgetting what was never there is no error either.
    bench.hand_over(None, vec![note(2, "more")], Some(EntryId(7)));
    bench.act(vec![plan("Orchard")], 1);
    bench.settle();
    let (expected, library) = (bench.history.clone(), bench.close());
    let bench = Bench::open(dir.path());
    assert_eq!((&bench.library, &bench.history), (&library, &expected));
}

#[test]
fn a_change_whose_entry_no_record_can_hold_is_written_all_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.act(vec![typed("short", 1)], 1);
    bench.settle();
    // As long as a note can be; goes on with the typing.
    let long = "x".repeat((4 << 20) - 32);
    assert_eq!(bench.act(vec![typed(&long, 2)], 2), Some(EntryId(1)));
    match next(&bench.events) {
        Event::EntryTooLarge {
            revision: 2,
            entry: EntryId(1),
            label,
            n_bytes,
            max_bytes,
        } => {
            assert_eq!(label, "Write notes");
            assert!(n_bytes > max_bytes);
        }
        other => panic!("{other:?}"),
    }
    bench.settle();
    let library = bench.close();
    let bench = Bench::open(dir.path());
    assert_eq!(bench.library, library);
    // What it was before it grew would undo something else.
    assert!(bench.history.entries().is_empty());
    assert!(bench.problems.is_empty());
}

#[derive(Clone, Debug)]
enum Deed {
    Name(u8),
    Phases(u8, u8),
    Type(u8),
    Undo,
    Redo,
    /// Something that is not in the journal.
    Aside(u8),
    Forget(i64),
    Wait,
    Restart,
    /// Goes on with what a killed process would have left.
    Die,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        2 => (0..4_u8).prop_map(Deed::Name),
        3 => (0..4_u8, 0..4_u8).prop_map(|(id, name)| Deed::Phases(id, name)),
        4 => (0..6_u8).prop_map(Deed::Type),
        6 => Just(Deed::Undo),
        4 => Just(Deed::Redo),
        1 => (0..3_u8).prop_map(Deed::Aside),
        1 => (0..20_i64).prop_map(Deed::Forget),
        2 => Just(Deed::Wait),
        2 => Just(Deed::Restart),
        1 => Just(Deed::Die),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..Default::default() })]

    /// Against the library and the history in memory, which never were on a disk.
    #[test]
    fn any_session_of_doing_and_undoing_is_what_it_would_be_in_memory(
        deeds in prop::collection::vec(deed(), 1..40),
    ) {
        let mut dir = tempfile::tempdir().unwrap();
        let mut bench = Bench::open(dir.path());
        let mut now = 0;
        for deed in deeds {
            now += 1000;
            match deed {
                Deed::Name(n) => {
                    bench.act(vec![plan(&format!("Plan {n}"))], now);
                }
                Deed::Phases(id, n) => {
                    let id = u128::from(id);
                    let name = format!("Phase {n}");
                    bench.act(vec![phase(id, &name), phase(id + 1, &name)], now);
                }
                Deed::Type(n) => {
                    bench.act(vec![typed(&"w".repeat(n.into()), now)], now);
                }
                Deed::Undo => {
                    bench.undo(now);
                }
                Deed::Redo => {
                    bench.redo(now);
                }
                Deed::Aside(n) => bench.write(vec![phase(n.into(), "Aside")]),
                Deed::Forget(seconds) => {
                    let since = Timestamp(now - seconds * 1000);
                    let first = bench.history.forget(since, usize::MAX);
                    bench.hand_over(None, Vec::new(), first);
                }
                Deed::Wait => now += 10_000,
                Deed::Restart | Deed::Die => {
                    let history = bench.history.clone();
                    let (left, expected) = if matches!(deed, Deed::Die) {
                        bench.save(Vec::new());
                        (Some(copy(dir.path())), bench.close())
                    } else {
                        (None, bench.close())
                    };
                    dir = left.unwrap_or(dir);
                    bench = Bench::open(dir.path());
                    prop_assert!(bench.problems.is_empty());
                    prop_assert_eq!(&bench.library, &expected);
                    assert_same(&bench.history, &history);
                }
            }
        }
        let history = bench.history.clone();
        let expected = bench.close();
        let bench = Bench::open(dir.path());
        prop_assert_eq!(&bench.library, &expected);
        assert_same(&bench.history, &history);
    }
}

//! A library on a temporary disk, and hands to look into its file and to break it.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::Receiver;
use postil_model::{Change, History, Library, Note, PlanId, Timestamp};
use postil_store::{
    Access, Batch, CloseReport, Event, Lock, OpenError, RecordProblem, Recovery, Store, Waker,
    start,
};
use redb::{ReadableDatabase, ReadableTable, TableDefinition, TableHandle};

/// Longer than anything here takes on the slowest machine; only a failure waits for it.
const PATIENCE: Duration = Duration::from_mins(1);

/// The schema of today.
pub(crate) const SCHEMA: u32 = 2;

pub(crate) type Rows = TableDefinition<'static, &'static [u8], &'static [u8]>;

/// A running store, and the library as it must be.
pub(crate) struct Bench {
    pub(crate) store: Store,
    pub(crate) events: Receiver<Event>,
    pub(crate) problems: Vec<RecordProblem>,
    pub(crate) access: Access,
    pub(crate) recovery: Option<Box<Recovery>>,
    pub(crate) library: Library,
    pub(crate) history: History,
    pub(crate) revision: u64,
}

pub(crate) fn quiet() -> Waker {
    Arc::new(|| {})
}

impl Bench {
    /// Opens the library in `dir`, which must be one that opens.
    pub(crate) fn open(dir: &Path) -> Self {
        let (store, events) = start(Lock::acquire(dir).unwrap(), quiet()).unwrap();
        Self::of(store, events)
    }

    pub(crate) fn of(store: Store, events: Receiver<Event>) -> Self {
        Self::opened(store, events).unwrap()
    }

    fn opened(store: Store, events: Receiver<Event>) -> Result<Self, OpenError> {
        match next(&events) {
            Event::Opened {
                library,
                history,
                problems,
                access,
                recovery,
                ..
            } => Ok(Self {
                store,
                events,
                problems,
                access,
                recovery,
                library,
                history,
                revision: 0,
            }),
            Event::OpenFailed { error } => Err(error),
            other => panic!("neither opened nor failed: {other:?}"),
        }
    }

    /// Hands changes over, and takes them into the library in memory.
    pub(crate) fn write(&mut self, changes: Vec<Change>) {
        for change in &changes {
            self.library.apply(change.clone());
        }
        self.revision += 1;
        let revision = self.revision;
        let batch = Batch {
            revision,
            changes,
            ..Batch::default()
        };
        self.store.write(batch).unwrap();
    }

    /// Waits until all that was handed over is acknowledged.
    pub(crate) fn settle(&self) {
        while match next(&self.events) {
            Event::Committed { revision } => revision < self.revision,
            other => panic!("not committed: {other:?}"),
        } {}
    }

    pub(crate) fn save(&mut self, changes: Vec<Change>) {
        self.write(changes);
        self.settle();
    }

    /// Closes, and gives the library as it must be.
    pub(crate) fn close(self) -> Library {
        assert_eq!(self.store.close(), CloseReport { n_unwritten: 0 });
        self.library
    }
}

/// The next event but those of backups and of slow repairs, which come when they like.
pub(crate) fn next(events: &Receiver<Event>) -> Event {
    loop {
        match events.recv_timeout(PATIENCE).expect("no event") {
            Event::BackedUp { .. } | Event::Repairing { .. } => {}
            event => return event,
        }
    }
}

/// The error of a library that cannot be opened; its file must not change.
pub(crate) fn open_error(dir: &Path) -> OpenError {
    let before = fs::read(database(dir)).ok();
    let error = match try_open(dir) {
        Ok(bench) => panic!("opened: {:?}", bench.library),
        Err(error) => error,
    };
    assert!(fs::read(database(dir)).ok() == before, "the file changed");
    error
}

pub(crate) fn try_open(dir: &Path) -> Result<Bench, OpenError> {
    let (store, events) = start(Lock::acquire(dir).unwrap(), quiet()).unwrap();
    Bench::opened(store, events)
}

pub(crate) fn database(dir: &Path) -> PathBuf {
    dir.join("postil.redb")
}

pub(crate) fn put(path: &Path, bytes: &[u8]) {
    File::create(path).unwrap().write_all(bytes).unwrap();
}

/// The same database elsewhere, as it is on the disk now.
pub(crate) fn copy(dir: &Path) -> tempfile::TempDir {
    let other = tempfile::tempdir().unwrap();
    put(&database(other.path()), &fs::read(database(dir)).unwrap());
    other
}

pub(crate) fn note(plan: u128, text: &str) -> Change {
    Change::Note(Note {
        plan: PlanId(plan),
        text: text.to_owned(),
        updated: Timestamp(1),
    })
}

pub(crate) fn note_text(library: &Library, plan: u128) -> Option<&str> {
    library.note(PlanId(plan)).map(|note| note.text.as_str())
}

/// All rows of a table of a closed database.
pub(crate) fn rows(dir: &Path, table: &'static str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let redb = redb::Database::open(database(dir)).unwrap();
    let table = redb
        .begin_read()
        .unwrap()
        .open_table(Rows::new(table))
        .unwrap();
    let rows = table.iter().unwrap().map(Result::unwrap);
    rows.map(|(key, value)| (key.value().to_vec(), value.value().to_vec()))
        .collect()
}

/// Overwrites one row of a closed database.
pub(crate) fn put_row(dir: &Path, table: &'static str, key: &[u8], value: &[u8]) {
    let redb = redb::Database::open(database(dir)).unwrap();
    let transaction = redb.begin_write().unwrap();
    let mut opened = transaction.open_table(Rows::new(table)).unwrap();
    opened.insert(key, value).unwrap();
    drop(opened);
    transaction.commit().unwrap();
}

/// Removes the tables of a closed database whose names begin so; gives their number.
pub(crate) fn drop_tables(dir: &Path, prefix: &str) -> usize {
    let redb = redb::Database::open(database(dir)).unwrap();
    let transaction = redb.begin_write().unwrap();
    let tables: Vec<_> = transaction.list_tables().unwrap().collect();
    let mut n = 0;
    for table in tables.into_iter().filter(|t| t.name().starts_with(prefix)) {
        transaction.delete_table(table).unwrap();
        n += 1;
    }
    transaction.commit().unwrap();
    n
}

/// An envelope made by hand, from the words of its documentation.
pub(crate) fn envelope(kind: u8, version: u16, key: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut hashed = vec![kind];
    hashed.extend(version.to_le_bytes());
    hashed.extend(u32::try_from(key.len()).unwrap().to_le_bytes());
    hashed.extend(key);
    hashed.extend(payload);
    let mut value = vec![0xB5, kind];
    value.extend(version.to_le_bytes());
    value.extend(u32::try_from(payload.len()).unwrap().to_le_bytes());
    value.extend(payload);
    value.extend(xxhash_rust::xxh3::xxh3_64(&hashed).to_le_bytes());
    value
}

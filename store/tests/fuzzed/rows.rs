//! Rows that bear a right checksum and hold anything: they are read, or set aside as they are, and the
//! rest works.

use std::sync::Arc;
use std::time::Duration;

use postil_model::{Change, Note, PlanId, Timestamp};
use postil_store::{Access, Batch, Event, Lock, Store, start};
use redb::TableDefinition;

const PATIENCE: Duration = Duration::from_mins(1);

/// The tables that hold records, and the kind of each.
const TABLES: [(&str, u8); 14] = [
    ("authored/plans", 1),
    ("authored/phases", 2),
    ("authored/milestones", 3),
    ("authored/documents", 4),
    ("authored/notes", 5),
    ("authored/readings", 6),
    ("authored/settings", 7),
    ("authored/journal", 10),
    ("authored/annotations", 12),
    ("authored/replies", 13),
    ("authored/links", 14),
    ("authored/placed", 15),
    ("authored/hand-overs", 16),
    ("authored/last-reads", 17),
];

/// Puts rows into a library, and opens it.
///
/// # Panics
/// If it is not opened, or something can no longer be written to it.
pub(crate) fn run(bytes: &[u8]) {
    let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    let dir = dir.unwrap();
    drop(open(dir.path()));
    let redb = redb::Database::open(dir.path().join("postil.redb")).unwrap();
    let transaction = redb.begin_write().unwrap();
    let mut rest = bytes;
    while let [what, n, key, after @ ..] = rest {
        let (name, kind) = TABLES[usize::from(*what) % TABLES.len()];
        let version = 1 + u16::from(*what >> 6);
        let (payload, after) = after.split_at(after.len().min(usize::from(*n)));
        rest = after;
        let key = match (name, key % 4) {
            ("authored/settings", _) => b"library".to_vec(),
            (
                "authored/documents"
                | "authored/annotations"
                | "authored/replies"
                | "authored/links",
                _,
            ) => [u128::from(*key).to_be_bytes(); 2].concat(),
            ("authored/journal", _) => u64::from(*key).to_be_bytes().to_vec(),
            (_, 0) => payload.to_vec(),
            _ => u128::from(*key).to_be_bytes().to_vec(),
        };
        let table: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new(name);
        let mut table = transaction.open_table(table).unwrap();
        let value = envelope(kind, version, &key, payload);
        table.insert(key.as_slice(), value.as_slice()).unwrap();
    }
    transaction.commit().unwrap();
    drop(redb);
    let (store, n_problems) = open(dir.path());
    assert_eq!(store.close().n_unwritten, 0);
    // What was set aside stays so, and is told again.
    let (store, n_again) = open(dir.path());
    assert_eq!(n_again, n_problems);
    drop(store);
}

/// Opens it, writes to it, and gives how many records it could not read.
fn open(dir: &std::path::Path) -> (Store, usize) {
    let (store, events) = start(Lock::acquire(dir).unwrap(), Arc::new(|| {})).unwrap();
    let n_problems = match events.recv_timeout(PATIENCE).unwrap() {
        Event::Opened {
            problems,
            access: Access::ReadWrite,
            recovery: None,
            ..
        } => problems.len(),
        other => panic!("{other:?}"),
    };
    let note = Change::Note(Note {
        plan: PlanId(u128::MAX),
        text: "goes on".to_owned(),
        updated: Timestamp(0),
    });
    let batch = Batch {
        revision: 1,
        changes: vec![note],
        ..Batch::default()
    };
    store.write(batch).unwrap();
    match events.recv_timeout(PATIENCE).unwrap() {
        Event::Committed { revision: 1 } => {}
        other => panic!("{other:?}"),
    }
    (store, n_problems)
}

/// As the documentation of envelopes has it.
fn envelope(kind: u8, version: u16, key: &[u8], payload: &[u8]) -> Vec<u8> {
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

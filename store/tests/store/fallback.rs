//! A database that is one of before the last changes, without a fault in it: `ops.jsonl` knows.

use std::fs;
use std::path::Path;

use postil_store::{Lock, Request, backup};
use tempfile::TempDir;

use crate::support::{Bench, database, note, note_text, put};

const PAGE_BYTES: usize = 4096;

/// A process that died after the last of these batches, and the file of the database before it.
fn left_behind(is_backed_up: bool) -> (TempDir, Bench, Vec<u8>) {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    for n in 1..=20 {
        assert!(
            bench
                .act(vec![note(n, &"words ".repeat(300))], 60_000 * n as i64)
                .is_some()
        );
        bench.settle();
    }
    let before = fs::read(database(dir.path())).unwrap();
    assert!(
        bench
            .act(vec![note(3, "acknowledged"), note(21, "new")], 9_000_000)
            .is_some()
    );
    bench.settle();
    if is_backed_up {
        bench.store.request(Request::BackUp).unwrap();
        let event = bench.events.recv().unwrap();
        assert!(
            matches!(event, postil_store::Event::BackedUp { .. }),
            "{event:?}"
        );
    }
    (dir, bench, before)
}

/// All files of a library as they are on the disk now, with another database.
fn with_database(from: &Path, bytes: &[u8]) -> TempDir {
    let to = tempfile::tempdir().unwrap();
    fs::create_dir(to.path().join("backups")).unwrap();
    for dir in ["", "backups"] {
        let Ok(entries) = from.join(dir).read_dir() else {
            continue;
        };
        for entry in entries.map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                let there = to.path().join(dir).join(entry.file_name());
                put(&there, &fs::read(entry.path()).unwrap());
            }
        }
    }
    put(&database(to.path()), bytes);
    to
}

fn assert_caught_up(dir: &Path, expected: &Bench) {
    let mut bench = Bench::open(dir);
    let recovery = bench.recovery.clone().expect("a report");
    assert!(
        recovery.is_complete && recovery.n_from_ops == 2,
        "{recovery}"
    );
    assert!(recovery.to_string().contains("written last"), "{recovery}");
    assert_eq!(bench.library, expected.library);
    assert_eq!(bench.history.entries(), expected.history.entries());
    assert!(bench.undo(9_100_000), "what came back can be undone");
    bench.settle();
    assert_ne!(note_text(&bench.library, 3), Some("acknowledged"));
    let library = bench.close();
    let again = Bench::open(dir);
    assert_eq!((&again.library, &again.recovery), (&library, &None));
}

/// redb goes back to the commit before when pages of the last are not what they should be, after an
/// unclean end, and takes that for a cut in the middle of it.
#[test]
fn what_a_damaged_last_commit_held_comes_back_from_ops() {
    let (dir, expected, before) = left_behind(false);
    let mut bytes = fs::read(database(dir.path())).unwrap();
    assert_eq!(bytes.len(), before.len());
    let mut n_damaged = 0;
    for at in (PAGE_BYTES..bytes.len()).step_by(PAGE_BYTES) {
        if bytes[at..at + PAGE_BYTES] != before[at..at + PAGE_BYTES] {
            bytes[at + 100] ^= 1;
            n_damaged += 1;
        }
    }
    assert!(n_damaged > 0);
    let fallen = with_database(dir.path(), &bytes);
    // As redb alone sees it, nothing is wrong, and the last is not there.
    let alone = with_database(dir.path(), &bytes);
    fs::remove_file(alone.path().join("ops.jsonl")).unwrap();
    let alone = Bench::open(alone.path());
    assert_eq!(note_text(&alone.library, 21), None);
    assert_eq!((alone.recovery, alone.problems), (None, vec![]));

    assert_caught_up(fallen.path(), &expected);
}

#[test]
fn an_older_file_in_the_place_of_the_library_catches_up() {
    let (dir, expected, before) = left_behind(false);
    assert_caught_up(with_database(dir.path(), &before).path(), &expected);
}

/// The lines lie beside the backup then.
#[test]
fn an_older_file_catches_up_over_a_backup() {
    let (dir, expected, before) = left_behind(true);
    assert_caught_up(with_database(dir.path(), &before).path(), &expected);
}

/// The commands see what the window sees.
#[test]
fn a_backup_by_hand_holds_what_came_back() {
    let (dir, expected, before) = left_behind(false);
    let fallen = with_database(dir.path(), &before);
    let lock = Lock::acquire(fallen.path()).unwrap();
    let made = backup::back_up(&lock).unwrap();
    drop(lock);
    let other = tempfile::tempdir().unwrap();
    fs::copy(made.file, database(other.path())).unwrap();
    assert_eq!(Bench::open(other.path()).library, expected.library);
    let again = Bench::open(fallen.path());
    assert_eq!(
        (&again.library, &again.recovery),
        (&expected.library, &None)
    );
}

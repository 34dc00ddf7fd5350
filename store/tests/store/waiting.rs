//! Disks that fail for a while, and listeners that do not listen.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use postil_store::{
    Batch, CloseReport, Event, Lock, OpenError, OpenRedb, WriteError, start, start_with,
};
use redb::backends::FileBackend;
use redb::{BackendError, StorageBackend};

use crate::support::{Bench, database, next, note, note_text, quiet};

/// A disk that is full while told so: nothing is written, all can be read.
#[derive(Debug)]
struct Disk {
    file: FileBackend,
    is_full: Arc<AtomicBool>,
}

impl Disk {
    fn check(&self) -> io::Result<()> {
        if self.is_full.load(Ordering::SeqCst) {
            return Err(ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.check()?;
        self.file.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.check()?;
        self.file.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.check()?;
        self.file.write(offset, data)
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

fn open(dir: &Path, is_full: &Arc<AtomicBool>) -> Bench {
    let is_full = Arc::clone(is_full);
    let open_redb: OpenRedb = Arc::new(move |builder, file: File| {
        builder.create_with_backend(Disk {
            file: FileBackend::new(file)?,
            is_full: Arc::clone(&is_full),
        })
    });
    let (store, events) = start_with(Lock::acquire(dir).unwrap(), quiet(), open_redb).unwrap();
    Bench::of(store, events)
}

fn assert_waiting(bench: &Bench, n_expected: usize) {
    loop {
        match next(&bench.events) {
            Event::Waiting { n_changes, error } => {
                assert!(matches!(error, WriteError::NoRoom), "{error:?}");
                if n_changes == n_expected {
                    return;
                }
            }
            other => panic!("not waiting: {other:?}"),
        }
    }
}

/// Passes over what was said of earlier attempts.
fn settle_at_last(bench: &Bench) {
    loop {
        match next(&bench.events) {
            Event::Committed { revision } if revision == bench.revision => return,
            Event::Waiting { .. } => {}
            other => panic!("neither waiting nor committed: {other:?}"),
        }
    }
}

#[test]
fn what_waits_for_room_is_written_by_itself_once_there_is() {
    let dir = tempfile::tempdir().unwrap();
    let is_full = Arc::new(AtomicBool::new(false));
    let mut bench = open(dir.path(), &is_full);
    bench.save(vec![note(1, "before")]);

    is_full.store(true, Ordering::SeqCst);
    bench.write(vec![note(1, "during"), note(2, "other")]);
    assert_waiting(&bench, 2);
    // The latest of a record is what waits.
    bench.write(vec![note(1, "still"), note(3, "third")]);
    assert_waiting(&bench, 3);

    is_full.store(false, Ordering::SeqCst);
    settle_at_last(&bench);
    bench.save(vec![note(4, "after")]);
    let expected = bench.close();
    let bench = Bench::open(dir.path());
    assert_eq!(bench.library, expected);
    assert_eq!(note_text(&bench.library, 1), Some("still"));
}

#[test]
fn the_next_write_takes_along_what_waits() {
    let dir = tempfile::tempdir().unwrap();
    let is_full = Arc::new(AtomicBool::new(false));
    let mut bench = open(dir.path(), &is_full);
    is_full.store(true, Ordering::SeqCst);
    bench.write(vec![note(1, "one")]);
    assert_waiting(&bench, 1);
    is_full.store(false, Ordering::SeqCst);
    bench.write(vec![note(2, "two")]);
    settle_at_last(&bench);
    let expected = bench.close();
    assert_eq!(Bench::open(dir.path()).library, expected);
}

/// A commit to a file that somebody moved is durable nowhere that the next start looks.
#[cfg(unix)]
#[test]
fn a_file_that_was_moved_away_is_missed_and_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.save(vec![note(1, "before")]);
    let (file, away) = (database(dir.path()), dir.path().join("away"));
    std::fs::rename(&file, &away).unwrap();
    bench.write(vec![note(2, "meanwhile")]);
    match next(&bench.events) {
        Event::Waiting { n_changes, error } => {
            assert_eq!(n_changes, 1);
            assert!(matches!(error, WriteError::Moved { .. }), "{error:?}");
        }
        other => panic!("{other:?}"),
    }
    // An older copy in its place is not it.
    std::fs::copy(&away, &file).unwrap();
    bench.write(vec![note(3, "meanwhile")]);
    while match next(&bench.events) {
        Event::Waiting {
            error: WriteError::Reopen(OpenError::Foreign { .. }),
            ..
        } => false,
        Event::Waiting { .. } => true,
        other => panic!("{other:?}"),
    } {}
    std::fs::rename(&away, &file).unwrap();
    settle_at_last(&bench);
    let expected = bench.close();
    assert_eq!(Bench::open(dir.path()).library, expected);
}

#[test]
fn closing_on_a_full_disk_says_what_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let is_full = Arc::new(AtomicBool::new(false));
    let mut bench = open(dir.path(), &is_full);
    bench.save(vec![note(1, "safe")]);
    let safe = bench.library.clone();
    is_full.store(true, Ordering::SeqCst);
    bench.write(vec![note(1, "lost"), note(2, "lost")]);
    assert_eq!(bench.store.close(), CloseReport { n_unwritten: 2 });
    assert_eq!(Bench::open(dir.path()).library, safe);
}

#[test]
fn a_listener_that_does_not_listen_stops_nothing_and_hears_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    // Without changes each is acknowledged at once: more events than their queue holds.
    for _ in 0..2000 {
        bench.revision += 1;
        let batch = Batch {
            revision: bench.revision,
            changes: Vec::new(),
            ..Batch::default()
        };
        // The queue may be full for a moment, the thread is never.
        let mut left = Some(batch);
        while let Some(batch) = left.take() {
            left = bench.store.write(batch).err();
            std::thread::yield_now();
        }
    }
    bench.save(vec![note(1, "end")]);
    let expected = bench.close();
    assert_eq!(Bench::open(dir.path()).library, expected);
}

#[test]
fn a_listener_that_left_stops_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (store, events) = start(Lock::acquire(dir.path()).unwrap(), quiet()).unwrap();
    drop(events);
    for revision in 1..=100 {
        let changes = vec![note(u128::from(revision), "unheard")];
        let batch = Batch {
            revision,
            changes,
            ..Batch::default()
        };
        store.write(batch).unwrap();
    }
    assert_eq!(store.close(), CloseReport { n_unwritten: 0 });
    let bench = Bench::open(dir.path());
    assert_eq!(note_text(&bench.library, 100), Some("unheard"));
}

//! What was acknowledged is there after the process is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use postil_store::{Batch, Event, Lock, start};

use crate::support::{Bench, copy, next, note, note_text};

/// The file as it is the moment after each acknowledgement is all that a killed process leaves.
#[test]
fn a_process_that_dies_after_an_acknowledgement_lost_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    for n in 1..=25 {
        let long = "words ".repeat(n * 200);
        bench.save(vec![note(n as u128 % 7, &long), note(100 + n as u128, "x")]);
        let left = copy(dir.path());
        let reopened = Bench::open(left.path());
        assert!(reopened.problems.is_empty());
        assert_eq!(reopened.library, bench.library, "after {n} commits");
    }
    // A crash after a crash, and a clean end after both.
    let left = copy(copy(dir.path()).path());
    let mut reopened = Bench::open(left.path());
    reopened.save(vec![note(1, "went on")]);
    let expected = reopened.close();
    assert_eq!(Bench::open(left.path()).library, expected);
}

#[test]
fn the_latest_wins_within_a_batch_and_across_batches() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.write(vec![note(1, "a"), note(2, "x"), note(1, "b")]);
    bench.write(vec![note(1, "c"), note(1, "d")]);
    bench.settle();
    bench.close();
    let library = Bench::open(dir.path()).library;
    assert_eq!(note_text(&library, 1), Some("d"));
    assert_eq!(note_text(&library, 2), Some("x"));
}

#[test]
fn dropping_the_store_writes_what_is_queued() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    for n in 0..50 {
        bench.write(vec![note(n, "queued")]);
    }
    let expected = bench.library.clone();
    drop(bench);
    assert_eq!(Bench::open(dir.path()).library, expected);
}

#[test]
fn every_event_is_followed_by_a_wake() {
    let dir = tempfile::tempdir().unwrap();
    let n_wakes = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&n_wakes);
    let waker = Arc::new(move || {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    let (store, events) = start(Lock::acquire(dir.path()).unwrap(), waker).unwrap();
    assert!(matches!(next(&events), Event::Opened { .. }));
    let changes = vec![note(1, "x")];
    store
        .write(Batch {
            revision: 5,
            changes,
            ..Batch::default()
        })
        .unwrap();
    assert!(matches!(next(&events), Event::Committed { revision: 5 }));
    let _ = store.close();
    assert_eq!(n_wakes.load(Ordering::SeqCst), 2);
    assert!(events.try_recv().is_err());
}

#[test]
fn a_change_that_no_record_can_hold_comes_back_and_the_rest_is_stored() {
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::open(dir.path());
    let huge = note(1, &"x".repeat(5 << 20));
    let batch = Batch {
        revision: 1,
        changes: vec![huge.clone(), note(2, "kept")],
        ..Batch::default()
    };
    bench.store.write(batch).unwrap();
    match next(&bench.events) {
        Event::TooLarge {
            revision: 1,
            change,
            n_bytes,
            max_bytes,
        } => {
            assert_eq!(change, huge);
            assert!(n_bytes > max_bytes);
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        next(&bench.events),
        Event::Committed { revision: 1 }
    ));
    drop(bench);
    let library = Bench::open(dir.path()).library;
    assert_eq!(note_text(&library, 1), None);
    assert_eq!(note_text(&library, 2), Some("kept"));
}

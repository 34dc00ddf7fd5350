//! The thread's talk with a listener that is slow to hear.

use std::sync::Arc;
use std::thread::Builder;

use crossbeam_channel::bounded;
use postil_model::{Note, PlanId, Timestamp};

use super::*;

fn batch(revision: u64, text: &str) -> Batch {
    let note = Note {
        plan: PlanId(1),
        text: text.to_owned(),
        updated: Timestamp(0),
    };
    Batch {
        revision,
        changes: vec![postil_model::Change::Note(note)],
        ..Batch::default()
    }
}

/// With room for one event and nobody taking it, the rest waits, merged, until somebody does.
#[test]
fn what_found_no_room_is_said_once_there_is_some() {
    let dir = tempfile::tempdir().unwrap();
    let (batches, queue) = bounded(0);
    let (events, inbox) = bounded(1);
    let open_redb: OpenRedb = Arc::new(|builder, file| {
        builder.create_with_backend(redb::backends::FileBackend::new(file)?)
    });
    let worker = Worker::new(
        &Place::new(dir.path()),
        open_redb,
        queue,
        events,
        Arc::new(|| {}),
    );
    let thread = Builder::new().spawn(move || worker.run()).unwrap();
    // Each is taken only after all was said, or kept, that the one before it gave to say.
    batches.send(batch(1, &"x".repeat(5 << 20))).unwrap();
    for revision in 2..=9 {
        batches.send(batch(revision, "small")).unwrap();
    }
    let next = || inbox.recv_timeout(Duration::from_mins(1));
    assert!(matches!(next(), Ok(Event::Opened { .. })));
    assert!(matches!(next(), Ok(Event::TooLarge { revision: 1, .. })));
    let mut heard = Vec::new();
    while heard.last() != Some(&9) {
        match next() {
            Ok(Event::Committed { revision }) => heard.push(revision),
            other => panic!("{other:?}"),
        }
    }
    assert!(heard.len() <= 2, "not merged: {heard:?}");
    drop(batches);
    assert_eq!(thread.join().unwrap(), 0);
}

#[test]
fn retries_are_ever_further_apart_up_to_half_a_minute() {
    let now = Instant::now();
    let mut retry = Retry::after(None, now);
    assert_eq!(retry.delay, Duration::from_millis(250));
    // Failing before its time, because something new was written, does not count.
    let early = Retry::after(Some(retry), now);
    assert_eq!(early.delay, retry.delay);
    for _ in 0..20 {
        let next = Retry::after(Some(retry), retry.at);
        assert!(next.delay == (retry.delay * 2).min(LAST_RETRY));
        assert_eq!(next.at, retry.at + next.delay);
        retry = next;
    }
    assert_eq!(retry.delay, LAST_RETRY);
}

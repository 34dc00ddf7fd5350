//! Texts that notes were made on: kept for as long as a record speaks of them, and read on request.

use std::sync::Arc;

use postil_model::{
    AnnotationId, Change, Entry, EntryId, EntryKind, LastRead, Placed, Placement, Step, TextId,
    Timestamp,
};
use postil_store::{Batch, Event, Lock, Request, Text, merge, transfer};

use crate::support::{Bench, next, put_row, rows};

const TABLE: &str = "authored/texts";

fn id(n: u8) -> TextId {
    TextId([n; 32])
}

fn read_of(n: u8) -> Change {
    Change::LastRead(LastRead {
        document: postil_model::DocumentId(1),
        text: id(n),
        up_to: 0,
        at: Timestamp(0),
    })
}

impl Bench {
    pub(super) fn keep(&mut self, changes: Vec<Change>, texts: &[(TextId, &str)]) {
        let texts = texts.iter().map(|(id, text)| Text {
            id: *id,
            text: (*text).into(),
        });
        self.revision += 1;
        for change in &changes {
            self.library.apply(change.clone());
        }
        let batch = Batch {
            revision: self.revision,
            changes,
            texts: texts.collect(),
            ..Batch::default()
        };
        self.store.write(batch).unwrap();
        self.settle();
    }

    pub(super) fn text(&self, id: TextId) -> Option<Arc<str>> {
        self.store.request(Request::Text(id)).unwrap();
        match next(&self.events) {
            Event::Text { id: found, text } if found == id => text,
            other => panic!("no answer: {other:?}"),
        }
    }
}

#[test]
fn a_text_comes_back_to_the_letter_after_a_restart_too() {
    let dir = tempfile::tempdir().unwrap();
    let long: String = "# Süd\r\n- [ ] dig\u{feff}\0\n".repeat(200_000);
    let mut bench = Bench::open(dir.path());
    assert_eq!(bench.text(id(1)), None);
    bench.keep(vec![read_of(1)], &[(id(1), &long)]);
    assert_eq!(bench.text(id(1)).as_deref(), Some(&*long));
    bench.close();
    let bench = Bench::open(dir.path());
    assert_eq!(bench.text(id(1)).as_deref(), Some(&*long));
    assert_eq!(bench.text(id(2)), None);
    bench.close();
    let n_stored: usize = rows(dir.path(), TABLE).iter().map(|(_, v)| v.len()).sum();
    assert!(n_stored * 20 < long.len(), "{n_stored} of {}", long.len());
}

#[test]
fn a_text_is_kept_once_whoever_speaks_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    let placed = Change::Placed(Placed {
        annotation: AnnotationId(1),
        text: id(1),
        placement: Placement::Detached,
    });
    bench.keep(vec![read_of(1)], &[(id(1), "one")]);
    bench.keep(vec![placed], &[(id(1), "one")]);
    bench.close();
    assert_eq!(rows(dir.path(), TABLE).len(), 1);
}

#[test]
fn a_text_goes_at_the_opening_after_nothing_speaks_of_it_and_not_before() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.keep(vec![read_of(1)], &[(id(1), "one")]);
    bench.keep(vec![read_of(2)], &[(id(2), "two")]);
    assert_eq!(bench.text(id(1)).as_deref(), Some("one"));
    bench.close();
    let bench = Bench::open(dir.path());
    assert_eq!(bench.text(id(1)), None);
    assert_eq!(bench.text(id(2)).as_deref(), Some("two"));
    bench.close();
}

/// What was can be undone: so can what it speaks of be read.
#[test]
fn a_text_of_which_only_the_journal_speaks_stays() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.keep(vec![read_of(2)], &[(id(1), "one"), (id(2), "two")]);
    let entry = Entry {
        id: EntryId(1),
        at: Timestamp(0),
        label: "Read".to_owned(),
        kind: EntryKind::Done,
        steps: vec![Step {
            before: Some(read_of(1)),
            after: read_of(2),
        }],
        tick: None,
    };
    bench.revision += 1;
    let batch = Batch {
        revision: bench.revision,
        entry: Some(entry),
        ..Batch::default()
    };
    bench.store.write(batch).unwrap();
    bench.settle();
    bench.close();
    assert_eq!(Bench::open(dir.path()).text(id(1)).as_deref(), Some("one"));
}

#[test]
fn no_text_goes_while_a_record_is_unreadable() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.keep(vec![read_of(1)], &[(id(1), "one")]);
    bench.close();
    let (key, mut value) = rows(dir.path(), "authored/last-reads").remove(0);
    value[9] ^= 1;
    put_row(dir.path(), "authored/last-reads", &key, &value);
    let bench = Bench::open(dir.path());
    assert_eq!(bench.problems.len(), 1);
    assert_eq!(bench.text(id(1)).as_deref(), Some("one"));
    bench.close();
    assert_eq!(rows(dir.path(), TABLE).len(), 1);
}

#[test]
fn a_damaged_text_is_none_and_harms_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.keep(vec![read_of(1)], &[(id(1), "one")]);
    bench.close();
    let (key, mut value) = rows(dir.path(), TABLE).remove(0);
    let last = value.len() - 1;
    value[last] ^= 1;
    put_row(dir.path(), TABLE, &key, &value);
    let bench = Bench::open(dir.path());
    assert_eq!(bench.problems, []);
    assert_eq!(bench.text(id(1)), None);
    bench.close();
}

#[test]
fn texts_go_along_when_a_library_is_taken_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.keep(
        vec![read_of(1)],
        &[(id(1), "one\r\n"), (id(2), "of nobody")],
    );
    bench.close();
    let file = dir.path().join("all.json");
    let n = transfer::export(&Lock::acquire(dir.path()).unwrap(), &file).unwrap();
    assert_eq!(n, 2, "what was read, and the settings");
    let other = tempfile::tempdir().unwrap();
    let lock = Lock::acquire(other.path()).unwrap();
    let merged = transfer::import(&lock, &file).unwrap();
    assert_eq!(merged.conflicts, []);
    drop(lock);
    let bench = Bench::open(other.path());
    assert_eq!(bench.text(id(1)).as_deref(), Some("one\r\n"));
    assert_eq!(bench.text(id(2)), None);
    let library = bench.close();
    assert_eq!(merge(&library, &library).changes, []);
}

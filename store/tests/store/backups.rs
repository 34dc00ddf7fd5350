//! Backups, what is brought back from them, and libraries that are taken elsewhere.

use std::fs;
use std::path::Path;

use postil_model::{Change, Library, Settings, TextId, Timestamp};
use postil_store::transfer::Export;
use postil_store::{Event, Lock, Request, RestoreError, Text, backup, merge, restore, transfer};
use proptest::prelude::*;

use crate::generate::change;
use crate::support::{Bench, SCHEMA, database, envelope, note, note_text, put, put_row};

fn library_of(changes: Vec<Change>) -> Library {
    let mut library = Library::default();
    for change in changes {
        library.apply(change);
    }
    library
}

/// A library with two notes, and one backup of it with the first alone.
fn with_backup() -> (tempfile::TempDir, postil_store::Backup) {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.save(vec![note(1, "first")]);
    bench.close();
    let made = backup::back_up(&Lock::acquire(dir.path()).unwrap()).unwrap();
    let mut bench = Bench::open(dir.path());
    bench.save(vec![note(2, "second")]);
    bench.close();
    (dir, made)
}

/// The library says that it was created in 1970.
fn make_old(dir: &Path) {
    let mut payload = SCHEMA.to_le_bytes().to_vec();
    payload.extend([7; 16]);
    payload.extend(0_i64.to_le_bytes());
    let meta = envelope(9, 1, b"library", &payload);
    put_row(dir, "authored/meta", b"library", &meta);
}

fn next_backup(bench: &Bench) -> postil_store::Backup {
    loop {
        match bench.events.recv_timeout(std::time::Duration::from_mins(1)) {
            Ok(Event::BackedUp { backup }) => return backup,
            Ok(Event::Committed { .. } | Event::Ops { .. }) => {}
            other => panic!("no backup: {other:?}"),
        }
    }
}

#[test]
fn a_library_that_is_a_day_old_is_backed_up_after_it_was_opened() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.save(vec![note(1, "kept")]);
    bench.close();
    Bench::open(dir.path()).close();
    assert_eq!(backup::list(dir.path()).unwrap(), []);

    make_old(dir.path());
    let bench = Bench::open(dir.path());
    let made = next_backup(&bench);
    assert_eq!(made.generation, 1);
    bench.close();
    assert_eq!(
        backup::list(dir.path()).unwrap(),
        std::slice::from_ref(&made)
    );
    // It is a library like any other.
    let other = tempfile::tempdir().unwrap();
    put(&database(other.path()), &fs::read(&made.file).unwrap());
    let copy = Bench::open(other.path());
    assert_eq!(note_text(&copy.library, 1), Some("kept"));
    // One a day is enough.
    Bench::open(dir.path()).close();
    assert_eq!(backup::list(dir.path()).unwrap().len(), 1);
}

#[test]
fn one_is_made_at_once_when_asked_for_and_kept_in_a_second_folder() {
    let dir = tempfile::tempdir().unwrap();
    let second = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.write(vec![note(1, "kept")]);
    let there = second.path().join("new/folder");
    let also_in = Request::BackUpAlsoIn(Some(there.clone()));
    bench.store.request(also_in).unwrap();
    bench.store.request(Request::BackUp).unwrap();
    let made = next_backup(&bench);
    bench.close();
    let copy = there.join(made.file.file_name().unwrap());
    assert!(fs::read(copy).unwrap() == fs::read(&made.file).unwrap());
    // The lines up to it lie beside it, and new ones are begun.
    assert!(made.file.with_extension("jsonl").exists());
}

#[test]
fn a_backup_that_was_cut_short_is_none_and_goes_with_the_next() {
    let (dir, made) = with_backup();
    let unfinished = dir.path().join("backups/unfinished.redb");
    put(&unfinished, b"half");
    assert_eq!(backup::list(dir.path()).unwrap(), [made]);
    backup::back_up(&Lock::acquire(dir.path()).unwrap()).unwrap();
    assert!(!unfinished.exists());
    assert_eq!(backup::list(dir.path()).unwrap().len(), 2);
}

#[test]
fn what_is_restored_is_there_and_what_was_there_is_kept() {
    let (dir, made) = with_backup();
    let present = fs::read(database(dir.path())).unwrap();
    let restored = restore(&Lock::acquire(dir.path()).unwrap(), &made.file).unwrap();
    let aside = restored.set_aside.expect("it was there");
    assert!(aside.starts_with(dir.path().join("quarantine")));
    assert!(fs::read(&aside).unwrap() == present);
    let bench = Bench::open(dir.path());
    assert_eq!(note_text(&bench.library, 1), Some("first"));
    assert_eq!(note_text(&bench.library, 2), None);
    bench.close();
    // And back again.
    let lock = Lock::acquire(dir.path()).unwrap();
    restore(&lock, &aside).unwrap();
    drop(lock);
    assert_eq!(
        note_text(&Bench::open(dir.path()).library, 2),
        Some("second")
    );
}

#[test]
fn a_damaged_library_is_no_hindrance_to_a_backup_and_a_damaged_backup_is_refused() {
    let (dir, made) = with_backup();
    put(&database(dir.path()), b"damaged");
    let lock = Lock::acquire(dir.path()).unwrap();
    let good = fs::read(&made.file).unwrap();
    let mut bad = good.clone();
    let n = good.windows(5).position(|words| words == b"first").unwrap();
    bad[n] ^= 1;
    for bytes in [&bad[..], b"damaged, too", b"", &good[..8_192]] {
        put(&made.file, bytes);
        let error = restore(&lock, &made.file).unwrap_err();
        assert!(matches!(error, RestoreError::NotWhole { .. }), "{error}");
        assert_eq!(fs::read(database(dir.path())).unwrap(), b"damaged");
    }
    put(&made.file, &good);
    restore(&lock, &made.file).unwrap();
    drop(lock);
    let bench = Bench::open(dir.path());
    assert_eq!(note_text(&bench.library, 1), Some("first"));
}

#[test]
fn an_export_never_overwrites_and_is_imported_after_a_backup() {
    let (dir, _) = with_backup();
    let file = dir.path().join("all.json");
    let lock = Lock::acquire(dir.path()).unwrap();
    let n = transfer::export(&lock, &file).unwrap();
    assert_eq!(n, 3, "two notes and the settings");
    let error = transfer::export(&lock, &file).unwrap_err();
    assert!(
        matches!(error, transfer::TransferError::Exists { .. }),
        "{error}"
    );
    drop(lock);

    let other = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(other.path());
    bench.save(vec![note(1, "mine"), note(3, "third")]);
    bench.close();
    let lock = Lock::acquire(other.path()).unwrap();
    let merge = transfer::import(&lock, &file).unwrap();
    assert_eq!((merge.n_new, merge.conflicts.len()), (1, 1));
    assert!(
        !merge.conflicts[0].is_incoming_taken,
        "both are of the same time"
    );
    assert_eq!(backup::list(other.path()).unwrap().len(), 1);
    drop(lock);
    let library = Bench::open(other.path()).library;
    let texts = [1, 2, 3].map(|plan| note_text(&library, plan));
    assert_eq!(texts, [Some("mine"), Some("second"), Some("third")]);
}

#[test]
fn files_that_are_no_export_are_told_and_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("all.json");
    let good = transfer::to_json(&export_of(library_of(vec![note(1, "x")])));
    for (text, reason) in [
        ("", "EOF"),
        ("{}", "format"),
        ("[1]", "format"),
        (&good[..good.len() / 2], "EOF"),
        (&good.replace("\"note\"", "\"song\""), "song"),
        (&good.replace("\"version\": 1", "\"version\": 2"), "newer"),
    ] {
        let error = transfer::from_json(text.as_bytes(), &file).unwrap_err();
        let words = error.to_string();
        assert!(
            words.contains(reason) && words.ends_with("all.json"),
            "{words}"
        );
    }
}

fn export_of(library: Library) -> Export {
    let text = |n: u8, text: &str| Text {
        id: TextId([n; 32]),
        text: text.into(),
    };
    Export {
        library,
        texts: vec![text(1, ""), text(0xfe, "# Süd\r\n\0\"")],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_was_exported_is_imported_to_the_letter(changes in prop::collection::vec(change(), 0..30)) {
        let library = library_of(changes.into_iter().filter(|c| !matches!(c, Change::Stamp(_))).collect());
        let export = export_of(library.clone());
        let text = transfer::to_json(&export);
        let read = transfer::from_json(text.as_bytes(), Path::new("x")).unwrap();
        prop_assert_eq!(&read, &export);
        let merged = merge(&Library::default(), &library);
        prop_assert_eq!(merged.conflicts, vec![]);
        prop_assert_eq!(transfer::to_json(&export_of(library_of(merged.changes))), text);
        prop_assert_eq!(merge(&library, &library).changes, vec![]);
    }

    /// Each record of either side is there afterwards, in one of its two states, and where they
    /// differ that is listed.
    #[test]
    fn merging_loses_nothing(
        ours in prop::collection::vec(change(), 0..20),
        theirs in prop::collection::vec(change(), 0..20),
    ) {
        let (ours, theirs) = (library_of(ours), library_of(theirs));
        let merge = merge(&ours, &theirs);
        let mut merged = ours.clone();
        for change in merge.changes.clone() {
            merged.apply(change);
        }
        for change in ours.to_changes().chain(theirs.to_changes()) {
            let id = change.record_id();
            if matches!(change, Change::Stamp(_)) || change == Change::Settings(Settings::default()) {
                continue;
            }
            let (of_ours, of_theirs) = (ours.record(id), theirs.record(id));
            let found = merged.record(id);
            prop_assert!(found.is_some() && (found == of_ours || found == of_theirs));
            let is_listed = merge.conflicts.iter().any(|conflict| conflict.record == id);
            let is_default = |side: &Option<Change>| *side == Some(Change::Settings(Settings::default()));
            let differ = of_ours.is_some() && of_theirs.is_some() && of_ours != of_theirs
                && !is_default(&of_ours) && !is_default(&of_theirs);
            prop_assert_eq!(is_listed, differ);
        }
    }
}

#[test]
fn the_newer_of_two_notes_is_taken() {
    let at = |time: i64, text: &str| {
        let mut change = note(1, text);
        if let Change::Note(note) = &mut change {
            note.updated = Timestamp(time);
        }
        library_of(vec![change])
    };
    for (ours, theirs, is_taken) in [(1, 2, true), (2, 1, false), (2, 2, false)] {
        let merge = merge(&at(ours, "ours"), &at(theirs, "theirs"));
        assert_eq!(merge.conflicts[0].is_incoming_taken, is_taken);
        assert_eq!(merge.conflicts[0].is_decided_by_time, ours != theirs);
        assert_eq!(merge.changes.len(), usize::from(is_taken));
    }
}

#[test]
fn a_long_ops_file_is_put_away_with_a_backup_whatever_the_day() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    for i in 10..40 {
        bench.save(vec![note(1, &format!("{i} ").repeat(1_000_000))]);
    }
    let library = bench.close();
    let ops = dir.path().join("ops.jsonl");
    assert!(ops.metadata().unwrap().len() > 64 << 20);

    let bench = Bench::open(dir.path());
    let made = next_backup(&bench);
    assert!(ops.metadata().unwrap().len() < 1 << 20);
    assert!(made.file.with_extension("jsonl").metadata().unwrap().len() > 64 << 20);
    assert_eq!(bench.close(), library);
}

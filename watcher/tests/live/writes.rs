//! What a write keeps of a file, what it refuses, and what it gives back.

use std::fs;

use postil_watcher::{ContentHash, Event, TextEdit, WriteError};

use crate::support::{Bench, at_start};

fn edit(range: std::ops::Range<usize>, text: &str) -> TextEdit {
    TextEdit {
        range,
        text: text.into(),
    }
}

fn bytes(bench: &Bench, path: &str) -> Vec<u8> {
    fs::read(bench.folder.join(path)).expect("the file")
}

fn leftovers(bench: &Bench) -> usize {
    let entries = bench.folder.read_dir().expect("the folder");
    entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(".postil-"))
        .count()
}

#[test]
fn edits_are_spliced_and_what_was_written_is_no_news() {
    let text = "- [ ] sow\n- [ ] été\n";
    let mut bench = Bench::watched(&[("a.md", text.as_bytes())]);
    let edits = vec![edit(3..4, "x"), edit(13..14, "x"), edit(21..21, "!")];
    let hash = ContentHash::of(text.as_bytes());
    let written = bench.write("a.md", hash, edits).expect("written");
    let new = "- [x] sow\n- [x] été!\n";
    assert_eq!(String::from_utf8_lossy(&bytes(&bench, "a.md")), new);
    assert_eq!(&*written.document.text, new);
    assert_eq!(written.document.hash, ContentHash::of(new.as_bytes()));
    assert!(written.is_durable);
    bench.sync();
    assert_eq!(bench.told("a.md"), [], "its own write is no news");
    assert_eq!(leftovers(&bench), 0);
    bench.put("a.md", b"theirs");
    bench.changed("a.md", b"theirs");
}

#[test]
fn what_is_not_expected_is_not_touched() {
    let mut bench = Bench::watched(&[("a.md", b"theirs")]);
    let stale = ContentHash::of(b"what was read");
    let conflict = bench.write("a.md", stale, at_start("mine"));
    let Err(WriteError::Conflict { fresh, .. }) = conflict else {
        panic!("{conflict:?}");
    };
    assert_eq!(&*fresh.text, "theirs");
    assert_eq!(bytes(&bench, "a.md"), b"theirs");
    let now = ContentHash::of(b"theirs");
    let missing = bench.write("b.md", now, at_start("mine"));
    assert!(matches!(missing, Err(WriteError::Read(_))), "{missing:?}");
    for bad in [
        vec![edit(0..7, "")],
        vec![edit(3..5, ""), edit(4..6, "")],
        vec![edit(3..5, ""), edit(0..1, "")],
    ] {
        let refused = bench.write("a.md", now, bad);
        assert!(matches!(refused, Err(WriteError::BadEdit { .. })));
    }
    let within = ContentHash::of("é".as_bytes());
    bench.put("a.md", "é".as_bytes());
    bench.changed("a.md", "é".as_bytes());
    let refused = bench.write("a.md", within, vec![edit(1..1, "x")]);
    assert!(matches!(refused, Err(WriteError::BadEdit { .. })));
    assert_eq!(bytes(&bench, "a.md"), "é".as_bytes());
}

#[test]
fn the_last_write_can_be_taken_back_unless_the_file_has_changed_since() {
    let mut bench = Bench::watched(&[("a.md", b"one"), ("b.md", b"one")]);
    let hash = ContentHash::of(b"one");
    let nothing = bench.take_back("a.md");
    assert!(matches!(nothing, Err(WriteError::NothingWritten { .. })));
    bench.write("a.md", hash, at_start("t")).expect("written");
    bench.take_back("a.md").expect("taken back");
    assert_eq!(bytes(&bench, "a.md"), b"one");
    bench.take_back("a.md").expect("and back again");
    assert_eq!(bytes(&bench, "a.md"), b"tone");
    bench.write("b.md", hash, at_start("t")).expect("written");
    bench.put("b.md", b"theirs");
    let refused = bench.take_back("b.md");
    assert!(matches!(refused, Err(WriteError::Conflict { .. })));
    assert_eq!(bytes(&bench, "b.md"), b"theirs");
}

#[test]
fn a_change_to_the_same_bytes_writes_nothing() {
    let mut bench = Bench::watched(&[("a.md", b"one")]);
    let before = bench.folder.join("a.md").metadata().expect("there");
    let hash = ContentHash::of(b"one");
    let written = bench.write("a.md", hash, vec![edit(0..1, "o")]);
    assert_eq!(written.expect("the same").document.hash, hash);
    let after = bench.folder.join("a.md").metadata().expect("there");
    assert_eq!(before.modified().ok(), after.modified().ok());
}

#[test]
fn words_that_come_too_late_to_a_replaced_file_are_given() {
    let mut bench = Bench::watched(&[("a.md", b"one")]);
    let path = bench.folder.join("a.md");
    let mut slow = fs::OpenOptions::new()
        .write(true)
        .open(path)
        .expect("the file, before it is replaced");
    bench
        .write("a.md", ContentHash::of(b"one"), at_start("t"))
        .expect("written");
    std::io::Write::write_all(&mut slow, b"two").expect("written to a file without a name");
    let late = bench.wait(|event| match event {
        Event::Displaced { document, .. } => Some(document.clone()),
        _ => None,
    });
    assert_eq!((&*late.text, late.path.as_str()), ("two", "a.md"));
    assert_eq!(bytes(&bench, "a.md"), b"tone");
}

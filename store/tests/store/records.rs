//! Records that went bad, or that a newer Postil wrote, among others that are good.

use std::fs;

use postil_model::{Change, DocumentId, FileStamp, Library, PlanId, Timestamp};
use postil_store::RecordFault;

use crate::support::{
    Bench, database, drop_tables, envelope, note, note_text, put, put_row, rows, try_open,
};

const NOTES: &str = "authored/notes";

/// Ten notes, closed.
fn ten_notes() -> (tempfile::TempDir, Library) {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.save((0..10).map(|n| note(n, &format!("note {n}"))).collect());
    let library = bench.close();
    (dir, library)
}

fn key(plan: u128) -> [u8; 16] {
    plan.to_be_bytes()
}

/// The bytes that the quarantine keeps of a note.
fn kept(dir: &std::path::Path, plan: u128) -> Vec<Vec<u8>> {
    let mut prefix = b"authored/notes\0".to_vec();
    prefix.extend(key(plan));
    rows(dir, "authored/quarantine")
        .into_iter()
        .filter(|(key, _)| key.starts_with(&prefix))
        .map(|(_, value)| value)
        .collect()
}

#[test]
fn a_damaged_record_is_reported_and_kept_and_the_others_are_read() {
    let (dir, mut expected) = ten_notes();
    let good = rows(dir.path(), NOTES);
    let mut bad = good[3].1.clone();
    bad[20] ^= 1;
    put_row(dir.path(), NOTES, &key(3), &bad);

    let mut bench = Bench::open(dir.path());
    assert_eq!(bench.problems.len(), 1);
    assert_eq!(bench.problems[0].table, NOTES);
    assert_eq!(bench.problems[0].key_hex, format!("{:032x}", 3));
    assert_eq!(bench.problems[0].fault, RecordFault::Checksum);
    assert_eq!(note_text(&bench.library, 3), None);
    assert_eq!(note_text(&bench.library, 4), Some("note 4"));

    // What the person writes meanwhile wins; what was there stays to be looked at.
    bench.save(vec![note(3, "anew")]);
    bench.close();
    expected.apply(note(3, "anew"));
    assert_eq!(kept(dir.path(), 3), [bad]);
    let bench = Bench::open(dir.path());
    assert_eq!(bench.problems, []);
    assert_eq!(bench.library, expected);
}

#[test]
fn a_bad_record_that_stays_is_kept_once_and_each_of_its_states_is_kept() {
    let (dir, _) = ten_notes();
    for state in [&b"one"[..], b"two"] {
        put_row(dir.path(), NOTES, &key(3), state);
        for _ in 0..2 {
            let bench = Bench::open(dir.path());
            assert_eq!(bench.problems[0].fault, RecordFault::Frame);
            bench.close();
            // Where it was, it still is.
            assert_eq!(rows(dir.path(), NOTES)[3].1, state);
        }
    }
    let mut kept = kept(dir.path(), 3);
    kept.sort();
    assert_eq!(kept, [b"one", b"two"]);
}

#[test]
fn a_record_of_a_newer_version_is_kept() {
    let (dir, _) = ten_notes();
    let newer = envelope(5, 2, &key(3), b"fields of the future");
    put_row(dir.path(), NOTES, &key(3), &newer);
    let mut bench = Bench::open(dir.path());
    assert_eq!(bench.problems[0].fault, RecordFault::Newer { version: 2 });
    bench.save(vec![note(3, "of the past")]);
    bench.close();
    assert_eq!(kept(dir.path(), 3), [newer]);
}

#[test]
fn unknown_choices_foreign_kinds_and_misplaced_records_are_reported() {
    let (dir, _) = ten_notes();
    let good = rows(dir.path(), NOTES);
    put_row(dir.path(), NOTES, &key(1), &good[2].1);
    let plan = envelope(1, 1, &key(4), b"");
    put_row(dir.path(), NOTES, &key(4), &plan);
    let short = envelope(5, 1, &key(5), b"short");
    put_row(dir.path(), NOTES, &key(5), &short);
    let mut settings = 0.3_f32.to_le_bytes().to_vec();
    settings.extend([9, 0]);
    let settings = envelope(7, 1, b"library", &settings);
    put_row(dir.path(), "authored/settings", b"library", &settings);

    let bench = Bench::open(dir.path());
    let faults: Vec<_> = bench.problems.iter().map(|p| &p.fault).collect();
    assert!(
        matches!(
            faults[..],
            [
                RecordFault::Checksum,
                RecordFault::Kind {
                    expected: 5,
                    found: 1
                },
                RecordFault::Payload { .. },
                RecordFault::UnknownTag {
                    field: "theme",
                    tag: 9
                },
            ]
        ),
        "{faults:?}"
    );
    assert_eq!(note_text(&bench.library, 2), Some("note 2"));
}

#[test]
fn without_its_derived_tables_the_library_is_the_same() {
    let (dir, _) = ten_notes();
    let mut bench = Bench::open(dir.path());
    let expected = bench.library.clone();
    let stamp = |n: u128| {
        Change::Stamp(FileStamp {
            document: DocumentId(n),
            len: 1,
            mtime_ns: 2,
            inode: 3,
        })
    };
    bench.save((0..20).map(stamp).collect());
    bench.close();
    assert_eq!(drop_tables(dir.path(), "derived/"), 2);
    let mut bench = Bench::open(dir.path());
    assert_eq!((&bench.library, bench.problems.len()), (&expected, 0));
    bench.save(vec![stamp(1)]);
    bench.close();

    put_row(dir.path(), "derived/stamps", &key(1), b"bad");
    let bench = Bench::open(dir.path());
    assert_eq!((&bench.library, bench.problems.len()), (&expected, 0));
}

#[test]
fn ten_thousand_records_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    let document = |n: u128| {
        Change::Document(postil_model::Document {
            id: DocumentId(n),
            plan: PlanId(n % 3),
            path: format!("folder/{n}.md"),
            hash: Some([n as u8; 32]),
            first_seen: Timestamp(1),
            last_seen: Timestamp(2),
            missing: None,
        })
    };
    bench.save((0..10_000).map(document).collect());
    let expected = bench.close();
    let bench = Bench::open(dir.path());
    assert_eq!(bench.library, expected);
    assert_eq!(bench.library.documents(PlanId(1)).count(), 3333);
}

/// redb does not look at its own checksums on reading: what comes through must be stopped by ours.
#[test]
fn no_flipped_bit_makes_words_that_nobody_wrote() {
    let (dir, written) = ten_notes();
    let good = fs::read(database(dir.path())).unwrap();
    // Pages that hold anything; flips elsewhere change nothing.
    let used: Vec<usize> = (0..good.len())
        .filter(|i| {
            good[i / 4096 * 4096..][..4096]
                .iter()
                .any(|byte| *byte != 0)
        })
        .collect();
    for step in 0..120 {
        let i = used[step * 7919 * 31 % used.len()];
        let mut bytes = good.clone();
        bytes[i] ^= 1 << (step % 8);
        put(&database(dir.path()), &bytes);
        let Ok(bench) = try_open(dir.path()) else {
            assert!(fs::read(database(dir.path())).unwrap() == bytes, "byte {i}");
            continue;
        };
        for n in 0..10 {
            let plan = PlanId(n);
            if let Some(note) = bench.library.note(plan) {
                assert_eq!(Some(note), written.note(plan), "byte {i}");
            }
        }
    }
}

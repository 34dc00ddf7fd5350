//! Damaged libraries: everything that is still there, in the file or beside it, is there again, and
//! nothing that nobody wrote.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use postil_model::{Change, Library, Plan, PlanId, PlanStatus, Scope, Timestamp};
use postil_store::{Lock, Recovery, backup, doctor};

use crate::support::{Bench, database, envelope, note, put, put_row, try_open};

/// Notes of several sizes, one that changed often, closed. Gives every text that a plan ever had.
fn written(dir: &Path) -> (Library, BTreeMap<u128, Vec<String>>) {
    let mut bench = Bench::open(dir);
    let mut texts: BTreeMap<u128, Vec<String>> = BTreeMap::new();
    let mut put = |bench: &mut Bench, plan: u128, text: String| {
        texts.entry(plan).or_default().push(text.clone());
        let change = note(plan, &text);
        let plan = Change::Plan(Plan {
            id: PlanId(plan),
            name: format!("Plan {plan}"),
            folder: format!("/plans/{plan}"),
            description: String::new(),
            scope: Scope::default(),
            status: PlanStatus::Active,
            created: Timestamp(1),
            updated: Timestamp(1),
            removed: None,
        });
        bench.save(vec![change, plan]);
    };
    for plan in 0..24 {
        put(
            &mut bench,
            plan,
            format!("note {plan} ").repeat(1 + plan as usize * 12),
        );
    }
    put(&mut bench, 99, "long ".repeat(4_000));
    for n in 0..6 {
        put(&mut bench, 3, format!("state {n}"));
    }
    (bench.close(), texts)
}

/// Only what somebody wrote, and where it differs from what was there last, that is said.
fn assert_true_and_told(
    library: &Library,
    recovery: Option<&Recovery>,
    written: &Library,
    texts: &BTreeMap<u128, Vec<String>>,
    what: &str,
) {
    for (plan, known) in texts {
        if let Some(note) = library.note(PlanId(*plan)) {
            assert!(
                known.contains(&note.text),
                "{what}: words that nobody wrote"
            );
        }
        if library.note(PlanId(*plan)) != written.note(PlanId(*plan)) {
            assert!(recovery.is_some(), "{what}: changed without a word");
        }
    }
}

/// In memory where the system has such a place: thousands of libraries are made in it.
fn quick_dir() -> tempfile::TempDir {
    let shm = Path::new("/dev/shm");
    if shm.is_dir() {
        tempfile::tempdir_in(shm).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

#[test]
fn a_file_cut_at_any_page_gives_what_is_left_and_the_lines_give_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let (library, texts) = written(dir.path());
    let good = fs::read(database(dir.path())).unwrap();
    let ops = fs::read(dir.path().join("ops.jsonl")).unwrap();
    let mut n_found = 0;
    let n_used = good.len() - good.iter().rev().take_while(|byte| **byte == 0).count();
    for len in (0..n_used).step_by(4096) {
        let what = format!("cut at {len}");
        let cut = quick_dir();
        put(&database(cut.path()), &good[..len]);
        let bench = Bench::open(cut.path());
        assert_true_and_told(
            &bench.library,
            bench.recovery.as_deref(),
            &library,
            &texts,
            &what,
        );
        let recovery = bench.recovery.as_ref().unwrap_or_else(|| panic!("{what}"));
        n_found += recovery.n_from_file;
        assert!(fs::read(recovery.damaged.as_ref().unwrap()).unwrap() == good[..len]);

        let cut = quick_dir();
        put(&database(cut.path()), &good[..len]);
        put(&cut.path().join("ops.jsonl"), &ops);
        let bench = Bench::open(cut.path());
        assert_eq!(bench.library, library, "{what}, with its lines");
        assert!(bench.recovery.is_some_and(|recovery| recovery.is_complete));
    }
    assert!(n_found > 0, "nothing was ever found in the file");
}

/// 2,000 single bits, each in a page that holds anything.
#[test]
fn a_flipped_bit_is_harmless_or_told_and_the_other_records_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let (library, texts) = written(dir.path());
    let good = fs::read(database(dir.path())).unwrap();
    let used: Vec<usize> = (0..good.len())
        .filter(|i| {
            good[i / 4096 * 4096..][..4096]
                .iter()
                .any(|byte| *byte != 0)
        })
        .collect();
    let broken = quick_dir();
    let (mut n_recovered, mut n_notes, mut n_refused) = (0, 0, 0);
    for step in 0..2_000_usize {
        let i = used[step.wrapping_mul(0x9E37_79B9_7F4A_7C15) % used.len()];
        let mut bytes = good.clone();
        bytes[i] ^= 1 << (step / 7 % 8);
        for file in ["ops.jsonl", "quarantine", "backups"] {
            let path = broken.path().join(file);
            let _ = fs::remove_file(&path);
            let _ = fs::remove_dir_all(&path);
        }
        put(&database(broken.path()), &bytes);
        let what = format!("bit {} of byte {i}", step / 7 % 8);
        // A file format of the future is not for us to touch, wherever it comes from.
        let Ok(bench) = try_open(broken.path()) else {
            assert!(i == 64 || i == 192, "{what}: refused");
            assert!(
                fs::read(database(broken.path())).unwrap() == bytes,
                "{what}"
            );
            n_refused += 1;
            continue;
        };
        assert_true_and_told(
            &bench.library,
            bench.recovery.as_deref(),
            &library,
            &texts,
            &what,
        );
        if bench.recovery.is_some() {
            n_recovered += 1;
            n_notes += texts
                .keys()
                .filter(|plan| bench.library.note(PlanId(**plan)).is_some())
                .count();
        }
    }
    assert!(n_recovered > 100, "only {n_recovered} were harmful");
    let of_all = n_notes as f64 / (n_recovered * texts.len()) as f64;
    assert!(
        of_all > 0.95,
        "only {of_all} of the notes were found; {n_refused} refused"
    );
}

#[test]
fn what_the_file_does_not_give_comes_from_the_newest_whole_backup_and_the_lines() {
    let dir = tempfile::tempdir().unwrap();
    let (mut library, _) = written(dir.path());
    let lock = Lock::acquire(dir.path()).unwrap();
    backup::back_up(&lock).unwrap();
    let bad = backup::back_up(&lock).unwrap();
    drop(lock);
    put(&bad.file, b"damaged, too");
    let mut bench = Bench::open(dir.path());
    bench.save(vec![note(500, "after the backup")]);
    bench.close();
    library.apply(note(500, "after the backup"));

    put(&database(dir.path()), &[0; 9_000]);
    let bench = Bench::open(dir.path());
    assert_eq!(bench.library, library);
    let recovery = bench.recovery.as_ref().unwrap();
    assert_eq!(
        (recovery.n_from_file, recovery.n_from_ops),
        (0, 1),
        "{recovery}"
    );
    assert!(
        recovery.n_from_backup >= 25 && recovery.is_complete,
        "{recovery}"
    );
    assert_eq!(
        recovery.backup.as_ref().map(|b| b.generation),
        Some(bad.generation - 1)
    );
    assert!(
        recovery.to_string().contains("from the backup of 2"),
        "{recovery}"
    );
}

#[test]
fn a_file_that_is_gone_is_a_loss_and_not_a_beginning() {
    let dir = tempfile::tempdir().unwrap();
    let (library, _) = written(dir.path());
    fs::remove_file(database(dir.path())).unwrap();
    let bench = Bench::open(dir.path());
    assert_eq!(bench.library, library);
    let recovery = bench.recovery.as_ref().unwrap();
    assert_eq!(recovery.damaged, None);
}

#[test]
fn a_library_made_anew_goes_on_as_any_other() {
    let dir = tempfile::tempdir().unwrap();
    let (mut library, _) = written(dir.path());
    let mut bytes = fs::read(database(dir.path())).unwrap();
    bytes.extend([0xAA; 5_000]);
    bytes[5_000..5_100].fill(0xAA);
    put(&database(dir.path()), &bytes);
    let mut bench = Bench::open(dir.path());
    assert!(bench.recovery.is_some());
    bench.save(vec![note(700, "went on")]);
    bench.close();
    library.apply(note(700, "went on"));
    let bench = Bench::open(dir.path());
    assert_eq!((bench.recovery, bench.library), (None, library));
}

#[test]
fn the_doctor_finds_a_bad_record_and_takes_it_from_the_second_copy() {
    let dir = tempfile::tempdir().unwrap();
    let (library, _) = written(dir.path());
    let key = 5_u128.to_be_bytes();
    put_row(dir.path(), "authored/notes", &key, b"damaged");
    let lock = Lock::acquire(dir.path()).unwrap();
    let before = fs::read(database(dir.path())).unwrap();
    let report = doctor::examine(&lock, false);
    assert!(!report.is_healthy(), "{report}");
    assert!(
        report.to_json().contains("authored/notes"),
        "{}",
        report.to_json()
    );
    assert!(
        fs::read(database(dir.path())).unwrap() == before,
        "looking changed it"
    );

    let report = doctor::examine(&lock, true);
    assert!(report.is_healthy(), "{report}");
    assert_eq!(backup::list(dir.path()).unwrap().len(), 1);
    assert!(doctor::examine(&lock, false).is_healthy());
    drop(lock);
    assert_eq!(Bench::open(dir.path()).library, library);
}

#[test]
fn the_doctor_tells_of_a_library_that_is_older_than_its_lines_and_brings_it_up_to_them() {
    let dir = tempfile::tempdir().unwrap();
    let (mut library, _) = written(dir.path());
    let older = fs::read(database(dir.path())).unwrap();
    let mut bench = Bench::open(dir.path());
    let later = [note(5, "later"), note(6, "last")];
    for change in later {
        library.apply(change.clone());
        bench.save(vec![change]);
    }
    bench.close();
    put(&database(dir.path()), &older);

    let lock = Lock::acquire(dir.path()).unwrap();
    let told = doctor::examine(&lock, false);
    let words = told.to_string();
    assert!(!told.is_healthy(), "{words}");
    assert!(words.contains("behind ops.jsonl by 2 changes"), "{words}");
    assert!(
        fs::read(database(dir.path())).unwrap() == older,
        "looking changed it"
    );
    let report = doctor::examine(&lock, true);
    assert!(report.is_healthy(), "{report}");
    assert!(doctor::examine(&lock, false).is_healthy());
    drop(lock);
    assert_eq!(Bench::open(dir.path()).library, library);
}

#[test]
fn the_doctor_finds_what_refers_to_nothing_and_backups_that_are_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    let phase = postil_model::Phase {
        id: postil_model::PhaseId(1),
        plan: PlanId(77),
        name: "Setup".to_owned(),
        description: String::new(),
        rank: postil_model::Rank::FIRST,
        status: postil_model::PhaseStatus::Pending,
        started: None,
        completed: None,
        updated: Timestamp(0),
        removed: None,
    };
    bench.save(vec![Change::Phase(phase)]);
    bench.close();
    let lock = Lock::acquire(dir.path()).unwrap();
    let made = backup::back_up(&lock).unwrap();
    put(&made.file, b"damaged");
    let words = doctor::examine(&lock, false).to_string();
    assert!(
        words.contains("“Setup” belongs to a plan that is not there"),
        "{words}"
    );
    assert!(words.contains(&made.file.display().to_string()), "{words}");
    let _ = doctor::examine(&lock, true);
    assert!(!made.file.exists());
}

/// Whatever the damaged file says that it is, the library made of it is one that can be opened.
#[test]
fn a_damaged_description_of_the_library_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let (library, _) = written(dir.path());
    let damaged = [&b"no envelope"[..], &envelope(9, 1, b"library", b"short")];
    for meta in damaged {
        put_row(dir.path(), "authored/meta", b"library", meta);
        let bench = Bench::open(dir.path());
        assert_eq!(bench.library, library);
        assert!(bench.recovery.is_some());
        bench.close();
    }
}

//! What may lie where the database should be: none of it is harmed, none of it stops the process.

use std::fs;
use std::path::Path;

use postil_store::{Access, Batch, Lock, LockError, OpenError, Request};

use crate::support::{
    Bench, SCHEMA, copy, database, drop_tables, envelope, note, note_text, open_error, put,
    put_row, try_open,
};

/// A library with some content, closed.
fn library() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    for n in 0..40 {
        bench.save(vec![note(n, &"words ".repeat(n as usize * 20))]);
    }
    bench.close();
    dir
}

fn with_bytes(bytes: &[u8]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    put(&database(dir.path()), bytes);
    dir
}

fn assert_names_the_file(error: &OpenError, dir: &Path) {
    let words = error.to_string();
    assert!(
        words.ends_with(&database(dir).display().to_string()),
        "{words}"
    );
}

#[test]
fn files_that_are_no_database_are_told_and_set_aside() {
    for bytes in [
        &b"# A plan\n\nNot a database.\n"[..],
        b"x",
        b"",
        b"SQLite format 3\0",
        &[0; 5000],
    ] {
        let dir = with_bytes(bytes);
        let bench = Bench::open(dir.path());
        let recovery = bench.recovery.as_ref().expect("a report");
        assert_eq!((recovery.n_from_file, recovery.is_complete), (0, false));
        let aside = recovery.damaged.as_ref().expect("a file");
        assert!(fs::read(aside).unwrap() == bytes);
        assert!(recovery.to_string().ends_with(&aside.display().to_string()));
        bench.close();
        // Said once.
        assert_eq!(Bench::open(dir.path()).recovery, None);
    }
}

#[test]
fn a_directory_or_a_dangling_link_in_its_place_is_told_and_left() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(database(dir.path())).unwrap();
    let error = open_error(dir.path());
    assert!(matches!(error, OpenError::Foreign { .. }), "{error:?}");
    assert!(database(dir.path()).is_dir());

    #[cfg(unix)]
    {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("nowhere", database(dir.path())).unwrap();
        let error = open_error(dir.path());
        assert!(matches!(error, OpenError::Io { .. }), "{error:?}");
        assert!(database(dir.path()).is_symlink());
    }
}

#[test]
fn a_database_of_another_program_is_told_and_left() {
    let dir = tempfile::tempdir().unwrap();
    drop(redb::Database::create(database(dir.path())).unwrap());
    let error = open_error(dir.path());
    assert!(matches!(error, OpenError::Foreign { .. }), "{error:?}");
}

#[test]
fn a_newer_file_format_is_told_and_left() {
    let good = fs::read(database(library().path())).unwrap();
    for offsets in [&[64][..], &[192], &[64, 192]] {
        let mut bytes = good.clone();
        for offset in offsets {
            bytes[*offset] = 4;
        }
        let dir = with_bytes(&bytes);
        let error = open_error(dir.path());
        assert!(matches!(error, OpenError::Newer { .. }), "{error:?}");
        assert_names_the_file(&error, dir.path());
    }
}

#[test]
fn a_newer_schema_is_read_and_left() {
    let dir = library();
    let mut payload = (SCHEMA + 1).to_le_bytes().to_vec();
    payload.extend([7; 16 + 8]);
    let known = envelope(9, 1, b"library", &payload);
    let unknown = envelope(9, 2, b"library", b"who knows");
    for meta in [known, unknown] {
        put_row(dir.path(), "authored/meta", b"library", &meta);
        assert_read_only(dir.path());
    }
}

/// What can be read is shown, what is written is handed back, no byte changes.
fn assert_read_only(dir: &Path) {
    let before = fs::read(database(dir)).unwrap();
    let bench = Bench::open(dir);
    assert_eq!(note_text(&bench.library, 3), Some(&*"words ".repeat(60)));
    let Access::ReadOnly { why } = &bench.access else {
        panic!("{:?}", bench.access);
    };
    assert!(why.to_string().contains("schema"), "{why}");
    // The thread ends after it said so: from then on nothing is taken.
    while bench.events.recv().is_ok() {}
    assert!(bench.store.request(Request::BackUp).is_err());
    let batch = Batch {
        revision: 1,
        changes: vec![note(3, "not to be written")],
        ..Batch::default()
    };
    assert_eq!(bench.store.write(batch.clone()), Err(batch));
    bench.close();
    assert!(
        fs::read(database(dir)).unwrap() == before,
        "the file changed"
    );
}

/// The file of a process that died is repaired only once it is known to be ours to repair.
#[test]
fn a_newer_schema_after_a_crash_is_read_and_left() {
    let dir = library();
    let mut payload = (SCHEMA + 1).to_le_bytes().to_vec();
    payload.extend([7; 16 + 8]);
    let meta = envelope(9, 1, b"library", &payload);
    put_row(dir.path(), "authored/meta", b"library", &meta);
    let held = redb::Database::open(database(dir.path())).unwrap();
    let transaction = held.begin_write().unwrap();
    transaction.commit().unwrap();
    assert_read_only(copy(dir.path()).path());
}

#[test]
fn an_authored_table_that_is_gone_is_a_loss_that_is_told() {
    let dir = library();
    assert_eq!(drop_tables(dir.path(), "authored/notes"), 1);
    // The second copy has what was in it.
    let bench = Bench::open(dir.path());
    let recovery = bench.recovery.as_ref().expect("a report");
    assert!(recovery.why.contains("authored/notes"), "{recovery}");
    assert!(
        recovery.n_from_ops > 0 && recovery.is_complete,
        "{recovery}"
    );
    for n in 1..40 {
        let words = "words ".repeat(n * 20);
        assert_eq!(note_text(&bench.library, n as u128), Some(&*words));
    }
}

#[test]
fn a_database_cut_short_or_grown_never_panics_and_is_never_made_worse() {
    let dir = library();
    let bench = Bench::open(dir.path());
    let running = fs::read(database(dir.path())).unwrap();
    let expected = bench.close();
    let closed = fs::read(database(dir.path())).unwrap();
    for bytes in [running, closed] {
        let n = bytes.len();
        let pages = (0..n).step_by(n / 4096 / 12 * 4096 + 4096);
        for len in pages.chain([1, 8, 9, 100, 319, 320, 321, 4095, n - 4096, n - 1]) {
            let dir = with_bytes(&bytes[..len]);
            if let Err(error) = try_open(dir.path()) {
                assert_names_the_file(&error, dir.path());
                let left = fs::read(database(dir.path())).unwrap();
                assert!(left == bytes[..len], "changed at length {len}");
            }
        }
        let mut longer = bytes;
        longer.extend([0xAA; 5000]);
        let dir = with_bytes(&longer);
        match try_open(dir.path()) {
            Ok(bench) => assert_eq!(bench.library, expected),
            Err(_) => assert!(fs::read(database(dir.path())).unwrap() == longer),
        }
    }
}

#[test]
fn a_database_that_was_never_finished_is_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    let new = dir.path().join("postil.redb.new");
    for (n, name) in ["postil.redb.new", "postil.redb.new.1"].iter().enumerate() {
        put(&new, format!("half {n}").as_bytes());
        Bench::open(dir.path()).close();
        assert!(!new.exists());
        let aside = fs::read(dir.path().join("quarantine").join(name)).unwrap();
        assert_eq!(aside, format!("half {n}").as_bytes());
    }
    let names: Vec<_> = fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_what_is_there() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("data/postil");
    let new = dir.join("postil.redb.new");
    Bench::open(&dir).close();
    put(&new, b"half");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let open_up = |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o644));
    open_up(&database(&dir)).unwrap();
    open_up(&dir.join("postil.lock")).unwrap();
    Bench::open(&dir).close();
    assert_eq!(mode(&dir), 0o700);
    assert_eq!(mode(&dir.join("quarantine")), 0o700);
    assert_eq!(mode(&database(&dir)), 0o600);
    assert_eq!(mode(&dir.join("postil.lock")), 0o600);
}

/// Root may write everywhere: for root there is nothing to see here.
#[cfg(unix)]
#[test]
fn a_read_only_place_is_told() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let dir = library();
    if fs::metadata(dir.path()).unwrap().uid() == 0 {
        return;
    }
    let set_mode =
        |mode| fs::set_permissions(database(dir.path()), fs::Permissions::from_mode(mode));
    set_mode(0o400).unwrap();
    let error = open_error(dir.path());
    assert!(matches!(error, OpenError::Io { .. }), "{error:?}");
    assert_names_the_file(&error, dir.path());
    set_mode(0o600).unwrap();
    Bench::open(dir.path()).close();

    let empty = tempfile::tempdir().unwrap();
    fs::set_permissions(empty.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let error = Lock::acquire(empty.path()).unwrap_err();
    assert!(matches!(error, LockError::Unusable { .. }), "{error:?}");
}

//! One Postil at a time on one library.

use std::fs;
use std::time::SystemTime;

use postil_store::{Lock, LockError};

use crate::support::put;

#[test]
fn a_second_one_is_told_who_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let lock = Lock::acquire(dir.path()).unwrap();
    assert_eq!(lock.data_dir(), dir.path());
    let error = Lock::acquire(dir.path()).unwrap_err();
    let words = error.to_string();
    let pid = std::process::id();
    assert!(words.contains(&format!("(process {pid}")), "{words}");
    assert!(
        words.ends_with(&dir.path().display().to_string()),
        "{words}"
    );
    let LockError::Held {
        pid: Some(found),
        since: Some(since),
        ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(found, pid);
    assert!(since <= SystemTime::now());

    drop(lock);
    Lock::acquire(dir.path()).unwrap();
}

#[test]
fn a_file_that_nobody_holds_is_taken_over() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("postil.lock");
    let long = "x".repeat(9000);
    for text in ["pid 4242\nhost garden\nstarted 12\n", "", "pid none", &long] {
        put(&file, text.as_bytes());
        let _lock = Lock::acquire(dir.path()).unwrap();
        let written = fs::read_to_string(&file).unwrap();
        let pid = std::process::id();
        assert!(written.starts_with(&format!("pid {pid}\n")), "{written}");
        assert!(written.len() < 4096);
    }
}

#[test]
fn a_holder_that_says_nothing_is_a_holder() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("postil.lock");
    put(&file, b"\xff\xfe started never");
    let other = fs::File::open(&file).unwrap();
    other.lock().unwrap();
    let error = Lock::acquire(dir.path()).unwrap_err();
    assert!(matches!(
        error,
        LockError::Held {
            pid: None,
            host: None,
            since: None,
            ..
        }
    ));
}

#[test]
fn a_place_that_cannot_be_a_folder_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a file");
    put(&file, b"");
    let error = Lock::acquire(&file).unwrap_err();
    assert!(matches!(error, LockError::Unusable { .. }), "{error:?}");
    assert!(error.to_string().contains("--data-dir"), "{error}");
}

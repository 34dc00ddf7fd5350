//! Each call to the system that a write makes is failed in turn, and the process is killed at each:
//! the file is old or new, whole, with its mode and attributes, and what was said of it is true.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use postil_watcher::{
    Config, ContentHash, Event, Request, RootId, RootOptions, TextEdit, Watcher, WriteError,
};

use crate::support::{is_here, put};

const OLD: &str = "old words\n";
const NEW: &str = "new old words\n";
/// Names the folder to the child, and makes it one.
const CHILD: &str = "POSTIL_TEST_WRITES_IN";
/// Calls that a write makes, each with an error that it can give.
const CALLS: &[(&str, &str)] = &[
    ("openat", "EMFILE"),
    ("read", "EIO"),
    ("statx", "EIO"),
    ("readlink", "EIO"),
    ("access", "EIO"),
    ("faccessat", "EIO"),
    ("flock", "EINTR"),
    ("write", "ENOSPC"),
    ("fchown", "EPERM"),
    ("flistxattr", "EIO"),
    ("fgetxattr", "EIO"),
    ("fsetxattr", "EDQUOT"),
    ("fchmod", "EPERM"),
    ("fsync", "EIO"),
    ("renameat2", "EIO"),
    ("rename", "EIO"),
    ("unlink", "EIO"),
    ("unlinkat", "EIO"),
];

/// What the tests below start under strace: writes once, and says what came of it.
#[test]
#[ignore = "a child of the others"]
fn the_child() {
    let Some(folder) = std::env::var_os(CHILD) else {
        return;
    };
    let patience = Duration::from_secs(10);
    let root = RootId(1);
    let config = Config {
        safety_scan: Duration::ZERO,
        ..Config::default()
    };
    let (watcher, events) = Watcher::start(config, Arc::new(|| {})).expect("a watcher");
    let add = Request::AddRoot {
        root,
        folder: folder.into(),
        known: Vec::new(),
        options: RootOptions::default(),
    };
    watcher.send(add).expect("room");
    let write = Request::Write {
        ticket: 1,
        root,
        path: "a.md".into(),
        expected: ContentHash::of(OLD.as_bytes()),
        edits: vec![TextEdit {
            range: 0..0,
            text: "new ".into(),
        }],
    };
    watcher.send(write).expect("room");
    let mut said = "nothing";
    while let Ok(event) = events.recv_timeout(patience) {
        if let Event::Written { result, .. } = event {
            said = match result {
                Ok(_) => "WRITTEN",
                Err(WriteError::Conflict { .. }) => "CONFLICT",
                Err(_) => "REFUSED",
            };
            break;
        }
    }
    writeln!(std::io::stdout(), "\n{said}").expect("said");
    // Past the end of the threads, which is not what is tried here.
    std::process::exit(0);
}

/// A folder with the file, on which the child runs under strace.
struct Trial {
    folder: tempfile::TempDir,
}

impl Trial {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.md");
        put(&path, OLD.as_bytes());
        fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("its mode");
        // Not every file system has these.
        let _ = xattr::set(&path, "user.tag", b"kept");
        Self { folder }
    }

    fn run(&self, strace: &[&str]) -> Output {
        let exe = std::env::current_exe().expect("this program");
        Command::new("strace")
            .args(["-f", "-qq"])
            .args(strace)
            .arg(exe)
            .args(["--exact", "faults::the_child", "--ignored", "--nocapture"])
            .args(["--test-threads", "1"])
            .env(CHILD, self.folder.path())
            .output()
            .expect("strace")
    }

    /// What must hold whatever happened.
    fn check(&self, what: &str, said: &str) {
        let path = self.folder.path().join("a.md");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{what}: {error}"));
        match said {
            "WRITTEN" => assert_eq!(text, NEW, "{what}"),
            "CONFLICT" | "REFUSED" => assert_eq!(text, OLD, "{what}"),
            _ => assert!([OLD, NEW].contains(&text.as_str()), "{what}: {text}"),
        }
        let mode = path.metadata().expect("there").permissions().mode();
        assert_eq!(mode & 0o7777, 0o640, "{what}");
        if let Ok(Some(tag)) = xattr::get(&path, "user.tag") {
            assert_eq!(tag, b"kept", "{what}");
        } else {
            assert!(!supports_attributes(), "{what}: its attribute is gone");
        }
    }

    fn leftovers(&self) -> usize {
        let entries = self.folder.path().read_dir().expect("the folder");
        entries.filter_map(Result::ok).count() - 1
    }
}

fn supports_attributes() -> bool {
    let trial = Trial::new();
    let path: &Path = trial.folder.path();
    matches!(xattr::get(path.join("a.md"), "user.tag"), Ok(Some(_)))
}

fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    let words = ["WRITTEN", "CONFLICT", "REFUSED"];
    let word = words
        .into_iter()
        .find(|word| text.lines().any(|line| line == *word));
    word.unwrap_or("nothing").into()
}

/// How often the watcher's thread makes each call; empty where there is no strace.
fn n_calls() -> BTreeMap<&'static str, usize> {
    if !is_here("strace") {
        return BTreeMap::new();
    }
    let trial = Trial::new();
    let log = trial.folder.path().with_extension("strace");
    let log_arg = log.display().to_string();
    let output = trial.run(&["-o", &log_arg]);
    assert_eq!(said(&output), "WRITTEN");
    let text = fs::read_to_string(&log).expect("the log");
    fs::remove_file(&log).expect("removed");
    // Lines begin with the id of the thread; the one that renames is the watcher's.
    let id = |line: &str| line.split_whitespace().next().map(str::to_string);
    let is_exchange = |line: &&str| line.contains("renameat2(") || line.contains("rename(");
    let watcher = text.lines().find(is_exchange).and_then(id);
    let mut n_calls = BTreeMap::new();
    for line in text.lines().filter(|line| id(line) == watcher) {
        for (call, _) in CALLS {
            if line.contains(&format!(" {call}(")) {
                *n_calls.entry(*call).or_default() += 1;
            }
        }
    }
    n_calls
}

#[test]
fn a_call_that_fails_leaves_the_old_file_or_the_new_one() {
    for (call, n) in n_calls() {
        let (_, error) = CALLS
            .iter()
            .find(|(name, _)| *name == call)
            .expect("listed");
        for when in 1..=n {
            let trial = Trial::new();
            let trace = format!("trace={call}");
            let inject = format!("inject={call}:error={error}:when={when}");
            let output = trial.run(&["-o", "/dev/null", "-e", &trace, "-e", &inject]);
            let what = format!("{call} {when} of {n}: {error}");
            trial.check(&what, &said(&output));
            if !call.starts_with("unlink") {
                assert_eq!(trial.leftovers(), 0, "{what}");
            }
        }
    }
}

#[test]
fn a_kill_at_any_call_leaves_the_old_file_or_the_new_one() {
    for (call, n) in n_calls() {
        for when in 1..=n {
            let trial = Trial::new();
            let trace = format!("trace={call}");
            let inject = format!("inject={call}:signal=KILL:when={when}");
            let output = trial.run(&["-o", "/dev/null", "-e", &trace, "-e", &inject]);
            trial.check(&format!("{call} {when} of {n}: killed"), &said(&output));
            assert!(trial.leftovers() <= 1, "{call} {when}");
        }
    }
}

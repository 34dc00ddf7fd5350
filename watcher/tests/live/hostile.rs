//! Any bytes and any kind of file in a plan folder are survived.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use postil_watcher::{Config, Event, FileProblem, ReadError, Request, TextNotice};

use crate::support::{Bench, ROOT, SENTINEL, config, holds, is_here, paths, put};

fn problems(event: &Event) -> Option<Vec<(String, FileProblem)>> {
    match event {
        Event::Scanned { problems, .. } => Some(problems.clone()),
        _ => None,
    }
}

#[test]
fn links_end_and_none_leads_out() {
    let mut bench = Bench::new(
        config(),
        &[("sub/a.md", b"one"), ("../outside.md", b"not yours")],
    );
    let link = |target: &str, name: &str| {
        symlink(target, bench.folder.join(name)).expect("a link");
    };
    link(".", "loop");
    link("..", "sub/up");
    link("/", "everything");
    link("sub/a.md", "inside.md");
    link("inside.md", "chain.md");
    link("self.md", "self.md");
    link("../outside.md", "outside.md");
    link("nowhere.md", "broken.md");
    link("sub", "folder.md");
    let listed = bench.add(Vec::new());
    let expected = ["chain.md", "folder.md", "inside.md", "sub/a.md", SENTINEL];
    assert_eq!(listed, expected);
    let (files, problems) = bench
        .seen
        .iter()
        .find_map(|event| match event {
            Event::Scanned {
                files, problems, ..
            } => Some((files.clone(), problems.clone())),
            _ => None,
        })
        .expect("the picture");
    assert_eq!(files[1].problem, Some(FileProblem::NotRegular));
    let names: Vec<&str> = problems.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(names, ["broken.md", "outside.md", "self.md"]);
    let outside = ReadError::Outside {
        path: "outside.md".into(),
    };
    assert_eq!(bench.read("outside.md"), Err(outside));
    assert!(matches!(
        bench.read("everything/etc/hostname"),
        Err(ReadError::Outside { .. } | ReadError::Missing { .. })
    ));
    assert_eq!(&*bench.read("chain.md").expect("a link").text, "one");
}

/// Makes a pipe; whether that was possible.
fn pipe(path: &Path) -> bool {
    let made = || Command::new("mkfifo").arg(path).status();
    is_here("mkfifo") && made().is_ok_and(|status| status.success())
}

#[test]
fn a_pipe_is_listed_and_never_opened() {
    let mut bench = Bench::new(config(), &[]);
    for name in ["pipe.md", ".gitignore"] {
        if !pipe(&bench.folder.join(name)) {
            return;
        }
    }
    assert_eq!(bench.add(Vec::new()), ["pipe.md", SENTINEL]);
    let not_regular = ReadError::NotRegular {
        path: "pipe.md".into(),
    };
    assert_eq!(bench.read("pipe.md"), Err(not_regular));
    bench.sync();
}

#[test]
fn a_file_that_becomes_a_pipe_is_told() {
    let mut bench = Bench::watched(&[("a.md", b"one")]);
    let path = bench.folder.join("a.md");
    fs::remove_file(&path).expect("removed");
    if !pipe(&path) {
        return;
    }
    bench.picture(|files| {
        files.iter().any(|file| {
            file.path == "a.md"
                && file.problem == Some(FileProblem::NotRegular)
                && file.hash.is_none()
        })
    });
}

#[test]
fn bytes_that_are_no_text_are_read_with_a_notice() {
    let bom = b"\xEF\xBB\xBF# T\0";
    let mut bench = Bench::watched(&[
        ("bad.md", b"a\xFF\xFEb"),
        ("bom.md", bom),
        ("utf16.md", b"\xFF\xFEh\0i\0"),
    ]);
    let bad = bench.read("bad.md").expect("read");
    assert_eq!(&*bad.text, "a\u{FFFD}\u{FFFD}b");
    assert_eq!(bad.notices, [TextNotice::InvalidUtf8]);
    let marked = bench.read("bom.md").expect("read");
    assert_eq!(&*marked.text, "# T\u{2400}");
    assert_eq!(
        marked.notices,
        [TextNotice::ByteOrderMark, TextNotice::NulBytes]
    );
    assert_eq!(marked.hash, postil_watcher::ContentHash::of(bom));
    let wide = bench.read("utf16.md").expect("read");
    assert_eq!(
        (&*wide.text, wide.notices.as_slice()),
        ("hi", &[TextNotice::Utf16][..])
    );
}

#[test]
fn an_unreadable_folder_does_not_blind_its_siblings() {
    let mut bench = Bench::new(config(), &[("locked/a.md", b"one"), ("open/b.md", b"one")]);
    let locked = bench.folder.join("locked");
    fs::set_permissions(&locked, Permissions::from_mode(0o000)).expect("locked");
    if locked.read_dir().is_ok() {
        // Permissions do not hold for this user.
        return;
    }
    let listed = bench.add(Vec::new());
    assert_eq!(listed, ["open/b.md", SENTINEL]);
    assert_eq!(
        bench.seen.iter().find_map(problems).expect("a picture")[0].0,
        "locked"
    );
    bench.put("open/b.md", b"two");
    bench.changed("open/b.md", b"two");
    fs::set_permissions(&locked, Permissions::from_mode(0o755)).expect("unlocked");
    bench.picture(|files| holds(files, "locked/a.md"));
}

#[test]
fn names_that_are_no_text_are_told_and_stepped_over() {
    let mut bench = Bench::new(config(), &[("a.md", b"one")]);
    let name = std::ffi::OsStr::from_bytes(b"\xFF.md");
    put(&bench.folder.join(name), b"nameless");
    assert_eq!(bench.add(Vec::new()), ["a.md", SENTINEL]);
    let told = bench.seen.iter().find_map(problems).expect("a picture");
    assert_eq!(told[0].0, "\u{FFFD}.md");
}

#[test]
fn a_file_over_the_limit_is_listed_and_not_opened() {
    let config = Config {
        max_document_bytes: 10,
        ..config()
    };
    let mut bench = Bench::new(config, &[("big.md", b"more than ten bytes")]);
    bench.add(Vec::new());
    assert!(matches!(
        bench.read("big.md"),
        Err(ReadError::TooLarge {
            len: 19,
            limit: 10,
            ..
        })
    ));
    bench.put("big.md", b"less");
    let files = bench.picture(|files| files.iter().all(|file| file.problem.is_none()));
    assert_eq!(paths(&files), ["big.md", SENTINEL]);
    bench.put("big.md", b"again more than ten");
    bench.picture(|files| {
        files[0].problem == Some(FileProblem::TooLarge { len: 19 }) && files[0].hash.is_none()
    });
}

#[test]
fn no_path_leads_out_of_the_root() {
    let mut bench = Bench::watched(&[("sub/a.md", b"one"), ("../outside.md", b"secret")]);
    symlink("..", bench.folder.join("up")).expect("a link");
    for path in [
        "../outside.md",
        "sub/../../outside.md",
        "up/outside.md",
        "/etc/hostname",
        "",
        "https://example.org/a.md",
    ] {
        let outside = Err(ReadError::Outside { path: path.into() });
        assert_eq!(bench.read(path), outside, "{path}");
        assert_eq!(
            bench.read_asset(path, 1_000).map(|_| ()),
            outside.map(|_| ()),
            "{path}"
        );
    }
    assert!(matches!(
        bench.read("sub"),
        Err(ReadError::NotRegular { .. })
    ));
    assert!(matches!(
        bench.read("sub/b.md"),
        Err(ReadError::Missing { .. })
    ));
    assert!(matches!(
        bench.read("sub/a.md/b.md"),
        Err(ReadError::Missing { .. })
    ));
    assert_eq!(bench.read_asset("sub/a.md", 3), Ok(b"one".to_vec()));
    assert!(matches!(
        bench.read_asset("sub/a.md", 2),
        Err(ReadError::TooLarge { .. })
    ));
    bench.send(Request::RemoveRoot { root: ROOT });
    assert!(matches!(
        bench.read("sub/a.md"),
        Err(ReadError::UnknownRoot { .. })
    ));
}

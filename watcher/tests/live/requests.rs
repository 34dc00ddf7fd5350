//! Inspecting what was dropped, and unpacking what the app carries.

use std::fs;
use std::path::Path;

use postil_watcher::{
    Config, ContentHash, Event, InspectError, Inspected, Request, RootOptions, UnpackError,
    WriteError,
};

use crate::support::{Bench, ROOT, at_start, config, holds, put};

fn inspect(bench: &mut Bench, path: &Path) -> Result<Inspected, InspectError> {
    bench.send(Request::Inspect {
        ticket: 3,
        path: path.to_path_buf(),
    });
    bench.wait(|event| match event {
        Event::Inspected {
            ticket: 3, result, ..
        } => Some(result.clone()),
        _ => None,
    })
}

fn unpack(
    bench: &mut Bench,
    folder: &Path,
    files: &[(&str, &str)],
) -> Result<std::path::PathBuf, UnpackError> {
    let files = files
        .iter()
        .map(|(path, text)| ((*path).into(), text.as_bytes().to_vec()))
        .collect();
    bench.send(Request::Unpack {
        ticket: 4,
        folder: folder.to_path_buf(),
        files,
    });
    bench.wait(|event| match event {
        Event::Unpacked { ticket: 4, result } => Some(result.clone()),
        _ => None,
    })
}

#[test]
fn a_folder_and_a_file_are_told_apart() {
    let mut bench = Bench::new(
        config(),
        &[("sub/a.md", b"a"), ("sub/flow.mmd", b""), ("b.json", b"")],
    );
    let folder = bench.folder.clone();
    let whole = Inspected {
        folder: folder.clone(),
        file: None,
        n_plan_files: 3,
        n_plan_files_is_at_least: false,
    };
    assert_eq!(inspect(&mut bench, &folder), Ok(whole.clone()));
    assert_eq!(inspect(&mut bench, &folder.join("sub/..")), Ok(whole));
    let single = Inspected {
        folder: folder.join("sub"),
        file: Some("a.md".into()),
        n_plan_files: 2,
        n_plan_files_is_at_least: false,
    };
    assert_eq!(inspect(&mut bench, &folder.join("sub/a.md")), Ok(single));
}

#[test]
fn a_folder_with_nothing_but_json_is_no_plan() {
    let mut bench = Bench::new(config(), &[("app/package.json", b"{}")]);
    let folder = bench.folder.join("app");
    let inspected = inspect(&mut bench, &folder).expect("a folder");
    assert_eq!(inspected.n_plan_files, 0);
}

#[test]
fn which_files_are_documents_is_for_the_settings_to_say() {
    let config = Config {
        extensions: vec!["txt".into(), "adoc".into()],
        ..config()
    };
    let files: &[(&str, &[u8])] = &[("a.txt", b"one"), ("b.md", b"no document"), ("c.ADOC", b"")];
    let mut bench = Bench::new(config, files);
    let folder = bench.folder.clone();
    let inspected = inspect(&mut bench, &folder.join("a.txt")).expect("a document");
    assert_eq!(
        (inspected.file.as_deref(), inspected.n_plan_files),
        (Some("a.txt"), 2)
    );
    let refused = inspect(&mut bench, &folder.join("b.md"));
    assert!(matches!(refused, Err(InspectError::NotMarkdown { .. })));
    assert_eq!(bench.add(Vec::new()), ["a.txt", "c.ADOC"]);
    bench.put("new.txt", b"new");
    bench.picture(|files| holds(files, "new.txt"));
    bench.put("c.ADOC", b"changed");
    bench.changed("c.ADOC", b"changed");
    let hash = ContentHash::of(b"one");
    bench.write("a.txt", hash, at_start("t")).expect("written");
    let hash = ContentHash::of(b"no document");
    let refused = bench.write("b.md", hash, at_start("x"));
    assert!(matches!(refused, Err(WriteError::NotDocument { .. })));
}

/// Left to itself, JSON makes no folder a plan.
#[test]
fn a_json_file_is_opened_when_it_is_asked_for_by_name() {
    let mut bench = Bench::new(config(), &[("plan.json", b"{}")]);
    let folder = bench.folder.clone();
    let of_file = inspect(&mut bench, &folder.join("plan.json")).expect("a document");
    // The one plan file is the bench's own.
    assert_eq!(
        (of_file.file.as_deref(), of_file.n_plan_files),
        (Some("plan.json"), 1)
    );
    assert_eq!(bench.add(Vec::new()), ["plan.json", "zz-sentinel.md"]);
}

#[test]
fn what_cannot_be_a_plan_says_why_and_what_to_do() {
    let mut bench = Bench::new(config(), &[("photo.PNG", b""), ("README", b"")]);
    let folder = bench.folder.clone();
    let mut error = |name: &str| inspect(&mut bench, &folder.join(name)).expect_err("no plan");
    assert!(matches!(error("nothing"), InspectError::Missing { .. }));
    assert!(matches!(
        error("photo.PNG/x.md"),
        InspectError::Missing { .. }
    ));
    assert!(
        matches!(error("README"), InspectError::NotMarkdown { extension, .. } if extension.is_empty())
    );
    let picture = error("photo.PNG");
    assert!(matches!(&picture, InspectError::NotMarkdown { extension, .. } if extension == "PNG"));
    let shown = picture.to_string();
    assert!(shown.starts_with("A .PNG file is not Markdown") && shown.ends_with("photo.PNG"));
}

#[cfg(unix)]
#[test]
fn a_device_is_neither_file_nor_folder() {
    let mut bench = Bench::new(config(), &[]);
    let error = inspect(&mut bench, Path::new("/dev/null"));
    assert!(matches!(error, Err(InspectError::NotFileOrFolder { .. })));
}

#[test]
fn files_are_unpacked_into_a_new_folder_and_again_without_harm() {
    let mut bench = Bench::new(config(), &[]);
    let folder = bench.folder.join("made/for/this");
    let files = [("README.md", "# Sample"), ("docs/more.md", "more")];
    for _ in 0..2 {
        assert_eq!(unpack(&mut bench, &folder, &files), Ok(folder.clone()));
        let read = |name| fs::read_to_string(folder.join(name)).expect("unpacked");
        assert_eq!(
            (read("README.md"), read("docs/more.md")),
            ("# Sample".into(), "more".into())
        );
    }
}

#[test]
fn unpacking_never_overwrites_and_makes_nothing_when_it_would() {
    let mut bench = Bench::new(config(), &[("b.md", b"mine"), ("c.md", b"dir below")]);
    let folder = bench.folder.clone();
    let exists = |name: &str| {
        Err(UnpackError::Exists {
            path: folder.join(name),
        })
    };
    let files = [("a.md", "new"), ("b.md", "theirs"), ("z.md", "new")];
    assert_eq!(unpack(&mut bench, &folder, &files), exists("b.md"));
    let same_length = [("b.md", "MINE")];
    assert_eq!(unpack(&mut bench, &folder, &same_length), exists("b.md"));
    assert!(unpack(&mut bench, &folder, &[("c.md/x.md", "new")]).is_err());
    assert!(unpack(&mut bench, &folder.join("b.md"), &[("x.md", "new")]).is_err());
    assert_eq!(fs::read(folder.join("b.md")).expect("there"), b"mine");
    assert!(!folder.join("a.md").exists() && !folder.join("z.md").exists());
}

#[test]
fn unpacking_stays_in_its_folder() {
    let mut bench = Bench::new(config(), &[]);
    let folder = bench.folder.join("made");
    for name in ["../out.md", "/tmp/postil-out.md", "a/../../out.md", ""] {
        let result = unpack(&mut bench, &folder, &[(name, "out")]);
        assert!(matches!(result, Err(UnpackError::Outside { .. })), "{name}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("..", folder.join("up")).expect("a link");
        let result = unpack(&mut bench, &folder, &[("up/out.md", "out")]);
        assert!(matches!(result, Err(UnpackError::Outside { .. })));
        std::os::unix::fs::symlink("../out.md", folder.join("link.md")).expect("a link");
        let result = unpack(&mut bench, &folder, &[("link.md", "out")]);
        assert!(matches!(result, Err(UnpackError::Exists { .. })));
    }
    assert!(!bench.folder.join("out.md").exists());
}

#[test]
fn a_read_right_after_registering_does_not_wait_for_the_scan() {
    let mut bench = Bench::new(config(), &[("a.md", b"one")]);
    bench.send(Request::AddRoot {
        root: ROOT,
        folder: bench.folder.clone(),
        known: Vec::new(),
        options: RootOptions::default(),
    });
    assert_eq!(&*bench.read("a.md").expect("read").text, "one");
}

#[test]
fn dropping_the_handle_ends_the_thread() {
    let bench = Bench::watched(&[("a.md", b"one")]);
    put(&bench.folder.join("a.md"), b"two");
    let events = bench.events.clone();
    drop(bench);
    while events.try_recv().is_ok() {}
    assert_eq!(
        events.try_recv().err(),
        Some(crossbeam_channel::TryRecvError::Disconnected)
    );
}

#[test]
fn an_app_that_takes_nothing_finds_the_watcher_busy_and_can_still_stop_it() {
    let bench = Bench::new(config(), &[]);
    // The queue of requests, the channel, and what waits behind it.
    let n_places = 1_024 + 100 + 4_096;
    let request = || Request::Read {
        root: ROOT,
        path: String::new(),
    };
    let inspect = |ticket| Request::Inspect {
        ticket,
        path: bench.folder.clone(),
    };
    for ticket in 0..n_places {
        while bench.watcher.send(inspect(ticket)).is_err() {
            std::thread::yield_now();
        }
    }
    let refused = bench.watcher.send(request()).expect_err("all is full");
    assert!(matches!(*refused.0, Request::Read { .. }), "it comes back");
    let events = bench.events.clone();
    drop(bench);
    assert_eq!(events.len(), 100);
}

//! Systems that watch less than is wanted: limits, silent file systems, folders that are unmounted,
//! readers without rights. Most of it takes root or a user namespace, and is left out elsewhere.
#![cfg(target_os = "linux")]

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use postil_watcher::{Event, Health, ReadError, WriteError};

use crate::support::{Bench, ROOT, at_start, config, holds, put};

/// Names what a child of these tests is to try.
const CHILD: &str = "POSTIL_TEST_LIMIT";

fn health(bench: &mut Bench, fits: impl Fn(&Health) -> bool) -> Health {
    bench.wait(|event| match event {
        Event::Health { health, .. } if fits(health) => Some(health.clone()),
        _ => None,
    })
}

/// Runs a test of this file again, after `before`, by `wrapper`; whether that was possible.
fn again(wrapper: &[&str], before: &str, test: &str, value: &str) -> bool {
    // Where any user may run it.
    let place = tempfile::tempdir().expect("a folder");
    let exe = place.path().join("again");
    fs::copy(std::env::current_exe().expect("this program"), &exe).expect("copied");
    for path in [place.path(), &exe] {
        fs::set_permissions(path, Permissions::from_mode(0o755)).expect("its mode");
    }
    let script = format!(
        "{before} && exec {} --exact limits::{test} --ignored --nocapture",
        exe.display()
    );
    let [program, args @ ..] = wrapper else {
        return false;
    };
    let output = Command::new(program)
        .args(args)
        .args(["sh", "-c", &script])
        .env(CHILD, value)
        .output();
    let Ok(output) = output else {
        return false;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    if !said.contains("running 1 test") {
        // The namespace or the user could not be had.
        return false;
    }
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    true
}

#[test]
#[ignore = "a child of the next"]
fn a_limited_child() {
    let Ok(limit) = std::env::var(CHILD) else {
        return;
    };
    let mut bench = Bench::new(config(), &[("a.md", b"one")]);
    for n in 0..30 {
        put(&bench.folder.join(format!("d{n}/a.md")), b"one");
    }
    bench.add(Vec::new());
    let polling = health(&mut bench, |health| {
        matches!(health, Health::Polling { .. })
    });
    let Health::Polling { why } = polling else {
        return;
    };
    let named = format!("(user.max_inotify_watches is {limit})");
    assert!(why.contains(&named), "{why}");
    for path in ["a.md", "d0/a.md", "d29/a.md"] {
        bench.put(path, b"two");
        bench.changed_or_seen(path, b"two");
    }
    put(&bench.folder.join("new/b.md"), b"new");
    bench.picture(|files| holds(files, "new/b.md"));
    bench.converge();
}

#[test]
fn with_no_watches_or_ten_the_rest_is_polled_and_the_setting_is_named() {
    for limit in ["0", "10"] {
        let before = format!("echo {limit} > /proc/sys/user/max_inotify_watches");
        again(&["unshare", "-Ur"], &before, "a_limited_child", limit);
    }
}

#[test]
#[ignore = "a child of the next"]
fn an_instanceless_child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let mut bench = Bench::new(config(), &[("a.md", b"one")]);
    bench.add(Vec::new());
    let retrying = health(&mut bench, |health| {
        matches!(health, Health::Retrying { .. })
    });
    let Health::Retrying { why, .. } = retrying else {
        return;
    };
    assert!(why.contains("user.max_inotify_instances is 0"), "{why}");
    bench.put("a.md", b"two");
    bench.changed("a.md", b"two");
    // Five tries, then it is polled for good.
    health(&mut bench, |health| {
        matches!(health, Health::Polling { .. })
    });
    bench.put("a.md", b"three");
    bench.changed("a.md", b"three");
}

#[test]
fn without_any_events_it_is_tried_five_times_and_polled_all_along() {
    let before = "echo 0 > /proc/sys/user/max_inotify_instances";
    again(&["unshare", "-Ur"], before, "an_instanceless_child", "0");
}

#[test]
#[ignore = "a child of the next"]
fn a_child_without_rights() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let mut bench = Bench::new(config(), &[("locked/a.md", b"one"), ("open/b.md", b"one")]);
    bench.put("file.md", b"one");
    bench.add(Vec::new());
    let locked = bench.folder.join("locked");
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("its mode");
    };
    for _ in 0..3 {
        mode(&locked, 0o000);
        let problems = bench.wait(|event| match event {
            Event::Scanned { problems, .. } if !problems.is_empty() => Some(problems.clone()),
            _ => None,
        });
        assert_eq!(problems[0].0, "locked");
        bench.put("open/b.md", b"two");
        bench.changed_or_seen("open/b.md", b"two");
        mode(&locked, 0o755);
        bench.picture(|files| holds(files, "locked/a.md"));
    }
    mode(&bench.folder.join("file.md"), 0o000);
    bench.picture(|files| {
        files
            .iter()
            .any(|file| file.path == "file.md" && file.problem.is_some())
    });
    assert!(matches!(
        bench.read("file.md"),
        Err(ReadError::Unreadable { .. })
    ));
    mode(&bench.folder.join("file.md"), 0o644);
    bench.picture(|files| files.iter().all(|file| file.problem.is_none()));
    mode(&bench.folder.join("open"), 0o555);
    let hash = bench.read("open/b.md").expect("readable").hash;
    let refused = bench.write("open/b.md", hash, at_start("x"));
    assert!(matches!(refused, Err(WriteError::FolderReadOnly { .. })));
    mode(&bench.folder.join("open"), 0o755);
}

#[test]
fn what_may_not_be_read_is_told_and_comes_back() {
    let user = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
    ];
    if !again(&user, "true", "a_child_without_rights", "0") {
        // Not root, so that no other user is needed.
        again(&["env"], "true", "a_child_without_rights", "0");
    }
}

/// Mounts a file system of its own; `false` where that may not be done.
fn mount(args: &[&str]) -> bool {
    let output = Command::new("mount").args(args).output();
    output.is_ok_and(|output| output.status.success())
}

fn unmount(folder: &Path) {
    let status = Command::new("umount").arg("-l").arg(folder).status();
    assert!(status.is_ok_and(|status| status.success()), "unmounted");
}

#[test]
fn a_root_that_is_unmounted_is_missing_and_comes_back_while_it_is_being_read() {
    let mut bench = Bench::new(config(), &[]);
    let (disk, folder) = (bench.folder.with_file_name("disk"), bench.folder.clone());
    fs::remove_file(folder.join(crate::support::SENTINEL)).expect("an empty place");
    let image = fs::File::create(&disk).expect("an image");
    image.set_len(8 << 20).expect("its length");
    let (from, to) = (disk.display().to_string(), folder.display().to_string());
    let made = Command::new("mkfs.ext4").args(["-q", "-F", &from]).status();
    if !made.is_ok_and(|status| status.success()) || !mount(&["-o", "loop", &from, &to]) {
        return;
    }
    for n in 0..5 {
        bench.put(&format!("{n}.md"), format!("words {n}").as_bytes());
    }
    bench.add(Vec::new());
    for round in 0..3 {
        unmount(&folder);
        let why = bench.wait(|event| match event {
            Event::RootMissing { why, .. } => Some(why.clone()),
            _ => None,
        });
        assert!(why.contains("0 of its"), "{why}");
        let words = format!("round {round}");
        assert!(mount(&["-o", "loop", &from, &to]));
        bench.wait(|event| matches!(event, Event::RootReturned { .. }).then_some(()));
        bench.picture(|files| files.len() == 5);
        bench.put("1.md", words.as_bytes());
        bench.changed("1.md", words.as_bytes());
    }
    unmount(&folder);
}

#[test]
fn another_folder_in_the_place_of_one_is_asked_about_and_can_be_accepted() {
    let files: &[(&str, &[u8])] = &[("a.md", b"one"), ("b.md", b"two"), ("c.md", b"three")];
    let mut bench = Bench::watched(files);
    fs::remove_dir_all(&bench.folder).expect("removed");
    bench.wait(|event| matches!(event, Event::RootMissing { .. }).then_some(()));
    put(&bench.folder.join("x.md"), b"something else");
    put(&bench.folder.join("a.md"), b"a namesake");
    let (n_same, n_known) = bench.wait(|event| match event {
        Event::RootDiffers {
            n_same, n_known, ..
        } => Some((*n_same, *n_known)),
        _ => None,
    });
    assert_eq!((n_same, n_known), (1, 4));
    assert!(bench.read("x.md").is_err(), "it is not ours");
    // The old files come back: nothing has to be asked any more.
    bench.put("b.md", b"two");
    bench.wait(|event| matches!(event, Event::RootReturned { .. }).then_some(()));
    bench.picture(|files| holds(files, "x.md") && holds(files, "b.md"));
    fs::remove_dir_all(&bench.folder).expect("removed");
    bench.wait(|event| matches!(event, Event::RootMissing { .. }).then_some(()));
    put(&bench.folder.join("only.md"), b"a new beginning");
    bench.wait(|event| matches!(event, Event::RootDiffers { .. }).then_some(()));
    bench.send(postil_watcher::Request::AcceptRoot { root: ROOT });
    bench.wait(|event| matches!(event, Event::RootReturned { .. }).then_some(()));
    bench.picture(|files| files.len() == 1 && holds(files, "only.md"));
    bench.put("only.md", b"watched");
    bench.changed("only.md", b"watched");
}

#[test]
fn a_file_system_without_events_is_polled_and_said_to_be() {
    let mut bench = Bench::new(config(), &[]);
    let Some(served) = crate::served::Served::mount(&bench.folder) else {
        return;
    };
    served.put(b"one");
    bench.add(Vec::new());
    health(
        &mut bench,
        |health| matches!(health, Health::Polling { why } if why.contains("FUSE")),
    );
    for n in 0..5 {
        let words = format!("version {n}, of which no event tells");
        served.put(words.as_bytes());
        bench.changed("a.md", words.as_bytes());
    }
    let mut said = std::io::stdout();
    writeln!(said, "a FUSE mount was polled").expect("said");
}

//! Ways of saving, making, moving and removing files.

use std::fs::{self, File};
use std::io::Write;
use std::time::Duration;

use postil_watcher::{Config, ContentHash, Event, Request};

use crate::support::{Bench, ROOT, SENTINEL, config, holds, paths, put};

#[test]
fn a_folder_is_listed_sorted_by_path_with_hashes() {
    let mut bench = Bench::new(
        config(),
        &[
            ("b.md", b"b"),
            ("a/z.MARKDOWN", b"z"),
            ("a.md", b""),
            ("a/package.json", b"{}"),
            ("picture.png", b"no document"),
            ("node_modules/x/readme.md", b"skipped"),
            ("target/doc.md", b"skipped"),
            (".git/notes.md", b"skipped"),
            (".hidden.md", b"skipped"),
            (".claude/plans/p.md", b"kept"),
            (".gitignore", b"private.md\n"),
            ("private.md", b"left out"),
        ],
    );
    let listed = bench.add(Vec::new());
    let expected = [
        ".claude/plans/p.md",
        "a.md",
        "a/package.json",
        "a/z.MARKDOWN",
        "b.md",
        SENTINEL,
    ];
    assert_eq!(listed, expected);
    let empty = bench.read("a.md").expect("an empty document");
    assert_eq!((&*empty.text, empty.hash), ("", ContentHash::of(b"")));
}

#[test]
fn an_edit_in_place_is_told_with_its_text_when_in_view() {
    let mut bench = Bench::watched(&[("a.md", b"one"), ("b.md", b"one")]);
    bench.view("a.md");
    bench.put("b.md", b"two");
    assert_eq!(bench.changed("b.md", b"two"), None);
    bench.put("a.md", b"# two");
    let document = bench.changed("a.md", b"# two").expect("the text");
    assert_eq!((&*document.text, document.path.as_str()), ("# two", "a.md"));
}

#[test]
fn a_file_renamed_over_another_is_an_edit() {
    let mut bench = Bench::watched(&[("a.md", b"one")]);
    for n in 0..20 {
        let bytes = format!("version {n}");
        bench.put(".a.md.tmp", bytes.as_bytes());
        fs::rename(bench.folder.join(".a.md.tmp"), bench.folder.join("a.md")).expect("renamed");
        bench.changed("a.md", bytes.as_bytes());
    }
    let pictures = bench
        .seen
        .iter()
        .filter(|event| matches!(event, Event::Scanned { .. }));
    assert_eq!(pictures.count(), 1, "the list never changed");
}

#[test]
fn a_file_that_is_emptied_and_then_written_is_never_told_as_empty() {
    let hold = Duration::from_mins(10);
    let config = Config { hold, ..config() };
    let mut bench = Bench::new(config, &[("a.md", b"one")]);
    bench.add(Vec::new());
    bench.view("a.md");
    let mut file = File::create(bench.folder.join("a.md")).expect("emptied");
    // By then the empty file was looked at.
    bench.sync();
    file.write_all(b"two").expect("written");
    drop(file);
    bench.changed("a.md", b"two");
    assert_eq!(bench.told("a.md"), [Some(ContentHash::of(b"two"))]);
}

#[test]
fn a_file_that_stays_empty_is_told_as_empty() {
    let mut bench = Bench::watched(&[("a.md", b"one")]);
    bench.put("a.md", b"");
    bench.changed("a.md", b"");
}

#[test]
fn the_same_bytes_are_no_news() {
    let mut bench = Bench::watched(&[("a.md", b"one")]);
    bench.put("a.md", b"one");
    bench.sync();
    bench.put(".a.tmp", b"one");
    fs::rename(bench.folder.join(".a.tmp"), bench.folder.join("a.md")).expect("renamed");
    bench.sync();
    assert_eq!(bench.told("a.md"), []);
}

#[test]
fn a_change_that_keeps_length_and_time_is_seen() {
    let mut bench = Bench::watched(&[("a.md", b"one")]);
    let path = bench.folder.join("a.md");
    let modified = path.metadata().and_then(|m| m.modified()).expect("a time");
    bench.put("a.md", b"two");
    let file = File::options().write(true).open(&path).expect("the file");
    file.set_modified(modified).expect("the old time");
    bench.changed("a.md", b"two");
}

#[test]
fn files_in_new_folders_are_never_missed() {
    let mut bench = Bench::watched(&[]);
    for n in 0..50 {
        put(&bench.folder.join(format!("n{n}/b/c/f.md")), b"deep");
    }
    bench.picture(|files| files.len() == 51);
    // The new folders are watched too.
    bench.put("n49/b/c/f.md", b"deeper");
    bench.changed("n49/b/c/f.md", b"deeper");
    bench.put("n0/b/new.md", b"new");
    bench.picture(|files| holds(files, "n0/b/new.md"));
}

#[test]
fn a_folder_made_again_under_its_old_name_is_watched_again() {
    let mut bench = Bench::watched(&[("sub/a.md", b"one")]);
    for n in 0..20 {
        fs::remove_dir_all(bench.folder.join("sub")).expect("removed");
        let bytes = format!("round {n}");
        bench.put("sub/a.md", b"between");
        bench.put("sub/b.md", b"new");
        bench.picture(|files| holds(files, "sub/b.md"));
        bench.put("sub/a.md", bytes.as_bytes());
        bench.changed("sub/a.md", bytes.as_bytes());
        fs::remove_file(bench.folder.join("sub/b.md")).expect("removed");
        bench.picture(|files| !holds(files, "sub/b.md"));
    }
}

#[test]
fn a_removed_file_leaves_the_list() {
    let mut bench = Bench::watched(&[("a.md", b"one"), ("b.md", b"one")]);
    bench.view("a.md");
    fs::remove_file(bench.folder.join("a.md")).expect("removed");
    let files = bench.picture(|files| !holds(files, "a.md"));
    assert_eq!(paths(&files), ["b.md", SENTINEL]);
}

#[test]
fn a_renamed_file_is_never_listed_twice() {
    let mut bench = Bench::watched(&[
        ("a.md", b"text of a"),
        ("sub/x.md", b"x"),
        ("sub/y.md", b"y"),
    ]);
    fs::rename(bench.folder.join("a.md"), bench.folder.join("b.md")).expect("renamed");
    let files = bench.picture(|files| holds(files, "b.md"));
    assert!(!holds(&files, "a.md"), "{files:?}");
    fs::rename(bench.folder.join("sub"), bench.folder.join("dir")).expect("renamed");
    let files = bench.picture(|files| holds(files, "dir/x.md"));
    assert_eq!(paths(&files), ["b.md", "dir/x.md", "dir/y.md", SENTINEL]);
    bench.put("dir/x.md", b"still watched");
    bench.changed("dir/x.md", b"still watched");
}

#[test]
fn a_folder_can_take_the_place_of_a_file() {
    let mut bench = Bench::watched(&[("a.md", b"one"), ("dir/b.md", b"one")]);
    fs::remove_file(bench.folder.join("a.md")).expect("removed");
    bench.put("a.md/inside.md", b"new");
    let files = bench.picture(|files| !holds(files, "a.md"));
    assert_eq!(paths(&files), ["a.md/inside.md", "dir/b.md", SENTINEL]);
    bench.put("a.md/inside.md", b"watched");
    bench.changed("a.md/inside.md", b"watched");
}

#[test]
fn a_link_follows_its_target() {
    #[cfg(unix)]
    {
        let mut bench = Bench::new(config(), &[("a.md", b"one")]);
        std::os::unix::fs::symlink("a.md", bench.folder.join("link.md")).expect("a link");
        assert_eq!(bench.add(Vec::new()), ["a.md", "link.md", SENTINEL]);
        bench.put("a.md", b"two");
        bench.changed("link.md", b"two");
    }
}

#[test]
fn ignore_rules_that_change_change_the_list() {
    let mut bench = Bench::watched(&[("a.md", b"a"), ("drafts/b.md", b"b")]);
    bench.put(".gitignore", b"drafts/\n");
    bench.picture(|files| !holds(files, "drafts/b.md"));
    bench.put(".gitignore", b"");
    bench.picture(|files| holds(files, "drafts/b.md"));
}

#[test]
fn a_slow_app_gets_the_latest_of_each_file_in_order_and_loses_none() {
    const N_FILES: usize = 300;
    const N_VERSIONS: usize = 6;
    let name = |n: usize| format!("d{}/{n}.md", n % 7);
    let words = |n: usize, version: usize| format!("file {n}, version {version}");
    let mut bench = Bench::watched(&[]);
    for n in 0..N_FILES {
        bench.put(&name(n), words(n, 0).as_bytes());
    }
    bench.picture(|files| files.len() == N_FILES + 1);
    for version in 1..=N_VERSIONS {
        for n in 0..N_FILES {
            bench.put(&name(n), words(n, version).as_bytes());
        }
        // It is compared, whether or not anybody takes what is told.
        bench.send(Request::Rescan { root: ROOT });
        bench.send(Request::Count { root: ROOT });
    }
    // Nobody takes anything until the channel is full.
    while bench.events.len() < 100 {
        std::thread::yield_now();
    }
    let mut version_of = vec![0; N_FILES];
    let mut n_told = 0;
    while version_of.iter().any(|version| *version < N_VERSIONS) {
        assert!(bench.events.len() <= 100, "it is bounded");
        let (path, hash) = bench.wait(|event| match event {
            Event::Changed { entry, .. } => Some((entry.path.clone(), entry.hash)),
            _ => None,
        });
        let Some(n) = (0..N_FILES).find(|n| name(*n) == path) else {
            continue;
        };
        let version = (1..=N_VERSIONS)
            .find(|version| hash == Some(ContentHash::of(words(n, *version).as_bytes())));
        // One that was read while it was written is told too, and then again.
        if let Some(version) = version {
            assert!(version > version_of[n], "{path}: {version} came late");
            version_of[n] = version;
        }
        n_told += 1;
        // Slower than the watcher.
        std::thread::sleep(Duration::from_micros(200));
    }
    assert!(n_told < N_FILES * N_VERSIONS, "they were merged: {n_told}");
    bench.converge();
}

#[test]
fn a_storm_is_told_whole_however_slow_the_app_is() {
    let names: Vec<String> = (0..2_000).map(|n| format!("many/{n:04}.md")).collect();
    let mut bench = Bench::watched(&[]);
    for name in &names {
        bench.put(name, b"one");
    }
    bench.picture(|files| files.len() == names.len() + 1);
    for (n, name) in names.iter().enumerate() {
        bench.put(name, format!("two {n}").as_bytes());
    }
    // More changes than the channel holds, and nobody takes one until the last request is answered
    // by a picture: the changes found by its scan were pushed before it.
    bench.send(Request::Rescan { root: ROOT });
    let mut missing: std::collections::HashMap<String, _> = names
        .iter()
        .enumerate()
        .map(|(n, name)| (name.clone(), ContentHash::of(format!("two {n}").as_bytes())))
        .collect();
    while !missing.is_empty() {
        let (path, hash) = bench.wait(|event| match event {
            Event::Changed { entry, .. } => Some((entry.path.clone(), entry.hash)),
            _ => None,
        });
        if missing.get(&path).copied() == hash {
            missing.remove(&path);
        }
    }
}

//! Tools at work in a folder: git, rsync, editors. Whatever they did, in the end the screen's picture
//! is what a fresh scan finds.

use std::fs;
use std::path::Path;
use std::process::Command;

use postil_watcher::Event;

use crate::support::{Bench, SENTINEL, config, holds, is_here, paths, put};

/// Has `program` do something in `folder`; whether it did.
fn runs(folder: &Path, program: &str, args: &[&str]) -> bool {
    let output = Command::new(program)
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output();
    output.is_ok_and(|output| output.status.success())
}

fn git(folder: &Path, args: &[&str]) -> bool {
    let who = ["-c", "user.name=T", "-c", "user.email=t@example.org"];
    runs(folder, "git", &[&who, args].concat())
}

#[test]
fn a_checkout_of_two_thousand_changed_files_and_a_stash() {
    if !is_here("git") {
        return;
    }
    let mut bench = Bench::new(config(), &[]);
    for n in 0..2_000 {
        put(
            &bench.folder.join(format!("d{}/{n}.md", n % 40)),
            format!("main {n}\n").as_bytes(),
        );
    }
    let folder = bench.folder.clone();
    let is_made = git(&folder, &["init", "-q", "-b", "main"])
        && git(&folder, &["add", "."])
        && git(&folder, &["commit", "-qm", "main"])
        && git(&folder, &["checkout", "-qb", "other"]);
    assert!(is_made, "a repository");
    for n in 0..2_000 {
        let path = folder.join(format!("d{}/{n}.md", n % 40));
        match n % 4 {
            0 => fs::remove_file(path).expect("removed"),
            _ => put(&path, format!("other {n}\n").as_bytes()),
        }
        if n % 4 == 1 {
            put(&folder.join(format!("new/{n}.md")), b"new");
        }
    }
    assert!(git(&folder, &["add", "."]) && git(&folder, &["commit", "-qm", "other"]));
    bench.add(Vec::new());
    for branch in ["main", "other", "main"] {
        assert!(git(&folder, &["checkout", "-q", branch]));
        bench.converge();
    }
    for n in 0..200 {
        put(
            &folder.join(format!("d0/{}.md", n * 40)),
            b"not yet committed",
        );
    }
    bench.converge();
    assert!(git(&folder, &["stash", "-q"]));
    bench.converge();
    assert!(git(&folder, &["stash", "pop", "-q"]));
    bench.converge();
}

#[test]
fn vim_saves() {
    if !is_here("vim") {
        return;
    }
    let mut bench = Bench::watched(&[("a.md", b"one\n")]);
    let folder = bench.folder.clone();
    for (n, set) in [
        "set backup",
        "set nobackup nowritebackup",
        "set backupcopy=yes",
    ]
    .iter()
    .enumerate()
    {
        let words = format!("saved {n}");
        let put_words = format!("call setline(1, '{words}')");
        let args = [
            "-u", "NONE", "-es", "-c", set, "-c", &put_words, "-c", "wq", "a.md",
        ];
        assert!(runs(&folder, "vim", &args), "{set}");
        bench.changed("a.md", format!("{words}\n").as_bytes());
    }
    let listed: Vec<_> = bench
        .seen
        .iter()
        .filter(|event| matches!(event, Event::Scanned { files, .. } if !holds(files, "a.md")))
        .collect();
    assert!(listed.is_empty(), "it never went: {listed:?}");
    bench.converge();
}

#[test]
fn an_editor_that_empties_and_writes_and_one_that_copies_times() {
    let mut bench = Bench::watched(&[("a.md", b"one\n"), ("b.md", b"one\n")]);
    let folder = bench.folder.clone();
    for n in 0..20 {
        // As VS Code does: emptied, written, closed.
        let words = format!("version {n}\n");
        bench.put("a.md", words.as_bytes());
        bench.changed("a.md", words.as_bytes());
        // As tools that copy do: a hidden file with the old time in the place of the other.
        let old = folder.join("b.md").metadata().and_then(|m| m.modified());
        put(&folder.join(".b.md.Xx81Qa"), words.as_bytes());
        let file = fs::File::options()
            .write(true)
            .open(folder.join(".b.md.Xx81Qa"));
        let file = file.expect("the new file");
        file.set_modified(old.expect("its time"))
            .expect("the old time");
        fs::rename(folder.join(".b.md.Xx81Qa"), folder.join("b.md")).expect("renamed");
        bench.changed("b.md", words.as_bytes());
    }
    bench.converge();
}

#[test]
fn rsync_copies_into_the_folder_and_out_of_it() {
    if !is_here("rsync") {
        return;
    }
    let mut bench = Bench::watched(&[]);
    let folder = bench.folder.clone();
    let source = folder.with_file_name("source");
    let path = |n: usize| source.join(format!("d{}/{n}.md", n % 10));
    let sync = |options: &[&str]| {
        let args = [&["-a", "--delete", "--exclude=zz-*"], options].concat();
        let ends = ["../source/", "./"];
        assert!(runs(&folder, "rsync", &[args, ends.to_vec()].concat()));
    };
    for n in 0..600 {
        put(&path(n), format!("first {n}").as_bytes());
    }
    sync(&[]);
    bench.converge();
    assert_eq!(bench.model().len(), 601);
    // Hidden files that take the place of others, and then changes in place.
    for (round, options) in [&[][..], &["--inplace"], &["--checksum"]]
        .iter()
        .enumerate()
    {
        for n in (round..600).step_by(3) {
            put(&path(n), format!("round {round} of {n}").as_bytes());
        }
        fs::remove_file(path(round * 30)).expect("removed");
        put(&source.join(format!("new {round}/a.md")), b"new");
        sync(options);
        bench.converge();
    }
    // As long and as old as what it replaces: only the words differ.
    let old = path(7)
        .metadata()
        .and_then(|m| m.modified())
        .expect("a time");
    let words = fs::read(path(7)).expect("words").to_ascii_uppercase();
    put(&path(7), &words);
    let file = fs::File::options()
        .write(true)
        .open(path(7))
        .expect("there");
    file.set_modified(old).expect("the old time");
    sync(&["--checksum"]);
    bench.changed_or_seen("d7/7.md", &words);
    bench.converge();
}

#[test]
fn names_that_differ_in_their_case_alone() {
    let mut bench = Bench::watched(&[("plan.md", b"one"), ("docs/a.md", b"two")]);
    let folder = bench.folder.clone();
    for (from, to) in [
        ("plan.md", "Plan.md"),
        ("docs", "DOCS"),
        ("Plan.md", "PLAN.MD"),
    ] {
        fs::rename(folder.join(from), folder.join(to)).expect("renamed");
    }
    bench.picture(|files| paths(files) == ["DOCS/a.md", "PLAN.MD", SENTINEL]);
    bench.put("DOCS/a.md", b"watched");
    bench.changed("DOCS/a.md", b"watched");
    for (from, to) in [("DOCS", "docs"), ("PLAN.MD", "plan.md")] {
        fs::rename(folder.join(from), folder.join(to)).expect("renamed");
    }
    bench.picture(|files| paths(files) == ["docs/a.md", "plan.md", SENTINEL]);
    bench.put("docs/a.md", b"watched again");
    bench.changed("docs/a.md", b"watched again");
    bench.converge();
}

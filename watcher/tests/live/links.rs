//! Links: those that stay under the root are followed, those that leave it only where that is
//! wanted, and none leads on for ever. Scanning, reading and writing go by the same rule.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;

use postil_watcher::{ContentHash, Health, ReadError, RootOptions, WriteError};

use crate::support::{Bench, SENTINEL, at_start, config, holds, put};

const FAR: RootOptions = RootOptions {
    is_shallow: false,
    is_unlimited: false,
    follows_links_out: true,
};

/// A folder with links that stay, that leave, and that lead in circles.
fn tangled() -> Bench {
    let bench = Bench::new(config(), &[("sub/a.md", b"one")]);
    put(&bench.folder.join("../elsewhere/out.md"), b"out");
    put(&bench.folder.join("../elsewhere/secret.txt"), b"secret");
    let link = |target: &str, name: &str| {
        symlink(target, bench.folder.join(name)).expect("a link");
    };
    link("sub/a.md", "inside.md");
    link("../elsewhere/out.md", "outside.md");
    link("outside.md", "chain.md");
    link("../elsewhere/secret.txt", "secret.md");
    link("../elsewhere", "folder");
    link("../elsewhere", "folder.md");
    link("/", "everything");
    link(".", "loop");
    link("two.md", "one.md");
    link("one.md", "two.md");
    bench
}

#[test]
fn a_link_out_is_listed_read_and_written_where_that_is_wanted_and_nowhere_else() {
    let mut bench = tangled();
    let hash = ContentHash::of(b"out");
    assert_eq!(bench.add(Vec::new()), ["inside.md", "sub/a.md", SENTINEL]);
    for path in ["outside.md", "chain.md", "secret.md", "folder/out.md"] {
        let outside = ReadError::Outside { path: path.into() };
        assert_eq!(bench.read(path), Err(outside.clone()), "{path}");
        let asset = bench.read_asset(path, 100);
        assert_eq!(asset, Err(outside.clone()), "{path}");
        let refused = bench.write(path, hash, at_start("x"));
        assert_eq!(refused, Err(WriteError::Read(outside)), "{path}");
    }
    let listed = bench.add_with(FAR);
    let expected = [
        "chain.md",
        "inside.md",
        "outside.md",
        "secret.md",
        "sub/a.md",
        SENTINEL,
    ];
    assert_eq!(listed, expected);
    for path in ["outside.md", "chain.md"] {
        assert_eq!(&*bench.read(path).expect("followed").text, "out");
    }
    bench
        .write("chain.md", hash, at_start("far "))
        .expect("written");
    let out = bench.folder.join("../elsewhere/out.md");
    assert_eq!(fs::read(out).expect("there"), b"far out");
    let link = bench.folder.join("chain.md").read_link();
    assert_eq!(link.expect("still a link").as_os_str(), "outside.md");
    // What is no document may be looked at under the name of one, and is not written.
    let secret = ContentHash::of(b"secret");
    let refused = bench.write("secret.md", secret, at_start("x"));
    assert!(matches!(refused, Err(WriteError::NotDocument { .. })));
    // Folders are not followed, whatever is wanted; circles end.
    for path in ["folder/out.md", "everything/etc/hostname"] {
        let error = bench.read(path).expect_err("not followed");
        assert!(matches!(
            error,
            ReadError::Outside { .. } | ReadError::Missing { .. }
        ));
    }
    for path in ["one.md", "two.md", "folder.md"] {
        bench.read(path).expect_err("leads nowhere");
    }
}

#[test]
fn what_a_link_out_leads_to_is_watched() {
    let mut bench = tangled();
    bench.add_with(FAR);
    bench.wait(|event| match event {
        postil_watcher::Event::Health { health, .. } => (*health == Health::Live).then_some(()),
        _ => None,
    });
    let out = bench.folder.join("../elsewhere/out.md");
    put(&out, b"changed in place");
    for path in ["outside.md", "chain.md"] {
        bench.changed_or_seen(path, b"changed in place");
    }
    put(&out.with_file_name("new"), b"another file");
    fs::rename(out.with_file_name("new"), &out).expect("renamed");
    for path in ["outside.md", "chain.md"] {
        bench.changed_or_seen(path, b"another file");
    }
    // One that is made later is watched too.
    put(&bench.folder.join("../further/late.md"), b"late");
    symlink("../further/late.md", bench.folder.join("late.md")).expect("a link");
    bench.picture(|files| holds(files, "late.md"));
    put(&bench.folder.join("../further/late.md"), b"later");
    bench.changed_or_seen("late.md", b"later");
    fs::remove_dir_all(bench.folder.join("../further")).expect("removed");
    bench.picture(|files| !holds(files, "late.md"));
    bench.sync();
}

//! Roots that go, come back, lie inside each other, or were known before.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use postil_watcher::{
    Config, ContentHash, Event, Health, KnownFile, Request, RootId, RootOptions, Stamp,
};

use crate::support::{Bench, ROOT, SENTINEL, config, holds, paths};

fn is_missing(event: &Event) -> Option<String> {
    match event {
        Event::RootMissing { why, .. } => Some(why.clone()),
        _ => None,
    }
}

#[test]
fn a_root_that_is_removed_and_made_again_is_picked_up() {
    let mut bench = Bench::watched(&[("a.md", b"one")]);
    for n in 0..5 {
        fs::remove_dir_all(&bench.folder).expect("removed");
        bench.wait(is_missing);
        assert!(bench.read("a.md").is_err());
        let bytes = format!("round {n}");
        bench.put("a.md", bytes.as_bytes());
        bench.put(SENTINEL, b"0");
        bench.wait(|event| matches!(event, Event::RootReturned { .. }).then_some(()));
        bench.picture(|files| holds(files, SENTINEL));
        bench.put("a.md", b"watched again");
        bench.changed("a.md", b"watched again");
    }
    let n_missing = bench.seen.iter().filter_map(is_missing).count();
    assert_eq!(n_missing, 5, "each time is said once");
}

#[test]
fn a_root_that_is_moved_away_is_missing_and_its_new_place_is_not_told_of() {
    let mut bench = Bench::watched(&[("a.md", b"one")]);
    let elsewhere = bench.folder.with_file_name("elsewhere");
    fs::rename(&bench.folder, &elsewhere).expect("moved");
    bench.wait(is_missing);
    crate::support::put(&elsewhere.join("a.md"), b"two");
    fs::rename(&elsewhere, &bench.folder).expect("moved back");
    let files = bench.picture(|_| true);
    let entry = files.iter().find(|file| file.path == "a.md");
    assert_eq!(
        entry.and_then(|file| file.hash),
        Some(ContentHash::of(b"two"))
    );
    assert_eq!(bench.told("a.md"), []);
}

#[test]
fn a_root_that_is_not_there_yet_is_waited_for() {
    let mut bench = Bench::new(config(), &[]);
    let folder = bench.folder.with_file_name("later");
    bench.send(Request::AddRoot {
        root: ROOT,
        folder: folder.clone(),
        known: Vec::new(),
        options: RootOptions::default(),
    });
    assert!(!bench.wait(is_missing).is_empty());
    bench.send(Request::Rescan { root: ROOT });
    bench.wait(is_missing);
    crate::support::put(&folder.join("a.md"), b"one");
    bench.wait(|event| matches!(event, Event::RootReturned { .. }).then_some(()));
    bench.picture(|files| holds(files, "a.md"));
}

#[test]
fn known_files_are_trusted_while_their_stamp_holds() {
    let mut bench = Bench::new(config(), &[("a.md", b"one"), ("b.md", b"two")]);
    let long_ago = SystemTime::now() - Duration::from_hours(1);
    let mut known = Vec::new();
    for path in ["a.md", "b.md"] {
        let file = File::options()
            .write(true)
            .open(bench.folder.join(path))
            .expect("the file");
        file.set_modified(long_ago).expect("its time");
        known.push(path);
    }
    let listed = {
        bench.add(Vec::new());
        bench.send(Request::Rescan { root: ROOT });
        bench.picture(|_| true)
    };
    let stamp = |path: &str| {
        let entry = listed.iter().find(|file| file.path == path);
        entry.map(|file| file.stamp).expect("listed")
    };
    let made_up = ContentHash([7; 32]);
    let known = vec![
        KnownFile {
            path: "a.md".into(),
            stamp: stamp("a.md"),
            hash: made_up,
        },
        KnownFile {
            path: "b.md".into(),
            stamp: Stamp::default(),
            hash: made_up,
        },
        KnownFile {
            path: "gone.md".into(),
            stamp: Stamp::default(),
            hash: made_up,
        },
    ];
    let seen_before = bench.seen.len();
    bench.send(Request::AddRoot {
        root: ROOT,
        folder: bench.folder.clone(),
        known,
        options: RootOptions::default(),
    });
    let files = bench.picture(|_| true);
    assert_eq!(paths(&files), ["a.md", "b.md", SENTINEL]);
    assert_eq!(files[0].hash, Some(made_up), "not read");
    assert_eq!(files[1].hash, Some(ContentHash::of(b"two")), "read");
    bench.sync();
    let n_pictures = bench.seen[seen_before..]
        .iter()
        .filter(|event| matches!(event, Event::Scanned { .. }));
    assert_eq!(n_pictures.count(), 1);
}

#[test]
fn a_folder_that_holds_nothing_of_what_was_known_is_asked_about_at_the_start() {
    let mut bench = Bench::new(config(), &[("x.md", b"other")]);
    let known = ["a.md", "b.md"].map(|path| KnownFile {
        path: path.into(),
        stamp: Stamp::default(),
        hash: ContentHash([7; 32]),
    });
    bench.send(Request::AddRoot {
        root: ROOT,
        folder: bench.folder.clone(),
        known: known.to_vec(),
        options: RootOptions::default(),
    });
    assert!(bench.wait(is_missing).contains("0 of its 2 files"));
    bench.wait(|event| matches!(event, Event::RootDiffers { n_same: 0, .. }).then_some(()));
    bench.put("a.md", b"back");
    bench.wait(|event| matches!(event, Event::RootReturned { .. }).then_some(()));
    let files = bench.picture(|files| holds(files, "a.md"));
    assert_eq!(paths(&files), ["a.md", "x.md", SENTINEL]);
}

#[test]
fn sub_folders_are_left_alone_where_that_is_wanted() {
    let mut bench = Bench::new(config(), &[("a.md", b"one"), ("sub/b.md", b"one")]);
    let listed = bench.add_with(RootOptions {
        is_shallow: true,
        ..RootOptions::default()
    });
    assert_eq!(listed, ["a.md", SENTINEL]);
    bench.put("sub/b.md", b"two");
    bench.put("c.md", b"new");
    let files = bench.picture(|files| holds(files, "c.md"));
    assert_eq!(paths(&files), ["a.md", "c.md", SENTINEL]);
}

#[test]
fn roots_inside_each_other_both_hear_and_one_can_go() {
    let mut bench = Bench::watched(&[("sub/a.md", b"one")]);
    let inner = RootId(8);
    let folder = bench.folder.join("sub");
    bench.send(Request::AddRoot {
        root: inner,
        folder,
        known: Vec::new(),
        options: RootOptions::default(),
    });
    bench.picture(|files| paths(files) == ["a.md"]);
    bench.put("sub/a.md", b"two");
    bench.changed("a.md", b"two");
    bench.changed_or_seen("sub/a.md", b"two");
    bench.send(Request::RemoveRoot { root: inner });
    bench.put("sub/a.md", b"three");
    bench.changed("sub/a.md", b"three");
    bench.sync();
    let hash = Some(ContentHash::of(b"three"));
    assert!(!bench.told("a.md").contains(&hash), "it was removed");
}

#[test]
fn a_watched_root_is_live_and_an_unwatched_change_is_found_by_the_safety_scan() {
    let config = Config {
        safety_scan: Duration::from_millis(20),
        ..config()
    };
    let mut bench = Bench::new(config, &[("target/real.md", b"one")]);
    // The target lies in a folder that is not entered, so no event tells of it.
    #[cfg(unix)]
    std::os::unix::fs::symlink("target/real.md", bench.folder.join("a.md")).expect("a link");
    bench.add(Vec::new());
    bench.wait(|event| match event {
        Event::Health { health, .. } => (*health == Health::Live).then_some(()),
        _ => None,
    });
    if cfg!(unix) {
        bench.put("target/real.md", b"three");
        bench.changed("a.md", b"three");
    }
}

#[test]
fn a_limit_on_folders_is_told() {
    let config = Config {
        max_folders: 3,
        max_depth: 2,
        ..config()
    };
    let mut bench = Bench::new(config, &[("a/b/c/d.md", b"deep")]);
    bench.send(Request::AddRoot {
        root: ROOT,
        folder: bench.folder.clone(),
        known: Vec::new(),
        options: RootOptions::default(),
    });
    let is_truncated = bench.wait(|event| match event {
        Event::Scanned { truncated, .. } => Some(*truncated),
        _ => None,
    });
    assert!(is_truncated);
}

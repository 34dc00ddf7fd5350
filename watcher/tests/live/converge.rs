//! Storms: whatever happened, in the end the screen's picture is what a fresh scan finds.

use std::fs;
use std::thread;
use std::time::Duration;

use postil_watcher::{ContentHash, Event, Health};

use crate::support::{Bench, SENTINEL, holds, put};

/// The system's limit of events that wait, lowered for a moment where this process may do so.
struct ShortQueue(Option<String>);

impl ShortQueue {
    const LIMIT: &str = "/proc/sys/fs/inotify/max_queued_events";

    fn set() -> Self {
        let before = fs::read_to_string(Self::LIMIT).ok();
        Self(before.filter(|_| Self::write("64")))
    }

    fn write(value: &str) -> bool {
        let file = fs::File::options().write(true).open(Self::LIMIT);
        file.is_ok_and(|mut file| std::io::Write::write_all(&mut file, value.as_bytes()).is_ok())
    }
}

impl Drop for ShortQueue {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            assert!(
                Self::write(before),
                "the limit stays at 64, it was {before}"
            );
        }
    }
}

#[test]
fn twenty_thousand_files_come_and_go_with_a_short_queue() {
    // The queue's length is taken when the watching begins.
    let short = ShortQueue::set();
    let mut bench = Bench::watched(&[("a.md", b"one\n")]);
    drop(short);
    let folder = bench.folder.clone();
    for n in 0..20_000 {
        let path = folder.join(format!("storm-{}.md", n % 100));
        put(&path, b"passing");
        fs::remove_file(&path).expect("removed");
    }
    bench.put("a.md", b"after the storm\n");
    bench.changed_or_seen("a.md", b"after the storm\n");
    bench.converge();
}

#[test]
fn a_thousand_deep_folders_made_at_once() {
    let mut bench = Bench::watched(&[]);
    for n in 0..1_000 {
        put(&bench.folder.join(format!("n{n}/b/c/f.md")), b"deep");
    }
    bench.converge();
    assert_eq!(bench.model().len(), 1_001);
    bench.put("n999/b/c/f.md", b"watched");
    bench.changed("n999/b/c/f.md", b"watched");
}

#[test]
fn folders_moved_in_out_and_about() {
    let mut bench = Bench::watched(&[("here/a.md", b"one")]);
    let folder = bench.folder.clone();
    let elsewhere = folder.with_file_name("elsewhere");
    for n in 0..20 {
        put(&elsewhere.join("x/y.md"), format!("{n}").as_bytes());
        fs::rename(&elsewhere, folder.join("moved in")).expect("moved in");
        bench.picture(|files| holds(files, "moved in/x/y.md"));
        bench.put("moved in/x/y.md", b"watched");
        bench.changed("moved in/x/y.md", b"watched");
        fs::rename(folder.join("moved in"), folder.join("here/below")).expect("moved");
        bench.picture(|files| holds(files, "here/below/x/y.md"));
        fs::rename(folder.join("here/below"), &elsewhere).expect("moved out");
        bench.picture(|files| !holds(files, "here/below/x/y.md"));
        put(&elsewhere.join("x/y.md"), b"out of sight");
    }
    bench.converge();
}

#[test]
fn a_renaming_is_told_also_when_the_text_changes_with_it() {
    let mut bench = Bench::watched(&[("a.md", b"one"), ("sub/b.md", b"two")]);
    let folder = bench.folder.clone();
    fs::rename(folder.join("a.md"), folder.join("A.md")).expect("renamed");
    bench.put("A.md", b"something else");
    fs::rename(folder.join("sub"), folder.join("dir")).expect("renamed");
    bench.picture(|files| holds(files, "A.md") && holds(files, "dir/b.md"));
    let pairs: Vec<(String, String)> = bench
        .seen
        .iter()
        .filter_map(|event| match event {
            Event::Scanned { renamed, .. } => Some(renamed.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    for (from, to) in [("a.md", "A.md"), ("sub/b.md", "dir/b.md")] {
        assert!(pairs.contains(&(from.into(), to.into())), "{pairs:?}");
    }
}

#[test]
fn names_that_look_the_same_stay_apart() {
    let (composed, decomposed) = ("caf\u{e9}.md", "cafe\u{301}.md");
    let mut bench = Bench::watched(&[(composed, b"one")]);
    bench.put(decomposed, b"two");
    if !bench.folder.join(composed).exists()
        || fs::read(bench.folder.join(composed)).is_ok_and(|b| b == b"two")
    {
        // This file system takes them for one.
        return;
    }
    bench.picture(|files| holds(files, composed) && holds(files, decomposed));
    bench.put(composed, b"three");
    bench.changed(composed, b"three");
    bench.converge();
}

#[test]
fn saves_a_millisecond_apart_end_with_the_last() {
    let mut bench = Bench::watched(&[("a.md", b"one")]);
    bench.view("a.md");
    for n in 0..500 {
        bench.put("a.md", format!("version {n}").as_bytes());
        thread::sleep(Duration::from_millis(1));
    }
    bench.changed_or_seen("a.md", b"version 499");
    let told = bench.told("a.md");
    assert_eq!(told.last(), Some(&Some(ContentHash::of(b"version 499"))));
    assert!(told.len() < 200, "they are merged: {}", told.len());
    bench.converge();
}

#[test]
fn after_a_long_reading_it_is_live_again() {
    let mut bench = Bench::watched(&[("a.md", b"one"), ("big.md", b"one")]);
    for _ in 0..3 {
        // Long enough for its progress to be told.
        let file = fs::File::create(bench.folder.join("big.md")).expect("the file");
        file.set_len(190_000_000).expect("a hole");
        bench.picture_now();
        bench.put("big.md", b"short");
        bench.picture_now();
    }
    bench.sync();
    bench.sync();
    assert_eq!(bench.health(), Some(Health::Live));
}

#[test]
fn the_watching_can_be_restarted_and_checked_at_any_time() {
    let mut bench = Bench::watched(&[("a.md", b"one"), ("sub/b.md", b"one")]);
    for n in 0..20 {
        bench.send(postil_watcher::Request::Restart);
        bench.send(postil_watcher::Request::Check);
        let words = format!("version {n}");
        bench.put("sub/b.md", words.as_bytes());
        bench.changed_or_seen("sub/b.md", words.as_bytes());
    }
    bench.sync();
    assert_eq!(bench.health(), Some(Health::Live));
    bench.send(postil_watcher::Request::Count {
        root: crate::support::ROOT,
    });
    let counts = bench.wait(|event| match event {
        Event::Counted { counts, .. } => Some(*counts),
        _ => None,
    });
    assert_eq!((counts.n_files, counts.n_watched), (3, 2));
    assert!(counts.n_scans >= 20 && counts.n_told >= 20, "{counts:?}");
    assert!(holds(&bench.picture_now(), SENTINEL));
}

//! Owns the tests that need a backend which fails on demand.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;

use crate::backend::{Backend, Feed, Signal, SignalKind, WatchError};
use crate::{Config, ContentHash, Event, Health, Request, RootId, RootOptions, Watcher};

pub(super) const PATIENCE: Duration = Duration::from_secs(20);
const ROOT: RootId = RootId(1);

/// What the test and its backends share.
#[derive(Default)]
pub(super) struct Shared {
    /// The feed of the living backend; taking it is the backend's death.
    feed: Option<Feed>,
    watched: HashSet<PathBuf>,
    n_connects: usize,
    /// Folders that may be watched.
    limit: Option<usize>,
    /// How often asking to watch panics.
    n_panics: usize,
}

struct Fake(Arc<Mutex<Shared>>);

impl Backend for Fake {
    fn watch(&mut self, folder: &Path) -> Result<(), WatchError> {
        let mut shared = self.0.lock().expect("no panic");
        if shared.n_panics > 0 {
            shared.n_panics -= 1;
            drop(shared);
            panic!("as a test wants it");
        }
        if shared
            .limit
            .is_some_and(|limit| shared.watched.len() >= limit)
        {
            return Err(WatchError::Limit("the limit".into()));
        }
        shared.watched.insert(folder.into());
        Ok(())
    }

    fn watch_all(
        &mut self,
        folders: Vec<PathBuf>,
        told: &mut dyn FnMut(PathBuf, Result<(), WatchError>),
    ) {
        for folder in folders {
            let result = self.watch(&folder);
            let is_limit = result.is_err();
            told(folder, result);
            if is_limit {
                return;
            }
        }
    }

    fn unwatch(&mut self, folder: &Path) {
        self.0.lock().expect("no panic").watched.remove(folder);
    }
}

pub(super) struct Bench {
    shared: Arc<Mutex<Shared>>,
    watcher: Watcher,
    pub(super) events: Receiver<Event>,
    folder: tempfile::TempDir,
}

impl Bench {
    fn new(limit: Option<usize>) -> Self {
        Self::with(
            Shared {
                limit,
                ..Shared::default()
            },
            Duration::ZERO,
        )
    }

    pub(super) fn with(shared: Shared, safety_scan: Duration) -> Self {
        let shared = Arc::new(Mutex::new(shared));
        let backends = Arc::clone(&shared);
        let config = Config {
            settle: Duration::from_millis(20),
            poll_interval: Duration::from_millis(20),
            hold: Duration::from_millis(20),
            safety_scan,
            ..Config::default()
        };
        let connect = move |feed| {
            let mut shared = backends.lock().expect("no panic");
            shared.feed = Some(feed);
            shared.watched.clear();
            shared.n_connects += 1;
            Ok(Box::new(Fake(Arc::clone(&backends))) as Box<dyn Backend>)
        };
        let (watcher, events) =
            Watcher::start_with(config, Arc::new(|| {}), Box::new(connect)).expect("a watcher");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let bench = Self {
            shared,
            watcher,
            events,
            folder,
        };
        std::fs::create_dir(bench.path("sub")).expect("a folder");
        bench.put("a.md", b"one");
        bench.put("sub/b.md", b"one");
        let request = Request::AddRoot {
            root: ROOT,
            folder: bench.folder.path().into(),
            known: Vec::new(),
            options: RootOptions::default(),
        };
        bench.watcher.send(request).expect("room");
        bench
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().canonicalize().expect("there").join(path)
    }

    pub(super) fn put(&self, path: &str, bytes: &[u8]) {
        let mut file = std::fs::File::create(self.path(path)).expect("a file");
        std::io::Write::write_all(&mut file, bytes).expect("written");
    }

    fn wait(&self, mut fits: impl FnMut(&Event) -> bool) -> Event {
        let until = Instant::now() + PATIENCE;
        loop {
            let event = self.events.recv_deadline(until).expect("an event in time");
            if fits(&event) {
                return event;
            }
        }
    }

    fn wait_health(&self, fits: impl Fn(&Health) -> bool) {
        self.wait(|event| matches!(event, Event::Health { health, .. } if fits(health)));
    }

    fn wait_changed(&self, path: &str, bytes: &[u8]) {
        let expected = Some(ContentHash::of(bytes));
        self.wait(|event| {
            matches!(event, Event::Changed { entry, .. }
                if entry.path == path && entry.hash == expected)
        });
    }

    /// The system tells of a change of content.
    fn tell(&self, path: &str) {
        self.feed().put(Signal {
            path: self.path(path),
            kind: SignalKind::Content,
            from: None,
            at: Instant::now(),
        });
    }

    pub(super) fn feed(&self) -> Feed {
        let shared = self.shared.lock().expect("no panic");
        shared.feed.clone().expect("a living backend")
    }
}

#[test]
fn every_folder_is_watched_and_a_signal_is_enough() {
    let bench = Bench::new(None);
    bench.wait_health(|health| *health == Health::Live);
    let watched = bench.shared.lock().expect("no panic").watched.clone();
    assert_eq!(
        watched,
        HashSet::from([bench.path(""), bench.path("sub")].map(|path| path.components().collect()))
    );
    bench.put("sub/b.md", b"two");
    bench.tell("sub/b.md");
    bench.wait_changed("sub/b.md", b"two");
}

#[test]
fn after_an_overflow_all_is_compared_and_watched_anew() {
    let bench = Bench::new(None);
    bench.wait_health(|health| *health == Health::Live);
    bench.shared.lock().expect("no panic").watched.clear();
    bench.put("a.md", b"two");
    bench.feed().put_overflow();
    bench.wait_changed("a.md", b"two");
    assert_eq!(bench.shared.lock().expect("no panic").watched.len(), 2);
}

#[test]
fn a_storm_in_one_folder_compares_that_folder_and_no_other() {
    let bench = Bench::new(None);
    std::fs::create_dir(bench.path("storm")).expect("a folder");
    let names: Vec<String> = (0..600).map(|n| format!("storm/{n:03}.md")).collect();
    for name in &names {
        bench.put(name, b"one");
    }
    bench.feed().put_overflow();
    bench.wait(|event| matches!(event, Event::Scanned { files, .. } if files.len() == 602));
    bench.wait_health(|health| *health == Health::Live);
    for name in &names {
        bench.put(name, b"two");
        bench.tell(name);
    }
    // No event tells of this one: only a look at all would find it.
    bench.put("sub/b.md", b"two");
    for _ in &names {
        bench.wait(|event| {
            let Event::Changed { entry, .. } = event else {
                return false;
            };
            assert_ne!(entry.path, "sub/b.md");
            true
        });
    }
    let rescan = Request::Rescan { root: ROOT };
    bench.watcher.send(rescan).expect("room");
    bench.wait_changed("sub/b.md", b"two");
}

#[test]
fn beyond_the_limit_of_the_system_the_root_is_polled() {
    let bench = Bench::new(Some(1));
    bench.wait_health(|health| matches!(health, Health::Polling { why } if why == "the limit"));
    bench.put("sub/b.md", b"two");
    bench.wait_changed("sub/b.md", b"two");
    bench.shared.lock().expect("no panic").limit = None;
    bench.wait_health(|health| *health == Health::Live);
}

#[test]
fn an_overflow_beyond_the_limit_does_not_keep_the_thread_busy() {
    let bench = Bench::new(Some(1));
    bench.wait_health(|health| matches!(health, Health::Polling { .. }));
    bench.feed().put_overflow();
    for n in 0..10 {
        let words = format!("version {n}");
        bench.put("sub/b.md", words.as_bytes());
        bench.wait_changed("sub/b.md", words.as_bytes());
    }
    let count = Request::Count { root: ROOT };
    bench.watcher.send(count).expect("room");
    let counted = bench.wait(|event| matches!(event, Event::Counted { .. }));
    // One for each interval, not one after the other.
    assert!(
        matches!(counted, Event::Counted { counts, .. } if counts.n_scans < 200),
        "{counted:?}"
    );
}

#[test]
fn a_backend_that_dies_is_made_again_and_what_it_missed_is_found() {
    let bench = Bench::new(None);
    bench.wait_health(|health| *health == Health::Live);
    drop(bench.shared.lock().expect("no panic").feed.take());
    bench.wait_health(|health| matches!(health, Health::Retrying { n_failures: 1, .. }));
    bench.put("a.md", b"two");
    // Polling may find the change before or after the new backend is there.
    let (mut is_live, mut is_found) = (false, false);
    bench.wait(|event| {
        is_live |= matches!(event, Event::Health { health, .. } if *health == Health::Live);
        is_found |= matches!(event, Event::Changed { .. });
        is_live && is_found
    });
    let shared = bench.shared.lock().expect("no panic");
    assert_eq!((shared.n_connects, shared.watched.len()), (2, 2));
}

#[test]
fn removing_a_root_ends_its_watches() {
    let bench = Bench::new(None);
    bench.wait_health(|health| *health == Health::Live);
    let remove = Request::RemoveRoot { root: ROOT };
    bench.watcher.send(remove).expect("room");
    let inspect = Request::Inspect {
        ticket: 1,
        path: bench.folder.path().into(),
    };
    bench.watcher.send(inspect).expect("room");
    bench.wait(|event| matches!(event, Event::Inspected { .. }));
    assert!(bench.shared.lock().expect("no panic").watched.is_empty());
}

#[test]
fn a_panic_is_survived_and_nothing_is_forgotten() {
    let shared = Shared {
        n_panics: 2,
        ..Shared::default()
    };
    let bench = Bench::with(shared, Duration::ZERO);
    bench.wait_health(
        |health| matches!(health, Health::Retrying { why, .. } if why.contains("inside Postil")),
    );
    bench.wait_health(|health| *health == Health::Live);
    bench.put("sub/b.md", b"two");
    bench.tell("sub/b.md");
    bench.wait_changed("sub/b.md", b"two");
}

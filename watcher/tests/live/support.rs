//! Owns the bench of the live tests: a temporary folder, a watcher on it, and the wait for events.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use postil_watcher::{
    Config, ContentHash, Document, Event, FileEntry, Health, KnownFile, ReadError, Request, RootId,
    RootOptions, TextEdit, Watcher, WriteError, Written,
};
use tempfile::TempDir;

/// Far longer than anything takes; reached only when something is wrong.
const PATIENCE: Duration = Duration::from_secs(20);
pub(crate) const ROOT: RootId = RootId(7);
/// Sorts behind all other files: when its change is told, all that was touched before it was told.
pub(crate) const SENTINEL: &str = "zz-sentinel.md";

/// Short times, so that the tests are quick; no test depends on them.
pub(crate) fn config() -> Config {
    Config {
        settle: Duration::from_millis(30),
        settle_in_view: Duration::from_millis(10),
        hold: Duration::from_millis(60),
        longest_wait: Duration::from_millis(500),
        safety_scan: Duration::ZERO,
        poll_interval: Duration::from_millis(30),
        ..Config::default()
    }
}

/// A watched folder and all that was said about it so far.
pub(crate) struct Bench {
    pub(crate) watcher: Watcher,
    pub(crate) events: Receiver<Event>,
    pub(crate) seen: Vec<Event>,
    pub(crate) folder: PathBuf,
    n_sentinels: usize,
    n_tickets: u64,
    _temporary: TempDir,
}

impl Bench {
    /// A folder with the sentinel and these files, not yet watched.
    pub(crate) fn new(config: Config, files: &[(&str, &[u8])]) -> Self {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let folder = temporary
            .path()
            .canonicalize()
            .expect("its path")
            .join("plan");
        fs::create_dir(&folder).expect("the plan's folder");
        put(&folder.join(SENTINEL), b"0");
        for (path, bytes) in files {
            put(&folder.join(path), bytes);
        }
        let (watcher, events) = Watcher::start(config, Arc::new(|| {})).expect("a watcher");
        Self {
            watcher,
            events,
            seen: Vec::new(),
            folder,
            n_sentinels: 0,
            n_tickets: 0,
            _temporary: temporary,
        }
    }

    /// The same, watched and scanned.
    pub(crate) fn watched(files: &[(&str, &[u8])]) -> Self {
        let mut bench = Self::new(config(), files);
        bench.add(Vec::new());
        bench
    }

    /// Registers the folder; gives the paths of the first picture.
    pub(crate) fn add(&mut self, known: Vec<KnownFile>) -> Vec<String> {
        self.register(known, RootOptions::default())
    }

    /// The same of a folder of which nothing is known.
    pub(crate) fn add_with(&mut self, options: RootOptions) -> Vec<String> {
        self.register(Vec::new(), options)
    }

    fn register(&mut self, known: Vec<KnownFile>, options: RootOptions) -> Vec<String> {
        let folder = self.folder.clone();
        self.send(Request::AddRoot {
            root: ROOT,
            folder,
            known,
            options,
        });
        let files = self.picture(|_| true);
        files.into_iter().map(|file| file.path).collect()
    }

    pub(crate) fn send(&self, request: Request) {
        self.watcher.send(request).expect("room for a request");
    }

    pub(crate) fn put(&self, path: &str, bytes: &[u8]) {
        put(&self.folder.join(path), bytes);
    }

    pub(crate) fn view(&self, path: &str) {
        let path = Some(path.into());
        self.send(Request::SetInView { root: ROOT, path });
    }

    /// Waits for an event of which `pick` makes something.
    pub(crate) fn wait<T>(&mut self, pick: impl Fn(&Event) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        loop {
            let event = self
                .events
                .recv_deadline(until)
                .unwrap_or_else(|error| panic!("{error}; seen so far: {:#?}", self.seen));
            let picked = pick(&event);
            self.seen.push(event);
            if let Some(picked) = picked {
                return picked;
            }
        }
    }

    /// Waits for a picture that `fits`.
    pub(crate) fn picture(&mut self, fits: impl Fn(&[FileEntry]) -> bool) -> Vec<FileEntry> {
        self.wait(|event| match event {
            Event::Scanned { files, .. } if fits(files) => Some(files.clone()),
            _ => None,
        })
    }

    /// Waits for the news that `path` holds `bytes`.
    pub(crate) fn changed(&mut self, path: &str, bytes: &[u8]) -> Option<Document> {
        let expected = Some(ContentHash::of(bytes));
        self.wait(|event| match event {
            Event::Changed {
                entry, document, ..
            } if entry.path == path && entry.hash == expected => Some(document.clone()),
            _ => None,
        })
    }

    /// The same, when it may have been told already.
    pub(crate) fn changed_or_seen(&mut self, path: &str, bytes: &[u8]) {
        if !self.told(path).contains(&Some(ContentHash::of(bytes))) {
            self.changed(path, bytes);
        }
    }

    /// Changes the sentinel and waits for that: what was touched before was told by then, or is
    /// no news.
    pub(crate) fn sync(&mut self) {
        self.n_sentinels += 1;
        let text = format!("sentinel {}", self.n_sentinels);
        self.put(SENTINEL, text.as_bytes());
        self.changed(SENTINEL, text.as_bytes());
    }

    /// How the root is watched, as was told last.
    pub(crate) fn health(&self) -> Option<Health> {
        self.seen.iter().rev().find_map(|event| match event {
            Event::Health { health, .. } => Some(health.clone()),
            _ => None,
        })
    }

    /// The files as they are by all that was told so far.
    pub(crate) fn model(&self) -> BTreeMap<String, Option<ContentHash>> {
        let mut model = BTreeMap::new();
        for event in &self.seen {
            match event {
                Event::Scanned {
                    root: ROOT, files, ..
                } => {
                    let files = files.iter().map(|file| (file.path.clone(), file.hash));
                    model = files.collect();
                }
                Event::Changed {
                    root: ROOT, entry, ..
                } => {
                    model.insert(entry.path.clone(), entry.hash);
                }
                Event::Written {
                    path,
                    result: Ok(written),
                    ..
                } => {
                    model.insert(path.clone(), Some(written.document.hash));
                }
                _ => {}
            }
        }
        model
    }

    /// The picture that a rescan gives now.
    pub(crate) fn picture_now(&mut self) -> Vec<FileEntry> {
        self.send(Request::Rescan { root: ROOT });
        self.picture(|_| true)
    }

    /// Waits until what was told is what another watcher finds that looks at the folder afresh.
    pub(crate) fn converge(&mut self) {
        let fresh = fresh(&self.folder);
        let until = Instant::now() + PATIENCE;
        while self.model() != fresh {
            let event = self.events.recv_deadline(until).unwrap_or_else(|error| {
                let model = self.model();
                let differ = |path: &&String| model.get(*path) != fresh.get(*path);
                let paths: Vec<_> = fresh.keys().chain(model.keys()).filter(differ).collect();
                panic!("{error}; these differ: {paths:?}");
            });
            self.seen.push(event);
        }
    }

    /// All hashes that were told for `path` by changes, in order.
    pub(crate) fn told(&self, path: &str) -> Vec<Option<ContentHash>> {
        let entries = self.seen.iter().filter_map(|event| match event {
            Event::Changed { entry, .. } => Some(entry),
            _ => None,
        });
        entries
            .filter(|entry| entry.path == path)
            .map(|entry| entry.hash)
            .collect()
    }

    pub(crate) fn read(&mut self, path: &str) -> Result<Document, ReadError> {
        let asked = path.to_string();
        self.send(Request::Read {
            root: ROOT,
            path: path.into(),
        });
        self.wait(|event| match event {
            Event::Document { path, result, .. } if *path == asked => Some(result.clone()),
            _ => None,
        })
    }

    /// Asks for a change and waits for the answer.
    pub(crate) fn write(
        &mut self,
        path: &str,
        expected: ContentHash,
        edits: Vec<TextEdit>,
    ) -> Result<Written, WriteError> {
        let ticket = self.ticket();
        self.send(Request::Write {
            ticket,
            root: ROOT,
            path: path.into(),
            expected,
            edits,
        });
        self.written(ticket)
    }

    pub(crate) fn take_back(&mut self, path: &str) -> Result<Written, WriteError> {
        let ticket = self.ticket();
        self.send(Request::TakeBack {
            ticket,
            root: ROOT,
            path: path.into(),
        });
        self.written(ticket)
    }

    fn ticket(&mut self) -> u64 {
        self.n_tickets += 1;
        self.n_tickets
    }

    fn written(&mut self, ticket: u64) -> Result<Written, WriteError> {
        self.wait(|event| match event {
            Event::Written {
                ticket: of, result, ..
            } if *of == ticket => Some(result.clone()),
            _ => None,
        })
    }

    /// Texts that were displaced, as far as was told.
    pub(crate) fn displaced(&self) -> Vec<String> {
        let texts = self.seen.iter().filter_map(|event| match event {
            Event::Displaced { document, .. } => Some(document.text.to_string()),
            _ => None,
        });
        texts.collect()
    }

    pub(crate) fn read_asset(&mut self, path: &str, max_bytes: u64) -> Result<Vec<u8>, ReadError> {
        let asked = path.to_string();
        self.send(Request::ReadAsset {
            root: ROOT,
            path: path.into(),
            max_bytes,
        });
        let result = self.wait(|event| match event {
            Event::Asset { path, result, .. } if *path == asked => Some(result.clone()),
            _ => None,
        });
        result.map(|bytes| bytes.to_vec())
    }
}

/// What a watcher finds that knows nothing of the folder.
pub(crate) fn fresh(folder: &Path) -> BTreeMap<String, Option<ContentHash>> {
    let (watcher, events) = Watcher::start(config(), Arc::new(|| {})).expect("a watcher");
    let request = Request::AddRoot {
        root: ROOT,
        folder: folder.into(),
        known: Vec::new(),
        options: RootOptions::default(),
    };
    watcher.send(request).expect("room");
    loop {
        let event = events.recv_timeout(PATIENCE).expect("a picture");
        if let Event::Scanned { files, .. } = event {
            return files
                .into_iter()
                .map(|file| (file.path, file.hash))
                .collect();
        }
    }
}

/// Whether a program that a test works with is here. In CI it has to be: what is left out there is
/// missed by nobody.
pub(crate) fn is_here(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_here = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    let is_ci = std::env::var_os("CI").is_some();
    assert!(is_here || !is_ci, "{program} is missing");
    is_here
}

/// An edit that puts `text` at the start.
pub(crate) fn at_start(text: &str) -> Vec<TextEdit> {
    vec![TextEdit {
        range: 0..0,
        text: text.into(),
    }]
}

/// Writes a file in place, with the folders it needs.
pub(crate) fn put(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("its folder");
    let mut file = File::create(path).expect("a file");
    file.write_all(bytes).expect("written");
}

pub(crate) fn paths(files: &[FileEntry]) -> Vec<&str> {
    files.iter().map(|file| file.path.as_str()).collect()
}

pub(crate) fn holds(files: &[FileEntry], path: &str) -> bool {
    files.iter().any(|file| file.path == path)
}

//! Owns one watched folder: its ledger, its watches, and what was last said about it.

mod look;
mod scan;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::backend::SignalKind;
use crate::outbox::Outbox;
use crate::rules::{Rules, concerns, is_ignore_file};
use crate::settle::{Input, State, step};
use crate::supervisor::Supervisor;
use crate::walk::{Bounds, Tree, below};
use crate::{Config, Event, FileEntry, Health, KnownFile, RootId};

/// What a root works with; lives for one turn of the thread.
pub(crate) struct Context<'a> {
    pub(crate) config: &'a Config,
    pub(crate) rules: &'a Rules,
    /// The zero of all durations.
    pub(crate) start: Instant,
    pub(crate) should_stop: &'a (dyn Fn() -> bool + Sync),
    pub(crate) supervisor: &'a mut Supervisor,
    pub(crate) outbox: &'a mut Outbox,
}

impl Context<'_> {
    pub(crate) fn now(&self) -> Duration {
        self.start.elapsed()
    }

    pub(crate) fn bounds(&self) -> Bounds<'_> {
        Bounds {
            rules: self.rules,
            max_folders: self.config.max_folders,
            max_depth: self.config.max_depth,
            max_document_bytes: self.config.max_document_bytes,
            should_stop: self.should_stop,
        }
    }
}

/// One watched folder.
pub(crate) struct Root {
    pub(crate) id: RootId,
    /// As registered, absolute.
    folder: PathBuf,
    /// The canonical folder; `None` while it is missing.
    pub(crate) real: Option<PathBuf>,
    inode: u64,
    pub(crate) settle: State,
    /// The files as last told, sorted by path.
    pub(crate) ledger: Vec<FileEntry>,
    tree: Tree,
    watched: HashSet<PathBuf>,
    /// Why not all folders are watched, and when that is tried again.
    limit: Option<(String, Duration)>,
    next_scan: Option<Duration>,
    /// Whether the next scan comes from the timer, with no event behind it.
    is_timed: bool,
    /// Whether the next scan is to be told whatever it finds.
    is_answer_due: bool,
    presence: Presence,
    health: Option<Health>,
}

/// What was last told of where the root is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Presence {
    /// Nothing yet.
    New,
    /// Its picture was told.
    There,
    /// It was told to be missing.
    Missing,
}

impl Root {
    pub(crate) fn new(id: RootId, folder: PathBuf, known: Vec<KnownFile>, config: &Config) -> Self {
        let mut ledger: Vec<FileEntry> = known
            .into_iter()
            .map(|file| FileEntry {
                path: file.path,
                stamp: file.stamp,
                hash: Some(file.hash),
                problem: None,
            })
            .collect();
        ledger.sort_by(|a, b| a.path.cmp(&b.path));
        ledger.dedup_by(|a, b| a.path == b.path);
        let mut root = Self {
            id,
            real: folder.canonicalize().ok(),
            folder,
            inode: 0,
            settle: State::new(config),
            ledger,
            tree: Tree::default(),
            watched: HashSet::new(),
            limit: None,
            next_scan: None,
            is_timed: false,
            is_answer_due: false,
            presence: Presence::New,
            health: None,
        };
        root.ask();
        root
    }

    /// Wants a scan that is told whatever it finds.
    pub(crate) fn ask(&mut self) {
        self.is_answer_due = true;
        step(&mut self.settle, Input::ScanNow, Duration::ZERO);
    }

    /// When this root wants a turn.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.settle
            .deadline()
            .into_iter()
            .chain(self.next_scan)
            .min()
    }

    /// Wants a scan when the timer says so.
    pub(crate) fn tick(&mut self, now: Duration) {
        if self.next_scan.is_some_and(|at| at <= now) {
            self.next_scan = None;
            self.is_timed = self.settle.deadline().is_none();
            step(&mut self.settle, Input::ScanNow, now);
        }
    }

    /// Wants a scan at `at` if none is wanted sooner.
    pub(crate) fn scan_by(&mut self, at: Duration) {
        self.next_scan = Some(self.next_scan.map_or(at, |next| next.min(at)));
    }

    /// Hears that something happened at `path`, which may lie outside this root.
    pub(crate) fn hear(
        &mut self,
        path: &Path,
        kind: SignalKind,
        rules: &Rules,
        supervisor: &mut Supervisor,
        now: Duration,
    ) {
        let Some(real) = &self.real else {
            return;
        };
        if !path.starts_with(real) {
            return;
        }
        if let SignalKind::Name { is_folder } = kind
            && self.watched.contains(path)
        {
            // The system's watch follows the folder, not the name: it has to be made again.
            for folder in self.watched.extract_if(|folder| folder.starts_with(path)) {
                match is_folder {
                    // Moved, and still watched under its old name.
                    None => supervisor.unwatch(&folder),
                    // Removed, and its watch with it.
                    Some(_) => supervisor.forget(&folder),
                }
            }
            step(&mut self.settle, Input::Restructured, now);
            return;
        }
        let relative = match below(real, path) {
            Some(relative) => relative,
            None if path == real => String::new(),
            None => {
                // Not UTF-8: it can be among the problems.
                step(&mut self.settle, Input::Restructured, now);
                return;
            }
        };
        let relative = relative.as_str();
        if !concerns(relative) || self.tree.left_out.contains(relative) {
            return;
        }
        let targets = self.tree.links.iter();
        let links: Vec<String> = targets
            .filter(|(target, _)| target == relative)
            .map(|(_, link)| link.clone())
            .collect();
        let is_listed = self.position(relative).is_ok();
        for path in is_listed
            .then(|| relative.to_string())
            .into_iter()
            .chain(links)
        {
            step(&mut self.settle, Input::Touched { path }, now);
        }
        // A folder may have taken the place of a file.
        let is_folder = SignalKind::Name {
            is_folder: Some(true),
        };
        if (!is_listed || kind == is_folder) && self.may_restructure(path, relative, kind, rules) {
            step(&mut self.settle, Input::Restructured, now);
        }
    }

    /// Whether an event at a path that is not listed can change what is.
    fn may_restructure(
        &self,
        path: &Path,
        relative: &str,
        kind: SignalKind,
        rules: &Rules,
    ) -> bool {
        let name = relative.rsplit_once('/').map_or(relative, |(_, name)| name);
        let is_file_of_interest = rules.is_document(name) || is_ignore_file(name);
        match kind {
            SignalKind::Name {
                is_folder: Some(true),
            } => true,
            SignalKind::Name {
                is_folder: Some(false),
            } => is_file_of_interest,
            SignalKind::Name { is_folder: None } => is_file_of_interest || path.is_dir(),
            // Permissions of a folder, the root itself included, decide what can be listed.
            SignalKind::Content => {
                is_file_of_interest
                    || self.watched.contains(path)
                    || self.tree.has_problem(relative)
            }
            SignalKind::Nudge => false,
        }
    }

    /// Where `path` is in the ledger, or would be.
    pub(crate) fn position(&self, path: &str) -> Result<usize, usize> {
        self.ledger
            .binary_search_by(|entry| entry.path.as_str().cmp(path))
    }

    /// Signals were lost, or the backend is new: no watch is trusted, all is compared.
    pub(crate) fn doubt_all(&mut self, supervisor: &mut Supervisor, now: Duration) {
        for folder in self.watched.drain() {
            supervisor.forget(&folder);
        }
        step(&mut self.settle, Input::Restructured, now);
    }

    /// Ends all watches.
    pub(crate) fn unwatch(&mut self, supervisor: &mut Supervisor) {
        for folder in self.watched.drain() {
            supervisor.unwatch(&folder);
        }
    }

    /// Tells how the root is watched, when that has changed since it was last told.
    pub(crate) fn tell_health(&mut self, supervisor: &Supervisor, outbox: &mut Outbox) {
        if self.presence != Presence::There {
            return;
        }
        let health = match (supervisor.failure(), &self.limit) {
            (Some((n_failures, why)), _) => Health::Retrying {
                n_failures,
                why: why.into(),
            },
            (None, Some((why, _))) => Health::Polling { why: why.clone() },
            (None, None) => Health::Live,
        };
        if self.health.as_ref() != Some(&health) {
            self.health = Some(health.clone());
            let root = self.id;
            outbox.push(Event::Health { root, health });
        }
    }
}

//! Owns one watched folder: its ledger, its watches, and what was last said about it.

mod hear;
mod look;
mod parts;
mod place;
mod scan;
mod tell;
mod watches;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::outbox::Outbox;
use crate::parts::Depth;
use crate::read::Reach;
use crate::renames::Renames;
use crate::rules::Rules;
use crate::settle::{Input, State, step};
use crate::supervisor::Supervisor;
use crate::walk::{Bounds, Tree};
use crate::{Config, Counts, FileEntry, Health, KnownFile, RootId, RootOptions};

use place::Place;
use watches::Watches;

/// A scan that was just made is not asked for again by a look at the window.
const CHECK_PAUSE: Duration = Duration::from_secs(2);
/// A scan that takes long is made less often: the pause before the next one that nobody asked for
/// is at least this many times as long.
const PAUSE_PER_SCAN: u32 = 20;

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

    /// When a limit of the system that is met at `now` is tried again.
    fn retry_at(&self, now: Duration) -> Duration {
        now + self.config.safety_scan.max(self.config.poll_interval)
    }
}

pub(crate) fn bounds<'a>(
    config: &Config,
    rules: &'a Rules,
    options: RootOptions,
    should_stop: &'a (dyn Fn() -> bool + Sync),
) -> Bounds<'a> {
    Bounds {
        rules,
        max_folders: if options.is_unlimited {
            usize::MAX
        } else {
            config.max_folders
        },
        max_depth: config.max_depth,
        is_shallow: options.is_shallow,
        reach: reach(options),
        max_document_bytes: config.max_document_bytes,
        max_open: config.max_open_files,
        should_stop,
    }
}

fn reach(options: RootOptions) -> Reach {
    if options.follows_links_out {
        Reach::LinksOut
    } else {
        Reach::Inside
    }
}

/// One watched folder.
pub(crate) struct Root {
    pub(crate) id: RootId,
    /// As registered, absolute.
    folder: PathBuf,
    /// The canonical folder; `None` while it is missing.
    pub(crate) real: Option<PathBuf>,
    options: RootOptions,
    place: Place,
    pub(crate) settle: State,
    /// The files as last told, sorted by path.
    pub(crate) ledger: Vec<FileEntry>,
    tree: Tree,
    watches: Watches,
    renames: Renames,
    next_scan: Option<Duration>,
    /// When the last scan ended, and how long it took.
    last_scan: Option<(Duration, Duration)>,
    /// How many safety scans in a row found nothing.
    n_quiet_scans: u32,
    /// Whether the next scan comes from the timer, with no event behind it.
    is_timed: bool,
    /// Whether the next scan is to be told whatever it finds.
    is_answer_due: bool,
    presence: Presence,
    health: Option<Health>,
    counts: Counts,
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
    pub(crate) fn new(
        id: RootId,
        folder: PathBuf,
        known: Vec<KnownFile>,
        options: RootOptions,
        config: &Config,
    ) -> Self {
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
            options,
            place: Place::default(),
            settle: State::new(config),
            ledger,
            tree: Tree::default(),
            watches: Watches::default(),
            renames: Renames::default(),
            next_scan: None,
            last_scan: None,
            n_quiet_scans: 0,
            is_timed: false,
            is_answer_due: false,
            presence: Presence::New,
            health: None,
            counts: Counts::default(),
        };
        root.ask();
        root
    }

    /// Wants a scan that is told whatever it finds.
    pub(crate) fn ask(&mut self) {
        self.is_answer_due = true;
        step(&mut self.settle, Input::ScanNow, Duration::ZERO);
    }

    /// Wants a scan that is told only when it finds news, unless one was just made.
    pub(crate) fn check(&mut self, now: Duration) {
        let is_fresh = self
            .last_scan
            .is_some_and(|(ended, took)| ended + CHECK_PAUSE.max(took * PAUSE_PER_SCAN) > now);
        if !is_fresh {
            self.next_scan = Some(now);
            self.tick(now);
        }
    }

    /// Takes what is now in its place for the folder that it was.
    pub(crate) fn accept(&mut self) {
        self.place.accept();
        self.ask();
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts {
            n_watched: self.watches.len(),
            n_files: self.ledger.len(),
            ..self.counts
        }
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

    /// Where `path` is in the ledger, or would be.
    pub(crate) fn position(&self, path: &str) -> Result<usize, usize> {
        self.ledger
            .binary_search_by(|entry| entry.path.as_str().cmp(path))
    }

    /// Signals were lost, or the backend is new: no watch is trusted, all is compared.
    pub(crate) fn doubt_all(&mut self, supervisor: &mut Supervisor, now: Duration) {
        self.watches.doubt(supervisor);
        self.doubt_names("", Depth::Below, now);
    }

    /// Names in this folder have changed, or may have.
    pub(crate) fn doubt_names(&mut self, folder: &str, depth: Depth, now: Duration) {
        let folder = folder.into();
        step(&mut self.settle, Input::Restructured { folder, depth }, now);
    }

    /// Ends all watches.
    pub(crate) fn unwatch(&mut self, supervisor: &mut Supervisor) {
        self.watches.end(supervisor);
    }
}

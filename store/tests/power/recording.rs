//! Sessions with the real store on a disk that remembers: what was asked of it, and what was
//! acknowledged when.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::Receiver;
use postil_store::{Access, Batch, Event, Lock, OpenRedb, Request, Store, start_with};
use tempfile::TempDir;

use crate::disk::{Call, Fault, Log, on_disk, on_good_disk};
use crate::image::{n_synced, power_cut, replay};
use crate::rng::Rng;
use crate::script::{Expected, words_of};

/// Longer than anything here takes on the slowest machine; only a failure waits for it.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A disk as it was, what was asked of it from then on, and what the store said of that.
pub(crate) struct Recording {
    base: Vec<u8>,
    calls: Vec<Call>,
    commits: Vec<Commit>,
}

/// What is durable.
struct Commit {
    /// The calls that were made when it was acknowledged.
    n_calls: usize,
    expected: Expected,
}

/// The disk after a power cut, and what may be found on it.
pub(crate) struct Cut<'a> {
    pub(crate) image: Vec<u8>,
    /// What was acknowledged, and what was on its way.
    pub(crate) expected: Vec<&'a Expected>,
}

impl Recording {
    /// A session of all kinds of changes, with two restarts in it, that begins with a new library.
    pub(crate) fn of_session(rng: &mut Rng) -> Result<Self, String> {
        let dir = new_dir();
        let blank = Session::open(dir.path(), &on_good_disk())?;
        blank.close()?;
        let base = fs::read(database(dir.path())).map_err(|error| error.to_string())?;
        Self::record(dir.path(), base, rng, 25, 3)
    }

    /// A start from what a power cut left, and a few changes more.
    pub(crate) fn of_restart(image: &[u8], rng: &mut Rng) -> Result<Self, String> {
        let dir = dir_with(image);
        Self::record(dir.path(), image.to_vec(), rng, 2, 1)
    }

    fn record(
        dir: &Path,
        base: Vec<u8>,
        rng: &mut Rng,
        n_batches: usize,
        n_starts: usize,
    ) -> Result<Self, String> {
        let log = Log::default();
        let open_redb = on_disk(&database(dir), &log, &Fault::none());
        let mut commits = Vec::new();
        for _ in 0..n_starts {
            let mut session = Session::open_watching(dir, &open_redb, &log)?;
            if commits.is_empty() {
                commits.push(Commit {
                    n_calls: 0,
                    expected: session.expected.clone(),
                });
            }
            let mut after_each = Vec::new();
            for _ in 0..n_batches {
                let batch = session.expected.act(rng);
                session.save(batch)?;
                after_each.push(session.expected.clone());
            }
            let spoken = session.close()?;
            if spoken.len() != after_each.len() {
                return Err(format!("{} acknowledgements", spoken.len()));
            }
            let acknowledged = spoken.into_iter().zip(after_each);
            commits.extend(acknowledged.map(|(n_calls, expected)| Commit { n_calls, expected }));
        }
        let recording = Self {
            base,
            calls: log.take(),
            commits,
        };
        recording.check_is_whole(dir)?;
        Ok(recording)
    }

    /// Whatever else wrote to the file would be missing in every image.
    fn check_is_whole(&self, dir: &Path) -> Result<(), String> {
        let mut replayed = self.base.clone();
        replay(&mut replayed, &self.calls);
        let file = fs::read(database(dir)).map_err(|error| error.to_string())?;
        if file == replayed {
            Ok(())
        } else {
            Err("something was written past the recorder".to_owned())
        }
    }

    /// Power cuts at random moments, in the order in which they came: `n` of them. On a disk that
    /// lies, no sync ever did anything.
    pub(crate) fn cuts(
        &self,
        n: usize,
        is_disk_lying: bool,
        rng: &mut Rng,
    ) -> impl Iterator<Item = (usize, Cut<'_>)> {
        let mut moments: Vec<usize> = (0..n).map(|_| rng.below(self.calls.len() + 1)).collect();
        moments.sort_unstable();
        let mut synced = self.base.clone();
        let mut n_done = 0;
        let mut rng = rng.clone();
        moments.into_iter().map(move |n_calls| {
            let n = n_synced(&self.calls[..n_calls]);
            if !is_disk_lying {
                replay(&mut synced, &self.calls[n_done..n]);
                n_done = n;
            }
            let image = power_cut(&synced, &self.calls[n_done..n_calls], &mut rng);
            let n_acknowledged = self.commits.partition_point(|c| c.n_calls <= n_calls);
            let begun = n_acknowledged.saturating_sub(1)..self.commits.len();
            let expected = self.commits[begun].iter().take(2).map(|c| &c.expected);
            let expected = expected.collect();
            (n_calls, Cut { image, expected })
        })
    }

    pub(crate) fn n_calls(&self) -> usize {
        self.calls.len()
    }
}

/// A running store, and the library as it must be.
pub(crate) struct Session {
    store: Store,
    events: Receiver<Event>,
    pub(crate) expected: Expected,
    pub(crate) revision: u64,
    /// The number of calls that the disk had seen at each event.
    spoken: Arc<Mutex<Vec<usize>>>,
    /// Of each event that was heard, whether it was an acknowledgement.
    heard: Vec<bool>,
}

impl Session {
    pub(crate) fn open(dir: &Path, open_redb: &OpenRedb) -> Result<Self, String> {
        Self::open_watching(dir, open_redb, &Log::default())
    }

    /// Opens the library, which must be one that opens without a complaint.
    fn open_watching(dir: &Path, open_redb: &OpenRedb, log: &Log) -> Result<Self, String> {
        let spoken: Arc<Mutex<Vec<usize>>> = Arc::default();
        let (speech, log) = (Arc::clone(&spoken), log.clone());
        // Called by the store thread itself, so that no call comes in between.
        let waker = Arc::new(move || lock(&speech).push(log.len()));
        let held = Lock::acquire(dir).map_err(|error| error.to_string())?;
        let (store, events) =
            start_with(held, waker, Arc::clone(open_redb)).map_err(|error| error.to_string())?;
        let mut session = Self {
            spoken,
            ..Self::of(store, events, Expected::default())
        };
        match opened(session.hear()?) {
            Ok(expected) => session.expected = expected,
            Err(other) => return Err(format!("not opened: {}", words(&other))),
        }
        Ok(session)
    }

    pub(crate) fn of(store: Store, events: Receiver<Event>, expected: Expected) -> Self {
        Self {
            store,
            events,
            expected,
            revision: 0,
            spoken: Arc::default(),
            heard: Vec::new(),
        }
    }

    /// The next event that is about what was written.
    pub(crate) fn hear(&mut self) -> Result<Event, String> {
        loop {
            let event = self.events.recv_timeout(PATIENCE);
            let event = event.map_err(|error| format!("no event: {error}"))?;
            self.heard.push(matches!(event, Event::Committed { .. }));
            if !is_beside(&event) {
                return Ok(event);
            }
        }
    }

    /// Whether each text that a record speaks of is there and whole.
    fn check_texts(&mut self) -> Result<(), String> {
        for id in self.expected.library.texts() {
            let asked = self.store.request(Request::Text(id));
            asked.map_err(|_| "a text could not be asked for")?;
            let text = match self.hear()? {
                Event::Text { text, .. } => text,
                other => return Err(format!("no answer: {}", words(&other))),
            };
            if text.as_deref() != Some(words_of(id).as_str()) {
                return Err(format!("text {} is not what it was", id.0[0]));
            }
        }
        Ok(())
    }

    /// Hands a batch over.
    pub(crate) fn write(&mut self, batch: Batch) -> Result<(), String> {
        self.revision += 1;
        let revision = self.revision;
        let refused = self.store.write(Batch { revision, ..batch });
        refused.map_err(|_| "the queue is full".to_owned())
    }

    /// Hands a batch over, and waits until it is acknowledged.
    pub(crate) fn save(&mut self, batch: Batch) -> Result<(), String> {
        self.write(batch)?;
        match self.hear()? {
            Event::Committed { revision } if revision == self.revision => Ok(()),
            other => Err(format!("not committed: {}", words(&other))),
        }
    }

    /// Closes, and gives the number of calls at each acknowledgement.
    pub(crate) fn close(mut self) -> Result<Vec<usize>, String> {
        let report = self.store.close();
        if report.n_unwritten > 0 {
            return Err(format!("{report:?}"));
        }
        for event in self.events.try_iter() {
            self.heard.push(matches!(event, Event::Committed { .. }));
        }
        let spoken = std::mem::take(&mut *lock(&self.spoken));
        let spoken = spoken.into_iter().zip(self.heard);
        Ok(spoken
            .filter_map(|(n, is_ack)| is_ack.then_some(n))
            .collect())
    }
}

/// What is said of a long repair, of backups and of the second copy.
fn is_beside(event: &Event) -> bool {
    matches!(
        event,
        Event::Repairing { .. }
            | Event::BackedUp { .. }
            | Event::BackupFailed { .. }
            | Event::Ops { .. }
    )
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the store found, if that is a library that opens as if nothing had happened.
pub(crate) fn opened(event: Event) -> Result<Expected, Box<Event>> {
    match event {
        Event::Opened {
            library,
            history,
            problems,
            access: Access::ReadWrite,
            recovery: None,
            ..
        } if problems.is_empty() => Ok(Expected::new(library, history)),
        other => Err(Box::new(other)),
    }
}

/// What an event says, without the whole library.
pub(crate) fn words(event: &Event) -> String {
    match event {
        Event::Opened {
            problems,
            access,
            recovery,
            ..
        } => format!("opened, {access:?}, {recovery:?}, {problems:?}"),
        other => format!("{other:?}"),
    }
}

/// What the store finds in a file.
pub(crate) fn found(image: &[u8]) -> Result<Expected, String> {
    let dir = dir_with(image);
    let mut session = Session::open(dir.path(), &on_good_disk())?;
    let found = session.expected.clone();
    session.check_texts()?;
    session.close()?;
    Ok(found)
}

/// A library of an older schema, as it was written then.
pub(crate) fn older() -> std::io::Result<Vec<u8>> {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read(crate_dir.join("tests/store/golden/schema-1.redb"))
}

/// A folder in memory where there is one: nothing in it is to outlive the test.
pub(crate) fn new_dir() -> TempDir {
    let in_memory = tempfile::tempdir_in("/dev/shm");
    in_memory.or_else(|_| tempfile::tempdir()).unwrap()
}

pub(crate) fn dir_with(image: &[u8]) -> TempDir {
    let dir = new_dir();
    put(&database(dir.path()), image);
    dir
}

pub(crate) fn database(dir: &Path) -> PathBuf {
    dir.join("postil.redb")
}

/// Writes a file, and leaves zeros as a hole: most of an image is that.
pub(crate) fn put(path: &Path, bytes: &[u8]) {
    use std::io::{Seek as _, SeekFrom};
    const PAGE_BYTES: usize = 4096;
    let mut file = File::create(path).unwrap();
    file.set_len(bytes.len() as u64).unwrap();
    for (i, page) in bytes.chunks(PAGE_BYTES).enumerate() {
        if page.iter().any(|byte| *byte != 0) {
            file.seek(SeekFrom::Start((i * PAGE_BYTES) as u64)).unwrap();
            file.write_all(page).unwrap();
        }
    }
}

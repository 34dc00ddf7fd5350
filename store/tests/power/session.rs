//! The real store under test: what is handed to it, and what it says.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fs, io};

use crossbeam_channel::Receiver;
use postil_store::{
    Access, Backup, BackupError, Batch, Event, Lock, OpenRedb, Request, Store, Watch, start_with,
};

use crate::dirs::dir_with;
use crate::disk::on_good_disk;
use crate::rng::Rng;
use crate::script::{Expected, words_of};

/// Longer than anything here takes on the slowest machine; only a failure waits for it.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// What the store stands on.
pub(crate) struct Under {
    pub(crate) open_redb: OpenRedb,
    pub(crate) watch: Option<Watch>,
    /// The number of calls that it has seen.
    pub(crate) n_calls: Arc<dyn Fn() -> usize + Send + Sync>,
}

impl Under {
    pub(crate) fn unwatched(open_redb: &OpenRedb) -> Self {
        Self {
            open_redb: Arc::clone(open_redb),
            watch: None,
            n_calls: Arc::new(|| 0),
        }
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
        Self::open_on(dir, &Under::unwatched(open_redb))
    }

    /// Opens the library, which must be one that opens without a complaint.
    pub(crate) fn open_on(dir: &Path, under: &Under) -> Result<Self, String> {
        Self::open_as(dir, under, false)
    }

    /// Opens the library, which may be one that is made anew.
    pub(crate) fn open_as(dir: &Path, under: &Under, may_be_damaged: bool) -> Result<Self, String> {
        let spoken: Arc<Mutex<Vec<usize>>> = Arc::default();
        let (speech, n_calls) = (Arc::clone(&spoken), Arc::clone(&under.n_calls));
        // Called by the store thread itself, so that no call comes in between.
        let waker = Arc::new(move || lock(&speech).push(n_calls()));
        let mut held = Lock::acquire(dir).map_err(|error| error.to_string())?;
        if let Some(watch) = &under.watch {
            held = held.watched_by(Arc::clone(watch));
        }
        let (store, events) = start_with(held, waker, Arc::clone(&under.open_redb))
            .map_err(|error| error.to_string())?;
        let mut session = Self {
            spoken,
            ..Self::of(store, events, Expected::default())
        };
        match opened(session.hear()?, may_be_damaged) {
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
            let event = self.hear_any()?;
            if !is_beside(&event) {
                return Ok(event);
            }
        }
    }

    fn hear_any(&mut self) -> Result<Event, String> {
        let event = self.events.recv_timeout(PATIENCE);
        let event = event.map_err(|error| format!("no event: {error}"))?;
        self.heard.push(matches!(event, Event::Committed { .. }));
        Ok(event)
    }

    /// Asks for something beside writing.
    pub(crate) fn ask(&mut self, request: Request) -> Result<(), String> {
        let refused = self.store.request(request);
        refused.map_err(|request| format!("{request:?} is not taken"))
    }

    /// Asks for a backup, and waits until it is made, or cannot be.
    pub(crate) fn back_up(&mut self) -> Result<Result<Backup, BackupError>, String> {
        self.ask(Request::BackUp)?;
        loop {
            match self.hear_any()? {
                Event::BackedUp { backup } => return Ok(Ok(backup)),
                Event::BackupFailed { error } => return Ok(Err(error)),
                Event::Ops { .. } => {}
                other => return Err(format!("no backup: {}", words(&other))),
            }
        }
    }

    /// Does something, and waits until it is saved.
    pub(crate) fn act(&mut self, rng: &mut Rng) -> Result<(), String> {
        let batch = self.expected.act(rng);
        self.save(batch)
    }

    /// Whether each text that a record speaks of is there and whole, or, if it may be, not there:
    /// the second copies hold what a person wrote, not what it was written about.
    fn check_texts(&mut self, may_be_missing: bool) -> Result<(), String> {
        for id in self.expected.library.texts() {
            let asked = self.store.request(Request::Text(id));
            asked.map_err(|_| "a text could not be asked for")?;
            let text = match self.hear()? {
                Event::Text { text, .. } => text,
                other => return Err(format!("no answer: {}", words(&other))),
            };
            let is_excused = text.is_none() && may_be_missing;
            if !is_excused && text.as_deref() != Some(words_of(id).as_str()) {
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

/// What the store found, if that is a library that opens as if nothing had happened, or, if it may
/// be, one that was made anew.
pub(crate) fn opened(event: Event, may_be_damaged: bool) -> Result<Expected, Box<Event>> {
    match event {
        Event::Opened {
            library,
            history,
            problems,
            access: Access::ReadWrite,
            recovery,
            ..
        } if problems.is_empty() && (recovery.is_none() || may_be_damaged) => {
            Ok(Expected::new(library, history))
        }
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
    found_after(image, false)
}

/// What it finds in one that may be of a library that was made anew.
pub(crate) fn found_after(image: &[u8], is_damaged: bool) -> Result<Expected, String> {
    let dir = dir_with(image);
    let mut session = Session::open(dir.path(), &on_good_disk())?;
    let found = session.expected.clone();
    session.check_texts(is_damaged)?;
    session.close()?;
    Ok(found)
}

/// A library of an older schema, as it was written then.
pub(crate) fn older() -> io::Result<Vec<u8>> {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read(crate_dir.join("tests/store/golden/schema-1.redb"))
}

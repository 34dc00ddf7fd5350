//! The store thread: opens the library, writes what it is handed, and tries again where that fails.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Select, Sender, TryRecvError, TrySendError};

use crate::codec::MAX_PAYLOAD_BYTES;
use crate::database::{Database, Identity, Rows};
use crate::opening::open_or_create;
use crate::place::Place;
use crate::record::row_from_change;
use crate::table::Table;
use crate::{Batch, Event, OpenRedb, Waker, WriteError};

/// How long to wait after a first failure; doubled after each further one.
const FIRST_RETRY: Duration = Duration::from_millis(250);
const LAST_RETRY: Duration = Duration::from_secs(30);

pub(crate) struct Worker {
    place: Place,
    open_redb: OpenRedb,
    queue: Receiver<Batch>,
    mouth: Mouth,
    unsaved: Unsaved,
    retry: Option<Retry>,
}

/// What is in memory only.
#[derive(Default)]
struct Unsaved {
    rows: Rows,
    /// The revision that is reached once the rows are written.
    revision: Option<u64>,
}

#[derive(Clone, Copy)]
struct Retry {
    at: Instant,
    delay: Duration,
}

enum Wake {
    Batch(Batch),
    RetryIsDue,
    Heard,
    Closed,
}

impl Worker {
    pub(crate) fn new(
        data_dir: &Path,
        open_redb: OpenRedb,
        queue: Receiver<Batch>,
        events: Sender<Event>,
        waker: Waker,
    ) -> Self {
        Self {
            place: Place::new(data_dir),
            open_redb,
            queue,
            mouth: Mouth {
                events,
                waker,
                unsaid: VecDeque::new(),
            },
            unsaved: Unsaved::default(),
            retry: None,
        }
    }

    /// Works until the queue is closed. Gives the number of changes that could not be written.
    pub(crate) fn run(mut self) -> usize {
        // The waker is not ours: what is unwritten is counted whatever it does.
        if catch_unwind(AssertUnwindSafe(|| self.work())).is_err() {
            tracing::error!("the store thread panicked and writes no more");
        }
        let queued = self.queue.try_iter();
        let n_queued: usize = queued.map(|batch| batch.changes.len()).sum();
        self.unsaved.n_changes() + n_queued
    }

    fn work(&mut self) {
        let opened = match open_or_create(&self.place, &self.open_redb) {
            Ok(opened) => opened,
            Err(error) => {
                tracing::error!(%error, "no library");
                self.mouth.say(Event::OpenFailed { error });
                return;
            }
        };
        let identity = opened.identity;
        let mut database = Some(opened.database);
        self.mouth.say(Event::Opened {
            library: opened.library,
            problems: opened.problems,
            file: opened.file,
        });
        for row in opened.quarantine {
            self.unsaved.rows.insert((row.table, row.key), row.value);
        }
        self.flush(&mut database, identity, false);
        loop {
            match self.wait() {
                Wake::Batch(batch) => {
                    self.take(batch);
                    let is_last = self.take_queued();
                    self.flush(&mut database, identity, is_last);
                }
                Wake::RetryIsDue => self.flush(&mut database, identity, false),
                Wake::Heard => {}
                Wake::Closed => break,
            }
        }
        self.flush(&mut database, identity, true);
    }

    /// Sleeps until there is something to do: a batch, a retry that is due, or room for an event.
    fn wait(&mut self) -> Wake {
        loop {
            let mut select = Select::new();
            select.recv(&self.queue);
            if !self.mouth.unsaid.is_empty() {
                select.send(&self.mouth.events);
            }
            match self.retry {
                Some(retry) if select.ready_deadline(retry.at).is_err() => return Wake::RetryIsDue,
                Some(_) => {}
                None => drop(select.ready()),
            }
            match self.queue.try_recv() {
                Ok(batch) => return Wake::Batch(batch),
                Err(TryRecvError::Disconnected) => return Wake::Closed,
                Err(TryRecvError::Empty) => {}
            }
            if self.mouth.say_unsaid() {
                return Wake::Heard;
            }
        }
    }

    /// Takes what else is queued; true if nothing more will come.
    fn take_queued(&mut self) -> bool {
        loop {
            match self.queue.try_recv() {
                Ok(batch) => self.take(batch),
                Err(error) => return error == TryRecvError::Disconnected,
            }
        }
    }

    fn take(&mut self, batch: Batch) {
        let revision = batch.revision;
        for change in batch.changes {
            match row_from_change(&change) {
                Ok(row) => drop(self.unsaved.rows.insert((row.table, row.key), row.value)),
                Err(oversize) => {
                    let n_bytes = oversize.n_bytes;
                    tracing::error!(n_bytes, revision, "a change is too large to be stored");
                    self.mouth.say(Event::TooLarge {
                        revision,
                        change,
                        n_bytes,
                        max_bytes: MAX_PAYLOAD_BYTES,
                    });
                }
            }
        }
        self.unsaved.revision = self.unsaved.revision.max(Some(revision));
    }

    /// Writes all that is unsaved, or says that it waits.
    fn flush(&mut self, database: &mut Option<Database>, identity: Identity, is_last: bool) {
        let result = if self.unsaved.rows.is_empty() {
            Ok(())
        } else {
            self.commit(database, identity, is_last)
        };
        match result {
            Ok(()) => {
                self.retry = None;
                self.unsaved.rows.clear();
                if let Some(revision) = self.unsaved.revision.take() {
                    self.mouth.say(Event::Committed { revision });
                }
            }
            Err(error) => {
                self.retry = Some(Retry::after(self.retry, Instant::now()));
                let n_changes = self.unsaved.n_changes();
                tracing::warn!(%error, n_changes, "not written yet");
                if n_changes > 0 {
                    self.mouth.say(Event::Waiting { n_changes, error });
                }
            }
        }
    }

    fn commit(
        &self,
        database: &mut Option<Database>,
        identity: Identity,
        is_last: bool,
    ) -> Result<(), WriteError> {
        // redb refuses all writes after the first that failed, until it is opened anew: what fails
        // here is dropped.
        let open = match database.take() {
            Some(open) => open,
            None => Database::open(&self.place, identity, &self.open_redb)?,
        };
        open.commit(&self.unsaved.rows, is_last)?;
        *database = Some(open);
        Ok(())
    }
}

impl Retry {
    /// When to try again after a failure `now`.
    fn after(earlier: Option<Self>, now: Instant) -> Self {
        let delay = match earlier {
            None => FIRST_RETRY,
            // A write tried before its time.
            Some(earlier) if now < earlier.at => earlier.delay,
            Some(earlier) => (earlier.delay * 2).min(LAST_RETRY),
        };
        let at = now + delay;
        Self { at, delay }
    }
}

impl Unsaved {
    fn n_changes(&self) -> usize {
        let tables = self.rows.keys().map(|(table, _)| *table);
        tables.filter(|table| *table != Table::Quarantine).count()
    }
}

/// Says events without ever waiting for the listener, who may itself wait for this thread to end.
struct Mouth {
    events: Sender<Event>,
    waker: Waker,
    /// Events that found no room, oldest first.
    unsaid: VecDeque<Event>,
}

impl Mouth {
    fn say(&mut self, event: Event) {
        // What a later event says better need not be said.
        let is_outdone = matches!(
            (self.unsaid.back(), &event),
            (Some(Event::Committed { .. }), Event::Committed { .. })
                | (Some(Event::Waiting { .. }), Event::Waiting { .. })
        );
        if is_outdone {
            self.unsaid.pop_back();
        }
        self.unsaid.push_back(event);
        self.say_unsaid();
    }

    /// True if something was said.
    fn say_unsaid(&mut self) -> bool {
        let mut is_heard = false;
        while let Some(event) = self.unsaid.pop_front() {
            match self.events.try_send(event) {
                Ok(()) => {
                    is_heard = true;
                    (self.waker)();
                }
                Err(TrySendError::Full(event)) => {
                    self.unsaid.push_front(event);
                    break;
                }
                Err(TrySendError::Disconnected(_)) => self.unsaid.clear(),
            }
        }
        is_heard
    }
}

#[cfg(test)]
#[path = "worker_tests.rs"]
mod tests;

//! The store thread: opens the library, writes what it is handed, and tries again where that fails.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Select, Sender, TryRecvError, TrySendError, never};
use postil_model::{Entry, Library, TextId};

use crate::codec::MAX_PAYLOAD_BYTES;
use crate::database::{Database, Identity, Writes};
use crate::keeper::{Keeper, Request};
use crate::opening::open_or_create;
use crate::ops::OpsLog;
use crate::place::Place;
use crate::progress::Progress;
use crate::record::{entry_key, row_from_change, row_from_entry, row_from_ops_seq, rows_from_text};
use crate::table::Table;
use crate::{Batch, Event, OpenRedb, Text, Waker, WriteError, texts};

/// How long to wait after a first failure; doubled after each further one.
const FIRST_RETRY: Duration = Duration::from_millis(250);
const LAST_RETRY: Duration = Duration::from_secs(5);

pub(crate) struct Worker {
    place: Place,
    open_redb: OpenRedb,
    queue: Receiver<Batch>,
    requests: Receiver<Request>,
    mouth: Mouth,
    unsaved: Unsaved,
    retry: Option<Retry>,
}

/// The library that is open.
struct Session {
    identity: Identity,
    /// `None` after a write that failed, until the next is tried.
    database: Option<Database>,
    ops: OpsLog,
    is_ops_failing: bool,
}

/// What is in memory only.
#[derive(Default)]
struct Unsaved {
    writes: Writes,
    /// The revision that is reached once that is written.
    revision: Option<u64>,
}

#[derive(Clone, Copy)]
struct Retry {
    at: Instant,
    delay: Duration,
}

enum Wake {
    Batch(Batch),
    Request(Request),
    RetryIsDue,
    Heard,
    Closed,
}

impl Worker {
    pub(crate) fn new(
        place: &Place,
        open_redb: OpenRedb,
        queue: Receiver<Batch>,
        events: Sender<Event>,
        waker: Waker,
    ) -> Self {
        Self {
            place: place.clone(),
            open_redb,
            queue,
            requests: never(),
            mouth: Mouth {
                events,
                waker,
                unsaid: VecDeque::new(),
            },
            unsaved: Unsaved::default(),
            retry: None,
        }
    }

    pub(crate) fn with_requests(mut self, requests: Receiver<Request>) -> Self {
        self.requests = requests;
        self
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
        let progress = Progress::new(self.mouth.events.clone(), self.mouth.waker.clone());
        let opened = match open_or_create(&self.place, &self.open_redb, &progress) {
            Ok(opened) => opened,
            Err(error) => {
                tracing::error!(%error, "no library");
                self.mouth.say(Event::OpenFailed { error });
                return;
            }
        };
        let is_fresh = opened.library == Library::default();
        let mut keeper = Keeper::new(self.place.clone(), Arc::clone(&self.open_redb));
        let is_recovered = opened.recovery.is_some();
        let store_id = opened.identity.store_id;
        let mut session = Session {
            identity: opened.identity,
            database: opened.database,
            ops: OpsLog::new(&self.place, store_id, opened.ops_seq, is_fresh),
            is_ops_failing: false,
        };
        self.mouth.say(Event::Opened {
            library: opened.library,
            history: opened.history,
            problems: opened.problems,
            access: opened.access,
            recovery: opened.recovery.map(Box::new),
            file: opened.file,
        });
        if session.database.is_none() {
            return;
        }
        for row in opened.quarantine {
            self.unsaved.writes.put(row);
        }
        for key in opened.unused_texts {
            self.unsaved.writes.remove(Table::Texts, key);
        }
        self.flush(&mut session, false);
        // What the second copy lacks is read from the library once more: nobody waits for it now.
        self.append_ops(&mut session);
        if is_recovered {
            // What was put together from several places is now in one.
            self.back_up(&mut keeper, &mut session);
        }
        loop {
            self.back_up_if_due(&mut keeper, &mut session);
            match self.wait() {
                Wake::Request(Request::BackUp) => self.back_up(&mut keeper, &mut session),
                Wake::Request(Request::BackUpAlsoIn(dir)) => {
                    if let Some(event) = keeper.back_up_also_in(dir) {
                        self.mouth.say(event);
                    }
                }
                Wake::Request(Request::Text(id)) => self.read_text(id, &session),
                Wake::Batch(batch) => {
                    self.take(batch, &mut session);
                    let is_last = self.take_queued(&mut session);
                    self.flush(&mut session, is_last);
                }
                Wake::RetryIsDue => self.flush(&mut session, false),
                Wake::Heard => {}
                Wake::Closed => break,
            }
        }
        self.flush(&mut session, true);
    }

    fn back_up(&mut self, keeper: &mut Keeper, session: &mut Session) {
        if let Some(database) = &session.database {
            let event = keeper.make(database, &mut session.ops);
            self.mouth.say(event);
        }
    }

    /// Only while nothing waits to be written.
    fn back_up_if_due(&mut self, keeper: &mut Keeper, session: &mut Session) {
        if self.queue.is_empty()
            && self.unsaved.writes.is_empty()
            && let Some(database) = &session.database
            && let Some(event) = keeper.make_if_due(database, &mut session.ops)
        {
            self.mouth.say(event);
        }
    }

    /// Sleeps until there is something to do: a batch, a retry that is due, or room for an event.
    fn wait(&mut self) -> Wake {
        loop {
            let mut select = Select::new();
            select.recv(&self.queue);
            select.recv(&self.requests);
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
            match self.requests.try_recv() {
                Ok(request) => return Wake::Request(request),
                Err(TryRecvError::Disconnected) => self.requests = never(),
                Err(TryRecvError::Empty) => {}
            }
            if self.mouth.say_unsaid() {
                return Wake::Heard;
            }
        }
    }

    /// Takes what else is queued; true if nothing more will come.
    fn take_queued(&mut self, session: &mut Session) -> bool {
        loop {
            match self.queue.try_recv() {
                Ok(batch) => self.take(batch, session),
                Err(error) => return error == TryRecvError::Disconnected,
            }
        }
    }

    fn take(&mut self, batch: Batch, session: &mut Session) {
        self.take_texts(&batch.texts, session);
        let revision = batch.revision;
        let mut changes = Vec::with_capacity(batch.changes.len());
        for change in batch.changes {
            match row_from_change(&change) {
                Ok(row) => {
                    self.unsaved.writes.put(row);
                    changes.push(change);
                }
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
        let entry = batch.entry.filter(|entry| self.take_entry(entry, revision));
        if let Some(seq) = session.ops.push(revision, entry.as_ref(), &changes)
            // Never too large: a number.
            && let Ok(row) = row_from_ops_seq(seq)
        {
            self.unsaved.writes.put(row);
        }
        if let Some(first) = batch.forget_before {
            self.unsaved.writes.forget_journal_before(entry_key(first));
        }
        self.unsaved.revision = self.unsaved.revision.max(Some(revision));
    }

    fn take_texts(&mut self, texts: &[Text], session: &Session) {
        for text in texts {
            let is_there = session.database.as_ref().is_some_and(|database| {
                let found = database
                    .read()
                    .and_then(|seen| texts::is_there(&seen, text.id));
                found.unwrap_or(false)
            });
            if is_there {
                continue;
            }
            match rows_from_text(text.id, &text.text) {
                Ok(rows) => rows
                    .into_iter()
                    .for_each(|row| self.unsaved.writes.put(row)),
                // The words of notes are in the notes: without it they are only harder to place.
                Err(oversize) => {
                    tracing::warn!(n_bytes = oversize.n_bytes, "a text is too large to be kept");
                }
            }
        }
    }

    fn read_text(&mut self, id: TextId, session: &Session) {
        let read = session.database.as_ref().map(|database| {
            let seen = database.read()?;
            texts::read(&seen, id)
        });
        let text = match read {
            Some(Ok(text)) => text.map(Arc::from),
            Some(Err(error)) => {
                tracing::warn!(%error, "a text could not be read");
                None
            }
            None => None,
        };
        self.mouth.say(Event::Text { id, text });
    }

    /// True if the entry will be written.
    fn take_entry(&mut self, entry: &Entry, revision: u64) -> bool {
        match row_from_entry(entry) {
            Ok(row) => {
                self.unsaved.writes.put(row);
                true
            }
            Err(oversize) => {
                let n_bytes = oversize.n_bytes;
                tracing::warn!(n_bytes, revision, "an entry is too large for the journal");
                // What the entry was before it grew would undo something else.
                let key = entry_key(entry.id);
                self.unsaved.writes.remove(Table::Journal, key);
                self.mouth.say(Event::EntryTooLarge {
                    revision,
                    entry: entry.id,
                    label: entry.label.clone(),
                    n_bytes,
                    max_bytes: MAX_PAYLOAD_BYTES,
                });
                false
            }
        }
    }

    /// Writes all that is unsaved, or says that it waits.
    fn flush(&mut self, session: &mut Session, is_last: bool) {
        let result = if self.unsaved.writes.is_empty() {
            Ok(())
        } else {
            self.commit(session, is_last)
        };
        match result {
            Ok(()) => {
                self.retry = None;
                self.unsaved.writes = Writes::default();
                if let Some(revision) = self.unsaved.revision.take() {
                    self.append_ops(session);
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

    fn commit(&self, session: &mut Session, is_last: bool) -> Result<(), WriteError> {
        // redb refuses all writes after the first that failed, until it is opened anew: what fails
        // here is dropped.
        let open = match session.database.take() {
            Some(open) => open,
            None => Database::open(
                &self.place,
                session.identity,
                &self.open_redb,
                &Progress::silent(),
            )?,
        };
        open.commit(&self.unsaved.writes, is_last)?;
        session.database = Some(open);
        Ok(())
    }

    /// Lets the second copy follow the database, and says when that fails or goes again.
    fn append_ops(&mut self, session: &mut Session) {
        let Some(database) = &session.database else {
            return;
        };
        let problem = session.ops.append(database).err();
        if problem.is_some() == session.is_ops_failing {
            return;
        }
        session.is_ops_failing = problem.is_some();
        if let Some(error) = &problem {
            tracing::error!(%error, "ops.jsonl is not written");
        } else {
            tracing::info!("ops.jsonl is written again");
        }
        self.mouth.say(Event::Ops { problem });
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
        let tables = self.writes.rows.keys().map(|(table, _)| *table);
        tables
            .filter(|table| Table::OF_LIBRARY.contains(table))
            .count()
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

//! The handle of the store thread: how it is started, fed and stopped.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::offline::plain;
use crate::worker::Worker;
use crate::{Batch, Event, Lock, Request, StartError};

/// Called after each event, from the store thread: the listener has something to hear.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// Makes a database of an open file, which may be empty: where a test puts its own storage
/// under redb. Called for the creation and for each opening.
pub type OpenRedb =
    Arc<dyn Fn(&redb::Builder, File) -> Result<redb::Database, redb::DatabaseError> + Send + Sync>;

/// Batches that may wait for the thread. A commit takes milliseconds and takes them all.
const MAX_QUEUED_BATCHES: usize = 256;
/// What else may be asked of it meanwhile: all of it is asked by a person's hand.
const MAX_QUEUED_REQUESTS: usize = 8;
/// Events that may wait for the listener; the thread keeps what goes beyond and merges it.
const MAX_QUEUED_EVENTS: usize = 64;

/// The write side of one library. When it goes, what is queued is written, the database closed, the
/// thread joined and the lock given back; [`Store::close`] does the same and says how it went.
#[derive(Debug)]
pub struct Store {
    // The thread ends when the sender is gone and the queue is empty.
    batches: Option<Sender<Batch>>,
    requests: Sender<Request>,
    thread: Option<JoinHandle<usize>>,
    lock: Lock,
}

/// How the last writes went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub struct CloseReport {
    /// Changes that were accepted and are not on the disk.
    pub n_unwritten: usize,
}

/// Starts the store thread on the library that `lock` is of. The library is opened, or created, on
/// that thread: the first event says how it went.
///
/// # Errors
/// [`StartError`] if the system gives no thread.
pub fn start(lock: Lock, waker: Waker) -> Result<(Store, Receiver<Event>), StartError> {
    start_with(lock, waker, plain())
}

/// As [`start`], with storage of the caller's own under redb.
///
/// # Errors
/// [`StartError`] if the system gives no thread.
pub fn start_with(
    lock: Lock,
    waker: Waker,
    open_redb: OpenRedb,
) -> Result<(Store, Receiver<Event>), StartError> {
    let (batches, queue) = bounded(MAX_QUEUED_BATCHES);
    let (events, inbox) = bounded(MAX_QUEUED_EVENTS);
    let (requests, asked) = bounded(MAX_QUEUED_REQUESTS);
    let worker = Worker::new(lock.place(), open_redb, queue, events, waker).with_requests(asked);
    let thread = Builder::new()
        .name("store".to_owned())
        .spawn(move || worker.run())?;
    let store = Store {
        batches: Some(batches),
        requests,
        thread: Some(thread),
        lock,
    };
    Ok((store, inbox))
}

impl Store {
    /// Where the library is.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        self.lock.data_dir()
    }

    /// Hands changes over to be written. Never blocks.
    ///
    /// # Errors
    /// The batch comes back if the queue is full (offer it again at the next frame), or if there is
    /// no database ([`Event::OpenFailed`] was or will be sent).
    #[expect(
        clippy::result_large_err,
        reason = "the batch is moved in, and comes back rarely"
    )]
    pub fn write(&self, batch: Batch) -> Result<(), Batch> {
        match &self.batches {
            Some(batches) => batches
                .try_send(batch)
                .map_err(crossbeam_channel::TrySendError::into_inner),
            None => Err(batch),
        }
    }

    /// Asks for something beside writing; an event tells how it went. Never blocks.
    ///
    /// # Errors
    /// The request comes back if too many wait, or if there is no database.
    pub fn request(&self, request: Request) -> Result<(), Request> {
        self.requests
            .try_send(request)
            .map_err(crossbeam_channel::TrySendError::into_inner)
    }

    /// Writes what is queued, closes the database, ends the thread and gives the lock back. Blocks
    /// for a commit; an unwritable disk is tried once.
    pub fn close(mut self) -> CloseReport {
        self.finish()
    }

    fn finish(&mut self) -> CloseReport {
        drop(self.batches.take());
        let n_unwritten = match self.thread.take().map(JoinHandle::join) {
            Some(Ok(n_unwritten)) => n_unwritten,
            Some(Err(_)) => {
                tracing::error!("the store thread panicked");
                0
            }
            None => 0,
        };
        CloseReport { n_unwritten }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let report = self.finish();
        if report.n_unwritten > 0 {
            tracing::error!(
                n_unwritten = report.n_unwritten,
                "changes could not be written"
            );
        }
    }
}

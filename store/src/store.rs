//! The handle of the store thread: how it is started, fed and stopped.

use std::fs::File;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::worker::Worker;
use crate::{Batch, Event, Lock, StartError};

/// Called after each event, from the store thread: the listener has something to hear.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// Makes a database of an open file, which may be empty: where a test puts its own storage
/// under redb. Called for the creation and for each opening.
pub type OpenRedb =
    Arc<dyn Fn(&redb::Builder, File) -> Result<redb::Database, redb::DatabaseError> + Send + Sync>;

/// Batches that may wait for the thread. A commit takes milliseconds and takes them all.
const MAX_QUEUED_BATCHES: usize = 256;
/// Events that may wait for the listener; the thread keeps what goes beyond and merges it.
const MAX_QUEUED_EVENTS: usize = 64;

/// The write side of one library. When it goes, what is queued is written, the database closed, the
/// thread joined and the lock given back; [`Store::close`] does the same and says how it went.
#[derive(Debug)]
pub struct Store {
    // The thread ends when the sender is gone and the queue is empty.
    batches: Option<Sender<Batch>>,
    thread: Option<JoinHandle<usize>>,
    _lock: Lock,
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
    let open_redb: OpenRedb = Arc::new(|builder, file| {
        builder.create_with_backend(redb::backends::FileBackend::new(file)?)
    });
    start_with(lock, waker, open_redb)
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
    let worker = Worker::new(lock.data_dir(), open_redb, queue, events, waker);
    let thread = Builder::new()
        .name("store".to_owned())
        .spawn(move || worker.run())?;
    let store = Store {
        batches: Some(batches),
        thread: Some(thread),
        _lock: lock,
    };
    Ok((store, inbox))
}

impl Store {
    /// Hands changes over to be written. Never blocks.
    ///
    /// # Errors
    /// The batch comes back if the queue is full (offer it again at the next frame), or if there is
    /// no database ([`Event::OpenFailed`] was or will be sent).
    pub fn write(&self, batch: Batch) -> Result<(), Batch> {
        match &self.batches {
            Some(batches) => batches
                .try_send(batch)
                .map_err(crossbeam_channel::TrySendError::into_inner),
            None => Err(batch),
        }
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

//! Owns the caller's end: starting the thread, handing over requests, stopping.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::backend::{Connect, connect_notify};
use crate::engine::{Engine, Stop};
use crate::{Busy, Config, Event, Request, StartError};

/// Called on the watcher's thread after each event is put on the channel; must not block.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// Requests that may wait; one more is [`Busy`].
const N_REQUESTS: usize = 1_024;
/// Events that may wait on the channel; more are merged by path and wait in the thread.
const N_EVENTS: usize = 100;

/// The running watcher. Dropping it stops the thread and waits for it; the scan it may be in is
/// cut short.
pub struct Watcher {
    requests: Sender<Request>,
    /// Cuts a scan short.
    should_stop: Arc<AtomicBool>,
    /// Wakes the thread by being dropped, whatever else it waits for.
    alive: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    /// Starts the thread, with no roots. At most 100 events wait in the channel; what is more is
    /// merged to the latest of each file and waits in the thread, which goes on working.
    ///
    /// # Errors
    ///
    /// When the system gives no thread. A system that cannot watch files is no error: the roots are
    /// then polled, and [`Event::Health`] says so.
    pub fn start(config: Config, waker: Waker) -> Result<(Self, Receiver<Event>), StartError> {
        Self::start_with(config, waker, Box::new(connect_notify))
    }

    /// The same, on another source of file events.
    pub(crate) fn start_with(
        config: Config,
        waker: Waker,
        connect: Connect,
    ) -> Result<(Self, Receiver<Event>), StartError> {
        let (requests, request_receiver) = bounded(N_REQUESTS);
        let (event_sender, events) = bounded(N_EVENTS);
        let should_stop = Arc::new(AtomicBool::new(false));
        let (alive, stop) = bounded(0);
        let engine = Engine::new(
            config,
            waker,
            request_receiver,
            event_sender,
            Stop {
                should_stop: Arc::clone(&should_stop),
                alive: stop,
            },
            connect,
        );
        let thread = Builder::new()
            .name("watcher".into())
            .spawn(|| engine.run())
            .map_err(StartError::Thread)?;
        let watcher = Self {
            requests,
            should_stop,
            alive: Some(alive),
            thread: Some(thread),
        };
        Ok((watcher, events))
    }

    /// Hands a request over, without ever blocking.
    ///
    /// # Errors
    ///
    /// [`Busy`], with the request inside, when more than 1,024 wait or the thread has stopped.
    pub fn send(&self, request: Request) -> Result<(), Busy> {
        self.requests
            .try_send(request)
            .map_err(|error| Busy(Box::new(error.into_inner())))
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.should_stop.store(true, Ordering::Relaxed);
        self.alive = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the watcher's thread had panicked");
        }
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watcher").finish_non_exhaustive()
    }
}

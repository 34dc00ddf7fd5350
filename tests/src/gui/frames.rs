//! Owns when the next frame is due: what the event loop of a real window knows.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The earliest frame that was asked for, by the app or by one of its threads.
#[derive(Debug, Default)]
pub(super) struct Frames {
    due: Mutex<Option<Instant>>,
    asked: Condvar,
}

impl Frames {
    /// A frame is wanted after this time; `Duration::MAX` is never.
    pub(super) fn ask(&self, delay: Duration) {
        let Some(at) = Instant::now().checked_add(delay) else {
            return;
        };
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        *due = Some(due.map_or(at, |due| due.min(at)));
        self.asked.notify_one();
    }

    /// A frame begins, so what was asked for before it is answered.
    pub(super) fn begin(&self) {
        *self.due.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether the app would now sleep until something happens.
    pub(super) fn is_none_asked(&self) -> bool {
        self.due
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_none()
    }

    /// Waits until a frame is due; `false` when none was by the deadline.
    pub(super) fn wait(&self, deadline: Instant) -> bool {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let now = Instant::now();
            if due.is_some_and(|due| due <= now) {
                // An app that asks for frames without end has no right to be waited for longer.
                return now < deadline;
            }
            if now >= deadline {
                return false;
            }
            let until = due.map_or(deadline, |due| due.min(deadline));
            let waited = self.asked.wait_timeout(due, until - now);
            due = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

//! Owns the life of the backend: making it, counting who watches what, starting it again.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::backend::{Backend, Connect, Signals, WatchError, signals};

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A backend that lived this long failed for a new reason: the pauses start small again.
const LONG_LIFE: Duration = Duration::from_mins(1);

/// The one backend of the process, or the wait for it. Times are durations since the start.
pub(crate) struct Supervisor {
    connect: Connect,
    link: Option<Link>,
    /// How many roots watch each folder: roots may lie inside each other.
    holders: HashMap<PathBuf, usize>,
    failure: Failure,
}

struct Link {
    backend: Box<dyn Backend>,
    signals: Signals,
    since: Duration,
}

/// The last failure; all zero before the first.
#[derive(Default)]
struct Failure {
    n_in_a_row: u32,
    why: String,
    retry_at: Duration,
}

impl Supervisor {
    pub(crate) fn new(connect: Connect) -> Self {
        Self {
            connect,
            link: None,
            holders: HashMap::new(),
            failure: Failure::default(),
        }
    }

    /// Starts the backend when there is none and a try is due. True when it was started just now:
    /// nothing is watched then, and anything may have happened.
    pub(crate) fn revive(&mut self, now: Duration) -> bool {
        if self.link.is_some() || now < self.failure.retry_at {
            return false;
        }
        let (feed, signals) = signals();
        match (self.connect)(feed) {
            Ok(backend) => {
                self.link = Some(Link {
                    backend,
                    signals,
                    since: now,
                });
                true
            }
            Err(WatchError::Limit(why) | WatchError::Folder(why) | WatchError::Dead(why)) => {
                self.fail(why, now);
                false
            }
        }
    }

    /// Lets go of the backend, to start another one after a pause that doubles.
    pub(crate) fn fail(&mut self, why: String, now: Duration) {
        tracing::warn!(
            why,
            "the system's file events failed; folders are polled meanwhile"
        );
        if let Some(link) = self.link.take()
            && now.saturating_sub(link.since) > LONG_LIFE
        {
            self.failure.n_in_a_row = 0;
        }
        self.holders.clear();
        let pause = FIRST_PAUSE
            .saturating_mul(2_u32.saturating_pow(self.failure.n_in_a_row))
            .min(LONGEST_PAUSE);
        self.failure = Failure {
            n_in_a_row: self.failure.n_in_a_row.saturating_add(1),
            why,
            retry_at: now + pause,
        };
    }

    pub(crate) fn signals(&self) -> Option<&Signals> {
        self.link.as_ref().map(|link| &link.signals)
    }

    /// When [`Self::revive`] is wanted; `None` while the backend lives.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.link.is_none().then_some(self.failure.retry_at)
    }

    /// How often it failed in a row and why; `None` while it lives.
    pub(crate) fn failure(&self) -> Option<(u32, &str)> {
        self.link
            .is_none()
            .then_some((self.failure.n_in_a_row, self.failure.why.as_str()))
    }

    /// Watches a folder for one more root, which must not hold it yet.
    pub(crate) fn watch(&mut self, folder: &Path, now: Duration) -> Result<(), WatchError> {
        let Some(link) = &mut self.link else {
            return Err(WatchError::Dead(self.failure.why.clone()));
        };
        let result = link.backend.watch(folder);
        match &result {
            Ok(()) => *self.holders.entry(folder.to_path_buf()).or_default() += 1,
            Err(WatchError::Dead(why)) => self.fail(why.clone(), now),
            Err(WatchError::Limit(_) | WatchError::Folder(_)) => {}
        }
        result
    }

    /// Counts a watch as gone for one root, without ending it: the system has ended it, or nobody
    /// knows.
    pub(crate) fn forget(&mut self, folder: &Path) {
        match self.holders.get_mut(folder) {
            Some(n_holders) if *n_holders > 1 => *n_holders -= 1,
            _ => {
                self.holders.remove(folder);
            }
        }
    }

    /// Ends the watch of a folder for one root that holds it.
    pub(crate) fn unwatch(&mut self, folder: &Path) {
        let Some(link) = &mut self.link else {
            return;
        };
        match self.holders.get_mut(folder) {
            Some(n_holders) if *n_holders > 1 => *n_holders -= 1,
            Some(_) => {
                self.holders.remove(folder);
                link.backend.unwatch(folder);
            }
            None => {}
        }
    }
}

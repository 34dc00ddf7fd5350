//! Owns the life of the backend: making it, counting who watches what, starting it again.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Health;
use crate::backend::{Backend, Connect, Signals, WatchError, signals};

const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// Tries in a row with pauses that double, from 0.2 to 3.2 s; then the folders are polled.
const N_TRIES: u32 = 5;
/// How long after that the system's own events are tried again.
const REST: Duration = Duration::from_mins(5);
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
    pause: Duration,
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

    /// Starts anew at the next [`Self::revive`], whatever went wrong before.
    pub(crate) fn restart(&mut self) {
        self.link = None;
        self.holders.clear();
        self.failure = Failure::default();
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
        let n_before = self.failure.n_in_a_row;
        let pause = if n_before < N_TRIES {
            FIRST_PAUSE * 2_u32.pow(n_before)
        } else {
            REST
        };
        self.failure = Failure {
            n_in_a_row: n_before.saturating_add(1),
            why,
            pause,
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

    /// What that means for the folders; `None` while the backend lives.
    pub(crate) fn failure(&self) -> Option<Health> {
        if self.link.is_some() {
            return None;
        }
        let Failure {
            n_in_a_row, pause, ..
        } = self.failure;
        let why = self.failure.why.clone();
        Some(if n_in_a_row <= N_TRIES {
            Health::Retrying {
                n_failures: n_in_a_row,
                pause,
                why,
            }
        } else {
            Health::Polling {
                why: format!(
                    "the system's file events failed {n_in_a_row} times ({why}) and are tried again \
                     every {} minutes",
                    REST.as_secs() / 60
                ),
            }
        })
    }

    pub(crate) fn is_failing(&self) -> bool {
        self.link.is_none()
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

    /// Watches many folders for one more root, which must not hold them yet. Gives those that are
    /// watched now, and the limit of the system where it was met.
    pub(crate) fn watch_all(
        &mut self,
        folders: Vec<PathBuf>,
        now: Duration,
    ) -> (Vec<PathBuf>, Option<String>) {
        let Some(link) = &mut self.link else {
            return (Vec::new(), None);
        };
        let (mut watched, mut limit, mut death) = (Vec::new(), None, None);
        link.backend
            .watch_all(folders, &mut |folder, result| match result {
                Ok(()) => watched.push(folder),
                Err(WatchError::Limit(why)) => limit = Some(why),
                Err(WatchError::Dead(why)) => death = Some(why),
                // The listing of the folder tells what is wrong with it.
                Err(WatchError::Folder(why)) => {
                    tracing::debug!(why, folder = %folder.display(), "a folder is not watched");
                }
            });
        if let Some(why) = death {
            self.fail(why, now);
            return (Vec::new(), None);
        }
        for folder in &watched {
            *self.holders.entry(folder.clone()).or_default() += 1;
        }
        (watched, limit)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Deaf;

    impl Backend for Deaf {
        fn watch(&mut self, _: &Path) -> Result<(), WatchError> {
            Ok(())
        }

        fn watch_all(
            &mut self,
            folders: Vec<PathBuf>,
            told: &mut dyn FnMut(PathBuf, Result<(), WatchError>),
        ) {
            for folder in folders {
                told(folder, Ok(()));
            }
        }

        fn unwatch(&mut self, _: &Path) {}
    }

    /// Fails so many times, then lives.
    fn failing(mut n_failures: u32) -> Supervisor {
        Supervisor::new(Box::new(move |_| {
            if n_failures == 0 {
                return Ok(Box::new(Deaf));
            }
            n_failures -= 1;
            Err(WatchError::Dead("no".into()))
        }))
    }

    #[test]
    fn five_tries_with_pauses_that_double_then_polling_and_the_system_again_later() {
        let mut supervisor = failing(7);
        let mut pauses_ms = Vec::new();
        let mut now = Duration::ZERO;
        while !supervisor.revive(now) {
            let health = supervisor.failure().expect("it failed");
            let is_retrying = matches!(health, Health::Retrying { .. });
            let deadline = supervisor.deadline().expect("it is tried again");
            pauses_ms.push((is_retrying, deadline.saturating_sub(now).as_millis()));
            now = deadline;
        }
        let expected = [
            (true, 200),
            (true, 400),
            (true, 800),
            (true, 1_600),
            (true, 3_200),
            (false, 300_000),
            (false, 300_000),
        ];
        assert_eq!(pauses_ms, expected);
        assert_eq!((supervisor.failure(), supervisor.deadline()), (None, None));
    }

    proptest! {
        #[test]
        fn every_failure_has_a_timer_that_leaves_it(
            n_failures in 0_u32..12,
            deaths_ms in proptest::collection::vec(0_u64..200_000, 0..8),
        ) {
            let mut supervisor = failing(n_failures);
            let mut now = Duration::ZERO;
            for life_ms in deaths_ms {
                let mut n_tries = 0;
                while supervisor.is_failing() {
                    let deadline = supervisor.deadline();
                    prop_assert!(deadline.is_some_and(|at| at <= now + REST));
                    now = now.max(deadline.unwrap_or_default());
                    supervisor.revive(now);
                    n_tries += 1;
                    prop_assert!(n_tries <= 13, "it comes back");
                }
                now += Duration::from_millis(life_ms);
                supervisor.fail("again".into(), now);
            }
        }
    }
}

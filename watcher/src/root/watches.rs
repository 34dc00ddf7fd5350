//! Owns which folders of a root the system watches, which it should, and why it does not.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Health;
use crate::backend::WatchError;
use crate::silent::silent_file_system;
use crate::supervisor::Supervisor;

/// The watches of one root.
#[derive(Debug, Default)]
pub(super) struct Watches {
    watched: HashSet<PathBuf>,
    /// Listed, and not watched yet: to be watched and listed again.
    wanted: Vec<PathBuf>,
    /// Why not all folders are watched, and when that is tried again.
    limit: Option<(String, Duration)>,
    /// Why events of some folder would not tell of all changes.
    silence: Option<String>,
}

impl Watches {
    pub(super) fn len(&self) -> usize {
        self.watched.len()
    }

    pub(super) fn holds(&self, folder: &Path) -> bool {
        self.watched.contains(folder)
    }

    /// Whether some changes are only found by looking.
    pub(super) fn are_blind(&self) -> bool {
        self.limit.is_some() || self.silence.is_some()
    }

    /// Whether folders were listed that are to be watched now: beyond a limit they wait for the next
    /// try.
    pub(super) fn want_more(&self) -> bool {
        !self.wanted.is_empty() && self.limit.is_none()
    }

    /// Whether folders were listed that are not watched yet.
    pub(super) fn want_any(&self) -> bool {
        !self.wanted.is_empty()
    }

    pub(super) fn health(&self) -> Health {
        if let Some(why) = &self.silence {
            return Health::Polling { why: why.clone() };
        }
        if let Some((why, _)) = &self.limit {
            return Health::Polling { why: why.clone() };
        }
        match self.wanted.len() {
            0 => Health::Live,
            n_left => Health::CatchingUp { n_left },
        }
    }

    /// The folder was moved or removed with all below it. The system's watch follows the folder, not
    /// the name: it has to be made again.
    pub(super) fn part_with(
        &mut self,
        folder: &Path,
        is_folder: Option<bool>,
        supervisor: &mut Supervisor,
    ) {
        for folder in self
            .watched
            .extract_if(|watched| watched.starts_with(folder))
        {
            match is_folder {
                // Moved, and still watched under its old name.
                None => supervisor.unwatch(&folder),
                // Removed, and its watch with it.
                Some(_) => supervisor.forget(&folder),
            }
        }
    }

    /// No watch is trusted any more: all are to be made again.
    pub(super) fn doubt(&mut self, supervisor: &mut Supervisor) {
        for folder in self.watched.drain() {
            supervisor.forget(&folder);
            self.wanted.push(folder);
        }
    }

    /// Ends all watches.
    pub(super) fn end(&mut self, supervisor: &mut Supervisor) {
        for folder in self.watched.drain() {
            supervisor.unwatch(&folder);
        }
        self.wanted.clear();
        self.limit = None;
        self.silence = None;
    }

    /// Before a walk: watches the folders that were listed without, in one go. The walk then lists
    /// them again, so that nothing is missed between.
    pub(super) fn begin(&mut self, supervisor: &mut Supervisor, now: Duration) -> Round {
        let may_watch = !supervisor.is_failing()
            && self
                .limit
                .as_ref()
                .is_none_or(|(_, retry_at)| *retry_at <= now);
        let mut round = Round {
            may_watch,
            now,
            limit: None,
            silence: None,
            visited: Vec::new(),
            n_watched: 0,
        };
        if may_watch && !self.wanted.is_empty() {
            let mut wanted = std::mem::take(&mut self.wanted);
            wanted.retain(|folder| !self.watched.contains(folder) && round.can_be_heard(folder));
            // Parents first.
            wanted.sort_unstable();
            wanted.dedup();
            let (watched, limit) = supervisor.watch_all(wanted, now);
            self.watched.extend(watched);
            round.limit = limit;
        }
        round
    }

    /// A walk is about to list `folder`. Whether it is watched from now on, and was not before.
    pub(super) fn enter(
        &mut self,
        folder: &Path,
        round: &mut Round,
        supervisor: &mut Supervisor,
    ) -> bool {
        let is_watched = self.watched.contains(folder);
        round.n_watched += usize::from(is_watched);
        round.visited.push(folder.to_path_buf());
        if is_watched || !round.may_watch || round.limit.is_some() || !round.can_be_heard(folder) {
            return false;
        }
        match supervisor.watch(folder, round.now) {
            Ok(()) => {
                self.watched.insert(folder.to_path_buf());
                round.n_watched += 1;
                return true;
            }
            Err(WatchError::Limit(why)) => round.limit = Some(why),
            // The listing of the folder tells what is wrong with it.
            Err(WatchError::Folder(why) | WatchError::Dead(why)) => {
                tracing::debug!(why, folder = %folder.display(), "a folder is not watched");
            }
        }
        false
    }

    /// A walk was made without watching: what it listed is to be watched.
    pub(super) fn want(&mut self, folder: &Path) {
        self.wanted.push(folder.to_path_buf());
    }

    /// After a walk through all: lets go of what is not there any more. A limit is tried again at
    /// `retry_at`.
    pub(super) fn finish(&mut self, round: Round, retry_at: Duration, supervisor: &mut Supervisor) {
        if round.may_watch {
            self.limit = round.limit.map(|why| (why, retry_at));
            self.silence = round.silence;
        }
        if round.n_watched == self.watched.len() {
            return;
        }
        let visited: HashSet<PathBuf> = round.visited.into_iter().collect();
        for folder in self.watched.extract_if(|folder| !visited.contains(folder)) {
            supervisor.unwatch(&folder);
        }
    }

    /// After a walk through parts: what they add to why not all folders are watched. Watches of
    /// folders that are gone went with them ([`Self::part_with`]), or go after the next full walk.
    pub(super) fn finish_parts(&mut self, round: Round, retry_at: Duration) {
        if let Some(why) = round.limit {
            self.limit = Some((why, retry_at));
        }
        self.silence = self.silence.take().or(round.silence);
    }
}

/// What one walk finds out about watches.
pub(super) struct Round {
    may_watch: bool,
    now: Duration,
    limit: Option<String>,
    silence: Option<String>,
    visited: Vec<PathBuf>,
    /// How many of them are watched.
    n_watched: usize,
}

impl Round {
    /// Whether the system would tell of all changes in the folder.
    fn can_be_heard(&mut self, folder: &Path) -> bool {
        let Some(kind) = silent_file_system(folder) else {
            return true;
        };
        self.silence.get_or_insert_with(|| {
            format!(
                "a file system of the kind {kind} does not tell of all changes, so they are looked \
                 for every few seconds"
            )
        });
        false
    }
}

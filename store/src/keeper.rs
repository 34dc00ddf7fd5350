//! When backups are made while the library is open, and where they go.

use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use postil_model::TextId;

use crate::backup::{self, Backup, BackupError};
use crate::database::Database;
use crate::date::Moment;
use crate::ops::OpsLog;
use crate::place::Place;
use crate::{Event, OpenRedb, meta};

/// What is asked of the store thread beside writing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Request {
    /// Make a backup now, whatever the age of the newest.
    BackUp,
    /// Keep each backup in a second folder too, from the newest on; `None` to stop.
    BackUpAlsoIn(Option<PathBuf>),
    /// Read a text that the library keeps.
    Text(TextId),
}

/// How often the age of the newest is looked at while the library is open.
const CHECK_EVERY: Duration = Duration::from_mins(10);

/// A backup begins `ops.jsonl` anew: one is made once that has this size, whatever the day.
const MAX_OPS_BYTES: u64 = 64 << 20;

/// Makes the backups of an open library.
pub(crate) struct Keeper {
    place: Place,
    open_redb: OpenRedb,
    also_in: Option<PathBuf>,
    next_check: Instant,
    /// When the library was, once it was asked.
    created: Option<SystemTime>,
    /// What the second folder does not have yet, if there is one.
    newest: Option<Backup>,
}

impl Keeper {
    pub(crate) fn new(place: Place, open_redb: OpenRedb) -> Self {
        Self {
            place,
            open_redb,
            also_in: None,
            next_check: Instant::now(),
            created: None,
            newest: None,
        }
    }

    /// Makes a backup if it is time; looks at the disk only now and then.
    pub(crate) fn make_if_due(&mut self, database: &Database, ops: &mut OpsLog) -> Option<Event> {
        let now = Instant::now();
        if now < self.next_check {
            return None;
        }
        self.next_check = now + CHECK_EVERY;
        let created = *self.created.get_or_insert_with(|| {
            // One that does not say is taken for an old one.
            let created = database.read().and_then(|seen| meta::created(&seen));
            created.ok().flatten().unwrap_or(SystemTime::UNIX_EPOCH)
        });
        let is_due = backup::is_due(&self.place, created, Moment::now());
        let n_ops_bytes = std::fs::metadata(self.place.ops()).map_or(0, |file| file.len());
        (is_due || n_ops_bytes > MAX_OPS_BYTES).then(|| self.make(database, ops))
    }

    pub(crate) fn make(&mut self, database: &Database, ops: &mut OpsLog) -> Event {
        match self.try_make(database, ops) {
            Ok(backup) => {
                self.newest = Some(backup.clone());
                self.copy_out().unwrap_or(Event::BackedUp { backup })
            }
            Err(error) => {
                tracing::error!(%error, "no backup");
                Event::BackupFailed { error }
            }
        }
    }

    fn try_make(&self, database: &Database, ops: &mut OpsLog) -> Result<Backup, BackupError> {
        let file = self.place.database();
        let seen = database.read().map_err(|error| BackupError::Unreadable {
            why: error.to_string(),
            file,
        })?;
        let backup = backup::make(&self.place, &seen, &self.open_redb, Moment::now())?;
        // All that its lines tell is in the backup. If it cannot be put away it only grows on.
        if let Err(error) = ops.rotate(&backup.ops_file()) {
            tracing::warn!(%error, "ops.jsonl was not put away");
        }
        Ok(backup)
    }

    pub(crate) fn back_up_also_in(&mut self, dir: Option<PathBuf>) -> Option<Event> {
        self.also_in = dir;
        self.newest = backup::list(&self.place.dir)
            .ok()
            .and_then(|backups| backups.into_iter().next());
        self.copy_out()
    }

    /// An event if that failed.
    fn copy_out(&mut self) -> Option<Event> {
        let dir = self.also_in.as_deref()?;
        let newest = self.newest.take()?;
        backup::copy_to(&self.place.files, &newest, dir)
            .err()
            .map(|error| Event::BackupFailed { error })
    }
}

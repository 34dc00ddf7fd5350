//! Backups: verified copies of the library, made while it is open, a few of them kept.
//!
//! # Names
//! ```text
//! backups/postil-000012-2026-11-21T162431Z.redb
//! ```
//! The number counts up whatever the clock does, and alone says which is newer; the time is UTC.
//! Each is a library like any other: every row of every table as it was at one moment.
//!
//! # Invariants
//! - What bears such a name is whole and was read back; a copy that is being made has another name.
//! - None is removed before a newer one is whole.

mod keep;
mod make;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use thiserror::Error;

use crate::date::Moment;
use crate::offline::Offline;
use crate::place::Place;
use crate::{Lock, OpenError};

pub(crate) use make::{adopt, copy_to, keep_unclean, make};

/// The age from which the newest is to be followed by another.
pub(crate) const MAX_AGE: Duration = Duration::from_hours(24);

const PREFIX: &str = "postil-";
const SUFFIX: &str = ".redb";

/// A whole copy of the library.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Backup {
    /// Where it is.
    pub file: PathBuf,
    /// Counts up; greater is newer.
    pub generation: u64,
    /// When it was made, as the clock said.
    pub made: SystemTime,
    /// Its size.
    pub n_bytes: u64,
}

impl Backup {
    /// Where the lines of `ops.jsonl` are that led to it.
    #[must_use]
    pub(crate) fn ops_file(&self) -> PathBuf {
        self.file.with_extension("jsonl")
    }

    /// The day on which it was made, in UTC: `2026-11-21`.
    #[must_use]
    pub fn date(&self) -> String {
        Moment::new(self.made).date()
    }
}

/// Why no backup was made. Those that are there are as they were.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The file system refuses.
    #[error(
        "No backup could be made ({error}). Check the disk, its room and the permissions: {}",
        path.display()
    )]
    Io {
        /// What the system said.
        error: io::Error,
        /// The file or directory that it said it of.
        path: PathBuf,
    },
    /// The library cannot be read through.
    #[error(
        "No backup could be made: the library cannot be read through ({why}). Close Postil and run \
         postil doctor: {}", file.display()
    )]
    Unreadable {
        /// What redb said.
        why: String,
        /// The database.
        file: PathBuf,
    },
    /// What was written is not what is read back.
    #[error("The backup was not written as it should be ({why}). Check the disk: {}", file.display())]
    Different {
        /// What differs.
        why: String,
        /// The backup.
        file: PathBuf,
    },
    /// The library cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl BackupError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io { error, path }
    }
}

/// The backups in a data directory, the newest first. None if there is no such directory.
///
/// # Errors
/// If the directory cannot be read.
pub fn list(data_dir: &Path) -> io::Result<Vec<Backup>> {
    list_in(&Place::new(data_dir).backups())
}

fn list_in(dir: &Path) -> io::Result<Vec<Backup>> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut backups = Vec::new();
    for entry in entries {
        let entry = entry?;
        let named = entry.file_name().to_str().and_then(from_name);
        let Some((generation, made)) = named else {
            continue;
        };
        // One that went meanwhile is none.
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        if metadata.is_file() {
            backups.push(Backup {
                file: entry.path(),
                generation,
                made: made.time(),
                n_bytes: metadata.len(),
            });
        }
    }
    backups.sort_by_key(|backup| std::cmp::Reverse(backup.generation));
    Ok(backups)
}

fn from_name(name: &str) -> Option<(u64, Moment)> {
    let (generation, stamp) = name
        .strip_prefix(PREFIX)?
        .strip_suffix(SUFFIX)?
        .split_once('-')?;
    let is_number = generation.len() >= 6 && generation.bytes().all(|b| b.is_ascii_digit());
    let generation = is_number.then(|| generation.parse().ok())??;
    Some((generation, Moment::from_stamp(stamp)?))
}

fn to_name(generation: u64, made: Moment) -> String {
    format!("{PREFIX}{generation:06}-{}{SUFFIX}", made.stamp())
}

/// Makes a backup of a library that is not open.
///
/// # Errors
/// The library cannot be opened or read through, or the backup cannot be written.
pub fn back_up(lock: &Lock) -> Result<Backup, BackupError> {
    Offline::open(lock)?.back_up()
}

/// Whether it is time for another. `created` is when the library was: until the first backup,
/// `ops.jsonl` alone gives it back.
pub(crate) fn is_due(place: &Place, created: SystemTime, now: Moment) -> bool {
    match list_in(&place.backups()) {
        Ok(backups) => {
            let newest = backups.first().map_or(created, |newest| newest.made);
            // A clock that was set back makes none of them young.
            let age = now.time().duration_since(Moment::new(newest).time());
            age.is_err() || age.is_ok_and(|age| age >= MAX_AGE)
        }
        Err(error) => {
            tracing::warn!(%error, "the backups cannot be listed");
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_finished_backups_have_a_name() {
        let name = to_name(
            12,
            Moment::new(SystemTime::UNIX_EPOCH + Duration::from_hours(24 * 20_400)),
        );
        assert_eq!(name, "postil-000012-2025-11-08T000000Z.redb");
        assert_eq!(from_name(&name).unwrap().0, 12);
        for name in [
            "unfinished.redb",
            "postil-12-2025-11-08T000000Z.redb",
            "postil-000012-2025-11-08T000000Z.redb.new",
            "postil-+00012-2025-11-08T000000Z.redb",
            "postil-000012-2025-13-08T000000Z.redb",
            "",
        ] {
            assert_eq!(from_name(name), None, "{name}");
        }
    }
}

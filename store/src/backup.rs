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

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use redb::ReadTransaction;
use thiserror::Error;

use crate::copy;
use crate::date::Moment;
use crate::offline::Offline;
use crate::place::{
    Place, copy_synced, create_private, create_private_dir, remove_own, rename_synced, sync_dir,
};
use crate::{Lock, OpenError, OpenRedb};

/// The age from which the newest is to be followed by another.
pub(crate) const MAX_AGE: Duration = Duration::from_hours(24);

const PREFIX: &str = "postil-";
const SUFFIX: &str = ".redb";
/// A copy that is being made.
const UNFINISHED: &str = "unfinished.redb";
/// The newest of each of the last days and weeks on which any was made are kept.
const N_DAILY: usize = 7;
const N_WEEKLY: usize = 4;
/// And these whatever their day: what was made before an import or a restore is not pushed out by
/// what was made after it.
const N_NEWEST: usize = 4;

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

/// Makes a backup of what `from` sees, and removes those that are too many.
pub(crate) fn make(
    place: &Place,
    from: &ReadTransaction,
    open_redb: &OpenRedb,
    now: Moment,
) -> Result<Backup, BackupError> {
    let dir = place.backups();
    create_private_dir(&dir).map_err(BackupError::io(&dir))?;
    let unfinished = dir.join(UNFINISHED);
    // Of an earlier one that was cut short: all that is in it is in the library.
    remove_own(&unfinished);
    let made = write(place, from, open_redb, now, &dir, &unfinished);
    if made.is_err() {
        remove_own(&unfinished);
    } else {
        rotate(&dir);
    }
    made
}

fn write(
    place: &Place,
    from: &ReadTransaction,
    open_redb: &OpenRedb,
    now: Moment,
    dir: &Path,
    unfinished: &Path,
) -> Result<Backup, BackupError> {
    let file = create_private(unfinished, true).map_err(BackupError::io(unfinished))?;
    let database = place.database();
    let written = copy::copy(from, file, open_redb).map_err(|error| match error {
        redb::Error::Io(error) => BackupError::io(unfinished)(error),
        other => BackupError::Unreadable {
            why: other.to_string(),
            file: database,
        },
    })?;
    let different = |why: &str| BackupError::Different {
        why: why.to_owned(),
        file: unfinished.to_owned(),
    };
    let synced = File::open(unfinished).and_then(|file| file.sync_all());
    synced.map_err(BackupError::io(unfinished))?;
    match copy::sums(unfinished) {
        Ok(read) if read == written => {}
        Ok(_) => return Err(different("other rows are read back")),
        Err(error) => return Err(different(&error.to_string())),
    }
    let newest = list_in(dir).map_err(BackupError::io(dir))?;
    let generation = newest.first().map_or(1, |newest| newest.generation + 1);
    let file = dir.join(to_name(generation, now));
    rename_synced(unfinished, &file).map_err(BackupError::io(&file))?;
    let n_bytes = fs::metadata(&file).map_or(0, |metadata| metadata.len());
    Ok(Backup {
        file,
        generation,
        made: now.time(),
        n_bytes,
    })
}

/// Copies a backup to a second folder, where as many are kept.
pub(crate) fn copy_to(backup: &Backup, dir: &Path) -> Result<(), BackupError> {
    let Some(name) = backup.file.file_name() else {
        return Ok(());
    };
    let file = dir.join(name);
    if file.exists() {
        return Ok(());
    }
    create_private_dir(dir).map_err(BackupError::io(dir))?;
    let unfinished = dir.join(UNFINISHED);
    remove_own(&unfinished);
    copy_synced(&backup.file, &unfinished).map_err(BackupError::io(&unfinished))?;
    let is_same = matches!(
        (copy::sums(&unfinished), copy::sums(&backup.file)),
        (Ok(copied), Ok(made)) if copied == made
    );
    if !is_same {
        remove_own(&unfinished);
        let why = "other rows are read back".to_owned();
        return Err(BackupError::Different { why, file });
    }
    rename_synced(&unfinished, &file).map_err(BackupError::io(&file))?;
    rotate(dir);
    Ok(())
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

/// Takes a whole library's file for the newest backup: one that was just put in place, and that the
/// others are older than from now on.
pub(crate) fn adopt(place: &Place, file: &Path) -> io::Result<()> {
    let dir = place.backups();
    create_private_dir(&dir)?;
    let unfinished = dir.join(UNFINISHED);
    remove_own(&unfinished);
    copy_synced(file, &unfinished)?;
    let newest = list_in(&dir)?;
    let generation = newest.first().map_or(1, |newest| newest.generation + 1);
    rename_synced(&unfinished, &dir.join(to_name(generation, Moment::now())))?;
    rotate(&dir);
    Ok(())
}

/// The latest file that was found not to have been closed, as it was before its repair.
const UNCLEAN: &str = "before-repair.redb";

/// Keeps the bytes of a library's file. Of the last such file only: it is for the case that the
/// repair that follows does harm, and the next start tells.
pub(crate) fn keep_unclean(place: &Place, file: &Path) -> io::Result<()> {
    let dir = place.backups();
    create_private_dir(&dir)?;
    let unfinished = dir.join(UNFINISHED);
    remove_own(&unfinished);
    copy_synced(file, &unfinished)?;
    rename_synced(&unfinished, &dir.join(UNCLEAN))
}

/// Removes those that are too many. One that cannot be removed does no harm.
fn rotate(dir: &Path) {
    let Ok(backups) = list_in(dir) else {
        return;
    };
    let kept = kept(&backups);
    let mut is_any_gone = false;
    for (backup, _) in backups.iter().zip(kept).filter(|(_, is_kept)| !is_kept) {
        remove_own(&backup.file);
        remove_own(&backup.ops_file());
        is_any_gone = true;
    }
    if is_any_gone && let Err(error) = sync_dir(dir) {
        tracing::debug!(%error, "the backups' folder was not synced");
    }
}

/// Which of them stay, the newest first.
fn kept(backups: &[Backup]) -> Vec<bool> {
    let (mut days, mut weeks) = (Vec::new(), Vec::new());
    let is_first_of = |seen: &mut Vec<u64>, what: u64, n: usize| {
        let is_first = !seen.contains(&what) && seen.len() < n;
        if is_first {
            seen.push(what);
        }
        is_first
    };
    backups
        .iter()
        .enumerate()
        .map(|(i, backup)| {
            let made = Moment::new(backup.made);
            let is_of_day = is_first_of(&mut days, made.day(), N_DAILY);
            let is_of_week = is_first_of(&mut weeks, made.week(), N_WEEKLY);
            i < N_NEWEST || is_of_day || is_of_week
        })
        .collect()
}

#[cfg(test)]
#[path = "backup_tests.rs"]
mod tests;

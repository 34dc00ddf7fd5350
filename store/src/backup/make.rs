//! The making of copies: written under another name, read back, and then given their own.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use redb::ReadTransaction;

use super::keep::rotate;
use super::{Backup, BackupError, list_in, to_name};
use crate::date::Moment;
use crate::files::Files;
use crate::place::Place;
use crate::{OpenRedb, copy};

/// A copy that is being made.
const UNFINISHED: &str = "unfinished.redb";
/// The latest file that was found not to have been closed, as it was before its repair.
const UNCLEAN: &str = "before-repair.redb";

/// Makes a backup of what `from` sees, and removes those that are too many.
pub(crate) fn make(
    place: &Place,
    from: &ReadTransaction,
    open_redb: &OpenRedb,
    now: Moment,
) -> Result<Backup, BackupError> {
    let dir = place.backups();
    place.files.make_dir(&dir).map_err(BackupError::io(&dir))?;
    let unfinished = dir.join(UNFINISHED);
    // Of an earlier one that was cut short: all that is in it is in the library.
    place.files.remove_own(&unfinished);
    let made = write(place, from, open_redb, now, &dir, &unfinished);
    if made.is_err() {
        place.files.remove_own(&unfinished);
    } else {
        rotate(&place.files, &dir);
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
    let file = place
        .files
        .create(unfinished, true)
        .map_err(BackupError::io(unfinished))?;
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
    let synced = File::open(unfinished).and_then(|file| place.files.sync(&file));
    synced.map_err(BackupError::io(unfinished))?;
    match copy::sums(unfinished) {
        Ok(read) if read == written => {}
        Ok(_) => return Err(different("other rows are read back")),
        Err(error) => return Err(different(&error.to_string())),
    }
    let newest = list_in(dir).map_err(BackupError::io(dir))?;
    let generation = newest.first().map_or(1, |newest| newest.generation + 1);
    let file = dir.join(to_name(generation, now));
    place
        .files
        .rename_synced(unfinished, &file)
        .map_err(BackupError::io(&file))?;
    let n_bytes = fs::metadata(&file).map_or(0, |metadata| metadata.len());
    Ok(Backup {
        file,
        generation,
        made: now.time(),
        n_bytes,
    })
}

/// Copies a backup to a second folder, where as many are kept.
pub(crate) fn copy_to(files: &Files, backup: &Backup, dir: &Path) -> Result<(), BackupError> {
    let Some(name) = backup.file.file_name() else {
        return Ok(());
    };
    let file = dir.join(name);
    if file.exists() {
        return Ok(());
    }
    files.make_dir(dir).map_err(BackupError::io(dir))?;
    let unfinished = dir.join(UNFINISHED);
    files.remove_own(&unfinished);
    files
        .copy_synced(&backup.file, &unfinished)
        .map_err(BackupError::io(&unfinished))?;
    let is_same = matches!(
        (copy::sums(&unfinished), copy::sums(&backup.file)),
        (Ok(copied), Ok(made)) if copied == made
    );
    if !is_same {
        files.remove_own(&unfinished);
        let why = "other rows are read back".to_owned();
        return Err(BackupError::Different { why, file });
    }
    files
        .rename_synced(&unfinished, &file)
        .map_err(BackupError::io(&file))?;
    rotate(files, dir);
    Ok(())
}

/// Takes a whole library's file for the newest backup: one that was just put in place, and that the
/// others are older than from now on.
pub(crate) fn adopt(place: &Place, file: &Path) -> io::Result<()> {
    let dir = place.backups();
    place.files.make_dir(&dir)?;
    let unfinished = dir.join(UNFINISHED);
    place.files.remove_own(&unfinished);
    place.files.copy_synced(file, &unfinished)?;
    let newest = list_in(&dir)?;
    let generation = newest.first().map_or(1, |newest| newest.generation + 1);
    place
        .files
        .rename_synced(&unfinished, &dir.join(to_name(generation, Moment::now())))?;
    rotate(&place.files, &dir);
    Ok(())
}

/// Keeps the bytes of a library's file. Of the last such file only: it is for the case that the
/// repair that follows does harm, and the next start tells.
pub(crate) fn keep_unclean(place: &Place, file: &Path) -> io::Result<()> {
    let dir = place.backups();
    place.files.make_dir(&dir)?;
    let unfinished = dir.join(UNFINISHED);
    place.files.remove_own(&unfinished);
    place.files.copy_synced(file, &unfinished)?;
    place.files.rename_synced(&unfinished, &dir.join(UNCLEAN))
}

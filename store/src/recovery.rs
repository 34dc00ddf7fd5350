//! A library made anew from what is left of a damaged one.
//!
//! What counts more comes later and overwrites: the newest backup that is whole, older states found
//! in the damaged file where they are newer by their own time, the lines of `ops.jsonl`, and what
//! the damaged file still gives as current. The damaged file is kept, always.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};

use redb::{ReadableDatabase, ReadableTable};

use crate::backup::{self, Backup};
use crate::carve::is_newer;
use crate::copy::checking_builder;
use crate::files::is_there;
use crate::guarded::guarded;
use crate::overlay::Overlay;
use crate::place::Place;
use crate::record::{Row, check_row};
use crate::salvage::{Found, Salvage, salvage};
use crate::table::Table;
use crate::{OpenError, OpenRedb, database, meta, ops_replay};

/// What was done about a library that could not be opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recovery {
    /// What was wrong with it.
    pub why: String,
    /// Where the damaged file is now; `None` if there was none at all.
    pub damaged: Option<PathBuf>,
    /// Records that the damaged file still gave.
    pub n_from_file: usize,
    /// Records that came from a backup, since the file did not give them.
    pub n_from_backup: usize,
    /// That backup. `None` if none was needed or none is whole.
    pub backup: Option<Backup>,
    /// Records that came from `ops.jsonl`.
    pub n_from_ops: usize,
    /// Records that are known to have been there and could be found nowhere.
    pub n_lost: usize,
    /// Whether everything that the file held is known to be there.
    pub is_complete: bool,
}

impl fmt::Display for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.n_from_file + self.n_from_backup + self.n_from_ops;
        let s = if n == 1 { "" } else { "s" };
        write!(
            f,
            "The library was damaged ({}): {n} record{s} recovered",
            self.why
        )?;
        if let Some(backup) = self.backup.as_ref().filter(|_| self.n_from_backup > 0) {
            write!(
                f,
                ", {} from the backup of {}",
                self.n_from_backup,
                backup.date()
            )?;
        }
        if self.n_from_ops > 0 {
            write!(f, ", {} from ops.jsonl", self.n_from_ops)?;
        }
        if self.n_lost > 0 {
            write!(f, "; {} could not be", self.n_lost)?;
        } else if !self.is_complete {
            f.write_str("; what was written last may be missing")?;
        }
        match &self.damaged {
            Some(file) => write!(f, ". The damaged file is kept: {}", file.display()),
            None => Ok(()),
        }
    }
}

/// Makes a library of what is left and puts it in place; the damaged file goes to the quarantine.
///
/// # Errors
/// It could not be made; everything is where it was.
pub(crate) fn recover(
    place: &Place,
    why: String,
    open_redb: &OpenRedb,
) -> Result<Recovery, OpenError> {
    let file = place.database();
    let is_file = is_there(&file).map_err(OpenError::io(&file))?;
    let salvaged = if is_file {
        salvage(&file).map_err(OpenError::io(&file))?
    } else {
        Salvage::default()
    };
    let lost: BTreeSet<_> = salvaged.faulty.iter().map(|row| row.key.clone()).collect();
    let (rows, mut recovery) = gather(place, why, salvaged);
    recovery.n_lost = lost
        .iter()
        .filter(|key| !rows.keys().any(|row| is_of_quarantine_key(key, row)))
        .count();
    let rows: Vec<Row> = rows
        .into_iter()
        .map(|((table, key), value)| Row { table, key, value })
        .collect();
    let new = database::make_new(place, open_redb, &rows)?;
    let replaced = place.replace_database(&new);
    let replaced = replaced.map_err(OpenError::io(&file))?;
    if let Some(error) = replaced.unconfirmed {
        // Then the next start makes it anew once more.
        tracing::warn!(%error, "the disk may give the damaged library back");
    }
    recovery.damaged = replaced.aside;
    tracing::error!(%recovery, "a damaged library was made anew");
    Ok(recovery)
}

/// Whether there was a library here: a missing file is then a loss, not a beginning.
pub(crate) fn has_second_copies(place: &Place) -> bool {
    backup::list(&place.dir).is_ok_and(|backups| !backups.is_empty()) || ops_replay::is_there(place)
}

fn gather(place: &Place, why: String, salvaged: Salvage) -> (Found, Recovery) {
    let mut recovery = Recovery {
        why,
        damaged: None,
        n_from_file: 0,
        n_from_backup: 0,
        backup: None,
        n_from_ops: 0,
        n_lost: 0,
        is_complete: salvaged.is_whole,
    };
    let mut rows = Found::new();
    let mut from_backup = BTreeSet::new();
    let mut from_ops = BTreeSet::new();
    if !salvaged.is_whole {
        if let Some((backup, found)) = newest_whole(place) {
            recovery.backup = Some(backup);
            from_backup.extend(found.keys().cloned());
            rows = found;
        }
        for (key, value) in salvaged.older {
            if rows
                .get(&key)
                .is_none_or(|there| is_newer(key.0, &value, there))
            {
                from_backup.remove(&key);
                rows.insert(key, value);
            }
        }
        let replayed = ops_replay::replay(place, recovery.backup.as_ref());
        recovery.is_complete = replayed.is_whole;
        for row in replayed.into_rows() {
            let key = (row.table, row.key);
            let is_other = rows.get(&key) != Some(&row.value);
            if is_other {
                from_backup.remove(&key);
                from_ops.insert(key.clone());
                rows.insert(key, row.value);
            }
        }
    }
    for (key, value) in salvaged.rows {
        from_backup.remove(&key);
        from_ops.remove(&key);
        rows.insert(key, value);
    }
    for row in salvaged.faulty {
        rows.insert((row.table, row.key), row.value);
    }
    let counts =
        |key: &&(Table, Vec<u8>)| Table::OF_LIBRARY.contains(&key.0) && !key.0.is_derived();
    recovery.n_from_backup = from_backup.iter().filter(counts).count();
    recovery.n_from_ops = from_ops.iter().filter(counts).count();
    let n = rows.keys().filter(counts).count();
    recovery.n_from_file = n - recovery.n_from_backup - recovery.n_from_ops;
    (rows, recovery)
}

/// Whether a row of the quarantine is of the record with that key.
fn is_of_quarantine_key(quarantine_key: &[u8], (table, key): &(Table, Vec<u8>)) -> bool {
    let name = table.name().as_bytes();
    quarantine_key
        .strip_prefix(name)
        .and_then(|rest| rest.strip_prefix(&[0]))
        .is_some_and(|rest| rest.len() == key.len() + 8 && rest.starts_with(key))
}

/// The newest backup that can be read through, and its authored rows.
fn newest_whole(place: &Place) -> Option<(Backup, Found)> {
    let backups = backup::list(&place.dir).unwrap_or_else(|error| {
        tracing::warn!(%error, "the backups cannot be listed");
        Vec::new()
    });
    backups
        .into_iter()
        .find_map(|backup| match read(&backup.file) {
            Ok(rows) => Some((backup, rows)),
            Err(error) => {
                let file = backup.file.display();
                tracing::warn!(%error, %file, "a backup is passed over");
                None
            }
        })
}

/// All sound authored rows of a whole database, read without changing it.
pub(crate) fn read(path: &Path) -> Result<Found, redb::Error> {
    guarded(|| {
        let overlay = Overlay::new(File::open(path)?)?;
        let redb = checking_builder().create_with_backend(overlay)?;
        let transaction = redb.begin_read()?;
        let schema = meta::schema(&transaction)?;
        let mut found = Found::new();
        for table in Table::ALL.into_iter().filter(|table| !table.is_derived()) {
            let rows = match transaction.open_table(table.definition()) {
                Err(redb::TableError::TableDoesNotExist(_)) if table.may_be_missing(schema) => {
                    continue;
                }
                rows => rows?,
            };
            for row in rows.iter()? {
                let (key, value) = row?;
                let (key, value) = (key.value(), value.value());
                if check_row(table, key, value).is_ok() {
                    found.insert((table, key.to_vec()), value.to_vec());
                }
            }
        }
        Ok(found)
    })
}

//! The open redb file: how it is created, opened for writing, written and closed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use redb::{Builder, Durability, ReadableDatabase};

use crate::files::{FileId, file_id, open_private};
use crate::guarded::guarded;
use crate::load::{Loaded, load};
use crate::meta::{self, StoreId};
use crate::place::Place;
use crate::progress::Progress;
use crate::record::Row;
use crate::table::Table;
use crate::{OpenError, OpenRedb, WriteError, header};

/// Memory that redb may keep pages in.
const CACHE_BYTES: usize = 32 << 20;

/// What one transaction writes.
#[derive(Default)]
pub(crate) struct Writes {
    /// By table and key, which puts the rows of a table together and lets the latest of several
    /// values win. `None` takes the row out.
    pub(crate) rows: BTreeMap<(Table, Vec<u8>), Option<Vec<u8>>>,
    /// Rows of the journal with smaller keys are taken out, before `rows` are written.
    pub(crate) journal_from: Option<Vec<u8>>,
    /// Tables that are not there yet are made, each.
    pub(crate) makes_tables: bool,
}

impl Writes {
    pub(crate) fn put(&mut self, row: Row) {
        self.rows.insert((row.table, row.key), Some(row.value));
    }

    pub(crate) fn remove(&mut self, table: Table, key: Vec<u8>) {
        self.rows.insert((table, key), None);
    }

    /// Takes out the journal up to `key`, what is not written yet too.
    pub(crate) fn forget_journal_before(&mut self, key: Vec<u8>) {
        self.rows
            .retain(|(table, k), _| *table != Table::Journal || *k >= key);
        self.journal_from = self.journal_from.take().max(Some(key));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.journal_from.is_none()
    }
}

/// Which library is meant: a copy of it in its place is not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Identity {
    pub(crate) store_id: StoreId,
    pub(crate) file_id: FileId,
}

/// A library open for writing. Dropping it closes it.
pub(crate) struct Database {
    redb: Option<redb::Database>,
    path: PathBuf,
    file_id: FileId,
}

/// redb's settings, the same for every opening.
pub(crate) fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES);
    builder
}

/// Makes an empty library under another name and renames it into place.
///
/// redb is not safe to kill before it has written its magic number: on the final name that would
/// leave a file that nothing can open.
pub(crate) fn create(place: &Place, open_redb: &OpenRedb) -> Result<(), OpenError> {
    let new = make_new(place, open_redb, &[])?;
    let result = put_in_place(place, &new);
    if result.is_err() {
        place.files.remove_own(&new);
    }
    result
}

/// Makes a library of these rows under another name, which is given.
pub(crate) fn make_new(
    place: &Place,
    open_redb: &OpenRedb,
    rows: &[Row],
) -> Result<PathBuf, OpenError> {
    let new = place.new_database();
    let file = place
        .files
        .create(&new, true)
        .map_err(OpenError::io(&new))?;
    match fill(file, open_redb, rows) {
        Ok(()) => Ok(new),
        Err(error) => {
            place.files.remove_own(&new);
            Err(OpenError::from_redb(error, &new))
        }
    }
}

fn fill(file: File, open_redb: &OpenRedb, rows: &[Row]) -> Result<(), redb::Error> {
    guarded(|| {
        let redb = open_redb(&builder(), file)?;
        let transaction = redb.begin_write()?;
        // All of them, so that one that is missing later is known to be lost, not empty.
        for table in Table::ALL {
            transaction.open_table(table.definition())?;
        }
        let row =
            meta::new_row().map_err(|oversize| redb::Error::ValueTooLarge(oversize.n_bytes))?;
        // One among the rows takes its place.
        for row in std::iter::once(&row).chain(rows) {
            insert(&transaction, row)?;
        }
        transaction.commit()?;
        Ok(redb.close()?)
    })
}

fn insert(transaction: &redb::WriteTransaction, row: &Row) -> Result<(), redb::Error> {
    let mut table = transaction.open_table(row.table.definition())?;
    table.insert(row.key.as_slice(), row.value.as_slice())?;
    Ok(())
}

fn put_in_place(place: &Place, new: &Path) -> Result<(), OpenError> {
    let file = place.database();
    File::open(new)
        .and_then(|new| place.files.sync(&new))
        .and_then(|()| place.files.rename(new, &file))
        .and_then(|()| place.files.sync_dir(&place.dir))
        .map_err(OpenError::io(&file))?;
    // The directory may be new too. Its parent need not be ours to open.
    if let Some(parent) = place.dir.parent()
        && let Err(error) = place.files.sync_dir(parent)
    {
        tracing::debug!(%error, "the parent of the data directory was not synced");
    }
    Ok(())
}

impl Database {
    /// Opens a library for writing; redb repairs what a crash left.
    pub(crate) fn open(
        place: &Place,
        identity: Identity,
        open_redb: &OpenRedb,
        progress: &Progress,
    ) -> Result<Self, OpenError> {
        let path = place.database();
        let file = open_private(&path).map_err(OpenError::io(&path))?;
        let file_id = file_id(&file.metadata().map_err(OpenError::io(&path))?);
        let foreign = || OpenError::Foreign {
            why: "another file took its place".to_owned(),
            file: path.clone(),
        };
        if file_id != identity.file_id {
            return Err(foreign());
        }
        // redb would make a new database of a file that has lost its bytes meanwhile.
        header::check(&file, &path)?;
        let (redb, found) = guarded(|| {
            let redb = open_redb(progress.tell_of(&mut builder()), file)?;
            let found = meta::check(&redb.begin_read()?, &path)?;
            Ok((redb, found))
        })
        .map_err(|error| OpenError::from_redb(error, &path))?;
        let is_meant = found.map(|store_id| store_id == identity.store_id);
        let database = Self {
            redb: Some(redb),
            path: path.clone(),
            file_id,
        };
        match is_meant {
            Ok(true) => Ok(database),
            Ok(false) => Err(foreign()),
            Err(error) => Err(error),
        }
    }

    /// What the database holds at this moment.
    pub(crate) fn read(&self) -> Result<redb::ReadTransaction, redb::Error> {
        guarded(|| {
            let redb = self.redb.as_ref().ok_or(redb::Error::DatabaseClosed)?;
            Ok(redb.begin_read()?)
        })
    }

    /// Reads everything that is in it.
    pub(crate) fn load(&self) -> Result<Loaded, redb::Error> {
        guarded(|| {
            let redb = self.redb.as_ref().ok_or(redb::Error::DatabaseClosed)?;
            load(&redb.begin_read()?)
        })
    }

    /// Writes all of it in one transaction. On return they are on the disk. After an error they may
    /// be or not, the database takes no more writes and is to be dropped; writing the same rows
    /// again does no harm.
    ///
    /// With `is_last`, the next opening needs no repair even if the process is killed before the
    /// database is closed; that costs a second sync.
    pub(crate) fn commit(&self, writes: &Writes, is_last: bool) -> Result<(), WriteError> {
        let result = guarded(|| {
            let redb = self.redb.as_ref().ok_or(redb::Error::DatabaseClosed)?;
            let mut transaction = redb.begin_write()?;
            transaction.set_durability(Durability::Immediate)?;
            transaction.set_quick_repair(is_last);
            if writes.makes_tables {
                for table in Table::ALL {
                    transaction.open_table(table.definition())?;
                }
            }
            if let Some(key) = &writes.journal_from {
                let mut journal = transaction.open_table(Table::Journal.definition())?;
                journal.retain_in(..key.as_slice(), |_, _| false)?;
            }
            let mut rows = writes.rows.iter().peekable();
            while let Some(((table, _), _)) = rows.peek() {
                let table = *table;
                let mut opened = transaction.open_table(table.definition())?;
                while let Some(((_, key), value)) = rows.next_if(|((t, _), _)| *t == table) {
                    match value {
                        Some(value) => drop(opened.insert(key.as_slice(), value.as_slice())?),
                        None => drop(opened.remove(key.as_slice())?),
                    }
                }
            }
            Ok(transaction.commit()?)
        });
        result.map_err(WriteError::from)?;
        // A commit to a file that has no name any more would be lost with its last handle.
        let there = fs::metadata(&self.path).ok();
        if there.as_ref().map(file_id) == Some(self.file_id) {
            Ok(())
        } else {
            let file = self.path.clone();
            Err(WriteError::Moved { file })
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(redb) = self.redb.take()
            && let Err(error) = guarded(|| Ok(redb.close()?))
        {
            // Only time is lost: the next opening repairs.
            tracing::warn!(%error, "the database was not closed cleanly");
        }
    }
}

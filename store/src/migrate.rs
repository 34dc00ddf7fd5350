//! A library of an older schema brought to the present one.
//!
//! A backup comes first. Then, in one transaction, each record is written in its present layout,
//! the tables that are new are made, and the library says that it follows the present schema: killed
//! at any point, it is as it was or as it is to be.

use redb::{ReadTransaction, ReadableTable};

use crate::codec;
use crate::database::{Database, Writes};
use crate::date::Moment;
use crate::guarded::guarded;
use crate::place::Place;
use crate::record::{change_from_row, row_from_change, version};
use crate::table::Table;
use crate::{OpenRedb, backup, meta};

/// Does nothing to a library of the present schema.
///
/// # Errors
/// Why it is as it was, in words.
pub(crate) fn migrate(
    place: &Place,
    database: &Database,
    open_redb: &OpenRedb,
) -> Result<(), String> {
    let words = |error: &dyn std::fmt::Display| error.to_string();
    let seen = database.read().map_err(|error| words(&error))?;
    let meta = guarded(|| meta::row_for_present(&seen)).map_err(|error| words(&error))?;
    let Some(meta) = meta else {
        return Ok(());
    };
    let now = Moment::now();
    let made = backup::make(place, &seen, open_redb, now).map_err(|error| words(&error))?;
    tracing::info!(backup = %made.file.display(), "an older library is brought up to date");
    let mut writes = rewritten(&seen).map_err(|error| words(&error))?;
    drop(seen);
    writes.put(meta);
    writes.makes_tables = true;
    database
        .commit(&writes, false)
        .map_err(|error| words(&error))
}

/// The records that are not in their present layout, in it. One that cannot be read stays as it is.
fn rewritten(seen: &ReadTransaction) -> Result<Writes, redb::Error> {
    guarded(|| {
        let schema = meta::schema(seen)?;
        let mut writes = Writes::default();
        for table in Table::OF_LIBRARY {
            let rows = match seen.open_table(table.definition()) {
                Ok(rows) => rows,
                Err(redb::TableError::TableDoesNotExist(_)) if table.may_be_missing(schema) => {
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            for row in rows.iter()? {
                let (key, value) = row?;
                let (key, value) = (key.value(), value.value());
                let is_older = codec::open(table.kind(), key, value)
                    .is_ok_and(|sealed| sealed.version < version(table));
                if is_older
                    && let Ok(change) = change_from_row(table, key, value)
                    && let Ok(row) = row_from_change(&change)
                {
                    writes.put(row);
                }
            }
        }
        Ok(writes)
    })
}

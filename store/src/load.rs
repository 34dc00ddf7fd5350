//! Reads a whole library in one pass over each table, and steps over what cannot be read.

use postil_model::{History, Library};
use redb::{ReadTransaction, ReadableTable};
use xxhash_rust::xxh3::xxh3_64;

use crate::record::{Row, change_from_row, entry_from_row, ops_seq_from_row};
use crate::table::Table;
use crate::{RecordFault, RecordProblem, meta};

/// What a database holds.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) library: Library,
    pub(crate) history: History,
    /// The last line that `ops.jsonl` is to have.
    pub(crate) ops_seq: Option<u64>,
    pub(crate) problems: Vec<RecordProblem>,
    /// Rows for the quarantine table, of faulty records that are not in it yet. To be written before
    /// or with anything else, which may overwrite those records.
    pub(crate) quarantine: Vec<Row>,
}

/// Reads everything.
///
/// # Errors
/// redb's own. An authored table that is missing is one: all are made with the database.
pub(crate) fn load(transaction: &ReadTransaction) -> Result<Loaded, redb::Error> {
    let mut loaded = Loaded::default();
    let schema = meta::schema(transaction)?;
    for table in Table::OF_LIBRARY {
        load_table(
            transaction,
            schema,
            table,
            &mut loaded,
            |loaded, key, value| {
                loaded.library.apply(change_from_row(table, key, value)?);
                Ok(())
            },
        )?;
    }
    let mut entries = Vec::new();
    load_table(
        transaction,
        schema,
        Table::Journal,
        &mut loaded,
        |_, key, value| {
            entries.push(entry_from_row(key, value)?);
            Ok(())
        },
    )?;
    loaded.history = History::from_entries(entries);
    load_table(
        transaction,
        schema,
        Table::OpsMark,
        &mut loaded,
        |loaded, key, value| {
            loaded.ops_seq = Some(ops_seq_from_row(key, value)?);
            Ok(())
        },
    )?;
    if !loaded.quarantine.is_empty() {
        let kept = transaction.open_table(Table::Quarantine.definition())?;
        let mut to_keep = Vec::new();
        for row in loaded.quarantine {
            if kept.get(row.key.as_slice())?.is_none() {
                to_keep.push(row);
            }
        }
        loaded.quarantine = to_keep;
    }
    Ok(loaded)
}

/// Hands each row to `take`, and keeps what it cannot read.
fn load_table(
    transaction: &ReadTransaction,
    schema: u32,
    table: Table,
    loaded: &mut Loaded,
    mut take: impl FnMut(&mut Loaded, &[u8], &[u8]) -> Result<(), RecordFault>,
) -> Result<(), redb::Error> {
    let rows = match transaction.open_table(table.definition()) {
        Ok(rows) => rows,
        Err(redb::TableError::TableDoesNotExist(_)) if table.may_be_missing(schema) => {
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    for row in rows.iter()? {
        let (key, value) = row?;
        let (key, value) = (key.value(), value.value());
        match take(loaded, key, value) {
            Ok(()) => {}
            // Found again in the plan folders, and written over.
            Err(fault) if table.is_derived() => {
                tracing::info!(table = table.name(), %fault, "a derived record is passed over");
            }
            Err(fault) => {
                let key_hex = hex(key);
                tracing::error!(table = table.name(), key = key_hex, %fault, "unreadable record");
                loaded.quarantine.push(quarantine_row(table, key, value));
                loaded.problems.push(RecordProblem {
                    table: table.name(),
                    key_hex,
                    fault,
                });
            }
        }
    }
    Ok(())
}

/// A key of its own for each state of a record: bytes that went bad twice are kept twice.
pub(crate) fn quarantine_row(table: Table, key: &[u8], value: &[u8]) -> Row {
    let mut quarantine_key = table.name().as_bytes().to_vec();
    quarantine_key.push(0);
    quarantine_key.extend(key);
    quarantine_key.extend(xxh3_64(value).to_be_bytes());
    Row {
        table: Table::Quarantine,
        key: quarantine_key,
        value: value.to_vec(),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

//! Logical copies: every row of every table, written to a new database and counted on both sides.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use redb::{
    ReadTransaction, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition,
    TableHandle,
};
use xxhash_rust::xxh3::Xxh3;

use crate::OpenRedb;
use crate::database::builder;
use crate::guarded::guarded;
use crate::overlay::Overlay;
use crate::table::Bytes;

/// What tells whether two databases hold the same: for each table its rows' number, and a hash over
/// them in their order.
pub(crate) type Sums = BTreeMap<String, (u64, u64)>;

/// Writes all that `from` sees to the empty file `into`. On return it is on the disk.
pub(crate) fn copy(
    from: &ReadTransaction,
    into: File,
    open_redb: &OpenRedb,
) -> Result<Sums, redb::Error> {
    guarded(|| {
        let redb = open_redb(&builder(), into)?;
        let transaction = redb.begin_write()?;
        let sums = walk(from, |name, rows| {
            let mut copy = transaction.open_table(definition(name))?;
            for (key, value) in rows {
                copy.insert(key, value)?;
            }
            Ok(())
        })?;
        transaction.commit()?;
        redb.close()?;
        Ok(sums)
    })
}

/// Reads a database from its file, without changing it, and checks every page of it.
pub(crate) fn sums(path: &Path) -> Result<Sums, redb::Error> {
    guarded(|| {
        let overlay = Overlay::new(File::open(path)?)?;
        let redb = checking_builder().create_with_backend(overlay)?;
        walk(&redb.begin_read()?, |_, _| Ok(()))
    })
}

/// Settings with which redb checks every page on opening, and so tells what changed under it.
pub(crate) fn checking_builder() -> redb::Builder {
    let mut builder = builder();
    builder.set_check_integrity_on_open(true);
    builder
}

type Batch<'a> = &'a [(&'a [u8], &'a [u8])];

/// Hands over the rows of each table, a few at a time, and sums them up.
fn walk(
    from: &ReadTransaction,
    mut take: impl FnMut(&str, Batch<'_>) -> Result<(), redb::Error>,
) -> Result<Sums, redb::Error> {
    /// What is in memory at once beside redb's own.
    const BATCH_BYTES: usize = 1 << 20;
    let mut sums = Sums::new();
    for handle in from.list_tables()? {
        let name = handle.name();
        let rows = from.open_table(definition(name))?;
        let mut hash = Xxh3::new();
        let mut n_rows = 0;
        let mut batch: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        let mut n_bytes = 0;
        // Once for a table without rows, too: it is to be there.
        let mut hand_over = |batch: &mut Vec<(Vec<u8>, Vec<u8>)>| {
            let rows: Vec<_> = batch.iter().map(|(k, v)| (&k[..], &v[..])).collect();
            let result = take(name, &rows);
            batch.clear();
            result
        };
        for row in rows.iter()? {
            let (key, value) = row?;
            let (key, value) = (key.value(), value.value());
            for part in [key, value] {
                hash.update(&(part.len() as u64).to_le_bytes());
                hash.update(part);
            }
            n_rows += 1;
            n_bytes += key.len() + value.len();
            batch.push((key.to_vec(), value.to_vec()));
            if n_bytes > BATCH_BYTES {
                hand_over(&mut batch)?;
                n_bytes = 0;
            }
        }
        hand_over(&mut batch)?;
        if n_rows != rows.len()? {
            let why = format!("{name} has another number of rows than it says");
            return Err(redb::Error::Corrupted(why));
        }
        sums.insert(name.to_owned(), (n_rows, hash.digest()));
    }
    Ok(sums)
}

/// All tables of ours are of bytes.
fn definition(name: &str) -> TableDefinition<'_, Bytes, Bytes> {
    TableDefinition::new(name)
}

//! Reads what can be read of a damaged database, without changing it and without believing it.
//!
//! Three ways, each for what the ones before did not give:
//! 1. redb's tree as the header points to it, its damaged pages stepped over;
//! 2. the tree of the commit before, whose pages may still be there;
//! 3. envelopes found anywhere in the file's bytes (see [`carve`]).
//!
//! Only the first gives what was current; the others give older states too. What any of them gives
//! was written by Postil under that very key: the checksum of its envelope says so.

mod limited;
mod middle;
mod scan;

use std::collections::{BTreeMap, btree_map};
use std::io;
use std::path::Path;

use crate::record::Row;
use crate::table::Table;
use crate::{carve, header};
use scan::Scan;

pub(crate) type Found = BTreeMap<(Table, Vec<u8>), Vec<u8>>;

/// What a damaged file gave.
#[derive(Debug, Default)]
pub(crate) struct Salvage {
    /// Sound rows that were current.
    pub(crate) rows: Found,
    /// Sound rows of keys that `rows` does not have, in the latest state that was found.
    pub(crate) older: Found,
    /// Rows for the quarantine table: what lay under a key and is not sound.
    pub(crate) faulty: Vec<Row>,
    /// Whether every authored table was read to its end and all of it was sound.
    pub(crate) is_whole: bool,
}

/// Reads what can be read.
///
/// # Errors
/// The file cannot be opened or read as a file.
pub(crate) fn salvage(path: &Path) -> io::Result<Salvage> {
    let mut salvage = Salvage::default();
    if let Some(flags) = header::flags(path)? {
        let mut current = Scan::new(path, flags);
        current.tables();
        salvage.is_whole = current.is_whole;
        salvage.rows = current.rows;
        salvage.faulty = current.faulty;
        if salvage.is_whole {
            return Ok(salvage);
        }
        let mut before = Scan::new(path, flags.other_commit());
        before.tables();
        salvage.older = before.rows;
    }
    for (key, value) in carve::carve(path)? {
        match salvage.older.entry(key) {
            btree_map::Entry::Vacant(free) => drop(free.insert(value)),
            btree_map::Entry::Occupied(mut taken) => {
                if carve::is_newer(taken.key().0, &value, taken.get()) {
                    taken.insert(value);
                }
            }
        }
    }
    salvage
        .older
        .retain(|key, _| !salvage.rows.contains_key(key));
    Ok(salvage)
}

//! Finds records in the bytes of a file, whatever became of the database around them.
//!
//! An envelope says what it is and how long, its payload says under which key it belongs, and its
//! checksum says whether all that is so. Pages that redb has freed keep what was in them until they
//! are used again: of a record that changed, several states may be found, and nothing but the
//! record's own time tells which is the latest.

use std::collections::{BTreeMap, btree_map};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::codec::{self, MAX_PAYLOAD_BYTES};
use crate::merge::own_time;
use crate::record::{change_from_row, row_from_envelope};
use crate::salvage::Found;
use crate::table::Table;

/// What is looked through. A library's text takes a few megabytes.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// All records of the library that the file's bytes hold, each in its latest state.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn carve(path: &Path) -> io::Result<Found> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_FILE_BYTES)
        .read_to_end(&mut bytes)?;
    let mut found: Found = BTreeMap::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..) {
        let Some(to_mark) = rest.iter().position(|byte| *byte == codec::MARK) else {
            break;
        };
        at += to_mark;
        let Some(row) = envelope_at(&bytes[at..]).and_then(row_from_envelope) else {
            at += 1;
            continue;
        };
        at += row.value.len();
        match found.entry((row.table, row.key)) {
            btree_map::Entry::Vacant(free) => drop(free.insert(row.value)),
            btree_map::Entry::Occupied(mut taken) => {
                if is_newer(row.table, &row.value, taken.get()) {
                    taken.insert(row.value);
                }
            }
        }
    }
    Ok(found)
}

/// The bytes that an envelope beginning here would take.
fn envelope_at(bytes: &[u8]) -> Option<&[u8]> {
    let n = bytes.get(4..8)?.try_into().ok().map(u32::from_le_bytes)? as usize;
    if n > MAX_PAYLOAD_BYTES {
        return None;
    }
    bytes.get(..codec::HEADER_BYTES + n + codec::CHECKSUM_BYTES)
}

/// Whether of two sound states of one record the first is the later one, as far as they tell.
pub(crate) fn is_newer(table: Table, a: &[u8], b: &[u8]) -> bool {
    let time = |value: &[u8]| {
        let row = row_from_envelope(value)?;
        let change = change_from_row(table, &row.key, value).ok()?;
        own_time(&change)
    };
    time(a) > time(b)
}

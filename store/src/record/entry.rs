//! Entries of the journal as rows, and back.
//!
//! An entry holds the records before and after, each in the layout that was current when the entry
//! was made and with its version: it stays readable when the records get new layouts.

use postil_model::{Change, Entry, EntryId, EntryKind, Step, Timestamp};

use super::v1::{Bytes, EntryV1, InnerV1, StepV1};
use super::{Row, change_from_sealed, encode, version};
use crate::RecordFault;
use crate::codec::{self, Oversize, Sealed};
use crate::table::Table;

/// The key of an entry: its id big-endian, so that the order of keys is that of the journal.
pub(crate) fn entry_key(id: EntryId) -> Vec<u8> {
    id.0.to_be_bytes().to_vec()
}

/// The row to write for an entry.
pub(crate) fn row_from_entry(entry: &Entry) -> Result<Row, Oversize> {
    let (kind, of) = match entry.kind {
        EntryKind::Done => (0, 0),
        EntryKind::Undone(of) => (1, of.0),
        EntryKind::Redone(of) => (2, of.0),
    };
    let steps = entry.steps.iter().map(|step| {
        Ok(StepV1 {
            before: step.before.as_ref().map(inner).transpose()?,
            after: inner(&step.after)?,
        })
    });
    let record = EntryV1 {
        id: entry.id.0,
        at: entry.at.0,
        label: entry.label.clone(),
        kind,
        of,
        steps: steps.collect::<Result<_, Oversize>>()?,
    };
    Row::new(Table::Journal, entry_key(entry.id), &record)
}

/// The entry found under `key`. Whole or not at all: half an undo would be worse than none.
pub(crate) fn entry_from_row(key: &[u8], value: &[u8]) -> Result<Entry, RecordFault> {
    let sealed = codec::open(Table::Journal.kind(), key, value)?;
    let record: EntryV1 = match sealed.version {
        1 => sealed.decode()?,
        version => return Err(RecordFault::Newer { version }),
    };
    let kind = match record.kind {
        0 => EntryKind::Done,
        1 => EntryKind::Undone(EntryId(record.of)),
        2 => EntryKind::Redone(EntryId(record.of)),
        tag => {
            let field = "entry kind";
            return Err(RecordFault::UnknownTag { field, tag });
        }
    };
    let steps = record.steps.iter().map(|step| {
        Ok(Step {
            before: step.before.as_ref().map(change_from_inner).transpose()?,
            after: change_from_inner(&step.after)?,
        })
    });
    Ok(Entry {
        id: EntryId(record.id),
        at: Timestamp(record.at),
        label: record.label,
        kind,
        steps: steps.collect::<Result<_, RecordFault>>()?,
    })
}

fn inner(change: &Change) -> Result<InnerV1, Oversize> {
    let encoded = encode(change)?;
    Ok(InnerV1 {
        kind: encoded.table.kind(),
        version: version(encoded.table),
        payload: Bytes(encoded.payload),
    })
}

fn change_from_inner(inner: &InnerV1) -> Result<Change, RecordFault> {
    let table = Table::OF_LIBRARY
        .into_iter()
        .find(|table| table.kind() == inner.kind)
        .ok_or(RecordFault::UnknownTag {
            field: "kind of a step",
            tag: inner.kind,
        })?;
    change_from_sealed(table, Sealed::inside(inner.version, &inner.payload.0))
}

//! Entries of the journal as rows, and back.
//!
//! An entry holds the records before and after, each in the layout that was current when the entry
//! was made and with its version: it stays readable when the records get new layouts.

use postil_model::{Change, DocumentId, Entry, EntryId, EntryKind, Step, Task, Tick, Timestamp};

use super::v1::{Bytes, EntryV1, InnerV1, StepV1};
use super::v1_model::unknown;
use super::v2::{EntryV2, TickV2};
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
    let record = EntryV2 {
        id: entry.id.0,
        at: entry.at.0,
        label: entry.label.clone(),
        kind,
        of,
        steps: steps.collect::<Result<_, Oversize>>()?,
        tick: entry.tick.as_ref().map(TickV2::from),
    };
    Row::new(Table::Journal, entry_key(entry.id), &record)
}

/// The entry found under `key`. Whole or not at all: half an undo would be worse than none.
pub(crate) fn entry_from_row(key: &[u8], value: &[u8]) -> Result<Entry, RecordFault> {
    let sealed = codec::open(Table::Journal.kind(), key, value)?;
    let record: EntryV2 = match sealed.version {
        1 => sealed.decode::<EntryV1>()?.into(),
        2 => sealed.decode()?,
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
        tick: record.tick.map(Tick::try_from).transpose()?,
    })
}

impl From<EntryV1> for EntryV2 {
    fn from(entry: EntryV1) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            label: entry.label,
            kind: entry.kind,
            of: entry.of,
            steps: entry.steps,
            tick: None,
        }
    }
}

impl From<&Tick> for TickV2 {
    fn from(tick: &Tick) -> Self {
        Self {
            document: tick.document.0,
            line: tick.task.line.clone(),
            column: tick.task.column as u64,
            nth: tick.task.nth as u64,
            n_alike: tick.task.n_alike as u64,
            before: tick.before as u32,
            after: tick.after as u32,
        }
    }
}

impl TryFrom<TickV2> for Tick {
    type Error = RecordFault;

    fn try_from(record: TickV2) -> Result<Self, RecordFault> {
        let number = |number| usize::try_from(number).map_err(|_| unknown("place of a task", 0));
        // No other marks are ever written into a file, whatever became of the record.
        let mark = |mark| match char::from_u32(mark) {
            Some(mark @ (' ' | '\t' | 'x' | 'X')) => Ok(mark),
            _ => Err(unknown("mark of a task", 0)),
        };
        Ok(Self {
            document: DocumentId(record.document),
            task: Task {
                line: record.line,
                column: number(record.column)?,
                nth: number(record.nth)?,
                n_alike: number(record.n_alike)?,
            },
            before: mark(record.before)?,
            after: mark(record.after)?,
        })
    }
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

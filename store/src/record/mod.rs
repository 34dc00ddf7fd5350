//! Changes as rows of tables, and back: which table, which key, which layout of the record.
//!
//! Each kind of record has a frozen struct for each version of its layout, in a module for each
//! version. An entry of the journal holds records in turn, each with the version of its layout.
//! A new layout is a new struct beside the old: the old one reads what was written with it
//! for as long as Postil exists. Golden bytes hold every struct to what it was.

mod entry;
mod found;
mod text;
mod v1;
mod v1_margin;
mod v1_margin_model;
mod v1_model;
mod v2;

use postil_model::Change;
use serde::Serialize;

use crate::RecordFault;
use crate::codec::{self, Oversize, Sealed};
use crate::table::Table;

pub(crate) use entry::{entry_from_row, entry_key, row_from_entry};
pub(crate) use found::{check_row, row_from_envelope};
pub(crate) use text::{check_text_row, rows_from_text, text_from_rows, text_key, text_of_key};
pub(crate) use v1::MetaV1;

/// The key of the one record in a table of one.
pub(crate) const THE_LIBRARY: &[u8] = b"library";

/// The version of the layout that is written to a table.
pub(crate) const fn version(table: Table) -> u16 {
    match table {
        Table::Plans | Table::Phases | Table::Milestones | Table::Settings | Table::Journal => 2,
        _ => 1,
    }
}

/// A record as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Row {
    pub(crate) table: Table,
    pub(crate) key: Vec<u8>,
    pub(crate) value: Vec<u8>,
}

impl Row {
    pub(crate) fn new<T: Serialize>(
        table: Table,
        key: Vec<u8>,
        record: &T,
    ) -> Result<Self, Oversize> {
        Ok(Encoded::new(table, key, record)?.seal())
    }
}

/// A record that is not sealed yet: where it belongs and its bytes in the layout that
/// [`version`] says.
struct Encoded {
    table: Table,
    key: Vec<u8>,
    payload: Vec<u8>,
}

impl Encoded {
    fn new<T: Serialize>(table: Table, key: Vec<u8>, record: &T) -> Result<Self, Oversize> {
        let payload = codec::encode(record)?;
        Ok(Self {
            table,
            key,
            payload,
        })
    }

    fn seal(self) -> Row {
        let Self {
            table,
            key,
            payload,
        } = self;
        let value = codec::seal(table.kind(), version(table), &key, &payload);
        Row { table, key, value }
    }
}

/// The row to write for a change.
pub(crate) fn row_from_change(change: &Change) -> Result<Row, Oversize> {
    Ok(encode(change)?.seal())
}

fn encode(change: &Change) -> Result<Encoded, Oversize> {
    match change {
        Change::Plan(plan) => Encoded::new(Table::Plans, key(plan.id.0), &v2::PlanV2::from(plan)),
        Change::Phase(phase) => {
            Encoded::new(Table::Phases, key(phase.id.0), &v2::PhaseV2::from(phase))
        }
        Change::Milestone(milestone) => Encoded::new(
            Table::Milestones,
            key(milestone.id.0),
            &v2::MilestoneV2::from(milestone),
        ),
        Change::Document(document) => {
            let under_plan = key_under(document.plan.0, document.id.0);
            let record = v1::DocumentV1::from(document);
            Encoded::new(Table::Documents, under_plan, &record)
        }
        Change::Note(note) => Encoded::new(Table::Notes, key(note.plan.0), &v1::NoteV1::from(note)),
        Change::Reading(reading) => Encoded::new(
            Table::Readings,
            key(reading.plan.0),
            &v1::ReadingV1::from(reading),
        ),
        Change::Settings(settings) => Encoded::new(
            Table::Settings,
            THE_LIBRARY.to_vec(),
            &v2::SettingsV2::from(settings),
        ),
        Change::Stamp(stamp) => Encoded::new(
            Table::Stamps,
            key(stamp.document.0),
            &v1::StampV1::from(stamp),
        ),
        Change::Annotation(annotation) => {
            let under_plan = key_under(annotation.plan.0, annotation.id.0);
            let record = v1_margin::AnnotationV1::from(annotation);
            Encoded::new(Table::Annotations, under_plan, &record)
        }
        Change::Reply(reply) => {
            let under_annotation = key_under(reply.annotation.0, reply.id.0);
            let record = v1_margin::ReplyV1::from(reply);
            Encoded::new(Table::Replies, under_annotation, &record)
        }
        Change::Link(link) => {
            let under_plan = key_under(link.plan.0, link.id.0);
            Encoded::new(Table::Links, under_plan, &v1_margin::LinkV1::from(link))
        }
        Change::Placed(placed) => Encoded::new(
            Table::Placed,
            key(placed.annotation.0),
            &v1_margin::PlacedV1::from(placed),
        ),
        Change::HandOver(hand_over) => Encoded::new(
            Table::HandOvers,
            key(hand_over.annotation.0),
            &v1_margin::HandOverV1::from(hand_over),
        ),
        Change::LastRead(read) => Encoded::new(
            Table::LastReads,
            key(read.document.0),
            &v1_margin::LastReadV1::from(read),
        ),
    }
}

/// The change that gives back the record found under `key` in `table`, one of
/// [`Table::OF_LIBRARY`].
pub(crate) fn change_from_row(
    table: Table,
    key: &[u8],
    value: &[u8],
) -> Result<Change, RecordFault> {
    change_from_sealed(table, codec::open(table.kind(), key, value)?)
}

fn change_from_sealed(table: Table, sealed: Sealed<'_>) -> Result<Change, RecordFault> {
    match sealed.version {
        1 => change_from_v1(table, sealed),
        2 => change_from_v2(table, sealed),
        version => Err(RecordFault::Newer { version }),
    }
}

fn change_from_v2(table: Table, sealed: Sealed<'_>) -> Result<Change, RecordFault> {
    match table {
        Table::Plans => Ok(Change::Plan(sealed.decode::<v2::PlanV2>()?.try_into()?)),
        Table::Phases => Ok(Change::Phase(sealed.decode::<v2::PhaseV2>()?.try_into()?)),
        Table::Milestones => Ok(Change::Milestone(
            sealed.decode::<v2::MilestoneV2>()?.into(),
        )),
        Table::Settings => {
            let record = sealed.decode::<v2::SettingsV2>()?;
            Ok(Change::Settings(record.try_into()?))
        }
        _ => Err(RecordFault::Newer { version: 2 }),
    }
}

fn change_from_v1(table: Table, sealed: Sealed<'_>) -> Result<Change, RecordFault> {
    match table {
        Table::Plans => Ok(Change::Plan(sealed.decode::<v1::PlanV1>()?.try_into()?)),
        Table::Phases => Ok(Change::Phase(sealed.decode::<v1::PhaseV1>()?.try_into()?)),
        Table::Milestones => Ok(Change::Milestone(
            sealed.decode::<v1::MilestoneV1>()?.into(),
        )),
        Table::Documents => Ok(Change::Document(sealed.decode::<v1::DocumentV1>()?.into())),
        Table::Notes => Ok(Change::Note(sealed.decode::<v1::NoteV1>()?.into())),
        Table::Readings => Ok(Change::Reading(sealed.decode::<v1::ReadingV1>()?.into())),
        Table::Settings => {
            let record = sealed.decode::<v1::SettingsV1>()?;
            Ok(Change::Settings(record.try_into()?))
        }
        Table::Stamps => Ok(Change::Stamp(sealed.decode::<v1::StampV1>()?.into())),
        Table::Annotations => {
            let record = sealed.decode::<v1_margin::AnnotationV1>()?;
            Ok(Change::Annotation(record.try_into()?))
        }
        Table::Replies => Ok(Change::Reply(sealed.decode::<v1_margin::ReplyV1>()?.into())),
        Table::Links => Ok(Change::Link(
            sealed.decode::<v1_margin::LinkV1>()?.try_into()?,
        )),
        Table::Placed => Ok(Change::Placed(
            sealed.decode::<v1_margin::PlacedV1>()?.try_into()?,
        )),
        Table::HandOvers => Ok(Change::HandOver(
            sealed.decode::<v1_margin::HandOverV1>()?.into(),
        )),
        Table::LastReads => Ok(Change::LastRead(
            sealed.decode::<v1_margin::LastReadV1>()?.into(),
        )),
        Table::Texts | Table::OpsMark | Table::Journal | Table::Meta | Table::Quarantine => {
            Err(RecordFault::Kind {
                expected: table.kind(),
                found: table.kind(),
            })
        }
    }
}

/// The row that says how far `ops.jsonl` reaches.
pub(crate) fn row_from_ops_seq(seq: u64) -> Result<Row, Oversize> {
    Row::new(Table::OpsMark, THE_LIBRARY.to_vec(), &v1::OpsMarkV1 { seq })
}

/// How far `ops.jsonl` reaches, as the row found under `key` says.
pub(crate) fn ops_seq_from_row(key: &[u8], value: &[u8]) -> Result<u64, RecordFault> {
    let sealed = codec::open(Table::OpsMark.kind(), key, value)?;
    match sealed.version {
        1 => Ok(sealed.decode::<v1::OpsMarkV1>()?.seq),
        version => Err(RecordFault::Newer { version }),
    }
}

fn key(id: u128) -> Vec<u8> {
    id.to_be_bytes().to_vec()
}

fn key_under(owner: u128, id: u128) -> Vec<u8> {
    [owner.to_be_bytes(), id.to_be_bytes()].concat()
}

#[cfg(test)]
#[path = "golden_tests.rs"]
mod golden_tests;
#[cfg(test)]
#[path = "golden_v2_tests.rs"]
pub(crate) mod golden_v2_tests;

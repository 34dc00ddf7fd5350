//! Version 1 of every record: frozen structs.
//!
//! Never edited once released: bincode writes fields in their order, without names, and would read
//! a changed struct as something else. Choices are numbers, given by hand, so that the order of a
//! model's enum means nothing here. Times are milliseconds since 1970, if nothing else is said.

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
pub(crate) struct MetaV1 {
    /// The version of the tables and of what they mean together.
    pub(crate) schema: u32,
    /// Tells this library from every other.
    pub(crate) store_id: [u8; 16],
    /// Milliseconds since 1970.
    pub(crate) created: i64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PlanV1 {
    pub(super) id: u128,
    pub(super) name: String,
    pub(super) folder: String,
    pub(super) description: String,
    /// 0 active, 1 completed, 2 archived.
    pub(super) status: u8,
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) removed: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PhaseV1 {
    pub(super) id: u128,
    pub(super) plan: u128,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) rank: u64,
    /// 0 pending, 1 in progress, 2 completed.
    pub(super) status: u8,
    pub(super) started: Option<i64>,
    pub(super) completed: Option<i64>,
    pub(super) removed: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct MilestoneV1 {
    pub(super) id: u128,
    pub(super) phase: u128,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) rank: u64,
    pub(super) completed: Option<i64>,
    pub(super) removed: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct DocumentV1 {
    pub(super) id: u128,
    pub(super) plan: u128,
    pub(super) path: String,
    pub(super) hash: Option<[u8; 32]>,
    pub(super) first_seen: i64,
    pub(super) last_seen: i64,
    pub(super) missing: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct NoteV1 {
    pub(super) plan: u128,
    pub(super) text: String,
    pub(super) updated: i64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ReadingV1 {
    pub(super) plan: u128,
    pub(super) document: u128,
    pub(super) block: u32,
    pub(super) at: i64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct SettingsV1 {
    pub(super) split: f32,
    /// 0 as the desktop says, 1 light, 2 dark.
    pub(super) theme: u8,
    pub(super) open_plan: Option<u128>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StampV1 {
    pub(super) document: u128,
    pub(super) len: u64,
    pub(super) mtime_ns: i64,
    pub(super) inode: u64,
}

/// How far `ops.jsonl` reaches once the commit that writes this is followed by its lines.
#[derive(Serialize, Deserialize)]
pub(super) struct OpsMarkV1 {
    /// The number of the last line.
    pub(super) seq: u64,
}

/// An entry of the journal.
#[derive(Serialize, Deserialize)]
pub(super) struct EntryV1 {
    pub(super) id: u64,
    pub(super) at: i64,
    pub(super) label: String,
    /// 0 done by hand, 1 by undoing another entry, 2 by redoing one.
    pub(super) kind: u8,
    /// The entry that was undone or redone; 0 for what was done by hand.
    pub(super) of: u64,
    pub(super) steps: Vec<StepV1>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StepV1 {
    pub(super) before: Option<InnerV1>,
    pub(super) after: InnerV1,
}

/// A record inside an entry, in the layout that was written when the entry was.
#[derive(Serialize, Deserialize)]
pub(super) struct InnerV1 {
    /// The kind that its table's envelopes say.
    pub(super) kind: u8,
    pub(super) version: u16,
    /// As in an envelope.
    pub(super) payload: Bytes,
}

/// Bytes read and written in one piece: their number as u64, and they.
pub(super) struct Bytes(pub(super) Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BytesVisitor;

        impl Visitor<'_> for BytesVisitor {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }

            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
                Ok(Bytes(bytes))
            }
        }

        deserializer.deserialize_byte_buf(BytesVisitor)
    }
}

//! Version 1 of every record: frozen structs.
//!
//! Never edited once released: bincode writes fields in their order, without names, and would read
//! a changed struct as something else. Choices are numbers, given by hand, so that the order of a
//! model's enum means nothing here. Times are milliseconds since 1970, if nothing else is said.

use serde::{Deserialize, Serialize};

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

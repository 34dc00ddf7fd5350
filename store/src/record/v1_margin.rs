//! Version 1 of the records of the margin: frozen structs, as those beside them.

use serde::{Deserialize, Serialize};

use super::v1::Bytes;

#[derive(Serialize, Deserialize)]
pub(super) struct AnnotationV1 {
    pub(super) id: u128,
    pub(super) plan: u128,
    /// 0 the plan, 1 a document, 2 words, 3 a block.
    pub(super) target: u8,
    /// 0 where the target is the plan.
    pub(super) document: u128,
    /// Of words and blocks.
    pub(super) anchor: Option<AnchorV1>,
    pub(super) confirmed: Option<AnchorV1>,
    /// 0 highlight, 1 comment, 2 question, 3 other words, 4 deletion.
    pub(super) kind: u8,
    /// Of a highlight.
    pub(super) colour: u8,
    /// The other words.
    pub(super) words: String,
    pub(super) body: String,
    pub(super) tags: Vec<String>,
    /// 0 draft, 1 open, 2 resolved.
    pub(super) state: u8,
    /// When it was resolved, if it is.
    pub(super) resolved: Option<i64>,
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) removed: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct AnchorV1 {
    pub(super) quote: String,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) headings: Vec<String>,
    pub(super) text: [u8; 32],
}

#[derive(Serialize, Deserialize)]
pub(super) struct ReplyV1 {
    pub(super) id: u128,
    pub(super) annotation: u128,
    pub(super) body: String,
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) removed: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct LinkV1 {
    pub(super) id: u128,
    pub(super) plan: u128,
    /// 0 another plan, 1 a file.
    pub(super) target: u8,
    /// The plan, or 0.
    pub(super) to_plan: u128,
    /// The file, or empty.
    pub(super) to_file: String,
    pub(super) name: String,
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) removed: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PlacedV1 {
    pub(super) annotation: u128,
    pub(super) text: [u8; 32],
    /// 0 exact, 1 moved, 2 changed, 3 ambiguous, 4 detached.
    pub(super) placement: u8,
    /// Of what changed, in thousandths.
    pub(super) likeness: u16,
    /// Start and end of each place, the best first.
    pub(super) ranges: Vec<(u64, u64)>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct HandOverV1 {
    pub(super) annotation: u128,
    pub(super) at: i64,
    pub(super) as_of: i64,
    pub(super) is_resolved: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct LastReadV1 {
    pub(super) document: u128,
    pub(super) text: [u8; 32],
    pub(super) up_to: u64,
    pub(super) at: i64,
}

/// A part of a text.
#[derive(Serialize, Deserialize)]
pub(super) struct TextV1 {
    pub(super) text: [u8; 32],
    /// Which part, from 0.
    pub(super) part: u32,
    pub(super) n_parts: u32,
    /// What the part takes unpacked.
    pub(super) n_bytes: u32,
    /// The part's UTF-8 as a Zstandard frame.
    pub(super) zstd: Bytes,
}

//! What lines look like: frozen structs, and the checksum.
//!
//! Fields and kinds may be added. None is ever renamed, removed or given another meaning: old files
//! are read for as long as Postil exists.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use xxhash_rust::xxh3::xxh3_64;

use super::json_margin::{AnnotationV1, HandOverV1, LastReadV1, LinkV1, PlacedV1, ReplyV1};
use crate::load::hex;

/// The version of the format.
pub(super) const VERSION: u32 = 1;

/// A line, with its changes and its entry as they are or unread.
#[derive(Serialize, Deserialize)]
pub(super) struct LineV1<C, E> {
    pub(super) v: u32,
    pub(super) seq: u64,
    pub(super) at: i64,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) whole: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) library: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) revision: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) entry: Option<E>,
    pub(super) changes: Vec<C>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct EntryV1 {
    pub(super) id: u64,
    pub(super) at: i64,
    pub(super) kind: EntryKindV1,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) of: Option<u64>,
    pub(super) label: String,
    pub(super) steps: Vec<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tick: Option<TickV1>,
}

/// A task that was ticked or unticked in a file.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct TickV1 {
    pub(super) document: Hex<16>,
    pub(super) line: String,
    pub(super) column: usize,
    pub(super) nth: usize,
    pub(super) n_alike: usize,
    pub(super) before: char,
    pub(super) after: char,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum EntryKindV1 {
    Done,
    Undone,
    Redone,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "a line's worth at a time, made and dropped at once"
)]
pub(super) enum ChangeV1 {
    Plan(PlanV1),
    Phase(PhaseV1),
    Milestone(MilestoneV1),
    Document(DocumentV1),
    Note(NoteV1),
    Reading(ReadingV1),
    Settings(SettingsV1),
    Annotation(AnnotationV1),
    Reply(ReplyV1),
    Link(LinkV1),
    Placed(PlacedV1),
    HandOver(HandOverV1),
    LastRead(LastReadV1),
    /// Derived: read where somebody wrote it, never written.
    Stamp(StampV1),
}

/// The kinds of [`ChangeV1`], to tell one that is not known from one that is damaged.
pub(super) const KINDS: [&str; 14] = [
    "plan",
    "phase",
    "milestone",
    "document",
    "note",
    "reading",
    "settings",
    "annotation",
    "reply",
    "link",
    "placed",
    "hand_over",
    "last_read",
    "stamp",
];

#[derive(Serialize, Deserialize)]
pub(super) struct PlanV1 {
    pub(super) id: Hex<16>,
    pub(super) name: String,
    pub(super) folder: String,
    pub(super) description: String,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) is_shallow: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) is_unlimited: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) follows_links_out: bool,
    pub(super) status: PlanStatusV1,
    pub(super) created: i64,
    pub(super) updated: i64,
    #[serde(default)]
    pub(super) removed: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PlanStatusV1 {
    Active,
    Completed,
    Archived,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PhaseV1 {
    pub(super) id: Hex<16>,
    pub(super) plan: Hex<16>,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) rank: u64,
    pub(super) status: PhaseStatusV1,
    #[serde(default)]
    pub(super) started: Option<i64>,
    #[serde(default)]
    pub(super) completed: Option<i64>,
    #[serde(default)]
    pub(super) updated: Option<i64>,
    #[serde(default)]
    pub(super) removed: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PhaseStatusV1 {
    Pending,
    InProgress,
    Completed,
}

#[derive(Serialize, Deserialize)]
pub(super) struct MilestoneV1 {
    pub(super) id: Hex<16>,
    pub(super) phase: Hex<16>,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) rank: u64,
    #[serde(default)]
    pub(super) completed: Option<i64>,
    #[serde(default)]
    pub(super) updated: Option<i64>,
    #[serde(default)]
    pub(super) removed: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct DocumentV1 {
    pub(super) id: Hex<16>,
    pub(super) plan: Hex<16>,
    pub(super) path: String,
    #[serde(default)]
    pub(super) hash: Option<Hex<32>>,
    pub(super) first_seen: i64,
    pub(super) last_seen: i64,
    #[serde(default)]
    pub(super) missing: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct NoteV1 {
    pub(super) plan: Hex<16>,
    pub(super) text: String,
    pub(super) updated: i64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ReadingV1 {
    pub(super) plan: Hex<16>,
    pub(super) document: Hex<16>,
    pub(super) block: u32,
    pub(super) at: i64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct SettingsV1 {
    pub(super) split: f32,
    pub(super) theme: ThemeV1,
    #[serde(default)]
    pub(super) open_plan: Option<Hex<16>>,
    #[serde(default)]
    pub(super) page: Option<PageV1>,
    #[serde(default)]
    pub(super) backup_folder: Option<String>,
    #[serde(default)]
    pub(super) highlight_names: Vec<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PageV1 {
    pub(super) text_size: f32,
    pub(super) measure: u16,
    pub(super) line_height: f32,
    pub(super) typeface: TypefaceV1,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TypefaceV1 {
    Sans,
    Serif,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ThemeV1 {
    System,
    Light,
    Dark,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StampV1 {
    pub(super) document: Hex<16>,
    pub(super) len: u64,
    pub(super) mtime_ns: i64,
    pub(super) inode: u64,
}

/// `N` bytes as `2 * N` lower-case hexadecimal digits; an id with its highest byte first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Hex<const N: usize>(pub(crate) [u8; N]);

impl Hex<16> {
    pub(super) fn of_id(id: u128) -> Self {
        Self(id.to_be_bytes())
    }

    pub(super) fn id(self) -> u128 {
        u128::from_be_bytes(self.0)
    }
}

impl<const N: usize> Hex<N> {
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() != 2 * N {
            return None;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
        let mut bytes = [0; N];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(bytes))
    }
}

impl<const N: usize> fmt::Display for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl<const N: usize> Serialize for Hex<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Hex<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("not {} hexadecimal digits", 2 * N)))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_false(is: &bool) -> bool {
    !is
}

const SUM_START: &[u8] = b",\"sum\":\"";
const SUM_BYTES: usize = SUM_START.len() + 16 + 2;

/// The line as bytes, with its checksum and its line feed.
pub(super) fn line_bytes<C: Serialize, E: Serialize>(
    line: &LineV1<C, E>,
) -> serde_json::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(line)?;
    // The brace: the checksum goes before it.
    bytes.pop();
    let sum = xxh3_64(&bytes);
    bytes.extend(SUM_START);
    bytes.extend(format!("{sum:016x}\"}}\n").bytes());
    Ok(bytes)
}

/// Whether the checksum of a line without its line feed holds; `None` if it has none.
pub(super) fn is_sum_right(line: &[u8]) -> Option<bool> {
    let (covered, rest) = line.split_at_checked(line.len().checked_sub(SUM_BYTES)?)?;
    let digits = rest.strip_prefix(SUM_START)?.strip_suffix(b"\"}")?;
    let sum = u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    Some(sum == xxh3_64(covered))
}

//! The bytes of every record, held to what they were: a layout that changes fails here.
//!
//! What was released is never edited in the golden file: a new version gets a file of its own.

use postil_model::{
    Document, DocumentId, Entry, EntryId, EntryKind, FileStamp, Milestone, MilestoneId, Note,
    Phase, PhaseId, PhaseStatus, Plan, PlanId, PlanStatus, Rank, Reading, Scope, Settings, Step,
    ThemeChoice, Timestamp,
};

use super::v1::{Bytes, InnerV1, NoteV1, StepV1};
use super::v2::{EntryV2, PlanV2};
use super::*;
use crate::load::hex;

/// A line for each record: its table, its key and its value in hex.
const GOLDEN_V1: &str = include_str!("golden_v1.txt");

const PLAN: PlanId = PlanId(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);
const DOCUMENT: DocumentId = DocumentId(0x2122_2324_2526_2728_292a_2b2c_2d2e_2f30);

fn plan(status: PlanStatus, removed: Option<Timestamp>) -> Change {
    Change::Plan(Plan {
        id: PLAN,
        name: "Garden".to_owned(),
        folder: "/plans/gården".to_owned(),
        description: String::new(),
        scope: Scope::default(),
        status,
        created: Timestamp(1000),
        updated: Timestamp(-2),
        removed,
    })
}

fn phase(status: PhaseStatus) -> Change {
    Change::Phase(Phase {
        id: PhaseId(2),
        plan: PLAN,
        name: "Dig".to_owned(),
        description: "Two beds".to_owned(),
        rank: Rank::FIRST,
        status,
        started: Some(Timestamp(3)),
        completed: None,
        updated: Timestamp(3),
        removed: Some(Timestamp(i64::MIN)),
    })
}

fn document(hash: Option<[u8; 32]>, missing: Option<Timestamp>) -> Change {
    Change::Document(Document {
        id: DOCUMENT,
        plan: PLAN,
        path: "a/b.md".to_owned(),
        hash,
        first_seen: Timestamp(1),
        last_seen: Timestamp(i64::MAX),
        missing,
    })
}

fn settings(theme: ThemeChoice, open_plan: Option<PlanId>) -> Change {
    Change::Settings(Settings {
        split: 0.32,
        theme,
        open_plan,
        ..Settings::default()
    })
}

/// Every kind, with every choice and every `Option` both ways.
fn samples() -> Vec<Change> {
    vec![
        plan(PlanStatus::Active, None),
        plan(PlanStatus::Completed, None),
        plan(PlanStatus::Archived, Some(Timestamp(5))),
        phase(PhaseStatus::Pending),
        phase(PhaseStatus::InProgress),
        phase(PhaseStatus::Completed),
        Change::Milestone(Milestone {
            id: MilestoneId(3),
            phase: PhaseId(2),
            name: "Bed one".to_owned(),
            description: "\0".to_owned(),
            rank: Rank(u64::MAX),
            completed: Some(Timestamp(4)),
            updated: Timestamp(4),
            removed: None,
        }),
        document(Some(std::array::from_fn(|i| i as u8)), None),
        document(None, Some(Timestamp(0))),
        Change::Note(Note {
            plan: PlanId(7),
            text: "Hi".to_owned(),
            updated: Timestamp(1000),
        }),
        Change::Reading(Reading {
            plan: PLAN,
            document: DOCUMENT,
            block: 0x0a0b_0c0d,
            at: Timestamp(6),
        }),
        settings(ThemeChoice::System, None),
        settings(ThemeChoice::Light, Some(PLAN)),
        settings(ThemeChoice::Dark, None),
        Change::Stamp(FileStamp {
            document: DOCUMENT,
            len: 8,
            mtime_ns: -9,
            inode: 10,
        }),
    ]
}

pub(super) fn line(row: &Row) -> String {
    format!("{} {} {}", row.table.name(), hex(&row.key), hex(&row.value))
}

pub(super) fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn meta() -> Row {
    let meta = MetaV1 {
        schema: 1,
        store_id: std::array::from_fn(|i| i as u8),
        created: 11,
    };
    Row::new(Table::Meta, THE_LIBRARY.to_vec(), &meta).unwrap()
}

/// Every kind of entry, with what was there before and without.
fn entries() -> [Entry; 3] {
    let note = |text: &str| {
        Change::Note(Note {
            plan: PlanId(7),
            text: text.to_owned(),
            updated: Timestamp(1000),
        })
    };
    let entry = |id, kind, steps| Entry {
        id: EntryId(id),
        at: Timestamp(-1),
        label: "Write notes of “Garden”".to_owned(),
        kind,
        steps,
        tick: None,
    };
    let written = Step {
        before: None,
        after: note("Hi"),
    };
    let taken_back = Step {
        before: Some(note("Hi")),
        after: note(""),
    };
    let completed = Step {
        before: Some(phase(PhaseStatus::InProgress)),
        after: phase(PhaseStatus::Completed),
    };
    [
        entry(1, EntryKind::Done, vec![written.clone(), completed]),
        entry(2, EntryKind::Undone(EntryId(1)), vec![taken_back]),
        entry(u64::MAX, EntryKind::Redone(EntryId(1)), vec![written]),
    ]
}

#[test]
fn records_are_written_as_they_always_were() {
    let rows = samples()
        .into_iter()
        .map(|change| row_from_change(&change).unwrap());
    let journal = entries()
        .into_iter()
        .map(|entry| row_from_entry(&entry).unwrap());
    let mark = row_from_ops_seq(0x0102).unwrap();
    let rows = rows.chain([meta(), mark]).chain(journal);
    // These have a later layout.
    let later = [
        "authored/plans",
        "authored/phases",
        "authored/milestones",
        "authored/settings",
        "authored/journal",
    ];
    let is_of_v1 = |line: &str| !later.iter().any(|start| line.starts_with(start));
    let lines = rows.map(|row| line(&row));
    let lines: Vec<String> = lines.filter(|line| is_of_v1(line)).collect();
    let golden: Vec<&str> = GOLDEN_V1.lines().filter(|line| is_of_v1(line)).collect();
    assert_eq!(lines, golden, "\n{}\n", lines.join("\n"));
}

#[test]
fn records_of_version_1_are_read_as_they_always_were() {
    for (line, expected) in GOLDEN_V1.lines().zip(samples()) {
        let mut words = line.split(' ');
        let [name, key, value] = std::array::from_fn(|_| words.next().unwrap());
        let table = Table::OF_LIBRARY
            .into_iter()
            .find(|table| table.name() == name)
            .unwrap();
        assert_eq!(
            change_from_row(table, &bytes(key), &bytes(value)),
            Ok(expected),
            "{line}"
        );
    }
}

#[test]
fn entries_of_version_1_are_read_as_they_always_were() {
    let lines = GOLDEN_V1.lines().filter_map(|line| {
        let rest = line.strip_prefix("authored/journal ")?;
        rest.split_once(' ')
    });
    let read: Vec<_> = lines
        .map(|(key, value)| entry_from_row(&bytes(key), &bytes(value)).unwrap())
        .collect();
    assert_eq!(read, entries());
    let mark = GOLDEN_V1.lines().find(|l| l.starts_with("derived/ops "));
    let (key, value) = mark.and_then(|l| l[12..].split_once(' ')).unwrap();
    assert_eq!(ops_seq_from_row(&bytes(key), &bytes(value)), Ok(0x0102));
}

/// An entry is read whole or not at all, whichever of its parts is not known.
#[test]
fn entries_with_unknown_parts_are_told() {
    let fault = |kind: u8, inner_kind: u8, version: u16, payload: &[u8]| {
        let record = EntryV2 {
            id: 1,
            at: 2,
            label: String::new(),
            kind,
            of: 0,
            steps: vec![StepV1 {
                before: None,
                after: InnerV1 {
                    kind: inner_kind,
                    version,
                    payload: Bytes(payload.to_vec()),
                },
            }],
            tick: None,
        };
        let row = Row::new(Table::Journal, entry_key(EntryId(1)), &record).unwrap();
        entry_from_row(&row.key, &row.value).unwrap_err()
    };
    let note = NoteV1 {
        plan: 7,
        text: "Hi".to_owned(),
        updated: 1,
    };
    let note = codec::encode(&note).unwrap();
    let unknown = |field, tag| RecordFault::UnknownTag { field, tag };
    assert_eq!(fault(3, 5, 1, &note), unknown("entry kind", 3));
    assert_eq!(fault(0, 99, 1, &note), unknown("kind of a step", 99));
    // The journal in an entry of the journal would be without end.
    assert_eq!(fault(0, 10, 1, &note), unknown("kind of a step", 10));
    assert_eq!(fault(0, 5, 2, &note), RecordFault::Newer { version: 2 });
    let is_payload = |fault| matches!(fault, RecordFault::Payload { .. });
    assert!(is_payload(fault(0, 5, 1, &note[1..])));
    assert!(is_payload(fault(0, 5, 1, &[])));
}

#[test]
fn choices_and_versions_that_are_unknown_are_told() {
    let Change::Plan(plan) = plan(PlanStatus::Active, None) else {
        return;
    };
    let mut record = PlanV2::from(&plan);
    record.status = 3;
    let row = Row::new(Table::Plans, key(PLAN.0), &record).unwrap();
    let fault = RecordFault::UnknownTag {
        field: "plan status",
        tag: 3,
    };
    assert_eq!(change_from_row(row.table, &row.key, &row.value), Err(fault));

    let payload = codec::encode(&PlanV2::from(&plan)).unwrap();
    let value = codec::seal(Table::Plans.kind(), 3, &row.key, &payload);
    assert_eq!(
        change_from_row(row.table, &row.key, &value),
        Err(RecordFault::Newer { version: 3 })
    );
}

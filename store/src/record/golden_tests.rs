//! The bytes of every record, held to what they were: a layout that changes fails here.
//!
//! What was released is never edited in the golden file: a new version gets a file of its own.

use postil_model::{
    Document, DocumentId, FileStamp, Milestone, MilestoneId, Note, Phase, PhaseId, PhaseStatus,
    Plan, PlanId, PlanStatus, Rank, Reading, Settings, ThemeChoice, Timestamp,
};

use super::v1::PlanV1;
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

fn line(row: &Row) -> String {
    format!("{} {} {}", row.table.name(), hex(&row.key), hex(&row.value))
}

fn bytes(hex: &str) -> Vec<u8> {
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

#[test]
fn records_are_written_as_they_always_were() {
    let rows = samples()
        .into_iter()
        .map(|change| row_from_change(&change).unwrap());
    let lines: Vec<String> = rows.chain([meta()]).map(|row| line(&row)).collect();
    let golden: Vec<&str> = GOLDEN_V1.lines().collect();
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
fn choices_and_versions_that_are_unknown_are_told() {
    let Change::Plan(plan) = plan(PlanStatus::Active, None) else {
        return;
    };
    let mut record = PlanV1::from(&plan);
    record.status = 3;
    let row = Row::new(Table::Plans, key(PLAN.0), &record).unwrap();
    let fault = RecordFault::UnknownTag {
        field: "plan status",
        tag: 3,
    };
    assert_eq!(change_from_row(row.table, &row.key, &row.value), Err(fault));

    let value = codec::seal(Table::Plans.kind(), 2, &row.key, &PlanV1::from(&plan)).unwrap();
    assert_eq!(
        change_from_row(row.table, &row.key, &value),
        Err(RecordFault::Newer { version: 2 })
    );
}

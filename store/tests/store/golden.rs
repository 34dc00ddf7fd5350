//! A database as the first version of the schema was written, opened by the store of today.
//!
//! `golden/schema-1.redb` is never made anew for this schema: a library that a person has looks like
//! it. A new schema gets a file of its own beside it.

use std::fs;
use std::path::{Path, PathBuf};

use postil_model::{
    Change, Document, DocumentId, FileStamp, Library, Milestone, MilestoneId, Note, Phase, PhaseId,
    PhaseStatus, Plan, PlanId, PlanStatus, Rank, Reading, Settings, ThemeChoice, Timestamp,
};

use crate::support::{Bench, database};

const PLAN: PlanId = PlanId(0x0192_0000_0000_0000_0000_0000_0000_0001);
const PHASE: PhaseId = PhaseId(2);
const DOCUMENT: DocumentId = DocumentId(4);

fn golden(schema: u32) -> PathBuf {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store/golden");
    golden.join(format!("schema-{schema}.redb"))
}

/// One record of each kind, with texts of more than one script.
fn records() -> Vec<Change> {
    let at = Timestamp;
    vec![
        Change::Plan(Plan {
            id: PLAN,
            name: "Garten & 庭".to_owned(),
            folder: "/plans/garden".to_owned(),
            description: "Two beds\nby the wall".to_owned(),
            status: PlanStatus::Archived,
            created: at(1_000),
            updated: at(2_000),
            removed: None,
        }),
        Change::Phase(Phase {
            id: PHASE,
            plan: PLAN,
            name: "Ground".to_owned(),
            description: String::new(),
            rank: Rank::after(None),
            status: PhaseStatus::InProgress,
            started: Some(at(1_500)),
            completed: None,
            removed: None,
        }),
        Change::Milestone(Milestone {
            id: MilestoneId(3),
            phase: PHASE,
            name: "Turn the soil".to_owned(),
            description: "30 cm deep".to_owned(),
            rank: Rank::after(None),
            completed: Some(at(1_600)),
            removed: Some(at(1_700)),
        }),
        Change::Document(Document {
            id: DOCUMENT,
            plan: PLAN,
            path: "notes/01-dig.md".to_owned(),
            hash: Some([7; 32]),
            first_seen: at(1_100),
            last_seen: at(1_900),
            missing: None,
        }),
        Change::Note(Note {
            plan: PLAN,
            text: "Ask Marguerite → 5 °C".to_owned(),
            updated: at(1_800),
        }),
        Change::Reading(Reading {
            plan: PLAN,
            document: DOCUMENT,
            block: 12,
            at: at(1_850),
        }),
        Change::Settings(Settings {
            split: 0.4,
            theme: ThemeChoice::Dark,
            open_plan: Some(PLAN),
        }),
        Change::Stamp(FileStamp {
            document: DOCUMENT,
            len: 1_234,
            mtime_ns: 5_678,
            inode: 90,
        }),
    ]
}

fn library() -> Library {
    let mut library = Library::default();
    for change in records() {
        library.apply(change);
    }
    library
}

#[test]
fn a_database_of_schema_1_opens_with_all_that_was_written() {
    let dir = tempfile::tempdir().unwrap();
    fs::copy(golden(1), database(dir.path())).unwrap();
    let bench = Bench::open(dir.path());
    assert_eq!(bench.problems, []);
    assert_eq!(bench.recovery, None);
    assert_eq!(bench.library, library());
    let labels = bench.history.entries().iter().map(|entry| &*entry.label);
    assert_eq!(labels.collect::<Vec<_>>(), ["Add phase “Ground”"]);
}

/// How the golden file is made, once for each schema: `POSTIL_WRITE_GOLDEN=2 cargo test -p
/// postil-store --test store golden`.
#[test]
fn the_golden_file_of_a_new_schema_is_written_once() {
    let Ok(schema) = std::env::var("POSTIL_WRITE_GOLDEN") else {
        return;
    };
    let file = golden(schema.parse().unwrap());
    assert!(!file.exists(), "it is what it was: {}", file.display());
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    assert!(bench.act(records(), 2_000).is_some());
    bench.settle();
    assert_eq!(bench.close(), library());
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::copy(database(dir.path()), file).unwrap();
}

//! A database as the first version of the schema was written, opened by the store of today.
//!
//! `golden/schema-1.redb` is never made anew for this schema: a library that a person has looks like
//! it. A new schema gets a file of its own beside it.

use std::fs;
use std::path::{Path, PathBuf};

use postil_model::{
    Anchor, Annotation, AnnotationId, AnnotationKind, AnnotationState, Change, Document,
    DocumentId, FileStamp, HandOver, LastRead, Library, Link, LinkId, LinkTarget, Milestone,
    MilestoneId, Note, Passage, Phase, PhaseId, PhaseStatus, Placed, Placement, Plan, PlanId,
    PlanStatus, Rank, Reading, Reply, ReplyId, Scope, Settings, Target, TextId, ThemeChoice,
    Timestamp,
};

use postil_store::{Access, backup};

use crate::support::{Bench, SCHEMA, database, put, rows};

const PLAN: PlanId = PlanId(0x0192_0000_0000_0000_0000_0000_0000_0001);
const PHASE: PhaseId = PhaseId(2);
const DOCUMENT: DocumentId = DocumentId(4);
const NOTE: AnnotationId = AnnotationId(5);
const TEXT: TextId = TextId([7; 32]);
const WORDS: &str = "- [ ] Turn the **soil**, 30 cm\n";

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
            scope: Scope::default(),
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
            updated: at(1_500),
            removed: None,
        }),
        Change::Milestone(Milestone {
            id: MilestoneId(3),
            phase: PHASE,
            name: "Turn the soil".to_owned(),
            description: "30 cm deep".to_owned(),
            rank: Rank::after(None),
            completed: Some(at(1_600)),
            updated: at(1_700),
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
            ..Settings::default()
        }),
        Change::Stamp(FileStamp {
            document: DOCUMENT,
            len: 1_234,
            mtime_ns: 5_678,
            inode: 90,
        }),
    ]
}

/// What came with schema 2.
fn margin() -> Vec<Change> {
    let at = Timestamp;
    let anchor = Anchor {
        quote: "Turn the **soil**".to_owned(),
        before: "- [ ] ".to_owned(),
        after: ", 30 cm".to_owned(),
        range: 6..23,
        headings: vec!["庭".to_owned()],
        text: TEXT,
    };
    let passage = Passage {
        anchor,
        confirmed: None,
    };
    vec![
        Change::Annotation(Annotation {
            id: NOTE,
            plan: PLAN,
            target: Target::Passage(DOCUMENT, passage),
            kind: AnnotationKind::Replacement {
                words: "Dig".to_owned(),
            },
            body: "Shorter".to_owned(),
            tags: vec!["words".to_owned()],
            state: AnnotationState::Resolved { at: at(2_100) },
            created: at(2_000),
            updated: at(2_050),
            removed: None,
        }),
        Change::Reply(Reply {
            id: ReplyId(6),
            annotation: NOTE,
            body: "Yes".to_owned(),
            created: at(2_060),
            updated: at(2_060),
            removed: Some(at(2_070)),
        }),
        Change::Link(Link {
            id: LinkId(7),
            plan: PLAN,
            target: LinkTarget::File("/plans/seeds.md".to_owned()),
            name: "Seeds".to_owned(),
            created: at(2_010),
            updated: at(2_010),
            removed: None,
        }),
        Change::Placed(Placed {
            annotation: NOTE,
            text: TEXT,
            placement: Placement::Exact { range: 6..23 },
        }),
        Change::HandOver(HandOver {
            annotation: NOTE,
            at: at(2_200),
            as_of: at(2_050),
            is_resolved: true,
        }),
        Change::LastRead(LastRead {
            document: DOCUMENT,
            text: TEXT,
            up_to: 40,
            at: at(2_300),
        }),
    ]
}

fn library(schema: u32) -> Library {
    let mut library = Library::default();
    let margin = if schema >= 2 { margin() } else { Vec::new() };
    for change in records().into_iter().chain(margin) {
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
    assert_eq!(bench.library, library(1));
    let labels = bench.history.entries().iter().map(|entry| &*entry.label);
    assert_eq!(labels.collect::<Vec<_>>(), ["Add phase “Ground”"]);
}

#[test]
fn a_database_of_schema_2_opens_with_all_that_was_written() {
    let dir = tempfile::tempdir().unwrap();
    fs::copy(golden(2), database(dir.path())).unwrap();
    let bench = Bench::open(dir.path());
    assert_eq!(bench.problems, []);
    assert_eq!(bench.recovery, None);
    assert_eq!(bench.library, library(2));
    assert_eq!(bench.history.entries().len(), 1);
    assert_eq!(bench.text(TEXT).as_deref(), Some(WORDS));
}

/// Its file says the present schema from then on, and a backup of what it was is there.
#[test]
fn an_older_database_is_brought_up_to_date_once_after_a_backup() {
    let dir = tempfile::tempdir().unwrap();
    fs::copy(golden(1), database(dir.path())).unwrap();
    let schema = |dir: &Path| {
        let (_, value) = rows(dir, "authored/meta").remove(0);
        u32::from_le_bytes(*value[8..].first_chunk().unwrap())
    };
    assert_eq!(schema(dir.path()), 1);
    Bench::open(dir.path()).close();
    assert_eq!(schema(dir.path()), SCHEMA);
    let (_, settings) = rows(dir.path(), "authored/settings").remove(0);
    assert_eq!(settings[2..4], 2_u16.to_le_bytes(), "its latest layout");
    assert_eq!(rows(dir.path(), "authored/texts"), []);

    let backups = backup::list(dir.path()).unwrap();
    let [backup] = &backups[..] else {
        panic!("{backups:?}");
    };
    let other = tempfile::tempdir().unwrap();
    fs::copy(&backup.file, database(other.path())).unwrap();
    assert_eq!(schema(other.path()), 1);
    assert_eq!(Bench::open(other.path()).library, library(1));

    let bench = Bench::open(dir.path());
    assert_eq!(bench.library, library(1));
    bench.close();
    assert_eq!(backup::list(dir.path()).unwrap(), backups);
}

#[test]
fn an_older_database_without_room_for_a_backup_is_only_read() {
    let dir = tempfile::tempdir().unwrap();
    fs::copy(golden(1), database(dir.path())).unwrap();
    put(&dir.path().join("backups"), b"in the way");
    let bench = Bench::open(dir.path());
    assert_eq!(bench.library, library(1));
    let Access::ReadOnly { why } = &bench.access else {
        panic!("{:?}", bench.access);
    };
    assert!(why.to_string().contains("older Postil"), "{why}");
    bench.close();
    fs::remove_file(dir.path().join("backups")).unwrap();
    let bench = Bench::open(dir.path());
    assert_eq!(bench.access, Access::ReadWrite);
    assert_eq!(bench.library, library(1));
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
    bench.keep(margin(), &[(TEXT, WORDS)]);
    assert_eq!(bench.close(), library(SCHEMA));
    let mut redb = redb::Database::open(database(dir.path())).unwrap();
    redb.compact().unwrap();
    drop(redb);
    fs::copy(database(dir.path()), file).unwrap();
}

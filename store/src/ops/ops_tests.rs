//! Lines held to what they were, lines that went bad, and the thinning of those that wait.

use std::fs;
use std::io::Write;
use std::path::Path;

use postil_model::{Change, FileStamp, Scope};
use postil_model::{
    Document, DocumentId, Entry, EntryId, EntryKind, History, Library, Milestone, MilestoneId,
    Note, Phase, PhaseId, PhaseStatus, Plan, PlanId, PlanStatus, Rank, Reading, Settings, Step,
    ThemeChoice, Timestamp,
};
use proptest::prelude::*;

use super::json::{ChangeV1, EntryV1, LineV1, VERSION, line_bytes};
use super::*;
use crate::database::{self, Database, Identity, Writes};
use crate::files::file_id;
use crate::place::Place;
use crate::progress::Progress;
use crate::record::row_from_change;

/// The first line of a file, one of a batch with every kind, and one of an undoing.
const GOLDEN_V1: &str = include_str!("golden_v1.jsonl");
/// The same with the kinds and fields that came later.
const GOLDEN_MARGIN: &str = include_str!("golden_margin.jsonl");

const PLAN: PlanId = PlanId(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);

fn note(plan: u128, text: &str) -> Change {
    Change::Note(Note {
        plan: PlanId(plan),
        text: text.to_owned(),
        updated: Timestamp(1000),
    })
}

fn plan(status: PlanStatus) -> Change {
    Change::Plan(Plan {
        id: PLAN,
        name: "Garden “one”".to_owned(),
        folder: "/plans/gården".to_owned(),
        description: "a\nb\0\u{2028}".to_owned(),
        scope: Scope::default(),
        status,
        created: Timestamp(i64::MIN),
        updated: Timestamp(-2),
        removed: Some(Timestamp(5)),
    })
}

fn phase(status: PhaseStatus) -> Change {
    Change::Phase(Phase {
        id: PhaseId(2),
        plan: PLAN,
        name: "Dig".to_owned(),
        description: String::new(),
        rank: Rank(u64::MAX),
        status,
        started: Some(Timestamp(3)),
        completed: None,
        updated: Timestamp(0),
        removed: None,
    })
}

fn document(hash: Option<[u8; 32]>) -> Change {
    Change::Document(Document {
        id: DocumentId(u128::MAX),
        plan: PLAN,
        path: "a/b.md".to_owned(),
        hash,
        first_seen: Timestamp(1),
        last_seen: Timestamp(i64::MAX),
        missing: None,
    })
}

fn settings(theme: ThemeChoice, open_plan: Option<PlanId>) -> Change {
    Change::Settings(Settings {
        split: 0.3,
        theme,
        open_plan,
        ..Settings::default()
    })
}

/// Every kind, with every choice and every `Option` both ways.
fn samples() -> Vec<Change> {
    vec![
        plan(PlanStatus::Active),
        plan(PlanStatus::Completed),
        plan(PlanStatus::Archived),
        phase(PhaseStatus::Pending),
        phase(PhaseStatus::InProgress),
        phase(PhaseStatus::Completed),
        Change::Milestone(Milestone {
            id: MilestoneId(3),
            phase: PhaseId(2),
            name: "Bed one".to_owned(),
            description: "d".to_owned(),
            rank: Rank::FIRST,
            completed: Some(Timestamp(4)),
            updated: Timestamp(0),
            removed: None,
        }),
        document(Some(std::array::from_fn(|i| i as u8))),
        document(None),
        note(7, "Hi"),
        Change::Reading(Reading {
            plan: PLAN,
            document: DocumentId(9),
            block: 7,
            at: Timestamp(6),
        }),
        settings(ThemeChoice::System, None),
        settings(ThemeChoice::Light, Some(PLAN)),
        settings(ThemeChoice::Dark, None),
        Change::Stamp(FileStamp {
            document: DocumentId(9),
            len: 8,
            mtime_ns: -9,
            inode: 10,
        }),
    ]
}

fn entry(id: u64, kind: EntryKind, after: Change) -> Entry {
    Entry {
        id: EntryId(id),
        at: Timestamp(2000),
        label: "Write notes of “Garden”".to_owned(),
        kind,
        steps: vec![Step {
            before: None,
            after,
        }],
        tick: None,
    }
}

fn line(seq: u64, entry: Option<&Entry>, changes: &[Change]) -> LineV1<ChangeV1, EntryV1> {
    LineV1 {
        v: VERSION,
        seq,
        at: 1_700_000_000_000,
        whole: false,
        library: None,
        revision: Some(3),
        entry: entry.map(|entry| EntryV1::new(entry, changes)),
        changes: changes.iter().map(ChangeV1::from).collect(),
    }
}

fn bytes(line: &LineV1<ChangeV1, EntryV1>) -> Vec<u8> {
    line_bytes(line).unwrap()
}

fn lines(bytes: &[u8]) -> Vec<Line> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    read(file.path()).unwrap().collect()
}

fn faults(bytes: &[u8]) -> Vec<OpsFault> {
    let problems = lines(bytes).into_iter().flat_map(|line| line.problems);
    problems.map(|problem| problem.fault).collect()
}

#[test]
fn lines_are_written_as_they_always_were() {
    let done = entry(4, EntryKind::Done, note(7, "Hi"));
    let undone = entry(5, EntryKind::Undone(EntryId(4)), note(7, ""));
    let first = LineV1 {
        library: Some("00".repeat(16)),
        revision: None,
        whole: true,
        ..line(0, None, &[])
    };
    let written = [
        bytes(&first),
        bytes(&line(1, Some(&done), &with_margin())),
        bytes(&line(2, Some(&undone), &[note(7, "")])),
        bytes(&line(3, Some(&ticked()), &[])),
    ]
    .concat();
    let written = String::from_utf8(written).unwrap();
    assert_eq!(written, GOLDEN_MARGIN, "\n{written}");
}

fn ticked() -> Entry {
    let entries = crate::record::golden_v2_tests::entries();
    entries.into_iter().find(|e| e.tick.is_some()).unwrap()
}

fn with_margin() -> Vec<Change> {
    let mut changes = samples();
    changes.extend(crate::record::golden_v2_tests::samples());
    changes
}

#[test]
fn lines_with_the_margin_are_read_as_they_always_were() {
    let lines = lines(GOLDEN_MARGIN.as_bytes());
    assert_eq!(lines[1].changes, with_margin());
    let told = lines[3].entry.clone();
    assert_eq!(told.unwrap().tick, ticked().tick);
    let (mut library, mut history) = Default::default();
    assert!(replay(lines[3..].to_vec(), None, &mut library, &mut history).is_empty());
    assert_eq!(history.entries(), [ticked()]);
    assert!(lines.iter().all(|line| line.problems.is_empty()));
}

#[test]
fn lines_of_version_1_are_read_as_they_always_were() {
    let lines = lines(GOLDEN_V1.as_bytes());
    let [first, batch, undoing] = &lines[..] else {
        panic!("{lines:?}");
    };
    assert_eq!((first.seq, first.changes.len()), (0, 0));
    assert_eq!(batch.changes, samples());
    assert_eq!((batch.seq, batch.at), (1, Timestamp(1_700_000_000_000)));
    let told = batch.entry.as_ref().unwrap();
    assert_eq!((told.id, told.kind), (EntryId(4), EntryKind::Done));
    assert_eq!(told.steps, [9]);
    let told = undoing.entry.as_ref().unwrap();
    assert_eq!(told.kind, EntryKind::Undone(EntryId(4)));
    assert_eq!(told.label, "Write notes of “Garden”");
    assert!(lines.iter().all(|line| line.problems.is_empty()));
}

#[test]
fn no_flipped_bit_makes_words_that_nobody_wrote() {
    let whole = bytes(&line(1, None, &[note(7, "Hi"), plan(PlanStatus::Active)]));
    for i in 0..whole.len() * 8 {
        let mut flipped = whole.clone();
        flipped[i / 8] ^= 1 << (i % 8);
        let read = lines(&flipped);
        let is_told = read.iter().any(|line| !line.problems.is_empty());
        let is_same =
            read.len() == 1 && read[0].changes == [note(7, "Hi"), plan(PlanStatus::Active)];
        assert!(is_told || is_same, "bit {i}: {read:?}");
    }
}

#[test]
fn what_is_newer_or_unknown_is_a_problem_and_the_rest_is_read() {
    let future = br#"{"v":1,"seq":1,"at":2,"more":[1],"entry":{"id":1,"at":1,"kind":"merged","label":"","steps":[]},"changes":[{"kind":"tag","name":"x"},{"kind":"note","plan":"00000000000000000000000000000007","text":"Hi","updated":1000,"colour":"red"},{"kind":"note","plan":"7","text":"Hi","updated":1},{"no":1}]}
{"v":2,"seq":"two"}
{"v":1,"seq":3,"at":4,"changes":[]}
"#;
    let lines = lines(future);
    assert_eq!(lines[0].changes, [note(7, "Hi")]);
    assert_eq!(lines[0].entry, None);
    let faults = faults(future);
    assert!(
        matches!(
            &faults[..],
            [
                OpsFault::UnknownKind { kind },
                OpsFault::Part { what: note, .. },
                OpsFault::Part { what: change, .. },
                OpsFault::Part { what: entry, .. },
                OpsFault::Newer { version: 2 },
            ] if kind == "tag" && note == "note" && change == "change" && entry == "entry"
        ),
        "{faults:?}"
    );
    assert_eq!(lines[2].seq, 3);
}

/// Half an undo would be worse than none.
#[test]
fn an_entry_with_a_step_that_cannot_be_read_is_left_out() {
    let done = entry(4, EntryKind::Done, note(7, "Hi"));
    let mut value = serde_json::to_value(line(1, Some(&done), &[note(7, "Hi")])).unwrap();
    value["changes"][0]["updated"] = "never".into();
    let text = serde_json::to_vec(&value).unwrap();
    let (mut library, mut history) = (Library::default(), History::default());
    let mut text = text;
    text.push(b'\n');
    let problems = replay(lines(&text), None, &mut library, &mut history);
    assert_eq!(problems.len(), 1);
    assert!(history.entries().is_empty());
}

/// A library with one note in the database, and its log.
struct Fixture {
    dir: tempfile::TempDir,
    database: Database,
    log: OpsLog,
}

/// What a file gives, in which all can be read.
fn told(file: &Path) -> Library {
    let mut library = Library::default();
    let lines = read(file).unwrap();
    let problems = replay(lines, None, &mut library, &mut History::default());
    assert_eq!(problems, []);
    library
}

impl Fixture {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::new(dir.path());
        let open_redb: crate::OpenRedb = std::sync::Arc::new(|builder, file| {
            builder.create_with_backend(redb::backends::FileBackend::new(file)?)
        });
        database::create(&place, &open_redb).unwrap();
        let redb = redb::Database::open(place.database()).unwrap();
        let transaction = redb::ReadableDatabase::begin_read(&redb).unwrap();
        let store_id = crate::meta::check(&transaction, &place.database());
        let store_id = store_id.unwrap().unwrap();
        drop((transaction, redb));
        let identity = Identity {
            store_id,
            file_id: file_id(&fs::metadata(place.database()).unwrap()),
        };
        let database = Database::open(&place, identity, &open_redb, &Progress::silent()).unwrap();
        let log = OpsLog::new(&place, store_id, None, true);
        Self { dir, database, log }
    }

    fn file(&self) -> std::path::PathBuf {
        self.dir.path().join("ops.jsonl")
    }

    fn commit(&mut self, changes: &[Change]) {
        let mut writes = Writes::default();
        for change in changes {
            writes.put(row_from_change(change).unwrap());
        }
        self.database.commit(&writes, false).unwrap();
        self.log.push(1, None, changes);
    }

    fn stored(&self) -> Library {
        self.database.load().unwrap().library
    }
}

#[test]
fn what_is_put_away_and_what_comes_after_it_are_the_library_together() {
    let mut fixture = Fixture::new();
    fixture.commit(&[note(1, "one")]);
    fixture.log.append(&fixture.database).unwrap();
    // Waits while the file is put away: it belongs to the new one.
    fixture.commit(&[note(2, "two")]);
    let away = fixture.dir.path().join("ops-1.jsonl");
    fixture.log.rotate(&away).unwrap();
    fixture.log.append(&fixture.database).unwrap();
    let seqs = |file: &Path| -> Vec<u64> { read(file).unwrap().map(|line| line.seq).collect() };
    assert_eq!(seqs(&away), [0, 1]);
    assert_eq!(seqs(&fixture.file()), [1, 2]);
    let mut library = told(&away);
    let lines = read(&fixture.file()).unwrap();
    replay(lines, Some(1), &mut library, &mut History::default());
    assert_eq!(library, fixture.stored());
}

/// Killed between the renames, the new file is there under its passing name.
#[test]
fn a_file_that_is_missing_after_it_was_put_away_is_made_up_for() {
    let mut fixture = Fixture::new();
    fixture.commit(&[note(1, "one")]);
    fixture.log.append(&fixture.database).unwrap();
    fs::rename(fixture.file(), fixture.dir.path().join("ops-1.jsonl")).unwrap();
    let mut new = fs::File::create(fixture.dir.path().join("ops.jsonl.new")).unwrap();
    new.write_all(b"half").unwrap();
    fixture.commit(&[note(2, "two")]);
    fixture.log.append(&fixture.database).unwrap();
    assert_eq!(told(&fixture.file()), fixture.stored());
}

/// A disk that is full for hours, while somebody types.
#[test]
fn what_waits_for_long_is_thinned_out_and_tells_the_same() {
    let mut fixture = Fixture::new();
    fixture.commit(&[note(1, "one")]);
    fixture.log.append(&fixture.database).unwrap();
    let long = "w".repeat(300_000);
    for n in 0..300 {
        let changes = [note(n % 3, &format!("{n} {long}"))];
        fixture.log.push(1, None, &changes);
    }
    fixture.commit(&[note(4, "last"), note(0, "0"), note(1, "1"), note(2, "2")]);
    fixture.log.append(&fixture.database).unwrap();
    let n_bytes = fs::metadata(fixture.file()).unwrap().len();
    assert!(n_bytes < 40 << 20, "{n_bytes}");
    assert_eq!(told(&fixture.file()), fixture.stored());
    assert_eq!(read(&fixture.file()).unwrap().last().unwrap().seq, 302);
}

#[test]
fn a_batch_that_is_too_long_for_a_line_is_several() {
    let mut fixture = Fixture::new();
    let long = "x".repeat(3 << 20);
    let changes: Vec<_> = (0..7).map(|n| note(n, &long)).collect();
    fixture.commit(&changes);
    fixture.log.append(&fixture.database).unwrap();
    assert_eq!(read(&fixture.file()).unwrap().count(), 1 + 3);
    assert_eq!(told(&fixture.file()), fixture.stored());
}

#[test]
fn a_line_without_end_is_passed_over() {
    let file = tempfile::NamedTempFile::new().unwrap();
    // A hole: takes no room on the disk.
    file.as_file().set_len(140 << 20).unwrap();
    let mut at_end = fs::OpenOptions::new()
        .append(true)
        .open(file.path())
        .unwrap();
    at_end.write_all(b"\n").unwrap();
    at_end
        .write_all(&bytes(&line(1, None, &[note(7, "Hi")])))
        .unwrap();
    let lines: Vec<_> = read(file.path()).unwrap().collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0].problems[0].fault, OpsFault::TooLong);
    assert_eq!(lines[1].changes, [note(7, "Hi")]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        lines(&bytes);
    }

    /// Past the parser of JSON, where only somebody's own hand gets.
    #[test]
    fn no_json_makes_it_panic(
        v in 0..3_u8,
        steps in prop::collection::vec(any::<u64>(), 0..4),
        id: u64,
        text: String,
    ) {
        let text = serde_json::to_string(&text).unwrap();
        let note = r#"{"kind":"note","plan":"00000000000000000000000000000007","text":"","updated":1}"#;
        let line = format!(
            r#"{{"v":{v},"seq":1,"at":2,"entry":{{"id":{id},"at":1,"kind":"redone","label":{text},"steps":{steps:?}}},"changes":[{note},{{"kind":{text}}},{text}]}}"#
        );
        let (mut library, mut history) = (Library::default(), History::default());
        replay(lines(format!("{line}\n{line}\n").as_bytes()), None, &mut library, &mut history);
    }
}

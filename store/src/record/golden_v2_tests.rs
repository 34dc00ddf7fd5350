//! The bytes of the records and layouts that came with schema 2, held to what they were.

use postil_model::{
    Anchor, Annotation, AnnotationId, AnnotationKind, AnnotationState, DocumentId, Entry, EntryId,
    EntryKind, HandOver, LastRead, Link, LinkId, LinkTarget, Milestone, MilestoneId, Page, Passage,
    Phase, PhaseId, PhaseStatus, Placed, Placement, Plan, PlanId, PlanStatus, Rank, Reply, ReplyId,
    Scope, Settings, Step, Target, Task, TextId, ThemeChoice, Tick, Timestamp, Typeface,
};

use super::golden_tests::{bytes, line};
use super::v1_margin::{AnnotationV1, PlacedV1};
use super::*;

/// A line for each record: its table, its key and its value in hex. The last is a text, which is
/// only read: how it is packed may change.
const GOLDEN_V2: &str = include_str!("golden_v2.txt");

const PLAN: PlanId = PlanId(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);
const DOCUMENT: DocumentId = DocumentId(0x2122_2324_2526_2728_292a_2b2c_2d2e_2f30);
const NOTE: AnnotationId = AnnotationId(0x31);
const TEXT: TextId = TextId([0xab; 32]);

fn anchor() -> Anchor {
    Anchor {
        quote: "dig **the** beds".to_owned(),
        before: "First ".to_owned(),
        after: ", then\n".to_owned(),
        range: 6..22,
        headings: vec!["Garden".to_owned(), "Süd".to_owned()],
        text: TEXT,
    }
}

fn annotation(target: Target, kind: AnnotationKind, state: AnnotationState) -> Annotation {
    Annotation {
        id: NOTE,
        plan: PLAN,
        target,
        kind,
        body: "Why?".to_owned(),
        tags: vec!["soil".to_owned(), String::new()],
        state,
        created: Timestamp(1),
        updated: Timestamp(-2),
        removed: None,
    }
}

fn annotations() -> Vec<Annotation> {
    let words = || Passage {
        anchor: anchor(),
        confirmed: None,
    };
    let confirmed = Passage {
        anchor: anchor(),
        confirmed: Some(Anchor {
            text: TextId([1; 32]),
            range: 0..0,
            ..anchor()
        }),
    };
    let other_words = AnnotationKind::Replacement {
        words: "turn the beds".to_owned(),
    };
    let mut deletion = annotation(
        Target::Block(DOCUMENT, confirmed),
        AnnotationKind::Deletion,
        AnnotationState::Resolved { at: Timestamp(9) },
    );
    deletion.removed = Some(Timestamp(10));
    vec![
        annotation(
            Target::Plan,
            AnnotationKind::Comment,
            AnnotationState::Draft,
        ),
        annotation(
            Target::Document(DOCUMENT),
            AnnotationKind::Question,
            AnnotationState::Open,
        ),
        annotation(
            Target::Passage(DOCUMENT, words()),
            AnnotationKind::Highlight { colour: 3 },
            AnnotationState::Open,
        ),
        annotation(
            Target::Passage(DOCUMENT, words()),
            other_words,
            AnnotationState::Open,
        ),
        deletion,
    ]
}

fn placed() -> impl Iterator<Item = Placed> {
    let placements = [
        Placement::Exact { range: 1..2 },
        Placement::Moved { range: 3..4 },
        Placement::Changed {
            range: 5..6,
            likeness: 876,
        },
        Placement::Ambiguous {
            candidates: vec![7..8, 1..2],
        },
        Placement::Detached,
    ];
    placements.into_iter().map(|placement| Placed {
        annotation: NOTE,
        text: TEXT,
        placement,
    })
}

fn link(target: LinkTarget) -> Change {
    Change::Link(Link {
        id: LinkId(0x41),
        plan: PLAN,
        target,
        name: "Soil".to_owned(),
        created: Timestamp(1),
        updated: Timestamp(2),
        removed: None,
    })
}

/// Every kind, with every choice and every `Option` both ways.
pub(crate) fn samples() -> Vec<Change> {
    let settings = |typeface, backup_folder| {
        let mut settings = Settings {
            split: 0.32,
            theme: ThemeChoice::Dark,
            open_plan: Some(PLAN),
            page: Page {
                text_size: 18.5,
                measure: 66,
                line_height: 1.5,
                typeface,
            },
            backup_folder,
            ..Settings::default()
        };
        settings.highlight_names[1] = "Risk".to_owned();
        Change::Settings(settings)
    };
    let mut samples: Vec<_> = annotations().into_iter().map(Change::Annotation).collect();
    samples.extend([
        Change::Reply(Reply {
            id: ReplyId(0x51),
            annotation: NOTE,
            body: "Because.".to_owned(),
            created: Timestamp(3),
            updated: Timestamp(4),
            removed: Some(Timestamp(5)),
        }),
        link(LinkTarget::Plan(PlanId(9))),
        link(LinkTarget::File("/plans/other/soil.md".to_owned())),
    ]);
    samples.extend(placed().map(Change::Placed));
    let phase = |status| {
        Change::Phase(Phase {
            id: PhaseId(2),
            plan: PLAN,
            name: "Dig".to_owned(),
            description: "Two beds".to_owned(),
            rank: Rank::FIRST,
            status,
            started: Some(Timestamp(3)),
            completed: None,
            updated: Timestamp(4),
            removed: None,
        })
    };
    let plan = |scope, status| {
        Change::Plan(Plan {
            id: PLAN,
            name: "Garden".to_owned(),
            folder: "/plans/gården".to_owned(),
            description: String::new(),
            scope,
            status,
            created: Timestamp(1000),
            updated: Timestamp(-2),
            removed: None,
        })
    };
    let only = |is_shallow, is_unlimited, follows_links_out| Scope {
        is_shallow,
        is_unlimited,
        follows_links_out,
    };
    samples.extend([
        plan(only(true, false, false), PlanStatus::Active),
        plan(only(false, true, false), PlanStatus::Completed),
        plan(only(false, false, true), PlanStatus::Archived),
        phase(PhaseStatus::Pending),
        phase(PhaseStatus::InProgress),
        phase(PhaseStatus::Completed),
        Change::Milestone(Milestone {
            id: MilestoneId(3),
            phase: PhaseId(2),
            name: "Bed one".to_owned(),
            description: String::new(),
            rank: Rank(u64::MAX),
            completed: Some(Timestamp(4)),
            updated: Timestamp(5),
            removed: Some(Timestamp(6)),
        }),
        Change::HandOver(HandOver {
            annotation: NOTE,
            at: Timestamp(6),
            as_of: Timestamp(-2),
            is_resolved: true,
        }),
        Change::LastRead(LastRead {
            document: DOCUMENT,
            text: TEXT,
            up_to: 0x0102_0304_0506,
            at: Timestamp(7),
        }),
        settings(Typeface::Sans, None),
        settings(Typeface::Serif, Some("/backups".to_owned())),
    ]);
    samples
}

/// An entry with records in it and one of a task, for each mark that there is.
pub(crate) fn entries() -> Vec<Entry> {
    let tick = |before, after| Tick {
        document: DOCUMENT,
        task: Task {
            line: "- [ ] Dig".to_owned(),
            column: 3,
            nth: 1,
            n_alike: 2,
        },
        before,
        after,
    };
    let entry = |id, steps, tick| Entry {
        id: EntryId(id),
        at: Timestamp(-1),
        label: "Tick “Dig”".to_owned(),
        kind: EntryKind::Done,
        steps,
        tick,
    };
    let step = Step {
        before: None,
        after: link(LinkTarget::Plan(PlanId(9))),
    };
    vec![
        entry(1, vec![step], None),
        entry(2, Vec::new(), Some(tick(' ', 'x'))),
        entry(3, Vec::new(), Some(tick('X', '\t'))),
    ]
}

#[test]
fn records_are_written_as_they_always_were() {
    let rows = samples().into_iter().map(|c| row_from_change(&c).unwrap());
    let journal = entries().into_iter().map(|e| row_from_entry(&e).unwrap());
    let rows = rows.chain(journal);
    let lines: Vec<String> = rows.map(|row| line(&row)).collect();
    let golden: Vec<&str> = GOLDEN_V2.lines().collect();
    let text = line(&rows_from_text(TEXT, "Dig.\n").unwrap()[0]);
    let n = golden.len().saturating_sub(1);
    assert_eq!(lines, golden[..n], "\n{}\n{text}\n", lines.join("\n"));
}

#[test]
fn records_are_read_as_they_always_were() {
    let mut lines = GOLDEN_V2.lines().map(|line| {
        let mut words = line.split(' ');
        let [name, key, value] = std::array::from_fn(|_| words.next().unwrap());
        (name, bytes(key), bytes(value))
    });
    for (expected, (name, key, value)) in samples().into_iter().zip(&mut lines) {
        let is_it = |table: &Table| table.name() == name;
        let table = Table::OF_LIBRARY.into_iter().find(is_it).unwrap();
        assert_eq!(change_from_row(table, &key, &value), Ok(expected), "{name}");
    }
    for (expected, (name, key, value)) in entries().into_iter().zip(&mut lines) {
        assert_eq!(name, Table::Journal.name());
        assert_eq!(entry_from_row(&key, &value), Ok(expected));
    }
    let (name, key, value) = lines.next().unwrap();
    assert_eq!(name, Table::Texts.name());
    assert_eq!(text_of_key(&key), Some(TEXT));
    let text = text_from_rows([(&key[..], &value[..])].into_iter());
    assert_eq!(text.as_deref(), Ok("Dig.\n"));
}

/// No byte but a mark is ever put into a file, whatever became of the record.
#[test]
fn marks_that_no_task_has_are_told() {
    let Some(tick) = entries().pop().and_then(|entry| entry.tick) else {
        return;
    };
    let read = |mark: char| {
        let entry = Entry {
            tick: Some(Tick {
                after: mark,
                ..tick.clone()
            }),
            ..entries().remove(1)
        };
        let row = row_from_entry(&entry).unwrap();
        entry_from_row(&row.key, &row.value)
    };
    assert!(read('x').is_ok());
    for mark in ['y', '\n', 'é', '\0'] {
        let field = "mark of a task";
        assert_eq!(read(mark), Err(RecordFault::UnknownTag { field, tag: 0 }));
    }
}

/// Whatever became of a record, no range in the model is reversed and none of a note is missing.
#[test]
fn places_that_are_none_are_told() {
    let placed = |placement: u8, ranges: Vec<(u64, u64)>| {
        let record = PlacedV1 {
            annotation: 1,
            text: [0; 32],
            placement,
            likeness: 0,
            ranges,
        };
        let row = Row::new(Table::Placed, key(1), &record).unwrap();
        change_from_row(row.table, &row.key, &row.value)
    };
    let is_fault = |read: Result<Change, RecordFault>| {
        matches!(
            read,
            Err(RecordFault::Payload { .. } | RecordFault::UnknownTag { .. })
        )
    };
    assert!(placed(0, vec![(1, 2)]).is_ok());
    assert!(is_fault(placed(0, vec![(2, 1)])));
    assert!(is_fault(placed(0, vec![])));
    assert!(is_fault(placed(9, vec![(1, 2)])));

    let [.., deletion] = &annotations()[..] else {
        return;
    };
    let annotation = |change: fn(&mut AnnotationV1)| {
        let mut record = AnnotationV1::from(deletion);
        change(&mut record);
        let row = Row::new(Table::Annotations, key(1), &record).unwrap();
        change_from_row(row.table, &row.key, &row.value)
    };
    assert!(annotation(|_| {}).is_ok());
    assert!(is_fault(annotation(|record| record.anchor = None)));
    assert!(is_fault(annotation(|record| record.kind = 5)));
    assert!(is_fault(annotation(|record| record.state = 3)));
    assert!(is_fault(annotation(|record| record.target = 4)));
    assert!(is_fault(annotation(|record| {
        record.confirmed.as_mut().unwrap().start = 9;
    })));
}

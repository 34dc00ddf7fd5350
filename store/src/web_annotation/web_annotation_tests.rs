//! Notes there and back, what other programs write, and what nobody should.

use std::collections::BTreeMap;

use postil_model::{
    Annotation, AnnotationId, AnnotationKind, AnnotationState, Change, Document, DocumentId,
    FeedbackOptions, Library, NoteFilter, Passage, Plan, PlanId, PlanStatus, Reply, ReplyId, Scope,
    Selectors, Target, TextId, Timestamp,
};
use serde_json::{Value, json};

use super::*;
use crate::Text;

pub(super) const PLAN: PlanId = PlanId(1);
pub(super) const DOCUMENT: DocumentId = DocumentId(2);
pub(super) const TEXT: &str = "# Grund\n\nDas Ä 👩‍🌾 Beet umgraben, dann das Beet gießen.\n";
pub(super) const NOW: Timestamp = Timestamp(5_000);
pub(super) const ALL: FeedbackOptions = FeedbackOptions {
    filter: NoteFilter::ALL,
    is_with_resolved: true,
    is_news_only: false,
};

fn plan(id: PlanId) -> Change {
    Change::Plan(Plan {
        id,
        name: "Garden".to_owned(),
        folder: "/plans/garden".to_owned(),
        description: String::new(),
        scope: Scope::default(),
        status: PlanStatus::Active,
        created: Timestamp(0),
        updated: Timestamp(0),
        removed: None,
    })
}

fn document(plan: PlanId, id: DocumentId, path: &str) -> Change {
    Change::Document(Document {
        id,
        plan,
        path: path.to_owned(),
        hash: None,
        first_seen: Timestamp(0),
        last_seen: Timestamp(0),
        missing: None,
    })
}

pub(super) fn library() -> Library {
    let mut library = Library::default();
    library.apply(plan(PLAN));
    library.apply(document(PLAN, DOCUMENT, "notes/01 dig.md"));
    library
}

pub(super) fn texts() -> BTreeMap<DocumentId, Text> {
    let text = Text {
        id: TextId([9; 32]),
        text: TEXT.into(),
    };
    BTreeMap::from([(DOCUMENT, text)])
}

pub(super) fn read_into(library: &Library, file: &str, is_keeping_strays: bool) -> Import {
    let options = ImportOptions {
        is_keeping_strays,
        now: NOW,
    };
    let import = from_json_ld(file.as_bytes(), library, PLAN, &texts(), options).unwrap();
    let report = &import.report;
    let told = report.n_notes + report.n_replies + report.n_repeated + report.n_left_out();
    assert_eq!(report.n_items, told, "{report}");
    import
}

pub(super) fn read(file: &Value) -> Import {
    read_into(&library(), &file.to_string(), false)
}

fn problems(import: &Import) -> Vec<(Problem, usize)> {
    let findings = import.report.findings.iter();
    findings
        .map(|(problem, finding)| (*problem, finding.n))
        .collect()
}

pub(super) fn notes(import: &Import) -> Vec<&Annotation> {
    let notes = import
        .merge
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Annotation(annotation) => Some(annotation),
            _ => None,
        });
    notes.collect()
}

fn on_dig(selector: impl Into<Value>) -> Value {
    json!({"source": "notes/01%20dig.md", "selector": selector.into()})
}

fn comment(id: &str, target: impl Into<Value>, value: &str) -> Value {
    json!({
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": id, "type": "Annotation", "motivation": "commenting",
        "created": "2026-01-02T03:04:05Z",
        "body": {"type": "TextualBody", "value": value},
        "target": target.into(),
    })
}

#[test]
fn an_annotation_of_another_program_is_read() {
    let quote =
        json!({"type": "TextQuoteSelector", "exact": "Beet", "prefix": "das ", "suffix": " gie"});
    let import = read(&comment("https://example.org/7", on_dig(quote), "Wie oft?"));
    let [note] = notes(&import)[..] else {
        panic!("{import:?}");
    };
    let start = TEXT.rfind("Beet").unwrap();
    let Target::Passage(
        DOCUMENT,
        Passage {
            anchor,
            confirmed: None,
        },
    ) = &note.target
    else {
        panic!("{note:?}");
    };
    assert_eq!(anchor.range, start..start + 4);
    assert_eq!(anchor.text, TextId([9; 32]));
    assert_eq!(anchor.headings, ["Grund"]);
    assert_eq!(note.body, "Wie oft?");
    assert_eq!(note.kind, AnnotationKind::Comment);
    assert_eq!(note.created, Timestamp(1_767_323_045_000));
    assert_eq!(import.texts.len(), 1);
    assert_eq!(problems(&import), []);

    // Again: the same note, not a second one.
    let mut library = library();
    import
        .merge
        .changes
        .into_iter()
        .for_each(|change| library.apply(change));
    let quote =
        json!({"type": "TextQuoteSelector", "exact": "Beet", "prefix": "das ", "suffix": " gie"});
    let again = comment("https://example.org/7", on_dig(quote), "Wie oft?").to_string();
    let again = read_into(&library, &again, false);
    assert_eq!((again.merge.changes, again.merge.n_same), (vec![], 1));
}

#[test]
fn positions_count_code_points() {
    let start = TEXT.chars().position(|c| c == 'B').unwrap();
    let position = json!({"type": "TextPositionSelector", "start": start, "end": start + 4});
    let import = read(&comment(
        "urn:uuid:00000000-0000-0000-0000-000000000007",
        on_dig(position),
        "",
    ));
    let anchor = &notes(&import)[0].passage().unwrap().anchor;
    assert_eq!(
        (anchor.quote.as_str(), notes(&import)[0].id),
        ("Beet", AnnotationId(7))
    );
    assert_eq!(anchor.range.start, TEXT.find("Beet").unwrap());
}

#[test]
fn words_that_are_not_there_are_kept_and_told() {
    let elsewhere = json!([{"type": "TextQuoteSelector", "exact": "Kompost"},
        {"type": "TextPositionSelector", "start": 9, "end": 16}]);
    let twice = json!({"type": "TextQuoteSelector", "exact": "Beet"});
    let odd = json!({"type": "XPathSelector", "value": "/html/body"});
    let import = read(&json!([
        comment("a:1", on_dig(elsewhere), "A"),
        comment("a:2", on_dig(twice), "B"),
        comment("a:3", on_dig(odd), "C"),
    ]));
    assert_eq!(
        problems(&import),
        [(Problem::KeptOnDocument, 1), (Problem::WordsNotFound, 2)]
    );
    let quotes: Vec<_> = notes(&import)
        .iter()
        .filter_map(|note| {
            note.passage()
                .map(|passage| (passage.anchor.quote.as_str(), passage.anchor.text))
        })
        .collect();
    assert_eq!(quotes.len(), 2);
    assert!(
        quotes.contains(&("Kompost", Selectors::NO_TEXT))
            && quotes.contains(&("Beet", Selectors::NO_TEXT))
    );
    assert_eq!(import.texts, []);
}

#[test]
fn notes_on_other_documents_are_left_out_or_kept_on_the_plan() {
    let quote = json!({"type": "TextQuoteSelector", "exact": "old words"});
    let target = json!({"source": "https://example.org/page.html", "selector": quote});
    let file = comment("a:1", target, "Look here").to_string();
    let left_out = read_into(&library(), &file, false);
    assert_eq!(problems(&left_out), [(Problem::OtherDocument, 1)]);
    assert_eq!(left_out.merge.changes, []);

    let kept = read_into(&library(), &file, true);
    assert_eq!(problems(&kept), [(Problem::KeptOnPlan, 1)]);
    assert_eq!(notes(&kept)[0].target, Target::Plan);
    assert_eq!(
        notes(&kept)[0].body,
        "On https://example.org/page.html:\n> old words\n\nLook here"
    );
}

#[test]
fn bodies_are_text_and_no_more() {
    let script = "<script>alert(1)</script><b onclick='x'>bold</b>";
    let import = read(&json!([{
        "id": "a:1", "type": "Annotation", "target": "notes/01%20dig.md",
        "body": [
            {"type": "TextualBody", "value": script, "format": "text/html"},
            "https://example.org/video.mp4",
            {"type": "TextualBody", "value": "risk", "purpose": "tagging"},
            {"type": "TextualBody", "value": "risk", "purpose": "tagging"},
            {"type": "TextualBody", "value": 7},
            {"type": "Choice", "items": [{"type": "TextualBody", "value": "zwei"}]},
        ],
        "creator": {"name": "Jane"}, "rights": "CC0", "motivation": "moderating",
        "created": "gestern",
    }]));
    let note = notes(&import)[0];
    assert_eq!(
        note.body,
        format!("{script}\n\nhttps://example.org/video.mp4\n\nzwei")
    );
    assert_eq!(note.tags, ["risk"]);
    assert_eq!((note.created, note.updated), (NOW, NOW));
    assert_eq!(
        problems(&import),
        [
            (Problem::HtmlAsSource, 1),
            (Problem::BodyElsewhere, 1),
            (Problem::BodyUnreadable, 1),
            (Problem::BodiesJoined, 1),
            (Problem::OtherMotivation, 1),
            (Problem::TimeUnreadable, 1),
            (Problem::FieldsLeftOut, 1),
        ]
    );
    assert!(
        import
            .report
            .to_string()
            .contains("1 with fields that were left out (1 creator, rights)")
    );
}

#[test]
fn threads_are_answers_to_their_note_and_cycles_are_none() {
    let answer = |id: &str, to: &str| {
        let mut answer = comment(id, json!(to), id);
        answer["motivation"] = json!("replying");
        answer
    };
    let import = read(&json!([
        answer("a:4", "a:3"),
        comment("a:1", json!("notes/01%20dig.md"), "note"),
        answer("a:3", "a:1"),
        answer("a:5", "a:6"),
        answer("a:6", "a:5"),
        answer("a:7", "a:7"),
        answer("a:8", "https://example.org/nowhere"),
        comment("a:9", json!({"id": "a:1"}), "also an answer"),
    ]));
    assert_eq!((import.report.n_notes, import.report.n_replies), (1, 3));
    assert_eq!(
        problems(&import),
        [
            (Problem::NoParent, 1),
            (Problem::Cycle, 3),
            (Problem::ThreadFlattened, 1)
        ]
    );
}

#[test]
fn ids_that_come_again_are_taken_once() {
    let mut newer = comment("a:1", json!("notes/01%20dig.md"), "new");
    newer["modified"] = json!("2026-05-05T00:00:00Z");
    let older = comment("a:1", json!("notes/01%20dig.md"), "old");
    for file in [json!([older, newer]), json!([newer, older])] {
        let import = read(&file);
        assert_eq!(notes(&import)[0].body, "new");
        assert_eq!(problems(&import), [(Problem::SameId, 1)]);
    }
    let import = read(&json!([older, older]));
    assert_eq!((import.report.n_repeated, import.report.n_notes), (1, 1));
}

#[test]
fn a_note_that_differs_is_a_conflict_and_the_later_wins() {
    let file = comment(
        "urn:uuid:00000000-0000-0000-0000-000000000007",
        json!("notes/01%20dig.md"),
        "theirs",
    );
    let mut library = library();
    let theirs = read_into(&library, &file.to_string(), false).merge.changes;
    let Some(Change::Annotation(theirs)) = theirs.first() else {
        panic!("{theirs:?}");
    };
    for (later, is_taken) in [(-1, true), (1, false)] {
        library.apply(Change::Annotation(Annotation {
            body: "ours".to_owned(),
            updated: Timestamp(theirs.updated.0 + later),
            ..theirs.clone()
        }));
        let merge = read_into(&library, &file.to_string(), false).merge;
        assert_eq!(merge.conflicts.len(), 1);
        assert_eq!(
            (merge.conflicts[0].is_incoming_taken, merge.changes.len()),
            (is_taken, usize::from(is_taken))
        );
    }
}

#[test]
fn a_note_of_another_plan_is_not_taken_over() {
    let mut library = library();
    library.apply(plan(PlanId(50)));
    library.apply(document(PlanId(50), DocumentId(60), "notes/01 dig.md"));
    let mut theirs = made(7, Target::Document(DocumentId(60)), AnnotationKind::Comment);
    theirs.plan = PlanId(50);
    library.apply(Change::Annotation(theirs));
    library.apply(Change::Reply(answer(70, 7)));
    let file = to_json_ld(&library, PlanId(50), &BTreeMap::new(), &ALL);
    let import = read_into(&library, &file, false);
    assert_eq!(problems(&import), [(Problem::NewId, 1)]);
    let note = notes(&import)[0];
    assert!(note.id != AnnotationId(7) && note.plan == PLAN && note.document() == Some(DOCUMENT));
    let replies = import
        .merge
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Reply(reply) => Some(reply.annotation),
            _ => None,
        });
    assert_eq!(replies.collect::<Vec<_>>(), [note.id]);
}

#[test]
fn what_is_no_file_of_annotations_is_refused_with_a_reason() {
    let options = ImportOptions {
        is_keeping_strays: true,
        now: NOW,
    };
    let refused =
        |file: &[u8]| from_json_ld(file, &library(), PLAN, &texts(), options).unwrap_err();
    assert!(matches!(refused(b""), ReadError::NotJson { .. }));
    assert!(matches!(
        refused(b"{\"items\": ["),
        ReadError::NotJson { .. }
    ));
    assert!(matches!(
        refused(&[0xFF, 0xFE, 0]),
        ReadError::NotJson { .. }
    ));
    let deep = "[".repeat(1 << 20) + &"]".repeat(1 << 20);
    assert!(matches!(
        refused(deep.as_bytes()),
        ReadError::NotJson { .. }
    ));
    for other in ["{}", "7", "null", "\"x\"", "{\"name\": \"package\"}"] {
        assert!(
            matches!(refused(other.as_bytes()), ReadError::NoAnnotations),
            "{other}"
        );
    }
    let large = vec![b' '; (32 << 20) + 1];
    assert!(matches!(refused(&large), ReadError::TooLarge { .. }));
}

#[test]
fn containers_of_all_forms_are_read_and_pages_elsewhere_are_not_fetched() {
    let one = |n: usize| comment(&format!("a:{n}"), json!("notes/01%20dig.md"), "x");
    let pages = json!({
        "id": "https://example.org/all", "type": ["BasicContainer", "AnnotationCollection"], "total": 9,
        "first": {"type": "AnnotationPage", "items": [one(1), one(2)],
            "next": {"type": "AnnotationPage", "items": [one(3)], "next": "https://example.org/all"}},
    });
    let import = read(&pages);
    assert_eq!(import.report.n_notes, 3);
    assert_eq!(problems(&import), [(Problem::PageElsewhere, 1)]);
    assert_eq!(
        read(&json!({"@graph": [one(1), 5, {}, []]})).report.n_items,
        3
    );
    assert_eq!(
        read(&json!({"type": "AnnotationPage", "items": one(1)}))
            .report
            .n_notes,
        1
    );
    assert_eq!(read(&json!([])).report.n_items, 0);
}

#[test]
fn more_than_can_be_is_left_out_and_counted() {
    let long = comment("a:1", json!("notes/01%20dig.md"), &"x".repeat(4 << 20));
    assert_eq!(problems(&read(&long)), [(Problem::TooLong, 1)]);
    let many: Vec<_> = (0..50_002)
        .map(|n| json!({"id": format!("a:{n}"), "target": "notes/01%20dig.md"}))
        .collect();
    let import = read(&json!(many));
    assert_eq!(import.report.n_notes, 50_000);
    assert_eq!(problems(&import), [(Problem::TooMany, 2)]);
    // A note of a megabyte is a note.
    let large = comment("a:1", json!("notes/01%20dig.md"), &"é".repeat(1 << 19));
    assert_eq!(read(&large).report.n_notes, 1);
}

pub(super) fn made(id: u128, target: Target, kind: AnnotationKind) -> Annotation {
    Annotation {
        id: AnnotationId(id),
        plan: PLAN,
        target,
        kind,
        body: "words".to_owned(),
        tags: vec![],
        state: AnnotationState::Open,
        created: Timestamp(1_000),
        updated: Timestamp(2_000),
        removed: None,
    }
}

pub(super) fn answer(id: u128, annotation: u128) -> Reply {
    Reply {
        id: ReplyId(id),
        annotation: AnnotationId(annotation),
        body: "answer".to_owned(),
        created: Timestamp(3_000),
        updated: Timestamp(3_000),
        removed: None,
    }
}

//! Notes there and back, what other programs write, and what nobody should.

use std::collections::BTreeMap;
use std::ops::Range;

use postil_model::{
    Anchor, Annotation, AnnotationId, AnnotationKind, AnnotationState, Change, Document,
    DocumentId, FeedbackOptions, Library, Passage, Placement, Plan, PlanId, PlanStatus, Reply,
    ReplyId, Selectors, Standing, Target, TextId, Timestamp,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::Text;

const PLAN: PlanId = PlanId(1);
const DOCUMENT: DocumentId = DocumentId(2);
const TEXT: &str = "# Grund\n\nDas Ä 👩‍🌾 Beet umgraben, dann das Beet gießen.\n";
const NOW: Timestamp = Timestamp(5_000);
const ALL: FeedbackOptions = FeedbackOptions {
    document: None,
    is_with_resolved: true,
    is_news_only: false,
};

fn plan(id: PlanId) -> Change {
    Change::Plan(Plan {
        id,
        name: "Garden".to_owned(),
        folder: "/plans/garden".to_owned(),
        description: String::new(),
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

fn library() -> Library {
    let mut library = Library::default();
    library.apply(plan(PLAN));
    library.apply(document(PLAN, DOCUMENT, "notes/01 dig.md"));
    library
}

fn texts() -> BTreeMap<DocumentId, Text> {
    let text = Text {
        id: TextId([9; 32]),
        text: TEXT.into(),
    };
    BTreeMap::from([(DOCUMENT, text)])
}

fn read_into(library: &Library, file: &str, is_keeping_strays: bool) -> Import {
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

fn read(file: &Value) -> Import {
    read_into(&library(), &file.to_string(), false)
}

fn problems(import: &Import) -> Vec<(Problem, usize)> {
    let findings = import.report.findings.iter();
    findings
        .map(|(problem, finding)| (*problem, finding.n))
        .collect()
}

fn notes(import: &Import) -> Vec<&Annotation> {
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
    let file = to_json_ld(&library, PlanId(50), &BTreeMap::new(), ALL);
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

fn made(id: u128, target: Target, kind: AnnotationKind) -> Annotation {
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

fn answer(id: u128, annotation: u128) -> Reply {
    Reply {
        id: ReplyId(id),
        annotation: AnnotationId(annotation),
        body: "answer".to_owned(),
        created: Timestamp(3_000),
        updated: Timestamp(3_000),
        removed: None,
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::collection::vec(any::<char>(), 0..12).prop_map(String::from_iter),
        1 => Just("\0\u{202e}\r\n\u{feff}👩‍🌾\u{301}".to_owned()),
        1 => Just("<script>&amp;\"\\".to_owned()),
    ]
}

fn at() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        any::<i64>(),
        0..4_000_000_000_000_i64,
        Just(i64::MIN),
        Just(i64::MAX)
    ]
    .prop_map(Timestamp)
}

fn anchor() -> impl Strategy<Value = Anchor> {
    let range = (any::<usize>(), any::<usize>()).prop_map(|(a, b)| a.min(b)..a.max(b));
    let headings = prop::collection::vec(text(), 0..3);
    (text(), text(), text(), range, headings, any::<[u8; 32]>()).prop_map(
        |(quote, before, after, range, headings, text)| Anchor {
            quote,
            before,
            after,
            range,
            headings,
            text: TextId(text),
        },
    )
}

fn annotation() -> impl Strategy<Value = Annotation> {
    let passage = || {
        (anchor(), prop::option::of(anchor()))
            .prop_map(|(anchor, confirmed)| Passage { anchor, confirmed })
    };
    let target = prop_oneof![
        Just(Target::Plan),
        Just(Target::Document(DOCUMENT)),
        passage().prop_map(|passage| Target::Passage(DOCUMENT, passage)),
        passage().prop_map(|passage| Target::Block(DOCUMENT, passage)),
    ];
    let kind = prop_oneof![
        any::<u8>().prop_map(|colour| AnnotationKind::Highlight { colour }),
        Just(AnnotationKind::Comment),
        Just(AnnotationKind::Question),
        text().prop_map(|words| AnnotationKind::Replacement { words }),
        Just(AnnotationKind::Deletion),
    ];
    let state = prop_oneof![
        Just(AnnotationState::Open),
        at().prop_map(|at| AnnotationState::Resolved { at }),
    ];
    let tags = prop::collection::btree_set(text(), 0..3);
    (target, kind, text(), tags, state, at(), at()).prop_map(
        |(target, kind, body, tags, state, created, updated)| Annotation {
            body,
            tags: tags.into_iter().collect(),
            state,
            created,
            updated,
            ..made(0, target, kind)
        },
    )
}

fn written(notes: Vec<(Annotation, Vec<(String, Timestamp)>)>) -> Library {
    let mut written = library();
    for (n, (note, answers)) in notes.into_iter().enumerate() {
        let id = (n as u128 + 1) << 64;
        written.apply(Change::Annotation(Annotation {
            id: AnnotationId(id),
            ..note
        }));
        for (m, (body, at)) in answers.into_iter().enumerate() {
            written.apply(Change::Reply(Reply {
                body,
                created: at,
                updated: Timestamp(at.0.saturating_add(1)),
                ..answer(id + m as u128 + 1, id)
            }));
        }
    }
    written
}

/// A file with something odd put into any place of it.
fn spoiled() -> impl Strategy<Value = String> {
    let notes = prop::collection::vec(
        (annotation(), prop::collection::vec((text(), at()), 0..2)),
        1..4,
    );
    let junk = prop_oneof![
        Just(Value::Null),
        Just(json!({})),
        Just(json!([])),
        Just(json!([[], {}, "x"])),
        Just(json!(-1)),
        Just(json!(u64::MAX)),
        Just(json!("urn:uuid:00000000-0000-0001-0000-000000000000")),
        Just(json!("notes/01%20dig.md")),
        Just(json!({"type": "AnnotationPage", "items": [1]})),
        Just(json!({"postil:plan": true, "target": {}})),
        text().prop_map(Value::String),
    ];
    let spots = prop::collection::vec((any::<prop::sample::Index>(), junk), 1..4);
    (notes, spots).prop_map(|(notes, spots)| {
        let file = to_json_ld(&written(notes), PLAN, &BTreeMap::new(), ALL);
        let mut file: Value = serde_json::from_str(&file).unwrap();
        for (spot, junk) in spots {
            let n = count(&file);
            put(&mut file, &mut spot.index(n), &junk);
        }
        file.to_string()
    })
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(values) => values.iter().map(count).sum(),
        Value::Object(values) => values.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

fn put(value: &mut Value, spot: &mut usize, junk: &Value) -> bool {
    if *spot == 0 {
        *value = junk.clone();
        return true;
    }
    *spot -= 1;
    match value {
        Value::Array(values) => values.iter_mut().any(|value| put(value, spot, junk)),
        Value::Object(values) => values.values_mut().any(|value| put(value, spot, junk)),
        _ => false,
    }
}

/// What a file looks like. It is read for as long as Postil exists.
#[test]
fn the_golden_file_is_written_and_read() {
    let start = TEXT.find("umgraben").unwrap();
    let range = start..start + "umgraben".len();
    let anchor = Anchor::of(
        TEXT,
        range.clone(),
        TextId([9; 32]),
        vec!["Grund".to_owned()],
    );
    let first = Anchor {
        quote: "graben".to_owned(),
        range: 4..10,
        text: TextId([8; 32]),
        ..anchor.clone()
    };
    let id = |n: u128| 0x0192_f6c4_0000_7000_8000_0000_0000_0000 + n;
    let replacement = AnnotationKind::Replacement {
        words: "zweimal **umgraben**".to_owned(),
    };
    let passage = Passage {
        anchor: anchor.clone(),
        confirmed: None,
    };
    let moved = Passage {
        anchor: first,
        confirmed: Some(anchor),
    };
    let mut library = library();
    for note in [
        made(id(1), Target::Plan, AnnotationKind::Comment),
        Annotation {
            tags: vec!["Werkzeug".to_owned(), "risk".to_owned()],
            ..made(id(2), Target::Passage(DOCUMENT, passage), replacement)
        },
        Annotation {
            state: AnnotationState::Resolved {
                at: Timestamp(1_795_278_271_500),
            },
            body: String::new(),
            ..made(
                id(3),
                Target::Block(DOCUMENT, moved),
                AnnotationKind::Highlight { colour: 2 },
            )
        },
        made(id(4), Target::Document(DOCUMENT), AnnotationKind::Deletion),
    ] {
        library.apply(Change::Annotation(note));
    }
    library.apply(Change::Reply(answer(id(5), id(2))));
    let placements = BTreeMap::from([(AnnotationId(id(2)), Placement::Exact { range })]);
    let standing = Standing {
        text: TEXT,
        placements: &placements,
    };
    let made = to_json_ld(&library, PLAN, &BTreeMap::from([(DOCUMENT, standing)]), ALL);
    let golden = include_str!("golden.jsonld");
    assert!(made == golden, "the file is to be:\n{made}");

    let mut back = self::library();
    let import = read_into(&back, golden, false);
    import
        .merge
        .changes
        .into_iter()
        .for_each(|change| back.apply(change));
    assert_eq!(back, library);
    assert_eq!(import.report.findings.len(), 0, "{}", import.report);
}

proptest! {
    #[test]
    fn notes_are_read_as_they_were_written(
        notes in prop::collection::vec((annotation(), prop::collection::vec((text(), at()), 0..3)), 0..5),
    ) {
        let written = written(notes);
        let file = to_json_ld(&written, PLAN, &BTreeMap::new(), ALL);
        let import = read_into(&library(), &file, false);
        let mut back = library();
        for change in import.merge.changes {
            back.apply(change);
        }
        prop_assert_eq!(&back, &written);
        let only_words = |problem: &Problem| *problem == Problem::WordsNotFound;
        prop_assert!(import.report.findings.keys().all(only_words), "{}", import.report);
        let again = read_into(&written, &file, false).merge;
        prop_assert_eq!(again.changes, vec![]);
        prop_assert_eq!(again.conflicts, vec![]);
    }

    /// Notes of one's own that lose Postil's own fields on the way still find their words.
    #[test]
    fn words_are_found_by_the_standard_fields_alone(
        (a, b) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
    ) {
        let (a, b) = (a.index(TEXT.len() + 1), b.index(TEXT.len() + 1));
        let anchor = Anchor::of(TEXT, a.min(b)..a.max(b), TextId([9; 32]), vec!["Grund".to_owned()]);
        let range: Range<usize> = anchor.range.clone();
        prop_assume!(!range.is_empty() && range.start > 8);
        let target = Target::Passage(DOCUMENT, Passage { anchor, confirmed: None });
        let mut library = library();
        library.apply(Change::Annotation(made(7, target.clone(), AnnotationKind::Question)));
        let placements = BTreeMap::from([(AnnotationId(7), Placement::Exact { range })]);
        let standing = Standing { text: TEXT, placements: &placements };
        let file = to_json_ld(&library, PLAN, &BTreeMap::from([(DOCUMENT, standing)]), ALL);
        let mut file: Value = serde_json::from_str(&file).unwrap();
        let item = &mut file["first"]["items"][0];
        item["target"].as_object_mut().unwrap().retain(|key, _| !key.starts_with("postil:"));
        item.as_object_mut().unwrap().retain(|key, _| !key.starts_with("postil:"));
        let import = read(&file);
        prop_assert_eq!(&notes(&import)[0].target, &target);
        prop_assert_eq!(&notes(&import)[0].kind, &AnnotationKind::Question);
    }

    /// Whatever is in a file, each of its annotations is taken or told about.
    #[test]
    fn a_spoiled_file_is_read_as_far_as_it_goes(file in spoiled(), is_keeping_strays: bool) {
        let options = ImportOptions { is_keeping_strays, now: NOW };
        if let Ok(import) = from_json_ld(file.as_bytes(), &library(), PLAN, &texts(), options) {
            let report = import.report;
            let told = report.n_notes + report.n_replies + report.n_repeated + report.n_left_out();
            prop_assert_eq!(report.n_items, told, "{}", report);
            let n_records = import.merge.changes.len();
            prop_assert_eq!(n_records, report.n_notes + report.n_replies);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let options = ImportOptions { is_keeping_strays: true, now: NOW };
        drop(from_json_ld(&bytes, &library(), PLAN, &texts(), options));
    }
}

//! What was written is read, whatever is in it and whatever became of the file.

use std::collections::BTreeMap;
use std::ops::Range;

use postil_model::{
    Anchor, Annotation, AnnotationId, AnnotationKind, AnnotationState, Change, Library, Passage,
    Placement, Reply, Standing, Target, TextId, Timestamp,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::tests::{
    ALL, DOCUMENT, NOW, PLAN, TEXT, answer, library, made, notes, read, read_into, texts,
};
use super::*;

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
        let file = to_json_ld(&written(notes), PLAN, &BTreeMap::new(), &ALL);
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
    let made = to_json_ld(
        &library,
        PLAN,
        &BTreeMap::from([(DOCUMENT, standing)]),
        &ALL,
    );
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
        let file = to_json_ld(&written, PLAN, &BTreeMap::new(), &ALL);
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
        let file = to_json_ld(&library, PLAN, &BTreeMap::from([(DOCUMENT, standing)]), &ALL);
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

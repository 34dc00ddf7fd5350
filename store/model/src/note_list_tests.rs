//! Lists of a few notes, and what is asked of them.

use super::*;
use crate::{Anchor, Change, Document, Passage, Placed, Target, Timestamp};

const PLAN: PlanId = PlanId(1);
const DIG: DocumentId = DocumentId(10);
const SOW: DocumentId = DocumentId(11);
const TEXT: TextId = TextId([1; 32]);
const LATER: TextId = TextId([2; 32]);

fn document(id: DocumentId, path: &str, hash: TextId) -> Change {
    Change::Document(Document {
        id,
        plan: PLAN,
        path: path.to_owned(),
        hash: Some(hash.0),
        first_seen: Timestamp(1),
        last_seen: Timestamp(1),
        missing: None,
    })
}

fn note(id: u128, target: Target, body: &str, tags: &[&str]) -> Annotation {
    Annotation {
        id: AnnotationId(id),
        plan: PLAN,
        target,
        kind: AnnotationKind::Comment,
        body: body.to_owned(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        state: AnnotationState::Open,
        created: Timestamp(id as i64),
        updated: Timestamp(id as i64),
        removed: None,
    }
}

fn on(document: DocumentId, words: &str, at: usize) -> Target {
    let text = format!("{}{words}", " ".repeat(at));
    let anchor = Anchor::of(&text, at..at + words.len(), TEXT, Vec::new());
    let confirmed = None;
    Target::Passage(document, Passage { anchor, confirmed })
}

/// A plan of two documents with four notes: on the plan, on both documents, and one dealt with.
fn library() -> Library {
    let mut library = Library::default();
    library.apply(document(SOW, "02-sow.md", TEXT));
    library.apply(document(DIG, "01-dig.md", TEXT));
    let resolved = AnnotationState::Resolved { at: Timestamp(9) };
    for note in [
        note(4, on(DIG, "Two beds", 40), "Which wall?", &["risk"]),
        note(5, on(SOW, "Peas", 7), "Too early", &[]),
        note(6, Target::Plan, "All of it by May", &["risk", "time"]),
        Annotation {
            state: resolved,
            kind: AnnotationKind::Deletion,
            ..note(7, on(DIG, "Dig", 2), "", &[])
        },
    ] {
        library.apply(Change::Annotation(note));
    }
    library
}

fn listed(library: &Library, filter: &NoteFilter, order: NoteOrder) -> Vec<u128> {
    let notes = list_notes(library, PLAN, filter, order);
    notes.into_iter().map(|id| id.0).collect()
}

fn all() -> NoteFilter {
    NoteFilter::default()
}

#[test]
fn notes_are_in_the_order_of_documents_and_places_or_the_latest_first() {
    let library = library();
    assert_eq!(listed(&library, &all(), NoteOrder::ByPlace), [6, 7, 4, 5]);
    assert_eq!(listed(&library, &all(), NoteOrder::ByTime), [7, 6, 5, 4]);
}

#[test]
fn each_filter_takes_away_what_it_says() {
    let library = library();
    let of = |filter: NoteFilter| listed(&library, &filter, NoteOrder::ByPlace);
    let document = Some(DIG);
    assert_eq!(of(NoteFilter { document, ..all() }), [7, 4]);
    let mut kinds = all().kinds;
    kinds[NoteFilter::kind_index(&AnnotationKind::Deletion)] = true;
    assert_eq!(of(NoteFilter { kinds, ..all() }), [7]);
    let state = NoteState::Resolved;
    assert_eq!(of(NoteFilter { state, ..all() }), [7]);
    let state = NoteState::Open;
    assert_eq!(of(NoteFilter { state, ..all() }), [6, 4, 5]);
    let tag = Some("risk".to_owned());
    assert_eq!(of(NoteFilter { tag, ..all() }), [6, 4]);
    let by_words = |words: &str| {
        let words = words.to_owned();
        of(NoteFilter { words, ..all() })
    };
    assert_eq!(by_words("WALL two"), [4], "in the note and in its words");
    assert_eq!(by_words("#time"), [6]);
    assert_eq!(by_words("cabbage"), [0; 0]);
}

#[test]
fn what_is_in_doubt_is_told_of_the_text_as_it_is_now() {
    let mut library = library();
    let in_doubt = NoteFilter {
        state: NoteState::InDoubt,
        ..all()
    };
    assert_eq!(listed(&library, &in_doubt, NoteOrder::ByPlace), [0; 0]);
    library.apply(document(DIG, "01-dig.md", LATER));
    assert_eq!(to_look_over(&library, PLAN), [DIG]);
    for id in [4, 7] {
        library.apply(Change::Placed(Placed {
            annotation: AnnotationId(id),
            text: LATER,
            placement: Placement::Detached,
        }));
    }
    assert_eq!(to_look_over(&library, PLAN), [DocumentId(0); 0]);
    assert_eq!(listed(&library, &in_doubt, NoteOrder::ByPlace), [7, 4]);
    // The file as it was: the words are where they were.
    library.apply(document(DIG, "01-dig.md", TEXT));
    assert_eq!(listed(&library, &in_doubt, NoteOrder::ByPlace), [0; 0]);
}

#[test]
fn tags_are_listed_once() {
    let tags: Vec<_> = tags_of(&library(), PLAN).into_iter().collect();
    assert_eq!(tags, ["risk", "time"]);
}

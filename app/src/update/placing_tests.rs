use std::sync::Arc;

use postil_model::{
    Annotation, AnnotationId, AnnotationKind, Change, Placed, Placement, PlanId, TextId,
};
use postil_store::Batch;
use postil_watcher::ContentHash;

use crate::command::{Command, UserCommand};
use crate::effects::Effect;
use crate::margin::{MarginCommand, PlacedNotes};
use crate::state::StoreState;
use crate::update::documents::tests::read;
use crate::update::tests::Bench;

const TEXT: &str = "# Dig\n\nTwo beds by the wall.\n";
const WORDS: std::ops::Range<usize> = 7..15;

fn id_of(text: &str) -> TextId {
    TextId(ContentHash::of(text.as_bytes()).0)
}

fn batches(effects: &[Effect]) -> impl Iterator<Item = &Batch> {
    effects.iter().filter_map(|effect| match effect {
        Effect::Write(batch) => Some(batch),
        _ => None,
    })
}

fn asked_texts(effects: &[Effect]) -> Vec<TextId> {
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::ReadText(id) => Some(*id),
        _ => None,
    });
    asked.collect()
}

fn placed(effects: &[Effect]) -> Option<&Placed> {
    let mut changes = batches(effects).flat_map(|batch| &batch.changes);
    changes.find_map(|change| match change {
        Change::Placed(placed) => Some(placed),
        _ => None,
    })
}

fn note(bench: &Bench, plan: PlanId) -> Annotation {
    let mut notes = bench.state.library.annotations(plan);
    notes.next().expect("a note").clone()
}

fn place(bench: &Bench, id: AnnotationId) -> Option<&Placement> {
    bench.state.margin.places.get(&id)
}

/// A highlight of “Two beds”, with what was asked for it.
fn noted() -> (Bench, PlanId, Vec<Effect>) {
    let (mut bench, plan) = Bench::with_plan();
    read(&mut bench, plan, TEXT);
    let effects = bench.user(UserCommand::Margin(MarginCommand::Annotate {
        range: WORDS,
        kind: AnnotationKind::Highlight { colour: 0 },
        is_block: false,
    }));
    (bench, plan, effects)
}

/// The document is opened in a session that knows nothing but the library.
fn reopened(bench: &mut Bench, plan: PlanId, text: &str) -> Vec<Effect> {
    bench.user(UserCommand::NextDocument);
    bench.user(UserCommand::PreviousDocument);
    read(bench, plan, text)
}

#[test]
fn the_text_that_a_note_was_made_on_is_kept_with_it() {
    let (bench, plan, effects) = noted();
    let passage = note(&bench, plan).target;
    assert!(format!("{passage:?}").contains("Two beds"));
    let batch = batches(&effects).find(|batch| {
        let mut changes = batch.changes.iter();
        changes.any(|change| matches!(change, Change::Annotation(_)))
    });
    let texts = &batch.expect("a batch with the note").texts;
    assert_eq!(texts.len(), 1);
    assert_eq!(texts[0].id, id_of(TEXT));
    assert_eq!(&*texts[0].text, TEXT);
}

#[test]
fn a_new_text_places_the_note_and_both_are_kept() {
    let (mut bench, plan, _) = noted();
    let id = note(&bench, plan).id;
    let longer = format!("# News\n\n{TEXT}");
    let effects = read(&mut bench, plan, &longer);
    let found = placed(&effects).expect("where it is");
    assert_eq!((found.annotation, found.text), (id, id_of(&longer)));
    assert_eq!(found.placement.range(), Some(15..23));
    let with_text = batches(&effects).any(|b| b.texts.iter().any(|t| t.id == id_of(&longer)));
    assert!(with_text, "{effects:?}");
    assert_eq!(place(&bench, id).and_then(Placement::range), Some(15..23));
    // Known by then: nothing is written for the same text again.
    let effects = reopened(&mut bench, plan, &longer);
    assert!(asked_texts(&effects).is_empty());
    assert!(placed(&effects).is_none());
    assert_eq!(place(&bench, id).and_then(Placement::range), Some(15..23));
}

#[test]
fn after_a_restart_the_old_text_is_asked_for_and_the_note_follows_it() {
    let (mut bench, plan, _) = noted();
    let id = note(&bench, plan).id;
    let reworded = TEXT.replace("Two beds by", "Four long beds by");
    let effects = reopened(&mut bench, plan, &reworded);
    assert_eq!(asked_texts(&effects), [id_of(TEXT)]);
    assert!(place(&bench, id).is_none());
    let effects = bench.take(Command::Store(postil_store::Event::Text {
        id: id_of(TEXT),
        text: Some(Arc::from(TEXT)),
    }));
    let placed = placed(&effects).expect("where it is");
    assert!(
        matches!(&placed.placement, Placement::Changed { range, .. } if reworded[range.clone()].contains("beds")),
        "{placed:?}"
    );
}

#[test]
fn without_the_old_text_or_a_library_the_words_are_looked_for_by_themselves() {
    let longer = format!("# News\n\n{TEXT}");
    let (mut bench, plan, _) = noted();
    let id = note(&bench, plan).id;
    reopened(&mut bench, plan, &longer);
    bench.take(Command::Store(postil_store::Event::Text {
        id: id_of(TEXT),
        text: None,
    }));
    assert_eq!(place(&bench, id).and_then(Placement::range), Some(15..23));

    let (mut bench, plan, _) = noted();
    let id = note(&bench, plan).id;
    bench.state.store = StoreState::Unavailable { why: String::new() };
    let effects = reopened(&mut bench, plan, &longer);
    assert!(asked_texts(&effects).is_empty());
    assert_eq!(place(&bench, id).and_then(Placement::range), Some(15..23));
}

#[test]
fn an_answer_for_another_text_is_dropped() {
    let (mut bench, plan, _) = noted();
    let (id, document) = (
        note(&bench, plan).id,
        bench.state.document.as_ref().expect("open").id,
    );
    let before = place(&bench, id).cloned();
    let late = |text: &str| {
        Command::NotesPlaced(PlacedNotes {
            document,
            id: id_of(text),
            places: vec![(id, Placement::Detached)],
        })
    };
    let effects = bench.take(late("another text"));
    assert_eq!(batches(&effects).count(), 0);
    assert_eq!(place(&bench, id).cloned(), before);
    bench.take(late(TEXT));
    assert_eq!(place(&bench, id), Some(&Placement::Detached));
}

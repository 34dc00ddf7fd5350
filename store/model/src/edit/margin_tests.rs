//! The life of a note in the margin.

use super::*;
use crate::{Library, TextId, Timestamp};

const PLAN: PlanId = PlanId(1);
const DOCUMENT: DocumentId = DocumentId(2);
const NOTE: AnnotationId = AnnotationId(3);

fn anchor(quote: &str, text: u8) -> Anchor {
    let words = format!("Before {quote} after");
    Anchor::of(&words, 7..7 + quote.len(), TextId([text; 32]), Vec::new())
}

struct Desk(Library);

impl Desk {
    fn new(kind: AnnotationKind) -> Self {
        let mut desk = Self(Library::default());
        let (_, changes) = Edit::new(&desk.0, Timestamp(0)).register(PLAN, "/p", "Garden");
        desk.apply(changes);
        let passage = Passage {
            anchor: anchor("two beds", 1),
            confirmed: None,
        };
        let target = Target::Passage(DOCUMENT, passage);
        desk.at(1, |edit| edit.annotate(PLAN, NOTE, target, kind, true));
        desk
    }

    fn apply(&mut self, changes: Vec<Change>) {
        for change in changes {
            self.0.apply(change);
        }
    }

    fn at(&mut self, now: i64, edit: impl FnOnce(Edit<'_>) -> Vec<Change>) -> usize {
        let changes = edit(Edit::new(&self.0, Timestamp(now)));
        let n = changes.len();
        self.apply(changes);
        n
    }

    fn note(&self) -> &Annotation {
        self.0.annotation(PLAN, NOTE).unwrap()
    }
}

#[test]
fn a_draft_that_says_nothing_goes_to_the_trash_and_one_that_does_is_open() {
    let mut desk = Desk::new(AnnotationKind::Comment);
    desk.at(2, |edit| edit.finish_annotation(PLAN, NOTE));
    assert_eq!(desk.note().removed, Some(Timestamp(2)));

    let mut desk = Desk::new(AnnotationKind::Comment);
    desk.at(2, |edit| {
        edit.annotation(PLAN, NOTE, |note| note.body = "Why?".to_owned())
    });
    desk.at(3, |edit| edit.finish_annotation(PLAN, NOTE));
    assert_eq!(desk.note().state, AnnotationState::Open);
    assert_eq!(
        (desk.note().created, desk.note().updated),
        (Timestamp(1), Timestamp(3))
    );
    assert_eq!(desk.0.plan(PLAN).unwrap().updated, Timestamp(3));

    // Words that are to go need no words of their own.
    let mut desk = Desk::new(AnnotationKind::Deletion);
    desk.at(2, |edit| edit.finish_annotation(PLAN, NOTE));
    assert_eq!(desk.note().state, AnnotationState::Open);
    // Finished once, emptied later: it is the person who removes it.
    assert_eq!(desk.at(3, |edit| edit.finish_annotation(PLAN, NOTE)), 0);
}

#[test]
fn resolving_keeps_its_time_and_reopening_forgets_it() {
    let mut desk = Desk::new(AnnotationKind::Question);
    desk.at(5, |edit| edit.set_resolved(PLAN, NOTE, true));
    assert_eq!(desk.at(6, |edit| edit.set_resolved(PLAN, NOTE, true)), 0);
    assert_eq!(
        desk.note().state,
        AnnotationState::Resolved { at: Timestamp(5) }
    );
    desk.at(7, |edit| edit.set_resolved(PLAN, NOTE, false));
    assert_eq!(desk.note().state, AnnotationState::Open);
}

#[test]
fn what_a_note_was_made_on_is_never_rewritten() {
    let mut desk = Desk::new(AnnotationKind::Comment);
    let other = DocumentId(8);
    desk.at(2, |edit| {
        edit.bind(PLAN, NOTE, other, anchor("three beds", 2))
    });
    desk.at(3, |edit| {
        edit.bind(PLAN, NOTE, DOCUMENT, anchor("four beds", 3))
    });
    let passage = desk.note().passage().unwrap();
    assert_eq!(passage.anchor, anchor("two beds", 1));
    assert_eq!(passage.sought(), &anchor("four beds", 3));
    assert_eq!(desk.note().document(), Some(DOCUMENT));
    let placed = desk.0.placed(NOTE).unwrap();
    assert_eq!(placed.text, TextId([3; 32]));
    assert_eq!(placed.placement, Placement::Exact { range: 7..16 });
}

#[test]
fn a_note_without_a_place_takes_its_words_along() {
    let mut desk = Desk::new(AnnotationKind::Comment);
    desk.at(2, |edit| {
        edit.annotation(PLAN, NOTE, |note| note.body = "Why?".to_owned())
    });
    desk.at(3, |edit| edit.unbind(PLAN, NOTE));
    assert_eq!(desk.note().target, Target::Document(DOCUMENT));
    assert_eq!(desk.note().body, "> two beds\n\nWhy?");
}

#[test]
fn an_answer_brings_its_note_back_from_the_trash() {
    let mut desk = Desk::new(AnnotationKind::Comment);
    let id = ReplyId(4);
    desk.at(2, |edit| edit.reply(PLAN, NOTE, id, "Because"));
    desk.at(3, |edit| edit.remove_reply(NOTE, id));
    desk.at(4, |edit| edit.remove_annotation(PLAN, NOTE));
    assert_eq!(desk.0.replies(NOTE).count(), 0);
    desk.at(5, |edit| edit.restore_reply(NOTE, id));
    assert_eq!(desk.0.replies(NOTE).count(), 1);
    assert_eq!(desk.0.annotations(PLAN).count(), 1);
}

#[test]
fn what_is_not_there_is_not_changed() {
    let library = Library::default();
    let edit = Edit::new(&library, Timestamp(0));
    assert_eq!(edit.set_resolved(PLAN, NOTE, true), []);
    assert_eq!(edit.finish_annotation(PLAN, NOTE), []);
    assert_eq!(edit.unbind(PLAN, NOTE), []);
    assert_eq!(edit.bind(PLAN, NOTE, DOCUMENT, anchor("x", 1)), []);
    assert_eq!(edit.remove_reply(NOTE, ReplyId(1)), []);
    assert_eq!(edit.restore_link(PLAN, LinkId(1)), []);
}

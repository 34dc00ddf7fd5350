//! Handing the notes of a plan back: which of them, in which order, and as what text.

mod critic;
mod marks;
mod note;
mod opening;
mod place;
mod quoting;
mod selector;
mod suggestion;
mod whereabouts;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

pub use critic::{CriticCopy, CriticProblem, critic_copy_name, critic_markup};
pub use selector::{CodePoints, Selected, Selectors};
pub use whereabouts::Whereabouts;

use self::note::{Note, write_note};
use self::opening::write_opening;
use self::place::Place;
use self::quoting::code_span;
use crate::note_list::listed_by;
use crate::{
    Annotation, AnnotationId, AnnotationState, Change, Document, DocumentId, HandOver, Library,
    NoteFilter, NoteState, Placement, PlanId, Target, Timestamp, document_order,
};

/// A document as it is now, and where its notes stand in it.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// Its text.
    pub text: &'a str,
    /// Where each note stands in that text. Of one that is not here, only its old place is told.
    pub placements: &'a BTreeMap<AnnotationId, Placement>,
}

/// Documents as they are now. One whose text is not known is left out.
pub type Standings<'a> = BTreeMap<DocumentId, Standing<'a>>;

/// Which notes are handed back. Drafts and what is in the trash never are.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FeedbackOptions {
    /// Only those that it asks for.
    pub filter: NoteFilter,
    /// Also those that are dealt with, as they are where the filter asks for no others.
    pub is_with_resolved: bool,
    /// Only those that are new, or were changed since they were last handed back.
    pub is_news_only: bool,
}

/// Notes as one text, and what is to be remembered once it was handed back.
#[derive(Clone, PartialEq, Debug)]
pub struct Feedback {
    /// Markdown that can be acted on without anything else at hand.
    pub text: String,
    /// A [`Change::HandOver`] for each note in it, in the order of the text.
    pub hand_overs: Vec<Change>,
}

/// The notes of a plan that `options` ask for, oldest first.
pub fn notes_to_hand_over<'a>(
    library: &'a Library,
    plan: PlanId,
    options: &'a FeedbackOptions,
) -> impl Iterator<Item = &'a Annotation> {
    let is_listed = listed_by(library, &options.filter);
    let is_with_resolved = options.is_with_resolved || options.filter.state == NoteState::Resolved;
    library.annotations(plan).filter(move |annotation| {
        let is_of_state = match annotation.state {
            AnnotationState::Draft => false,
            AnnotationState::Open => true,
            AnnotationState::Resolved { .. } => is_with_resolved,
        };
        is_of_state
            && (!options.is_news_only || library.is_to_hand_over(annotation))
            && is_listed(annotation)
    })
}

/// Writes the notes of a plan as one text: those on the plan first, then document by document as the
/// overview lists them, each in the order of its text.
///
/// What was marked is quoted in a fence and shortened where it is long, since it is in the file; what
/// the person wrote is given whole. Characters that a terminal would act on are shown as pictures.
/// The same arguments give the same text; `now` is only remembered.
#[must_use]
pub fn feedback(
    library: &Library,
    plan: PlanId,
    standings: &Standings<'_>,
    options: &FeedbackOptions,
    now: Timestamp,
) -> Feedback {
    let mut of_plan = Vec::new();
    let mut by_document: BTreeMap<DocumentId, Vec<&Annotation>> = BTreeMap::new();
    for annotation in notes_to_hand_over(library, plan, options) {
        match annotation.document() {
            None => of_plan.push(annotation),
            Some(document) => by_document.entry(document).or_default().push(annotation),
        }
    }
    let mut chapters = Vec::new();
    if !of_plan.is_empty() {
        of_plan.sort_by_key(|annotation| (annotation.created, annotation.id));
        let notes = of_plan.into_iter().map(|annotation| Note {
            annotation,
            place: Place::Whole,
        });
        chapters.push(Chapter {
            title: "The plan as a whole".to_owned(),
            about: None,
            notes: notes.collect(),
            whereabouts: None,
        });
    }
    for id in in_order(library, plan, &by_document) {
        let annotations = by_document.remove(&id).unwrap_or_default();
        let document = library.document(plan, id);
        chapters.push(chapter(document, annotations, standings.get(&id)));
    }

    let mut text = String::new();
    let notes = chapters.iter().flat_map(|chapter| &chapter.notes);
    write_opening(&mut text, library, plan, notes);
    let mut hand_overs = Vec::new();
    for chapter in &chapters {
        let _ = write!(text, "\n## {}\n", chapter.title);
        if let Some(about) = chapter.about {
            let _ = write!(text, "\n{about}\n");
        }
        for note in &chapter.notes {
            let annotation = note.annotation;
            hand_overs.push(Change::HandOver(HandOver {
                annotation: annotation.id,
                at: now,
                as_of: library.last_changed(annotation),
                is_resolved: matches!(annotation.state, AnnotationState::Resolved { .. }),
            }));
            let number = hand_overs.len();
            write_note(
                &mut text,
                library,
                number,
                note,
                chapter.whereabouts.as_ref(),
            );
        }
    }
    Feedback { text, hand_overs }
}

/// Notes on one thing.
struct Chapter<'a> {
    title: String,
    /// What is to be known of the document, if its text is not at hand.
    about: Option<&'static str>,
    notes: Vec<Note<'a>>,
    whereabouts: Option<Whereabouts<'a>>,
}

fn chapter<'a>(
    document: Option<&Document>,
    annotations: Vec<&'a Annotation>,
    standing: Option<&Standing<'a>>,
) -> Chapter<'a> {
    let about = match (document, standing) {
        (_, Some(_)) => None,
        (Some(document), None) if document.missing.is_some() => Some(
            "This file is no longer in the folder. The words below are those that were marked in it.",
        ),
        (Some(_), None) => Some(
            "This file could not be read when this was written: where the words are now is not known.",
        ),
        (None, None) => Some("Which file these words were in is no longer known."),
    };
    let title = document.map_or_else(
        || "A document that is gone".to_owned(),
        |document| code_span(&document.path),
    );
    let path = document.map_or("", |document| &document.path);
    let mut notes: Vec<_> = annotations
        .into_iter()
        .map(|annotation| Note {
            annotation,
            place: Place::of(annotation, standing),
        })
        .collect();
    notes.sort_by_key(|note| {
        let annotation = note.annotation;
        (
            note.place.order(annotation),
            annotation.created,
            annotation.id,
        )
    });
    Chapter {
        title,
        about,
        notes,
        whereabouts: standing.map(|standing| Whereabouts::new(standing.text, path)),
    }
}

/// The documents with notes as the overview lists them; at the end those that it does not know.
fn in_order<V>(
    library: &Library,
    plan: PlanId,
    with_notes: &BTreeMap<DocumentId, V>,
) -> Vec<DocumentId> {
    let mut known: Vec<_> = library
        .documents(plan)
        .filter(|document| with_notes.contains_key(&document.id))
        .collect();
    known.sort_by(|a, b| {
        let by_presence = a.missing.is_some().cmp(&b.missing.is_some());
        by_presence
            .then_with(|| document_order(&a.path, &b.path))
            .then(a.id.cmp(&b.id))
    });
    let known: Vec<_> = known.into_iter().map(|document| document.id).collect();
    let is_listed: BTreeSet<_> = known.iter().copied().collect();
    let unknown = with_notes.keys().filter(|id| !is_listed.contains(id));
    known.iter().chain(unknown).copied().collect()
}

/// Whether a note is on a block as a whole.
fn is_on_block(annotation: &Annotation) -> bool {
    matches!(annotation.target, Target::Block(..))
}

#[cfg(test)]
#[path = "feedback_tests.rs"]
mod tests;

//! The notes of a plan as a list: which of them, and in which order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Annotation, AnnotationId, AnnotationKind, AnnotationState, DocumentId, Library, Placement,
    PlanId, TextId, document_order,
};

/// Which notes are listed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NoteFilter {
    /// Only those on this document; else all of the plan.
    pub document: Option<DocumentId>,
    /// Only those of a kind that is here, by [`NoteFilter::kind_index`]; all if none is.
    pub kinds: [bool; NoteFilter::N_KINDS],
    /// Only those in this state.
    pub state: NoteState,
    /// Only those with this tag.
    pub tag: Option<String>,
    /// Only those that have each of these words in what they say, their words or their tags; upper
    /// and lower case are the same.
    pub words: String,
}

impl NoteFilter {
    /// All notes of a plan.
    pub const ALL: Self = Self {
        document: None,
        kinds: [false; Self::N_KINDS],
        state: NoteState::Any,
        tag: None,
        words: String::new(),
    };

    /// How many kinds there are to choose from.
    pub const N_KINDS: usize = 5;

    /// The place of a kind in [`NoteFilter::kinds`].
    #[must_use]
    pub fn kind_index(kind: &AnnotationKind) -> usize {
        match kind {
            AnnotationKind::Highlight { .. } => 0,
            AnnotationKind::Comment => 1,
            AnnotationKind::Question => 2,
            AnnotationKind::Replacement { .. } => 3,
            AnnotationKind::Deletion => 4,
        }
    }
}

/// In what state notes are to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum NoteState {
    /// Any.
    #[default]
    Any,
    /// Not dealt with, drafts among them.
    Open,
    /// Dealt with.
    Resolved,
    /// With words that changed, stand in several places or are gone.
    InDoubt,
    /// New, or changed since they were last handed back.
    News,
}

/// In which order notes are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum NoteOrder {
    /// Those on the plan first, then document by document, each in the order of its text.
    #[default]
    ByPlace,
    /// Those that were changed last first.
    ByTime,
}

/// The notes of a plan that `filter` asks for. Made for a list that is typed in: ten thousand notes
/// take a few milliseconds.
#[must_use]
pub fn list_notes(
    library: &Library,
    plan: PlanId,
    filter: &NoteFilter,
    order: NoteOrder,
) -> Vec<AnnotationId> {
    let is_listed = listed_by(library, filter);
    let mut notes: Vec<&Annotation> = library
        .annotations(plan)
        .filter(|note| is_listed(note))
        .collect();
    match order {
        NoteOrder::ByTime => notes.sort_by_key(|note| (Reverse(note.updated), note.id)),
        NoteOrder::ByPlace => {
            let mut documents: Vec<_> = library.documents(plan).collect();
            documents.sort_by(|a, b| document_order(&a.path, &b.path).then(a.id.cmp(&b.id)));
            let ranks: BTreeMap<DocumentId, usize> = documents
                .iter()
                .enumerate()
                .map(|(i, document)| (document.id, i))
                .collect();
            notes.sort_by_cached_key(|note| {
                let document = note.document();
                let of = document.map(|id| ranks.get(&id).copied().unwrap_or(usize::MAX));
                let at = note.passage().map(|passage| {
                    let placed = library.placed(note.id).map(|placed| &placed.placement);
                    let range = placed.and_then(Placement::range);
                    range.map_or(passage.sought().range.start, |range| range.start)
                });
                (of, at, note.created, note.id)
            });
        }
    }
    notes.into_iter().map(|note| note.id).collect()
}

/// Whether `filter` asks for a note.
pub(crate) fn listed_by<'a>(
    library: &'a Library,
    filter: &'a NoteFilter,
) -> impl Fn(&Annotation) -> bool + 'a {
    let words = filter.words.to_lowercase();
    let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
    let is_any_kind = !filter.kinds.contains(&true);
    move |note| {
        let is_of_document = filter
            .document
            .is_none_or(|document| note.document() == Some(document));
        is_of_document
            && (is_any_kind || filter.kinds[NoteFilter::kind_index(&note.kind)])
            && (filter.tag.as_ref()).is_none_or(|tag| note.tags.contains(tag))
            && is_in_state(library, note, filter.state)
            && has_words(library, note, &words)
    }
}

/// The tags of a plan's notes, each once, in their order.
#[must_use]
pub fn tags_of(library: &Library, plan: PlanId) -> BTreeSet<String> {
    let tags = library.annotations(plan).flat_map(|note| &note.tags);
    tags.cloned().collect()
}

/// What a person is to look at of a note: where its words were last found, if that is not simply
/// where they are. As far as is known: a document that was not looked at since is taken as it was.
#[must_use]
pub fn doubt_of<'l>(library: &'l Library, note: &Annotation) -> Option<&'l Placement> {
    let passage = note.passage()?;
    let document = library.document(note.plan, note.document()?);
    let now = document.and_then(|document| document.hash).map(TextId);
    let placed = library.placed(note.id)?;
    // Back in the very text that it was made on.
    if placed.text != passage.sought().text && now == Some(passage.sought().text) {
        return None;
    }
    match &placed.placement {
        Placement::Exact { .. } | Placement::Moved { .. } => None,
        doubtful => Some(doubtful),
    }
}

/// The documents of a plan with notes on words whose place in the present text is not known yet.
#[must_use]
pub fn to_look_over(library: &Library, plan: PlanId) -> Vec<DocumentId> {
    let mut documents = BTreeSet::new();
    for note in library.annotations(plan) {
        let (Some(passage), Some(id)) = (note.passage(), note.document()) else {
            continue;
        };
        let document = library.document(plan, id);
        let present = document.filter(|document| document.missing.is_none());
        let Some(now) = present.and_then(|document| document.hash).map(TextId) else {
            continue;
        };
        let placed = library.placed(note.id);
        let is_known =
            passage.sought().text == now || placed.is_some_and(|placed| placed.text == now);
        if !is_known {
            documents.insert(id);
        }
    }
    documents.into_iter().collect()
}

fn is_in_state(library: &Library, note: &Annotation, state: NoteState) -> bool {
    let is_resolved = matches!(note.state, AnnotationState::Resolved { .. });
    match state {
        NoteState::Any => true,
        NoteState::Open => !is_resolved,
        NoteState::Resolved => is_resolved,
        NoteState::InDoubt => doubt_of(library, note).is_some(),
        NoteState::News => library.is_to_hand_over(note),
    }
}

fn has_words(library: &Library, note: &Annotation, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let other = match &note.kind {
        AnnotationKind::Replacement { words } => words.as_str(),
        _ => "",
    };
    let quote = note.passage().map_or("", |passage| &passage.sought().quote);
    let mut said = [note.body.as_str(), quote, other].join("\n");
    for reply in library.replies(note.id) {
        said.push('\n');
        said.push_str(&reply.body);
    }
    for tag in &note.tags {
        said.push_str("\n#");
        said.push_str(tag);
    }
    let said = said.to_lowercase();
    words.iter().all(|word| said.contains(word.as_str()))
}

#[cfg(test)]
#[path = "note_list_tests.rs"]
mod tests;

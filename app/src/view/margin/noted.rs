//! The words of the page that notes are on.

use std::ops::Range;

use egui::Color32;
use postil_model::{Annotation, AnnotationId, AnnotationKind, AnnotationState, Placement};

use super::Rail;
use super::look::{Look, ink_of, look_of};
use crate::state::OpenDocument;
use crate::view::View;

/// A note on words of the page.
#[derive(Clone, Debug)]
pub(in crate::view) struct Noted<'n> {
    pub(in crate::view) id: AnnotationId,
    /// Its words, bytes of the source.
    pub(in crate::view) range: Range<usize>,
    /// Where the words end of it and of all before it: none of them reaches further.
    pub(in crate::view) up_to: usize,
    pub(in crate::view) look: Look,
    /// The colour of its kind.
    pub(in crate::view) ink: Color32,
    /// What is to be read in their stead.
    pub(in crate::view) suggested: Option<&'n str>,
}

/// The notes from the first on whose words reach beyond a byte.
pub(in crate::view) fn from_byte<'a, 'n>(notes: &'a [Noted<'n>], byte: usize) -> &'a [Noted<'n>] {
    &notes[notes.partition_point(|note| note.up_to <= byte)..]
}

/// The notes on words, in the order of the page.
pub(in crate::view) fn noted<'n>(
    view: &View<'n>,
    open: &OpenDocument,
    rail: &Rail,
) -> Vec<Noted<'n>> {
    let margin = &view.state.margin;
    if open.shown.is_none() || margin.text != open.shown {
        return Vec::new();
    }
    let notes = view.state.library.annotations_on(open.plan, open.id);
    let mut on_words: Vec<Noted<'n>> = notes
        .filter_map(|note| {
            let placement = margin.places.get(&note.id)?;
            let range = placement.range()?;
            let is_lit = rail.lit == Some(note.id) || margin.chosen == Some(note.id);
            let look = look_of(note, &view.tokens, is_lit);
            let suggested = suggested(note, placement);
            let id = note.id;
            Some(Noted {
                id,
                up_to: range.end,
                range,
                look,
                ink: ink_of(&note.kind, &view.tokens),
                suggested,
            })
        })
        .collect();
    on_words.sort_by_key(|note| (note.range.start, note.range.end, note.id));
    let mut up_to = 0;
    for note in &mut on_words {
        up_to = up_to.max(note.up_to);
        note.up_to = up_to;
    }
    on_words
}

/// The words that a note would have in the place of those that it is on, if it is on them still.
fn suggested<'n>(note: &'n Annotation, placement: &Placement) -> Option<&'n str> {
    let is_there = matches!(placement, Placement::Exact { .. } | Placement::Moved { .. });
    let is_open = !matches!(note.state, AnnotationState::Resolved { .. });
    let AnnotationKind::Replacement { words } = &note.kind else {
        return None;
    };
    let quote = &note.passage()?.sought().quote;
    if !is_there || !is_open || words.trim().is_empty() || words == quote {
        return None;
    }
    Some(words)
}

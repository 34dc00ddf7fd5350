//! Where the notes of the open document are: placed anew whenever its text is another one.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use postil_model::{Anchor, Annotation, AnnotationId, Change, Placed, Placement, TextId};
use postil_store::Text;

use super::Update;
use crate::effects::Effect;
use crate::margin::{OldText, PlaceJob, PlacedNotes, Sought};
use crate::state::StoreState;

/// Texts up to this length are compared within a frame, so that notes come with the text.
const PLACED_AT_ONCE_BYTES: usize = 64 * 1024;

impl Update<'_> {
    /// Finds out where the notes of the open document are in the text that is shown. What takes
    /// another text waits until that is known; what takes long is done by another thread.
    pub(super) fn place_notes(&mut self) {
        let Some(shown) = self.shown_text() else {
            return;
        };
        let Some(open) = &self.state.document else {
            return;
        };
        let document = open.id;
        if self.state.margin.text != Some(shown.id) {
            self.state.margin.text = Some(shown.id);
            self.state.margin.places.clear();
        }
        let mut known: Vec<(AnnotationId, Placement)> = Vec::new();
        let mut by_text: BTreeMap<TextId, Vec<Sought>> = BTreeMap::new();
        for note in self.state.library.annotations_on(open.plan, document) {
            let Some((sought, text, range)) = self.last_place(note, shown.id) else {
                continue;
            };
            match range {
                Found::Is(placement) => known.push((note.id, placement)),
                Found::Was(range) => by_text
                    .entry(text)
                    .or_default()
                    .push((note.id, sought, range)),
            }
        }
        self.state.margin.places.extend(known);
        self.place_from(by_text, shown, document);
        self.reveal_what_waits();
    }

    /// Where a note on words was last, and in which text.
    fn last_place(&self, note: &Annotation, shown: TextId) -> Option<(Anchor, TextId, Found)> {
        let sought = note.passage()?.sought();
        let placed = self.state.library.placed(note.id);
        if let Some(placed) = placed.filter(|placed| placed.text == shown) {
            return Some((sought.clone(), shown, Found::Is(placed.placement.clone())));
        }
        if sought.text == shown {
            let range = sought.range.clone();
            let is_there = self
                .state
                .shown()
                .is_some_and(|parsed| parsed.text().get(range.clone()) == Some(&sought.quote));
            if is_there {
                return Some((sought.clone(), shown, Found::Is(Placement::Exact { range })));
            }
        }
        // From where it was last, if that is one place; else from where it was made.
        let last = placed.and_then(|placed| match &placed.placement {
            Placement::Exact { range }
            | Placement::Moved { range }
            | Placement::Changed { range, .. } => Some((placed.text, range.clone())),
            Placement::Ambiguous { .. } | Placement::Detached => None,
        });
        let (text, range) = last.unwrap_or((sought.text, sought.range.clone()));
        Some((sought.clone(), text, Found::Was(range)))
    }

    fn place_from(
        &mut self,
        by_text: BTreeMap<TextId, Vec<Sought>>,
        shown: Text,
        document: postil_model::DocumentId,
    ) {
        let mut job = PlaceJob {
            document,
            text: shown.text,
            id: shown.id,
            warm: Vec::new(),
            cold: Vec::new(),
        };
        let mut is_waiting = false;
        let has_library = !matches!(self.state.store, StoreState::Unavailable { .. });
        for (text, notes) in by_text {
            match self.state.margin.texts.get(&text) {
                Some(OldText::Text(old)) => job.warm.push((Arc::clone(old), notes)),
                Some(OldText::Gone) => {
                    let cold = notes.into_iter().map(|(id, anchor, _)| (id, anchor));
                    job.cold.extend(cold);
                }
                Some(OldText::Asked) => is_waiting = true,
                // Without a library to ask, the words are looked for by themselves.
                None if !has_library => {
                    let cold = notes.into_iter().map(|(id, anchor, _)| (id, anchor));
                    job.cold.extend(cold);
                }
                None => {
                    is_waiting = true;
                    self.state.margin.texts.insert(text, OldText::Asked);
                    self.effects.push(Effect::ReadText(text));
                }
            }
        }
        if is_waiting || (job.warm.is_empty() && job.cold.is_empty()) {
            return;
        }
        let n_bytes: usize = job.warm.iter().map(|(old, _)| old.len()).sum();
        if n_bytes + job.text.len() <= PLACED_AT_ONCE_BYTES * 2 {
            self.notes_placed(job.run());
        } else {
            self.effects.push(Effect::Place(Box::new(job)));
        }
    }

    /// The text that is shown is about to be another one: it is the one that notes are found from.
    pub(super) fn keep_shown_text(&mut self) {
        if let Some(text) = self.shown_text() {
            let texts = &mut self.state.margin.texts;
            texts.clear();
            texts.insert(text.id, OldText::Text(text.text));
        }
    }

    /// The library has been asked for a text, or has none.
    pub(super) fn old_text_arrived(&mut self, id: TextId, text: Option<Arc<str>>) {
        if let Some(asked) = self.state.margin.texts.get_mut(&id)
            && *asked == OldText::Asked
        {
            *asked = text.map_or(OldText::Gone, OldText::Text);
            self.place_notes();
        }
    }

    /// Notes that are about to be on other words, or in another document: where they were placed says
    /// nothing of these. They are looked for from where these words were taken.
    pub(super) fn places_anew(&self, changes: &[Change]) -> Vec<Change> {
        let placed = changes.iter().filter_map(|change| {
            let Change::Annotation(note) = change else {
                return None;
            };
            let before = self.state.library.annotation(note.plan, note.id)?;
            let sought = note.passage()?.sought();
            (before.target != note.target).then(|| {
                Change::Placed(Placed {
                    annotation: note.id,
                    text: sought.text,
                    placement: Placement::Exact {
                        range: sought.range.clone(),
                    },
                })
            })
        });
        placed.collect()
    }

    /// Takes over where notes are, and keeps it with the text.
    pub(super) fn notes_placed(&mut self, placed: PlacedNotes) {
        let is_shown = self.state.margin.text == Some(placed.id)
            && self.state.document.as_ref().map(|open| open.id) == Some(placed.document);
        if !is_shown {
            return;
        }
        let mut changes = Vec::new();
        for (annotation, placement) in placed.places {
            self.state
                .margin
                .places
                .insert(annotation, placement.clone());
            changes.push(Change::Placed(Placed {
                annotation,
                text: placed.id,
                placement,
            }));
        }
        let texts = self.shown_text().into_iter().collect();
        self.write_with(changes, None, texts);
        self.reveal_what_waits();
    }
}

/// What is known of a note's place.
enum Found {
    /// It is there in the text that is shown.
    Is(Placement),
    /// It was there in an older one.
    Was(Range<usize>),
}

#[cfg(test)]
#[path = "placing_tests.rs"]
mod tests;

//! Which note is chosen, and the way to its words.

use postil_model::AnnotationId;
use postil_model::markdown::Place;

use super::Update;
use crate::margin::Writing;

impl Update<'_> {
    pub(super) fn choose(&mut self, id: Option<AnnotationId>) {
        let writes_another = self.state.margin.writing.is_some_and(|writing| {
            let (Writing::Note(of) | Writing::Reply(of, _)) = writing;
            Some(of) != id
        });
        if writes_another {
            self.finish_writing();
        }
        self.state.margin.chosen = id;
    }

    pub(super) fn go_to_note(&mut self, id: AnnotationId) {
        let Some(note) = self.state.library.annotation_of_any_plan(id).cloned() else {
            return;
        };
        if let Some(document) = note.document()
            && self.state.document.as_ref().map(|open| open.id) != Some(document)
        {
            self.leave_place();
            self.open_document(document, None);
        }
        if note.document().is_none() {
            self.state.shows_plans = false;
        }
        self.choose(Some(id));
        self.reveal_note(id);
    }

    /// Brings the words of a note into sight, now or once it is known where they are. What is on the
    /// document as a whole is at its top.
    fn reveal_note(&mut self, id: AnnotationId) {
        let margin = &mut self.state.margin;
        margin.to_reveal = Some(id);
        let is_whole = self
            .state
            .library
            .annotation_of_any_plan(id)
            .is_some_and(|note| note.document().is_some() && note.passage().is_none());
        if is_whole && let Some(open) = &mut self.state.document {
            open.place = Place::default();
            open.go_to = (open.go_to.0 + 1, open.place);
        }
        self.reveal_what_waits();
    }

    /// Brings the note into sight that waits for it, if its place is known by now.
    pub(super) fn reveal_what_waits(&mut self) {
        let Some(id) = self.state.margin.to_reveal else {
            return;
        };
        let placement = self.state.margin.places.get(&id);
        let Some(range) = placement.and_then(postil_model::Placement::range) else {
            return;
        };
        let wish = self.ticket();
        self.state.margin.to_reveal = None;
        self.state.margin.reveal = Some((wish, range.start));
    }

    pub(super) fn step_note(&mut self, is_forward: bool) {
        let mut order: Vec<(usize, AnnotationId)> = self
            .state
            .margin
            .places
            .iter()
            .filter_map(|(id, placement)| Some((placement.range()?.start, *id)))
            .collect();
        order.sort_unstable();
        let chosen = self.state.margin.chosen;
        let at = order.iter().position(|(_, id)| Some(*id) == chosen);
        let next = match (at, is_forward) {
            (Some(at), true) => order.get(at + 1),
            (Some(at), false) => at.checked_sub(1).and_then(|at| order.get(at)),
            (None, true) => order.first(),
            (None, false) => order.last(),
        };
        if let Some((_, id)) = next.copied() {
            self.choose(Some(id));
            self.reveal_note(id);
        }
    }
}

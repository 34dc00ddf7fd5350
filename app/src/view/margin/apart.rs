//! Which notes of a document stand beside no words: looked through anew only when that may differ.

use postil_model::{Annotation, AnnotationId, DocumentId, Placement, TextId};

use crate::state::OpenDocument;
use crate::view::View;

/// Those on the document as a whole, and those whose words are gone; oldest first.
#[derive(Debug, Default)]
pub(super) struct Apart {
    of: Option<(DocumentId, u64, Option<TextId>, usize)>,
    pub(super) whole: Vec<AnnotationId>,
    pub(super) gone: Vec<AnnotationId>,
}

impl Apart {
    /// Brings it up to date.
    pub(super) fn update(&mut self, view: &View<'_>, open: &OpenDocument) {
        let margin = &view.state.margin;
        let revision = view.state.next_revision;
        let of = Some((open.id, revision, margin.text, margin.places.len()));
        if self.of == of {
            return;
        }
        self.of = of;
        self.whole.clear();
        self.gone.clear();
        for note in view.state.library.annotations_on(open.plan, open.id) {
            if note.passage().is_none() {
                self.whole.push(note.id);
            } else if margin.places.get(&note.id) == Some(&Placement::Detached) {
                self.gone.push(note.id);
            }
        }
    }
}

/// The notes of these ids.
pub(super) fn notes_of<'n>(
    view: &View<'n>,
    open: &OpenDocument,
    ids: &[AnnotationId],
) -> Vec<&'n Annotation> {
    let library = &view.state.library;
    let notes = ids.iter().map(|id| library.annotation(open.plan, *id));
    notes.flatten().collect()
}

//! Which document is open, its text, and where its links lead.

use postil_model::markdown::{DocumentKind, Place, follow};
use postil_model::{Document, DocumentId, TextId};
use postil_watcher::{Request, RootId};

use super::Update;
use crate::command::ParsedDocument;
use crate::effects::{Effect, ParseJob};
use crate::margin::Margin;
use crate::state::{Content, OpenDocument, ReadText};

/// A text up to this length takes half a millisecond to parse at most, a fraction of the frame that
/// would be painted without it while another thread did.
const PARSED_AT_ONCE_BYTES: usize = 64 * 1024;

impl Update<'_> {
    /// Opens what was asked for, else what was read last, else the first.
    pub(super) fn open_wanted_document(&mut self) {
        let Some(plan) = self.state.open_plan else {
            return;
        };
        let wanted = self
            .state
            .wanted
            .document
            .clone()
            .filter(|(of, _)| *of == plan);
        if let Some((_, path)) = wanted {
            let found = self.present(|document| document.path == path).map(|d| d.id);
            if let Some(id) = found {
                self.state.wanted.document = None;
                self.open_document(id, None);
                return;
            }
            if !self
                .state
                .folders
                .get(&plan)
                .is_some_and(|folder| folder.is_scanned)
            {
                return;
            }
            self.state.wanted.document = None;
        }
        if self.state.document.is_some() {
            return;
        }
        let reading = self.state.library.reading(plan).copied();
        let last = reading.and_then(|reading| self.state.library.document(plan, reading.document));
        let first = self.state.listing.first().copied();
        if let Some(id) = last.map(|document| document.id).or(first) {
            self.open_document(id, None);
        }
    }

    pub(super) fn open_document(&mut self, id: DocumentId, fragment: Option<String>) {
        let Some(plan) = self.state.open_plan else {
            return;
        };
        let Some(document) = self.state.library.document(plan, id).cloned() else {
            return;
        };
        if let Some(open) = &mut self.state.document
            && open.id == id
            && open.plan == plan
            && !matches!(open.content, Content::Failed(_))
        {
            if let Some(fragment) = fragment {
                self.go_to_fragment(&fragment);
            }
            return;
        }
        let reading = self
            .state
            .library
            .reading(plan)
            .filter(|reading| reading.document == id);
        let place = reading.map_or(Place::default(), |reading| Place {
            block: reading.block as usize,
            offset_pt: 0.0,
        });
        let n_wishes = self.state.document.as_ref().map_or(0, |open| open.go_to.0);
        let revision = self.state.document.as_ref().map_or(0, |open| open.revision) + 1;
        self.state.document = Some(OpenDocument {
            place,
            go_to: (n_wishes + 1, place),
            fragment,
            revision,
            ..OpenDocument::new(plan, id)
        });
        // What is being written there is finished, as by leaving its field.
        self.finish_writing();
        self.state.margin = Margin::default();
        self.ask_for_read_text();
        self.state.unsaved_reading.get_or_insert(self.env.now);
        self.view_and_read(&document);
    }

    /// Tells the watcher which file is in view, and asks for its text.
    fn view_and_read(&mut self, document: &Document) {
        let root = RootId(document.plan.0);
        let path = document.path.clone();
        self.effects.push(Effect::Watch(Request::SetInView {
            root,
            path: Some(path.clone()),
        }));
        if document.missing.is_some() {
            if let Some(open) = &mut self.state.document
                && matches!(open.content, Content::Loading)
            {
                open.content = Content::Failed(format!(
                    "The file is gone. Its notes are kept, and it will open again when it is back: {path}"
                ));
            }
            return;
        }
        self.effects
            .push(Effect::Watch(Request::Read { root, path }));
    }

    /// Reads the open document again: its file is there again, or has another name.
    pub(super) fn read_open_document_again(&mut self) {
        let Some(open) = &self.state.document else {
            return;
        };
        if let Some(document) = self.state.library.document(open.plan, open.id).cloned() {
            self.view_and_read(&document);
        }
    }

    pub(super) fn step_document(&mut self, by: isize) {
        let open = self.state.document.as_ref().map(|open| open.id);
        let at = open.and_then(|id| self.state.listing.iter().position(|listed| *listed == id));
        let next = match at {
            Some(at) => at.checked_add_signed(by),
            None => Some(0),
        };
        if let Some(&id) = next.and_then(|next| self.state.listing.get(next)) {
            self.leave_place();
            self.open_document(id, None);
        }
    }

    /// A text of the open document arrived.
    pub(super) fn text_arrived(&mut self, text: postil_watcher::Document) {
        let Some(open) = &mut self.state.document else {
            return;
        };
        open.revision += 1;
        open.notices = text.notices;
        open.hash = Some(TextId(text.hash.0));
        let job = ParseJob {
            plan: open.plan,
            document: open.id,
            revision: open.revision,
            kind: DocumentKind::of_path(&text.path),
            id: Some(TextId(text.hash.0)),
            text: text.text,
            read: open.read.clone(),
        };
        if job.text.len() <= PARSED_AT_ONCE_BYTES {
            self.parsed(job.run());
        } else {
            self.effects.push(Effect::Parse(job));
        }
    }

    pub(super) fn parsed(&mut self, parsed: ParsedDocument) {
        let Some(open) = &mut self.state.document else {
            return;
        };
        if (open.plan, open.id, open.revision) != (parsed.plan, parsed.document, parsed.revision) {
            return;
        }
        let place = match &open.content {
            // At the very start, what is put in front is what the person looks at.
            Content::Shown(old) if open.place != Place::default() => {
                follow(old, &parsed.parsed, open.place)
            }
            _ => open.place,
        };
        let n_blocks = parsed.parsed.blocks().len();
        let place = if place.block < n_blocks {
            place
        } else {
            Place::default()
        };
        open.place = place;
        open.go_to = (open.go_to.0 + 1, place);
        self.keep_shown_text();
        let Some(open) = &mut self.state.document else {
            return;
        };
        open.content = Content::Shown(parsed.parsed);
        open.shown = parsed.text;
        // What was asked for in the meantime is still to be heard.
        if !matches!(parsed.read, ReadText::Asked(_) | ReadText::Unknown) {
            open.read = parsed.read;
        }
        open.hunks = parsed.hunks;
        self.place_notes();
        self.compare_again();
        self.begin_reading();
        let Some(open) = &mut self.state.document else {
            return;
        };
        if let Some(fragment) = open.fragment.take() {
            self.go_to_fragment(&fragment);
        }
        self.go_on_ticking();
    }

    /// A document of the open plan whose file is there.
    pub(super) fn present(&self, matches: impl Fn(&Document) -> bool) -> Option<&Document> {
        let plan = self.state.open_plan?;
        self.state
            .library
            .documents(plan)
            .find(|d| d.missing.is_none() && matches(d))
    }
}

#[cfg(test)]
#[path = "documents_tests.rs"]
pub(super) mod tests;

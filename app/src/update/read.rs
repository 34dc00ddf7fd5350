//! What was read last of a document, and what changed since.

use std::sync::Arc;

use postil_model::markdown::DocumentKind;
use postil_model::{Change, LastRead, TextId};
use postil_store::Text;

use super::Update;
use crate::effects::{Effect, ParseJob};
use crate::state::{Content, ReadText};

/// Longer texts are compared within a session alone: keeping each would make the library large.
const MAX_KEPT_BYTES: usize = 1024 * 1024;

impl Update<'_> {
    /// Asks for the text that was last read of the document that was just opened.
    pub(super) fn ask_for_read_text(&mut self) {
        let Some(open) = &mut self.state.document else {
            return;
        };
        if let Some(read) = self.state.library.last_read(open.id) {
            open.read = ReadText::Asked(read.text);
            self.effects.push(Effect::ReadText(read.text));
        }
    }

    /// The text that was asked for; `None` if the library does not have it.
    pub(super) fn read_text_arrived(&mut self, id: TextId, text: Option<Arc<str>>) {
        let Some(open) = &mut self.state.document else {
            return;
        };
        if !matches!(open.read, ReadText::Asked(asked) if asked == id) {
            return;
        }
        open.read = match text {
            Some(text) => ReadText::Text(text),
            None => ReadText::Unknown,
        };
        let Content::Shown(parsed) = &open.content else {
            return;
        };
        if matches!(open.read, ReadText::Unknown) || open.hash == Some(id) {
            open.read = ReadText::Parsed(Arc::clone(parsed));
            return;
        }
        self.compare_again();
    }

    /// Parses the text that is shown once more, together with the one that it is compared to.
    pub(super) fn compare_again(&mut self) {
        let Some(open) = &mut self.state.document else {
            return;
        };
        let (Content::Shown(parsed), ReadText::Text(_)) = (&open.content, &open.read) else {
            return;
        };
        open.revision += 1;
        let document = self.state.library.document(open.plan, open.id);
        let path = document.map_or("", |document| document.path.as_str());
        let job = ParseJob {
            plan: open.plan,
            document: open.id,
            revision: open.revision,
            text: Arc::clone(parsed.text()),
            id: open.shown,
            kind: DocumentKind::of_path(path),
            read: open.read.clone(),
        };
        self.effects.push(Effect::Parse(job));
    }

    /// The first text of a document that is ever shown is what is being read.
    pub(super) fn begin_reading(&mut self) {
        let Some(open) = &self.state.document else {
            return;
        };
        if matches!(open.read, ReadText::Unknown) {
            self.mark_read();
        }
    }

    /// Takes the present text for read.
    pub(super) fn mark_read(&mut self) {
        let Some(open) = &mut self.state.document else {
            return;
        };
        let Content::Shown(parsed) = &open.content else {
            return;
        };
        open.read = ReadText::Parsed(Arc::clone(parsed));
        open.hunks = Arc::default();
        let (Some(id), text) = (open.hash, Arc::clone(parsed.text())) else {
            return;
        };
        let document = open.id;
        let is_known = self
            .state
            .library
            .last_read(document)
            .is_some_and(|read| read.text == id);
        if is_known || text.len() > MAX_KEPT_BYTES {
            return;
        }
        let read = LastRead {
            document,
            text: id,
            up_to: text.len() as u64,
            at: self.env.now,
        };
        let texts = vec![Text { id, text }];
        self.write_with(vec![Change::LastRead(read)], None, texts);
    }
}

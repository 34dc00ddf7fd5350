//! Words that left their document and stand in another one of the plan.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use postil_model::{AnnotationId, DocumentId, Placement, TextId};
use postil_store::Text;
use postil_watcher::{Document, ReadError, Request, RootId};

use super::Update;
use super::gather::N_ASKED;
use crate::command::UserCommand;
use crate::effects::Effect;
use crate::elsewhere::{Elsewhere, FoundElsewhere, SeekJob};
use crate::margin::MarginCommand;
use crate::state::Tone;

/// Of more places than these nobody would choose.
const MAX_STANDS: usize = 4;

impl Update<'_> {
    /// Looks through the other documents of the plan for the words that are no longer in this one.
    pub(super) fn seek_elsewhere(&mut self) {
        let Some(open) = &self.state.document else {
            return;
        };
        let places = &self.state.margin.places;
        let is_gone = |id: &AnnotationId| places.get(id) == Some(&Placement::Detached);
        let notes: Arc<[_]> = self
            .state
            .library
            .annotations_on(open.plan, open.id)
            .filter(|note| is_gone(&note.id))
            .filter_map(|note| Some((note.id, note.passage()?.sought().clone())))
            .collect();
        let others = self.state.listing.iter().copied();
        let queue: VecDeque<DocumentId> = others.filter(|id| *id != open.id).collect();
        self.state.margin.elsewhere = Some(Elsewhere {
            notes,
            found: BTreeMap::new(),
            queue,
            asked: BTreeMap::new(),
            n_searched: 0,
        });
        self.seek_more();
    }

    fn seek_more(&mut self) {
        let Some(open) = &self.state.document else {
            return;
        };
        let (plan, root) = (open.plan, RootId(open.plan.0));
        let Some(elsewhere) = &mut self.state.margin.elsewhere else {
            return;
        };
        while elsewhere.asked.len() + elsewhere.n_searched < N_ASKED
            && let Some(id) = elsewhere.queue.pop_front()
        {
            let document = self.state.library.document(plan, id);
            let Some(document) = document.filter(|document| document.missing.is_none()) else {
                continue;
            };
            let path = document.path.clone();
            elsewhere.asked.insert(path.clone(), id);
            self.effects
                .push(Effect::Watch(Request::Read { root, path }));
        }
    }

    /// One of these documents was read, or cannot be.
    pub(super) fn read_elsewhere(
        &mut self,
        root: RootId,
        path: &str,
        result: &Result<Document, ReadError>,
    ) {
        let plan = self.state.document.as_ref().map(|open| RootId(open.plan.0));
        let Some(elsewhere) = &mut self.state.margin.elsewhere else {
            return;
        };
        let asked = elsewhere.asked.remove(path);
        let Some(document) = asked.filter(|_| plan == Some(root)) else {
            return;
        };
        if let Ok(read) = result {
            elsewhere.n_searched += 1;
            self.effects.push(Effect::Seek(Box::new(SeekJob {
                document,
                path: path.to_owned(),
                text: Text {
                    id: TextId(read.hash.0),
                    text: Arc::clone(&read.text),
                },
                notes: Arc::clone(&elsewhere.notes),
            })));
        }
        self.seek_more();
    }

    /// One of these documents was looked through.
    pub(super) fn found_elsewhere(&mut self, found: FoundElsewhere) {
        let Some(elsewhere) = &mut self.state.margin.elsewhere else {
            return;
        };
        if !Arc::ptr_eq(&elsewhere.notes, &found.notes) {
            return;
        }
        elsewhere.n_searched -= 1;
        for (id, stand) in found.stands {
            let stands = elsewhere.found.entry(id).or_default();
            if stands.len() < MAX_STANDS {
                stands.push(stand);
            }
        }
        self.seek_more();
    }

    /// Files changed: what was found in them may be no longer true.
    pub(super) fn forget_elsewhere(&mut self) {
        self.state.margin.elsewhere = None;
    }

    /// Binds a note to its words in the document where they stand now.
    pub(super) fn follow_words(&mut self, id: AnnotationId, to: DocumentId) {
        let elsewhere = self.state.margin.elsewhere.as_ref();
        let stands = elsewhere.and_then(|elsewhere| elsewhere.found.get(&id));
        let stand = stands.and_then(|stands| stands.iter().find(|stand| stand.document == to));
        let Some(stand) = stand.cloned() else {
            return;
        };
        self.of_note(id, |this, plan| {
            let edit = postil_model::Edit::new(&this.state.library, this.env.now);
            let changes = edit.bind(plan, id, to, stand.anchor);
            this.commit_with(changes, vec![stand.text]);
            this.forget_note(id);
            let document = this.state.library.document(plan, to);
            let path = document.map_or("", |document| &document.path);
            let words = format!(
                "The note is with its words now: {path}, line {}",
                stand.line
            );
            let go = UserCommand::Margin(MarginCommand::GoTo(id));
            this.tell(Tone::Info, words, Some(("Go to it", go)));
        });
    }
}

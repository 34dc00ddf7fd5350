//! Texts of documents that are not open: asked for a few at a time, and handed out once all are there.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use postil_model::{DocumentId, PlanId, Sought, TextId};
use postil_store::Text;
use postil_store::web_annotation::ImportOptions;
use postil_watcher::{Document, ReadError, Request, RootId};

use super::Update;
use crate::effects::Effect;
use crate::gather::{ComposeJob, Composed, Gathering, Made, Purpose, is_known};
use crate::state::StoreState;

/// Documents that are asked for at a time, so that what the person looks at is never behind many.
pub(super) const N_ASKED: usize = 8;

impl Update<'_> {
    /// Begins to read documents of a plan. An earlier gathering for the same is given up.
    pub(super) fn gather(
        &mut self,
        plan: PlanId,
        purpose: Purpose,
        documents: impl IntoIterator<Item = DocumentId>,
    ) {
        let is_same = |of: &Purpose| std::mem::discriminant(of) == std::mem::discriminant(&purpose);
        self.state.gatherings.retain(|g| !is_same(&g.purpose));
        let is_there = |id: &DocumentId| {
            let document = self.state.library.document(plan, *id);
            document.is_some_and(|document| document.missing.is_none())
        };
        let queue: VecDeque<_> = documents.into_iter().filter(is_there).collect();
        let gathering = Gathering {
            ticket: self.ticket(),
            plan,
            purpose,
            n_documents: queue.len(),
            queue,
            asked: BTreeMap::new(),
            texts: BTreeMap::new(),
            old: BTreeMap::new(),
            asked_old: BTreeSet::new(),
            is_handed_out: false,
        };
        self.state.gatherings.push(gathering);
        self.gather_more();
    }

    /// Gives up what is being read for a person who waits for it.
    pub(super) fn stop_gathering(&mut self) {
        self.state.gatherings.retain(|g| g.purpose == Purpose::Look);
    }

    /// Asks for what can be asked for, and hands out what is whole.
    pub(super) fn gather_more(&mut self) {
        let mut gatherings = std::mem::take(&mut self.state.gatherings);
        for gathering in &mut gatherings {
            let root = RootId(gathering.plan.0);
            while gathering.asked.len() < N_ASKED
                && let Some(id) = gathering.queue.pop_front()
            {
                let document = self.state.library.document(gathering.plan, id);
                let Some(path) = document.map(|document| document.path.clone()) else {
                    continue;
                };
                gathering.asked.insert(path.clone(), id);
                self.effects
                    .push(Effect::Watch(Request::Read { root, path }));
            }
            let is_whole = gathering.asked.is_empty() && gathering.asked_old.is_empty();
            if is_whole && !gathering.is_handed_out {
                gathering.is_handed_out = true;
                let job = self.compose_job(gathering);
                self.effects.push(Effect::Compose(Box::new(job)));
            }
        }
        self.state.gatherings = gatherings;
    }

    fn compose_job(&self, gathering: &mut Gathering) -> ComposeJob {
        let old = std::mem::take(&mut gathering.old).into_iter();
        let import = self.state.incoming.as_ref().map(|incoming| {
            let options = ImportOptions {
                is_keeping_strays: incoming.is_keeping_strays,
                now: self.env.now,
            };
            (Arc::clone(&incoming.file), options)
        });
        ComposeJob {
            ticket: gathering.ticket,
            plan: gathering.plan,
            library: Box::new(self.state.library.clone()),
            texts: std::mem::take(&mut gathering.texts),
            old: old.filter_map(|(id, text)| Some((id, text?))).collect(),
            purpose: gathering.purpose.clone(),
            import: import.filter(|_| gathering.purpose == Purpose::Import),
            now: self.env.now,
        }
    }

    /// A document was read, for whoever asked.
    pub(super) fn document_read(
        &mut self,
        root: RootId,
        path: &str,
        result: &Result<Document, ReadError>,
    ) {
        self.read_elsewhere(root, path, result);
        let mut gatherings = std::mem::take(&mut self.state.gatherings);
        for gathering in &mut gatherings {
            let is_of = RootId(gathering.plan.0) == root;
            let Some(id) = gathering.asked.remove(path).filter(|_| is_of) else {
                continue;
            };
            match result {
                Ok(document) => {
                    let text = Text {
                        id: TextId(document.hash.0),
                        text: Arc::clone(&document.text),
                    };
                    self.ask_for_older(gathering, id, text.id);
                    gathering.texts.insert(id, text);
                }
                Err(error) => tracing::warn!("a document with notes cannot be read ({error})"),
            }
        }
        self.state.gatherings = gatherings;
        self.gather_more();
    }

    /// Asks the library for the texts in which notes were found last, where that is not this one.
    fn ask_for_older(&mut self, gathering: &mut Gathering, document: DocumentId, now: TextId) {
        if matches!(self.state.store, StoreState::Unavailable { .. }) {
            return;
        }
        for note in self.state.library.annotations_on(gathering.plan, document) {
            let Some(anchor) = note.passage().map(postil_model::Passage::sought) else {
                continue;
            };
            let placed = self.state.library.placed(note.id);
            if is_known(&Sought { anchor, placed }, now) {
                continue;
            }
            let last = placed.map(|placed| placed.text);
            for id in [Some(anchor.text), last].into_iter().flatten() {
                if let Entry::Vacant(unknown) = gathering.old.entry(id) {
                    unknown.insert(None);
                    gathering.asked_old.insert(id);
                    self.effects.push(Effect::ReadText(id));
                }
            }
        }
    }

    /// An older text came from the library, or it has none.
    pub(super) fn older_text_arrived(&mut self, id: TextId, text: Option<&Arc<str>>) {
        for gathering in &mut self.state.gatherings {
            if gathering.asked_old.remove(&id) {
                gathering.old.insert(id, text.cloned());
            }
        }
        self.gather_more();
    }

    /// What was gathered is made into what it was for.
    pub(super) fn composed(&mut self, composed: Composed) {
        let gatherings = &mut self.state.gatherings;
        let Some(at) = gatherings.iter().position(|g| g.ticket == composed.ticket) else {
            return;
        };
        let gathering = gatherings.remove(at);
        self.write_with(composed.placed, None, composed.texts);
        match (gathering.purpose, composed.made) {
            (Purpose::HandBack(to, options), made) => {
                self.handed_back(gathering.plan, to, &options, made);
            }
            (Purpose::Import, Made::Import(import)) => self.incoming_read(import),
            _ => {}
        }
    }
}

#[cfg(test)]
#[path = "gather_tests.rs"]
mod tests;

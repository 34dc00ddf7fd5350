//! Owns what each request does.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::Engine;
use crate::inspect::inspect;
use crate::root::{Root, bounds};
use crate::settle::{Input, step};
use crate::unpack::unpack;
use crate::write::Change;
use crate::{
    ContentHash, Document, Event, ReadError, Request, RootId, RootOptions, WriteError, Written,
};

impl Engine {
    pub(super) fn handle(&mut self, request: Request) {
        let event = match request {
            Request::AddRoot {
                root,
                folder,
                known,
                options,
            } => {
                self.remove_root(root);
                let folder = std::path::absolute(&folder).unwrap_or(folder);
                let added = Root::new(root, folder, known, options, &self.config);
                self.roots.insert(root, added);
                return self.put_in_view();
            }
            Request::RemoveRoot { root } => return self.remove_root(root),
            Request::Rescan { root } => {
                if let Some(root) = self.roots.get_mut(&root) {
                    root.ask();
                }
                return;
            }
            Request::AcceptRoot { root } => {
                if let Some(root) = self.roots.get_mut(&root) {
                    root.accept();
                }
                return;
            }
            Request::Check => return self.check(),
            Request::Restart => return self.restart(),
            Request::Count { root } => Event::Counted {
                root,
                counts: self.roots.get(&root).map(Root::counts).unwrap_or_default(),
            },
            Request::SetInView { root, path } => {
                self.in_view = path.map(|path| (root, path));
                return self.put_in_view();
            }
            Request::Read { root, path } => Event::Document {
                root,
                result: self.read(root, &path),
                path,
            },
            Request::Write {
                ticket,
                root,
                path,
                expected,
                edits,
            } => Event::Written {
                ticket,
                root,
                result: self.write(root, &path, expected, &Change::Edits(&edits)),
                path,
            },
            Request::TakeBack { ticket, root, path } => Event::Written {
                ticket,
                root,
                result: self.take_back(root, &path),
                path,
            },
            Request::ReadAsset {
                root,
                path,
                max_bytes,
            } => Event::Asset {
                root,
                result: self
                    .root(root, &path)
                    .and_then(|root| root.read_asset(&path, max_bytes)),
                path,
            },
            Request::Inspect { ticket, path } => self.inspect(ticket, path),
            Request::Unpack {
                ticket,
                folder,
                files,
            } => Event::Unpacked {
                ticket,
                result: unpack(&folder, &files),
            },
        };
        self.outbox.push(event);
    }

    fn root(&self, root: RootId, path: &str) -> Result<&Root, ReadError> {
        self.roots
            .get(&root)
            .ok_or_else(|| ReadError::UnknownRoot { path: path.into() })
    }

    fn read(&self, root: RootId, path: &str) -> Result<Document, ReadError> {
        self.root(root, path)?
            .read(path, self.config.max_document_bytes)
    }

    fn write(
        &mut self,
        root: RootId,
        path: &str,
        expected: ContentHash,
        change: &Change<'_>,
    ) -> Result<Written, WriteError> {
        let now = self.now();
        let Some(place) = self.roots.get_mut(&root) else {
            return Err(ReadError::UnknownRoot { path: path.into() }.into());
        };
        let (displaced, result) =
            match place.write(path, expected, change, &self.config, &self.rules) {
                Ok(done) => {
                    let hash = done.written.document.hash;
                    let late = done
                        .replaced
                        .and_then(|replaced| self.past.add(root, path, replaced, hash, now));
                    (late.into_iter().collect(), Ok(done.written))
                }
                Err(refused) => {
                    // Whatever is there now is news to the ledger.
                    let path = path.into();
                    step(&mut place.settle, Input::Touched { path }, now);
                    (refused.displaced, Err(refused.error))
                }
            };
        for document in displaced {
            self.outbox.push(Event::Displaced { root, document });
        }
        result
    }

    fn take_back(&mut self, root: RootId, path: &str) -> Result<Written, WriteError> {
        let Some((old, new)) = self.past.of(root, path) else {
            return Err(WriteError::NothingWritten { path: path.into() });
        };
        let old = old.to_vec();
        self.write(root, path, new, &Change::Bytes(&old))
    }

    pub(super) fn tell_late_words(&mut self) {
        for (root, document) in self.past.take_late(self.now()) {
            self.outbox.push(Event::Displaced { root, document });
        }
    }

    /// Starts the watching anew, as a person asked for it.
    fn restart(&mut self) {
        let now = self.now();
        for root in self.roots.values_mut() {
            root.doubt_all(&mut self.supervisor, now);
            root.ask();
        }
        self.supervisor.restart();
    }

    fn inspect(&self, ticket: u64, path: PathBuf) -> Event {
        let should_stop = Arc::clone(&self.stop.should_stop);
        let should_stop = move || should_stop.load(Ordering::Relaxed);
        let options = RootOptions::default();
        let bounds = bounds(&self.config, &self.rules, options, &should_stop);
        let result = inspect(&path, &bounds);
        Event::Inspected {
            ticket,
            path,
            result,
        }
    }

    pub(super) fn remove_root(&mut self, root: RootId) {
        if let Some(mut root) = self.roots.remove(&root) {
            root.unwatch(&mut self.supervisor);
        }
    }

    fn put_in_view(&mut self) {
        let now = self.now();
        for root in self.roots.values_mut() {
            let path = self
                .in_view
                .as_ref()
                .filter(|(id, _)| *id == root.id)
                .map(|(_, path)| path.clone());
            step(&mut root.settle, Input::InView { path }, now);
        }
    }
}

//! Owns a root's look at a single file: after an event, or because it was asked for.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Context, Root, reach};
use crate::compare::{is_emptied, is_other_problem};
use crate::document::text_from_bytes;
use crate::outbox::Outbox;
use crate::read::{Taken, bytes, hash, resolve};
use crate::rules::Rules;
use crate::settle::{Input, MAX_LOOKS, step};
use crate::write::{self, Change, Done, Refused};
use crate::{Config, ContentHash, Document, Event, FileEntry, ReadError};

/// A file as a look found it.
struct Seen {
    taken: Taken<ContentHash>,
    /// Only of the file in view.
    document: Option<Document>,
}

impl Root {
    /// Looks at a listed file, and tells its content if that is news.
    ///
    /// It is read whatever its stamp says: an event has said that something happened, and there are
    /// tools that set the old time again.
    pub(crate) fn look(
        &mut self,
        path: String,
        seen: Duration,
        n_looks: u32,
        context: &mut Context<'_>,
    ) {
        let Ok(at) = self.position(&path) else {
            return;
        };
        let Some(real) = self.real.clone() else {
            return;
        };
        let result = self.see(&real, &path, context.config.max_document_bytes);
        let now = context.now();
        let believes = self.settle.believes(&path, now);
        let old = &self.ledger[at];
        let is_doubtful = match &result {
            Err(ReadError::Missing { .. } | ReadError::Outside { .. }) => true,
            // A folder has taken its place.
            Err(ReadError::NotRegular { .. }) => real
                .join(&path)
                .symlink_metadata()
                .is_ok_and(|metadata| metadata.is_dir()),
            Ok(seen_file) => is_emptied(old, &seen_file.taken.stamp),
            Err(_) => false,
        };
        let is_gone = is_doubtful && result.is_err();
        let is_unsteady = result
            .as_ref()
            .is_ok_and(|seen_file| !seen_file.taken.is_steady);
        if is_doubtful && !believes {
            step(&mut self.settle, Input::Doubtful { path, seen }, now);
            return;
        }
        if is_gone {
            step(&mut self.settle, Input::Gone { path }, now);
            return;
        }
        if is_unsteady && n_looks + 1 < MAX_LOOKS {
            let input = Input::Unsteady {
                path,
                seen,
                n_looks,
            };
            step(&mut self.settle, input, now);
            return;
        }
        let entry = FileEntry {
            path: path.clone(),
            stamp: result
                .as_ref()
                .map_or(old.stamp, |seen_file| seen_file.taken.stamp),
            hash: result.as_ref().ok().map(|seen_file| seen_file.taken.value),
            problem: result.as_ref().err().cloned().map(Into::into),
        };
        let document = result.ok().and_then(|seen_file| seen_file.document);
        step(&mut self.settle, Input::Steady { path }, now);
        self.tell(at, entry, document, context.start + seen, context.outbox);
    }

    /// Takes `entry` into the ledger in place of the one at `at`, and tells what is news of it.
    fn tell(
        &mut self,
        at: usize,
        entry: FileEntry,
        document: Option<Document>,
        seen_at: Instant,
        outbox: &mut Outbox,
    ) {
        let old = std::mem::replace(&mut self.ledger[at], entry.clone());
        if is_other_problem(old.problem.as_ref(), entry.problem.as_ref()) {
            self.tell_picture(Vec::new(), outbox);
        }
        if old.hash != entry.hash && entry.hash.is_some() {
            self.counts.n_told += 1;
            outbox.push(Event::Changed {
                root: self.id,
                entry,
                document,
                seen_at,
            });
        }
    }

    /// Tells a change that a scan has found and taken into the ledger.
    pub(super) fn tell_changed_by_scan(
        &mut self,
        path: &str,
        seen: Option<Duration>,
        context: &mut Context<'_>,
    ) {
        let Ok(at) = self.position(path) else {
            return;
        };
        let now = context.now();
        let limit = context.config.max_document_bytes;
        let mut document = None;
        if self.settle.is_in_view(path)
            && let Some(real) = self.real.clone()
        {
            if let Ok(seen_file) = self.see(&real, path, limit) {
                self.ledger[at].stamp = seen_file.taken.stamp;
                self.ledger[at].hash = Some(seen_file.taken.value);
                document = seen_file.document;
            } else {
                // It has changed once more since the scan: that is looked at in its own time.
                let path = path.into();
                step(&mut self.settle, Input::Touched { path }, now);
            }
        }
        self.counts.n_told += 1;
        context.outbox.push(Event::Changed {
            root: self.id,
            entry: self.ledger[at].clone(),
            document,
            seen_at: context.start + seen.unwrap_or(now),
        });
    }

    fn see(&self, real: &Path, path: &str, limit: u64) -> Result<Seen, ReadError> {
        let file = resolve(real, path, reach(self.options))?;
        if self.settle.is_in_view(path) {
            let taken = bytes(&file, path, limit)?;
            let (document, is_steady) = document_from_bytes(path, taken);
            Ok(Seen {
                taken: Taken {
                    value: document.hash,
                    stamp: document.stamp,
                    is_steady,
                },
                document: Some(document),
            })
        } else {
            let taken = hash(&file, path, limit)?;
            Ok(Seen {
                taken,
                document: None,
            })
        }
    }

    /// Reads a document; see [`crate::Request::Read`].
    pub(crate) fn read(&self, path: &str, limit: u64) -> Result<Document, ReadError> {
        let file = self.resolve(path)?;
        Ok(document_from_bytes(path, bytes(&file, path, limit)?).0)
    }

    /// Reads raw bytes; see [`crate::Request::ReadAsset`].
    pub(crate) fn read_asset(&self, path: &str, limit: u64) -> Result<Arc<[u8]>, ReadError> {
        let file = self.resolve(path)?;
        Ok(bytes(&file, path, limit)?.value.into())
    }

    /// Changes a document; see [`crate::Request::Write`]. What was written is no news afterwards.
    pub(crate) fn write(
        &mut self,
        path: &str,
        expected: ContentHash,
        change: &Change<'_>,
        config: &Config,
        rules: &Rules,
    ) -> Result<Done, Refused> {
        let Some(root) = &self.real else {
            return Err(ReadError::Missing { path: path.into() }.into());
        };
        let job = write::Job {
            root,
            reach: reach(self.options),
            rules,
            path,
            expected,
            max_bytes: config.max_document_bytes,
        };
        let done = write::write(&job, change)?;
        if let Ok(at) = self.position(path) {
            let (entry, document) = (&mut self.ledger[at], &done.written.document);
            entry.stamp = document.stamp;
            entry.hash = Some(document.hash);
            entry.problem = None;
        }
        Ok(done)
    }

    fn resolve(&self, path: &str) -> Result<std::path::PathBuf, ReadError> {
        match &self.real {
            Some(real) => resolve(real, path, reach(self.options)),
            None => Err(ReadError::Missing { path: path.into() }),
        }
    }
}

/// The document, and whether its file held still while it was read.
fn document_from_bytes(path: &str, taken: Taken<Vec<u8>>) -> (Document, bool) {
    let hash = ContentHash::of(&taken.value);
    let (text, notices) = text_from_bytes(taken.value);
    let document = Document {
        path: path.into(),
        text,
        hash,
        stamp: taken.stamp,
        notices,
    };
    (document, taken.is_steady)
}

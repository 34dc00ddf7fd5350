//! Owns what writes have replaced: the bytes, to be given back, and the nameless files, to see
//! whether another program goes on writing to one.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::time::Duration;

use super::{Replaced, document, taken_as};
use crate::{ContentHash, Document, RootId, Stamp};

/// Bytes that are kept, over all writes; the last write's are kept whatever they weigh.
const MAX_BYTES: usize = 50_000_000;
const MAX_WRITES: usize = 64;
/// For how long a replaced file is looked at: a program that saves in place has it open for
/// milliseconds.
const WATCHED_FOR: Duration = Duration::from_secs(2);

/// The last writes, the newest last.
#[derive(Debug, Default)]
pub(crate) struct Past {
    writes: VecDeque<Write>,
}

#[derive(Debug)]
struct Write {
    root: RootId,
    path: String,
    old: Vec<u8>,
    new: ContentHash,
    /// The nameless file and until when it is looked at.
    watched: Option<(File, Duration)>,
}

impl Past {
    /// Remembers what a write at `now` has replaced. An older memory of the same path is dropped,
    /// but for words that came too late to it, which are given.
    pub(crate) fn add(
        &mut self,
        root: RootId,
        path: &str,
        replaced: Replaced,
        new: ContentHash,
        now: Duration,
    ) -> Option<Document> {
        let is_same = |write: &Write| write.root == root && write.path == path;
        let before = self.writes.iter().position(is_same);
        let late = before
            .and_then(|at| self.writes.remove(at))
            .and_then(|mut write| write.late_words());
        self.writes.push_back(Write {
            root,
            path: path.into(),
            old: replaced.bytes,
            new,
            watched: Some((replaced.file, now + WATCHED_FOR)),
        });
        let weight = |writes: &VecDeque<Write>| -> usize {
            writes.iter().map(|write| write.old.len()).sum()
        };
        while self.writes.len() > 1
            && (self.writes.len() > MAX_WRITES || weight(&self.writes) > MAX_BYTES)
            && self
                .writes
                .front()
                .is_some_and(|write| write.watched.is_none())
        {
            self.writes.pop_front();
        }
        late
    }

    /// What the last write to this file has replaced, and the hash of what it wrote.
    pub(crate) fn of(&self, root: RootId, path: &str) -> Option<(&[u8], ContentHash)> {
        let write = self
            .writes
            .iter()
            .rfind(|write| write.root == root && write.path == path)?;
        Some((&write.old, write.new))
    }

    /// When [`Self::take_late`] is wanted; `None` when no replaced file is looked at.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        let watched = |write: &Write| write.watched.as_ref().map(|(_, until)| *until);
        self.writes.iter().filter_map(watched).min()
    }

    /// What other programs wrote to files after these were replaced.
    pub(crate) fn take_late(&mut self, now: Duration) -> Vec<(RootId, Document)> {
        let is_due = |write: &&mut Write| {
            let until = write.watched.as_ref().map(|(_, until)| *until);
            until.is_some_and(|until| until <= now)
        };
        self.writes
            .iter_mut()
            .filter(is_due)
            .filter_map(|write| Some((write.root, write.late_words()?)))
            .collect()
    }
}

impl Write {
    /// Ends the watch on the replaced file, and gives what came to it since.
    fn late_words(&mut self) -> Option<Document> {
        let (mut file, _) = self.watched.take()?;
        let mut bytes = Vec::new();
        let read = file
            .seek(SeekFrom::Start(0))
            .and_then(|_| file.read_to_end(&mut bytes));
        if let Err(error) = read {
            tracing::warn!(%error, path = self.path, "a file that was replaced cannot be read again");
            return None;
        }
        let stamp = file.metadata().map_or(Stamp::default(), |m| Stamp::of(&m));
        (bytes != self.old).then(|| document(&self.path, taken_as(bytes, stamp)))
    }
}

//! Owns the asking for metadata beside the walk: one thread lists folders, another one asks what the
//! files in them are like. Listing and asking take about as long, and neither needs the other.

use std::fs::DirEntry;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use crossbeam_channel::{Sender, bounded};

use super::{Found, Tree, Walk, WalkError, found};

/// Folders whose files are handed over together: each time may wake the other thread.
const N_FOLDERS: usize = 8;
/// How many times so many may wait.
const N_WAITING: usize = 4;
/// Each folder stays open until the last of its files was asked about: those that wait, those that
/// are asked about, those that are gathered, and the one that is listed.
const MAX_OPEN: usize = N_FOLDERS * (N_WAITING + 2) + 1;

/// Files of some folders, by path.
type Batch = Vec<(String, DirEntry)>;

/// What is gathered to be asked about, and who asks.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) files: Batch,
    n_folders: usize,
    helper: Option<Sender<Batch>>,
}

/// Walks, with a thread that asks for metadata where one can be had.
pub(super) fn beside(mut walk: Walk<'_>, enter: &mut dyn FnMut(&Path)) -> Result<Tree, WalkError> {
    let max_bytes = walk.bounds.max_document_bytes;
    if walk.bounds.max_open < MAX_OPEN {
        return walk.run(enter);
    }
    thread::scope(|scope| {
        let (sender, batches) = bounded::<Batch>(N_WAITING);
        let asks = move || {
            let files = batches.iter().flatten();
            let answers = files.filter_map(|(path, file)| found(path, file.metadata(), max_bytes));
            answers.collect::<Vec<Found>>()
        };
        let name = "watcher-ask".to_string();
        let helper = match thread::Builder::new().name(name).spawn_scoped(scope, asks) {
            Ok(helper) => helper,
            Err(error) => {
                tracing::warn!(%error, "no thread to ask for metadata; the walk asks itself");
                return walk.run(enter);
            }
        };
        walk.asked.helper = Some(sender);
        let tree = walk.run(enter);
        let answers = helper.join().unwrap_or_else(|panic| resume_unwind(panic));
        let mut tree = tree?;
        tree.files.extend(answers);
        Ok(tree.sorted())
    })
}

impl Walk<'_> {
    /// A folder was listed: its files are asked about, by the helper when it has time.
    pub(super) fn hand_over(&mut self) {
        self.asked.n_folders += 1;
        let Some(helper) = &self.asked.helper else {
            return self.answer();
        };
        if self.asked.n_folders < N_FOLDERS {
            return;
        }
        let batch = std::mem::take(&mut self.asked.files);
        self.asked.n_folders = 0;
        if let Err(late) = helper.try_send(batch) {
            self.asked.files = late.into_inner();
            self.answer();
        }
    }

    /// Asks about all that is gathered.
    pub(super) fn answer(&mut self) {
        self.asked.n_folders = 0;
        let max_bytes = self.bounds.max_document_bytes;
        let files = self.asked.files.drain(..);
        let answers = files.filter_map(|(path, file)| found(path, file.metadata(), max_bytes));
        self.tree.files.extend(answers);
    }
}

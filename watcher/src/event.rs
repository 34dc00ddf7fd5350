//! Owns the closed list of what the watcher says.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use crate::{
    Counts, Document, FileEntry, FileProblem, Health, InspectError, ReadError, RootId, UnpackError,
    WriteError, Written,
};

/// What the watcher says, in the order in which it became true.
#[derive(Clone, Debug)]
pub enum Event {
    /// The full picture of a root: after `AddRoot` and `Rescan`, and whenever anything but the
    /// content of listed files changed. What is not in it is not there.
    Scanned {
        /// The root.
        root: RootId,
        /// All documents, sorted by path (bytewise).
        files: Vec<FileEntry>,
        /// What could not be looked into or is not followed, such as unreadable folders; sorted by path.
        problems: Vec<(String, FileProblem)>,
        /// Old and new paths of files that were renamed since the last picture, as far as the system
        /// or the files themselves tell. Both may hold other content now.
        renamed: Vec<(String, String)>,
        /// Whether a limit on folders or depth was hit, so that files may be missing here.
        truncated: bool,
    },
    /// The content of a listed file changed.
    Changed {
        /// The root.
        root: RootId,
        /// The file as it is now.
        entry: FileEntry,
        /// The text, when the file is the one in view.
        document: Option<Document>,
        /// When the first sign of this change was seen, for measuring.
        seen_at: Instant,
    },
    /// Answers `Read`.
    Document {
        /// The root that was asked.
        root: RootId,
        /// The path that was asked.
        path: String,
        /// The document.
        result: Result<Document, ReadError>,
    },
    /// Answers `Write` and `TakeBack`. What was written is known then, and no `Changed` tells it.
    Written {
        /// From the request.
        ticket: u64,
        /// The root that was asked.
        root: RootId,
        /// The path that was asked.
        path: String,
        /// The document as it is now.
        result: Result<Written, WriteError>,
    },
    /// Another program saved a file at the very moment in which it was replaced here. Its words are
    /// not in the file: this is what they were.
    Displaced {
        /// The root.
        root: RootId,
        /// The words, under the path of the file.
        document: Document,
    },
    /// Answers `Count`.
    Counted {
        /// The root that was asked.
        root: RootId,
        /// Since it was added.
        counts: Counts,
    },
    /// Answers `ReadAsset`.
    Asset {
        /// The root that was asked.
        root: RootId,
        /// The path that was asked.
        path: String,
        /// The raw bytes.
        result: Result<Arc<[u8]>, ReadError>,
    },
    /// Answers `Inspect`.
    Inspected {
        /// From the request.
        ticket: u64,
        /// The path that was asked.
        path: PathBuf,
        /// What is there.
        result: Result<Inspected, InspectError>,
    },
    /// Answers `Unpack`.
    Unpacked {
        /// From the request.
        ticket: u64,
        /// The canonical folder that now holds the files.
        result: Result<PathBuf, UnpackError>,
    },
    /// A root is not there; said once. It is looked for until it returns, and nothing is forgotten.
    RootMissing {
        /// The root.
        root: RootId,
        /// Why, for people.
        why: String,
    },
    /// A folder is back in the place of a missing one, and holds other files. It is taken for missing
    /// until `AcceptRoot` or the return of the old one; said once of each such folder.
    RootDiffers {
        /// The root.
        root: RootId,
        /// How many of the files that were known are in it.
        n_same: usize,
        /// How many files were known.
        n_known: usize,
    },
    /// A missing root is there again; `Scanned` follows.
    RootReturned {
        /// The root.
        root: RootId,
    },
    /// How a root is being watched has changed.
    Health {
        /// The root.
        root: RootId,
        /// How it is watched now.
        health: Health,
    },
}

/// What is at a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inspected {
    /// The canonical folder to register.
    pub folder: PathBuf,
    /// The document that was asked for, relative to `folder`; `None` when the path is a folder.
    pub file: Option<String>,
    /// How many plan files (Markdown and Mermaid; JSON alone makes no plan) the folder holds.
    pub n_plan_files: usize,
    /// Whether counting stopped early, so that there may be more.
    pub n_plan_files_is_at_least: bool,
}

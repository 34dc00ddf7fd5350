//! Owns the closed list of what the watcher can be asked.

use std::path::PathBuf;

use crate::{ContentHash, KnownFile, RootId, RootOptions, TextEdit};

/// What the watcher can be asked; handed over by [`Watcher::send`](crate::Watcher::send).
///
/// Requests are taken in order, but scans wait until no request does: a [`Request::Read`] sent
/// right after [`Request::AddRoot`] is answered before the scan.
#[derive(Clone, Debug)]
pub enum Request {
    /// Watch a folder and all below it. Answered by `Scanned`, or by `RootMissing` when the folder
    /// is not there now. A root that is known already is replaced.
    AddRoot {
        /// The name that events will carry.
        root: RootId,
        /// The folder; may be missing, and may be reached through links.
        folder: PathBuf,
        /// The files as the last session knew them, in any order: those whose stamp is unchanged
        /// are not read again.
        known: Vec<KnownFile>,
        /// How it is gone through.
        options: RootOptions,
    },
    /// Say that what is now in the place of a folder is that folder, after
    /// [`Event::RootDiffers`](crate::Event::RootDiffers).
    AcceptRoot {
        /// The root; one that does not differ is no error.
        root: RootId,
    },
    /// Stop watching a folder. Nothing on disk is touched.
    RemoveRoot {
        /// The root; one that is not known is no error.
        root: RootId,
    },
    /// Compare a folder with the ledger now. Always answered by `Scanned` or `RootMissing`.
    Rescan {
        /// The root.
        root: RootId,
    },
    /// Compare all folders with the ledger, as the safety scan does: what is news is told, and
    /// nothing else. Folders that were compared just now are passed over.
    Check,
    /// Start the watching of all folders anew, and compare them.
    Restart,
    /// Ask how often what was done for a folder. Answered by `Counted`.
    Count {
        /// The root; of one that is not known all is zero.
        root: RootId,
    },
    /// Say which file is being looked at: its changes come after
    /// [`Config::settle_in_view`](crate::Config::settle_in_view), with the text. At most one over
    /// all roots; the last one said holds.
    SetInView {
        /// The root of the file.
        root: RootId,
        /// The file below the root; `None` when nothing is in view.
        path: Option<String>,
    },
    /// Read a document. Answered by `Document`.
    Read {
        /// The root of the file.
        root: RootId,
        /// The file below the root, parts separated by `/`.
        path: String,
    },
    /// Change a document on disk. Answered by `Written`.
    Write {
        /// Comes back with the answer.
        ticket: u64,
        /// The root of the file.
        root: RootId,
        /// The file below the root, parts separated by `/`. Of a link the file it leads to is
        /// written.
        path: String,
        /// The hash of the document that the edits were made for: a file that holds anything else
        /// is not touched.
        expected: ContentHash,
        /// In order, without overlaps.
        edits: Vec<TextEdit>,
    },
    /// Put back what the last write to a document replaced, unless it has changed since. Answered by
    /// `Written`.
    TakeBack {
        /// Comes back with the answer.
        ticket: u64,
        /// The root of the file.
        root: RootId,
        /// The file below the root, as it was written.
        path: String,
    },
    /// Read the bytes of a file beside the plan, such as an image. Answered by `Asset`.
    ReadAsset {
        /// The root of the file.
        root: RootId,
        /// The file below the root, parts separated by `/`; an address (`https://…`) is refused.
        path: String,
        /// A larger file is refused, in bytes.
        max_bytes: u64,
    },
    /// Find out what is at a path that a person dropped, pasted or named. Answered by `Inspected`.
    Inspect {
        /// Comes back with the answer.
        ticket: u64,
        /// The path; a relative one is taken from the process's working directory.
        path: PathBuf,
    },
    /// Make files that do not exist yet, synced to disk. Answered by `Unpacked`. When any of them
    /// exists with other bytes, nothing is made.
    Unpack {
        /// Comes back with the answer.
        ticket: u64,
        /// The folder to make them in; made when missing.
        folder: PathBuf,
        /// Paths below the folder, parts separated by `/`, and the bytes of each.
        files: Vec<(String, Vec<u8>)>,
    },
}

//! Owns the errors, named for what a person can do; each says the error first and the path last.

use std::io;
use std::path::PathBuf;

use crate::{Document, Request};

/// The watcher's thread could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The system gave no thread.
    #[error("The folder watcher could not start, close some programs and try again: {0}")]
    Thread(#[source] std::io::Error),
}

/// The request queue is full, or the thread has stopped (then the event channel is disconnected).
/// Holds the request, to be sent again later.
#[derive(Debug, thiserror::Error)]
#[error("The folder watcher is busy, try again in a moment")]
pub struct Busy(pub Box<Request>);

/// Why a file was not read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReadError {
    /// No such root: it was never added, or was removed.
    #[error("This folder is not registered, add it again to read: {path}")]
    UnknownRoot {
        /// As asked.
        path: String,
    },
    /// Nothing is there.
    #[error("The file is not there, it may have been moved or removed: {path}")]
    Missing {
        /// As asked.
        path: String,
    },
    /// The path is an address, is not relative, holds `..`, or leads out of the root through a link.
    #[error("The path leads out of the plan's folder and is not followed: {path}")]
    Outside {
        /// As asked.
        path: String,
    },
    /// It is a folder, pipe, socket or device.
    #[error("Only regular files are opened, and this is none: {path}")]
    NotRegular {
        /// As asked.
        path: String,
    },
    /// It is over the limit.
    #[error("The file has {} MB, more than the {} MB that are opened; split it to read it here: {path}", len.div_ceil(1_000_000), limit / 1_000_000)]
    TooLarge {
        /// Length in bytes.
        len: u64,
        /// The limit in bytes.
        limit: u64,
        /// As asked.
        path: String,
    },
    /// The system refused.
    #[error("The file cannot be read, check its permissions and its disk ({why}): {path}")]
    Unreadable {
        /// What the system said.
        why: String,
        /// As asked.
        path: String,
    },
}

/// Why a path cannot become a plan.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InspectError {
    /// Nothing is there.
    #[error("There is nothing at this path, check its spelling: {}", path.display())]
    Missing {
        /// As asked.
        path: PathBuf,
    },
    /// It is a file of another kind.
    #[error("{} is not Markdown, open a .md file or a folder instead: {}", kind(extension), path.display())]
    NotMarkdown {
        /// The ending of its name, without the dot; empty when it has none.
        extension: String,
        /// As asked.
        path: PathBuf,
    },
    /// The system refused.
    #[error("This cannot be read, check its permissions and its disk ({why}): {}", path.display())]
    Unreadable {
        /// What the system said.
        why: String,
        /// As asked.
        path: PathBuf,
    },
    /// It is a pipe, socket or device.
    #[error("This is neither a file nor a folder, open a .md file or a folder instead: {}", path.display())]
    NotFileOrFolder {
        /// As asked.
        path: PathBuf,
    },
}

fn kind(extension: &str) -> String {
    if extension.is_empty() {
        "A file without an ending".into()
    } else {
        format!("A .{extension} file")
    }
}

/// Why files were not unpacked. Files that were there before are as they were.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum UnpackError {
    /// A file is there already, with other content, or something else has its name.
    #[error("Something else is already there, choose another folder: {}", path.display())]
    Exists {
        /// What is in the way.
        path: PathBuf,
    },
    /// A name to unpack is not relative, holds `..`, or leads out of the folder through a link.
    #[error("The name leads out of the folder, choose another folder: {}", path.display())]
    Outside {
        /// The path it would have had.
        path: PathBuf,
    },
    /// The system refused.
    #[error("The files cannot be written, check the permissions and the space of the disk ({why}): {}", path.display())]
    Unwritable {
        /// What the system said.
        why: String,
        /// What could not be written.
        path: PathBuf,
    },
}

/// Why a document was not written. The file is as it was, or as another program has made it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WriteError {
    /// It cannot even be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The file does not hold what the change was made for.
    #[error("The file has changed since it was read, look at it and try again: {path}")]
    Conflict {
        /// What it holds.
        fresh: Box<Document>,
        /// As asked.
        path: String,
    },
    /// It has not the name of a document, or lies where none are looked for.
    #[error("Only documents are written, and this is none: {path}")]
    NotDocument {
        /// As asked.
        path: String,
    },
    /// Its bytes are not plain UTF-8 text, so that places in the text are not places in the file.
    #[error("The file holds bytes that are no text, convert it to UTF-8 first: {path}")]
    NotText {
        /// As asked.
        path: String,
    },
    /// The edits overlap, are not in order, or are not on characters of the text.
    #[error("The change does not fit the text, read it again: {path}")]
    BadEdit {
        /// As asked.
        path: String,
    },
    /// The file has several names, and replacing it under one would part it from the others.
    #[error(
        "The file has {n_names} names (hard links) that a change would part; copy it and put the copy in its place first: {path}"
    )]
    HardLinked {
        /// How many.
        n_names: u64,
        /// As asked.
        path: String,
    },
    /// The file may not be written.
    #[error("The file is read-only, allow writing to it first: {path}")]
    ReadOnly {
        /// As asked.
        path: String,
    },
    /// No file can be made beside it.
    #[error("Its folder is read-only, allow writing to it first: {path}")]
    FolderReadOnly {
        /// As asked.
        path: String,
    },
    /// Something of the file would be lost.
    #[error(
        "Its {what} could not be kept, so it was left alone; change it with another program: {path}"
    )]
    Unkept {
        /// What.
        what: String,
        /// As asked.
        path: String,
    },
    /// Another program is writing it at this moment.
    #[error("Another program is writing the file, try again in a moment: {path}")]
    Busy {
        /// As asked.
        path: String,
    },
    /// The system refused.
    #[error(
        "The file cannot be written, check the permissions and the space of the disk ({why}): {path}"
    )]
    Unwritable {
        /// What the system said.
        why: String,
        /// As asked.
        path: String,
    },
    /// There is nothing to be taken back.
    #[error("Nothing was written to this file that could be taken back: {path}")]
    NothingWritten {
        /// As asked.
        path: String,
    },
}

impl WriteError {
    /// What the system said; that the file is gone, where it is that.
    pub(crate) fn unwritable(error: &io::Error, path: &str) -> Self {
        if error.kind() == io::ErrorKind::NotFound {
            return Self::Read(ReadError::Missing { path: path.into() });
        }
        Self::Unwritable {
            why: error.to_string(),
            path: path.into(),
        }
    }
}

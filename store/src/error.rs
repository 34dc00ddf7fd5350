//! Why the database could not be opened or written, in words for the person.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why there is no database to work with. Whatever the file was, it was left as it was.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The file's format or the library's schema is of a later version.
    #[error(
        "This library was written by a newer Postil ({what}): nothing in it was changed. Update \
         Postil, or start it with --data-dir for another library: {}", file.display()
    )]
    Newer {
        /// What is newer, with its version.
        what: String,
        /// The database.
        file: PathBuf,
    },
    /// Some other file under our name.
    #[error(
        "This file is not a Postil library ({why}): nothing in it was changed. Move it away, or \
         start Postil with --data-dir for another library: {}", file.display()
    )]
    Foreign {
        /// What was found.
        why: String,
        /// The file.
        file: PathBuf,
    },
    /// A database that cannot be read.
    #[error(
        "The library is damaged ({why}): nothing in it was changed. Put a copy of it in its place, \
         or start Postil with --data-dir for another library: {}", file.display()
    )]
    Damaged {
        /// What redb or the records say.
        why: String,
        /// The database.
        file: PathBuf,
    },
    /// A program that does not use Postil's lock has the file open.
    #[error("Another program has the library open. Close it, then start Postil again: {}", file.display())]
    InUse {
        /// The database.
        file: PathBuf,
    },
    /// The file system refuses.
    #[error(
        "The library could not be opened ({error}). Check the disk and the permissions, or start \
         Postil with --data-dir for another place: {}", path.display()
    )]
    Io {
        /// What the system said.
        error: io::Error,
        /// The file or directory that it said it of.
        path: PathBuf,
    },
}

impl OpenError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io { error, path }
    }

    pub(crate) fn from_redb(error: redb::Error, file: &Path) -> Self {
        let file = file.to_owned();
        match error {
            redb::Error::DatabaseAlreadyOpen => Self::InUse { file },
            redb::Error::Io(error) => match error.kind() {
                // What redb says of a file that ends too early or does not begin as its own.
                io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => Self::Damaged {
                    why: error.to_string(),
                    file,
                },
                _ => Self::Io { error, path: file },
            },
            other => Self::Damaged {
                why: other.to_string(),
                file,
            },
        }
    }
}

/// Why a write failed. What was to be written is still in memory.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The disk or the person's share of it is full.
    #[error(
        "No room left on the disk. Free some: the changes are written as soon as there is room"
    )]
    NoRoom,
    /// The place became read-only, or is not ours to write.
    #[error(
        "The library's folder cannot be written. Make it writable: the changes are written as soon \
         as it is"
    )]
    ReadOnly,
    /// The file that is open is no longer the one under its name.
    #[error(
        "The library's file was moved or replaced while it was open. Put it back: the changes are \
         written once it is there: {}", file.display()
    )]
    Moved {
        /// Where it belongs.
        file: PathBuf,
    },
    /// Anything else that the system or redb said.
    #[error("Writing failed ({why}). Check the disk: it is tried again by itself")]
    Failed {
        /// What was said.
        why: String,
    },
    /// After a failure, the database could not be opened again.
    #[error(transparent)]
    Reopen(OpenError),
}

impl WriteError {
    fn from_io_kind(kind: io::ErrorKind) -> Option<Self> {
        match kind {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(Self::NoRoom),
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                Some(Self::ReadOnly)
            }
            _ => None,
        }
    }
}

impl From<OpenError> for WriteError {
    fn from(error: OpenError) -> Self {
        if let OpenError::Io { error: io, .. } = &error
            && let Some(known) = Self::from_io_kind(io.kind())
        {
            return known;
        }
        Self::Reopen(error)
    }
}

impl From<redb::Error> for WriteError {
    fn from(error: redb::Error) -> Self {
        if let redb::Error::Io(io) = &error
            && let Some(known) = Self::from_io_kind(io.kind())
        {
            return known;
        }
        Self::Failed {
            why: error.to_string(),
        }
    }
}

/// Why the second copy of the changes is not written.
#[derive(Debug, Error)]
#[error(
    "The second copy of the changes cannot be written ({error}). They are safe in the library; \
     check the disk: {}", file.display()
)]
pub struct OpsError {
    /// What the system said.
    pub error: io::Error,
    /// The file.
    pub file: PathBuf,
}

/// Why the store thread could not be started.
#[derive(Debug, Error)]
pub enum StartError {
    /// The system gives no more threads.
    #[error("The store's thread could not be started ({0}). Close other programs and try again")]
    Thread(#[from] io::Error),
}

//! What goes to the store thread and what comes back from it.

use std::path::PathBuf;

use postil_model::{Change, Library};
use thiserror::Error;

use crate::{OpenError, WriteError};

/// Changes that are written together, and the revision of the library that they lead to.
#[derive(Clone, PartialEq, Debug)]
pub struct Batch {
    /// Comes back in [`Event::Committed`]. Greater than that of every earlier batch.
    pub revision: u64,
    /// In the order in which they were made.
    pub changes: Vec<Change>,
}

/// What the store thread has to say.
#[derive(Debug)]
pub enum Event {
    /// The database is open; batches will be written. The first event, unless `OpenFailed` is.
    Opened {
        /// All that could be read.
        library: Library,
        /// What could not; the bytes of each are kept.
        problems: Vec<RecordProblem>,
        /// The database.
        file: PathBuf,
    },
    /// There is no database to work with. The thread has ended: every write is handed back.
    OpenFailed {
        /// Why, and what the person can do.
        error: OpenError,
    },
    /// Everything up to this revision is on the disk, after a power cut too.
    Committed {
        /// The highest revision of what was written.
        revision: u64,
    },
    /// A write failed. Nothing is lost: it is tried again, after a while and at the next write.
    Waiting {
        /// How many changes are in memory only.
        n_changes: usize,
        /// Why.
        error: WriteError,
    },
    /// A change that no attempt can store. The rest of its batch is not affected. Comes before the
    /// `Committed` of its batch.
    TooLarge {
        /// The batch that it came with.
        revision: u64,
        /// The change, so that it need not be lost.
        change: Change,
        /// What its record takes.
        n_bytes: usize,
        /// What a record may take.
        max_bytes: usize,
    },
}

/// A record that could not be read. Its bytes are in the quarantine table and where they were.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordProblem {
    /// The table, as the database calls it.
    pub table: &'static str,
    /// The key in that table, in lower-case hex.
    pub key_hex: String,
    /// What is wrong.
    pub fault: RecordFault,
}

/// What is wrong with a record.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum RecordFault {
    /// Shorter or longer than it says, or without the mark that each record begins with.
    #[error("Damaged: not a whole record")]
    Frame,
    /// The checksum tells that bytes changed, or that the record belongs to another key.
    #[error("Damaged: the checksum differs")]
    Checksum,
    /// A record of another kind than the table holds.
    #[error("Damaged: a record of kind {found} in a table of kind {expected}")]
    Kind {
        /// The kind that the table holds.
        expected: u8,
        /// The kind that the record says it is.
        found: u8,
    },
    /// Written by a newer Postil.
    #[error("Written by a newer Postil (record version {version})")]
    Newer {
        /// The version of the record.
        version: u16,
    },
    /// Whole, but not what this version of the record looks like.
    #[error("Unreadable: {why}")]
    Payload {
        /// What the decoder met.
        why: String,
    },
    /// A choice that this program does not know.
    #[error("Unreadable: unknown {field} {tag}")]
    UnknownTag {
        /// The field.
        field: &'static str,
        /// Its value.
        tag: u8,
    },
}

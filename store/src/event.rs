//! What goes to the store thread and what comes back from it.

use std::path::PathBuf;
use std::sync::Arc;

use postil_model::{Change, Entry, EntryId, History, Library, TextId};
use thiserror::Error;

use crate::recovery::Recovery;
use crate::{Backup, BackupError, OpenError, OpsError, WriteError};

/// Changes that are written together, and the revision of the library that they lead to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Batch {
    /// Comes back in [`Event::Committed`]. Greater than that of every earlier batch.
    pub revision: u64,
    /// In the order in which they were made.
    pub changes: Vec<Change>,
    /// What the journal says of these changes: written in the same transaction. An entry with the
    /// id of an earlier one takes its place.
    pub entry: Option<Entry>,
    /// Entries with smaller ids are taken out of the journal in the same transaction.
    pub forget_before: Option<EntryId>,
    /// Texts that the changes speak of, whether the library has them already or not. One that no
    /// record speaks of any more is dropped at a later opening.
    pub texts: Vec<Text>,
}

/// The text of a document, as it was at some time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// What it is known by: the hash of the file's bytes.
    pub id: TextId,
    /// It.
    pub text: Arc<str>,
}

/// What the store thread has to say.
#[derive(Debug)]
pub enum Event {
    /// The library is open. The first event, unless `OpenFailed` is or `Repairing` comes before. If
    /// it is only to be read, the thread has ended, and every write is handed back.
    Opened {
        /// All that could be read.
        library: Library,
        /// The journal, as far as it could be read.
        history: History,
        /// What could not; the bytes of each are kept.
        problems: Vec<RecordProblem>,
        /// Whether batches will be written.
        access: Access,
        /// What was done if the library had been damaged.
        recovery: Option<Box<Recovery>>,
        /// The database.
        file: PathBuf,
    },
    /// The library was not closed the last time, and putting it right takes longer than a moment.
    Repairing {
        /// How much of it is done, from 0 to 1.
        progress: f64,
    },
    /// A backup was made and read back.
    BackedUp {
        /// It.
        backup: Backup,
    },
    /// The answer to [`Request::Text`](crate::Request::Text).
    Text {
        /// Which was asked for.
        id: TextId,
        /// It; `None` if the library does not have it, or not whole.
        text: Option<Arc<str>>,
    },
    /// No backup was made, or it is not in the second folder. The library is not affected.
    BackupFailed {
        /// Why, and what the person can do.
        error: BackupError,
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
    /// An entry that no attempt can store: its changes are written, but cannot be undone in a later
    /// session. Comes before the `Committed` of its batch.
    EntryTooLarge {
        /// The batch that it came with.
        revision: u64,
        /// The entry.
        entry: EntryId,
        /// What was done, in words.
        label: String,
        /// What its record takes.
        n_bytes: usize,
        /// What a record may take.
        max_bytes: usize,
    },
    /// `ops.jsonl`, the second copy of what changes, is not written, or is again. The library
    /// itself is not affected: `Committed` is said all the same, and what is missing is made up for
    /// at a later commit or at the next opening.
    Ops {
        /// Why it is not written; `None` if it is again.
        problem: Option<OpsError>,
    },
}

/// What may be done with a library that is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Access {
    /// Everything.
    ReadWrite,
    /// Nothing is written: not a byte of it changes.
    ReadOnly {
        /// Why.
        why: ReadOnlyWhy,
    },
}

/// Why a library is only read.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ReadOnlyWhy {
    /// A later Postil wrote it.
    #[error(
        "This library was written by a newer Postil ({what}): it can be read and nothing in it is \
         changed. Update Postil to write in it"
    )]
    Newer {
        /// What is newer, with its version.
        what: String,
    },
    /// An older Postil wrote it, and it cannot be brought up to date.
    #[error(
        "This library was written by an older Postil and could not be brought up to date ({why}): \
         it can be read and nothing in it was changed. Make room on the disk or its folder \
         writable, and start Postil again"
    )]
    Older {
        /// What went wrong.
        why: String,
    },
    /// The file or its folder cannot be written.
    #[error(
        "This library can only be read ({why}). Make its folder writable and start Postil again to \
         write in it"
    )]
    Place {
        /// What the system said.
        why: String,
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

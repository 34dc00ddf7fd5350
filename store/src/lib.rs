//! Postil's marginalia in one embedded redb file: the records on disk, durable writes by a thread of
//! its own, and an opening that never harms what it finds.
//!
//! # Invariants
//! - A change is acknowledged only after the commit that contains it returned.
//! - A change that could not be written is kept in memory and written later, in order.
//! - A file that is not ours, is damaged or is newer than this program is not altered by a byte.
//! - A record that cannot be read is copied to the quarantine before anything may overwrite it.
//! - No bytes in the file make this crate panic: redb runs where a panic is caught.
//!
//! # Layout of the data directory
//! ```text
//! postil.redb        the database (0600)
//! postil.lock        who has it open (0600); the lock on it counts, not its presence
//! postil.redb.new    exists only while a database is being created
//! ops.jsonl          what changed, as text: a second copy (0600)
//! ops.jsonl.new      exists only while such a file is being begun
//! backups/           whole copies (see [`backup`]), each with the lines of `ops.jsonl` up to it
//! quarantine/        what was set aside because it could not be trusted
//! ```

pub mod backup;
mod carve;
mod catch_up;
mod codec;
mod copy;
mod database;
mod date;
pub mod doctor;
mod error;
mod event;
mod files;
mod guarded;
mod header;
mod keeper;
mod load;
mod lock;
mod merge;
mod meta;
mod migrate;
mod offline;
mod opening;
pub mod ops;
mod ops_replay;
mod overlay;
mod place;
mod progress;
mod record;
mod recovery;
mod restore;
mod salvage;
mod store;
mod table;
mod texts;
pub mod transfer;
pub mod web_annotation;
mod worker;

pub use backup::{Backup, BackupError};
pub use error::{OpenError, OpsError, StartError, WriteError};
pub use event::{Access, Batch, Event, ReadOnlyWhy, RecordFault, RecordProblem, Text};
pub use files::{Step, Watch};
pub use keeper::Request;
pub use lock::{Lock, LockError};
pub use merge::{Conflict, Merge, merge};
pub use recovery::Recovery;
pub use restore::{RestoreError, Restored, restore};
pub use store::{CloseReport, OpenRedb, Store, Waker, start, start_with};

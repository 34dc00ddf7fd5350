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
//! quarantine/        what was set aside because it could not be trusted
//! ```

mod codec;
mod database;
mod error;
mod event;
mod guarded;
mod header;
mod load;
mod lock;
mod meta;
mod opening;
mod overlay;
mod place;
mod record;
mod store;
mod table;
mod worker;

pub use error::{OpenError, StartError, WriteError};
pub use event::{Batch, Event, RecordFault, RecordProblem};
pub use lock::{Lock, LockError};
pub use store::{CloseReport, OpenRedb, Store, Waker, start, start_with};

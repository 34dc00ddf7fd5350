//! The plan folders on disk: the only package that reads, hashes, watches or makes plan files.
//!
//! One thread named `watcher` owns the operating system's watch handles, the ledger of what each
//! file last held, and all input and output. The app hands it [`Request`]s, which never block, and
//! polls [`Event`]s, which never pile up.
//!
//! # What holds
//!
//! - **Nothing is believed, everything is looked at.** An operating system's event only says where
//!   to look. A file is news when the hash of its bytes differs from the ledger, and only then.
//! - **Nothing is lost by pressure.** When the app is slow, events merge to the latest state of
//!   each path and wait; when the system drops events, the folders in doubt are scanned again.
//! - **A moment is not news.** A file that is missing or empty while an editor saves is looked at
//!   again before it is reported as such.
//! - **Nothing is forgotten.** A folder that disappears keeps its ledger, and is picked up when it
//!   comes back.
//! - **Nothing outside a root is read.** Links are followed only to a regular file under the same
//!   root; pipes, sockets and devices are never opened.
//! - **Nothing is overwritten.** The only writing here is [`Request::Unpack`], which makes files
//!   that do not exist yet.
//! - **Idle is idle.** Between events the thread sleeps; only the slow safety scan wakes it.

mod backend;
mod compare;
mod config;
mod document;
mod engine;
mod entry;
mod error;
mod event;
mod handle;
mod health;
mod inspect;
mod options;
mod outbox;
mod read;
mod renames;
mod request;
mod root;
mod rules;
mod settle;
mod silent;
mod supervisor;
mod unpack;
mod walk;
mod write;

pub use config::Config;
pub use document::{Document, TextNotice};
pub use entry::{ContentHash, FileEntry, FileProblem, KnownFile, RootId, Stamp};
pub use error::{Busy, InspectError, ReadError, StartError, UnpackError, WriteError};
pub use event::{Event, Inspected};
pub use handle::{Waker, Watcher};
pub use health::{Counts, Health};
pub use options::RootOptions;
pub use request::Request;
pub use write::{TextEdit, Written};

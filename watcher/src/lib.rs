//! The plan folders on disk: the only package that reads, hashes, watches or makes plan files.
//!
//! One thread named `watcher` owns the operating system's watch handles, the ledger of what each
//! file last held, and all input and output. The app hands it [`Request`]s, which never block, and
//! polls [`Event`]s, which never pile up.
//!
//! ```
//! use std::sync::Arc;
//! use postil_watcher::{Config, Event, Request, RootId, RootOptions, Watcher};
//!
//! # let folder = tempfile::tempdir()?;
//! # std::fs::File::create(folder.path().join("plan.md"))?;
//! let (watcher, events) = Watcher::start(Config::default(), Arc::new(|| {}))?;
//! watcher.send(Request::AddRoot {
//!     root: RootId(1),
//!     folder: folder.path().into(),
//!     known: Vec::new(),
//!     options: RootOptions::default(),
//! })?;
//! let files = loop {
//!     if let Event::Scanned { files, .. } = events.recv()? {
//!         break files;
//!     }
//! };
//! assert_eq!(files[0].path, "plan.md");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What holds
//!
//! - **Nothing is believed, everything is looked at.** An operating system's event only says where
//!   to look. A file is news when the hash of its bytes differs from the ledger, and only then; so
//!   a write of its own is no news either.
//! - **Nothing is lost by pressure.** When the app is slow, events merge to the latest state of
//!   each path and wait; when more happens than can be looked at file by file, the folders that it
//!   happens in are compared as a whole; when the system drops events, all of them are.
//! - **A moment is not news.** A file that is missing or empty while an editor saves is looked at
//!   again before it is reported as such.
//! - **Nothing is forgotten.** A folder that disappears keeps its ledger, and is picked up when it
//!   comes back. When another folder is found in its place, it asks.
//! - **What cannot be heard is looked for.** Folders on file systems that tell of no changes, and
//!   those beyond the system's limits, are compared every few seconds; a safety scan finds what
//!   events missed; and [`Health`] says which of it is so, and why.
//! - **Nothing outside a root is read.** Links are followed only to a regular file under the same
//!   root. Where [`RootOptions`] allow more, files elsewhere are listed, read, watched and written by
//!   the same rule. Links to folders are never followed, so that none leads on for ever; pipes,
//!   sockets and devices are never opened.
//! - **Idle is idle.** Between events the thread sleeps; only the slow safety scan wakes it.
//!
//! # What a write does
//!
//! [`Request::Write`] names a path, the hash that is expected, and edits of bytes. The file at the
//! end of all links is locked, read and compared; the new bytes are made in a hidden file beside it,
//! with its mode, owner, access list and attributes, and synced; the file is compared once more; the
//! two names are exchanged; what came out is compared a third time, and put back when it is not
//! what was expected; the folder is synced. So the file is old or new at any moment, also after a
//! crash or a power cut, and an edit that another program made in between is a
//! [`WriteError::Conflict`]. What cannot be kept (hard links, attributes) is not written at all. A
//! hidden file that a crash leaves behind is removed when it is a day old.
//!
//! One race no call closes: a program that has opened the old file before it was replaced can go on
//! writing to it, although it has no name any more. The old file is looked at for two seconds, and
//! words that come to it are told as [`Event::Displaced`]; [`Request::TakeBack`] puts the whole file
//! back as it was. And a program that read the file earlier and saves its own copy later overwrites
//! what was written here, as it would overwrite anybody: that is told as a change.
//!
//! # On which system what holds
//!
//! | | Linux | macOS | Windows and others |
//! | --- | --- | --- | --- |
//! | source of events | inotify, a watch on each folder | `FSEvents` | `ReadDirectoryChangesW`, kqueue |
//! | file systems without events | found by `statfs`, polled | safety scan | safety scan |
//! | names are exchanged, what came out is compared | yes, where the file system can | yes, where it can | no: what comes between the last look and the renaming is overwritten |
//! | kept by a write | mode, owner, access list, attributes | the same | the read-only flag |
//! | the folder is synced | yes | yes | no |
//! | renamings are known by | event, inode, content | event, inode, content | event, content |
//!
//! Linux is where all of this is tried, on ext4. For the other systems it is built on what their
//! documentation says.

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
mod parts;
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

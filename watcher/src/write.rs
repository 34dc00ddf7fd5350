//! Owns the changing of a document on disk: old or new, never mixed, and never over somebody else's
//! words.
//!
//! The new bytes are made whole in a file beside the old one, with its mode, owner and attributes,
//! and take its place in one step. What is expected is compared three times: when the file is read,
//! just before it is replaced, and, where the system can exchange two names, on what was replaced.

mod carry;
mod past;
mod swap;
mod sweep;

use std::fs::{File, Metadata, TryLockError};
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::Path;
use std::thread;
use std::time::Duration;

use tempfile::NamedTempFile;

use crate::document::text_from_bytes;
use crate::read::{Reach, Taken, bytes, resolve};
use crate::rules::Rules;
use crate::{ContentHash, Document, ReadError, Stamp, WriteError};

pub(crate) use past::Past;
pub(crate) use sweep::{is_leftover, sweep};

/// How often another program that holds the file's lock is waited for, and how long each time.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(5);

/// A change of a document's text: the bytes of the range become the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextEdit {
    /// Bytes of [`Document::text`], on character boundaries; empty to insert.
    pub range: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
}

/// A write that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// The document as it is now.
    pub document: Document,
    /// Whether the folder was synced too: if not, a power cut may bring the old file back, whole.
    pub is_durable: bool,
}

/// What a write goes by.
pub(crate) struct Job<'a> {
    /// The canonical folder.
    pub(crate) root: &'a Path,
    pub(crate) reach: Reach,
    pub(crate) rules: &'a Rules,
    pub(crate) path: &'a str,
    /// The hash of the bytes that the change was made for.
    pub(crate) expected: ContentHash,
    pub(crate) max_bytes: u64,
}

/// What is to become of the bytes.
pub(crate) enum Change<'a> {
    /// In order, without overlaps.
    Edits(&'a [TextEdit]),
    /// These, whatever they are.
    Bytes(&'a [u8]),
}

/// What a write did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) written: Written,
    /// What was there before; `None` when nothing had to be written.
    pub(crate) replaced: Option<Replaced>,
}

/// The file that was replaced. It has no name any more; a program that had opened it before can
/// still write to it.
#[derive(Debug)]
pub(crate) struct Replaced {
    pub(crate) bytes: Vec<u8>,
    pub(crate) file: File,
}

/// Why a write was not made, and what of other programs it has displaced all the same.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) error: WriteError,
    pub(crate) displaced: Vec<Document>,
}

impl<E: Into<WriteError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            displaced: Vec::new(),
        }
    }
}

/// Makes a change; see [`crate::Request::Write`].
///
/// # Errors
///
/// As [`WriteError`] says. The file is then as it was, or as another program has made it.
pub(crate) fn write(job: &Job<'_>, change: &Change<'_>) -> Result<Done, Refused> {
    let path = job.path;
    let real = resolve(job.root, path, job.reach)?;
    if !job.rules.may_write(job.root, path, &real) {
        return Err(WriteError::NotDocument { path: path.into() }.into());
    }
    let unwritable = |error: io::Error| WriteError::unwritable(&error, path);
    let file = lock(&real, path)?;
    let metadata = file.metadata().map_err(unwritable)?;
    carry::check(&real, &metadata, path)?;
    let taken = bytes(&real, path, job.max_bytes)?;
    if !taken.is_steady {
        return Err(WriteError::Busy { path: path.into() }.into());
    }
    if ContentHash::of(&taken.value) != job.expected {
        return Err(conflict(path, taken).into());
    }
    let new = change.applied_to(&taken.value, path)?;
    if new.len() as u64 > job.max_bytes {
        let (len, limit) = (new.len() as u64, job.max_bytes);
        let path = path.into();
        return Err(ReadError::TooLarge { len, limit, path }.into());
    }
    if new == taken.value {
        let written = Written {
            document: document(path, taken),
            is_durable: true,
        };
        return Ok(Done {
            written,
            replaced: None,
        });
    }
    let temp = make(&real, &new, &file, &metadata, path)?;
    // The last look: from here to the exchange of the names are microseconds.
    let now = bytes(&real, path, job.max_bytes)?;
    if ContentHash::of(&now.value) != job.expected {
        return Err(conflict(path, now).into());
    }
    let replaced = swap::put_in_place(job, &real, temp, &new)?;
    let is_durable = sync_folder(&real);
    let stamp = real
        .metadata()
        .map_or(Stamp::default(), |metadata| Stamp::of(&metadata));
    let written = Written {
        document: document(path, taken_as(new, stamp)),
        is_durable,
    };
    let replaced = Some(Replaced {
        bytes: taken.value,
        file: replaced.unwrap_or(file),
    });
    Ok(Done { written, replaced })
}

impl Change<'_> {
    /// The bytes that `old` becomes. A byte order mark stays, and is not counted by ranges.
    fn applied_to(&self, old: &[u8], path: &str) -> Result<Vec<u8>, WriteError> {
        let edits = match self {
            Self::Bytes(bytes) => return Ok(bytes.to_vec()),
            Self::Edits(edits) => edits,
        };
        let not_text = || WriteError::NotText { path: path.into() };
        let text = std::str::from_utf8(old).map_err(|_| not_text())?;
        if text.contains('\0') {
            return Err(not_text());
        }
        let (mark, text) = text.split_at(if text.starts_with('\u{FEFF}') { 3 } else { 0 });
        let mut new = String::with_capacity(old.len());
        new.push_str(mark);
        let mut end = 0;
        for edit in *edits {
            let unchanged = text.get(end..edit.range.start);
            let fits = text.get(edit.range.clone()).is_some();
            let Some(unchanged) = unchanged.filter(|_| fits) else {
                return Err(WriteError::BadEdit { path: path.into() });
            };
            new.push_str(unchanged);
            new.push_str(&edit.text);
            end = edit.range.end;
        }
        new.push_str(&text[end..]);
        Ok(new.into_bytes())
    }
}

/// Opens the file, and keeps other writers of this kind out while it is open. Where the file system
/// knows no locks, the comparisons alone have to do.
fn lock(real: &Path, path: &str) -> Result<File, WriteError> {
    for _ in 0..LOCK_TRIES {
        let file = File::open(real).map_err(|error| WriteError::unwritable(&error, path))?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            thread::sleep(LOCK_PAUSE);
            continue;
        }
        // It may have been replaced while the lock was waited for.
        let is_it = |a: &Metadata, b: &Metadata| Stamp::of(a).inode == Stamp::of(b).inode;
        if let (Ok(opened), Ok(named)) = (file.metadata(), real.metadata())
            && is_it(&opened, &named)
        {
            return Ok(file);
        }
    }
    Err(WriteError::Busy { path: path.into() })
}

/// Makes the new file beside the old one, whole and synced.
fn make(
    real: &Path,
    new: &[u8],
    old: &File,
    metadata: &Metadata,
    path: &str,
) -> Result<NamedTempFile, WriteError> {
    let folder = real.parent().unwrap_or(real);
    let made = sweep::temp_file(folder).and_then(|mut temp| {
        temp.write_all(new)?;
        Ok(temp)
    });
    let temp = made.map_err(|error| WriteError::unwritable(&error, path))?;
    carry::carry(old, metadata, temp.as_file(), path)?;
    let synced = temp.as_file().sync_all();
    synced.map_err(|error| WriteError::unwritable(&error, path))?;
    Ok(temp)
}

/// Makes the new name durable, where folders can be synced.
fn sync_folder(real: &Path) -> bool {
    let synced = File::open(real.parent().unwrap_or(real)).and_then(|folder| folder.sync_all());
    if let Err(error) = &synced {
        tracing::warn!(%error, file = %real.display(), "written, but its folder cannot be synced");
    }
    synced.is_ok()
}

fn conflict(path: &str, fresh: Taken<Vec<u8>>) -> WriteError {
    WriteError::Conflict {
        fresh: Box::new(document(path, fresh)),
        path: path.into(),
    }
}

fn taken_as(value: Vec<u8>, stamp: Stamp) -> Taken<Vec<u8>> {
    Taken {
        value,
        stamp,
        is_steady: true,
    }
}

fn document(path: &str, taken: Taken<Vec<u8>>) -> Document {
    let hash = ContentHash::of(&taken.value);
    let (text, notices) = text_from_bytes(taken.value);
    Document {
        path: path.into(),
        text,
        hash,
        stamp: taken.stamp,
        notices,
    }
}

//! A whole library as one text file, to take it elsewhere or to keep it in a form that outlives
//! Postil.
//!
//! # The file
//! One JSON object:
//! ```text
//! {
//!   "format": "postil-library",
//!   "version": 1,
//!   "records": [
//!     {"kind": "plan", "id": "00000000000000000000000000000007", "name": "Garden", …},
//!     {"kind": "note", "plan": "00000000000000000000000000000007", "text": "Hi", "updated": 1000}
//!   ],
//!   "texts": [
//!     {"id": "…64 hexadecimal digits…", "text": "# Garden\n…"}
//!   ]
//! }
//! ```
//! Each record has the fields that it has in a line of `ops.jsonl` (see [`crate::ops`]): ids are 128
//! bits in hex, times milliseconds since 1970. What is in the trash is there, too, with the time of
//! its removal. The texts are those of documents on which notes were made or that were read: each
//! under the id by which records speak of it. What is found again in the plan folders is not, and neither is the history of
//! changes: it belongs to the library in which they were made.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use postil_model::{Library, TextId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::files::Files;
use crate::merge::{Merge, merge};
use crate::offline::Offline;
use crate::ops::{Hex, change_from_value, value_from_change};
use crate::{BackupError, Lock, OpenError, Text, WriteError};

const FORMAT: &str = "postil-library";
const VERSION: u64 = 1;
/// A library is of text that people wrote.
const MAX_FILE_BYTES: u64 = 1 << 30;

#[derive(Serialize, Deserialize)]
struct ExportV1<R> {
    format: String,
    version: u64,
    records: Vec<R>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    texts: Vec<TextV1>,
}

#[derive(Serialize, Deserialize)]
struct TextV1 {
    id: Hex<32>,
    text: String,
}

/// What is exported: the records, and the texts that they speak of.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Export {
    /// The records.
    pub library: Library,
    /// Texts, in the order of their ids.
    pub texts: Vec<Text>,
}

/// Why nothing was exported or imported. Nothing was changed.
#[derive(Debug, Error)]
pub enum TransferError {
    /// A file of that name is there.
    #[error("There is a file of this name already, and it was not changed. Name another: {}", file.display())]
    Exists {
        /// The file.
        file: PathBuf,
    },
    /// The file cannot be written or read.
    #[error("The file cannot be used ({error}). Check its name, the disk and the permissions: {}", file.display())]
    Io {
        /// What the system said.
        error: io::Error,
        /// The file.
        file: PathBuf,
    },
    /// Not an export.
    #[error("This is no export of a Postil library ({why}). Name a file that postil export wrote: {}", file.display())]
    NotAnExport {
        /// What is wrong with it.
        why: String,
        /// The file.
        file: PathBuf,
    },
    /// An export of a later Postil.
    #[error("This export was written by a newer Postil (version {version}, this one knows {VERSION}). Update Postil: {}", file.display())]
    Newer {
        /// Its version.
        version: u64,
        /// The file.
        file: PathBuf,
    },
    /// The library cannot be written to.
    #[error("{why}")]
    ReadOnly {
        /// Why.
        why: String,
    },
    /// No library.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The backup before an import could not be made.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The library could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// The file for a library.
#[must_use]
pub fn to_json(export: &Export) -> String {
    let texts = export.texts.iter().map(|text| TextV1 {
        id: Hex(text.id.0),
        text: text.text.to_string(),
    });
    let records = export
        .library
        .to_changes()
        .filter(|change| !change.is_derived());
    let export = ExportV1 {
        format: FORMAT.to_owned(),
        version: VERSION,
        // No record has a value that JSON does not know: settings are in their ranges.
        records: records.filter_map(|c| value_from_change(&c).ok()).collect(),
        texts: texts.collect(),
    };
    let mut text = serde_json::to_string_pretty(&export).unwrap_or_default();
    text.push('\n');
    text
}

/// What a file holds. `file` is for messages only.
///
/// # Errors
/// What is wrong with it: [`TransferError::NotAnExport`] or [`TransferError::Newer`]. A record that
/// cannot be read refuses the whole file: half an import would look like all of it.
pub fn from_json(text: &[u8], file: &Path) -> Result<Export, TransferError> {
    let not_an_export = |why: String| TransferError::NotAnExport {
        why,
        file: file.to_owned(),
    };
    // The version first: what it says of the rest is not known before.
    let value: Value = serde_json::from_slice(text).map_err(|e| not_an_export(e.to_string()))?;
    if value.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(not_an_export(format!("its format is not “{FORMAT}”")));
    }
    match value.get("version").and_then(Value::as_u64) {
        Some(VERSION) => {}
        Some(version) if version > VERSION => {
            let file = file.to_owned();
            return Err(TransferError::Newer { version, file });
        }
        _ => return Err(not_an_export("it has no version".to_owned())),
    }
    let export: ExportV1<Value> =
        serde_json::from_value(value).map_err(|e| not_an_export(e.to_string()))?;
    let mut library = Library::default();
    for (i, record) in export.records.into_iter().enumerate() {
        let change = change_from_value(record)
            .map_err(|error| not_an_export(format!("record {}: {error}", i + 1)))?;
        library.apply(change);
    }
    let texts = export.texts.into_iter().map(|text| Text {
        id: TextId(text.id.0),
        text: text.text.into(),
    });
    Ok(Export {
        library,
        texts: texts.collect(),
    })
}

/// Writes all of a library to a file that is not there yet. Gives the number of its records.
///
/// # Errors
/// There is such a file, it cannot be written, or there is no library to read.
pub fn export(lock: &Lock, file: &Path) -> Result<usize, TransferError> {
    let offline = Offline::open(lock)?;
    let export = Export {
        texts: offline.texts()?,
        library: offline.opened.library,
    };
    write(&export, file)?;
    let records = export.library.to_changes();
    Ok(records.filter(|change| !change.is_derived()).count())
}

/// Writes what is in memory to a file that is not there yet.
///
/// # Errors
/// There is such a file, or it cannot be written.
pub fn write(export: &Export, file: &Path) -> Result<(), TransferError> {
    write_text(&to_json(export), file)
}

/// Writes a text to a file that is not there yet.
///
/// # Errors
/// There is such a file, or it cannot be written.
pub fn write_text(text: &str, file: &Path) -> Result<(), TransferError> {
    let files = Files::default();
    files.write_new(file, text.as_bytes()).map_err(|error| {
        let file = file.to_owned();
        match error.kind() {
            io::ErrorKind::AlreadyExists => TransferError::Exists { file },
            _ => TransferError::Io { error, file },
        }
    })
}

/// Merges what a file holds into a library, after a backup of it. Gives what was done.
///
/// # Errors
/// The file is not an export, or the library cannot be read, backed up or written. Nothing was
/// changed then.
pub fn import(lock: &Lock, file: &Path) -> Result<Merge, TransferError> {
    let mut text = Vec::new();
    File::open(file)
        .and_then(|open| open.take(MAX_FILE_BYTES).read_to_end(&mut text))
        .map_err(|error| TransferError::Io {
            error,
            file: file.to_owned(),
        })?;
    let incoming = from_json(&text, file)?;
    let mut offline = Offline::open(lock)?;
    if offline.is_read_only() {
        let why = offline.why_read_only();
        return Err(TransferError::ReadOnly { why });
    }
    let merge = merge(&offline.opened.library, &incoming.library);
    if !merge.changes.is_empty() {
        offline.back_up()?;
        offline.write(&merge.changes, &incoming.texts)?;
    }
    Ok(merge)
}

//! The reading of `ops.jsonl`: line after line, and what cannot be read beside what can.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use postil_model::{Change, EntryId, EntryKind, Tick, Timestamp};
use serde_json::Value;
use thiserror::Error;

use super::json::{ChangeV1, EntryV1, KINDS, LineV1, VERSION, is_sum_right};

/// What is read as a line; no line that was ever written is longer.
pub(super) const MAX_LINE_BYTES: usize = 128 << 20;

/// A line: a batch as it was committed, as far as it could be read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Line {
    /// Counts up with the batches of a library. That of the last batch before it for a line that is
    /// not of a batch: the first of a file, and those that hold the whole library.
    pub seq: u64,
    /// When it was written.
    pub at: Timestamp,
    /// What the journal says of the batch.
    pub entry: Option<LineEntry>,
    /// Records as they are from then on, in order.
    pub changes: Vec<Change>,
    /// What could not be read.
    pub problems: Vec<OpsProblem>,
}

/// What a line says of its entry in the journal. The records before are those of the library that
/// the line is replayed into.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineEntry {
    /// Its place in the journal.
    pub id: EntryId,
    /// When it was done.
    pub at: Timestamp,
    /// What was done, in words.
    pub label: String,
    /// Done, undone or redone.
    pub kind: EntryKind,
    /// Places in the line's changes.
    pub steps: Vec<usize>,
    /// A task that was ticked or unticked in a file.
    pub tick: Option<Tick>,
}

/// Something in the file that could not be read. It stays there.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("Line {line}: {fault}")]
pub struct OpsProblem {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub fault: OpsFault,
}

/// What is wrong with a line or with a change in it.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum OpsFault {
    /// The file ends in the line. A crash leaves it so; what it told of was not acknowledged.
    #[error("the file ends in it")]
    Torn,
    /// The checksum tells that bytes changed.
    #[error("damaged: the checksum differs")]
    Checksum,
    /// Not a line of this format; a crash leaves one so, too, when Postil went on after it.
    #[error("unreadable: {why}")]
    Line {
        /// What the parser met.
        why: String,
    },
    /// Longer than a line can be.
    #[error("too long")]
    TooLong,
    /// Written by a newer Postil, in a format of its own.
    #[error("written by a newer Postil (version {version})")]
    Newer {
        /// The version of the line.
        version: u64,
    },
    /// A change of a kind that this program does not know.
    #[error("written by a newer Postil (a change of kind “{kind}”)")]
    UnknownKind {
        /// The kind.
        kind: String,
    },
    /// A change, or the entry, that is not what its kind looks like.
    #[error("unreadable {what}: {why}")]
    Part {
        /// The kind of the change, or `entry`.
        what: String,
        /// What the parser met.
        why: String,
    },
    /// The system gave no more of the file.
    #[error("the file could not be read further: {why}")]
    Io {
        /// What it said.
        why: String,
    },
}

/// Opens a file to read its lines. Nothing in it is an error: what cannot be read is in
/// [`Line::problems`].
///
/// # Errors
/// The system's, on opening the file.
///
/// # Example
/// ```no_run
/// use postil_model::{History, Library};
/// use postil_store::ops;
///
/// let (mut library, mut history) = (Library::default(), History::default());
/// let lines = ops::read("ops.jsonl".as_ref())?;
/// let problems = ops::replay(lines, None, &mut library, &mut history);
/// # drop(problems);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn read(path: &Path) -> io::Result<Lines> {
    Ok(Lines {
        reader: BufReader::new(File::open(path)?),
        n_read: 0,
        is_done: false,
    })
}

/// The lines of a file, one after another; the last may hold nothing but problems.
#[derive(Debug)]
pub struct Lines {
    reader: BufReader<File>,
    n_read: u64,
    is_done: bool,
}

impl Iterator for Lines {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        if self.is_done {
            return None;
        }
        self.n_read += 1;
        let mut bytes = Vec::new();
        let limit = MAX_LINE_BYTES as u64;
        let result = (&mut self.reader).take(limit).read_until(b'\n', &mut bytes);
        let line = match result {
            Ok(0) => {
                self.is_done = true;
                return None;
            }
            Ok(_) if bytes.last() == Some(&b'\n') => {
                bytes.pop();
                parse(&bytes)
            }
            Ok(n) if n < MAX_LINE_BYTES => Err(OpsFault::Torn),
            Ok(_) => self.reader.skip_until(b'\n').map_or_else(
                |error| Err(OpsFault::from(&error)),
                |_| Err(OpsFault::TooLong),
            ),
            Err(error) => Err(OpsFault::from(&error)),
        };
        let (mut line, faults) = line.unwrap_or_else(|fault| (Line::default(), vec![fault]));
        self.is_done = faults
            .iter()
            .any(|fault| matches!(fault, OpsFault::Torn | OpsFault::Io { .. }));
        let problem = |fault| OpsProblem {
            line: self.n_read,
            fault,
        };
        line.problems = faults.into_iter().map(problem).collect();
        Some(line)
    }
}

impl From<&io::Error> for OpsFault {
    fn from(error: &io::Error) -> Self {
        let why = error.to_string();
        Self::Io { why }
    }
}

/// A line without its line feed.
fn parse(bytes: &[u8]) -> Result<(Line, Vec<OpsFault>), OpsFault> {
    if is_sum_right(bytes) == Some(false) {
        return Err(OpsFault::Checksum);
    }
    let unreadable = |error: serde_json::Error| OpsFault::Line {
        why: error.to_string(),
    };
    let value: Value = serde_json::from_slice(bytes).map_err(unreadable)?;
    // Before the rest, which may look like anything.
    if let Some(version) = value.get("v").and_then(Value::as_u64)
        && version > u64::from(VERSION)
    {
        return Err(OpsFault::Newer { version });
    }
    let line: LineV1<Value, Value> = serde_json::from_value(value).map_err(unreadable)?;
    let mut faults = Vec::new();
    let mut places = Vec::with_capacity(line.changes.len());
    let mut changes = Vec::with_capacity(line.changes.len());
    for value in line.changes {
        match parse_change(value) {
            Ok(change) => {
                places.push(Some(changes.len()));
                changes.push(change);
            }
            Err(fault) => {
                places.push(None);
                faults.push(fault);
            }
        }
    }
    let entry = line.entry.and_then(|value| {
        let parsed = serde_json::from_value::<EntryV1>(value);
        parsed
            .map_err(|error| faults.push(part("entry", &error)))
            .ok()
    });
    let line = Line {
        seq: line.seq,
        at: Timestamp(line.at),
        entry: entry.and_then(|entry| line_entry(&entry, &places)),
        changes,
        problems: Vec::new(),
    };
    Ok((line, faults))
}

/// The entry, unless one of its steps could not be read: half an undo would be worse than none.
fn line_entry(entry: &EntryV1, places: &[Option<usize>]) -> Option<LineEntry> {
    let steps = entry.steps.iter().map(|place| {
        let place = usize::try_from(*place).ok()?;
        places.get(place).copied().flatten()
    });
    Some(LineEntry {
        id: EntryId(entry.id),
        at: Timestamp(entry.at),
        label: entry.label.clone(),
        kind: entry.kind(),
        steps: steps.collect::<Option<_>>()?,
        tick: match &entry.tick {
            Some(tick) => Some(tick.tick()?),
            None => None,
        },
    })
}

fn parse_change(value: Value) -> Result<Change, OpsFault> {
    let kind = value.get("kind").and_then(Value::as_str);
    let kind = kind.unwrap_or("change").to_owned();
    let is_known = value.get("kind").is_none() || KINDS.contains(&kind.as_str());
    match serde_json::from_value::<ChangeV1>(value) {
        Ok(change) => Ok(change.into()),
        Err(error) if is_known => Err(part(&kind, &error)),
        Err(_) => Err(OpsFault::UnknownKind { kind }),
    }
}

fn part(what: &str, error: &serde_json::Error) -> OpsFault {
    OpsFault::Part {
        what: what.to_owned(),
        why: error.to_string(),
    }
}

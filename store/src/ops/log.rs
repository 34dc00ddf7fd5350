//! The writing of `ops.jsonl`: which lines wait, whether the file has all that it should, and how
//! lines are put at its end.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use postil_model::{Change, Entry, RecordId};
use serde::Serialize;

use super::json::{ChangeV1, EntryV1, Hex, LineV1, VERSION, is_sum_right, line_bytes};
use super::read::MAX_LINE_BYTES;
use crate::OpsError;
use crate::database::Database;
use crate::files::{FileId, file_id, is_there, open_private};
use crate::meta::StoreId;
use crate::place::Place;

/// Changes that a line takes, as [`size`] counts, before the next is begun. Escaped, a character
/// may take six times that: still less than what is read as a line.
const LINE_BYTES: usize = 8 << 20;
/// Lines in memory may take so much before those are thinned out that later ones outdo.
const PENDING_BYTES: usize = 16 << 20;

/// The end of `ops.jsonl`.
pub(crate) struct OpsLog {
    place: Place,
    store_id: StoreId,
    /// The file, while all is well with it.
    file: Option<Open>,
    /// The number of the last line that there is, in the file or pending.
    seq: u64,
    /// The number of the last line that the file is known to have.
    written_seq: u64,
    /// Lines that are not in the file yet.
    pending: Vec<Pending>,
    /// What the pending lines take, and when that becomes too much.
    n_pending_bytes: usize,
    max_pending_bytes: usize,
    /// Whether something is in the database that no line tells, not even a pending one.
    has_gap: bool,
    /// Whether the library had nothing in it at the start: then a missing file has nothing to tell.
    is_fresh: bool,
}

struct Open {
    file: File,
    file_id: FileId,
    /// Whether its last line was torn off.
    is_torn: bool,
}

struct Pending {
    seq: u64,
    revision: u64,
    entry: Option<EntryV1>,
    changes: Vec<(RecordId, usize, ChangeV1)>,
}

impl OpsLog {
    /// `marked_seq` is what the database says of the last line; `is_fresh` if nothing was ever
    /// written to it. Touches no file.
    pub(crate) fn new(
        place: &Place,
        store_id: StoreId,
        marked_seq: Option<u64>,
        is_fresh: bool,
    ) -> Self {
        let seq = marked_seq.unwrap_or(0);
        Self {
            place: place.clone(),
            store_id,
            file: None,
            seq,
            written_seq: seq,
            pending: Vec::new(),
            n_pending_bytes: 0,
            max_pending_bytes: PENDING_BYTES,
            has_gap: false,
            is_fresh: is_fresh && marked_seq.is_none(),
        }
    }

    /// Keeps the lines of a batch until [`OpsLog::append`]. Gives the number of the last line, to be
    /// stored in the transaction with the batch, or `None` if there is nothing to tell.
    pub(crate) fn push(
        &mut self,
        revision: u64,
        entry: Option<&Entry>,
        changes: &[Change],
    ) -> Option<u64> {
        let told = changes.iter().filter(|change| is_told(change));
        let told: Vec<Change> = told.cloned().collect();
        if told.is_empty() && entry.is_none() {
            return None;
        }
        let lines = split(&told);
        // The steps of an entry are in one line, or it is not told.
        let mut entry = entry
            .filter(|_| lines.len() < 2)
            .map(|entry| EntryV1::new(entry, &told));
        let lines = if lines.is_empty() {
            vec![&[][..]]
        } else {
            lines
        };
        for changes in lines {
            self.seq += 1;
            let changes: Vec<_> = changes
                .iter()
                .map(|change| (change.record_id(), size(change), change.into()))
                .collect();
            self.n_pending_bytes += changes.iter().map(|(_, n_bytes, _)| n_bytes).sum::<usize>();
            self.pending.push(Pending {
                seq: self.seq,
                revision,
                entry: entry.take(),
                changes,
            });
        }
        if self.n_pending_bytes > self.max_pending_bytes {
            self.thin_out();
        }
        Some(self.seq)
    }

    /// Appends what waits, after its commit, and syncs it. Where the file lacks something that
    /// `database` has, all of the library is appended first.
    ///
    /// # Errors
    /// The system's. Nothing is lost by it: the next call tries again.
    pub(crate) fn append(&mut self, database: &Database) -> Result<(), OpsError> {
        let result = self.try_append(database);
        if result.is_err() {
            // How far it went is found out when it is opened anew.
            self.file = None;
        }
        result.map_err(|error| OpsError {
            error,
            file: self.place.ops(),
        })
    }

    /// Puts the file away as `to`, on the same file system, beside a backup that holds all that the
    /// database does, and begins a new one. What is pending goes to the new one.
    ///
    /// # Errors
    /// The system's. The file is under one of both names; a missing one is made up for.
    pub(crate) fn rotate(&mut self, to: &Path) -> io::Result<()> {
        self.file = None;
        let ops = self.place.ops();
        if is_there(&ops)? {
            self.place.files.rename_synced(&ops, to)?;
        }
        self.has_gap = false;
        self.begin()
    }

    fn try_append(&mut self, database: &Database) -> io::Result<()> {
        let has_work = !self.pending.is_empty() || self.has_gap;
        if !has_work && (self.file.is_some() || self.is_fresh) {
            return Ok(());
        }
        let path = self.place.ops();
        let is_in_place =
            |open: &Open| fs::metadata(&path).is_ok_and(|there| file_id(&there) == open.file_id);
        if !self.file.as_ref().is_some_and(is_in_place) {
            self.open()?;
        }
        if self.pending.is_empty() && !self.has_gap {
            return Ok(());
        }
        let mut bytes = Vec::new();
        if self.has_gap {
            self.whole_library(database, &mut bytes)?;
        }
        for pending in &self.pending {
            let changes = pending
                .changes
                .iter()
                .map(|(_, _, change)| change)
                .collect();
            bytes.extend(line_bytes(&LineV1 {
                revision: Some(pending.revision),
                entry: pending.entry.as_ref(),
                ..line(pending.seq, changes)
            })?);
        }
        if let Some(open) = &mut self.file {
            if open.is_torn {
                self.place.files.write(&mut open.file, b"\n")?;
                open.is_torn = false;
            }
            self.place.files.write(&mut open.file, &bytes)?;
            self.place.files.sync_data(&open.file)?;
        }
        self.pending.clear();
        self.n_pending_bytes = 0;
        self.max_pending_bytes = PENDING_BYTES;
        self.has_gap = false;
        self.written_seq = self.seq;
        Ok(())
    }

    /// Lines for everything that the database holds, and one that ends them with the number that
    /// the database says: without it they do not count.
    fn whole_library(&self, database: &Database, bytes: &mut Vec<u8>) -> io::Result<()> {
        let library = database.load().map_err(io::Error::other)?.library;
        let changes: Vec<Change> = library.to_changes().filter(is_told).collect();
        tracing::info!(n = changes.len(), "ops.jsonl lacks changes: writing all");
        for changes in split(&changes)
            .into_iter()
            .flat_map(|part| part.chunks(1000))
        {
            let changes: Vec<ChangeV1> = changes.iter().map(ChangeV1::from).collect();
            bytes.extend(line_bytes(&LineV1::<_, EntryV1> {
                whole: true,
                ..line(self.seq, changes)
            })?);
        }
        if self.pending.is_empty() {
            bytes.extend(line_bytes(&line::<ChangeV1, EntryV1>(
                self.seq,
                Vec::new(),
            ))?);
        }
        Ok(())
    }

    /// Opens the file at its end, or begins one, and sees whether it is the one that it should be.
    fn open(&mut self) -> io::Result<()> {
        self.file = None;
        let path = self.place.ops();
        if is_there(&path)? {
            let mut file = open_private(&path)?;
            let len = file.metadata()?.len();
            if len > 0
                && first_line(&mut file)?.and_then(|line| line.library) == Some(self.library())
            {
                let (seq, is_torn) = end(&mut file, len)?;
                // Lines may be there whose sync failed: they are written once more.
                let is_known = |seq| (self.written_seq..=self.seq).contains(&seq);
                self.has_gap |= !seq.is_some_and(is_known);
                file.seek(SeekFrom::End(0))?;
                let file_id = file_id(&file.metadata()?);
                self.file = Some(Open {
                    file,
                    file_id,
                    is_torn,
                });
                return Ok(());
            }
            let aside = self.place.set_aside(&path)?;
            tracing::warn!(file = %aside.display(), "an ops.jsonl of another library was set aside");
        }
        self.has_gap |= !self.is_fresh;
        self.begin()
    }

    /// Makes a file under another name, with its first line, and gives it its name.
    fn begin(&mut self) -> io::Result<()> {
        let (new, path) = (self.place.new_ops(), self.place.ops());
        let first = line_bytes(&LineV1::<ChangeV1, EntryV1> {
            whole: self.has_gap,
            library: Some(self.library()),
            ..line(self.written_seq, Vec::new())
        })?;
        let files = &self.place.files;
        let mut file = files.create(&new, false)?;
        files.set_len(&file, 0)?;
        files.write(&mut file, &first)?;
        files.rename_synced(&new, &path)?;
        // From here on a file that is missing was lost.
        self.is_fresh = false;
        let file_id = file_id(&file.metadata()?);
        self.file = Some(Open {
            file,
            file_id,
            is_torn: false,
        });
        Ok(())
    }

    fn library(&self) -> String {
        Hex(self.store_id).to_string()
    }

    /// Takes out of the pending lines what later ones say anew, so that what waits for room on the
    /// disk does not grow for ever in memory. An entry goes with its changes.
    fn thin_out(&mut self) {
        let mut outdone = BTreeSet::new();
        let mut n_bytes = 0;
        for pending in self.pending.iter_mut().rev() {
            let n_before = pending.changes.len();
            let later: BTreeSet<_> = pending.changes.iter().map(|(id, _, _)| *id).collect();
            pending.changes.retain(|(id, _, _)| !outdone.contains(id));
            if pending.changes.len() < n_before {
                pending.entry = None;
            }
            n_bytes += pending.changes.iter().map(|(_, n, _)| n).sum::<usize>();
            outdone.extend(later);
        }
        self.pending
            .retain(|pending| !pending.changes.is_empty() || pending.seq == self.seq);
        self.n_pending_bytes = n_bytes;
        self.max_pending_bytes = PENDING_BYTES.max(n_bytes * 2);
    }
}

fn line<C, E>(seq: u64, changes: Vec<C>) -> LineV1<C, E>
where
    C: Serialize,
    E: Serialize,
{
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    LineV1 {
        v: VERSION,
        seq,
        at: i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX),
        whole: false,
        library: None,
        revision: None,
        entry: None,
        changes,
    }
}

/// Derived records are found again in the plan folders.
fn is_told(change: &Change) -> bool {
    !matches!(change, Change::Stamp(_))
}

/// About what a change takes.
fn size(change: &Change) -> usize {
    let texts = match change {
        Change::Plan(plan) => plan.name.len() + plan.folder.len() + plan.description.len(),
        Change::Phase(phase) => phase.name.len() + phase.description.len(),
        Change::Milestone(milestone) => milestone.name.len() + milestone.description.len(),
        Change::Document(document) => document.path.len(),
        Change::Note(note) => note.text.len(),
        Change::Reading(_) | Change::Settings(_) | Change::Stamp(_) => 0,
    };
    texts + 200
}

/// The changes in their order, in parts of which each fits in a line.
fn split(changes: &[Change]) -> Vec<&[Change]> {
    let mut n_bytes = 0;
    let parts = changes.chunk_by(|change, _| {
        n_bytes += size(change);
        let is_same = n_bytes < LINE_BYTES;
        if !is_same {
            n_bytes = 0;
        }
        is_same
    });
    parts.collect()
}

type AnyLine = LineV1<serde::de::IgnoredAny, serde::de::IgnoredAny>;

fn parse(line: &[u8]) -> Option<AnyLine> {
    if is_sum_right(line) == Some(false) {
        return None;
    }
    serde_json::from_slice(line).ok()
}

/// The line that says whose file it is.
fn first_line(file: &mut File) -> io::Result<Option<AnyLine>> {
    const MAX_BYTES: u64 = 4096;
    let mut start = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(MAX_BYTES).read_to_end(&mut start)?;
    let end = start.iter().position(|byte| *byte == b'\n');
    Ok(end.and_then(|end| parse(&start[..end])))
}

/// The number of the last whole line, if it is one that counts, and whether there is half a line
/// after it.
fn end(file: &mut File, len: u64) -> io::Result<(Option<u64>, bool)> {
    const STEP: u64 = 64 << 10;
    let mut tail: Vec<u8> = Vec::new();
    let mut start = len;
    loop {
        let n = STEP.min(start).max((tail.len() as u64).min(start));
        start -= n;
        let mut more = vec![0; n as usize];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut more)?;
        more.extend(&tail);
        tail = more;
        let mut line_feeds = tail.iter().rposition(|byte| *byte == b'\n').into_iter();
        let last = line_feeds.next();
        let before = last.and_then(|last| tail[..last].iter().rposition(|byte| *byte == b'\n'));
        if before.is_some() || start == 0 || tail.len() > MAX_LINE_BYTES {
            let is_torn = last.is_none_or(|last| last + 1 < tail.len());
            let first = before.map_or(0, |before| before + 1);
            let line = last.and_then(|last| parse(&tail[first..last]));
            let seq = line.filter(|line| !line.whole).map(|line| line.seq);
            return Ok((seq, is_torn));
        }
    }
}

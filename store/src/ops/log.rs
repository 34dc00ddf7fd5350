//! The writing of `ops.jsonl`: whether the file has all that it should, and how lines are put at its
//! end.

use std::fs::{self, File};
use std::io::{self, Seek as _, SeekFrom};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use postil_model::{Change, Entry};
use serde::Serialize;

use super::json::{ChangeV1, EntryV1, Hex, LineV1, VERSION, line_bytes};
use super::pending::{Pending, is_told, split};
use super::tail::{end, first_line};
use crate::OpsError;
use crate::database::Database;
use crate::files::{FileId, file_id, is_there, open_private};
use crate::meta::StoreId;
use crate::place::Place;

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
    pending: Pending,
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
            pending: Pending::new(),
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
        let last = self.pending.push(self.seq, revision, entry, changes)?;
        self.seq = last;
        Some(last)
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
        for pending in self.pending.lines() {
            bytes.extend(line_bytes(&LineV1 {
                revision: Some(pending.revision),
                entry: pending.entry.as_ref(),
                ..line(pending.seq, pending.changes())
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
        self.pending = Pending::new();
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

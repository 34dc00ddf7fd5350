//! A library in the hands of a command: opened without a thread, worked on, closed.

use std::fs::File;
use std::sync::Arc;

use postil_model::Change;

use crate::backup::{self, Backup, BackupError};
use crate::codec::Oversize;
use crate::database::Writes;
use crate::date::Moment;
use crate::opening::{Opened, open_or_create};
use crate::ops::OpsLog;
use crate::place::Place;
use crate::progress::Progress;
use crate::record::{row_from_change, row_from_ops_seq, rows_from_text};
use crate::{Access, Lock, OpenError, OpenRedb, Recovery, Text, WriteError, texts};

/// An open library, and nobody else's.
pub(crate) struct Offline {
    pub(crate) place: Place,
    pub(crate) opened: Opened,
    ops: OpsLog,
}

/// redb on plain files.
pub(crate) fn plain() -> OpenRedb {
    Arc::new(|builder, file: File| {
        builder.create_with_backend(redb::backends::FileBackend::new(file)?)
    })
}

impl Offline {
    /// As the store thread opens it: a damaged library is made anew, a missing one is created.
    pub(crate) fn open(lock: &Lock) -> Result<Self, OpenError> {
        let place = lock.place().clone();
        let mut opened = open_or_create(&place, &plain(), &Progress::silent())?;
        if let Some(database) = &opened.database
            && opened.recovery.is_some()
        {
            let mut writes = Writes::default();
            opened.quarantine.drain(..).for_each(|row| writes.put(row));
            let written = database.commit(&writes, false);
            written.map_err(|error| OpenError::Damaged {
                why: error.to_string(),
                file: opened.file.clone(),
            })?;
        }
        let is_fresh = opened.library == postil_model::Library::default();
        let store_id = opened.identity.store_id;
        let mut ops = OpsLog::new(&place, store_id, opened.ops_seq, is_fresh);
        if let Some(database) = &opened.database
            && let Err(error) = ops.append(database)
        {
            tracing::warn!(%error, "ops.jsonl is not written");
        }
        Ok(Self { place, opened, ops })
    }

    /// What was done on opening, if the library had been damaged.
    pub(crate) fn recovery(&self) -> Option<&Recovery> {
        self.opened.recovery.as_ref()
    }

    /// Makes a backup, whatever the age of the newest.
    pub(crate) fn back_up(&mut self) -> Result<Backup, BackupError> {
        let file = self.opened.file.clone();
        let unreadable = |why: String| BackupError::Unreadable { why, file };
        let Some(database) = &self.opened.database else {
            return Err(unreadable(self.why_read_only()));
        };
        let seen = match database.read() {
            Ok(seen) => seen,
            Err(error) => return Err(unreadable(error.to_string())),
        };
        let backup = backup::make(&self.place, &seen, &plain(), Moment::now())?;
        if let Err(error) = self.ops.rotate(&backup.ops_file()) {
            tracing::warn!(%error, "ops.jsonl was not put away");
        }
        Ok(backup)
    }

    /// Writes records, in one transaction, and tells of them in `ops.jsonl`.
    pub(crate) fn write(&mut self, changes: &[Change], texts: &[Text]) -> Result<(), WriteError> {
        if changes.is_empty() {
            return Ok(());
        }
        let Some(database) = &self.opened.database else {
            return Err(WriteError::ReadOnly);
        };
        let mut writes = Writes::default();
        for row in std::mem::take(&mut self.opened.quarantine) {
            writes.put(row);
        }
        let too_long = |oversize: Oversize| WriteError::Failed {
            why: format!("a record of {} bytes is too long", oversize.n_bytes),
        };
        for change in changes {
            writes.put(row_from_change(change).map_err(too_long)?);
        }
        for text in texts {
            let rows = rows_from_text(text.id, &text.text).map_err(too_long)?;
            for row in rows {
                writes.put(row);
            }
        }
        if let Some(seq) = self.ops.push(0, None, changes)
            && let Ok(row) = row_from_ops_seq(seq)
        {
            writes.put(row);
        }
        database.commit(&writes, true)?;
        if let Err(error) = self.ops.append(database) {
            tracing::warn!(%error, "ops.jsonl is not written");
        }
        for change in changes {
            self.opened.library.apply(change.clone());
        }
        Ok(())
    }

    /// The texts that the library keeps and some record speaks of.
    pub(crate) fn texts(&self) -> Result<Vec<Text>, OpenError> {
        let file = &self.opened.file;
        let Some(database) = &self.opened.database else {
            // What is only read was read as a whole, without its texts.
            return Ok(Vec::new());
        };
        let spoken_of = texts::spoken_of(&self.opened.library, &self.opened.history);
        let read = database.read().and_then(|seen| texts::read_all(&seen));
        let read = read.map_err(|error| OpenError::from_redb(error, file))?;
        let kept = read.into_iter().filter(|(id, _)| spoken_of.contains(id));
        let texts = kept.map(|(id, text)| Text {
            id,
            text: text.into(),
        });
        Ok(texts.collect())
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.opened.database.is_none()
    }

    pub(crate) fn why_read_only(&self) -> String {
        match &self.opened.access {
            Access::ReadOnly { why } => why.to_string(),
            Access::ReadWrite => String::new(),
        }
    }
}

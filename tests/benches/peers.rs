//! What the benches of the store write to: the store itself, redb without it, and `SQLite`.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use crossbeam_channel::Receiver;
use postil_model::{Change, Note, PlanId, Timestamp};
use postil_store::{Batch, Event, Lock, Store};
use postil_tests::bench::look::PATIENCE;
use redb::{Database, TableDefinition};

const NOTES: TableDefinition<'static, &[u8], &[u8]> = TableDefinition::new("notes");

/// A running store.
pub(crate) struct Postil {
    pub(crate) store: Store,
    pub(crate) events: Receiver<Event>,
    revision: u64,
}

impl Postil {
    /// Returns when the library is read.
    pub(crate) fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let lock = Lock::acquire(data_dir).map_err(|error| anyhow::anyhow!("{error}"))?;
        let (store, events) = postil_store::start(lock, Arc::new(|| {}))?;
        match events.recv_timeout(PATIENCE)? {
            Event::Opened { .. } => Ok(Self {
                store,
                events,
                revision: 0,
            }),
            event => bail!("not opened: {event:?}"),
        }
    }

    /// Returns when the changes are durable.
    pub(crate) fn write(&mut self, changes: Vec<Change>) -> anyhow::Result<()> {
        self.save(Batch {
            changes,
            ..Batch::default()
        })
    }

    /// As [`Self::write`], with an entry of the journal, if it has one.
    pub(crate) fn save(&mut self, batch: Batch) -> anyhow::Result<()> {
        self.revision += 1;
        let revision = self.revision;
        let batch = Batch { revision, ..batch };
        self.store.write(batch).ok().context("the queue is full")?;
        match self.events.recv_timeout(PATIENCE)? {
            Event::Committed { revision } if revision == self.revision => Ok(()),
            event => bail!("not committed: {event:?}"),
        }
    }
}

/// redb with its own settings.
pub(crate) struct Redb(Database);

impl Redb {
    pub(crate) fn open(file: &Path) -> anyhow::Result<Self> {
        Ok(Self(Database::create(file)?))
    }

    /// Records of these notes in one transaction; returns when they are durable.
    pub(crate) fn commit(&self, notes: impl IntoIterator<Item = u64>) -> anyhow::Result<()> {
        let transaction = self.0.begin_write()?;
        let mut table = transaction.open_table(NOTES)?;
        for n in notes {
            table.insert(u128::from(n).to_be_bytes().as_slice(), record(n).as_slice())?;
        }
        drop(table);
        Ok(transaction.commit()?)
    }
}

/// `SQLite` as it is safe in a power cut, with its log of writes.
pub(crate) struct Sqlite(rusqlite::Connection);

impl Sqlite {
    pub(crate) fn open(file: &Path) -> anyhow::Result<Self> {
        let connection = rusqlite::Connection::open(file)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS notes (id BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
        )?;
        Ok(Self(connection))
    }

    /// As [`Redb::commit`].
    pub(crate) fn commit(&mut self, notes: impl IntoIterator<Item = u64>) -> anyhow::Result<()> {
        let transaction = self.0.transaction()?;
        let mut insert =
            transaction.prepare("INSERT OR REPLACE INTO notes (id, value) VALUES (?1, ?2)")?;
        for n in notes {
            insert.execute((u128::from(n).to_be_bytes().as_slice(), record(n).as_slice()))?;
        }
        drop(insert);
        Ok(transaction.commit()?)
    }
}

/// The note of a plan.
pub(crate) fn note(n: u64) -> Change {
    Change::Note(Note {
        plan: PlanId(n.into()),
        text: text(n),
        updated: Timestamp(1),
    })
}

/// As many bytes as the store's record of the note.
pub(crate) fn record(n: u64) -> Vec<u8> {
    /// Envelope, id, length and time.
    const N_BYTES_AROUND: usize = 16 + 16 + 8 + 8;
    let mut record = vec![0; N_BYTES_AROUND];
    record.extend(text(n).as_bytes());
    record
}

/// A few lines.
fn text(n: u64) -> String {
    format!("Note {n}: ask Marguerite about the beds by the wall. ").repeat(4)
}

//! From handing a note to the store to its acknowledgement, against a bare redb commit of the same
//! bytes and one synced append.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use crossbeam_channel::Receiver;
use postil_model::{Change, Note, PlanId, Timestamp};
use postil_store::{Batch, Event, Lock, Store};
use postil_tests::bench::look::PATIENCE;
use postil_tests::bench::{Samples, goal, run, say, title};
use redb::{Database, TableDefinition};

const N_NOTES: u64 = 400;
/// Notes that are there before.
const N_OLD: u64 = 500;
const NOTES: TableDefinition<'static, &[u8], &[u8]> = TableDefinition::new("notes");

fn main() -> anyhow::Result<()> {
    run(note)
}

fn note() -> anyhow::Result<()> {
    // Beside the build: the temporary folder may be in memory, where a sync costs nothing.
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let postil = Postil::open(&dir.path().join("postil"))?;
    let mut bare = Bare::open(dir.path())?;
    for n in 1..=N_OLD {
        postil.write(n)?;
        bare.commit(n)?;
    }
    let [mut of_postil, mut of_commit, mut of_append] = [const { Samples::new() }; 3];
    for n in N_OLD + 1..=N_OLD + N_NOTES {
        of_commit.time(|| bare.commit(n))?;
        of_append.time(|| bare.append(n))?;
        of_postil.time(|| postil.write(n))?;
    }
    title("note: handed to the store, until it is durable");
    say("bare redb commit of the same bytes", &of_commit);
    say("synced append of the same bytes", &of_append);
    say("Postil, two threads to pass", &of_postil);
    let floor = of_commit.median_ms() + of_append.median_ms();
    goal(
        "Postil / (commit and append)",
        of_postil.median_ms() / floor,
        1.5,
    );
    say(
        "Postil / commit",
        format!("{:.2}", of_postil.median_ms() / of_commit.median_ms()),
    );
    Ok(())
}

/// A note of a few lines.
fn text(n: u64) -> String {
    format!("Note {n}: ask Marguerite about the beds by the wall. ").repeat(4)
}

struct Postil {
    store: Store,
    events: Receiver<Event>,
}

impl Postil {
    fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let lock = Lock::acquire(data_dir).map_err(|error| anyhow::anyhow!("{error}"))?;
        let (store, events) = postil_store::start(lock, Arc::new(|| {}))?;
        match events.recv_timeout(PATIENCE)? {
            Event::Opened { .. } => Ok(Self { store, events }),
            event => bail!("not opened: {event:?}"),
        }
    }

    fn write(&self, n: u64) -> anyhow::Result<()> {
        let note = Note {
            plan: PlanId(n.into()),
            text: text(n),
            updated: Timestamp(1),
        };
        let changes = vec![Change::Note(note)];
        let batch = Batch {
            revision: n,
            changes,
        };
        self.store.write(batch).ok().context("the queue is full")?;
        match self.events.recv_timeout(PATIENCE)? {
            Event::Committed { revision } if revision == n => Ok(()),
            event => bail!("not committed: {event:?}"),
        }
    }
}

/// What the same costs at least.
struct Bare {
    redb: Database,
    journal: File,
}

impl Bare {
    fn open(dir: &Path) -> anyhow::Result<Self> {
        let journal = OpenOptions::new();
        let journal = journal
            .clone()
            .create(true)
            .append(true)
            .open(dir.join("journal"))?;
        let redb = Database::create(dir.join("bare.redb"))?;
        Ok(Self { redb, journal })
    }

    fn commit(&self, n: u64) -> anyhow::Result<()> {
        let transaction = self.redb.begin_write()?;
        let mut table = transaction.open_table(NOTES)?;
        table.insert(u128::from(n).to_be_bytes().as_slice(), record(n).as_slice())?;
        drop(table);
        Ok(transaction.commit()?)
    }

    fn append(&mut self, n: u64) -> std::io::Result<()> {
        self.journal.write_all(&record(n))?;
        self.journal.sync_data()
    }
}

/// As many bytes as the store's record of the note.
fn record(n: u64) -> Vec<u8> {
    /// Envelope, id, length and time.
    const N_BYTES_AROUND: usize = 16 + 16 + 8 + 8;
    let mut record = vec![0; N_BYTES_AROUND];
    record.extend(text(n).as_bytes());
    record
}

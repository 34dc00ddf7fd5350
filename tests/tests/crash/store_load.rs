//! A program that does nothing but write to a library, for others to kill: `store_load DIR FROM
//! UNTIL [no-sync]` makes the batches FROM to UNTIL and says the number of each once it is durable.
//!
//! With `no-sync` the database is never synced: what that loses shows that a trial sees losses.

#[expect(dead_code, reason = "the load only writes")]
mod session;

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use postil_store::{Batch, CloseReport, Event, Lock, OpenRedb, start_with};
use redb::StorageBackend;
use redb::backends::FileBackend;

/// Batches that may be on their way: the store takes those that wait into one transaction.
const MAX_IN_FLIGHT: u64 = 6;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [dir, from, until, rest @ ..] = args.as_slice() else {
        bail!("usage: store_load DIR FROM UNTIL [no-sync]");
    };
    let (from, until): (u64, u64) = (from.parse()?, until.parse()?);
    let is_synced = rest.is_empty();
    let open_redb: OpenRedb = Arc::new(move |builder, file: File| {
        let file = FileBackend::new(file)?;
        builder.create_with_backend(Disk { file, is_synced })
    });
    let lock = Lock::acquire(Path::new(dir)).map_err(|error| anyhow::anyhow!("{error}"))?;
    let (store, events) = start_with(lock, Arc::new(|| {}), open_redb)?;
    let mut n_durable = from - 1;
    let mut hear = || match events.recv()? {
        // Of backups and the second copy is said what does not matter here.
        Event::Opened { .. } | Event::BackedUp { .. } | Event::Ops { .. } => anyhow::Ok(n_durable),
        Event::Committed { revision } => {
            n_durable = revision;
            writeln!(io::stdout(), "{revision}")?;
            Ok(revision)
        }
        event => bail!("{event:?}"),
    };
    let mut n_heard = hear()?;
    for n in from..=until {
        // Now one at a time, now several at once.
        let max = if n / 50 % 2 == 0 { 1 } else { MAX_IN_FLIGHT };
        while n > n_heard + max {
            n_heard = hear()?;
        }
        let batch = Batch {
            revision: n,
            changes: session::changes(n),
            ..Batch::default()
        };
        store.write(batch).ok().context("the queue is full")?;
    }
    while n_heard < until {
        n_heard = hear()?;
    }
    match store.close() {
        CloseReport { n_unwritten: 0, .. } => Ok(()),
        report => bail!("{report:?}"),
    }
}

/// A file whose syncs can be left out.
#[derive(Debug)]
struct Disk {
    file: FileBackend,
    is_synced: bool,
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        if self.is_synced {
            self.file.sync_data()
        } else {
            Ok(())
        }
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.file.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }
}

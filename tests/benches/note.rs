//! From handing a note to the store to its acknowledgement, against a bare redb commit of the same
//! bytes and one synced append, and against `SQLite`.

mod peers;

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use postil_tests::bench::{Samples, goal, run, say, title};

use peers::{Postil, Redb, Sqlite, record};

const N_NOTES: u64 = 400;
/// Notes that are there before.
const N_OLD: u64 = 500;

fn main() -> anyhow::Result<()> {
    run(note)
}

fn note() -> anyhow::Result<()> {
    // Beside the build: the temporary folder may be in memory, where a sync costs nothing.
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut postil = Postil::open(&dir.path().join("postil"))?;
    let redb = Redb::open(&dir.path().join("bare.redb"))?;
    let mut sqlite = Sqlite::open(&dir.path().join("peer.sqlite"))?;
    let mut journal = Journal::open(dir.path())?;
    for n in 1..=N_OLD {
        postil.write(vec![peers::note(n)])?;
        redb.commit([n])?;
        sqlite.commit([n])?;
    }
    let [mut of_postil, mut of_commit, mut of_append, mut of_sqlite] =
        [const { Samples::new() }; 4];
    for n in N_OLD + 1..=N_OLD + N_NOTES {
        of_commit.time(|| redb.commit([n]))?;
        of_append.time(|| journal.append(n))?;
        of_sqlite.time(|| sqlite.commit([n]))?;
        of_postil.time(|| postil.write(vec![peers::note(n)]))?;
    }
    title("note: handed to the store, until it is durable");
    say("bare redb commit of the same bytes", &of_commit);
    say("synced append of the same bytes", &of_append);
    say("SQLite, WAL, synchronous=FULL", &of_sqlite);
    say("Postil, two threads to pass", &of_postil);
    let floor = of_commit.median_ms() + of_append.median_ms();
    goal(
        "Postil / (commit and append)",
        of_postil.median_ms() / floor,
        1.5,
    );
    for (what, peer) in [
        ("Postil / commit", &of_commit),
        ("Postil / SQLite", &of_sqlite),
    ] {
        say(
            what,
            format!("{:.2}", of_postil.median_ms() / peer.median_ms()),
        );
    }
    Ok(())
}

/// A file that is appended to and synced.
struct Journal(File);

impl Journal {
    fn open(dir: &Path) -> std::io::Result<Self> {
        let mut options = OpenOptions::new();
        let file = options
            .create(true)
            .append(true)
            .open(dir.join("journal"))?;
        Ok(Self(file))
    }

    fn append(&mut self, n: u64) -> std::io::Result<()> {
        self.0.write_all(&record(n))?;
        self.0.sync_data()
    }
}

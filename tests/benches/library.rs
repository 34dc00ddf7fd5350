//! A library of 100,000 records: how long it takes to open, also after a crash and with a long journal,
//! how large it is, and what a backup and a thousand changes at once cost.

mod peers;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use postil_model::{
    Change, Document, DocumentId, FileStamp, History, Library, Milestone, MilestoneId, Note, Phase,
    PhaseId, PhaseStatus, Plan, PlanId, PlanStatus, Rank, Scope, Step, Timestamp,
};
use postil_store::{Batch, Event, Request};
use postil_tests::bench::look::PATIENCE;
use postil_tests::bench::{Samples, goal, run, say, title};

use peers::{Postil, Redb, Sqlite, note, record};

const N_RECORDS: u64 = 100_000;
/// Changes in one transaction.
const N_AT_ONCE: u64 = 1_000;
const N_TRANSACTIONS: u64 = 15;
const N_OPENINGS: usize = 11;
const N_BACKUPS: usize = 7;
/// The whole library is to be there within that.
const OPENED_MS: f64 = 300.0;

fn main() -> anyhow::Result<()> {
    run(|| {
        // Beside the build: the temporary folder may be in memory, where a sync costs nothing.
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        at_once(dir.path())?;
        open(dir.path())?;
        back_up(dir.path())?;
        journal(dir.path())
    })
}

fn at_once(dir: &Path) -> anyhow::Result<()> {
    let mut postil = Postil::open(&dir.join("at once"))?;
    let redb = Redb::open(&dir.join("at-once.redb"))?;
    let mut sqlite = Sqlite::open(&dir.join("at-once.sqlite"))?;
    let [mut of_postil, mut of_redb, mut of_sqlite] = [const { Samples::new() }; 3];
    for i in 0..N_TRANSACTIONS {
        let ids = i * N_AT_ONCE..(i + 1) * N_AT_ONCE;
        let changes = ids.clone().map(note).collect();
        of_redb.time(|| redb.commit(ids.clone()))?;
        of_sqlite.time(|| sqlite.commit(ids))?;
        of_postil.time(|| postil.write(changes))?;
    }
    title("1,000 new notes in one transaction, until they are durable");
    say("bare redb commit of the same bytes", &of_redb);
    say("SQLite, WAL, synchronous=FULL", &of_sqlite);
    say("Postil", &of_postil);
    ratio("Postil / bare redb", &of_postil, &of_redb);
    ratio("Postil / SQLite", &of_postil, &of_sqlite);
    Ok(())
}

fn ratio(what: &str, a: &Samples, b: &Samples) {
    say(what, format!("{:.2}", a.median_ms() / b.median_ms()));
}

fn open(dir: &Path) -> anyhow::Result<()> {
    let data_dir = dir.join("library");
    let mut postil = Postil::open(&data_dir)?;
    for ids in (0..N_RECORDS).collect::<Vec<_>>().chunks(5_000) {
        postil.write(ids.iter().copied().map(change).collect())?;
    }
    // What a kill at this moment leaves.
    let crashed = dir.join("crashed");
    fs::create_dir(&crashed)?;
    fs::copy(data_dir.join("postil.redb"), crashed.join("left"))?;
    drop(postil);

    let n_bytes = data_dir.join("postil.redb").metadata()?.len();
    let n_stored: usize = (0..N_RECORDS).map(|n| approximate_bytes(&change(n))).sum();
    title("library of 100,000 records: bytes on the disk");
    say(
        "names, texts, ids, times, envelopes and keys",
        mb(n_stored as u64),
    );
    say("database, closed", mb(n_bytes));
    say(
        "database / stored",
        format!("{:.2}", n_bytes as f64 / n_stored as f64),
    );

    let [mut of_open, mut after_crash, mut of_read] = [const { Samples::new() }; 3];
    for _ in 0..N_OPENINGS {
        let file = data_dir.join("postil.redb");
        of_read.time(|| fs::read(&file))?;
        drop(of_open.time(|| Postil::open(&data_dir))?);
        fs::copy(crashed.join("left"), crashed.join("postil.redb"))?;
        drop(after_crash.time(|| Postil::open(&crashed))?);
    }
    title("library of 100,000 records: to be opened, warm files");
    say("reading its bytes", &of_read);
    say("Postil, closed before", &of_open);
    goal("part of 300 ms", of_open.median_ms() / OPENED_MS, 1.0);
    say("Postil, after a crash", &after_crash);
    ratio("after a crash / closed before", &after_crash, &of_open);
    Ok(())
}

/// Of the library that [`open`] made. A backup is written row by row, synced, read back and compared.
fn back_up(dir: &Path) -> anyhow::Result<()> {
    let data_dir = dir.join("library");
    let postil = Postil::open(&data_dir)?;
    let [mut of_copy, mut of_backup] = [const { Samples::new() }; 2];
    for i in 0..N_BACKUPS {
        let to = dir.join(format!("copy-{i}"));
        of_copy.time(|| {
            fs::copy(data_dir.join("postil.redb"), &to)?;
            fs::File::open(&to)?.sync_all()
        })?;
        fs::remove_file(to)?;
        of_backup.time(|| postil.back_up())?;
    }
    title("backup of a library of 100,000 records, until it is durable and compared");
    say("bare copy of its file, synced", &of_copy);
    say("Postil", &of_backup);
    ratio("Postil / bare copy", &of_backup, &of_copy);
    Ok(())
}

impl Postil {
    fn back_up(&self) -> anyhow::Result<()> {
        let asked = self.store.request(Request::BackUp);
        asked.ok().context("no request is taken")?;
        match self.events.recv_timeout(PATIENCE)? {
            Event::BackedUp { .. } => Ok(()),
            event => bail!("no backup: {event:?}"),
        }
    }
}

/// A journal as long as it may become: notes of 5 KB, each written anew many times.
fn journal(dir: &Path) -> anyhow::Result<()> {
    const N_ENTRIES: u64 = 5_000;
    const PAUSE_MS: u64 = 60_000;
    let data_dir = dir.join("journal");
    let mut postil = Postil::open(&data_dir)?;
    let (mut library, mut history) = (Library::default(), History::default());
    for n in 0..N_ENTRIES {
        let now = Timestamp(1_795_262_400_000 + (n * PAUSE_MS).cast_signed());
        let changes = vec![Change::Note(Note {
            plan: PlanId(u128::from(n % 100)),
            text: format!("Draft {n} of what is to be done in the garden. ").repeat(108),
            updated: now,
        })];
        let steps = Step::of(&library, &changes);
        let entry = history.record(&library, steps, now);
        if let Some(entry) = &entry {
            history.push(entry.clone());
        }
        for change in &changes {
            library.apply(change.clone());
        }
        postil.save(Batch {
            changes,
            entry,
            ..Batch::default()
        })?;
    }
    drop(postil);
    let n_bytes = data_dir.join("postil.redb").metadata()?.len();
    let mut of_open = Samples::new();
    for _ in 0..N_OPENINGS {
        drop(of_open.time(|| Postil::open(&data_dir))?);
    }
    title("a journal of 5,000 entries, 50 MB: to be opened, warm files");
    say("database", mb(n_bytes));
    say("Postil", &of_open);
    goal("part of 300 ms", of_open.median_ms() / OPENED_MS, 1.0);
    Ok(())
}

fn mb(n_bytes: u64) -> String {
    format!("{:.1} MB", n_bytes as f64 / 1e6)
}

/// Record `n` of a library as it comes about: documents and their stamps most of all, then milestones
/// and notes.
fn change(n: u64) -> Change {
    let id = u128::from(n);
    let (plan, at) = (
        PlanId(id / 1_000),
        Timestamp(1_795_262_400_000 + n.cast_signed()),
    );
    match n % 10 {
        0 if n.is_multiple_of(1_000) => Change::Plan(Plan {
            id: plan,
            name: format!("Garden {n}"),
            folder: format!("/home/marguerite/plans/garden-{n}"),
            description: "Beds, paths and a pond".to_owned(),
            scope: Scope::default(),
            status: PlanStatus::Active,
            created: at,
            updated: at,
            removed: None,
        }),
        0 => Change::Phase(Phase {
            id: PhaseId(id),
            plan,
            name: format!("Phase {n}"),
            description: String::new(),
            rank: Rank(n),
            status: PhaseStatus::Pending,
            started: None,
            completed: None,
            updated: Timestamp(0),
            removed: None,
        }),
        1..4 => Change::Document(Document {
            id: DocumentId(id),
            plan,
            path: format!("{:02}-beds/{n}-by-the-wall.md", n % 50),
            hash: Some([n as u8; 32]),
            first_seen: at,
            last_seen: at,
            missing: None,
        }),
        4..7 => Change::Stamp(FileStamp {
            document: DocumentId(id - 3),
            len: n,
            mtime_ns: n.cast_signed(),
            inode: n,
        }),
        7 => note(n),
        _ => Change::Milestone(Milestone {
            id: MilestoneId(id),
            phase: PhaseId(id - id % 10),
            name: format!("Milestone {n}: the wall is built"),
            description: String::new(),
            rank: Rank(n),
            completed: None,
            updated: Timestamp(0),
            removed: None,
        }),
    }
}

/// What a record takes with its key and its envelope, give or take a few bytes of lengths.
fn approximate_bytes(change: &Change) -> usize {
    const ENVELOPE: usize = 16;
    const ID: usize = 16;
    const TIME: usize = 8;
    let inside = match change {
        Change::Plan(plan) => {
            plan.name.len() + plan.folder.len() + plan.description.len() + ID + 2 * TIME
        }
        Change::Phase(phase) => phase.name.len() + 2 * ID + TIME,
        Change::Document(document) => document.path.len() + 32 + 2 * ID + 2 * TIME,
        Change::Stamp(_) => ID + 3 * TIME,
        Change::Milestone(milestone) => milestone.name.len() + 2 * ID + TIME,
        Change::Note(_) => record(0).len() - ENVELOPE,
        // None of these is made here.
        _ => 0,
    };
    let key = if matches!(change, Change::Document(_)) {
        2 * ID
    } else {
        ID
    };
    key + ENVELOPE + inside
}

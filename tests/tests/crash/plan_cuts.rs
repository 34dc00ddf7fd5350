//! Power cuts of a block device under ext4, while the watcher changes a plan file on it.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use crossbeam_channel::Receiver;
use postil_watcher::{Config, ContentHash, Event, Request, RootId, RootOptions, TextEdit, Watcher};

use crate::blocks::{Log, Mount, Recorder, check_tools};
use crate::kills::splitmix;
use crate::{PATIENCE, number, say};

const N_WRITES: u64 = 60;
const ROOT: RootId = RootId(1);

/// What the file holds after `n` writes: every line says so.
fn text(n: u64) -> String {
    format!("version {n} of the plan\n").repeat(2_000 + n as usize % 7 * 100)
}

/// A log, and how long it was when each write had been acknowledged.
struct Recording {
    log: Log,
    acknowledged: Vec<u64>,
}

impl Recording {
    fn make(dir: &Path) -> anyhow::Result<Self> {
        let recorder = Recorder::start(dir)?;
        let folder = recorder.mounted().join("plan");
        postil_tests::disk::write(&folder.join("a.md"), text(0))?;
        for path in [folder.join("a.md"), folder.clone(), recorder.mounted()] {
            File::open(path)?.sync_all()?;
        }
        let (watcher, events) = Watcher::start(Config::default(), Arc::new(|| {}))?;
        watcher.send(Request::AddRoot {
            root: ROOT,
            folder,
            known: Vec::new(),
            options: RootOptions::default(),
        })?;
        let mut acknowledged = vec![recorder.n_logged()?];
        for n in 1..=N_WRITES {
            write(&watcher, &events, n)?;
            acknowledged.push(recorder.n_logged()?);
        }
        drop(watcher);
        Ok(Self {
            log: recorder.finish()?,
            acknowledged,
        })
    }

    /// One power cut: the file is one of its versions, whole, and none from before what was
    /// acknowledged.
    fn cut(&mut self, dir: &Path, seed: u64) -> anyhow::Result<()> {
        let n_first = self.log.n_entries() as u64;
        let n = (splitmix(seed) % (n_first + 1)) as usize;
        let n_logged = self.log.n_logged_after(n);
        let n_acknowledged = self.acknowledged.partition_point(|at| *at <= n_logged);
        let mut state = splitmix(seed ^ 0xABCD);
        let percent = [0, 50, 90, 100][(state % 4) as usize];
        let is_left = || {
            state = splitmix(state.wrapping_add(1));
            state % 100 < percent
        };
        let image = self.log.cut(n, is_left)?;
        let _mounted = Mount::new(&image, &dir.join("after"))?;
        let Some(least) = n_acknowledged.checked_sub(1) else {
            // Before the first version was synced anything may be there.
            return Ok(());
        };
        let path = dir.join("after/plan/a.md");
        let found = fs::read_to_string(&path).context("the file is gone")?;
        let version = found.split_whitespace().nth(1).unwrap_or_default();
        let version: u64 = version.parse().context("no version")?;
        ensure!(found == text(version), "version {version} is there in part");
        ensure!(
            version >= least as u64,
            "version {version}, and {least} was acknowledged"
        );
        Ok(())
    }
}

fn write(watcher: &Watcher, events: &Receiver<Event>, n: u64) -> anyhow::Result<()> {
    let old = text(n - 1);
    watcher.send(Request::Write {
        ticket: n,
        root: ROOT,
        path: "a.md".to_owned(),
        expected: ContentHash::of(old.as_bytes()),
        edits: vec![TextEdit {
            range: 0..old.len(),
            text: text(n),
        }],
    })?;
    loop {
        match events.recv_timeout(PATIENCE)? {
            Event::Written {
                result: Ok(written),
                ..
            } => {
                ensure!(written.is_durable, "the folder was not synced");
                return Ok(());
            }
            Event::Written {
                result: Err(error), ..
            } => bail!("{error}"),
            _ => {}
        }
    }
}

/// Takes root and qemu-storage-daemon, so only `cargo xtask powercut` asks for it.
#[test]
fn a_power_cut_leaves_a_plan_file_old_or_new() -> anyhow::Result<()> {
    let Some(n_cuts) = number("POSTIL_POWER_CUTS")? else {
        return Ok(());
    };
    check_tools()?;
    let first_seed = number("POSTIL_CUT_SEED")?.unwrap_or(1);
    let dir = tempfile::tempdir()?;
    let mut recording = Recording::make(dir.path())?;
    for seed in first_seed..first_seed + n_cuts {
        let cut = recording.cut(dir.path(), seed);
        cut.with_context(|| format!("POSTIL_CUT_SEED={seed}"))?;
    }
    say(&format!(
        "power cuts under a plan file: {n_cuts} of {} writes and flushes, {N_WRITES} acknowledged \
         changes, each time old or new and none lost",
        recording.log.n_entries()
    ));
    Ok(())
}

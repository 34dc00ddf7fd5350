//! Power cuts of a block device under ext4, while a program writes to a library on it.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::blocks::{Log, Mount, Recorder, check_tools};
use crate::kills::{lines, splitmix};
use crate::{last_batch, number, say};

/// What the load writes.
const N_BATCHES: u64 = 400;
/// Cuts of the load that does not sync.
const N_CONTROL_CUTS: u64 = 40;

/// A log, and which batches had been acknowledged when it was how long.
struct Recording {
    log: Log,
    acknowledged: Vec<(u64, u64)>,
}

impl Recording {
    /// The load from its first start on an empty file system until it has closed.
    fn make(dir: &Path, is_synced: bool) -> anyhow::Result<Self> {
        let recorder = Recorder::start(dir)?;
        let mut load = Command::new(env!("CARGO_BIN_EXE_store_load"))
            .arg(recorder.mounted().join("data"))
            .args(["1".to_owned(), N_BATCHES.to_string()])
            .args((!is_synced).then_some("no-sync"))
            .stdout(Stdio::piped())
            .spawn()?;
        let said = lines(load.stdout.take().context("its output")?)?;
        let mut acknowledged = Vec::new();
        for n in said {
            acknowledged.push((recorder.n_logged()?, n));
        }
        let status = load.wait()?;
        ensure!(status.success(), "the load: {status}");
        Ok(Self {
            log: recorder.finish()?,
            acknowledged,
        })
    }

    /// One power cut: what the seed says, when it says.
    fn cut(&mut self, dir: &Path, seed: u64, is_synced: bool) -> anyhow::Result<()> {
        let n = (splitmix(seed) % (self.log.n_entries() as u64 + 1)) as usize;
        let n_logged = self.log.n_logged_after(n);
        let earlier = self
            .acknowledged
            .partition_point(|(at, _)| *at <= n_logged)
            .checked_sub(1);
        let n_acknowledged = earlier.map_or(0, |i| self.acknowledged[i].1);
        let mut state = splitmix(seed ^ 0xABCD);
        let percent = [0, 50, 90, 100][(state % 4) as usize];
        let is_left = || {
            state = splitmix(state.wrapping_add(1));
            state % 100 < percent
        };
        let image = self.log.cut(n, is_left)?;
        let _mounted = Mount::new(&image, &dir.join("after"))?;
        let data_dir = dir.join("after/data");
        if !is_synced {
            // The store's second copy is synced all the same, and would make up for what is lost.
            _ = std::fs::remove_file(data_dir.join("ops.jsonl"));
        }
        let found = last_batch(&data_dir, n_acknowledged);
        found.map(drop).with_context(|| {
            format!(
                "POSTIL_CUT_SEED={seed}, after {n} of {} writes",
                self.log.n_entries()
            )
        })
    }
}

/// Takes root and qemu-storage-daemon, so only `cargo xtask powercut` asks for it.
#[test]
fn a_power_cut_under_a_file_system_loses_nothing_acknowledged() -> anyhow::Result<()> {
    let Some(n_cuts) = number("POSTIL_POWER_CUTS")? else {
        return Ok(());
    };
    check_tools()?;
    let first_seed = number("POSTIL_CUT_SEED")?.unwrap_or(1);

    let dir = tempfile::tempdir()?;
    let mut recording = Recording::make(dir.path(), true)?;
    for seed in first_seed..first_seed + n_cuts {
        recording.cut(dir.path(), seed, true)?;
    }
    say(&format!(
        "power cuts under ext4: {n_cuts} of {} writes and flushes, {} acknowledgements, 0 lost, 0 half",
        recording.log.n_entries(),
        recording.acknowledged.len()
    ));

    say(
        "now without syncs, where some must be lost: redb may panic over what it finds, and the store \
         catches that",
    );
    let dir = tempfile::tempdir()?;
    let mut control = Recording::make(dir.path(), false)?;
    let mut n_seen = 0;
    for seed in first_seed..first_seed + N_CONTROL_CUTS {
        n_seen += u64::from(control.cut(dir.path(), seed, false).is_err());
    }
    say(&format!(
        "the same without syncs: {n_seen} of {N_CONTROL_CUTS} lost something, as they must"
    ));
    ensure!(
        n_seen >= N_CONTROL_CUTS / 10,
        "cuts without syncs lose nothing: this trial sees nothing"
    );
    Ok(())
}

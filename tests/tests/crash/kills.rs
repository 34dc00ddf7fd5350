//! kill -9 of a program that writes without a pause, at random moments from its first start on.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use crossbeam_channel::{Receiver, bounded};

use crate::{last_batch, number, say};

const N_ROUNDS: u64 = 24;
/// Rounds with one library, before a new one is made.
const N_ROUNDS_OF_LIBRARY: u64 = 5;
/// When to kill at the latest. A first start takes a tenth of that.
const LATEST: Duration = Duration::from_millis(250);
const LATEST_OF_FIRST_START: Duration = Duration::from_millis(25);

#[test]
fn a_kill_at_any_moment_loses_nothing_acknowledged() -> anyhow::Result<()> {
    let n_rounds = number("POSTIL_KILL_ROUNDS")?.unwrap_or(N_ROUNDS);
    let first_seed = number("POSTIL_KILL_SEED")?.unwrap_or(1);
    let mut dir = tempfile::tempdir()?;
    let (mut n_done, mut n_acknowledged_in_all, mut n_early) = (0, 0, 0);
    for seed in first_seed..first_seed + n_rounds {
        let i = seed - first_seed;
        if i % N_ROUNDS_OF_LIBRARY == 0 {
            dir = tempfile::tempdir()?;
            n_done = 0;
        }
        let data_dir = dir.path().join("data");
        let is_first = n_done == 0;
        let latest = if is_first {
            LATEST_OF_FIRST_START
        } else {
            LATEST
        };
        let round = || {
            let n_acknowledged = kill_the_load(&data_dir, n_done + 1, random(seed, latest))?;
            // A kill after a kill, without a start that works in between, is of a later round.
            let found = last_batch(&data_dir, n_acknowledged.unwrap_or(n_done))?;
            anyhow::Ok((n_acknowledged, found))
        };
        let (n_acknowledged, found) =
            round().with_context(|| format!("POSTIL_KILL_SEED={seed}, round {}", i + 1))?;
        n_early += u64::from(n_acknowledged.is_none());
        n_acknowledged_in_all += n_acknowledged.map_or(0, |n| n - n_done);
        n_done = found;
    }
    say(&format!(
        "kill -9 of the store: {n_rounds} rounds, {n_acknowledged_in_all} acknowledged batches, 0 \
         lost, 0 half; {n_early} kills came before the first acknowledgement"
    ));
    ensure!(n_acknowledged_in_all > 0, "no round wrote anything");
    Ok(())
}

/// Runs the load for a while, kills it, and gives the last batch that it said was durable.
fn kill_the_load(data_dir: &Path, from: u64, after: Duration) -> anyhow::Result<Option<u64>> {
    let mut load = Command::new(env!("CARGO_BIN_EXE_store_load"))
        .arg(data_dir)
        .args([from.to_string(), u64::MAX.to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let end = Instant::now() + after;
    let stdout = load.stdout.take().context("its output")?;
    let lines = lines(stdout)?;
    let mut last = None;
    while let Ok(n) = lines.recv_deadline(end) {
        last = Some(n);
    }
    load.kill()?;
    let status = load.wait()?;
    ensure!(
        status.code().is_none(),
        "the load ended by itself: {status}"
    );
    // What it said before it died counts.
    Ok(lines.iter().last().or(last))
}

/// The numbers that a program says.
pub(crate) fn lines(stdout: impl std::io::Read + Send + 'static) -> anyhow::Result<Receiver<u64>> {
    let (numbers, said) = bounded(1 << 16);
    thread::Builder::new()
        .name("load-lines".to_owned())
        .spawn(move || {
            let mut reader = BufReader::new(stdout);
            let mut line = String::new();
            // A line without an end was not said.
            while reader.read_line(&mut line).is_ok() && line.ends_with('\n') {
                let n = line.trim().parse::<u64>();
                if n.is_err() || n.is_ok_and(|n| numbers.send(n).is_err()) {
                    break;
                }
                line.clear();
            }
        })?;
    Ok(said)
}

/// A time below `latest`, the same for the same seed.
pub(crate) fn random(seed: u64, latest: Duration) -> Duration {
    latest.mul_f64((splitmix(seed) >> 11) as f64 / (1_u64 << 53) as f64)
}

pub(crate) fn splitmix(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

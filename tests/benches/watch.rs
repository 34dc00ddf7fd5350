//! The watcher without a window: thousands of changes against reading the files once, a change to
//! its event against the quiet time it waits for, and what an idle watcher costs.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use crossbeam_channel::Receiver;
use postil_tests::bench::look::PATIENCE;
use postil_tests::bench::{Samples, goal, run, say, title};
use postil_tests::disk;
use postil_watcher::{Config, Event, Health, Request, RootId, RootOptions, Watcher};

const N_FILES: usize = 10_000;
const N_ROUNDS: usize = 11;
const N_CHANGES: usize = 40;
const IDLE: Duration = Duration::from_secs(5);
const ROOT: RootId = RootId(1);

fn main() -> anyhow::Result<()> {
    run(|| {
        changes()?;
        event()
    })
}

/// Every file of a watched folder is written anew; all of it is known once it was compared.
fn changes() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let plans = dir.path().join("plans");
    postil_xtask::plans::generate(&plans, N_FILES, 1)?;
    let (watcher, events, paths) = watched(&plans)?;
    let texts: Vec<Vec<u8>> = paths
        .iter()
        .map(|path| fs::read(plans.join(path)))
        .collect::<Result<_, _>>()?;
    let [mut of_reading, mut of_changes] = [const { Samples::new() }; 2];
    for round in 0..N_ROUNDS {
        for (path, text) in paths.iter().zip(&texts) {
            let line = format!("\nround {round}\n");
            disk::write(&plans.join(path), [text, line.as_bytes()].concat())?;
        }
        of_changes.time(|| {
            watcher.send(Request::Rescan { root: ROOT })?;
            scanned(&events)
        })?;
        of_reading.time(|| {
            let bytes = paths.iter().map(|path| fs::read(plans.join(path)));
            bytes
                .map(|bytes| bytes.map(|bytes| bytes.len()))
                .sum::<Result<usize, _>>()
        })?;
    }
    title(&format!("watch: {N_FILES} files changed"));
    say("reading them once, one after another", &of_reading);
    say("Postil, until all of it is told", &of_changes);
    let ratio = of_changes.median_ms() / of_reading.median_ms();
    goal("Postil / reading", ratio, 1.5);
    Ok(())
}

/// A file that is written in place, in view and not; then nothing at all.
fn event() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let plans = dir.path().join("plans");
    disk::write(&plans.join("a.md"), "# One\n")?;
    disk::write(&plans.join("b.md"), "# One\n")?;
    let (watcher, events, _) = watched(&plans)?;
    let config = Config::default();
    watcher.send(Request::SetInView {
        root: ROOT,
        path: Some("a.md".to_owned()),
    })?;
    title("watch: from a write to the event that tells it");
    for (what, path, quiet) in [
        ("in view", "a.md", config.settle_in_view),
        ("another file", "b.md", config.settle),
    ] {
        let mut took = Samples::new();
        for n in 0..N_CHANGES {
            let started = Instant::now();
            disk::write(&plans.join(path), format!("# Version {n}\n"))?;
            changed(&events, path)?;
            took.add(started.elapsed());
        }
        say(
            &format!("{what}, which waits for {quiet:?} of quiet"),
            &took,
        );
        let ratio = took.median_ms() / (quiet.as_secs_f64() * 1e3);
        goal(&format!("{what}: event / quiet"), ratio, 1.1);
    }
    // What follows the last change: the thread goes to sleep.
    std::thread::sleep(Duration::from_secs(1));
    let before = n_wakes()?;
    std::thread::sleep(IDLE);
    let n = n_wakes()? - before;
    title(&format!("watch: idle for {IDLE:?}"));
    say("wakes of the watcher's thread (goal: none)", n);
    Ok(())
}

type Watched = (Watcher, Receiver<Event>, Vec<String>);

/// A watcher on the folder, once it is live; and the paths of its files.
fn watched(plans: &Path) -> anyhow::Result<Watched> {
    let (watcher, events) = Watcher::start(Config::default(), Arc::new(|| {}))?;
    watcher.send(Request::AddRoot {
        root: ROOT,
        folder: plans.to_owned(),
        known: Vec::new(),
        options: RootOptions::default(),
    })?;
    let paths = scanned(&events)?;
    loop {
        let event = events.recv_timeout(PATIENCE).context("not live")?;
        if let Event::Health {
            health: Health::Live,
            ..
        } = event
        {
            return Ok((watcher, events, paths));
        }
    }
}

fn scanned(events: &Receiver<Event>) -> anyhow::Result<Vec<String>> {
    loop {
        if let Event::Scanned { files, .. } = events.recv_timeout(PATIENCE).context("no scan")? {
            return Ok(files.into_iter().map(|file| file.path).collect());
        }
    }
}

fn changed(events: &Receiver<Event>, path: &str) -> anyhow::Result<()> {
    loop {
        if let Event::Changed { entry, .. } = events.recv_timeout(PATIENCE).context("no event")?
            && entry.path == path
        {
            return Ok(());
        }
    }
}

/// How often the watcher's thread has gone to sleep so far.
fn n_wakes() -> anyhow::Result<u64> {
    for task in fs::read_dir("/proc/self/task")? {
        let task = task?.path();
        if fs::read_to_string(task.join("comm"))?.trim() == "watcher" {
            let status = fs::read_to_string(task.join("status"))?;
            let line = status
                .lines()
                .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            return Ok(line.context("no count")?.trim().parse()?);
        }
    }
    ensure!(false, "the watcher has no thread");
    Ok(0)
}

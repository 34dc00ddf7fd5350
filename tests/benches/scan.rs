//! Comparing a folder of 10,000 unchanged files with what is known of it, against a bare walk that
//! asks for the metadata of the same files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use crossbeam_channel::Receiver;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use postil_tests::bench::look::PATIENCE;
use postil_tests::bench::{Samples, goal, run, say, title};
use postil_watcher::{
    Config, Event, FileEntry, Health, KnownFile, Request, RootId, RootOptions, Watcher,
};

const N_FILES: usize = 10_000;
const N_ROUNDS: usize = 21;
const ROOT: RootId = RootId(1);

fn main() -> anyhow::Result<()> {
    run(|| {
        let dir = tempfile::tempdir()?;
        let plans = dir.path().join("plans");
        let written = postil_xtask::plans::generate(&plans, N_FILES, 1)?;
        // The watcher does not trust the stamp of a file that is younger than the file system's
        // clock is exact; a known folder is older.
        std::thread::sleep(Duration::from_secs(3));
        scan(&plans, written.n_bytes)
    })
}

fn scan(plans: &Path, n_bytes: u64) -> anyhow::Result<()> {
    let (watcher, events) = start()?;
    let first = Instant::now();
    let files = add(&watcher, &events, plans, Vec::new())?;
    let first = first.elapsed();
    ensure!(files.len() == N_FILES && walk(plans)?.n_files == N_FILES);
    let known: Vec<KnownFile> = files.into_iter().filter_map(known).collect();

    let [
        mut of_walk,
        mut of_watches,
        mut of_rescan,
        mut of_start,
        mut of_live,
    ] = [const { Samples::new() }; 5];
    for _ in 0..N_ROUNDS {
        let folders = of_walk.time(|| walk(plans))?.folders;
        drop(of_watches.time(|| watch(&folders))?);
        settle();
        of_rescan.time(|| {
            watcher.send(Request::Rescan { root: ROOT })?;
            scanned(&events)
        })?;
        let (other, other_events) = start()?;
        let known = known.clone();
        let started = Instant::now();
        of_start.time(|| add(&other, &other_events, plans, known))?;
        live(&other_events)?;
        of_live.add(started.elapsed());
        drop(other);
        settle();
    }
    let n_mb = n_bytes / 1_000_000;
    title(&format!(
        "scan: {N_FILES} files of {n_mb} MB in all, nothing changed, warm"
    ));
    say("bare walk with stat", &of_walk);
    say("bare notify, a watch on each folder", &of_watches);
    say(
        "first scan, which reads and hashes all",
        format!("{:.2} ms", first.as_secs_f64() * 1e3),
    );
    say("rescan of a watched folder", &of_rescan);
    say("at the start, until all of it is told", &of_start);
    say("at the start, until all of it is watched", &of_live);
    let walk = of_walk.median_ms();
    goal("rescan / walk", of_rescan.median_ms() / walk, 1.5);
    goal("at the start / walk", of_start.median_ms() / walk, 1.5);
    let floor = walk + of_watches.median_ms();
    say(
        "watched / (walk and one watch after another)",
        format!("{:.2}", of_live.median_ms() / floor),
    );
    Ok(())
}

fn start() -> anyhow::Result<(Watcher, Receiver<Event>)> {
    Ok(Watcher::start(Config::default(), Arc::new(|| {}))?)
}

/// Registers the folder, and gives the files once it was compared.
fn add(
    watcher: &Watcher,
    events: &Receiver<Event>,
    plans: &Path,
    known: Vec<KnownFile>,
) -> anyhow::Result<Vec<FileEntry>> {
    let folder = plans.to_owned();
    watcher.send(Request::AddRoot {
        root: ROOT,
        folder,
        known,
        options: RootOptions::default(),
    })?;
    scanned(events)
}

fn scanned(events: &Receiver<Event>) -> anyhow::Result<Vec<FileEntry>> {
    loop {
        if let Event::Scanned { files, .. } = events.recv_timeout(PATIENCE).context("no scan")? {
            return Ok(files);
        }
    }
}

fn live(events: &Receiver<Event>) -> anyhow::Result<()> {
    loop {
        let event = events.recv_timeout(PATIENCE).context("not live")?;
        if let Event::Health {
            health: Health::Live,
            ..
        } = event
        {
            return Ok(());
        }
    }
}

fn known(file: FileEntry) -> Option<KnownFile> {
    let (path, stamp) = (file.path, file.stamp);
    file.hash.map(|hash| KnownFile { path, stamp, hash })
}

/// The system gives thousands of watches back in its own time.
fn settle() {
    std::thread::sleep(Duration::from_millis(100));
}

fn watch(folders: &[PathBuf]) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(|_| {})?;
    for folder in folders {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
    }
    Ok(watcher)
}

/// What a bare walk found; the sizes are added up so that no stat is left out.
#[derive(Default)]
struct Walked {
    folders: Vec<PathBuf>,
    n_files: usize,
    n_bytes: u64,
}

fn walk(folder: &Path) -> std::io::Result<Walked> {
    let mut walked = Walked::default();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                waiting.push(entry.path());
            } else {
                walked.n_files += 1;
                walked.n_bytes += entry.metadata()?.len();
            }
        }
        walked.folders.push(folder);
    }
    std::hint::black_box(walked.n_bytes);
    Ok(walked)
}

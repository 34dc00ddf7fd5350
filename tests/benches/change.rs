//! From a write to the document in view to its pixels, against the quiet time that it waits for, a
//! bare file event and a bare frame.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use crossbeam_channel::{Receiver, bounded};
use image::RgbaImage;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use postil_tests::bench::look::{PATIENCE, Program, QUIET};
use postil_tests::bench::{Samples, goal, run, say, title};
use postil_tests::disk;
use postil_tests::window::{App, Region, Screen, crop, n_differing};

const N_CHANGES: i32 = 20;
/// In turns, so that a new one is seen by many pixels.
const HEADINGS: [&str; 2] = [
    "Tulips along the southern wall",
    "How the winter coats are counted",
];
/// The watcher's settling time for the document in view.
const QUIET_MS: f64 = 40.0;

fn main() -> anyhow::Result<()> {
    run(|| {
        change("50 KB, written in place", 50_000, |path, text| {
            disk::write(path, text)
        })?;
        change("50 KB, replaced by a rename", 50_000, replace)?;
        change("1 MB, written in place", 1_000_000, |path, text| {
            disk::write(path, text)
        })?;
        title("inlyne: left out, it is not part of this build");
        Ok(())
    })
}

fn change(
    what: &str,
    n_bytes: usize,
    write: impl Fn(&Path, &str) -> std::io::Result<()>,
) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let document = dir.path().join("plan/document.md");
    let text = postil_xtask::plans::document(3, n_bytes);
    let (_, body) = text.split_once('\n').context("a heading and more")?;
    disk::write(&document, &text)?;
    let bare = Program::bare(env!("CARGO_BIN_EXE_bare_window")).launch_alone()?;
    let Some((_bare_display, bare, mut bare_screen)) = bare else {
        return Ok(());
    };
    let postil = Program::postil(&dir.path().join("data"), Some(&document), 200)?;
    let Some((_display, _postil, mut screen)) = postil.launch_alone()? else {
        return Ok(());
    };
    let events = Events::of(dir.path())?;

    let [mut of_postil, mut of_event, mut of_frame] = [const { Samples::new() }; 3];
    for (n, heading) in (0..N_CHANGES).zip(HEADINGS.iter().cycle()) {
        of_event.add(events.time()?);
        of_frame.add(frame(&bare, &mut bare_screen, n)?);
        let before = screen.grab()?;
        let started = Instant::now();
        write(&document, &format!("# {heading}, part {n}\n{body}"))?;
        screen.wait_for(PATIENCE, "the new heading", |now| {
            is_other_page(&before, now)
        })?;
        of_postil.add(started.elapsed());
        screen.wait_until_still(PATIENCE, QUIET)?;
    }
    title(&format!(
        "change: write to pixels of the document in view, {what}"
    ));
    say("bare notify event", &of_event);
    say("bare window, pointer event to pixels", &of_frame);
    say("Postil", &of_postil);
    let (event, frame) = (of_event.median_ms(), of_frame.median_ms());
    let floor = QUIET_MS + event + frame;
    say(
        "floor: 40 ms of quiet, event, frame",
        format!("{floor:.2} ms"),
    );
    say(
        "Postil / floor",
        format!("{:.2}", of_postil.median_ms() / floor),
    );
    let ratio = of_postil.median_ms() / (floor + frame);
    goal("Postil / (floor and a second frame)", ratio, 1.0);
    Ok(())
}

/// From a pointer's event to the pixels that answer it.
fn frame(bare: &App, screen: &mut Screen, n: i32) -> anyhow::Result<Duration> {
    let before = screen.grab()?;
    bare.input().move_to(300 + n, 300)?;
    let started = Instant::now();
    screen.wait_for(PATIENCE, "the next number", |now| {
        n_differing(&before, now) > 0
    })?;
    let took = started.elapsed();
    screen.wait_until_still(PATIENCE, Duration::from_millis(100))?;
    Ok(took)
}

/// Whether the page differs; the overview beside it says first that something changed.
fn is_other_page(before: &RgbaImage, now: &RgbaImage) -> bool {
    let page = Region {
        x: 500,
        y: 80,
        width: 700,
        height: 720,
    };
    n_differing(&crop(before, page), &crop(now, page)) > 200
}

/// Writes a whole new file and puts it in the other's place, as editors do.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let new = path.with_extension("tmp");
    disk::write(&new, text)?;
    fs::rename(new, path)
}

/// Events of the system about one folder with one file in it.
struct Events {
    file: PathBuf,
    seen: Receiver<Instant>,
    _watcher: RecommendedWatcher,
}

impl Events {
    fn of(dir: &Path) -> anyhow::Result<Self> {
        let folder = dir.join("bare");
        let file = folder.join("file");
        disk::write(&file, "0")?;
        let (sender, seen) = bounded(64);
        let mut watcher = notify::recommended_watcher(move |_| {
            let _ = sender.try_send(Instant::now());
        })?;
        watcher.watch(&folder, RecursiveMode::NonRecursive)?;
        Ok(Self {
            file,
            seen,
            _watcher: watcher,
        })
    }

    /// From a write to its first event.
    fn time(&self) -> anyhow::Result<Duration> {
        while self.seen.recv_timeout(Duration::from_millis(50)).is_ok() {}
        let started = Instant::now();
        disk::write(&self.file, "1")?;
        Ok(self.seen.recv_timeout(PATIENCE)?.duration_since(started))
    }
}

//! kill -9 of the real program in its window, while it starts and while notes are typed.

use std::ffi::OsStr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use postil_tests::disk::write;
use postil_tests::window::{App, Display, built_binary, n_colours, n_differing};

use crate::kills::{random, splitmix};
use crate::{PATIENCE, library, number, say};

const N_ROUNDS: u64 = 4;
/// A start takes about that long.
const LATEST_OF_START: Duration = Duration::from_millis(900);
/// Typing rests, is written and is said to be written within that.
const LATEST_OF_TYPING: Duration = Duration::from_millis(700);
/// How long the window must not change until what was typed counts as saved: longer than the window
/// says “Saving…”.
const QUIET: Duration = Duration::from_secs(1);
/// In the note of a window of 1200 × 800.
const NOTE: (i32, i32) = (150, 720);

#[test]
fn a_kill_of_the_window_loses_nothing_saved_and_never_stops_the_next_start() -> anyhow::Result<()> {
    let Some(display) = Display::start(1_200, 800)? else {
        return Ok(());
    };
    let n_rounds = number("POSTIL_KILL_APP_ROUNDS")?.unwrap_or(N_ROUNDS);
    let first_seed = number("POSTIL_KILL_SEED")?.unwrap_or(1);
    let binary = built_binary()?;
    let mut n_saved = 0;
    for seed in first_seed..first_seed + n_rounds {
        let dir = tempfile::tempdir()?;
        n_saved += Round {
            display: &display,
            binary: &binary,
            dir: dir.path(),
            seed,
        }
        .run()
        .with_context(|| format!("POSTIL_KILL_SEED={seed}"))?;
    }
    say(&format!(
        "kill -9 of the window: {n_rounds} first starts and {n_rounds} notes under way, {n_saved} \
         saved words, 0 lost, each next start worked"
    ));
    Ok(())
}

struct Round<'a> {
    display: &'a Display,
    binary: &'a Path,
    dir: &'a Path,
    seed: u64,
}

impl Round<'_> {
    /// A first start that is killed, then a note that is killed. Gives the number of words that
    /// were saved.
    fn run(&self) -> anyhow::Result<usize> {
        let (data, plan) = (self.dir.join("data"), self.dir.join("garden"));
        write(&plan.join("01-dig.md"), "# Dig\n\nTwo beds by the wall.\n")?;
        let args: [&dyn AsRef<OsStr>; 5] = [&"--data-dir", &data, &"--size", &"1200x800", &plan];

        let mut app = App::spawn(self.display, self.binary, &args, &[])?;
        pass(random(self.seed, LATEST_OF_START));
        ensure!(app.is_running()?, "it ended by itself: {}", app.stderr());
        app.kill_9()?;
        library(&data).context("after a kill in the first start")?;

        let mut app = App::launch(self.display, self.binary, &args, &[])?;
        let mut screen = app.screen()?;
        screen.wait_for(PATIENCE, "the plan", |now| n_colours(now) > 50)?;
        screen.wait_until_still(PATIENCE, QUIET)?;
        app.input().click(NOTE.0, NOTE.1)?;
        let mut saved = String::new();
        for i in 0..=splitmix(self.seed ^ 7) % 2 {
            let before = screen.grab()?;
            let word = format!("saved {i} ");
            app.input().type_text(&word)?;
            saved.push_str(&word);
            screen.wait_for(PATIENCE, "the word", |now| n_differing(&before, now) > 20)?;
            screen.wait_until_still(PATIENCE, QUIET)?;
        }
        let hurried = "and words that nobody said were saved";
        app.input().type_text(hurried)?;
        pass(random(splitmix(self.seed), LATEST_OF_TYPING));
        app.kill_9()?;

        let library = library(&data).context("after a kill while a note was typed")?;
        let plan = library.plans().next().context("a registered plan")?;
        let note = library.note(plan.id).map(|note| note.text.as_str());
        let note = note.unwrap_or_default();
        ensure!(
            note.starts_with(&saved),
            "LOST: {saved:?} was saved: {note:?}"
        );
        let all = format!("{saved}{hurried}");
        ensure!(
            all.starts_with(note),
            "something that was never typed: {note:?}"
        );
        Ok(saved.split_whitespace().count())
    }
}

/// Lets time pass: which moment is met is the very thing that is tried.
fn pass(time: Duration) {
    let end = Instant::now() + time;
    let never = crossbeam_channel::never::<()>();
    _ = never.recv_deadline(end);
}

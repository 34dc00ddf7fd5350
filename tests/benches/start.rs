//! From exec to the first painted document, against a bare eframe window; and the binary's size.

use std::path::Path;
use std::process::Command;

use postil_tests::bench::look::{Program, SIZE};
use postil_tests::bench::{Samples, goal, run, say, title};
use postil_tests::window::{Display, built_binary};

const N_STARTS: usize = 11;

fn main() -> anyhow::Result<()> {
    run(|| {
        size(&built_binary()?)?;
        start()
    })
}

fn start() -> anyhow::Result<()> {
    let Some(display) = Display::start(SIZE.0, SIZE.1)? else {
        return Ok(());
    };
    let dir = tempfile::tempdir()?;
    let plan = dir.path().join("plan");
    postil_xtask::plans::generate(&plan, 20, 1)?;
    let bare = Program::bare(env!("CARGO_BIN_EXE_bare_window"));
    let postil = Program::postil(&dir.path().join("data"), Some(&plan), 50)?;
    let contents = (bare.content(&display)?, postil.content(&display)?);
    let (mut of_bare, mut of_postil) = (Samples::default(), Samples::default());
    for _ in 0..N_STARTS {
        of_bare.add(bare.time_to(&contents.0, &display)?);
        of_postil.add(postil.time_to(&contents.1, &display)?);
    }
    title("start: exec to the first painted document, warm files, known plan of 20 files");
    say("bare eframe window with one label", &of_bare);
    say("Postil", &of_postil);
    goal(
        "Postil / bare window",
        of_postil.median_ms() / of_bare.median_ms(),
        1.3,
    );
    Ok(())
}

/// What the binary takes without its symbols, as it would be shipped.
fn size(postil: &Path) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let stripped = dir.path().join("postil");
    let strip = Command::new("strip")
        .arg("-o")
        .arg(&stripped)
        .arg(postil)
        .status();
    let is_stripped = strip.is_ok_and(|status| status.success());
    let measured = if is_stripped { &stripped } else { postil };
    let mb = measured.metadata()?.len() as f64 / 1e6;
    title("size of the binary");
    say(
        if is_stripped {
            "stripped"
        } else {
            "with symbols, there is no strip"
        },
        format!("{mb:.1} MB"),
    );
    goal("part of 40 MB", mb / 40.0, 1.0);
    Ok(())
}

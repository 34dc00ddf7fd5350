//! What a window costs in which nothing happens, against a bare eframe window.

use std::time::Duration;

use postil_tests::bench::look::Program;
use postil_tests::bench::process::Usage;
use postil_tests::bench::{run, say, title};

const REST: Duration = Duration::from_secs(3);
const IDLE: Duration = Duration::from_secs(5);

fn main() -> anyhow::Result<()> {
    run(idle)
}

fn idle() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let plan = dir.path().join("plan");
    postil_xtask::plans::generate(&plan, 20, 1)?;
    let programs = [
        Program::bare(env!("CARGO_BIN_EXE_bare_window")),
        Program::postil(&dir.path().join("data"), Some(&plan), 50)?,
    ];
    let mut running = Vec::new();
    for program in programs {
        let Some(launched) = program.launch_alone()? else {
            return Ok(());
        };
        running.push(launched);
    }
    // What follows the last picture: the place that is stored, the watcher's second look.
    std::thread::sleep(REST);
    let usage = || -> anyhow::Result<Vec<Usage>> {
        running
            .iter()
            .map(|(_, app, _)| Usage::of(app.pid()))
            .collect()
    };
    let before = usage()?;
    std::thread::sleep(IDLE);
    let after = usage()?;

    title(&format!("idle: a settled window for {IDLE:?}, no input"));
    let mut is_met = true;
    for (name, (after, before)) in ["bare window", "Postil"]
        .iter()
        .zip(after.iter().zip(before))
    {
        let used = after.since(before);
        let part = used.cpu.as_secs_f64() / IDLE.as_secs_f64() * 100.0;
        say(
            name,
            format!(
                "{:?} of CPU ({part:.3} %), {} wakes",
                used.cpu, used.n_wakes
            ),
        );
        is_met &= used == Usage::default();
    }
    let verdict = if is_met { "met" } else { "missed" };
    say("goal: no frames, no CPU", verdict);
    Ok(())
}

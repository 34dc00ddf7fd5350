//! Memory of a window in which a 10 MB document is read, against one in which nothing is open.

use std::time::Duration;

use postil_tests::bench::look::Program;
use postil_tests::bench::process::memory_bytes;
use postil_tests::bench::{goal, run, say, title};
use postil_tests::disk;
use postil_tests::window::keysym;

const N_BYTES: usize = 10_000_000;
/// Pages that are read before memory is counted.
const N_PAGES: usize = 60;
/// What follows the last picture: the place that is stored, pages that the allocator gives back.
const REST: Duration = Duration::from_secs(3);

fn main() -> anyhow::Result<()> {
    run(memory)
}

fn memory() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let document = dir.path().join("plan/large.md");
    disk::write(&document, postil_xtask::plans::document(7, N_BYTES))?;
    let at = |name: &str| dir.path().join(name);
    let empty = Program::postil(&at("empty"), None, 20)?;
    let reading = Program::postil(&at("data"), Some(&document), 200)?;
    let mut used = Vec::new();
    for (program, n_pages) in [(empty, 0), (reading, N_PAGES)] {
        let Some((_display, app, _screen)) = program.launch_alone()? else {
            return Ok(());
        };
        std::thread::sleep(REST);
        let before = memory_bytes(app.pid())?;
        let input = app.input();
        input.move_to(800, 400)?;
        for _ in 0..n_pages {
            input.key(keysym::PAGE_DOWN, &[])?;
            std::thread::sleep(Duration::from_millis(40));
        }
        std::thread::sleep(REST);
        used.push((before, memory_bytes(app.pid())?));
    }
    let mb = |bytes: u64| bytes as f64 / 1e6;
    let (empty, (opened, read)) = (used[0].1, used[1]);
    title("memory: a 10 MB document, opened and read on; proportional set size");
    say("nothing open", format!("{:.1} MB", mb(empty)));
    say("opened", format!("{:.1} MB", mb(opened)));
    say(
        &format!("{N_PAGES} pages on"),
        format!("{:.1} MB", mb(read)),
    );
    goal("(read - empty) / 60 MB", (mb(read) - mb(empty)) / 60.0, 1.0);
    Ok(())
}

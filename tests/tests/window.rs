//! The built program in a real window: a person's first minutes with it, and the worst end.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use postil_model::Library;
use postil_store::{Event, Lock};
use postil_tests::window::{App, Display, keysym, n_colours, n_differing};

const PATIENCE: Duration = Duration::from_secs(30);
const QUIET: Duration = Duration::from_millis(400);

/// The binary that the same build made, beside this test's own folder.
fn binary() -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let profile = test
        .parent()
        .and_then(Path::parent)
        .context("the build folder")?;
    let binary = profile.join("postil");
    ensure!(
        binary.exists(),
        "build it first, as cargo test --workspace does: {}",
        binary.display()
    );
    Ok(binary)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    File::create(path)?.write_all(text.as_bytes())
}

/// What the database holds, read as the next start would.
fn stored(data_dir: &Path) -> anyhow::Result<Library> {
    let lock = Lock::acquire(data_dir).map_err(|error| anyhow::anyhow!("{error}"))?;
    let (_store, events) = postil_store::start(lock, std::sync::Arc::new(|| {}))?;
    match events.recv_timeout(PATIENCE)? {
        Event::Opened { library, .. } => Ok(library),
        event => anyhow::bail!("not opened: {event:?}"),
    }
}

#[test]
fn a_dropped_folder_is_read_followed_and_annotated_and_a_kill_loses_nothing() -> anyhow::Result<()>
{
    let Some(display) = Display::start(1_200, 800)? else {
        return Ok(());
    };
    let dir = tempfile::tempdir()?;
    let (data, garden) = (dir.path().join("data"), dir.path().join("garden plan"));
    fs::create_dir(&garden)?;
    write(
        &garden.join("01-dig.md"),
        "# Dig\n\nTwo beds by the wall.\n",
    )?;

    let args = [
        "--data-dir",
        &data.to_string_lossy(),
        "--size",
        "1200x800",
        "--theme",
        "light",
    ]
    .map(str::to_owned);
    let args: Vec<&dyn AsRef<std::ffi::OsStr>> = args.iter().map(|arg| arg as _).collect();
    let mut app = App::launch(&display, &binary()?, &args, &[])?;
    let mut screen = app.screen()?;
    screen.wait_for(PATIENCE, "the first window", |now| n_colours(now) > 50)?;
    let empty = screen.wait_until_still(PATIENCE, QUIET)?;

    app.drag_files(&[&garden], (600, 400), || {
        let hovered = |now: &_| n_differing(&empty, now) > 10_000;
        screen
            .wait_for(PATIENCE, "what a drop would do", hovered)
            .map(drop)
    })?;
    screen.wait_for(PATIENCE, "the plan", |now| {
        n_differing(&empty, now) > 10_000
    })?;
    let plan = screen.wait_until_still(PATIENCE, QUIET)?;

    write(
        &garden.join("01-dig.md"),
        "# Dig deeper\n\nThree beds by the wall, and a path between them.\n",
    )?;
    screen.wait_for(PATIENCE, "the change on disk", |now| {
        n_differing(&plan, now) > 200
    })?;

    app.input().click(150, 720)?;
    app.input().type_text("Ask Marguerite")?;
    app.input().key(keysym::TAB, &[])?;
    // The acknowledgement is the word on the screen; the record is what counts.
    screen.wait_until_still(PATIENCE, Duration::from_secs(1))?;
    app.kill_9()?;

    let library = stored(&data)?;
    let plan = library.plans().next().context("a registered plan")?;
    ensure!(plan.name == "garden plan", "{}", plan.name);
    let note = library.note(plan.id).map(|note| note.text.as_str());
    ensure!(note == Some("Ask Marguerite"), "{note:?}");
    let document = library.documents(plan.id).next().context("a document")?;
    ensure!(document.path == "01-dig.md");
    let on_disk = fs::read_to_string(garden.join("01-dig.md"))?;
    ensure!(
        on_disk.starts_with("# Dig deeper"),
        "the file is as the other program left it"
    );

    let again = App::launch(&display, &binary()?, &args, &[])?;
    let mut screen = again.screen()?;
    screen.wait_for(PATIENCE, "the plan after the restart", |now| {
        n_colours(now) > 50
    })?;
    Ok(())
}

//! The built program in a real window: a person's first minutes with it, and the worst end.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use postil_tests::disk::{stored, write};
use postil_tests::window::{
    App, Display, built_binary, keysym, n_colours, n_differing, save_png, shots_dir,
};

const PATIENCE: Duration = Duration::from_secs(30);
const QUIET: Duration = Duration::from_millis(400);

fn launch(display: &Display, data: &Path, theme: &str) -> anyhow::Result<App> {
    let data = data.to_string_lossy();
    let args = ["--data-dir", &data, "--size", "1200x800", "--theme", theme].map(str::to_owned);
    let args: Vec<&dyn AsRef<std::ffi::OsStr>> = args.iter().map(|arg| arg as _).collect();
    App::launch(display, &built_binary()?, &args, &[])
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

    let mut app = launch(&display, &data, "light")?;
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
    let noted = screen.wait_until_still(PATIENCE, Duration::from_secs(1))?;
    save_png(&noted, &shots_dir(), "noted-before-the-kill")?;
    app.kill_9()?;

    let library = stored(&data)?;
    let plan = library.plans().next().context("a registered plan")?;
    ensure!(plan.name == "garden plan", "{}", plan.name);
    let note = library.note(plan.id).map(|note| note.text.as_str());
    ensure!(note == Some("Ask Marguerite"), "{note:?}");
    // What was typed right behind the click went to the note, and to nothing else.
    ensure!(library.annotations(plan.id).count() == 0);
    let document = library.documents(plan.id).next().context("a document")?;
    ensure!(document.path == "01-dig.md");
    let on_disk = fs::read_to_string(garden.join("01-dig.md"))?;
    ensure!(
        on_disk.starts_with("# Dig deeper"),
        "the file is as the other program left it"
    );

    let again = launch(&display, &data, "light")?;
    let mut screen = again.screen()?;
    screen.wait_for(PATIENCE, "the plan after the restart", |now| {
        n_colours(now) > 50
    })?;
    Ok(())
}

#[test]
fn several_folders_and_a_file_are_dropped_and_a_second_launch_leaves_the_first_alone()
-> anyhow::Result<()> {
    let Some(display) = Display::start(1_200, 800)? else {
        return Ok(());
    };
    let dir = tempfile::tempdir()?;
    let data = dir.path().join("data");
    let folder = |name: &str| -> anyhow::Result<PathBuf> {
        let folder = dir.path().join(name);
        fs::create_dir(&folder)?;
        Ok(folder)
    };
    let (north, south, empty) = (folder("north")?, folder("south")?, folder("empty")?);
    let (east, second) = (folder("east")?, "# The second\n\nOpened by its file.\n");
    write(&north.join("plan.md"), "# North\n\nA wall.\n")?;
    write(&south.join("plan.md"), "# South\n\nA pond.\n")?;
    write(&east.join("a.md"), "# The first\n")?;
    write(&east.join("b.md"), second)?;

    let mut app = launch(&display, &data, "dark")?;
    let mut screen = app.screen()?;
    screen.wait_for(PATIENCE, "the first window", |now| n_colours(now) > 50)?;
    let mut drop = |paths: &[&Path], name: &str| -> anyhow::Result<()> {
        let before = screen.wait_until_still(PATIENCE, QUIET)?;
        let hovered = |now: &_| n_differing(&before, now) > 10_000;
        app.drag_files(paths, (600, 400), || {
            let over = screen.wait_for(PATIENCE, "what a drop would do", hovered)?;
            save_png(&over, &shots_dir(), &format!("{name}-hover"))?;
            Ok(())
        })?;
        let after = screen.wait_until_still(PATIENCE, QUIET)?;
        save_png(&after, &shots_dir(), name)?;
        ensure!(n_differing(&before, &after) > 1_000, "{name} shows");
        Ok(())
    };
    drop(&[&north, &south], "drop-two-folders")?;
    drop(&[&east.join("b.md")], "drop-a-file")?;
    drop(&[&empty], "drop-an-empty-folder")?;

    let first = screen.wait_until_still(PATIENCE, QUIET)?;
    let second_launch = std::process::Command::new(built_binary()?)
        .arg("--data-dir")
        .arg(&data)
        .env("DISPLAY", display.name())
        .output()?;
    let said = String::from_utf8_lossy(&second_launch.stderr);
    ensure!(!second_launch.status.success(), "{said}");
    ensure!(said.contains(&app.pid().to_string()), "{said}");
    let still = screen.wait_until_still(PATIENCE, QUIET)?;
    ensure!(
        n_differing(&first, &still) < 50,
        "the first window is untouched"
    );

    app.close_window()?;
    let status = app.wait_exit(PATIENCE)?;
    ensure!(status.success(), "{status}");
    let library = stored(&data)?;
    let mut names: Vec<&str> = library.plans().map(|plan| plan.name.as_str()).collect();
    names.sort_unstable();
    // The empty folder was offered, not taken.
    ensure!(names == ["east", "north", "south"], "{names:?}");
    let opened = library
        .plans()
        .find(|plan| plan.name == "east")
        .context("the plan of the file that was dropped")?;
    let documents = library.documents(opened.id).count();
    ensure!(documents == 2, "all of its folder: {documents}");
    ensure!(fs::read_to_string(east.join("b.md"))? == second);
    Ok(())
}

//! Tasks ticked on the page: one byte of the file, and the way back.

use std::fs;

use anyhow::ensure;
use egui::Key;
use egui::accesskit::Role;
use postil_tests::disk;
use postil_tests::gui::{COMMAND, Session};

use crate::desk::{Desk, GARDEN};

const TASKS: &str = "\u{feff}# Tasks\r\n\r\n- [ ] Dig\r\n- [x] Sow\r\n\r\n  1. [ ] Peas  \r\n";

fn boxes(session: &Session) -> Vec<bool> {
    let looks = session.looks();
    let boxes = looks.iter().filter(|look| look.role == Role::CheckBox);
    boxes.map(|look| look.is_toggled).collect()
}

#[test]
fn a_task_is_ticked_in_its_file_and_unticked_by_undo_also_tomorrow() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let file = garden.join("00-tasks.md");
    disk::write(&file, TASKS)?;
    let mut session = desk.open(&garden, "00-tasks.md")?;
    ensure!(boxes(&session) == [false, true, false]);

    session.click(Role::CheckBox, "Sow")?;
    session.wait_for("it to be open", |session| {
        boxes(session) == [false, false, false]
    })?;
    session.wait_until_saved()?;
    ensure!(fs::read_to_string(&file)? == TASKS.replace("[x]", "[ ]"));
    drop(session);

    let mut session = desk.start()?;
    session.wait_for("the text", |session| boxes(session).len() == 3)?;
    session.press_with(COMMAND, Key::Z);
    session.wait_for("it to be done", |session| {
        boxes(session) == [false, true, false]
    })?;
    session.wait_for_label("Undone: Untick “Sow”")?;
    ensure!(fs::read_to_string(&file)? == TASKS);
    Ok(())
}

#[test]
fn a_task_in_a_file_that_may_not_be_written_stays_as_it_is_and_is_told() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let file = garden.join("00-tasks.md");
    disk::write(&file, TASKS)?;
    fs::hard_link(&file, desk.path("twin.md"))?;
    let mut session = desk.open(&garden, "00-tasks.md")?;
    session.click(Role::CheckBox, "Sow")?;
    session.wait_for("what is in the way", |session| {
        session.shows_words("hard links")
    })?;
    ensure!(boxes(&session) == [false, true, false]);
    ensure!(fs::read_to_string(&file)? == TASKS);
    Ok(())
}

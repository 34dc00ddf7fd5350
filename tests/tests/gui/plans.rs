//! The list of plans, a plan as a whole, and the promise that its files are only read.

use anyhow::{Context as _, ensure};
use egui::Key;
use egui::accesskit::Role;
use postil_model::PlanStatus;
use postil_tests::disk;
use postil_tests::gui::{COMMAND, Session};

use crate::desk::{Desk, GARDEN};

#[test]
fn the_list_of_plans_is_filtered_by_typing_and_switches() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let attic = desk.folder("attic", &[("boxes.md", "# Boxes\n\nNine of them.\n")])?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    session.drop_files(&[&attic]);
    session.wait_for_label("Nine of them.")?;

    session.press_with(COMMAND, Key::P);
    session.wait_for_label("Open plan garden")?;
    let is_open = |session: &Session, label: &str| {
        session
            .the(Role::Button, label)
            .is_some_and(|row| row.is_toggled)
    };
    ensure!(is_open(&session, "Open plan attic") && !is_open(&session, "Open plan garden"));
    // The field has the focus from the start.
    session.type_text("GARD");
    session.wait_for("one plan", |session| !session.shows("Open plan attic"))?;
    session.press(Key::Enter);
    session.wait_for_label("Two beds by the wall.")?;

    session.click_button("All plans")?;
    session.wait_for_label("Find a plan")?;
    session.type_text("nothing of this name");
    session.wait_for_label("No plan matches these words")?;
    session.press(Key::Escape);
    session.wait_for_label("Document 01-dig.md")?;
    session.click_button("All plans")?;
    session.click_button("Open plan attic")?;
    session.wait_for_label("Nine of them.")?;
    drop(session);

    let mut session = desk.start()?;
    session.wait_for_label("Nine of them.")
}

#[test]
fn a_plan_has_a_name_a_description_and_a_status_of_its_own() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    session.click(Role::Label, "garden")?;
    session.wait_for_label("Name of the plan")?;
    session.enter("The walled garden");
    session.wait_for_label("The walled garden")?;

    session.click(Role::Label, "Add a description…")?;
    session.wait_for_label("Description of the plan")?;
    session.type_text("Behind the old school");
    session.press_with(COMMAND, Key::Enter);
    session.wait_for_label("Behind the old school")?;

    session.click_button("Plan menu")?;
    session.click(Role::RadioButton, "Completed")?;
    session.wait_for_label("Completed")?;
    session.wait_until_saved()?;
    drop(session);

    let library = disk::stored(&desk.data())?;
    let plan = library.plans().next().context("a plan")?;
    ensure!(plan.name == "The walled garden" && plan.description == "Behind the old school");
    ensure!(plan.status == PlanStatus::Completed);
    ensure!(garden.is_dir(), "its folder is named as before");
    Ok(())
}

#[test]
fn a_plan_taken_off_the_list_comes_back_with_its_notes() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    session.click(Role::MultilineTextInput, "Notes")?;
    session.type_text("Kept");
    session.click_button("Plan menu")?;
    session.click_button("Take off the list")?;
    session.wait_for_label("Try the sample plan…")?;
    session.click_button("Undo")?;
    session.wait_for_label("Two beds by the wall.")?;

    session.click_button("Plan menu")?;
    session.click_button("Take off the list")?;
    session.wait_for_label("Try the sample plan…")?;
    session.wait_until_saved()?;
    drop(session);

    // The same folder again is the same plan.
    let mut session = desk.open(&garden, "01-dig.md")?;
    session.wait_for("the notes", |session| {
        let notes = session.the(Role::MultilineTextInput, "Notes");
        notes.is_some_and(|notes| notes.value.as_deref() == Some("Kept"))
    })
}

#[test]
fn plan_files_are_only_read() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    disk::write(
        &garden.join("odd/windows.md"),
        b"\xEF\xBB\xBF# Odd\r\n\r\n- [ ] task \t\r\n\r\nNo end",
    )?;
    disk::write(&garden.join("picture.svg"), "<svg/>")?;
    let before = disk::facts(&garden)?;

    let mut session = desk.open(&garden, "01-dig.md")?;
    session.click(Role::TextInput, "Add a phase…")?;
    session.enter("Ground");
    session.click(Role::TextInput, "Add a milestone…")?;
    session.enter("Turn the soil");
    session.click(Role::CheckBox, "Turn the soil")?;
    session.click(Role::MultilineTextInput, "Notes")?;
    session.type_text("Never in the plan's files");
    session.click(Role::Label, "garden")?;
    session.enter("Another name");
    session.click_button("Document odd/windows.md")?;
    session.wait_for("the document", |session| session.shows("No end"))?;
    session.press_with(COMMAND, Key::R);
    session.click_button("Plan menu")?;
    session.click_button("Take off the list")?;
    session.click_button("Undo")?;
    session.wait_for_label("Another name")?;
    session.wait_until_saved()?;
    drop(session);
    drop(desk.start()?);

    ensure!(
        disk::facts(&garden)? == before,
        "bytes, times and rights are as they were"
    );
    Ok(())
}

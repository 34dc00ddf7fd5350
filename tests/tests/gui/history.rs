//! Back through what was done, out of the trash, and back to a backup.

use anyhow::{Context as _, ensure};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use postil_tests::disk;
use postil_tests::gui::{COMMAND, Session};

use crate::desk::{Desk, GARDEN};

const REDO: Modifiers = COMMAND.plus(Modifiers::SHIFT);

fn add_phase(session: &mut Session, name: &str) -> anyhow::Result<()> {
    session.click(Role::TextInput, "Add a phase…")?;
    session.enter(name);
    session.press(Key::Escape);
    session.wait_for_label(&format!("Menu of the phase {name}"))
}

#[test]
fn what_was_done_is_taken_back_and_done_again_also_after_a_restart() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    add_phase(&mut session, "Ground")?;
    session.click(Role::MultilineTextInput, "Notes")?;
    session.type_text("Ask Marguerite");
    session.wait_until_saved()?;
    drop(session);

    let mut session = desk.start()?;
    session.wait_for_label("Menu of the phase Ground")?;
    session.press_with(COMMAND, Key::Z);
    session.wait_for("no notes", |session| !session.shows_words("Ask Marguerite"))?;
    session.press_with(COMMAND, Key::Z);
    session.wait_for("no phase", |session| {
        !session.shows("Menu of the phase Ground")
    })?;
    session.wait_until_saved()?;
    drop(session);
    let library = disk::stored(&desk.data())?;
    let plan = library.plans().next().context("a plan")?.id;
    ensure!(library.phases(plan).is_empty() && library.removed().len() == 1);

    let mut session = desk.start()?;
    session.wait_for_label("Document 01-dig.md")?;
    session.press_with(REDO, Key::Z);
    session.wait_for_label("Menu of the phase Ground")?;
    session.click_button("History and trash")?;
    // Done again up to here; what is now is named too.
    session.click_button("Write notes of “garden”")?;
    session.wait_until_saved()?;
    drop(session);
    let library = disk::stored(&desk.data())?;
    let note = library.note(plan).map(|note| note.text.as_str());
    ensure!(note == Some("Ask Marguerite"), "{note:?}");
    ensure!(library.phases(plan).len() == 1);
    Ok(())
}

#[test]
fn what_was_removed_is_found_in_the_trash_by_its_words() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    for name in ["Ground", "Seeds"] {
        add_phase(&mut session, name)?;
        session.click_button(&format!("Menu of the phase {name}"))?;
        session.click_button("Remove")?;
    }
    session.press_with(COMMAND, Key::H);
    session.click_button("Trash (2)")?;
    session.wait_for_label("Restore Ground")?;
    session.click(Role::TextInput, "Find in the trash")?;
    session.type_text("seed");
    session.wait_for("the other only", |session| !session.shows("Restore Ground"))?;
    session.click_button("Restore Seeds")?;
    session.click_button("Close")?;
    session.wait_for_label("Menu of the phase Seeds")?;
    ensure!(!session.shows("Menu of the phase Ground"));
    Ok(())
}

#[test]
fn a_backup_is_made_and_brought_back_in_the_window() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    add_phase(&mut session, "Ground")?;
    session.wait_until_saved()?;
    session.press_with(COMMAND, Key::H);
    session.click_button("Backups")?;
    session.click_button("Back up now")?;
    session.wait_for("the backup", |session| !session.state().backups.is_empty())?;
    session.click_button("Close")?;
    add_phase(&mut session, "Seeds")?;
    session.wait_until_saved()?;

    session.press_with(COMMAND, Key::H);
    session.click_button("Restore the backup of just now")?;
    session.click_button("Restore")?;
    session.wait_for("the state of the backup", |session| {
        session.shows("Menu of the phase Ground") && !session.shows("Menu of the phase Seeds")
    })?;
    // The session goes on with it.
    add_phase(&mut session, "Harvest")?;
    session.wait_until_saved()?;
    drop(session);
    let library = disk::stored(&desk.data())?;
    let plan = library.plans().next().context("a plan")?.id;
    let names = library
        .phases(plan)
        .into_iter()
        .map(|phase| phase.name.as_str());
    ensure!(names.collect::<Vec<_>>() == ["Ground", "Harvest"]);
    Ok(())
}

#[test]
fn another_library_has_notes_of_its_own() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    session.press_with(COMMAND, Key::H);
    session.click_button("Libraries")?;
    session.click(Role::TextInput, "New library")?;
    session.enter("private");
    session.wait_for_label("Try the sample plan…")?;
    session.drop_files(&[&garden]);
    session.wait_for_label("Document 01-dig.md")?;
    add_phase(&mut session, "Secret")?;
    session.wait_until_saved()?;
    session.press_with(COMMAND, Key::H);
    session.click_button("Libraries")?;
    session.click_button("Open library The first library")?;
    session.wait_for("the first library", |session| {
        session.shows("Document 01-dig.md") && !session.shows("Menu of the phase Secret")
    })?;
    drop(session);
    let private = disk::stored(&desk.data().join("profiles/private"))?;
    let plan = private.plans().next().context("a plan")?.id;
    ensure!(private.phases(plan).len() == 1);
    Ok(())
}

#[test]
fn a_window_with_words_that_cannot_be_written_asks_before_it_closes() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    let (database, away) = (desk.data().join("postil.redb"), desk.path("away"));
    std::fs::rename(&database, &away)?;
    session.click(Role::MultilineTextInput, "Notes")?;
    session.type_text("Ask Marguerite");
    session.wait_for_label("Waiting to be saved")?;
    session.ask_to_close();
    let stays = session
        .window_commands()
        .contains(&egui::ViewportCommand::CancelClose);
    ensure!(stays, "{:?}", session.window_commands());
    session.wait_for_label("Quit without them")?;

    std::fs::rename(&away, &database)?;
    session.wait_for("the end, once it is written", |session| {
        session
            .window_commands()
            .contains(&egui::ViewportCommand::Close)
    })?;
    drop(session);
    let library = disk::stored(&desk.data())?;
    let plan = library.plans().next().context("a plan")?.id;
    let note = library.note(plan).map(|note| note.text.as_str());
    ensure!(note == Some("Ask Marguerite"), "{note:?}");
    Ok(())
}

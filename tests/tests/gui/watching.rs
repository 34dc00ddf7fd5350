//! What the window says of folders that go, come back or hold something else, and the sheet behind
//! it.

use anyhow::{Context as _, ensure};
use egui::accesskit::Role;
use postil_tests::disk;

use crate::desk::{Desk, GARDEN};

#[test]
fn notes_are_typed_while_the_folder_is_gone_and_another_one_in_its_place_is_asked_about()
-> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    std::fs::remove_dir_all(&garden)?;
    session.wait_for_label("Folder missing")?;
    session.click(Role::MultilineTextInput, "Notes")?;
    session.type_text("Where has it gone?");
    session.wait_until_saved()?;
    ensure!(session.shows("Document 01-dig.md"), "nothing is forgotten");

    disk::write(&garden.join("other.md"), "# Something else\n")?;
    session.wait_for_label("Yes, show it")?;
    ensure!(session.shows("Folder missing"));
    session.click_button("Yes, show it")?;
    session.wait_for_label("Document other.md")?;
    session.wait_for_label("Document 01-dig.md, missing")?;
    ensure!(!session.shows("Folder missing"));
    session.wait_until_saved()?;
    drop(session);
    let library = disk::stored(&desk.data())?;
    let plan = library.plans().next().map(|plan| plan.id);
    let plan = plan.context("the plan")?;
    ensure!(library.documents(plan).count() == 3);
    let note = library.note(plan).context("the note")?;
    ensure!(note.text == "Where has it gone?");
    Ok(())
}

#[test]
fn the_sheet_tells_how_folders_are_watched_and_starts_it_anew() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    session.click(Role::Label, "Changed just now")?;
    session.wait_for_label("How the folders are watched")?;
    session.wait_for("counts", |session| {
        session.shows_words("2 documents, 1 folder watched")
    })?;
    ensure!(session.shows("Watched"));
    session.click_button("Restart watcher")?;
    disk::write(&garden.join("03-new.md"), "# New\n")?;
    session.wait_for_label("Document 03-new.md")?;
    session.click_button("Close")?;
    session.wait_until_idle()?;
    ensure!(!session.shows("How the folders are watched"));
    Ok(())
}

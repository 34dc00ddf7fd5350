//! Every way in which a folder comes to be a plan, and what is said where it cannot.

use anyhow::ensure;
use egui::accesskit::Role;
use postil_tests::disk;

use crate::desk::{Desk, GARDEN};

#[test]
fn an_empty_start_says_what_postil_is_and_how_to_begin() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let mut session = desk.start()?;
    session.wait_for_label("Postil")?;
    let lines: Vec<_> = session
        .looks()
        .into_iter()
        .filter(|look| look.role == Role::Label && look.name != "Postil")
        .collect();
    ensure!(lines.len() == 3, "{lines:?}");
    for button in ["Open folder…", "Try the sample plan…"] {
        ensure!(session.the(Role::Button, button).is_some(), "{button}");
    }
    session.wait_until_idle()
}

#[test]
fn a_dropped_folder_shows_its_overview_and_its_first_document() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    for shown in [
        "garden",
        "Active",
        "Document 02-sow.md",
        "Dig",
        "Two beds by the wall.",
    ] {
        session.wait_for_label(shown)?;
    }
    ensure!(session.shows_words("1 of 2"));
    drop(session);

    let library = disk::stored(&desk.data())?;
    let folders: Vec<_> = library.plans().map(|plan| plan.folder.clone()).collect();
    ensure!(
        folders == [garden.canonicalize()?.to_string_lossy()],
        "{folders:?}"
    );
    Ok(())
}

#[test]
fn several_folders_dropped_at_once_are_all_registered_and_the_first_opens() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let attic = desk.folder("attic", &[("boxes.md", "# Boxes\n")])?;
    let cellar = desk.folder("cellar", &[("jars.md", "# Jars\n")])?;
    let mut session = desk.start()?;

    session.hover_files(&[&garden, &attic, &cellar]);
    session.wait_for_label("Drop to register 3 folders as plans")?;
    session.drop_files(&[&garden, &attic, &cellar]);
    session.wait_for_label("Two beds by the wall.")?;
    ensure!(!session.shows_words("Drop to register"));

    session.click_button("All plans")?;
    for name in ["garden", "attic", "cellar"] {
        session.wait_for_label(&format!("Open plan {name}"))?;
    }
    Ok(())
}

#[test]
fn a_dropped_document_opens_in_its_folder() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.start()?;
    session.drop_files(&[&garden.join("02-sow.md")]);
    session.wait_for_label("Peas before April.")?;
    ensure!(session.shows("Document 01-dig.md") && session.shows_words("2 of 2"));
    Ok(())
}

#[test]
fn a_pasted_path_opens_unless_it_is_pasted_into_a_text() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let attic = desk.folder("attic", &[("boxes.md", "# Boxes\n")])?;
    let mut session = desk.start()?;
    session.paste("not a path at all");
    session.paste(&garden.to_string_lossy());
    session.wait_for_label("Two beds by the wall.")?;

    let text = attic.to_string_lossy().into_owned();
    session.click(Role::MultilineTextInput, "Notes")?;
    session.paste(&text);
    session.wait_until_saved()?;
    let notes = session.the(Role::MultilineTextInput, "Notes");
    ensure!(
        notes
            .as_ref()
            .is_some_and(|notes| notes.value.as_deref() == Some(&text)),
        "{notes:?}"
    );
    session.wait_until_idle()?;
    ensure!(session.state().library.plans().count() == 1);
    Ok(())
}

#[test]
fn a_folder_without_plan_files_says_so_and_can_be_watched_all_the_same() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let later = desk.folder("later", &[("picture.txt", "no plan")])?;
    let mut session = desk.start()?;
    session.drop_files(&[&later]);
    session.wait_for("what is missing", |session| {
        session.shows_words("There are no plan files")
    })?;
    ensure!(session.state().library.plans().count() == 0);

    session.click_button("Watch it all the same")?;
    session.wait_for("an empty plan", |session| {
        session.shows_words("No Markdown files here yet")
    })?;
    disk::write(&later.join("first.md"), "# First\n\nAt last.\n")?;
    session.wait_for_label("At last.")
}

#[test]
fn what_cannot_be_a_plan_is_refused_with_a_reason() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let mut session = desk.start()?;
    let nowhere = desk.path("nowhere");
    let picture = desk.path("picture.png");
    disk::write(&picture, "not a plan")?;
    for (path, reason) in [
        (desk.data(), "Postil's own database"),
        (nowhere, "nothing at this path"),
        (picture, "is not Markdown"),
    ] {
        session.drop_files(&[&path]);
        session.wait_for(reason, |session| session.shows_words(reason))?;
        session.click_button("Dismiss")?;
        session.wait_for("it to be gone", |session| !session.shows_words(reason))?;
    }
    ensure!(session.state().library.plans().count() == 0);
    session.wait_until_idle()
}

#[test]
fn a_folder_that_goes_is_marked_keeps_its_text_and_comes_back() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let away = desk.path("away");
    let mut session = desk.open(&garden, "01-dig.md")?;

    std::fs::rename(&garden, &away)?;
    session.wait_for_label("Folder missing")?;
    ensure!(session.shows("Two beds by the wall."), "the text stays");
    disk::write(&away.join("01-dig.md"), "# Dig\n\nThree beds by now.\n")?;
    std::fs::rename(&away, &garden)?;
    session.wait_for_label("Three beds by now.")?;
    ensure!(!session.shows("Folder missing"));
    drop(session);

    std::fs::rename(&garden, &away)?;
    let mut session = desk.start()?;
    session.wait_for_label("Folder missing")?;
    std::fs::rename(&away, &garden)?;
    session.wait_for_label("Three beds by now.")?;
    disk::write(
        &garden.join("01-dig.md"),
        "# Dig\n\nFour beds in the end.\n",
    )?;
    session.wait_for_label("Four beds in the end.")
}

//! The window itself: theme, split, help.

use anyhow::{Context as _, ensure};
use egui::accesskit::Role;
use egui::{Key, Rect, pos2};
use postil_model::ThemeChoice;
use postil_tests::disk;
use postil_tests::gui::Session;

use crate::desk::{Desk, GARDEN};

#[test]
fn the_theme_is_switched_and_kept() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    session.click_button("Theme: as the desktop")?;
    session.wait_for_label("Theme: light")?;
    ensure!(!session.is_dark());
    session.click_button("Theme: light")?;
    session.wait_for_label("Theme: dark")?;
    ensure!(session.is_dark());
    session.wait_until_saved()?;
    drop(session);

    ensure!(disk::stored(&desk.data())?.settings().theme == ThemeChoice::Dark);
    let mut session = desk.start()?;
    session.wait_for_label("Theme: dark")?;
    ensure!(session.is_dark());
    Ok(())
}

/// The line between overview and reader.
fn line(session: &Session) -> anyhow::Result<Rect> {
    let mut lines = session.places("Resize panel");
    lines.retain(|line| line.height() > line.width());
    lines
        .first()
        .copied()
        .context("no line between overview and reader")
}

#[test]
fn the_split_is_dragged_and_kept() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    let before = line(&session)?.center();
    session.drag(before, pos2(before.x + 120.0, before.y));
    session.wait_until_idle()?;
    let after = line(&session)?.center();
    ensure!(
        (after.x - before.x - 120.0).abs() < 3.0,
        "{before:?} {after:?}"
    );
    drop(session);

    let mut session = desk.open(&garden, "01-dig.md")?;
    session.wait_until_idle()?;
    let again = line(&session)?.center();
    ensure!((again.x - after.x).abs() < 2.0, "{after:?} {again:?}");
    Ok(())
}

#[test]
fn the_keys_are_told_on_a_sheet() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let mut session = desk.start()?;
    session.press(Key::F1);
    session.wait_for_label("Next document")?;
    for entry in postil::action::TABLE {
        ensure!(session.shows(entry.label), "{}", entry.label);
    }
    session.press(Key::Escape);
    session.wait_for("the sheet to go", |session| !session.shows("Next document"))?;

    session.press(Key::F1);
    session.click(Role::Button, "Close")?;
    session.wait_for("the sheet to go", |session| !session.shows("Next document"))?;
    session.wait_until_idle()
}

#[test]
fn documents_are_reached_and_opened_by_the_keys_alone() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    let has_focus = |session: &Session| {
        session
            .the(Role::Button, "Document 02-sow.md")
            .is_some_and(|row| row.is_focused)
    };
    for _ in 0..60 {
        if !has_focus(&session) {
            session.press(Key::Tab);
        }
    }
    ensure!(has_focus(&session), "{:?}", session.names());
    session.press(Key::Space);
    session.wait_for_label("Peas before April.")
}

/// Every wait looks for what has no name; this goes to what no other test waits on.
#[test]
fn menus_and_questions_have_names_for_everything() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    session.click(Role::TextInput, "Add a phase…")?;
    session.enter("Ground");
    session.click(Role::TextInput, "Add a milestone…")?;
    session.enter("Turn the soil");
    for (menu, entry) in [
        ("Plan menu", "Copy the folder's path"),
        ("Menu of the phase Ground", "Move down"),
        ("Menu of the milestone Turn the soil", "Move up"),
    ] {
        session.click_button(menu)?;
        session.wait_for_label(entry)?;
        session.press(Key::Escape);
        session.wait_for("the menu to close", |session| !session.shows(entry))?;
    }
    session.click(Role::Label, "Status of Ground: Pending")?;
    session.click(Role::Label, "Status of Ground: In progress")?;
    session.wait_for_label("Complete the phase")?;
    session.press(Key::Escape);
    session.wait_for("the question to go", |session| {
        !session.shows("Complete the phase")
    })
}

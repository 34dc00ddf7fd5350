//! The reader, its neighbours, and how both follow the disk.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use egui::accesskit::Role;
use egui::{Key, Rect};
use postil_model::DocumentId;
use postil_tests::disk;
use postil_tests::gui::{COMMAND, Session, Setup};

use crate::desk::{Desk, GARDEN};

#[test]
fn documents_are_turned_by_button_by_key_and_by_click() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    disk::write(&garden.join("03-reap.md"), "# Reap\n\nNot before July.\n")?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    let is_enabled = |session: &Session, label: &str| {
        session
            .the(Role::Button, label)
            .is_some_and(|button| button.is_enabled)
    };
    ensure!(
        !is_enabled(&session, "Previous document"),
        "it is the first"
    );

    session.click_button("Next document")?;
    session.wait_for_label("Peas before April.")?;
    session.press_with(COMMAND, Key::PageDown);
    session.wait_for_label("Not before July.")?;
    session.wait_for("the end", |session| !is_enabled(session, "Next document"))?;
    session.press_with(COMMAND, Key::PageDown);
    session.press_with(COMMAND, Key::PageUp);
    session.wait_for_label("Peas before April.")?;
    session.click_button("Previous document")?;
    session.wait_for_label("Two beds by the wall.")?;
    session.click_button("Document 03-reap.md")?;
    session.wait_for_label("Not before July.")?;
    let row = session.the(Role::Button, "Document 03-reap.md");
    ensure!(row.as_ref().is_some_and(|row| row.is_toggled), "{row:?}");
    drop(session);

    let mut session = desk.start()?;
    session.wait_for_label("Not before July.")
}

#[test]
fn links_lead_to_documents_of_the_plan_and_nowhere_else() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let links = "Then [sow](02-sow.md#sow).\n\n[Leave](../secret.md)\n\n[Run](javascript:x)\n";
    disk::write(&garden.join("00-way.md"), links)?;
    disk::write(&desk.path("secret.md"), "# Secret\n")?;
    let mut session = desk.open(&garden, "00-way.md")?;
    for (link, words) in [
        ("Leave", "leads out of the plan's folder"),
        ("Run", "are not opened"),
    ] {
        session.click(Role::Link, link)?;
        session.wait_for(words, |session| session.shows_words(words))?;
    }
    session.click(Role::Link, "sow")?;
    session.wait_for_label("Peas before April.")
}

/// For texts with emoji and other signs that Postil's own fonts lack.
const FOREIGN: Setup = Setup {
    size_pt: [1_180.0, 780.0],
    theme: None,
    allows_foreign_glyphs: true,
};

/// A document that is many screens long.
fn long(n_before: usize, end: &str) -> String {
    let mut text = "# Log\n\n".to_owned();
    for i in 0..n_before {
        // Writing to a string cannot fail.
        let _ = write!(text, "Entry {i} was put in front, and takes room.\n\n");
    }
    for i in 0..200 {
        let _ = write!(text, "Day {i} in the garden.\n\n");
    }
    text + end
}

/// The first day that is wholly on the page, and where.
fn first_day(session: &Session) -> anyhow::Result<(String, Rect)> {
    let looks = session.looks();
    let day = looks
        .into_iter()
        .find(|look| look.name.starts_with("Day ") && look.rect.top() > 60.0);
    day.map(|look| (look.name, look.rect))
        .context("no day on the page")
}

/// What enters from above was never laid out: its height was a guess, and must not be felt.
#[test]
fn scrolling_up_into_unknown_text_moves_the_page_by_what_was_scrolled() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let mut text = "# Log\n\n".to_owned();
    for i in 0..120 {
        let narrow = "iii lil ".repeat(5 + i * 7 % 60);
        let _ = write!(text, "Day {i}\n\n{narrow}\n\n");
    }
    let log = desk.folder("log", &[("log.md", &text)])?;
    let mut session = desk.open(&log, "log.md")?;
    session.press(Key::End);
    session.wait_until_idle()?;
    for _ in 0..30 {
        let (day, before) = first_day(&session)?;
        session.scroll([800.0, 400.0], 43.0);
        session.wait_for("the page to move by as much", |session| {
            let after = session.places(&day);
            after
                .first()
                .is_none_or(|after| (after.top() - before.top() - 43.0).abs() < 2.0)
        })?;
    }
    session.wait_until_idle()?;
    ensure!(
        session
            .state()
            .document
            .as_ref()
            .is_some_and(|open| open.place.block > 20)
    );
    Ok(())
}

#[test]
fn an_edit_on_disk_shows_and_nothing_moves_under_the_eye() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let log = desk.folder("log", &[("log.md", &long(0, "The end.\n"))])?;
    let mut session = desk.open(&log, "log.md")?;
    for _ in 0..3 {
        session.press(Key::PageDown);
    }
    session.wait_until_idle()?;
    let (day, before) = first_day(&session)?;
    ensure!(day != "Day 0 in the garden.", "scrolled down");

    let in_place = long(12, "Another end.\n").replace(&day, &format!("{day} It rained."));
    disk::write(&log.join("log.md"), in_place)?;
    let changed = format!("{day} It rained.");
    session.wait_for_label(&changed)?;
    session.wait_until_idle()?;
    let after = session.places(&changed)[0];
    ensure!(
        (after.top() - before.top()).abs() < 1.0,
        "{before:?} {after:?}"
    );

    session.press(Key::End);
    session.wait_for_label("Another end.")?;
    session.press(Key::Home);
    session.wait_for_label("Entry 0 was put in front, and takes room.")
}

#[test]
fn the_place_in_a_document_is_found_again_after_a_restart() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let log = desk.folder("log", &[("log.md", &long(0, "The end.\n"))])?;
    let mut session = desk.open(&log, "log.md")?;
    session.scroll([800.0, 400.0], -2_500.0);
    session.wait_for("another day", |session| {
        first_day(session).is_ok_and(|(day, _)| day != "Day 0 in the garden.")
    })?;
    session.wait_until_idle()?;
    let number = |day: &str| -> anyhow::Result<i32> {
        let digits = day.split(' ').nth(1).context("a number")?;
        Ok(digits.parse()?)
    };
    let before = number(&first_day(&session)?.0)?;
    drop(session);

    let mut session = desk.start()?;
    session.wait_for("the page", |session| first_day(session).is_ok())?;
    session.wait_until_idle()?;
    let after = number(&first_day(&session)?.0)?;
    ensure!(
        before > 10 && (after - before).abs() <= 1,
        "{before} {after}"
    );
    Ok(())
}

#[test]
fn added_renamed_and_removed_files_follow_in_the_list() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    let id_of = |session: &Session, path: &str| -> Option<DocumentId> {
        let state = session.state();
        let mut documents = state.library.documents(state.open_plan?);
        documents
            .find(|document| document.path == path)
            .map(|document| document.id)
    };

    disk::write(
        &garden.join("beds/03-reap.md"),
        "# Reap\n\nNot before July.\n",
    )?;
    session.wait_for_label("Document beds/03-reap.md")?;

    let id = id_of(&session, "01-dig.md").context("a document")?;
    fs::rename(garden.join("01-dig.md"), garden.join("09-dig.md"))?;
    session.wait_for_label("Document 09-dig.md")?;
    session.wait_for("the old name to go", |session| {
        !session.shows_words("01-dig.md")
    })?;
    ensure!(
        id_of(&session, "09-dig.md") == Some(id),
        "it is the same document"
    );
    ensure!(session.shows("Two beds by the wall."), "and it stays open");

    fs::remove_file(garden.join("09-dig.md"))?;
    session.wait_for_label("Document 09-dig.md, missing")?;
    session.wait_for("word of it", |session| {
        session.shows_words("This file is gone from the folder.")
    })?;
    ensure!(
        session.shows("Two beds by the wall."),
        "its last text stays"
    );

    disk::write(&garden.join("09-dig.md"), "# Dig\n\nTwo beds again.\n")?;
    session.wait_for_label("Two beds again.")?;
    ensure!(session.shows("Document 09-dig.md") && !session.shows_words("gone"));
    ensure!(
        id_of(&session, "09-dig.md") == Some(id),
        "with all that hangs on it"
    );
    Ok(())
}

#[test]
fn bytes_that_are_no_text_are_shown_and_said() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let odd = desk.folder("odd", &[])?;
    disk::write(&odd.join("1.md"), b"# Caf\xE9\n\nStill to be read.\n")?;
    disk::write(&odd.join("2.md"), b"")?;
    let mut session = Session::start_with(&desk.data(), FOREIGN)?;
    session.drop_files(&[&odd]);
    session.wait_for_label("Still to be read.")?;
    ensure!(session.shows_words("Some bytes of this file are no text"));
    ensure!(session.shows("Caf\u{FFFD}"));

    session.click_button("Next document")?;
    session.wait_for_label("This document is empty.")?;
    ensure!(!session.shows_words("Some bytes"));
    Ok(())
}

#[test]
fn the_sample_plan_is_read_from_end_to_end() -> anyhow::Result<()> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/sample-plan");
    let before = disk::facts(&sample)?;
    let desk = Desk::new()?;
    let mut session = Session::start_with(&desk.data(), FOREIGN)?;
    session.drop_files(&[&sample]);
    session.wait_for_label("Document 00-overview.md")?;
    let n_documents = session.state().listing.len();
    for n in 1..=n_documents {
        let place = format!("{n} of {n_documents}");
        session.wait_for(&place, |session| session.shows_words(&place))?;
        session.wait_until_saved()?;
        // To the end page by page, so that every block is drawn.
        let mut last = None;
        while last != session.state().document.as_ref().map(|open| open.place) {
            last = session.state().document.as_ref().map(|open| open.place);
            session.press(Key::PageDown);
            session.wait_until_saved()?;
        }
        session.press_with(COMMAND, Key::PageDown);
    }
    ensure!(n_documents > 5, "{n_documents}");
    let notices = &session.state().notices;
    ensure!(notices.is_empty(), "{notices:?}");
    drop(session);
    ensure!(
        disk::facts(&sample)? == before,
        "the sample plan is as it was"
    );
    Ok(())
}

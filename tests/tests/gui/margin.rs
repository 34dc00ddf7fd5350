//! Notes beside the words that they are on: made, found again in every new text, handed back.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use egui::accesskit::Role;
use egui::{Key, Pos2, pos2};
use postil_model::{Annotation, AnnotationKind, AnnotationState, Placement, Target};
use postil_tests::disk;
use postil_tests::gui::{COMMAND, Session, Setup};

use crate::desk::{Desk, GARDEN};

pub(crate) const WORDS: &str = "Two beds by the wall.";

/// As wide as it takes for notes to stand beside the text.
pub(crate) fn start(desk: &Desk) -> anyhow::Result<Session> {
    let setup = Setup {
        size_pt: [1_500.0, 900.0],
        ..Setup::default()
    };
    Session::start_with(&desk.data(), setup)
}

pub(crate) fn open(desk: &Desk, folder: &Path) -> anyhow::Result<Session> {
    let mut session = start(desk)?;
    session.drop_files(&[folder]);
    session.wait_for_label(WORDS)?;
    session.wait_until_saved()?;
    Ok(session)
}

pub(crate) fn notes(session: &Session) -> Vec<Annotation> {
    let library = &session.state().library;
    let plans = library.plans();
    plans
        .flat_map(|plan| library.annotations(plan.id))
        .cloned()
        .collect()
}

pub(crate) fn note(session: &Session) -> anyhow::Result<Annotation> {
    notes(session).pop().context("there is no note")
}

/// Selects all of a line of the page.
pub(crate) fn select(session: &mut Session, words: &str) -> anyhow::Result<()> {
    session.wait_for_label(words)?;
    let place = session
        .places(words)
        .pop()
        .context("the words are nowhere")?;
    let from: Pos2 = pos2(place.left() + 1.0, place.top() + 8.0);
    session.drag(from, pos2(place.right() - 1.0, place.bottom() - 8.0));
    session.wait_for_label("Comment (C)")
}

/// Types the words of the note that has just been begun.
fn write(session: &mut Session, words: &str) -> anyhow::Result<()> {
    session.wait_for("a field", |session| {
        session
            .the(Role::MultilineTextInput, "Note in the margin")
            .is_some()
    })?;
    session.type_text(words);
    session.wait_for("a draft", |session| {
        note(session).is_ok_and(|note| note.body == words)
    })
}

#[test]
fn a_comment_stands_beside_its_words_the_next_day_and_no_file_changes() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let before = fs::read(garden.join("01-dig.md"))?;
    let mut session = open(&desk, &garden)?;
    select(&mut session, WORDS)?;
    session.click_button("Comment (C)")?;
    write(&mut session, "Which wall?")?;
    ensure!(note(&session)?.state == AnnotationState::Draft);
    session.press_with(COMMAND, Key::Enter);
    session.wait_for("an open note", |session| {
        note(session).is_ok_and(|note| note.state == AnnotationState::Open)
    })?;
    session.wait_until_saved()?;
    drop(session);

    let mut session = start(&desk)?;
    session.wait_for_label("Which wall?")?;
    let note = note(&session)?;
    let quote = note.passage().map(|passage| passage.anchor.quote.as_str());
    ensure!(quote == Some(WORDS), "{quote:?}");
    ensure!(note.kind == AnnotationKind::Comment, "{note:?}");
    let headings = note
        .passage()
        .map(|passage| passage.anchor.headings.clone());
    ensure!(headings == Some(vec!["Dig".to_owned()]), "{headings:?}");
    ensure!(
        fs::read(garden.join("01-dig.md"))? == before,
        "the file changed"
    );
    Ok(())
}

#[test]
fn words_typed_in_the_margin_are_undone_as_one() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = open(&desk, &garden)?;
    select(&mut session, WORDS)?;
    session.press(Key::X);
    session.wait_for("a suggested deletion", |session| {
        note(session).is_ok_and(|note| note.kind == AnnotationKind::Deletion)
    })?;
    session.wait_until_saved()?;
    session.press_with(COMMAND, Key::Z);
    session.wait_for("no note", |session| notes(session).is_empty())?;
    let in_trash = session.state().library.trash();
    ensure!(
        in_trash.len() == 1 && in_trash[0].name == WORDS,
        "{in_trash:?}"
    );
    session.press_with(COMMAND | egui::Modifiers::SHIFT, Key::Z);
    session.wait_for("the note", |session| notes(session).len() == 1)
}

#[test]
fn a_note_follows_its_words_says_when_they_change_and_keeps_them_when_they_go() -> anyhow::Result<()>
{
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let file = garden.join("01-dig.md");
    let mut session = open(&desk, &garden)?;
    select(&mut session, WORDS)?;
    session.press(Key::C);
    write(&mut session, "Which wall?")?;
    session.click_button("Done")?;
    session.wait_for("an open note", |session| {
        note(session).is_ok_and(|note| note.state == AnnotationState::Open)
    })?;
    session.wait_until_saved()?;
    let id = note(&session)?.id;
    let place = |session: &Session| session.state().margin.places.get(&id).cloned();

    disk::write(
        &file,
        format!("# Dig\n\nIn March, not before.\n\n{WORDS}\n"),
    )?;
    session.wait_for_label("In March, not before.")?;
    session.wait_for("the words further down", |session| {
        place(session) == Some(Placement::Exact { range: 30..51 })
    })?;
    session.wait_until_saved()?;
    drop(session);

    // While Postil is not there, too.
    let changed = "Two beds by the old garden wall.";
    disk::write(
        &file,
        format!("# Dig\n\nIn March, not before.\n\n{changed}\n"),
    )?;
    let mut session = start(&desk)?;
    session.wait_for_label("The words have changed")?;
    session.wait_for_label(changed)?;
    session.click_button("Confirm")?;
    session.wait_for("the new words", |session| {
        let note = note(session).ok();
        let passage = note.as_ref().and_then(|note| note.passage());
        passage.is_some_and(|passage| {
            passage.sought().quote == changed && passage.anchor.quote == WORDS
        })
    })?;
    session.wait_for("an exact place", |session| {
        matches!(place(session), Some(Placement::Exact { .. }))
    })?;
    session.wait_until_saved()?;

    disk::write(&file, "# Dig\n\nNothing at all, until the frost is gone.\n")?;
    session.wait_for("no place", |session| {
        place(session) == Some(Placement::Detached)
    })?;
    session.click_button("1 note without a place")?;
    session.click_button("Keep for the document")?;
    session.wait_for("a note on the document", |session| {
        note(session).is_ok_and(|note| matches!(note.target, Target::Document(_)))
    })?;
    let body = note(&session)?.body;
    ensure!(body == format!("> {WORDS}\n\nWhich wall?"), "{body}");
    session.wait_until_saved()
}

/// An empty page had no room for notes: they were not seen until there were words again.
#[test]
fn notes_of_a_document_that_is_emptied_wait_and_come_back_with_it() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let file = garden.join("01-dig.md");
    let mut session = open(&desk, &garden)?;
    select(&mut session, WORDS)?;
    session.press(Key::H);
    session.wait_for("a highlight", |session| notes(session).len() == 1)?;
    let id = note(&session)?.id;
    let place = |session: &Session| session.state().margin.places.get(&id).cloned();
    for gone in [&b""[..], b"\x7FELF\x02\0\0\xFF\xFE", b"# Attic\n\nBoxes.\n"] {
        disk::write(&file, gone)?;
        session.wait_for("no place", |session| {
            place(session) == Some(Placement::Detached)
        })?;
        session.wait_for_label("1 note without a place")?;
    }
    disk::write(&file, GARDEN[0].1)?;
    session.wait_for("its words", |session| {
        place(session) == Some(Placement::Exact { range: 7..28 })
    })?;
    ensure!(!session.shows("1 note without a place"));
    Ok(())
}

//! The list of all notes: what it shows, where it leads, and how notes leave and come in by it.

use std::fs;

use anyhow::{Context as _, ensure};
use egui::Key;
use egui::accesskit::Role;
use postil_model::{AnnotationKind, Placement, Target};
use postil_tests::disk;
use postil_tests::gui::{COMMAND, Session};

use crate::desk::{Desk, GARDEN};
use crate::margin::{WORDS, note, notes, open, select};

/// A highlight on the words of the first document.
fn highlight(session: &mut Session) -> anyhow::Result<()> {
    select(session, WORDS)?;
    session.press(Key::H);
    session.wait_for("a highlight", |session| notes(session).len() == 1)
}

fn open_list(session: &mut Session) -> anyhow::Result<()> {
    session.press_with(COMMAND, Key::E);
    session.wait_for_label("Copy feedback")
}

#[test]
fn notes_are_listed_and_handed_back_as_one_text() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = open(&desk, &garden)?;
    highlight(&mut session)?;
    open_list(&mut session)?;
    session.click_button("Copy feedback")?;
    session.wait_for("a hand-over", |session| {
        let id = note(session).map(|note| note.id).ok();
        id.is_some_and(|id| session.state().library.hand_over(id).is_some())
    })?;
    let library = &session.state().library;
    ensure!(
        !library.is_to_hand_over(&note(&session)?),
        "it is no news now"
    );
    session.click(Role::CheckBox, "New since last handed back")?;
    session.wait_for_label("0 notes of the plan to hand back")
}

#[test]
fn what_the_list_shows_is_handed_back() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = open(&desk, &garden)?;
    highlight(&mut session)?;
    session.click_button("Note on the plan")?;
    session.wait_for_label("Note in the margin")?;
    session.type_text("All of it by May");
    session.press_with(COMMAND, Key::Enter);
    session.wait_until_saved()?;
    open_list(&mut session)?;
    session.wait_for_label("2 notes of the plan to hand back")?;
    session.type_text("may");
    session.wait_for_label("This note to hand back")?;
    session.click_button("Copy feedback")?;
    session.wait_for_label("1 note copied, ready to be pasted")?;
    let library = &session.state().library;
    for note in notes(&session) {
        let is_of_plan = note.target == Target::Plan;
        ensure!(library.hand_over(note.id).is_some() == is_of_plan);
    }
    session.click(Role::CheckBox, "Only those listed")?;
    session.wait_for_label("2 notes of the plan to hand back")
}

#[test]
fn the_list_leads_to_a_note_in_another_document_by_keys() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = open(&desk, &garden)?;
    highlight(&mut session)?;
    session.click_button("Document 02-sow.md")?;
    session.wait_for_label("Peas before April.")?;
    open_list(&mut session)?;
    session.type_text("beds cabbage");
    session.wait_for_label("No note is like this.")?;
    session.click_button("Clear")?;
    session.wait_for_label(&format!("Go to note: {WORDS}"))?;
    session.press(Key::ArrowDown);
    session.press(Key::Enter);
    session.wait_for_label(WORDS)?;
    ensure!(session.state().sheet.is_none());
    let id = note(&session)?.id;
    session.wait_for("the note", |session| {
        session.state().margin.chosen == Some(id)
    })
}

#[test]
fn tags_are_written_on_a_card_found_in_the_list_and_taken_off() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = open(&desk, &garden)?;
    highlight(&mut session)?;
    session.click_button("More")?;
    session.click_button("Add a tag…")?;
    session.wait_for_label("Tags")?;
    session.enter("#risk, wall");
    session.wait_for("two tags", |session| {
        note(session).is_ok_and(|note| note.tags == ["risk", "wall"])
    })?;
    session.click_button("Take off the tag wall")?;
    session.wait_for("one tag", |session| {
        note(session).is_ok_and(|note| note.tags == ["risk"])
    })?;
    session.press_with(COMMAND, Key::Z);
    session.wait_for("both again", |session| {
        note(session).is_ok_and(|note| note.tags == ["risk", "wall"])
    })?;
    open_list(&mut session)?;
    session.type_text("#wall");
    session.wait_for_label(&format!("Go to note: {WORDS}"))
}

#[test]
fn a_document_and_a_plan_have_notes_of_their_own() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = open(&desk, &garden)?;
    session.click_button("Note on the document")?;
    session.wait_for_label("Note in the margin")?;
    session.type_text("Say who does it");
    session.press_with(COMMAND, Key::Enter);
    session.click_button("Note on the plan")?;
    session.wait_for_label("Note in the margin")?;
    session.type_text("All of it by May");
    session.press_with(COMMAND, Key::Enter);
    session.wait_until_saved()?;
    let targets: Vec<_> = notes(&session)
        .into_iter()
        .map(|note| note.target)
        .collect();
    ensure!(
        matches!(targets[..], [Target::Document(_), Target::Plan]),
        "{targets:?}"
    );
    ensure!(session.shows("Comment: Say who does it"));
    ensure!(session.shows("Comment: All of it by May"));
    open_list(&mut session)?;
    ensure!(session.shows("Go to note: Say who does it"));
    ensure!(session.shows("Go to note: All of it by May"));
    Ok(())
}

#[test]
fn colours_are_called_what_they_mean() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = open(&desk, &garden)?;
    open_list(&mut session)?;
    session.click_button("Colours…")?;
    session.click(Role::TextInput, "Name of Yellow")?;
    session.enter("Agreed");
    session.press(Key::Escape);
    session.wait_until_saved()?;
    select(&mut session, WORDS)?;
    session.click_button("Highlight: Agreed")?;
    session.wait_for_label("Agreed: ")?;
    ensure!(note(&session)?.kind == AnnotationKind::Highlight { colour: 0 });
    session.press_with(COMMAND, Key::Z);
    session.wait_for("no highlight", |session| notes(session).is_empty())?;
    session.press_with(COMMAND, Key::Z);
    session.wait_for_label("Undone: Call yellow “Agreed”")?;
    ensure!(session.state().library.settings().colour_name(0) == "Yellow");
    Ok(())
}

#[test]
fn suggested_words_stand_in_cells_and_code_too() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let text = "# Dig\n\nTwo beds by the wall.\n\n| Bed | Seeds |\n|---|---|\n| south | peas |\n\n```sh\nsow peas\n```\n";
    let garden = desk.folder("garden", &[("01-dig.md", text)])?;
    let mut session = open(&desk, &garden)?;
    for (place, shown) in [("south", "southeast"), ("sow peas", "sow peaseast")] {
        select(&mut session, place)?;
        session.press(Key::R);
        session.wait_for_label("Suggested words")?;
        session.press_with(COMMAND, Key::A);
        session.type_text("east");
        session.press_with(COMMAND, Key::Enter);
        session.wait_for(shown, |session| session.shows_words(shown))?;
    }
    Ok(())
}

#[test]
fn a_drag_that_begins_on_a_link_selects_and_a_click_follows() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let text = "# Dig\n\nTwo beds by the wall.\n\n[Sow *peas*](02-sow.md) then\n";
    let files = [
        ("01-dig.md", text),
        ("02-sow.md", "# Sow\n\nPeas before April.\n"),
    ];
    let garden = desk.folder("garden", &files)?;
    let mut session = open(&desk, &garden)?;
    select(&mut session, "Sow peas then")?;
    ensure!(session.shows(WORDS), "the document stayed");
    session.press(Key::H);
    session.wait_for("a highlight", |session| notes(session).len() == 1)?;
    let note = note(&session)?;
    let quote = note.passage().map(|passage| passage.anchor.quote.as_str());
    ensure!(quote == Some("[Sow *peas*](02-sow.md) then"), "{quote:?}");
    session.press(Key::Escape);
    session.click(Role::Link, "Sow peas")?;
    session.wait_for_label("Peas before April.")
}

#[test]
fn a_copy_with_marks_is_a_file_beside_and_the_document_stays() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let before = fs::read(garden.join("01-dig.md"))?;
    let mut session = open(&desk, &garden)?;
    highlight(&mut session)?;
    open_list(&mut session)?;
    session.click_button("Save a copy with marks")?;
    session.wait_for_label("A copy with 1 note at their words is saved: 01-dig.postil.md")?;
    let copy = fs::read_to_string(garden.join("01-dig.postil.md"))?;
    ensure!(copy == "# Dig\n\n{==Two beds by the wall.==}\n", "{copy}");
    ensure!(fs::read(garden.join("01-dig.md"))? == before);
    // Another copy is another file, once the first is known.
    session.wait_for_label("Document 01-dig.postil.md")?;
    session.click_button("Save a copy with marks")?;
    session.wait_for_label("A copy with 1 note at their words is saved: 01-dig.postil-2.md")
}

#[test]
fn notes_from_a_file_are_shown_before_they_come_in() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = open(&desk, &garden)?;
    let file = desk.path("notes.jsonld");
    disk::write(
        &file,
        r#"[{"id": "urn:x:1", "type": "Annotation", "motivation": "commenting",
             "body": {"type": "TextualBody", "value": "Sow them later"},
             "target": {"source": "02-sow.md",
                        "selector": {"type": "TextQuoteSelector", "exact": "Peas"}}},
            {"id": "urn:x:2", "type": "Annotation", "body": "Stray",
             "target": "http://example.org/other"}]"#,
    )?;
    session.drop_files(&[&file]);
    session.wait_for_label("Notes in notes.jsonld")?;
    session.wait_for_label("Bring in 1 note")?;
    session.click(
        Role::CheckBox,
        "Keep notes on other documents as notes on the plan",
    )?;
    session.wait_for_label("Bring in 2 notes")?;
    ensure!(notes(&session).is_empty(), "nothing came in yet");
    session.click_button("Bring in 2 notes")?;
    session.wait_for("the notes", |session| notes(session).len() == 2)?;
    session.press(Key::Escape);
    session.press_with(COMMAND, Key::Z);
    session.wait_for("no notes", |session| notes(session).is_empty())?;

    disk::write(&file, "{ no json")?;
    session.drop_files(&[&file]);
    session.wait_for_label("Nothing was changed.")?;
    session.click_button("Close")?;
    session.wait_for_label("Copy feedback")
}

#[test]
fn a_note_goes_after_its_words_into_another_document() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = open(&desk, &garden)?;
    highlight(&mut session)?;
    session.wait_until_saved()?;
    let sow = format!("# Sow\n\nPeas before April.\n\n{WORDS}\n");
    disk::write(&garden.join("02-sow.md"), sow)?;
    disk::write(
        &garden.join("01-dig.md"),
        "# Dig\n\nNothing at all, until the frost is gone.\n",
    )?;
    session.wait_for_label("1 note without a place")?;
    session.click_button("1 note without a place")?;
    session.click_button("Follow to 02-sow.md, line 5")?;
    session.wait_for("the note there", |session| {
        let library = &session.state().library;
        let document = note(session).ok().and_then(|note| note.document());
        let plan = session.state().open_plan;
        plan.zip(document).is_some_and(|(plan, id)| {
            let document = library.document(plan, id);
            document.is_some_and(|document| document.path == "02-sow.md")
        })
    })?;
    session.click_button("Go to it")?;
    session.wait_for_label("Peas before April.")?;
    let id = note(&session)?.id;
    session.wait_for("its place", |session| {
        session.state().margin.places.get(&id) == Some(&Placement::Exact { range: 27..48 })
    })?;
    session
        .state()
        .history
        .next_undo()
        .context("it can be undone")?;
    Ok(())
}

//! Reading and marking without a pointer.

use anyhow::{Context as _, ensure};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use postil_model::{AnnotationKind, Target};
use postil_tests::disk;
use postil_tests::gui::Session;

use crate::desk::{Desk, GARDEN};
use crate::margin::{notes, open};

const TEXT: &str = "# Dig\n\nTwo beds by the wall.\n\nTurn it. Then *rest* well.\n";

/// Highlights what the keys have selected, and gives its words.
fn marked(session: &mut Session) -> anyhow::Result<String> {
    let n = notes(session).len();
    session.wait_for_label("Comment (C)")?;
    session.press(Key::H);
    session.wait_for("a highlight", |session| notes(session).len() == n + 1)?;
    let note = notes(session).pop().context("a note")?;
    ensure!(matches!(note.kind, AnnotationKind::Highlight { .. }));
    let Target::Passage(_, passage) = &note.target else {
        anyhow::bail!("{note:?}");
    };
    Ok(passage.anchor.quote.clone())
}

#[test]
fn words_sentences_and_paragraphs_are_selected_by_keys() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    disk::write(&garden.join("01-dig.md"), TEXT)?;
    let mut session = open(&desk, &garden)?;
    let shift = Modifiers::SHIFT;
    let none = Modifiers::NONE;
    for (keys, words) in [
        (&[(none, Key::W)][..], "Dig"),
        (&[(none, Key::W), (none, Key::W)], "Two"),
        (&[(none, Key::W), (none, Key::W), (shift, Key::W)], "Dig"),
        (
            &[
                (none, Key::B),
                (none, Key::B),
                (none, Key::B),
                (none, Key::S),
            ],
            "Turn it. Then *rest* well.",
        ),
        (
            &[
                (none, Key::B),
                (none, Key::B),
                (none, Key::S),
                (none, Key::S),
                (none, Key::S),
            ],
            "Then *rest* well.",
        ),
        (
            &[
                (none, Key::W),
                (none, Key::W),
                (shift, Key::ArrowRight),
                (shift, Key::ArrowRight),
            ],
            "Two beds by",
        ),
        (
            &[
                (none, Key::B),
                (none, Key::B),
                (shift, Key::ArrowLeft),
                (shift, Key::ArrowLeft),
            ],
            "Two beds by",
        ),
        (
            &[(none, Key::B), (none, Key::B), (shift, Key::ArrowDown)],
            "Two beds by the wall.\n\nTurn it. Then *rest* well.",
        ),
    ] {
        session.press(Key::Escape);
        for (modifiers, key) in keys {
            session.press_with(*modifiers, *key);
        }
        let marked = marked(&mut session)?;
        ensure!(marked == words, "{keys:?}: “{marked}”");
    }
    Ok(())
}

/// Each of these letters is a key of the page's too.
#[test]
fn words_typed_before_the_click_had_its_frame_are_the_clicked_fields() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = open(&desk, &garden)?;
    let field = session.the(Role::MultilineTextInput, "Notes");
    let at = field.context("the field of notes")?.rect.center();
    session.click_and_type_at_once(at, &[Key::W, Key::R, Key::E, Key::C, Key::K]);
    session.wait_for("the words", |session| {
        let field = session.the(Role::MultilineTextInput, "Notes");
        field.is_some_and(|field| field.value.as_deref() == Some("wreck"))
    })?;
    ensure!(notes(&session).is_empty(), "{:?}", notes(&session));
    Ok(())
}

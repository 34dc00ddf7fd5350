//! What a person adds to a plan: notes, phases and milestones, there again the next day.

use anyhow::{Context as _, ensure};
use egui::accesskit::Role;
use egui::{Key, vec2};
use postil_model::{Library, PhaseStatus};
use postil_tests::disk;
use postil_tests::gui::Session;

use crate::desk::{Desk, GARDEN};

/// The milestones of a phase: the name, and whether it is reached.
type Milestones = Vec<(String, bool)>;

/// Every phase of every plan.
fn outline(library: &Library) -> Vec<(String, PhaseStatus, Milestones)> {
    let phases = library.plans().flat_map(|plan| library.phases(plan.id));
    phases
        .map(|phase| {
            let milestones = library.milestones(phase.id).into_iter();
            let milestones = milestones.map(|m| (m.name.clone(), m.completed.is_some()));
            (phase.name.clone(), phase.status, milestones.collect())
        })
        .collect()
}

fn milestones(names: &[(&str, bool)]) -> Milestones {
    names
        .iter()
        .map(|(name, is_done)| ((*name).to_owned(), *is_done))
        .collect()
}

/// A plan with two phases, the first with two milestones.
fn with_phases(session: &mut Session) -> anyhow::Result<()> {
    session.click(Role::TextInput, "Add a phase…")?;
    session.enter("Ground");
    // The field keeps the focus for the next.
    session.enter("Seeds");
    let first = session.resting_place(Role::TextInput, "Add a milestone…", 0, 2)?;
    session.click_at(first);
    session.enter("Borrow a spade");
    session.enter("Turn the soil");
    session.wait_for_label("Menu of the milestone Turn the soil")
}

/// Words typed in the last frame before the window closed were lost: they were still waiting for the
/// frame that would have handed them to the state.
#[test]
fn notes_are_stored_as_they_are_typed() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    session.click(Role::MultilineTextInput, "Notes")?;
    session.type_text("Ask Margu");
    session.wait_for_label("Saving…")?;
    session.type_text("erite → 5 °C");
    session.wait_for_label("Saved")?;
    // What follows is not waited for: closing stores it.
    session.press(Key::Enter);
    session.type_text("Twice.");
    drop(session);

    let text = "Ask Marguerite → 5 °C\nTwice.";
    let library = disk::stored(&desk.data())?;
    let plan = library.plans().next().context("a plan")?.id;
    let note = library.note(plan).map(|note| note.text.as_str());
    ensure!(note == Some(text), "{note:?}");

    let mut session = desk.start()?;
    session.wait_for("the notes", |session| {
        let notes = session.the(Role::MultilineTextInput, "Notes");
        notes.is_some_and(|notes| notes.value.as_deref() == Some(text))
    })
}

#[test]
fn notes_belong_to_their_plan() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let attic = desk.folder("attic", &[("boxes.md", "# Boxes\n")])?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    session.click(Role::MultilineTextInput, "Notes")?;
    session.type_text("Of the garden");
    session.drop_files(&[&attic]);
    session.wait_for_label("Document boxes.md")?;
    let value = |session: &Session| {
        let notes = session.the(Role::MultilineTextInput, "Notes");
        notes.and_then(|notes| notes.value)
    };
    session.wait_for("an empty note", |session| {
        value(session).as_deref() == Some("")
    })?;
    session.click(Role::MultilineTextInput, "Notes")?;
    session.type_text("Of the attic");
    session.click_button("All plans")?;
    session.click_button("Open plan garden")?;
    session.wait_for("the note", |session| {
        value(session).as_deref() == Some("Of the garden")
    })?;
    drop(session);

    let library = disk::stored(&desk.data())?;
    let notes: Vec<_> = library
        .plans()
        .filter_map(|plan| Some((plan.name.as_str(), library.note(plan.id)?.text.as_str())))
        .collect();
    ensure!(
        notes == [("garden", "Of the garden"), ("attic", "Of the attic")],
        "{notes:?}"
    );
    Ok(())
}

#[test]
fn phases_and_milestones_are_added_ticked_and_there_the_next_day() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    ensure!(session.shows("no milestones yet"));
    with_phases(&mut session)?;
    session.wait_for_label("0 of 2 milestones")?;

    session.click(Role::CheckBox, "Borrow a spade")?;
    session.wait_for_label("1 of 2 milestones")?;
    session.wait_for_label("Status of Ground: In progress")?;
    ensure!(session.shows("Progress: 1 of 2 milestones") && session.shows("1/2"));
    session.wait_until_saved()?;
    drop(session);

    let expected = [
        (
            "Ground".to_owned(),
            PhaseStatus::InProgress,
            milestones(&[("Borrow a spade", true), ("Turn the soil", false)]),
        ),
        ("Seeds".to_owned(), PhaseStatus::Pending, Vec::new()),
    ];
    let stored = outline(&disk::stored(&desk.data())?);
    ensure!(stored == expected, "{stored:?}");

    let mut session = desk.start()?;
    session.wait_for_label("1 of 2 milestones")?;
    let is_ticked = |session: &Session, name: &str| {
        session
            .the(Role::CheckBox, name)
            .is_some_and(|tick| tick.is_toggled)
    };
    ensure!(is_ticked(&session, "Borrow a spade") && !is_ticked(&session, "Turn the soil"));
    session.click(Role::CheckBox, "Borrow a spade")?;
    session.wait_for_label("0 of 2 milestones")
}

#[test]
fn phases_and_milestones_are_renamed_and_escape_leaves_a_name() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    with_phases(&mut session)?;

    session.click(Role::Label, "Ground")?;
    session.wait_for_label("Name of the phase")?;
    session.enter("Earth");
    session.wait_for_label("Menu of the phase Earth")?;

    session.click_button("Menu of the milestone Turn the soil")?;
    session.click_button("Rename")?;
    session.wait_for_label("Name of the milestone")?;
    session.enter("Turn it twice");
    session.wait_for_label("Menu of the milestone Turn it twice")?;

    session.click(Role::Label, "Seeds")?;
    session.wait_for_label("Name of the phase")?;
    session.type_text("never mind");
    session.press(Key::Escape);
    session.wait_for_label("Menu of the phase Seeds")?;
    ensure!(!session.shows("Name of the phase"));
    drop(session);

    let stored = outline(&disk::stored(&desk.data())?);
    let names: Vec<_> = stored.iter().map(|(name, ..)| name.as_str()).collect();
    ensure!(names == ["Earth", "Seeds"], "{names:?}");
    ensure!(stored[0].2[1].0 == "Turn it twice", "{stored:?}");
    Ok(())
}

#[test]
fn phases_and_milestones_are_reordered_by_menu_and_by_drag() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    with_phases(&mut session)?;

    session.click_button("Menu of the milestone Turn the soil")?;
    session.click_button("Move up")?;
    session.wait_for("the milestones to change places", |session| {
        let order = outline(&session.state().library);
        order[0].2 == milestones(&[("Turn the soil", false), ("Borrow a spade", false)])
    })?;

    // From above: a phase, its two milestones, the other phase.
    let seeds = session.resting_place(Role::Label, "Drag to reorder", 3, 4)?;
    let ground = session.resting_place(Role::Label, "Drag to reorder", 0, 4)?;
    session.drag(seeds, ground - vec2(0.0, 12.0));
    session.wait_for("the phases to change places", |session| {
        outline(&session.state().library)[0].0 == "Seeds"
    })?;
    let above = session.places("Menu of the phase Seeds")[0];
    let below = session.places("Menu of the phase Ground")[0];
    ensure!(above.bottom() <= below.top(), "{above:?} {below:?}");
    session.wait_until_saved()?;
    drop(session);

    let stored = outline(&disk::stored(&desk.data())?);
    let names: Vec<_> = stored.iter().map(|(name, ..)| name.as_str()).collect();
    ensure!(names == ["Seeds", "Ground"], "{names:?}");
    ensure!(stored[1].2[0].0 == "Turn the soil", "{stored:?}");
    Ok(())
}

#[test]
fn completing_a_phase_asks_about_its_milestones() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    with_phases(&mut session)?;
    session.click(Role::CheckBox, "Turn the soil")?;
    session.click(Role::Label, "Status of Ground: In progress")?;
    session.wait_for_label("“Ground” has 1 milestone not reached yet.")?;
    session.click_button("Cancel")?;
    session.wait_for("the question to go", |session| {
        !session.shows("Complete the phase")
    })?;
    ensure!(session.shows("1 of 2 milestones"));

    session.click(Role::Label, "Status of Ground: In progress")?;
    session.click_button("Complete it too")?;
    session.wait_for_label("2 of 2 milestones")?;
    session.wait_for_label("Status of Ground: Completed")?;
    // A phase with nothing open is completed without a question.
    session.click(Role::Label, "Status of Seeds: Pending")?;
    session.click(Role::Label, "Status of Seeds: In progress")?;
    session.wait_for_label("Status of Seeds: Completed")
}

#[test]
fn what_is_removed_can_be_brought_back() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let garden = desk.folder("garden", GARDEN)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    with_phases(&mut session)?;
    session.click_button("Menu of the phase Ground")?;
    session.click_button("Remove")?;
    session.wait_for_label("no milestones yet")?;
    ensure!(!session.shows("Menu of the phase Ground"));
    session.click_button("Undo")?;
    session.wait_for_label("Menu of the phase Ground")?;
    ensure!(session.shows("0 of 2 milestones"), "with its milestones");

    session.click_button("Menu of the milestone Turn the soil")?;
    session.click_button("Remove")?;
    session.wait_for_label("0 of 1 milestones")?;
    drop(session);

    let stored = outline(&disk::stored(&desk.data())?);
    ensure!(
        stored[0].2 == milestones(&[("Borrow a spade", false)]),
        "{stored:?}"
    );
    Ok(())
}

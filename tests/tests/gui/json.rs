//! JSON documents as trees: folded and unfolded, searched, annotated, of any size, and broken.

use anyhow::ensure;
use egui::Key;
use egui::accesskit::Role;
use postil_tests::gui::{COMMAND, Session};

use crate::desk::Desk;

/// A plan with this JSON document open in it.
fn open(desk: &Desk, json: &str) -> anyhow::Result<Session> {
    let files = [("one.md", "# One\n"), ("two.json", json)];
    let plan = desk.folder("plan", &files)?;
    let mut session = desk.open(&plan, "one.md")?;
    session.click_button("Document two.json")?;
    session.wait_until_idle()?;
    Ok(session)
}

#[test]
fn a_tree_folds_and_unfolds() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let json = "{\"name\": \"garden\", \"a\": {\"b\": {\"c\": [1, 2]}}}";
    let mut session = open(&desk, json)?;
    session.wait_for_label("name:  garden")?;
    ensure!(!session.shows("1: 1"));
    session.click_button("Unfold c")?;
    session.wait_for_label("1: 1")?;
    session.click_button("Fold a")?;
    session.wait_for("it to fold", |session| !session.shows("Fold b"))?;
    ensure!(session.shows("name:  garden"));
    session.click_button("Unfold a")?;
    session.wait_for_label("1: 1")
}

#[test]
fn a_large_tree_is_gone_through_by_words_and_keys() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let items: Vec<String> = (0..20_000)
        .map(|i| {
            format!("{{\"task\": \"Dig bed {i}\", \"more\": {{\"by\": {{\"who\": \"Ada {i}\"}}}}}}")
        })
        .collect();
    let deep = format!("{}\"the bottom\"{}", "[".repeat(10_000), "]".repeat(10_000));
    let json = format!("[\n{},\n{deep}\n]\n", items.join(",\n"));
    let mut session = open(&desk, &json)?;
    session.wait_for_label("task:  Dig bed 0")?;
    session.press(Key::End);
    session.wait_for_label("Unfold item 1")?;
    session.press_with(COMMAND, Key::F);
    session.wait_for_label("Find in this document")?;
    // What is folded away is unfolded.
    session.type_text("Ada 12345");
    session.wait_for_label("who:  Ada 12345")?;
    ensure!(session.shows("task:  Dig bed 12345"));
    session.press_with(COMMAND, Key::A);
    session.type_text("the bottom");
    session.wait_for_label("1: the bottom")
}

#[test]
fn words_in_a_tree_are_annotated() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let json = "{\n  \"task\": \"Dig two beds\",\n  \"open\": true\n}\n";
    let mut session = open(&desk, json)?;
    let row = session.places("task:  Dig two beds");
    let row = row.first().copied().unwrap_or(egui::Rect::ZERO);
    // Some of the words of a text, not the whole of it.
    session.drag(
        row.left_center() + egui::vec2(52.0, 0.0),
        row.left_center() + egui::vec2(102.0, 0.0),
    );
    session.press(Key::H);
    session.wait_until_saved()?;
    let state = session.state();
    let notes: Vec<_> = state
        .document
        .iter()
        .flat_map(|open| state.library.annotations_on(open.plan, open.id))
        .collect();
    ensure!(notes.len() == 1, "{notes:?}");
    let quote = notes[0]
        .passage()
        .map(|passage| passage.sought().quote.clone());
    let quote = quote.unwrap_or_default();
    ensure!(
        "Dig two beds".contains(&quote) && quote.len() < 12 && !quote.is_empty(),
        "{quote:?}"
    );
    Ok(())
}

#[test]
fn broken_json_shows_its_source_and_where_it_is_broken() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let line = |i| format!("  \"key {i}\": {i},\n");
    let lines: Vec<String> = (0..4_000).map(line).collect();
    let lines = lines.concat();
    let json = format!("{{\n{lines}  \"last\": oops\n}}\n");
    let mut session = open(&desk, &json)?;
    session.wait_for("the reason", |session| {
        session.shows_words("the only words are true")
    })?;
    ensure!(session.shows_words("\"key 0\": 0"));
    session.click(Role::Link, "line 4002, column 11")?;
    session.wait_for("the line", |session| session.shows_words("\"last\": oops"))
}

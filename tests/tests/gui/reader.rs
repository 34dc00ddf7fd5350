//! What a reader does on the page: finds words, follows links there and back, folds, steps through
//! what changed; and how everything that a plan can hold looks.

use anyhow::ensure;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::SnapshotOptions;
use postil_model::ThemeChoice;
use postil_tests::disk;
use postil_tests::gui::COMMAND;

use crate::commonmark::Page;
use crate::desk::Desk;

const GALLERY: &str = include_str!("../fixtures/gallery.md");

#[test]
fn words_are_found_counted_and_gone_to() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let far = "Nothing to see.\n\n".repeat(200);
    let text = format!("# Log\n\nA **spade**.\n\n{far}The other Spade.\n");
    let log = desk.folder("log", &[("log.md", &text)])?;
    let mut session = desk.open(&log, "log.md")?;
    session.press_with(COMMAND, Key::F);
    session.wait_for_label("Find in this document")?;
    session.type_text("spade");
    session.wait_for_label("1 of 2")?;
    ensure!(session.shows("A spade.") && !session.shows("The other Spade."));
    session.press(Key::Enter);
    session.wait_for_label("2 of 2")?;
    session.wait_for_label("The other Spade.")?;
    session.click_button("Tell large and small letters apart")?;
    session.wait_for_label("1 of 1")?;
    session.click_button("A regular expression")?;
    session.click(Role::TextInput, "Find in this document")?;
    session.type_text("[");
    session.wait_for("what is wrong", |session| session.shows_words("unclosed"))?;
    session.press(Key::Escape);
    session.wait_for("the field to go", |session| !session.shows("Next place"))
}

#[test]
fn links_are_followed_and_gone_back_from() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let far = "Nothing to see.\n\n".repeat(100);
    let first = format!(
        "# One\n\n[down](#end) and [[two]] and [line](two.md:3)\n\n{far}## End\n\nThe end.\n"
    );
    let files = [
        ("one.md", first.as_str()),
        ("two.md", "# Two\n\nThe second.\n"),
    ];
    let plan = desk.folder("plan", &files)?;
    let mut session = desk.open(&plan, "one.md")?;
    session.click(Role::Link, "down")?;
    session.wait_for_label("The end.")?;
    session.press_with(Modifiers::ALT, Key::ArrowLeft);
    session.wait_for_label("One")?;
    session.press_with(Modifiers::ALT, Key::ArrowRight);
    session.wait_for_label("The end.")?;
    session.click_button("Back")?;
    session.click(Role::Link, "two")?;
    session.wait_for_label("The second.")?;
    session.click_button("Back")?;
    session.click(Role::Link, "line")?;
    session.wait_for_label("The second.")
}

#[test]
fn the_outline_leads_to_headings_and_details_unfold() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let far = "Nothing to see.\n\n".repeat(100);
    let text = format!(
        "# One\n\n<details>\n<summary>More</summary>\n\nHidden words.\n\n</details>\n\n{far}## Far\n\nThe end.\n\n{far}"
    );
    let plan = desk.folder("plan", &[("one.md", &text)])?;
    let mut session = desk.open(&plan, "one.md")?;
    ensure!(!session.shows("Hidden words."));
    session.click_button("Unfold More")?;
    session.wait_for_label("Hidden words.")?;
    session.click_button("Fold More")?;
    session.wait_for("it to fold", |session| !session.shows("Hidden words."))?;
    session.click_button("Go to Far")?;
    session.wait_for_label("The end.")?;
    let row = session.the(Role::Button, "Go to Far");
    ensure!(row.as_ref().is_some_and(|row| row.is_toggled), "{row:?}");
    Ok(())
}

#[test]
fn the_size_of_the_letters_is_kept() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let plan = desk.folder("plan", &[("one.md", "# One\n\nWords.\n")])?;
    let mut session = desk.open(&plan, "one.md")?;
    let height = |session: &postil_tests::gui::Session| session.places("Words.")[0].height();
    let before = height(&session);
    for _ in 0..4 {
        session.press_with(COMMAND, Key::Plus);
    }
    session.wait_for("larger letters", |session| height(session) > before)?;
    let larger = height(&session);
    session.wait_until_saved()?;
    session.wait_for("the settings to be handed over", |session| {
        session.state().unsaved_settings.is_none()
    })?;
    session.wait_until_saved()?;
    drop(session);
    let mut session = desk.start()?;
    session.wait_for_label("Words.")?;
    ensure!((height(&session) - larger).abs() < 0.5);
    session.press_with(COMMAND, Key::Num0);
    session.wait_for("the usual letters", |session| {
        (height(session) - before).abs() < 0.5
    })
}

#[test]
fn what_changed_since_it_was_read_is_shown_until_it_is_read() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let file = |words: &str| format!("# One\n\nTwo beds by the {words}.\n\nStays.\n");
    let plan = desk.folder("plan", &[("one.md", &file("wall"))])?;
    let mut session = desk.open(&plan, "one.md")?;
    session.wait_for_label("Two beds by the wall.")?;
    session.wait_until_saved()?;
    disk::write(&plan.join("one.md"), file("hedge"))?;
    session.wait_for_label("1 change since you last read")?;
    session.click_button("Compare")?;
    session.wait_for_label("Two beds by the wallhedge.")?;
    session.wait_until_saved()?;
    drop(session);

    let mut session = desk.start()?;
    session.wait_for_label("1 change since you last read")?;
    session.click_button("Mark as read")?;
    session.wait_for("the mark to go", |session| {
        !session.shows_words("since you last read")
    })?;
    session.wait_until_saved()?;
    drop(session);

    let mut session = desk.start()?;
    session.wait_for_label("Two beds by the hedge.")?;
    session.wait_until_idle()?;
    ensure!(!session.shows_words("since you last read"));
    Ok(())
}

#[test]
fn screen_readers_are_told_what_things_are() -> anyhow::Result<()> {
    let mut page = Page::new([1_000.0, 5_000.0])?;
    page.show(GALLERY);
    let texts = page.texts();
    for (role, text) in [
        (Role::Heading, "The gallery of everything"),
        (Role::ColumnHeader, "Amount"),
        (Role::Cell, "1,234.50"),
        (Role::Label, "A nested item"),
        (Role::Term, "Term"),
    ] {
        let is_there = texts.iter().any(|known| *known == (role, text.to_owned()));
        ensure!(is_there, "{role:?} {text} is not among {texts:#?}");
    }
    Ok(())
}

#[test]
fn screen_readers_are_told_what_stands_in_what() -> anyhow::Result<()> {
    let text = "## Two\n\n- [x] a\n  1. b\n- c [d](e.md)\n\n> [!TIP]\n> f\n> > g\n\n\
        | h | i |\n|---|---|\n| j | $k$ |\n\n[^1]: l\n";
    let mut page = Page::new([1_000.0, 2_000.0])?;
    page.show(text);
    let expected = [
        "Heading 2: Two",
        "List",
        "  ListItem",
        "    CheckBox: a",
        "    Label: a",
        "    List",
        "      ListItem",
        "        Label: b",
        "  ListItem",
        "    Label: c d",
        "    Link: d",
        "Note",
        "  Label: Tip",
        "  Label: f",
        "  Blockquote",
        "    Label: g",
        "Table: Table of 2 rows and 2 columns",
        "  Row",
        "    ColumnHeader: h",
        "    ColumnHeader: i",
        "  Row",
        "    Cell: j",
        "    Cell: $k$",
        "DocFootnote",
        "  Link: Back to footnote mark 1",
        "  Label: l",
    ];
    let tree = page.tree();
    let start = tree.iter().position(|line| line.ends_with(expected[0]));
    let tree: Vec<&str> = tree[start.unwrap_or(0)..]
        .iter()
        .map(String::as_str)
        .collect();
    let depth = tree[0].len() - tree[0].trim_start().len();
    let told = tree.iter().map(|line| line.get(depth..).unwrap_or(line));
    let told: Vec<&str> = told.take(expected.len()).collect();
    ensure!(told == expected, "{told:#?}");
    Ok(())
}

#[test]
fn one_of_everything() -> anyhow::Result<()> {
    let options = SnapshotOptions::new().threshold(1.5).max_failed_pixels(40);
    let mut differences = Vec::new();
    for (theme, name) in [(ThemeChoice::Light, "light"), (ThemeChoice::Dark, "dark")] {
        for width in [420.0, 760.0, 1_200.0] {
            let mut page = Page::new([width, 4_900.0])?;
            page.choose(theme);
            page.show(GALLERY);
            page.settle();
            let compared = page.compare(&format!("gallery_{name}_{width}"), &options);
            differences.extend(compared.err().map(|error| error.to_string()));
        }
    }
    ensure!(differences.is_empty(), "{}", differences.join("\n"));
    Ok(())
}

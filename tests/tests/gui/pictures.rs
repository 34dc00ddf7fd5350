//! How the window looks, in both themes: pictures that are compared with those in `snapshots/`.
//!
//! They hold nothing of the machine: Postil's own fonts only, no path, and a change that is always
//! “just now”. `UPDATE_SNAPSHOTS=1` writes them anew.

use anyhow::{Context as _, ensure};
use egui::accesskit::Role;
use egui_kittest::SnapshotOptions;
use postil_model::ThemeChoice;
use postil_tests::gui::{Session, Setup};

use crate::desk::Desk;

const THEMES: [(ThemeChoice, &str); 2] =
    [(ThemeChoice::Light, "light"), (ThemeChoice::Dark, "dark")];

const PAGE: &str = "\
# Two beds by the wall

The wall keeps the *warmth of the day*; see the **[seeds](02-sow.md)** for what it is worth.

- [x] Borrow a spade
- [ ] Turn the soil, `30 cm` deep

> Peas before April are eaten by mice.

| bed | metres |
| --- | ---: |
| upper | 4 |
| lower | 6 |

```rust
let depth_cm = 30;
```
";

/// Drawn by software everywhere, and still the last bit of a blend may differ between its versions.
fn options() -> SnapshotOptions {
    SnapshotOptions::new().threshold(1.5).max_failed_pixels(20)
}

/// Compares what a start shows, in each theme; both are looked at, whatever the first comes to.
fn compare(desk: &Desk, name: &str, shows: &str) -> anyhow::Result<()> {
    let mut differences = Vec::new();
    for (theme, theme_name) in THEMES {
        let setup = Setup {
            size_pt: [900.0, 600.0],
            theme: Some(theme),
            ..Setup::default()
        };
        let mut session = Session::start_with(&desk.data(), setup)?;
        session.wait_for_label(shows)?;
        session.wait_until_idle()?;
        let compared = session.compare(&format!("{name}_{theme_name}"), &options());
        differences.extend(compared.err().map(|error| error.to_string()));
    }
    ensure!(differences.is_empty(), "{}", differences.join("\n"));
    Ok(())
}

#[test]
fn the_first_window() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    compare(&desk, "welcome", "Postil")
}

#[test]
fn an_open_plan() -> anyhow::Result<()> {
    let desk = Desk::new()?;
    let files = [
        ("01-dig.md", PAGE),
        ("02-sow.md", "# Sow\n"),
        ("beds/soil.md", "# Soil\n"),
    ];
    let garden = desk.folder("Garden", &files)?;
    let mut session = desk.open(&garden, "01-dig.md")?;
    session.click(Role::TextInput, "Add a phase…")?;
    session.enter("Ground");
    session.click(Role::TextInput, "Add a milestone…")?;
    session.enter("Borrow a spade");
    session.enter("Turn the soil");
    // The page to its right has a task of the same words.
    let mut boxes = session.named("Borrow a spade");
    boxes.retain(|look| look.role == Role::CheckBox);
    let milestone = boxes
        .iter()
        .min_by(|a, b| a.rect.left().total_cmp(&b.rect.left()))
        .context("the milestone")?;
    session.click_at(milestone.rect.center());
    session.click(Role::MultilineTextInput, "Notes")?;
    session.type_text("Ask Marguerite for the spade.");
    drop(session);

    compare(&desk, "plan", "Two beds by the wall")
}

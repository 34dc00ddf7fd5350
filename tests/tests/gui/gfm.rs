//! What the reader makes of the examples of GitHub's extensions: their text, and what of it is a link, a
//! cell of a table or a task, as a screen reader is told.

use egui::accesskit::{Role, Toggled};

use crate::commonmark::{Page, hold_to, text_of};

const EXAMPLES: &str = include_str!("../fixtures/gfm-0.29.json");

/// Examples that show something else, and why that is meant.
const OTHERWISE: &[(u64, &str)] = &[(
    628,
    "addresses of FTP are none that a reader is led to: only the web and mail are",
)];

/// What is to be seen: the words, and what each is that is more than a word.
#[derive(PartialEq, Eq, Debug, Default)]
struct Seen {
    words: String,
    links: Vec<String>,
    heads: Vec<String>,
    cells: Vec<String>,
    tasks: Vec<bool>,
}

fn expected(html: &str) -> Seen {
    let elements = |name: &str| -> Vec<String> {
        let (open, close) = (format!("<{name}"), format!("</{name}>"));
        let parts = html.split(&open).skip(1).filter_map(|part| {
            let inner = part.strip_prefix([' ', '>']).map(|_| part)?;
            let inner = &inner[inner.find('>')? + 1..];
            Some(text_of(&inner[..inner.find(&close)?]))
        });
        parts.filter(|text| !text.is_empty()).collect()
    };
    let tasks = html.split("<input ").skip(1);
    Seen {
        words: text_of(&html.replace("<input ", "<br ")),
        links: elements("a"),
        heads: elements("th"),
        cells: elements("td"),
        tasks: tasks.map(|task| task.starts_with("checked")).collect(),
    }
}

fn seen(page: &Page) -> Seen {
    let mut seen = Seen {
        words: page.words(),
        ..Seen::default()
    };
    for (role, name, toggled) in page.nodes() {
        match role {
            Role::Link => seen.links.push(name),
            Role::ColumnHeader => seen.heads.push(name),
            Role::Cell => seen.cells.push(name),
            Role::CheckBox => seen.tasks.push(toggled == Some(Toggled::True)),
            _ => {}
        }
    }
    seen
}

#[test]
fn the_examples_of_githubs_extensions_show_what_they_mean() -> anyhow::Result<()> {
    let mut page = Page::new([1_000.0, 2_000.0])?;
    hold_to((EXAMPLES, 24), OTHERWISE, expected, |markdown| {
        page.show(markdown);
        seen(&page)
    })
}

//! What the reader shows of every example of the `CommonMark` specification, as a screen reader is told
//! of it, against the text of the HTML that the specification expects.

use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;

use anyhow::ensure;
use egui::accesskit::{Role, Toggled};
use egui_kittest::kittest::NodeT as _;
use egui_kittest::{Harness, Node, SnapshotOptions};
use postil::images::Images;
use postil::state::{Content, OpenDocument, State};
use postil::view::{Reader, View};
use postil_model::markdown::{DocumentKind, Place, parse};
use postil_model::{DocumentId, PlanId, ThemeChoice, Timestamp};
use postil_watcher::Request;

const EXAMPLES: &str = include_str!("../fixtures/commonmark-0.31.2.json");

/// Examples that show something else, and why that is meant.
const OTHERWISE: &[(u64, &str)] = &[
    (
        96,
        "what stands between the first lines of dashes is front matter",
    ),
    (207, "a document that shows nothing says that it is empty"),
    (
        475,
        "a picture that nothing is said of and that is not there is named by its file",
    ),
    (581, "as 475"),
    (
        590,
        "two brackets are a wikilink, as in the tools that plans are written with",
    ),
];

/// A reader with a document that is in memory alone; pictures are those of the sample plan.
pub(crate) struct Page {
    harness: Harness<'static, (State, Reader)>,
    images: Images,
}

impl Page {
    /// A page of this size, in points.
    pub(crate) fn new(size_pt: [f32; 2]) -> anyhow::Result<Self> {
        let state = (State::new(std::path::PathBuf::new()), Reader::default());
        let harness = Harness::builder()
            .with_size(size_pt)
            .allow_missing_glyphs()
            .with_accessibility_check(false)
            .build_ui_state(
                |ui, (state, reader)| {
                    let mut view = View {
                        state,
                        asked: &mut Vec::new(),
                        now: Timestamp(0),
                        tokens: postil::theme::tokens(ui.style()),
                    };
                    let ground = egui::Frame::new().fill(view.tokens.paper);
                    let ground = egui::CentralPanel::default().frame(ground);
                    ground.show(ui, |ui| reader.reader_ui(ui, &mut view));
                },
                state,
            );
        postil::theme::install(&harness.ctx);
        let images = Images::start(Arc::new(|| ()))?;
        images.install(&harness.ctx);
        Ok(Self { harness, images })
    }

    /// Shows one of the themes.
    pub(crate) fn choose(&mut self, theme: ThemeChoice) {
        postil::theme::choose(&self.harness.ctx, theme);
    }

    /// Draws until nothing on its way would change the picture.
    pub(crate) fn settle(&mut self) {
        for _ in 0..500 {
            self.harness.run_steps(1);
            self.bring_pictures();
            if !self.harness.state().1.is_busy() && !self.images.is_busy() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        self.harness.run_steps(2);
    }

    /// Answers what the watcher would.
    fn bring_pictures(&self) {
        let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/sample-plan");
        for request in self.images.take_requests() {
            if let Request::ReadAsset { root, path, .. } = request {
                let bytes = std::fs::read(plan.join(&path));
                let bytes = bytes.map(Arc::from);
                let bytes = bytes.map_err(|_| "The file is not there".to_owned());
                self.images.arrived(PlanId(root.0), &path, &bytes);
            }
        }
    }

    /// Compares the page with the picture of this name.
    pub(crate) fn compare(&mut self, name: &str, options: &SnapshotOptions) -> anyhow::Result<()> {
        let compared = self.harness.try_snapshot_options(name, options);
        compared.map_err(|error| anyhow::anyhow!("{error}"))
    }

    /// Opens a text.
    pub(crate) fn show(&mut self, markdown: &str) {
        let state = &mut self.harness.state_mut().0;
        let n_wishes = state.document.as_ref().map_or(0, |open| open.go_to.0);
        let parsed = parse(markdown.into(), DocumentKind::Markdown);
        state.document = Some(OpenDocument {
            content: Content::Shown(Arc::new(parsed)),
            go_to: (n_wishes + 1, Place::default()),
            ..OpenDocument::new(PlanId(1), DocumentId(1))
        });
        self.harness.run_steps(2);
    }

    /// The words on the page, blanks as one.
    pub(crate) fn words(&self) -> String {
        let text = self.texts().into_iter().map(|(_, text)| text);
        squeezed(&text.collect::<Vec<_>>().join(" "))
    }

    /// All that has a name on the page, with its role and whether it is ticked.
    pub(crate) fn nodes(&self) -> Vec<(Role, String, Option<Toggled>)> {
        let nodes = self.harness.root().children_recursive();
        let nodes = nodes.map(|node| node.accesskit_node());
        nodes
            .filter_map(|node| {
                let name = node.label().or_else(|| node.value())?;
                Some((node.role(), name, node.toggled()))
            })
            .collect()
    }

    /// What stands in what, a line for each node that means something to a reader.
    pub(crate) fn tree(&self) -> Vec<String> {
        let mut lines = Vec::new();
        outline(&self.harness.root(), 0, &mut lines);
        lines
    }

    /// The texts on the page with their roles, in the order of reading.
    pub(crate) fn texts(&self) -> Vec<(Role, String)> {
        let nodes = self.harness.root().children_recursive();
        let nodes = nodes.map(|node| node.accesskit_node());
        nodes
            .filter(|node| {
                let roles = [
                    Role::Label,
                    Role::Heading,
                    Role::Code,
                    Role::Cell,
                    Role::ColumnHeader,
                    Role::Term,
                    Role::Image,
                ];
                roles.contains(&node.role())
            })
            .filter_map(|node| Some((node.role(), node.label().or_else(|| node.value())?)))
            .collect()
    }
}

fn outline(node: &Node<'_>, depth: usize, lines: &mut Vec<String>) {
    let of = node.accesskit_node();
    let (role, name) = (of.role(), of.label().or_else(|| of.value()));
    let level = of.level().map(|level| format!(" {level}"));
    let is_told = !matches!(
        role,
        Role::GenericContainer | Role::Window | Role::ScrollView | Role::ScrollBar | Role::TextRun
    );
    if is_told {
        let name = name.map(|name| format!(": {name}"));
        let (level, name) = (level.unwrap_or_default(), name.unwrap_or_default());
        lines.push(format!("{}{role:?}{level}{name}", "  ".repeat(depth)));
    }
    for child in node.children() {
        outline(&child, depth + usize::from(is_told), lines);
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Tags that mean what they say to a reader. What is not known is shown as its source.
const INLINE: &[&str] = &[
    "a", "code", "em", "strong", "img", "del", "ins", "b", "i", "span",
];
const BLOCKS: &[&str] = &[
    "blockquote",
    "br",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];
/// What is in them is no text: it is shown as its source, with them.
const SOURCES: &[&str] = &["script", "style", "textarea"];

/// The text of HTML as a reader is to show it: tags gone, those of blocks apart, pictures as what is
/// said of them.
pub(crate) fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        rest = &rest[open..];
        let hidden = [
            ("<!-->", ""),
            ("<!--->", ""),
            ("<!--", "-->"),
            ("<![CDATA[", "]]>"),
            ("<?", "?>"),
        ];
        let hidden = hidden.iter().find(|(start, _)| rest.starts_with(start));
        if let Some((start, end)) = hidden {
            let inner = &rest[start.len()..];
            rest = inner.find(end).map_or("", |at| &inner[at + end.len()..]);
            continue;
        }
        let Some(end) = tag_end(rest) else {
            break;
        };
        let tag = &rest[..end];
        rest = &rest[end..];
        let name = tag.trim_start_matches(['<', '/']);
        let name = name
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .next();
        let name = name.unwrap_or("").to_ascii_lowercase();
        let name = name.as_str();
        if SOURCES.contains(&name) {
            let close = format!("</{name}>");
            let end = rest.find(&close).map_or(rest.len(), |at| at + close.len());
            text.push_str(tag);
            text.push_str(&rest[..end]);
            text.push(' ');
            rest = &rest[end..];
        } else if BLOCKS.contains(&name) {
            text.push(' ');
        } else if !INLINE.contains(&name) && !tag.starts_with("<!") {
            text.push_str(tag);
        } else if name == "img"
            && let Some(alt) = tag.split("alt=\"").nth(1)
        {
            text.push_str(alt.split('"').next().unwrap_or(""));
        }
    }
    text.push_str(rest);
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    squeezed(&text.replace("&amp;", "&"))
}

/// Past the `>` of a tag, which may stand in a quoted value too; `None` without one.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (i, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(i + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// Holds what is seen of each example to what its HTML means; those that are named show something
/// else, and no others do.
pub(crate) fn hold_to<Seen: PartialEq + Debug>(
    (examples, n_examples): (&str, usize),
    otherwise: &[(u64, &str)],
    expected: impl Fn(&str) -> Seen,
    mut seen: impl FnMut(&str) -> Seen,
) -> anyhow::Result<()> {
    let examples: Vec<serde_json::Value> = serde_json::from_str(examples)?;
    ensure!(examples.len() == n_examples, "{}", examples.len());
    let mut differ = Vec::new();
    for example in &examples {
        let number = example["example"].as_u64().unwrap_or(0);
        let markdown = example["markdown"].as_str().unwrap_or("");
        let expected = expected(example["html"].as_str().unwrap_or(""));
        let seen = seen(markdown);
        let is_named = otherwise.iter().any(|(named, _)| *named == number);
        if (seen == expected) == is_named {
            let section = &example["section"];
            differ.push(format!(
                "{number} {section}: {markdown:?} shows {seen:?}, not {expected:?}"
            ));
        }
    }
    ensure!(
        differ.is_empty(),
        "{} of {n_examples}:\n{}",
        differ.len(),
        differ.join("\n")
    );
    Ok(())
}

#[test]
fn the_examples_of_the_specification_show_their_text() -> anyhow::Result<()> {
    const N_EXAMPLES: usize = 652;
    ensure!(
        OTHERWISE.len() * 100 <= N_EXAMPLES * 2,
        "98 of 100 are to agree"
    );
    let mut page = Page::new([1_000.0, 4_000.0])?;
    let seen = |markdown: &str| {
        if markdown.trim().is_empty() {
            return String::new();
        }
        page.show(markdown);
        page.words()
    };
    hold_to((EXAMPLES, N_EXAMPLES), OTHERWISE, text_of, seen)
}

//! A document as a column of top-level blocks.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use super::Node;

/// How a plan file is read, told by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DocumentKind {
    /// `CommonMark` with the GitHub extensions.
    Markdown,
    /// A diagram's source.
    Mermaid,
    /// JSON text.
    Json,
}

impl DocumentKind {
    /// The kind of a file of this name; anything unknown is Markdown.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        if extension.eq_ignore_ascii_case("mmd") || extension.eq_ignore_ascii_case("mermaid") {
            Self::Mermaid
        } else if extension.eq_ignore_ascii_case("json") {
            Self::Json
        } else {
            Self::Markdown
        }
    }
}

/// What stands before an item of a top-level list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Marker {
    /// A bullet.
    Bullet,
    /// A number.
    Number(u64),
    /// A task, done or not.
    Task(bool),
}

/// What a block is, as far as drawing it differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BlockKind {
    /// A heading of level 1 to 6.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// One item of a top-level list, with all that is nested in it.
    Item {
        /// What stands before it.
        marker: Marker,
        /// Whether it is the first of its list.
        is_first: bool,
        /// Whether its paragraphs stand apart.
        is_loose: bool,
    },
    /// A block quote or an alert.
    Quote,
    /// A fenced or indented code block; the language is the info string's first word.
    Code(Option<String>),
    /// A table, or the first part of a long one.
    Table,
    /// Further rows of a table.
    Rows {
        /// The index of the block with the table's head.
        table: usize,
    },
    /// A further part of a long paragraph.
    Continued,
    /// Raw HTML.
    Html,
    /// A thematic break.
    Rule,
    /// The definition of the footnote of this number.
    Footnote(u32),
    /// YAML between `---` lines at the start.
    FrontMatter,
    /// A piece of a block that is too large or too deeply nested to be laid out, as its source.
    Source {
        /// Whether it is code.
        is_code: bool,
    },
    /// A line of a JSON document's tree.
    Node(Node),
    /// Why the text that follows is no JSON: the byte where that shows, and words.
    Malformed {
        /// The byte.
        at: usize,
        /// What was expected there.
        why: &'static str,
    },
    /// Anything else that egui's viewer knows, such as a definition list.
    Other,
}

/// A top-level block of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// Of its kind and text and of the definitions that it uses: equal blocks look equal. In memory
    /// only; never stored.
    pub hash: u64,
}

/// A heading of the outline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its visible text.
    pub text: String,
    /// The index of its block.
    pub block: usize,
}

/// Blocks between the start and the end of a `<details>`, or in a list or an object of JSON.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fold {
    /// The block that begins it.
    pub head: usize,
    /// What it is known by while the text around it changes, together with `id`.
    pub name: u64,
    /// Which of the head's it is, counted from nought.
    pub id: u32,
    /// Whether it is open when it was never touched.
    pub is_open: bool,
    /// What is hidden while it is folded.
    pub hidden: Range<usize>,
}

/// Code that comes in pieces of its source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LongCode {
    /// Its language, as a fence names it.
    pub language: String,
    /// The first byte of the code itself.
    pub start: usize,
    /// Its blocks.
    pub blocks: Range<usize>,
}

/// A text and its blocks, in the order of the text; no two overlap.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    pub(super) text: Arc<str>,
    pub(super) is_markdown: bool,
    pub(super) blocks: Vec<Block>,
    pub(super) folds: Vec<Fold>,
    /// In the order of the text.
    pub(super) long_codes: Vec<LongCode>,
    pub(super) outline: Vec<Heading>,
    /// The least level of a heading; 0 without one.
    pub(super) highest_level: u8,
    pub(super) block_of_slug: HashMap<String, usize>,
    /// By block: source ranges of the link definitions that it uses.
    pub(super) definitions: BTreeMap<usize, Vec<Range<usize>>>,
    /// By block: source ranges of its footnote references, and their numbers.
    pub(super) footnote_marks: BTreeMap<usize, Vec<(Range<usize>, u32)>>,
    pub(super) block_of_footnote: BTreeMap<u32, usize>,
}

impl Parsed {
    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The blocks, in the order of the text.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// What can be folded away, beyond single blocks; of JSON, in the order of the text.
    #[must_use]
    pub fn folds(&self) -> &[Fold] {
        &self.folds
    }

    /// The code that a block is a piece of, if its language is known.
    #[must_use]
    pub fn long_code(&self, block: usize) -> Option<&LongCode> {
        let at = self
            .long_codes
            .partition_point(|code| code.blocks.end <= block);
        let code = self.long_codes.get(at)?;
        code.blocks.contains(&block).then_some(code)
    }

    /// The block that holds a byte of the text, or the next one behind it; the last past the end.
    #[must_use]
    pub fn block_at(&self, byte: usize) -> usize {
        let at = self.blocks.partition_point(|block| block.range.end <= byte);
        at.min(self.blocks.len().saturating_sub(1))
    }

    /// The first byte of a line, counted from one; past the last line, the end.
    #[must_use]
    pub fn line_start(&self, line: usize) -> usize {
        let ends = self
            .text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n');
        match line.checked_sub(2) {
            Some(n) => ends.map(|(i, _)| i + 1).nth(n).unwrap_or(self.text.len()),
            None => 0,
        }
    }

    /// The line of a byte, counted from one.
    #[must_use]
    pub fn line_of(&self, byte: usize) -> usize {
        let end = self.text.floor_char_boundary(byte.min(self.text.len()));
        self.text[..end].matches('\n').count() + 1
    }

    /// The line of a byte, and which letter of it that is, both counted from one.
    #[must_use]
    pub fn line_and_column(&self, byte: usize) -> (usize, usize) {
        let line = self.line_of(byte);
        let before = self.text.get(self.line_start(line)..byte);
        (line, before.map_or(0, |before| before.chars().count()) + 1)
    }

    /// The headings, in the order of the text.
    #[must_use]
    pub fn outline(&self) -> &[Heading] {
        &self.outline
    }

    /// The highest level that a heading has, 1 to 6; 0 without headings.
    #[must_use]
    pub fn highest_level(&self) -> u8 {
        self.highest_level
    }

    /// The first heading of the highest level that occurs, if any.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.outline
            .iter()
            .find(|h| h.level == self.highest_level)
            .map(|h| h.text.as_str())
    }

    /// The block that a link's fragment names: a heading's slug as code hosts form it, or one of
    /// the marks that [`Parsed::flow`] puts for footnotes.
    #[must_use]
    pub fn block_of_fragment(&self, fragment: &str) -> Option<usize> {
        if let Some(number) = fragment.strip_prefix("postil-footnote-") {
            return self.block_of_footnote.get(&number.parse().ok()?).copied();
        }
        if let Some(number) = fragment.strip_prefix("postil-mark-") {
            let number: u32 = number.parse().ok()?;
            let is_marked = |marks: &[(Range<usize>, u32)]| marks.iter().any(|m| m.1 == number);
            return self
                .footnote_marks
                .iter()
                .find(|(_, m)| is_marked(m))
                .map(|(&b, _)| b);
        }
        let slug = fragment.to_lowercase();
        let found = self.block_of_slug.get(&slug);
        // Wikilinks name a heading by its words.
        let found = found.or_else(|| self.block_of_slug.get(&super::parse::slug(&slug)));
        let line = || slug.strip_prefix('l')?.split('-').next()?.parse().ok();
        let at_line = || Some(self.block_at(self.line_start(line()?)));
        found.copied().or_else(at_line)
    }
}

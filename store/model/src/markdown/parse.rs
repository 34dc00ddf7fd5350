//! One pass over a text that finds its blocks.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

use super::html::{self, Token};
use super::{Block, BlockKind, DocumentKind, Fold, Heading, Marker, Parsed};

/// Larger blocks are shown as pieces of their source: laying one out costs time in its size.
const MAX_BLOCK_BYTES: usize = 32 * 1024;
/// The same for tables, whose cells each cost a widget.
const MAX_TABLE_BYTES: usize = 16 * 1024;
/// Deeper nesting is shown as source: the viewer's cost grows faster than the depth.
const MAX_DEPTH: usize = 24;
/// The size of a piece of what is too large.
const PIECE_BYTES: usize = 2 * 1024;
/// The size of a piece of what is too deep: thousands of equal marks take a font's shaper longer.
const DEEP_PIECE_BYTES: usize = 512;
/// Front matter is looked for no further than this.
const MAX_FRONT_MATTER_BYTES: usize = 64 * 1024;

/// Those that take time linear in the text.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
}

/// The language that a fence's info string names.
pub(super) fn language(info: &str) -> Option<String> {
    let language = info.split([' ', ',', '{']).next().unwrap_or_default();
    (!language.is_empty()).then(|| language.to_owned())
}

/// Finds the blocks of a text. Takes time linear in it, and never fails: what is too large or too
/// deep to be laid out comes as [`BlockKind::Source`] pieces.
#[must_use]
pub fn parse(text: Arc<str>, kind: DocumentKind) -> Parsed {
    let mut builder = Builder::new(&text);
    match kind {
        DocumentKind::Markdown => {
            let start = builder.front_matter();
            let parser = Parser::new_ext(&text[start..], options());
            builder.markdown(parser.into_offset_iter(), start);
        }
        DocumentKind::Mermaid | DocumentKind::Json => {
            let language = if kind == DocumentKind::Json {
                "json"
            } else {
                "mermaid"
            };
            builder.push(BlockKind::Code(Some(language.to_owned())), 0..text.len(), 0);
        }
    }
    let mut parsed = builder.parsed;
    parsed.text = text;
    parsed.is_markdown = kind == DocumentKind::Markdown;
    parsed
}

struct Builder<'t> {
    text: &'t str,
    parsed: Parsed,
    n_slugs: HashMap<String, usize>,
    footnote_numbers: HashMap<String, u32>,
    /// Head, which of the head's, and whether it is open at first.
    open_folds: Vec<(usize, u32, bool)>,
}

/// A block that has begun.
struct Open {
    kind: BlockKind,
    range: Range<usize>,
    /// How deep below the document it stands.
    depth: usize,
    deepest: usize,
}

/// What is gathered of a block while it is open.
#[derive(Default)]
struct Gathered {
    heading: String,
    definitions: Vec<Range<usize>>,
    footnote_marks: Vec<(Range<usize>, u32)>,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            parsed: Parsed::default(),
            n_slugs: HashMap::new(),
            footnote_numbers: HashMap::new(),
            open_folds: Vec::new(),
        }
    }

    /// Takes the front matter as a block and gives where the Markdown begins.
    fn front_matter(&mut self) -> usize {
        let Some(end) = front_matter_end(self.text) else {
            return 0;
        };
        self.push(BlockKind::FrontMatter, 0..end, 1);
        end
    }

    fn markdown(&mut self, mut events: OffsetIter<'t>, offset: usize) {
        let mut depth = 0_usize;
        let mut open: Option<Open> = None;
        let mut gathered = Gathered::default();
        // The top-level list that the item belongs to: its next number, and whether it is new.
        let mut list_number: Option<u64> = None;
        let mut is_first_item = false;

        while let Some((event, range)) = events.next() {
            let range = range.start + offset..range.end + offset;
            match event {
                Event::Start(tag) => {
                    depth += 1;
                    if let Some(open) = &mut open {
                        open.deepest = open.deepest.max(depth);
                        if let BlockKind::Item { is_loose, .. } = &mut open.kind {
                            *is_loose |= tag == Tag::Paragraph && depth == open.depth + 1;
                        }
                        self.gather_link(&tag, &events, offset, &mut gathered);
                    } else if let Tag::List(first) = &tag
                        && depth == 1
                    {
                        list_number = *first;
                        is_first_item = true;
                    } else {
                        let kind = match tag {
                            Tag::Item => {
                                let marker = list_number.map_or(Marker::Bullet, Marker::Number);
                                list_number = list_number.map(|n| n.saturating_add(1));
                                let is_first = std::mem::take(&mut is_first_item);
                                BlockKind::Item {
                                    marker,
                                    is_first,
                                    is_loose: false,
                                }
                            }
                            tag => self.kind_of(tag),
                        };
                        open = Some(Open {
                            kind,
                            range,
                            depth,
                            deepest: depth,
                        });
                    }
                }
                Event::End(end) => {
                    if open.as_ref().is_some_and(|open| open.depth == depth) {
                        if let Some(open) = open.take() {
                            self.close(open, std::mem::take(&mut gathered));
                        }
                    } else if let Some(open) = &open
                        && matches!(open.kind, BlockKind::Heading(_))
                        && end == TagEnd::Image
                    {
                        gathered.heading.push(' ');
                    }
                    depth = depth.saturating_sub(1);
                }
                Event::Rule if open.is_none() => self.push(BlockKind::Rule, range, 1),
                Event::TaskListMarker(is_done) => {
                    // Only the item's own marker: nested items are drawn by the viewer.
                    if let Some(Open {
                        kind: BlockKind::Item { marker, .. },
                        depth: d,
                        ..
                    }) = &mut open
                        && depth <= *d + 1
                        && !matches!(marker, Marker::Task(_))
                    {
                        *marker = Marker::Task(is_done);
                    }
                }
                Event::FootnoteReference(label) => {
                    let number = self.footnote_number(&label);
                    gathered.footnote_marks.push((range, number));
                }
                Event::Text(text) | Event::Code(text) => {
                    if let Some(Open {
                        kind: BlockKind::Heading(_),
                        ..
                    }) = open
                    {
                        gathered.heading.push_str(&text);
                    }
                }
                Event::SoftBreak | Event::HardBreak => {
                    if let Some(Open {
                        kind: BlockKind::Heading(_),
                        ..
                    }) = open
                    {
                        gathered.heading.push(' ');
                    }
                }
                _ => {}
            }
        }
    }

    fn kind_of(&mut self, tag: Tag<'_>) -> BlockKind {
        match tag {
            Tag::Heading { level, .. } => BlockKind::Heading(level as u8),
            Tag::Paragraph => BlockKind::Paragraph,
            Tag::BlockQuote(_) => BlockKind::Quote,
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => BlockKind::Code(language(&info)),
            Tag::CodeBlock(CodeBlockKind::Indented) => BlockKind::Code(None),
            Tag::Table(_) => BlockKind::Table,
            Tag::HtmlBlock => BlockKind::Html,
            Tag::FootnoteDefinition(label) => BlockKind::Footnote(self.footnote_number(&label)),
            _ => BlockKind::Other,
        }
    }

    /// Footnotes are numbered in the order in which they are first met.
    fn footnote_number(&mut self, label: &str) -> u32 {
        let next = self.footnote_numbers.len() as u32 + 1;
        if let Some(&number) = self.footnote_numbers.get(label) {
            return number;
        }
        self.footnote_numbers.insert(label.to_owned(), next);
        next
    }

    fn gather_link(
        &self,
        tag: &Tag<'_>,
        events: &OffsetIter<'t>,
        offset: usize,
        gathered: &mut Gathered,
    ) {
        let (Tag::Link { link_type, id, .. } | Tag::Image { link_type, id, .. }) = tag else {
            return;
        };
        if !matches!(
            link_type,
            LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut
        ) {
            return;
        }
        let Some(definition) = events.reference_definitions().get(id) else {
            return;
        };
        let span = definition.span.start + offset..definition.span.end + offset;
        if self.text.get(span.clone()).is_some() && !gathered.definitions.contains(&span) {
            gathered.definitions.push(span);
        }
    }

    fn close(&mut self, open: Open, gathered: Gathered) {
        let Open {
            kind,
            range,
            depth,
            deepest,
        } = open;
        // Read alone, the first line is to be indented as the others are.
        let range = line_start(self.text, range.start)..range.end;
        let source = &self.text[range.clone()];
        if kind == BlockKind::Html && is_comment(source) {
            return;
        }
        let block = self.parsed.blocks.len();
        if kind == BlockKind::Html {
            self.folds(block, range.clone());
        }
        if let BlockKind::Heading(level) = kind {
            self.heading(level, &gathered.heading, block);
        }
        if let BlockKind::Footnote(number) = kind {
            self.parsed.block_of_footnote.entry(number).or_insert(block);
        }
        self.push(kind, range, deepest - depth);
        if self.parsed.blocks.len() != block + 1 {
            return;
        }
        if !gathered.definitions.is_empty() {
            let mut hasher = DefaultHasher::new();
            self.parsed.blocks[block].hash.hash(&mut hasher);
            gathered
                .definitions
                .iter()
                .for_each(|span| self.text[span.clone()].hash(&mut hasher));
            self.parsed.blocks[block].hash = hasher.finish();
            self.parsed.definitions.insert(block, gathered.definitions);
        }
        if !gathered.footnote_marks.is_empty() {
            let mut hasher = DefaultHasher::new();
            self.parsed.blocks[block].hash.hash(&mut hasher);
            gathered
                .footnote_marks
                .iter()
                .for_each(|(_, number)| number.hash(&mut hasher));
            self.parsed.blocks[block].hash = hasher.finish();
            self.parsed
                .footnote_marks
                .insert(block, gathered.footnote_marks);
        }
    }

    /// Notes which blocks stand between a `<details>` and its end.
    fn folds(&mut self, block: usize, range: Range<usize>) {
        let mut n = 0;
        for (token, _) in html::tokens(&self.text[range]) {
            match &token {
                Token::Open { name, .. } if name == "details" => {
                    let is_open = token.attribute("open").is_some();
                    self.open_folds.push((block, n, is_open));
                    n += 1;
                }
                Token::Close { name } if name == "details" => {
                    if let Some((head, id, is_open)) = self.open_folds.pop()
                        && head + 1 < block
                    {
                        let hidden = head + 1..block;
                        self.parsed.folds.push(Fold {
                            head,
                            id,
                            is_open,
                            hidden,
                        });
                    }
                }
                _ => {}
            }
        }
    }

    fn heading(&mut self, level: u8, text: &str, block: usize) {
        let slug = slug(text);
        let n = self.n_slugs.entry(slug.clone()).or_default();
        let unique = if *n == 0 { slug } else { format!("{slug}-{n}") };
        *n += 1;
        self.parsed.block_of_slug.entry(unique).or_insert(block);
        let highest = &mut self.parsed.highest_level;
        *highest = if *highest == 0 {
            level
        } else {
            level.min(*highest)
        };
        self.parsed.outline.push(Heading {
            level,
            text: text.trim().to_owned(),
            block,
        });
    }

    /// Adds a block, in pieces if it cannot be laid out whole.
    fn push(&mut self, kind: BlockKind, range: Range<usize>, depth: usize) {
        // The parser's ranges of definition lists can reach into the block before.
        let end_of_last = self.parsed.blocks.last().map_or(0, |block| block.range.end);
        let start = range.start.max(end_of_last);
        let range = start..range.end.max(start);
        let limit = if kind == BlockKind::Table {
            MAX_TABLE_BYTES
        } else {
            MAX_BLOCK_BYTES
        };
        if range.len() <= limit && depth <= MAX_DEPTH {
            let hash = hash_of(&kind, &self.text[range.clone()]);
            self.parsed.blocks.push(Block { kind, range, hash });
            return;
        }
        let is_code = matches!(
            kind,
            BlockKind::Code(_) | BlockKind::Table | BlockKind::Html | BlockKind::FrontMatter
        );
        let size = if depth > MAX_DEPTH {
            DEEP_PIECE_BYTES
        } else {
            PIECE_BYTES
        };
        let mut start = range.start;
        while start < range.end {
            let end = piece_end(self.text, start, range.end, size);
            let kind = BlockKind::Source { is_code };
            let hash = hash_of(&kind, &self.text[start..end]);
            self.parsed.blocks.push(Block {
                kind,
                range: start..end,
                hash,
            });
            start = end;
        }
    }
}

fn hash_of(kind: &BlockKind, source: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    // A number can differ while the source does not, when an item was put before it.
    match kind {
        BlockKind::Item {
            marker: Marker::Number(n),
            is_loose,
            ..
        } => (n, is_loose).hash(&mut hasher),
        BlockKind::Item { is_loose, .. } => is_loose.hash(&mut hasher),
        BlockKind::Footnote(n) => n.hash(&mut hasher),
        _ => {}
    }
    std::mem::discriminant(kind).hash(&mut hasher);
    // The last block of a text may lack its line end.
    source.trim_end().hash(&mut hasher);
    hasher.finish()
}

/// The start of the line, when only blanks are before this byte in it; else the byte itself.
fn line_start(text: &str, start: usize) -> usize {
    let before = text[..start].trim_end_matches([' ', '\t']);
    if before.is_empty() || before.ends_with('\n') {
        before.len()
    } else {
        start
    }
}

/// A good place to cut: after a line, else after a word, else between characters.
fn piece_end(text: &str, start: usize, end: usize, size: usize) -> usize {
    let mut limit = (start + size).min(end);
    if limit == end {
        return end;
    }
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let piece = &text[start..limit];
    let cut = piece
        .rfind('\n')
        .or_else(|| piece.rfind(' '))
        .map(|at| start + at + 1);
    cut.unwrap_or(limit)
}

fn front_matter_end(text: &str) -> Option<usize> {
    let head = {
        let mut limit = MAX_FRONT_MATTER_BYTES.min(text.len());
        while !text.is_char_boundary(limit) {
            limit -= 1;
        }
        &text[..limit]
    };
    let mut lines = head.split_inclusive('\n');
    let first = lines.next()?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut end = first.len();
    let mut is_empty = true;
    for line in lines {
        end += line.len();
        match line.trim_end() {
            "---" | "..." if !is_empty => return Some(end),
            // A rule followed by prose is a rule.
            "" if is_empty => return None,
            _ => is_empty = false,
        }
    }
    None
}

fn is_comment(html: &str) -> bool {
    let html = html.trim();
    html.starts_with("<!--") && html.ends_with("-->") && html.matches("-->").count() == 1
}

/// The name that code hosts give a heading: lower case, blanks to hyphens, no punctuation.
pub(super) fn slug(heading: &str) -> String {
    let mut slug = String::with_capacity(heading.len());
    for c in heading.trim().chars() {
        if c.is_alphanumeric() || c == '-' || c == '_' {
            slug.extend(c.to_lowercase());
        } else if c == ' ' {
            slug.push('-');
        }
    }
    slug
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;

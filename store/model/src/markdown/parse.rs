//! One pass over a text that finds its blocks.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

use super::html::{self, Token};
use super::parts::{self, Cuts};
use super::{Block, BlockKind, DocumentKind, Fold, Heading, Marker, Parsed};

/// Blocks that show more, and are neither paragraph nor table, are shown as pieces of their source:
/// laying one out costs time in its size.
const MAX_SHOWN_BYTES: usize = 32 * 1024;
/// Deeper nesting is shown as source: the viewer's cost grows faster than the depth.
const MAX_DEPTH: usize = 24;
/// What each thing in a block counts for, besides its words.
const SHOWN_PER_EVENT: usize = 8;
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

/// Finds the blocks of a text. Takes time linear in it, and never fails: long paragraphs and tables
/// come in parts, and what else is too large or too deep to be laid out as [`BlockKind::Source`]
/// pieces.
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
            let kind = BlockKind::Code(Some(language.to_owned()));
            builder.push(kind, 0..text.len(), 0, text.len());
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
    /// Where definitions of links are used, and where they stand.
    definitions: Vec<(usize, Range<usize>)>,
    footnote_marks: Vec<(Range<usize>, u32)>,
    /// Bytes that are shown, and some for each thing that is.
    n_shown: usize,
    cuts: Cuts,
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
        self.push(BlockKind::FrontMatter, 0..end, 1, end);
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
                    gathered.n_shown += SHOWN_PER_EVENT;
                    if let Some(open) = &mut open {
                        open.deepest = open.deepest.max(depth);
                        if tag == Tag::TableRow && open.kind == BlockKind::Table {
                            gathered.cuts.row(range.start);
                        }
                        if let BlockKind::Item { is_loose, .. } = &mut open.kind {
                            *is_loose |= tag == Tag::Paragraph && depth == open.depth + 1;
                        }
                        self.gather_link(&tag, &events, (offset, range.start), &mut gathered);
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
                        gathered.cuts = Cuts::new(range.start);
                        gathered.n_shown = 0;
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
                            self.close(open, &std::mem::take(&mut gathered));
                        }
                    } else if is_heading(open.as_ref()) && end == TagEnd::Image {
                        gathered.heading.push(' ');
                    }
                    depth = depth.saturating_sub(1);
                }
                Event::Rule if open.is_none() => self.push(BlockKind::Rule, range, 1, 0),
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
                    gathered.n_shown += text.len() + SHOWN_PER_EVENT;
                    match &open {
                        Some(open) if matches!(open.kind, BlockKind::Heading(_)) => {
                            gathered.heading.push_str(&text);
                        }
                        Some(open) if open.kind == BlockKind::Paragraph && depth == open.depth => {
                            gathered.cuts.words(self.text, &range);
                        }
                        _ => {}
                    }
                }
                Event::Html(text) | Event::InlineHtml(text) => {
                    gathered.n_shown += text.len() + SHOWN_PER_EVENT;
                }
                Event::SoftBreak | Event::HardBreak if is_heading(open.as_ref()) => {
                    gathered.heading.push(' ');
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
        (offset, at): (usize, usize),
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
        if self.text.get(span.clone()).is_some() {
            gathered.definitions.push((at, span));
        }
    }

    fn close(&mut self, open: Open, gathered: &Gathered) {
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
        let is_cut = matches!(kind, BlockKind::Paragraph | BlockKind::Table);
        if is_cut && deepest - depth <= MAX_DEPTH && gathered.cuts.is_needed(gathered.n_shown) {
            self.push_parts(&kind, range, &gathered.cuts);
        } else {
            self.push(kind, range, deepest - depth, gathered.n_shown);
        }
        for index in block..self.parsed.blocks.len() {
            if !matches!(self.parsed.blocks[index].kind, BlockKind::Source { .. }) {
                self.refer(index, gathered);
            }
        }
    }

    /// Notes what a block refers to, and makes it a part of the block's looks.
    fn refer(&mut self, index: usize, gathered: &Gathered) {
        let block = &mut self.parsed.blocks[index];
        let range = block.range.clone();
        let is_past = |at: usize| at >= range.end;
        let from = gathered
            .definitions
            .partition_point(|(at, _)| *at < range.start);
        let used = gathered.definitions[from..].iter();
        let used = used.take_while(|(at, _)| !is_past(*at));
        let mut definitions: Vec<_> = used.map(|(_, span)| span.clone()).collect();
        definitions.sort_by_key(|span| (span.start, span.end));
        definitions.dedup();
        let from = gathered
            .footnote_marks
            .partition_point(|(span, _)| span.start < range.start);
        let marks = gathered.footnote_marks[from..].iter();
        let marks: Vec<_> = marks
            .take_while(|(span, _)| !is_past(span.start))
            .cloned()
            .collect();
        if definitions.is_empty() && marks.is_empty() {
            return;
        }
        let mut hasher = DefaultHasher::new();
        block.hash.hash(&mut hasher);
        for span in &definitions {
            self.text[span.clone()].hash(&mut hasher);
        }
        for (_, number) in &marks {
            number.hash(&mut hasher);
        }
        block.hash = hasher.finish();
        if !definitions.is_empty() {
            self.parsed.definitions.insert(index, definitions);
        }
        if !marks.is_empty() {
            self.parsed.footnote_marks.insert(index, marks);
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

    /// Adds a block, in pieces of its source if it cannot be laid out. `n_shown` are the bytes that
    /// it shows.
    fn push(&mut self, kind: BlockKind, range: Range<usize>, depth: usize, n_shown: usize) {
        // The parser's ranges of definition lists can reach into the block before.
        let end_of_last = self.parsed.blocks.last().map_or(0, |block| block.range.end);
        let start = range.start.max(end_of_last);
        let range = start..range.end.max(start);
        if n_shown <= MAX_SHOWN_BYTES && depth <= MAX_DEPTH {
            self.add(kind, range);
            return;
        }
        let is_code = matches!(
            kind,
            BlockKind::Code(_) | BlockKind::Table | BlockKind::Html | BlockKind::FrontMatter
        );
        for piece in parts::pieces(self.text, range, depth > MAX_DEPTH) {
            self.add(BlockKind::Source { is_code }, piece);
        }
    }

    /// Adds a paragraph or a table in parts that are laid out each by itself.
    fn push_parts(&mut self, kind: &BlockKind, range: Range<usize>, cuts: &Cuts) {
        let first = self.parsed.blocks.len();
        let mut start = range.start;
        for end in cuts.places().iter().copied().chain([range.end]) {
            let part = match (start == range.start, kind) {
                (true, kind) => kind.clone(),
                (false, BlockKind::Table) => BlockKind::Rows { table: first },
                (false, _) => BlockKind::Continued,
            };
            self.add(part, start..end);
            start = end;
        }
    }

    fn add(&mut self, kind: BlockKind, range: Range<usize>) {
        let mut hash = hash_of(&kind, &self.text[range.clone()]);
        if let BlockKind::Rows { table } = kind {
            // Alignments are in the head.
            let mut hasher = DefaultHasher::new();
            let table = self.parsed.blocks.get(table);
            let head = table.map(|table| parts::head_of(&self.text[table.range.clone()]));
            (hash, head).hash(&mut hasher);
            hash = hasher.finish();
        }
        self.parsed.blocks.push(Block { kind, range, hash });
    }
}

fn is_heading(open: Option<&Open>) -> bool {
    open.is_some_and(|open| matches!(open.kind, BlockKind::Heading(_)))
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

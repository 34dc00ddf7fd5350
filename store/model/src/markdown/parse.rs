//! One pass over a text that finds its blocks.

mod add;
mod noted;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

use super::parts::Cuts;
use super::{BlockKind, DocumentKind, Marker, Parsed, front_matter, json};

pub(super) use noted::slug;

/// What each thing in a block counts for, besides its words.
const SHOWN_PER_EVENT: usize = 8;

/// Those that take time linear in the text.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
}

/// The language that a fence's info string names: its first word, or, as Pandoc and notebooks write
/// it, the first in braces (`{.python .input}`, `{r setup}`).
pub(super) fn language(info: &str) -> Option<String> {
    let mut words = info.trim_start().split([' ', ',', '{', '}']);
    let language = match words.next() {
        Some("") => words.find(|word| !word.is_empty() && !word.starts_with('#')),
        first => first,
    };
    language.map(|word| word.strip_prefix('.').unwrap_or(word).to_owned())
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
        DocumentKind::Mermaid => builder.code("mermaid"),
        DocumentKind::Json => builder.json(),
    }
    let mut parsed = builder.parsed;
    if kind == DocumentKind::Markdown {
        for fold in &mut parsed.folds {
            fold.name = parsed.blocks[fold.head].hash;
        }
    }
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
        let Some(end) = front_matter::end(self.text) else {
            return 0;
        };
        self.push(BlockKind::FrontMatter, 0..end, 1, end);
        end
    }

    /// Takes the whole text as code.
    fn code(&mut self, language: &str) {
        let kind = BlockKind::Code(Some(language.to_owned()));
        self.push(kind, 0..self.text.len(), 0, self.text.len());
    }

    /// Takes the text as a tree; if it is none, as code below the reason.
    fn json(&mut self) {
        if self
            .text
            .trim_matches(['\u{FEFF}', ' ', '\n', '\r', '\t'])
            .is_empty()
        {
            return;
        }
        match json::tree(self.text) {
            Ok(Some(tree)) => {
                self.parsed.blocks = tree.blocks;
                self.parsed.folds = tree.folds;
            }
            Ok(None) => self.code("json"),
            Err(json::Problem { at, why }) => {
                self.push(BlockKind::Malformed { at, why }, 0..0, 0, 0);
                self.code("json");
            }
        }
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
}

fn is_heading(open: Option<&Open>) -> bool {
    open.is_some_and(|open| matches!(open.kind, BlockKind::Heading(_)))
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;

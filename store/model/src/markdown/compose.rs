//! From a block's source to what it shows.

use std::ops::Range;

use pulldown_cmark::{
    Alignment as CellAlignment, BlockQuoteKind, CodeBlockKind, Event, Parser, Tag, TagEnd,
};

use super::flow::{Alert, Alignment, Flow, Level, Nest, Part, Piece, Role, Table};
use super::rich::{Link, Rich, Style};
use super::{BlockKind, Marker, Parsed, front_matter, inline, json, markup, parse};

impl Parsed {
    /// What block `index` shows; nothing for an index that is not there. Takes time linear in the
    /// block.
    #[must_use]
    pub fn flow(&self, index: usize) -> Flow {
        let Some(block) = self.blocks.get(index) else {
            return Flow::default();
        };
        let source = &self.text[block.range.clone()];
        let mut composer = Composer::new(self, index, source);
        match &block.kind {
            BlockKind::Source { is_code } => {
                let text = source.strip_suffix('\n').unwrap_or(source);
                let style = if *is_code {
                    Style::CODE
                } else {
                    Style::default()
                };
                let rich = Rich::verbatim(text, 0, style);
                let is_code = *is_code;
                composer.piece(Part::Source { rich, is_code }, 0..source.len(), true);
            }
            BlockKind::FrontMatter => {
                let properties = front_matter::properties(source);
                composer.piece(Part::Properties(properties), 0..source.len(), false);
            }
            BlockKind::Code(language) if !self.is_markdown => {
                let is_json = language.as_deref() == Some("json");
                if is_json && json::compose(&mut composer, source) {
                    return composer.flow;
                }
                let text = source.trim_end_matches(['\n', '\r']);
                let rich = Rich::verbatim(text, 0, Style::CODE);
                let language = language.clone();
                composer.piece(Part::Code { language, rich }, 0..source.len(), false);
            }
            _ => {
                let text = self.with_definitions(index, source);
                composer.events(&text);
            }
        }
        composer.flow
    }

    /// A block's source with what it refers to behind it, so that it can be read alone at the same
    /// byte offsets.
    fn with_definitions(&self, index: usize, source: &str) -> String {
        let mut text = source.to_owned();
        let footnotes = self.footnote_marks.get(&index).into_iter().flatten();
        let links = self.definitions.get(&index).into_iter().flatten();
        for span in links {
            text.push_str("\n\n");
            text.push_str(self.text[span.clone()].trim());
        }
        for (span, _) in footnotes {
            text.push_str("\n\n");
            text.push_str(&self.text[span.clone()]);
            text.push_str(": .");
        }
        text
    }
}

/// A block that is being composed.
pub(super) struct Composer<'p> {
    parsed: &'p Parsed,
    index: usize,
    pub(super) source: &'p str,
    pub(super) flow: Flow,
    levels: Vec<Level>,
    n_levels: u32,
    /// The next number of each list that is open.
    lists: Vec<Option<u64>>,
    /// The text that is being gathered, and what it is.
    pub(super) rich: Rich,
    role: Role,
    in_paragraph: bool,
    /// Where the text began.
    text_start: Option<usize>,
    pub(super) styles: Vec<(Style, usize)>,
    pub(super) links: Vec<Link>,
    link_starts: Vec<usize>,
    image: Option<Image>,
    n_inner_images: usize,
    code: Option<(Option<String>, Rich)>,
    html: Option<Rich>,
    pub(super) table: Option<Table>,
    in_heading: bool,
}

struct Image {
    target: String,
    title: String,
    alt: String,
}

impl<'p> Composer<'p> {
    fn new(parsed: &'p Parsed, index: usize, source: &'p str) -> Self {
        Self {
            parsed,
            index,
            source,
            flow: Flow::default(),
            levels: Vec::new(),
            n_levels: 0,
            lists: Vec::new(),
            rich: Rich::default(),
            role: Role::Paragraph,
            in_paragraph: false,
            text_start: None,
            styles: Vec::new(),
            links: Vec::new(),
            link_starts: Vec::new(),
            image: None,
            n_inner_images: 0,
            code: None,
            html: None,
            table: None,
            in_heading: false,
        }
    }

    /// Adds a piece that stands in the levels that are open.
    pub(super) fn piece(&mut self, part: Part, source: Range<usize>, is_tight: bool) {
        self.flow.pieces.push(Piece {
            levels: self.levels.clone(),
            part,
            source,
            is_tight,
        });
    }

    /// Ends the text that is being gathered.
    pub(super) fn flush(&mut self) {
        let mut rich = std::mem::take(&mut self.rich);
        let start = self.text_start.take();
        let end = rich.text.trim_end_matches(['\n', ' ']).len();
        if end < rich.text.len() {
            rich.remove(end..rich.text.len());
        }
        if rich.is_blank() {
            return;
        }
        inline::finish(&mut rich);
        let start = start.unwrap_or(0);
        let end = rich.runs.last().map_or(start, |run| run.source.end);
        let role = self.role;
        let is_tight = !self.in_paragraph && role == Role::Paragraph;
        self.piece(Part::Text { role, rich }, start..end.max(start), is_tight);
    }

    pub(super) fn enter(&mut self, nest: Nest) {
        let id = self.n_levels;
        self.n_levels += 1;
        self.levels.push(Level { id, nest });
    }

    pub(super) fn leave(&mut self) {
        self.levels.pop();
    }

    pub(super) fn set_role(&mut self, role: Role) {
        self.role = role;
        self.in_heading = matches!(role, Role::Heading(_));
    }

    fn events(&mut self, text: &str) {
        let length = self.source.len();
        let events = Parser::new_ext(text, parse::options()).into_offset_iter();
        for (event, range) in events {
            if range.start >= length {
                continue;
            }
            let range = range.start..range.end.min(length);
            match event {
                Event::Start(tag) => self.start(tag, range),
                Event::End(tag) => self.end(tag, range),
                event => self.leaf(event, range),
            }
        }
        self.flush();
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let is_inline = matches!(
            tag,
            Tag::Emphasis
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Superscript
                | Tag::Subscript
                | Tag::Link { .. }
                | Tag::Image { .. }
        );
        if !is_inline {
            self.flush();
        }
        match tag {
            Tag::Paragraph => self.in_paragraph = true,
            Tag::Heading { level, .. } => self.set_role(Role::Heading(level as u8)),
            Tag::BlockQuote(kind) => self.enter(Nest::Quote(kind.map(alert))),
            Tag::List(first) => {
                let first = match self.parsed.blocks[self.index].kind {
                    BlockKind::Item {
                        marker: Marker::Number(n),
                        ..
                    } if self.lists.is_empty() => Some(n),
                    _ => first,
                };
                self.lists.push(first);
            }
            Tag::Item => {
                let number = self.lists.last_mut().and_then(|next| {
                    let number = *next;
                    *next = next.map(|n| n.saturating_add(1));
                    number
                });
                let marker = number.map_or(Marker::Bullet, Marker::Number);
                self.enter(Nest::Item { marker, task: None });
            }
            Tag::FootnoteDefinition(_) => {
                let number = match self.parsed.blocks[self.index].kind {
                    BlockKind::Footnote(number) => number,
                    _ => 0,
                };
                self.enter(Nest::Footnote(number));
            }
            Tag::DefinitionListTitle => self.role = Role::Term,
            Tag::DefinitionListDefinition => self.enter(Nest::Definition),
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => parse::language(&info),
                    CodeBlockKind::Indented => None,
                };
                self.code = Some((language, Rich::default()));
            }
            Tag::HtmlBlock => self.html = Some(Rich::default()),
            Tag::Table(alignments) => {
                let alignments = alignments.into_iter().map(alignment).collect();
                let rows = Vec::new();
                self.table = Some(Table { alignments, rows });
            }
            Tag::TableHead | Tag::TableRow => self.row(),
            Tag::Emphasis => self.open_style(Style::ITALIC, range.start),
            Tag::Strong => self.open_style(Style::BOLD, range.start),
            Tag::Strikethrough => self.open_style(Style::STRIKE, range.start),
            Tag::Link {
                dest_url, title, ..
            } => {
                self.link_starts.push(range.start);
                self.open_link(dest_url.into_string(), title.into_string());
            }
            // A picture in what is said of a picture is a part of it.
            Tag::Image { .. } if self.image.is_some() => self.n_inner_images += 1,
            Tag::Image {
                dest_url, title, ..
            } => {
                self.image = Some(Image {
                    target: dest_url.into_string(),
                    title: title.into_string(),
                    alt: String::new(),
                });
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Paragraph => {
                self.flush();
                self.in_paragraph = false;
            }
            TagEnd::Heading(_) | TagEnd::DefinitionListTitle => {
                if self.rich.is_blank() && self.in_heading {
                    // A heading without words is one all the same.
                    let role = self.role;
                    let rich = std::mem::take(&mut self.rich);
                    self.piece(Part::Text { role, rich }, range, false);
                }
                self.flush();
                self.set_role(Role::Paragraph);
            }
            TagEnd::Item => {
                self.flush();
                let id = self.levels.last().map(|level| level.id);
                let is_in = |level: &Level| Some(level.id) == id;
                let is_seen = self.flow.pieces.iter().rev();
                if !is_seen.take(1).any(|piece| piece.levels.iter().any(is_in)) {
                    let (role, rich) = (Role::Paragraph, Rich::default());
                    self.piece(Part::Text { role, rich }, range, true);
                }
                self.leave();
            }
            TagEnd::BlockQuote(_)
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionListDefinition => {
                self.flush();
                self.leave();
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::CodeBlock => {
                if let Some((language, mut rich)) = self.code.take() {
                    if rich.text.ends_with('\n') {
                        rich.remove(rich.text.len() - 1..rich.text.len());
                    }
                    self.piece(Part::Code { language, rich }, range, false);
                }
            }
            TagEnd::HtmlBlock => {
                if let Some(html) = self.html.take() {
                    markup::block(self, &html);
                }
            }
            TagEnd::TableCell => self.cell(),
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.piece(Part::Table(table), range, false);
                }
            }
            TagEnd::Emphasis => self.close_style(Style::ITALIC, range, 1),
            TagEnd::Strong => self.close_style(Style::BOLD, range, 2),
            TagEnd::Strikethrough => {
                let n = self.source[range.clone()]
                    .bytes()
                    .take_while(|b| *b == b'~');
                let n = n.count().min(2);
                self.close_style(Style::STRIKE, range, n);
            }
            TagEnd::Link => {
                self.links.pop();
                if let Some(start) = self.link_starts.pop() {
                    let end = self.rich.runs.last().map_or(range.end, |r| r.source.end);
                    let inner = (start + 1).min(end)..end;
                    self.rich.add_whole(range, inner);
                }
            }
            TagEnd::Image if self.n_inner_images > 0 => self.n_inner_images -= 1,
            TagEnd::Image => {
                if let Some(image) = self.image.take() {
                    self.picture(image.target, image.alt, image.title, range);
                }
            }
            _ => {}
        }
    }

    fn leaf(&mut self, event: Event<'_>, range: Range<usize>) {
        if let Some(image) = &mut self.image {
            match event {
                Event::Text(text) | Event::Code(text) => image.alt.push_str(&text),
                Event::SoftBreak | Event::HardBreak => image.alt.push(' '),
                _ => {}
            }
            return;
        }
        match event {
            Event::Text(text) => {
                if let Some((_, code)) = &mut self.code {
                    let is_verbatim = self.source.get(range.clone()) == Some(&text);
                    code.push(&text, range, Style::CODE, None, is_verbatim);
                } else {
                    self.text(&text, range);
                }
            }
            Event::Code(text) => self.code_span(&text, range),
            Event::Html(text) => {
                if let Some(html) = &mut self.html {
                    let is_verbatim = self.source.get(range.clone()) == Some(&text);
                    html.push(&text, range, Style::default(), None, is_verbatim);
                }
            }
            Event::InlineHtml(text) => markup::inline(self, &text, range),
            Event::FootnoteReference(label) => {
                let at = self.parsed.blocks[self.index].range.start + range.start;
                let marks = self.parsed.footnote_marks.get(&self.index);
                let marks = marks.into_iter().flatten();
                let number = marks
                    .clone()
                    .find(|(span, _)| span.start == at)
                    .map(|m| m.1);
                if let Some(number) = number {
                    let target = format!("#postil-footnote-{number}");
                    self.open_link(target, String::new());
                    self.show(&number.to_string(), range, Style::RAISED);
                    self.links.pop();
                } else {
                    let text = format!("[^{label}]");
                    self.text(&text, range);
                }
            }
            Event::SoftBreak => self.show(" ", range, Style::default()),
            Event::HardBreak => self.show("\n", range, Style::default()),
            Event::Rule => {
                self.flush();
                self.piece(Part::Rule, range, false);
            }
            Event::TaskListMarker(is_done) => {
                if let Some(Level {
                    nest: Nest::Item { marker, task },
                    ..
                }) = self.levels.last_mut()
                {
                    *marker = Marker::Task(is_done);
                    *task = Some(range);
                }
            }
            _ => {}
        }
    }

    /// Adds text in the styles that are open, as its own source if that is what it is.
    fn text(&mut self, text: &str, range: Range<usize>) {
        let is_verbatim = self.source.get(range.clone()) == Some(text);
        let last = self.rich.runs.last().map_or(0, |run| run.source.end);
        let is_escaped = is_verbatim
            && range.start > last
            && self.source.as_bytes().get(range.start - 1) == Some(&b'\\')
            && text.starts_with(|c: char| c.is_ascii_punctuation());
        if is_escaped {
            // Read without its backslash it could be a mark.
            let (first, rest) = text.split_at(1);
            self.show(first, range.start - 1..range.start + 1, Style::default());
            self.push(rest, range.start + 1..range.end, Style::default(), true);
        } else {
            self.push(text, range, Style::default(), is_verbatim);
        }
    }

    fn code_span(&mut self, text: &str, range: Range<usize>) {
        let source = &self.source[range.clone()];
        let n = source.bytes().take_while(|b| *b == b'`').count();
        let inner = source.get(n..source.len().saturating_sub(n)).unwrap_or("");
        // A blank at both ends is not shown; line ends are shown as blanks.
        let cut = (inner.len().saturating_sub(text.len())) / 2;
        let is_same = inner.len() == text.len() + 2 * cut && cut <= 1;
        if is_same && !text.is_empty() {
            let start = range.start + n + cut;
            self.push(text, start..start + text.len(), Style::CODE, true);
        } else {
            self.show(text, range.clone(), Style::CODE);
        }
        let start = range.start;
        self.rich.add_whole(range, start..start);
    }

    /// Adds text that stands for a stretch of source as a whole.
    pub(super) fn show(&mut self, text: &str, source: Range<usize>, style: Style) {
        self.push(text, source, style, false);
    }

    pub(super) fn push(
        &mut self,
        text: &str,
        source: Range<usize>,
        style: Style,
        is_verbatim: bool,
    ) {
        self.text_start.get_or_insert(source.start);
        let style = self
            .styles
            .iter()
            .fold(style, |all, (one, _)| all.and(*one));
        let link = self.links.last().cloned().map(|link| {
            let known = self.rich.links.iter().rposition(|known| *known == link);
            known.unwrap_or_else(|| {
                self.rich.links.push(link);
                self.rich.links.len() - 1
            })
        });
        self.rich.push(text, source, style, link, is_verbatim);
    }

    pub(super) fn open_style(&mut self, style: Style, start: usize) {
        self.styles.push((style, start));
    }

    /// Ends a style whose marks are `n` bytes on each side of `outer`.
    pub(super) fn close_style(&mut self, style: Style, outer: Range<usize>, n: usize) {
        if let Some(at) = self.styles.iter().rposition(|(open, _)| *open == style) {
            self.styles.remove(at);
            let inner = (outer.start + n).min(outer.end)..outer.end.saturating_sub(n);
            self.rich.add_whole(outer, inner);
        }
    }

    pub(super) fn open_link(&mut self, target: String, title: String) {
        self.links.push(Link { target, title });
    }

    /// Begins a row of the table.
    pub(super) fn row(&mut self) {
        if let Some(table) = &mut self.table {
            table.rows.push(Vec::new());
        }
    }

    /// Ends a cell of the table.
    pub(super) fn cell(&mut self) {
        let mut rich = std::mem::take(&mut self.rich);
        self.text_start = None;
        inline::finish(&mut rich);
        if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
            row.push(rich);
        }
    }

    /// Ends the head of the innermost fold, which stands outside of it.
    pub(super) fn summary(&mut self, source: Range<usize>) {
        let mut rich = std::mem::take(&mut self.rich);
        self.text_start = None;
        inline::finish(&mut rich);
        let Some(fold) = self.levels.pop() else {
            return;
        };
        if let Nest::Fold { id, is_open } = fold.nest {
            let start = rich
                .runs
                .first()
                .map_or(source.start, |run| run.source.start);
            let part = Part::Summary { rich, id, is_open };
            self.piece(part, start.min(source.start)..source.end, false);
        }
        self.levels.push(fold);
    }

    /// Adds a picture: of the plan's own on lines of its own, any other as a box with a link.
    pub(super) fn picture(
        &mut self,
        target: String,
        alt: String,
        title: String,
        range: Range<usize>,
    ) {
        let is_data = target.starts_with("data:image/");
        let has_scheme = target.split_once(':').is_some_and(|(scheme, _)| {
            scheme.len() > 1
                && scheme
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        });
        let is_elsewhere = (has_scheme && !is_data) || target.starts_with("//");
        let in_line = is_elsewhere || self.table.is_some() || self.in_heading;
        let link = self.links.last().map(|link| link.target.clone());
        if !in_line && !target.is_empty() {
            let (was_tight, in_paragraph) = (!self.in_paragraph, self.in_paragraph);
            self.flush();
            self.in_paragraph = in_paragraph;
            self.piece(Part::Image { target, alt, link }, range, was_tight);
            return;
        }
        let name = target.rsplit('/').next().unwrap_or_default();
        let name = if name.is_empty() || is_data {
            "picture"
        } else {
            name
        };
        let shown = if alt.trim().is_empty() { name } else { &alt };
        let shown = shown.to_owned();
        // A link around it is where the person means to go.
        if link.is_none() {
            self.open_link(target, title);
        }
        self.show(&shown, range, Style::PICTURE);
        if link.is_none() {
            self.links.pop();
        }
    }
}

fn alert(kind: BlockQuoteKind) -> Alert {
    match kind {
        BlockQuoteKind::Note => Alert::Note,
        BlockQuoteKind::Tip => Alert::Tip,
        BlockQuoteKind::Important => Alert::Important,
        BlockQuoteKind::Warning => Alert::Warning,
        BlockQuoteKind::Caution => Alert::Caution,
    }
}

fn alignment(alignment: CellAlignment) -> Alignment {
    match alignment {
        CellAlignment::None | CellAlignment::Left => Alignment::Left,
        CellAlignment::Center => Alignment::Center,
        CellAlignment::Right => Alignment::Right,
    }
}

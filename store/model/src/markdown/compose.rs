//! From a block's source to what it shows.

mod events;
mod gather;

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser};

use super::flow::{Flow, Level, Nest, Part, Piece, Role, Table};
use super::rich::{Link, Rich, Style};
use super::{BlockKind, Parsed, front_matter, inline, json, math, parse, parts};

impl Parsed {
    /// What block `index` shows; nothing for an index that is not there. Takes time linear in the
    /// block.
    #[must_use]
    pub fn flow(&self, index: usize) -> Flow {
        let Some(block) = self.blocks.get(index) else {
            return Flow::default();
        };
        let source = &self.text[block.range.clone()];
        let lead = match &block.kind {
            // What follows a word is no mark of a block.
            BlockKind::Continued => "x ",
            BlockKind::Rows { table } => {
                let table = self.blocks.get(*table).map_or(0..0, |b| b.range.clone());
                parts::head_of(&self.text[table])
            }
            _ => "",
        };
        if !lead.is_empty() {
            return self.flow_of_part(index, lead, source);
        }
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
            BlockKind::Node(node) => json::values(&mut composer, source, *node),
            BlockKind::Malformed { at, why } => {
                json::problem(&mut composer, why, self.line_and_column(*at));
            }
            BlockKind::Code(language) if !self.is_markdown => {
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

    /// What a part shows that means what it does only behind `lead`.
    fn flow_of_part(&self, index: usize, lead: &str, source: &str) -> Flow {
        let whole = format!("{lead}{source}");
        let mut composer = Composer::new(self, index, &whole);
        composer.lead = lead.len();
        composer.events(&self.with_definitions(index, &whole));
        let mut flow = composer.flow;
        flow.cut_lead(lead.len());
        flow
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
    /// Bytes of the source that are not the block's.
    lead: usize,
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
            lead: 0,
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
        // What ended a line above a picture or a formula is none of the text below.
        if rich.text.starts_with([' ', '\n']) && rich.runs.first().is_some_and(|r| !r.is_verbatim) {
            rich.remove(0..1);
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
        let mut options = parse::options();
        options.set(Options::ENABLE_MATH, math::is_in(self.source));
        let events = Parser::new_ext(text, options).into_offset_iter();
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
}

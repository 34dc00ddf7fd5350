//! What each event of the parser adds to a block.

use std::ops::Range;

use pulldown_cmark::{
    Alignment as CellAlignment, BlockQuoteKind, CodeBlockKind, Event, Tag, TagEnd,
};

use super::super::flow::{Alert, Alignment, Level, Nest, Part, Role, Table};
use super::super::rich::{Rich, Style};
use super::super::{BlockKind, Marker, markup, parse};
use super::{Composer, Image};

impl Composer<'_> {
    pub(super) fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
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
                self.table = Some(Table {
                    alignments,
                    ..Table::default()
                });
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

    pub(super) fn end(&mut self, tag: TagEnd, range: Range<usize>) {
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
                    let part = if language.as_deref() == Some("math") {
                        Part::Formula { rich }
                    } else {
                        Part::Code { language, rich }
                    };
                    self.piece(part, range, false);
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

    pub(super) fn leaf(&mut self, event: Event<'_>, range: Range<usize>) {
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
                    let (text, is_verbatim) = of_block(self.source, &text, &range);
                    code.push(text, range, Style::CODE, None, is_verbatim);
                } else {
                    self.text(&text, range);
                }
            }
            Event::Code(text) => self.code_span(&text, range),
            Event::Html(text) => {
                if let Some(html) = &mut self.html {
                    let (text, is_verbatim) = of_block(self.source, &text, &range);
                    html.push(text, range, Style::default(), None, is_verbatim);
                }
            }
            Event::InlineHtml(text) => markup::inline(self, &text, range),
            Event::FootnoteReference(label) => {
                let at = self.parsed.blocks[self.index].range.start + range.start;
                let at = at.saturating_sub(self.lead);
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
            Event::InlineMath(tex) => self.formula(&tex, range, false),
            Event::DisplayMath(tex) => self.formula(&tex, range, true),
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
}

/// What of a text is the block's, and whether it stands there as it is: a last line is read with
/// the line end that parts it from the definitions behind it.
fn of_block<'t>(source: &str, text: &'t str, range: &Range<usize>) -> (&'t str, bool) {
    let Some(of_source) = source.get(range.clone()) else {
        return (text, false);
    };
    match text.get(..of_source.len()) {
        Some(start) if start == of_source => (start, true),
        _ => (text, false),
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

//! HTML in a block: what is commonly written is shown as what it means, comments are hidden, and
//! what is not known is shown as its source.

use std::ops::Range;

use super::compose::Composer;
use super::flow::{Nest, Part, Role, Table};
use super::html::{Effect, Token, effect, tokens, unescaped};
use super::rich::{Rich, Style};

/// A tag among text.
pub(super) fn inline(composer: &mut Composer<'_>, html: &str, source: Range<usize>) {
    for (token, _) in tokens(html) {
        match &token {
            Token::Text => composer.show(html, source.clone(), Style::SOURCE),
            Token::Hidden => {}
            Token::Open { name, .. } => open_inline(composer, &token, name, html, &source),
            Token::Close { name } => close_inline(composer, name, html, &source),
        }
    }
}

fn open_inline(
    composer: &mut Composer<'_>,
    token: &Token,
    name: &str,
    html: &str,
    source: &Range<usize>,
) {
    match (name, effect(name)) {
        ("img", _) => {
            let value = |name: &str| token.attribute(name).unwrap_or_default().to_owned();
            composer.picture(value("src"), value("alt"), value("title"), source.clone());
        }
        ("input", _) if token.attribute("type") == Some("checkbox") => {
            let is_done = token.attribute("checked").is_some();
            let sign = if is_done { "☑ " } else { "☐ " };
            composer.show(sign, source.clone(), Style::default());
        }
        ("a", _) => {
            if let Some(target) = token.attribute("href") {
                let title = token.attribute("title").unwrap_or_default();
                composer.open_link(target.to_owned(), title.to_owned());
            }
        }
        (_, Effect::Styled(style)) => composer.open_style(style, source.start),
        (_, Effect::Break) => composer.show("\n", source.clone(), Style::default()),
        (_, Effect::Plain | Effect::Block) => {}
        (_, Effect::Unknown) => composer.show(html, source.clone(), Style::SOURCE),
    }
}

fn close_inline(composer: &mut Composer<'_>, name: &str, html: &str, source: &Range<usize>) {
    match (name, effect(name)) {
        ("a", _) => drop(composer.links.pop()),
        (_, Effect::Styled(style)) => {
            let open = composer
                .styles
                .iter()
                .rev()
                .find(|(open, _)| *open == style);
            let start = open.map_or(source.start, |(_, start)| *start);
            composer.close_style(style, start..source.end, name.len() + 2);
        }
        (_, Effect::Plain | Effect::Block | Effect::Break) => {}
        (_, Effect::Unknown) => composer.show(html, source.clone(), Style::SOURCE),
    }
}

/// A block of HTML. `html` is its text with the way back to the source.
pub(super) fn block(composer: &mut Composer<'_>, html: &Rich) {
    let mut walk = Walk {
        composer,
        html,
        n_details: 0,
        n_folds: 0,
        in_summary: false,
        pre: 0,
        lists: Vec::new(),
        n_nests: 0,
    };
    let all = tokens(&html.text);
    let mut i = 0;
    while let Some((token, range)) = all.get(i) {
        i += 1;
        match token {
            Token::Hidden => {}
            Token::Text => walk.text(range.clone()),
            Token::Open { name, .. }
                if matches!(name.as_str(), "script" | "style" | "textarea") =>
            {
                // Its text is no text: all of it is shown as it stands.
                let is_end = |(token, _): &(Token, Range<usize>)| matches!(token, Token::Close { name: end } if end == name);
                let end = all[i..].iter().position(is_end).map(|n| i + n);
                let last = end.unwrap_or(all.len() - 1);
                let whole = range.start..all[last].1.end;
                walk.source(whole);
                i = last + 1;
            }
            Token::Open { name, .. } => walk.open(token, name, range.clone()),
            Token::Close { name } => walk.close(name, range.clone()),
        }
    }
    walk.end();
    composer.styles.clear();
    composer.links.clear();
}

struct Walk<'w, 'p> {
    composer: &'w mut Composer<'p>,
    html: &'w Rich,
    /// `<details>` so far, which names them.
    n_details: u32,
    /// Those that are open.
    n_folds: usize,
    /// Whether a summary is being gathered.
    in_summary: bool,
    pre: usize,
    lists: Vec<Option<u64>>,
    n_nests: usize,
}

impl Walk<'_, '_> {
    fn source_range(&self, range: Range<usize>) -> Range<usize> {
        self.html.source_of(range)
    }

    fn source(&mut self, range: Range<usize>) {
        self.composer.flush();
        let text = &self.html.text[range.clone()];
        let mut rich = Rich::default();
        rich.push(
            text,
            self.source_range(range.clone()),
            Style::CODE,
            None,
            true,
        );
        let source = self.source_range(range);
        let part = Part::Source {
            rich,
            is_code: true,
        };
        self.composer.piece(part, source, false);
    }

    fn text(&mut self, range: Range<usize>) {
        let text = &self.html.text[range.clone()];
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let blank = rest
                .find(|c: char| !c.is_ascii_whitespace())
                .unwrap_or(rest.len());
            let length = if blank > 0 {
                blank
            } else {
                rest.find(|c: char| c.is_ascii_whitespace())
                    .unwrap_or(rest.len())
            };
            let piece = range.start + at..range.start + at + length;
            at += length;
            let source = self.source_range(piece.clone());
            let piece = &self.html.text[piece];
            if blank == 0 {
                let plain = unescaped(piece);
                let is_verbatim = plain == piece;
                self.composer
                    .push(&plain, source, Style::default(), is_verbatim);
            } else if self.pre > 0 {
                self.composer.push(piece, source, Style::CODE, true);
            } else {
                let shown = &self.composer.rich.text;
                if !shown.is_empty() && !shown.ends_with([' ', '\n']) {
                    self.composer.show(" ", source, Style::default());
                }
            }
        }
    }

    fn open(&mut self, token: &Token, name: &str, range: Range<usize>) {
        let source = self.source_range(range.clone());
        let is_block = matches!(effect(name), Effect::Block);
        if is_block && self.composer.table.is_none() && !self.in_summary {
            self.composer.flush();
        }
        match name {
            "details" => {
                self.n_folds += 1;
                let is_open = token.attribute("open").is_some();
                let id = self.n_details;
                self.n_details += 1;
                self.composer.enter(Nest::Fold { id, is_open });
                let rest = self.html.text[range.end..].trim_start();
                if !rest.starts_with("<summary") {
                    self.composer
                        .show("Details", source.clone(), Style::default());
                    self.composer.summary(source);
                }
            }
            "summary" => {
                self.composer.flush();
                self.in_summary = true;
            }
            "table" => self.composer.table = Some(Table::default()),
            "tr" => self.composer.row(),
            "td" | "th" => self.drop_blank(),
            "pre" => self.pre += 1,
            "ul" => self.lists.push(None),
            "ol" => {
                let first = token
                    .attribute("start")
                    .and_then(|start| start.parse().ok());
                self.lists.push(Some(first.unwrap_or(1)));
            }
            "li" if self.composer.table.is_none() => self.item(),
            "blockquote" if self.composer.table.is_none() => {
                self.composer.enter(Nest::Quote(None));
                self.n_nests += 1;
            }
            "hr" => self.composer.piece(Part::Rule, source, false),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if self.composer.table.is_none() => {
                self.composer
                    .set_role(Role::Heading(name.as_bytes()[1] - b'0'));
            }
            _ if is_block => {}
            _ => open_inline(self.composer, token, name, &self.html.text[range], &source),
        }
    }

    fn item(&mut self) {
        let number = self.lists.last_mut().and_then(|next| {
            let number = *next;
            *next = next.map(|n: u64| n.saturating_add(1));
            number
        });
        let marker = number.map_or(super::Marker::Bullet, super::Marker::Number);
        self.composer.enter(Nest::Item { marker, task: None });
        self.n_nests += 1;
    }

    fn close(&mut self, name: &str, range: Range<usize>) {
        let source = self.source_range(range.clone());
        let is_block = matches!(effect(name), Effect::Block);
        match name {
            "summary" => {
                if std::mem::take(&mut self.in_summary) {
                    self.composer.summary(source);
                }
                return;
            }
            "td" | "th" if self.composer.table.is_some() => {
                self.composer.cell();
                return;
            }
            "table" => {
                self.drop_blank();
                if let Some(mut table) = self.composer.table.take() {
                    table.rows.retain(|row| !row.is_empty());
                    if !table.rows.is_empty() {
                        self.composer.piece(Part::Table(table), source, false);
                    }
                }
                return;
            }
            _ => {}
        }
        if is_block && self.composer.table.is_none() && !self.in_summary {
            self.composer.flush();
        }
        match name {
            "details" => {
                if self.n_folds > 0 {
                    self.n_folds -= 1;
                    self.composer.leave();
                }
            }
            "pre" => self.pre = self.pre.saturating_sub(1),
            "ul" | "ol" => drop(self.lists.pop()),
            "li" | "blockquote" if self.composer.table.is_none() => {
                if self.n_nests > 0 {
                    self.n_nests -= 1;
                    self.composer.leave();
                }
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.composer.set_role(Role::Paragraph),
            _ if is_block => {}
            _ => close_inline(self.composer, name, &self.html.text[range], &source),
        }
    }

    /// Between the cells of a table there is nothing.
    fn drop_blank(&mut self) {
        if self.composer.rich.is_blank() {
            self.composer.rich = Rich::default();
        }
    }

    fn end(&mut self) {
        self.composer.flush();
        for _ in 0..self.n_nests + self.n_folds {
            self.composer.leave();
        }
        self.composer.set_role(Role::Paragraph);
        if let Some(table) = self.composer.table.take() {
            self.composer
                .piece(Part::Table(table), 0..self.composer.source.len(), false);
        }
    }
}

//! How the text of a block is gathered, with its styles, links and pictures.

use std::ops::Range;

use super::super::flow::{Nest, Part};
use super::super::rich::{Link, Rich, Style};
use super::super::{inline, math};
use super::Composer;

impl Composer<'_> {
    /// Adds text in the styles that are open, as its own source if that is what it is.
    pub(in super::super) fn text(&mut self, text: &str, range: Range<usize>) {
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

    pub(in super::super) fn code_span(&mut self, text: &str, range: Range<usize>) {
        let source = &self.source[range.clone()];
        let n = source.bytes().take_while(|b| *b == b'`').count();
        let inner = source.get(n..source.len().saturating_sub(n)).unwrap_or("");
        // A blank at both ends is not shown; line ends are shown as blanks.
        let cut = (inner.len().saturating_sub(text.len())) / 2;
        // Not so behind the marks of a quote, nor where a cell has a bar in its code.
        let is_spelled = |there: &str| {
            let mut bytes = there.bytes().zip(text.bytes());
            bytes.all(|(a, b)| a == b || b == b' ' && matches!(a, b'\r' | b'\n'))
        };
        let is_same = inner.len() == text.len() + 2 * cut
            && cut <= 1
            && inner.get(cut..cut + text.len()).is_some_and(is_spelled);
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
    pub(in super::super) fn show(&mut self, text: &str, source: Range<usize>, style: Style) {
        self.push(text, source, style, false);
    }

    pub(in super::super) fn push(
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

    /// Adds a formula with its dollar signs: one that is displayed on lines of its own, any other as a
    /// word. Dollar signs that mean none are text.
    pub(in super::super) fn formula(&mut self, tex: &str, range: Range<usize>, is_displayed: bool) {
        let marks = if is_displayed { "$$" } else { "$" };
        let text = format!("{marks}{tex}{marks}");
        if !math::is_meant(self.source, &range) {
            self.show(&text.replace('\n', " "), range, Style::default());
            return;
        }
        let in_line = self.table.is_some() || self.in_heading;
        if is_displayed && !in_line {
            let in_paragraph = self.in_paragraph;
            self.flush();
            self.in_paragraph = in_paragraph;
            let is_verbatim = self.source.get(range.clone()) == Some(&text);
            let mut rich = Rich::default();
            rich.push(&text, range.clone(), Style::MATH, None, is_verbatim);
            self.piece(Part::Formula { rich }, range, false);
            return;
        }
        let start = range.start;
        let text = text.replace('\n', " ");
        let is_verbatim = self.source.get(range.clone()) == Some(&text);
        self.push(&text, range.clone(), Style::MATH, is_verbatim);
        self.rich.add_whole(range, start..start);
    }

    pub(in super::super) fn open_style(&mut self, style: Style, start: usize) {
        self.styles.push((style, start));
    }

    /// Ends a style whose marks are `n` bytes on each side of `outer`.
    pub(in super::super) fn close_style(&mut self, style: Style, outer: Range<usize>, n: usize) {
        if let Some(at) = self.styles.iter().rposition(|(open, _)| *open == style) {
            self.styles.remove(at);
            let inner = (outer.start + n).min(outer.end)..outer.end.saturating_sub(n);
            self.rich.add_whole(outer, inner);
        }
    }

    pub(in super::super) fn open_link(&mut self, target: String, title: String) {
        self.links.push(Link { target, title });
    }

    /// Begins a row of the table.
    pub(in super::super) fn row(&mut self) {
        if let Some(table) = &mut self.table {
            table.rows.push(Vec::new());
        }
    }

    /// Ends a cell of the table.
    pub(in super::super) fn cell(&mut self) {
        let mut rich = std::mem::take(&mut self.rich);
        self.text_start = None;
        inline::finish(&mut rich);
        if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
            row.push(rich);
        }
    }

    /// Ends the head of the innermost fold, which stands outside of it.
    pub(in super::super) fn summary(&mut self, source: Range<usize>) {
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
    pub(in super::super) fn picture(
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

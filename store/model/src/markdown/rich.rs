//! Text as it is shown, with the way back to its source.

use std::ops::Range;

/// How a run of text differs from plain text: a set of the constants below.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Style(u16);

impl Style {
    /// Strong emphasis.
    pub const BOLD: Self = Self(1);
    /// Emphasis.
    pub const ITALIC: Self = Self(1 << 1);
    /// Code.
    pub const CODE: Self = Self(1 << 2);
    /// Struck out.
    pub const STRIKE: Self = Self(1 << 3);
    /// Marked, as with a pen.
    pub const MARK: Self = Self(1 << 4);
    /// Inserted.
    pub const UNDERLINE: Self = Self(1 << 5);
    /// Small and high, as the number of a footnote.
    pub const RAISED: Self = Self(1 << 6);
    /// Small and low.
    pub const LOWERED: Self = Self(1 << 7);
    /// A key to press.
    pub const KEY: Self = Self(1 << 8);
    /// Source that is shown as it stands, since nothing better is known of it.
    pub const SOURCE: Self = Self(1 << 9);
    /// What stands for a picture that is not shown.
    pub const PICTURE: Self = Self(1 << 10);
    /// Was not there before.
    pub const ADDED: Self = Self(1 << 11);
    /// Is no longer there.
    pub const REMOVED: Self = Self(1 << 12);

    /// A formula in TeX, with its dollar signs.
    pub const MATH: Self = Self(1 << 13);

    /// Whether all of `other` is in it.
    #[must_use]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// As written in the document, entities and escapes resolved.
    pub target: String,
    /// What it is called in a tooltip; often empty.
    pub title: String,
}

/// A stretch of shown text that came from one stretch of source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// Bytes of [`Rich::text`].
    pub shown: Range<usize>,
    /// Bytes of the source, from the start of the block.
    pub source: Range<usize>,
    /// How it looks.
    pub style: Style,
    /// Index into [`Rich::links`].
    pub link: Option<usize>,
    /// Whether each shown byte is the source byte at the same distance; else the run is one whole,
    /// as an entity is.
    pub is_verbatim: bool,
}

/// A paragraph's worth of shown text. The runs cover the text without gaps, in the order of both
/// text and source.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rich {
    /// What is shown; `\n` breaks a line.
    pub text: String,
    /// Where it came from and how it looks.
    pub runs: Vec<Run>,
    /// Where its links lead.
    pub links: Vec<Link>,
    /// The source of what must be whole to be read as what it is (emphasis, links, code): outside
    /// and inside of its marks.
    pub(super) wholes: Vec<(Range<usize>, Range<usize>)>,
}

impl Rich {
    /// Text that is its own source, from `start` bytes after the start of the block.
    #[must_use]
    pub fn verbatim(text: &str, start: usize, style: Style) -> Self {
        let mut rich = Self::default();
        rich.push(text, start..start + text.len(), style, None, true);
        rich
    }

    /// The source of a stretch of shown text, as narrow as can be: `bold` of `**bold**`.
    #[must_use]
    pub fn source_of(&self, shown: Range<usize>) -> Range<usize> {
        let first = self
            .runs
            .partition_point(|run| run.shown.end <= shown.start);
        let Some(first) = self.runs.get(first).or(self.runs.last()) else {
            return 0..0;
        };
        let start = match shown.start.checked_sub(first.shown.start) {
            Some(into) if first.is_verbatim => (first.source.start + into).min(first.source.end),
            Some(_) if shown.start >= first.shown.end => first.source.end,
            _ => first.source.start,
        };
        let last = self.runs.partition_point(|run| run.shown.start < shown.end);
        let Some(last) = last.checked_sub(1).map(|last| &self.runs[last]) else {
            return start..start;
        };
        let end = if last.is_verbatim {
            (last.source.start + (shown.end - last.shown.start)).min(last.source.end)
        } else {
            last.source.end
        };
        if shown.is_empty() {
            return start..start;
        }
        start..end.max(start)
    }

    /// The same, widened so that nothing is cut in two: read as Markdown it shows the same words,
    /// and what they were a part of.
    #[must_use]
    pub fn whole_source_of(&self, shown: Range<usize>) -> Range<usize> {
        let mut range = self.source_of(shown);
        // From inside out: a whole that was widened can cut the one around it.
        for (outer, inner) in self.wholes.iter().rev() {
            let touches = range.start < outer.end && outer.start < range.end;
            let is_within = inner.start <= range.start && range.end <= inner.end;
            if touches && !is_within {
                range = range.start.min(outer.start)..range.end.max(outer.end);
            }
        }
        range
    }

    /// A stretch of source with the other mark of what it has one mark and all words of: `Dig *deep*`
    /// of `Dig *deep`.
    #[must_use]
    pub fn with_marks(&self, mut source: Range<usize>) -> Range<usize> {
        // From inside out: marks stand within marks.
        for (outer, inner) in self.wholes.iter().rev() {
            let has_words = source.start <= inner.start && inner.end <= source.end;
            let has_more = source.start < inner.start || inner.end < source.end;
            if has_words && has_more {
                source = source.start.min(outer.start)..source.end.max(outer.end);
            }
        }
        source
    }

    /// The shown text that came from any of these bytes of source; `None` when none did.
    #[must_use]
    pub fn shown_of(&self, source: Range<usize>) -> Option<Range<usize>> {
        let first = self
            .runs
            .partition_point(|run| run.source.end <= source.start);
        let end = self
            .runs
            .partition_point(|run| run.source.start < source.end);
        let runs = self.runs.get(first..end)?;
        let (first, last) = (runs.first()?, runs.last()?);
        let start = if first.is_verbatim {
            first.shown.start + source.start.saturating_sub(first.source.start)
        } else {
            first.shown.start
        };
        let end = if last.is_verbatim {
            (last.shown.start + (source.end - last.source.start)).min(last.shown.end)
        } else {
            last.shown.end
        };
        (start < end).then_some(start..end)
    }

    /// The same with words in it that are in no source, put behind the byte `after` of the source;
    /// `None` where nothing is shown of what ends there.
    #[must_use]
    pub fn with_inserted(&self, words: &str, after: usize, style: Style) -> Option<Self> {
        let at = self.runs.partition_point(|run| run.source.end < after);
        let run = self.runs.get(at).filter(|run| run.source.start < after)?;
        let mut with = Self {
            links: self.links.clone(),
            wholes: self.wholes.clone(),
            ..Self::default()
        };
        for run in &self.runs[..at] {
            with.push_run(&self.text[run.shown.clone()], run.clone());
        }
        let into = if run.is_verbatim {
            after - run.source.start
        } else {
            run.shown.len()
        };
        let (before, behind) = self.text[run.shown.clone()].split_at_checked(into)?;
        with.push_run(before, run.clone());
        let end = with.runs.last().map_or(after, |run| run.source.end);
        with.push(words, end..end, style, None, false);
        if !behind.is_empty() {
            let source = after..run.source.end;
            with.push_run(
                behind,
                Run {
                    source,
                    ..run.clone()
                },
            );
        }
        for run in &self.runs[at + 1..] {
            with.push_run(&self.text[run.shown.clone()], run.clone());
        }
        Some(with)
    }

    /// Adds a run as it is, but for where it is shown; of one that is verbatim, as much as `text` is.
    fn push_run(&mut self, text: &str, mut run: Run) {
        if text.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(text);
        if run.is_verbatim {
            run.source.end = run.source.start + text.len();
        }
        run.shown = start..self.text.len();
        self.runs.push(run);
    }

    /// Adds text behind what is there. `source` is taken to be its own source byte for byte when
    /// `is_verbatim`.
    pub(super) fn push(
        &mut self,
        text: &str,
        source: Range<usize>,
        style: Style,
        link: Option<usize>,
        is_verbatim: bool,
    ) {
        if text.is_empty() {
            return;
        }
        let shown = self.text.len()..self.text.len() + text.len();
        self.text.push_str(text);
        let is_verbatim = is_verbatim && source.len() == text.len();
        if let Some(last) = self.runs.last_mut()
            && (last.style, last.link) == (style, link)
            && last.is_verbatim
            && is_verbatim
            && last.source.end == source.start
        {
            last.shown.end = shown.end;
            last.source.end = source.end;
            return;
        }
        self.runs.push(Run {
            shown,
            source,
            style,
            link,
            is_verbatim,
        });
    }

    /// Makes a run begin at this byte of the shown text, and gives its index. What is one whole is
    /// not divided.
    pub(super) fn split_at(&mut self, shown: usize) -> usize {
        let at = self.runs.partition_point(|run| run.shown.end <= shown);
        let Some(run) = self.runs.get_mut(at) else {
            return self.runs.len();
        };
        let into = shown.saturating_sub(run.shown.start);
        if into == 0 || !run.is_verbatim {
            return at;
        }
        let mut rest = run.clone();
        run.shown.end = shown;
        run.source.end = run.source.start + into;
        rest.shown.start = shown;
        rest.source.start += into;
        self.runs.insert(at + 1, rest);
        at + 1
    }

    /// Takes shown text away; its source is then shown by nothing.
    pub(super) fn remove(&mut self, shown: Range<usize>) {
        let first = self.split_at(shown.start);
        self.split_at(shown.end);
        self.text.replace_range(shown.clone(), "");
        // A whole that is cut still came from all of its source.
        let kept = |at: usize| at.min(shown.start) + at.saturating_sub(shown.end);
        for run in &mut self.runs[first..] {
            run.shown = kept(run.shown.start)..kept(run.shown.end);
        }
        self.runs.retain(|run| !run.shown.is_empty());
    }

    /// Takes away what stands before the first `n` bytes of source, and counts from behind them.
    pub(super) fn cut_lead(&mut self, n: usize) {
        let end = self.runs.iter().take_while(|run| run.source.start < n);
        let end = end.last().map_or(0, |run| {
            let over = run.source.end.saturating_sub(n);
            let kept = if run.is_verbatim { over } else { 0 };
            run.shown.end - kept
        });
        if end > 0 {
            self.remove(0..end);
        }
        let back = |range: &mut Range<usize>| {
            *range = range.start.saturating_sub(n)..range.end.saturating_sub(n);
        };
        self.runs.iter_mut().for_each(|run| back(&mut run.source));
        self.wholes.retain(|(outer, _)| outer.end > n);
        for (outer, inner) in &mut self.wholes {
            back(outer);
            back(inner);
        }
    }

    /// Adds a whole; inner ones come after those that they are in.
    pub(super) fn add_whole(&mut self, outer: Range<usize>, inner: Range<usize>) {
        let at = self
            .wholes
            .partition_point(|(other, _)| (other.start, other.end) <= (outer.start, outer.end));
        self.wholes.insert(at, (outer, inner));
    }

    /// Whether nothing would be seen of it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_put_into_a_text_and_leave_the_way_back_to_its_source() {
        let mut rich = Rich::verbatim("Two beds ", 10, Style::default());
        rich.push("by", 21..23, Style::BOLD, None, true);
        rich.push("&", 25..30, Style::default(), None, false);
        let inside = rich.with_inserted("three", 13, Style::ADDED);
        let inside = inside.expect("a place");
        assert_eq!(inside.text, "Twothree beds by&");
        assert_eq!(inside.source_of(0..3), 10..13);
        assert_eq!(inside.source_of(8..13), 13..18);
        assert_eq!(inside.shown_of(10..13), Some(0..3));
        assert_eq!(inside.source_of(14..16), 21..23);
        let behind = rich.with_inserted("and", 30, Style::ADDED);
        assert_eq!(behind.expect("a place").text, "Two beds by&and");
        assert_eq!(rich.with_inserted("nowhere", 24, Style::ADDED), None);
        assert_eq!(rich.with_inserted("nowhere", 40, Style::ADDED), None);
    }
}

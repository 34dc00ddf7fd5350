//! Where a text is read as running words: what stands between them and around them is syntax.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};

use super::parse::options;
use super::{BlockKind, Parsed};

/// The words of one paragraph, heading, cell or the like, without the marks of the blocks they are in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Leaf {
    /// Its bytes in the text.
    pub(crate) range: Range<usize>,
    /// Whether it is a cell of a table.
    pub(crate) is_cell: bool,
    /// What in it may not be cut.
    spans: Vec<Span>,
}

/// Something in a leaf that has a beginning and an end.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Span {
    outer: Range<usize>,
    /// The words in it; `None` if nothing in it is read as such.
    inner: Option<Range<usize>>,
}

impl Span {
    fn is_cut_by(&self, range: &Range<usize>) -> bool {
        let holds = |a: &Range<usize>, b: &Range<usize>| a.start <= b.start && b.end <= a.end;
        let is_apart = range.end <= self.outer.start || self.outer.end <= range.start;
        let is_within = self.inner.as_ref().is_some_and(|inner| holds(inner, range));
        !(is_apart || is_within || holds(range, &self.outer))
    }
}

impl Leaf {
    /// The range, widened so that it cuts no emphasis, link, code, entity or the like.
    pub(crate) fn whole(&self, range: Range<usize>) -> Range<usize> {
        /// More rounds are needed only by what is nested deeper than people write.
        const MAX_ROUNDS: usize = 16;
        let mut whole = range;
        for _ in 0..MAX_ROUNDS {
            let before = whole.clone();
            for span in &self.spans {
                if span.is_cut_by(&whole) {
                    whole = whole.start.min(span.outer.start)..whole.end.max(span.outer.end);
                }
            }
            if whole == before {
                return whole;
            }
        }
        self.range.clone()
    }
}

/// All leaves of a Markdown text, in its order; none overlap. None of any other text.
pub(crate) fn leaves(parsed: &Parsed) -> Vec<Leaf> {
    if !parsed.is_markdown {
        return Vec::new();
    }
    let start = match parsed.blocks.first() {
        Some(block) if block.kind == BlockKind::FrontMatter => block.range.end,
        _ => 0,
    };
    let mut gathered = Gathered::default();
    let events = Parser::new_ext(&parsed.text[start..], options()).into_offset_iter();
    for (event, range) in events {
        let range = range.start + start..range.end + start;
        gathered.take(&parsed.text, &event, range);
    }
    gathered.close();
    let mut leaves = gathered.leaves;
    leaves.retain(|leaf| parsed.text.get(leaf.range.clone()).is_some());
    leaves.sort_by_key(|leaf| leaf.range.start);
    let mut end = 0;
    leaves.retain(|leaf| {
        let is_apart = end <= leaf.range.start;
        end = end.max(leaf.range.end);
        is_apart
    });
    leaves
}

#[derive(Default)]
struct Gathered {
    leaves: Vec<Leaf>,
    open: Option<Leaf>,
    /// Spans that have begun, outermost first.
    begun: Vec<Span>,
    is_cell: bool,
    is_raw: bool,
}

impl Gathered {
    fn take(&mut self, text: &str, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => match tag {
                Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } => {
                    let is_auto = matches!(
                        tag,
                        Tag::Link {
                            link_type: LinkType::Autolink | LinkType::Email,
                            ..
                        }
                    );
                    self.words(&range);
                    // A picture's words are no running words.
                    let inner = (!is_auto).then_some(range.end..range.start);
                    self.begun.push(Span {
                        outer: range,
                        inner,
                    });
                }
                Tag::Image { .. } => {
                    self.words(&range);
                    self.begun.push(Span {
                        outer: range,
                        inner: None,
                    });
                }
                Tag::CodeBlock(_) | Tag::HtmlBlock => {
                    self.close();
                    self.is_raw = true;
                }
                tag => {
                    self.close();
                    self.is_cell = matches!(tag, Tag::TableCell);
                }
            },
            Event::End(
                TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Link
                | TagEnd::Image,
            ) => {
                if let Some(mut span) = self.begun.pop() {
                    span.inner = span.inner.filter(|inner| inner.start <= inner.end);
                    if let Some(open) = &mut self.open {
                        open.spans.push(span);
                    }
                }
            }
            Event::End(_) => {
                self.close();
                self.is_raw = false;
                self.is_cell = false;
            }
            _ if self.is_raw => {}
            Event::Text(shown) => {
                self.words(&range);
                if text.get(range.clone()) != Some(shown) {
                    self.one(range);
                }
            }
            Event::SoftBreak | Event::HardBreak => self.words(&range),
            Event::Rule | Event::TaskListMarker(_) => self.close(),
            _ => {
                self.words(&range);
                self.one(range);
            }
        }
    }

    /// Something that is not to be cut anywhere.
    fn one(&mut self, outer: Range<usize>) {
        if let Some(open) = &mut self.open {
            open.spans.push(Span { outer, inner: None });
        }
    }

    fn words(&mut self, range: &Range<usize>) {
        for span in &mut self.begun {
            if let Some(inner) = &mut span.inner {
                *inner = inner.start.min(range.start)..inner.end.max(range.end);
            }
        }
        let is_cell = self.is_cell;
        let open = self.open.get_or_insert_with(|| Leaf {
            range: range.clone(),
            is_cell,
            spans: Vec::new(),
        });
        open.range.end = open.range.end.max(range.end);
    }

    fn close(&mut self) {
        self.begun.clear();
        self.leaves.extend(self.open.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::{DocumentKind, parse};

    fn words(text: &str) -> Vec<&str> {
        let parsed = parse(text.into(), DocumentKind::Markdown);
        leaves(&parsed)
            .into_iter()
            .map(|leaf| &text[leaf.range])
            .collect()
    }

    #[test]
    fn running_words_are_found_and_syntax_is_not() {
        let text = "---\ntitle: x\n---\n# *A* b #\n\np `c`\nq\n\n```\ncode\n```\n\n- [x] one\n- two\n\n  three\n\n> quo\n> te\n\n| h | i |\n|---|---|\n| **j** | |\n\n<div>html</div>\n\n[r]: x\n";
        let found = words(text);
        let wanted = [
            "*A* b",
            "p `c`\nq",
            "one",
            "two",
            "three",
            "quo\n> te",
            "h",
            "i",
            "**j**",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn what_has_two_ends_is_not_cut() {
        let text = "a **bo*ld*er** [li**nk**](u) `co` &amp; ![pic](p) <b>z";
        let parsed = parse(text.into(), DocumentKind::Markdown);
        let leaves = leaves(&parsed);
        let whole = |words: &str| {
            let start = text.find(words).unwrap();
            &text[leaves[0].whole(start..start + words.len())]
        };
        assert_eq!(whole("bo"), "bo");
        assert_eq!(whole("a **bo"), "a **bo*ld*er**");
        assert_eq!(whole("ld*e"), "*ld*e");
        assert_eq!(whole("li"), "li");
        assert_eq!(whole("](u"), "[li**nk**](u)");
        assert_eq!(whole("o` &"), "`co` &amp;");
        assert_eq!(whole("pic"), "![pic](p)");
        assert_eq!(whole("b>z"), "<b>z");
    }
}

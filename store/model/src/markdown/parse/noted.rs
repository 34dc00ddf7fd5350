//! What is noted of blocks beside themselves: the outline, what folds, and what they refer to.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;

use super::super::html::{self, Token};
use super::super::{Fold, Heading};
use super::{Builder, Gathered};

impl Builder<'_> {
    /// Notes a heading in the outline, and by what links call it.
    pub(super) fn heading(&mut self, level: u8, text: &str, block: usize) {
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

    /// Notes which blocks stand between a `<details>` and its end.
    pub(super) fn folds(&mut self, block: usize, range: Range<usize>) {
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
                            // Of its head, once that is whole.
                            name: 0,
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

    /// Notes what a block refers to, and makes it a part of the block's looks.
    pub(super) fn refer(&mut self, index: usize, gathered: &Gathered) {
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
}

pub(super) fn is_comment(html: &str) -> bool {
    let html = html.trim();
    html.starts_with("<!--") && html.ends_with("-->") && html.matches("-->").count() == 1
}

/// The name that code hosts give a heading: lower case, blanks to hyphens, no punctuation.
pub(in super::super) fn slug(heading: &str) -> String {
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

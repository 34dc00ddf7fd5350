//! A text by characters, as the published methods count it.

use std::ops::Range;

use postil_model::markdown::{DocumentKind, Parsed, parse};

/// A text with its characters and where each begins.
pub(super) struct Document {
    pub(super) raw: String,
    pub(super) chars: Vec<char>,
    starts: Vec<usize>,
    /// Bytes of the blocks at the top level, by `CommonMark` with tables.
    pub(super) blocks: Vec<Range<usize>>,
    parsed: Parsed,
}

impl Document {
    pub(super) fn new(raw: &str) -> Self {
        let (mut starts, chars): (Vec<_>, Vec<_>) = raw.char_indices().unzip();
        starts.push(raw.len());
        Self {
            raw: raw.to_owned(),
            chars,
            starts,
            blocks: blocks(raw),
            parsed: parse(raw.into(), DocumentKind::Markdown),
        }
    }

    /// The byte at which the character `n` begins.
    pub(super) fn byte(&self, n: usize) -> usize {
        self.starts[n]
    }

    /// The number of the character that begins at `byte`, or of the next.
    pub(super) fn char(&self, byte: usize) -> usize {
        self.starts.partition_point(|&start| start < byte)
    }

    /// The headings over a byte, as a note keeps them.
    pub(super) fn headings_over(&self, byte: usize) -> Vec<String> {
        self.parsed.headings_over(byte)
    }

    /// Up to `n` characters in front of the character `at`.
    pub(super) fn before(&self, at: usize, n: usize) -> &[char] {
        &self.chars[at.saturating_sub(n)..at]
    }

    /// Up to `n` characters from the character `at` on.
    pub(super) fn after(&self, at: usize, n: usize) -> &[char] {
        &self.chars[at..self.chars.len().min(at + n)]
    }
}

fn blocks(raw: &str) -> Vec<Range<usize>> {
    use pulldown_cmark::{Event, Options, Parser};
    let mut depth = 0_usize;
    let mut blocks = Vec::new();
    for (event, range) in Parser::new_ext(raw, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(_) => {
                if depth == 0 {
                    blocks.push(range);
                }
                depth += 1;
            }
            Event::End(_) => depth -= 1,
            _ if depth == 0 => blocks.push(range),
            _ => {}
        }
    }
    blocks
}

/// Every place, overlapping ones too, where `needle` begins in `text`.
pub(super) fn places<'t>(text: &'t [char], needle: &'t [char]) -> impl Iterator<Item = usize> + 't {
    let first = needle.first();
    let last = text.len().checked_sub(needle.len());
    let starts = 0..last.map_or(0, |last| last + 1);
    starts.filter(move |&at| text.get(at) == first && text[at..].starts_with(needle))
}

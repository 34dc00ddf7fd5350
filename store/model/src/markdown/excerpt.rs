//! A block's source, so that it can be laid out alone.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::{BlockKind, Parsed};

impl Parsed {
    /// Markdown that shows block `index` when it is laid out by itself.
    ///
    /// A heading comes without its marks, an item without its marker and indentation, a footnote
    /// without its label; link definitions of the document that the block uses stand behind it, and
    /// footnote references are links to `#postil-footnote-N`. Empty for an index that is not there.
    #[must_use]
    pub fn excerpt(&self, index: usize) -> Cow<'_, str> {
        let Some(block) = self.blocks.get(index) else {
            return Cow::Borrowed("");
        };
        let source = self.with_footnote_links(index, &self.text[block.range.clone()]);
        let own = match block.kind {
            BlockKind::Heading(_) => heading_content(source),
            BlockKind::Item { .. } => item_content(&source).into(),
            BlockKind::Footnote(_) => footnote_content(&source).into(),
            _ => source,
        };
        let Some(definitions) = self.definitions.get(&index) else {
            return own;
        };
        let mut whole = own.into_owned();
        whole.push('\n');
        for span in definitions {
            whole.push('\n');
            whole.push_str(self.text[span.clone()].trim());
        }
        Cow::Owned(whole)
    }

    fn with_footnote_links<'s>(&self, index: usize, source: &'s str) -> Cow<'s, str> {
        let Some(marks) = self.footnote_marks.get(&index) else {
            return Cow::Borrowed(source);
        };
        let start = self.blocks[index].range.start;
        let mut linked = String::with_capacity(source.len() + marks.len() * 24);
        let mut done = 0;
        for (range, number) in marks {
            let (from, to) = (
                range.start.saturating_sub(start),
                range.end.saturating_sub(start),
            );
            let (Some(before), true) = (source.get(done..from), to <= source.len()) else {
                continue;
            };
            linked.push_str(before);
            // Writing to a string cannot fail.
            let _ = write!(
                linked,
                "[{}](#postil-footnote-{number})",
                superscript(*number)
            );
            done = to;
        }
        linked.push_str(source.get(done..).unwrap_or_default());
        Cow::Owned(linked)
    }
}

fn superscript(number: u32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    number
        .to_string()
        .bytes()
        .map(|digit| DIGITS[usize::from(digit - b'0')])
        .collect()
}

fn heading_content(source: Cow<'_, str>) -> Cow<'_, str> {
    let trimmed = source.trim();
    if let Some(rest) = trimmed.strip_prefix('#') {
        let content = rest.trim_start_matches('#').trim();
        let without_closing = content.trim_end_matches('#');
        let is_closing = without_closing.is_empty() || without_closing.ends_with([' ', '\t']);
        let content = if is_closing { without_closing } else { content };
        return Cow::Owned(content.trim().to_owned());
    }
    // A setext heading: all but the underline.
    match trimmed.rsplit_once('\n') {
        Some((content, _)) => Cow::Owned(content.trim().to_owned()),
        None => source,
    }
}

fn item_content(source: &str) -> String {
    let n_digits = source.bytes().take_while(u8::is_ascii_digit).count();
    let marker = n_digits + 1;
    let blanks = source[marker.min(source.len())..]
        .bytes()
        .take_while(|b| *b == b' ')
        .count();
    // Five blanks or more after the marker are one blank and an indented code block.
    let blanks = if (1..=4).contains(&blanks) { blanks } else { 1 };
    let indentation = marker + blanks;
    let mut content = String::with_capacity(source.len());
    for (i, line) in source.split_inclusive('\n').enumerate() {
        if i == 0 {
            let first = line
                .get(indentation..)
                .unwrap_or_else(|| line.get(marker..).unwrap_or(""));
            content.push_str(without_task_marker(first));
        } else {
            content.push_str(dedented(line, indentation));
        }
    }
    content
}

fn without_task_marker(line: &str) -> &str {
    let bytes = line.as_bytes();
    if let [
        b'[',
        b' ' | b'x' | b'X',
        b']',
        b' ' | b'\t' | b'\n' | b'\r',
        ..,
    ] = bytes
    {
        line[3..].trim_start_matches([' ', '\t'])
    } else {
        line
    }
}

/// A line without its first `n` columns of blanks, or as many as there are. A tab counts to the
/// next multiple of four.
fn dedented(line: &str, n: usize) -> &str {
    let mut column = 0;
    for (i, byte) in line.bytes().enumerate() {
        if column >= n {
            return &line[i..];
        }
        match byte {
            b' ' => column += 1,
            b'\t' => column += 4 - column % 4,
            _ => return &line[i..],
        }
    }
    line.get(line.trim_end_matches('\n').len()..).unwrap_or("")
}

fn footnote_content(source: &str) -> String {
    let Some((_, content)) = source.split_once("]:") else {
        return source.to_owned();
    };
    let mut own = String::with_capacity(content.len());
    for (i, line) in content
        .trim_start_matches([' ', '\t'])
        .split_inclusive('\n')
        .enumerate()
    {
        own.push_str(if i == 0 { line } else { dedented(line, 4) });
    }
    own
}

//! How a block that has ended is added: whole, in parts, or as pieces of its source.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;

use super::super::parts::{self, Cuts};
use super::super::{Block, BlockKind, LongCode, Marker};
use super::noted::is_comment;
use super::{Builder, Gathered, Open};

/// Blocks that show more, and are neither paragraph nor table, are shown as pieces of their source:
/// laying one out costs time in its size.
const MAX_SHOWN_BYTES: usize = 32 * 1024;
/// Deeper nesting is shown as source: the viewer's cost grows faster than the depth.
const MAX_DEPTH: usize = 24;

impl Builder<'_> {
    pub(super) fn close(&mut self, open: Open, gathered: &Gathered) {
        let Open {
            kind,
            range,
            depth,
            deepest,
        } = open;
        // Read alone, the first line is to be indented as the others are.
        let range = line_start(self.text, range.start)..range.end;
        let source = &self.text[range.clone()];
        if kind == BlockKind::Html && is_comment(source) {
            return;
        }
        let block = self.parsed.blocks.len();
        if kind == BlockKind::Html {
            self.folds(block, range.clone());
        }
        if let BlockKind::Heading(level) = kind {
            self.heading(level, &gathered.heading, block);
        }
        if let BlockKind::Footnote(number) = kind {
            self.parsed.block_of_footnote.entry(number).or_insert(block);
        }
        let is_cut = matches!(kind, BlockKind::Paragraph | BlockKind::Table);
        if is_cut && deepest - depth <= MAX_DEPTH && gathered.cuts.is_needed(gathered.n_shown) {
            self.push_parts(&kind, range, &gathered.cuts);
        } else {
            self.push(kind, range, deepest - depth, gathered.n_shown);
        }
        for index in block..self.parsed.blocks.len() {
            if !matches!(self.parsed.blocks[index].kind, BlockKind::Source { .. }) {
                self.refer(index, gathered);
            }
        }
    }

    /// Adds a block, in pieces of its source if it cannot be laid out. `n_shown` are the bytes that
    /// it shows.
    pub(super) fn push(
        &mut self,
        kind: BlockKind,
        range: Range<usize>,
        depth: usize,
        n_shown: usize,
    ) {
        // The parser's ranges of definition lists can reach into the block before.
        let end_of_last = self.parsed.blocks.last().map_or(0, |block| block.range.end);
        let start = range.start.max(end_of_last);
        let range = start..range.end.max(start);
        if n_shown <= MAX_SHOWN_BYTES && depth <= MAX_DEPTH {
            self.add(kind, range);
            return;
        }
        let is_code = matches!(
            kind,
            BlockKind::Code(_) | BlockKind::Table | BlockKind::Html | BlockKind::FrontMatter
        );
        let language = match kind {
            BlockKind::Code(language) => language,
            BlockKind::Html => Some("html".to_owned()),
            BlockKind::FrontMatter => Some("yaml".to_owned()),
            _ => None,
        };
        let source = &self.text[range.clone()];
        let fence = source.split_inclusive('\n').next().unwrap_or_default();
        let has_fence = fence.starts_with("```") || fence.starts_with("~~~");
        let start = range.start + if has_fence { fence.len() } else { 0 };
        let first = self.parsed.blocks.len();
        for piece in parts::pieces(self.text, range, depth > MAX_DEPTH) {
            self.add(BlockKind::Source { is_code }, piece);
        }
        let blocks = first..self.parsed.blocks.len();
        self.parsed
            .long_codes
            .extend(language.map(|language| LongCode {
                language,
                start,
                blocks,
            }));
    }

    /// Adds a paragraph or a table in parts that are laid out each by itself.
    fn push_parts(&mut self, kind: &BlockKind, range: Range<usize>, cuts: &Cuts) {
        let first = self.parsed.blocks.len();
        let mut start = range.start;
        for end in cuts.places().iter().copied().chain([range.end]) {
            let part = match (start == range.start, kind) {
                (true, kind) => kind.clone(),
                (false, BlockKind::Table) => BlockKind::Rows { table: first },
                (false, _) => BlockKind::Continued,
            };
            self.add(part, start..end);
            start = end;
        }
    }

    fn add(&mut self, kind: BlockKind, range: Range<usize>) {
        let mut hash = hash_of(&kind, &self.text[range.clone()]);
        if let BlockKind::Rows { table } = kind {
            // Alignments are in the head.
            let mut hasher = DefaultHasher::new();
            let table = self.parsed.blocks.get(table);
            let head = table.map(|table| parts::head_of(&self.text[table.range.clone()]));
            (hash, head).hash(&mut hasher);
            hash = hasher.finish();
        }
        self.parsed.blocks.push(Block { kind, range, hash });
    }
}

fn hash_of(kind: &BlockKind, source: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    // A number can differ while the source does not, when an item was put before it.
    match kind {
        BlockKind::Item {
            marker: Marker::Number(n),
            is_loose,
            ..
        } => (n, is_loose).hash(&mut hasher),
        BlockKind::Item { is_loose, .. } => is_loose.hash(&mut hasher),
        BlockKind::Footnote(n) => n.hash(&mut hasher),
        BlockKind::Malformed { at, why } => (at, why).hash(&mut hasher),
        _ => {}
    }
    std::mem::discriminant(kind).hash(&mut hasher);
    // The last block of a text may lack its line end.
    source.trim_end().hash(&mut hasher);
    hasher.finish()
}

/// The start of the line, when only blanks are before this byte in it; else the byte itself.
fn line_start(text: &str, start: usize) -> usize {
    let before = text[..start].trim_end_matches([' ', '\t']);
    if before.is_empty() || before.ends_with('\n') {
        before.len()
    } else {
        start
    }
}

//! The heights of a document's blocks, summed so that finding a place takes no time in its length.

use std::ops::Range;

/// Blocks whose sum is kept together.
const CHUNK: usize = 512;

/// Heights in points, known or guessed.
#[derive(Debug, Default)]
pub(super) struct Heights {
    blocks: Vec<f32>,
    /// The sums of [`CHUNK`] blocks each. In f64: a 100 MB document is millions of points high.
    chunks: Vec<f64>,
    total: f64,
    /// Blocks that are folded away, in order and apart.
    hidden: Vec<Range<usize>>,
}

impl Heights {
    /// Blocks of these heights, of which some are folded away.
    pub(super) fn new(heights: impl Iterator<Item = f32>, mut folded: Vec<Range<usize>>) -> Self {
        let mut blocks: Vec<f32> = heights.collect();
        folded.sort_unstable_by_key(|range| range.start);
        let mut hidden: Vec<Range<usize>> = Vec::new();
        for range in folded {
            match hidden.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => hidden.push(range),
            }
        }
        for range in &hidden {
            blocks[range.clone()].fill(0.0);
        }
        let chunks: Vec<f64> = blocks.chunks(CHUNK).map(sum).collect();
        let total = chunks.iter().sum();
        Self {
            blocks,
            chunks,
            total,
            hidden,
        }
    }

    /// The height of the whole document.
    pub(super) fn total(&self) -> f64 {
        self.total
    }

    /// The height of a block, known or guessed; nothing past the end.
    pub(super) fn height(&self, block: usize) -> f32 {
        self.blocks.get(block).copied().unwrap_or(0.0)
    }

    /// How far below the start a block begins; past the end, the end.
    pub(super) fn top_of(&self, block: usize) -> f64 {
        let block = block.min(self.blocks.len());
        let chunk = block / CHUNK;
        self.chunks[..chunk].iter().sum::<f64>() + sum(&self.blocks[chunk * CHUNK..block])
    }

    /// The block at a distance below the start, and how far below its own top that is. Before the
    /// start it is the first block, past the end the last.
    pub(super) fn block_at(&self, y: f64) -> (usize, f64) {
        let mut rest = y.max(0.0);
        let mut chunk = 0;
        while chunk + 1 < self.chunks.len() && rest >= self.chunks[chunk] {
            rest -= self.chunks[chunk];
            chunk += 1;
        }
        let mut block = chunk * CHUNK;
        while block + 1 < self.blocks.len() && rest >= f64::from(self.blocks[block]) {
            rest -= f64::from(self.blocks[block]);
            block += 1;
        }
        (block, rest)
    }

    /// The first block from here on that is not folded away.
    pub(super) fn shown_from(&self, block: usize) -> usize {
        let at = self.hidden.partition_point(|range| range.end <= block);
        match self.hidden.get(at) {
            Some(range) if range.contains(&block) => range.end,
            _ => block,
        }
    }

    /// Whether a block is folded away.
    pub(super) fn is_hidden(&self, block: usize) -> bool {
        self.shown_from(block) != block
    }

    /// Takes over a measured height; whether it differs from what was thought.
    pub(super) fn set(&mut self, block: usize, height: f32) -> bool {
        let Some(place) = self.blocks.get_mut(block) else {
            return false;
        };
        if (*place - height).abs() < 0.01 {
            return false;
        }
        *place = height;
        let chunk = block / CHUNK;
        let start = chunk * CHUNK;
        let end = (start + CHUNK).min(self.blocks.len());
        let new = sum(&self.blocks[start..end]);
        self.total += new - self.chunks[chunk];
        self.chunks[chunk] = new;
        true
    }
}

fn sum(heights: &[f32]) -> f64 {
    heights.iter().copied().map(f64::from).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_distances_are_each_others_inverse() {
        let mut heights = Heights::new((0..2_000).map(|i| 10.0 + (i % 7) as f32), Vec::new());
        heights.set(700, 400.0);
        for block in [0, 1, 511, 512, 513, 700, 701, 1_999] {
            let top = heights.top_of(block);
            assert_eq!(heights.block_at(top), (block, 0.0));
            assert_eq!(heights.block_at(top + 3.0), (block, 3.0));
        }
        assert!((heights.top_of(9_999) - heights.total()).abs() < 1e-6);
        assert_eq!(heights.block_at(-5.0), (0, 0.0));
        assert_eq!(heights.block_at(heights.total() + 5.0).0, 1_999);
    }

    #[test]
    fn the_total_follows_what_is_measured() {
        let mut heights = Heights::new([1.0, 2.0, 3.0].into_iter(), Vec::new());
        assert!(heights.set(1, 20.0));
        assert!(!heights.set(1, 20.0));
        assert!(!heights.set(9, 20.0));
        assert!((heights.total() - 24.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_folded_away_takes_no_room() {
        let folded = vec![900..1_500, 2..4, 1_000..1_200, 4..5];
        let heights = Heights::new(std::iter::repeat_n(10.0, 2_000), folded);
        assert!((heights.total() - 13_970.0).abs() < 1e-6);
        let shown = [1, 2, 4, 5, 899, 900, 1_499].map(|block| heights.shown_from(block));
        assert_eq!(shown, [1, 5, 5, 5, 899, 1_500, 1_500]);
        assert_eq!(heights.block_at(25.0), (5, 5.0));
    }

    #[test]
    fn a_document_without_blocks_has_a_place_too() {
        let heights = Heights::new(std::iter::empty(), Vec::new());
        assert_eq!(heights.block_at(7.0).0, 0);
        assert!(heights.total().abs() < 1e-9);
    }
}

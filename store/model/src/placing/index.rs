//! A text by its short pieces, so that words are found in it without reading all of it.

use std::ops::Range;

/// How many bytes a piece has. A quarter of the characters edited still leaves pieces of six whole
/// unless the edits are spread evenly; shorter pieces stand in too many places.
const PIECE: usize = 6;
/// A piece that stands in more places is looked up around the expected place only.
const MAX_PLACES: usize = 32;
/// How many pieces of the words, and of the context on each side, are looked up: the rarest of as
/// many stretches.
const N_QUOTE_PIECES: usize = 32;
const N_CONTEXT_PIECES: usize = 8;

/// A text with runs of white space as one space, and where each piece of it stands.
#[derive(Debug)]
pub(super) struct Index {
    bytes: Vec<u8>,
    /// For each of `bytes`, and for their end, its place in the text.
    source: Vec<u32>,
    /// For each bucket where its pieces begin in `places`; one more for the end.
    buckets: Vec<u32>,
    /// Where in `bytes` the pieces stand, by bucket, in order.
    places: Vec<u32>,
    shift: u32,
}

/// Words with what stands around them, squeezed like the text of an [`Index`].
#[derive(Debug)]
pub(super) struct Needle {
    bytes: Vec<u8>,
    /// Where in them the words are.
    quote: Range<usize>,
}

impl Needle {
    pub(super) fn new(before: &str, quote: &str, after: &str) -> Self {
        let mut bytes = Vec::with_capacity(before.len() + quote.len() + after.len());
        squeeze(before, &mut bytes, |_| {});
        let start = bytes.len();
        squeeze(quote, &mut bytes, |_| {});
        let end = bytes.len();
        squeeze(after, &mut bytes, |_| {});
        Self {
            bytes,
            quote: start.min(end)..end,
        }
    }
}

impl Index {
    pub(super) fn new(text: &str) -> Self {
        let mut bytes = Vec::with_capacity(text.len());
        let mut source = Vec::with_capacity(text.len() + 1);
        squeeze(text, &mut bytes, |at| source.push(at as u32));
        source.push(text.len() as u32);
        let n_bits = bytes.len().next_power_of_two().ilog2().clamp(8, 20);
        let shift = 64 - n_bits;
        let mut buckets = vec![0_u32; (1 << n_bits) + 1];
        for piece in bytes.windows(PIECE) {
            buckets[bucket(piece, shift) + 1] += 1;
        }
        let mut sum = 0;
        for n in &mut buckets {
            sum += *n;
            *n = sum;
        }
        let mut next = buckets.clone();
        let mut places = vec![0; bytes.len().saturating_sub(PIECE - 1)];
        for (at, piece) in bytes.windows(PIECE).enumerate() {
            let next = &mut next[bucket(piece, shift)];
            places[*next as usize] = at as u32;
            *next += 1;
        }
        Self {
            bytes,
            source,
            buckets,
            places,
            shift,
        }
    }

    /// The places in the bucket of a piece: those of other pieces may be among them.
    fn places(&self, piece: &[u8]) -> &[u32] {
        let bucket = bucket(piece, self.shift);
        &self.places[self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize]
    }

    /// Where the words of the needle stand letter by letter, in bytes of the text: all places, unless
    /// even the rarest piece of the words is all over the text; then those around `expected`. None of
    /// words shorter than a piece.
    pub(super) fn same(&self, needle: &Needle, expected: usize) -> Vec<Range<usize>> {
        let words = &needle.bytes[needle.quote.clone()];
        let pieces = words.windows(PIECE).enumerate();
        let rarest = pieces
            .map(|(at, piece)| (at, self.places(piece)))
            .min_by_key(|(_, places)| places.len());
        let Some((at, places)) = rarest else {
            return Vec::new();
        };
        let home = self.source.partition_point(|&at| (at as usize) < expected);
        let near = nearest(places, (home + at) as u32).iter();
        let starts = near.filter_map(|&place| (place as usize).checked_sub(at));
        let same = starts.filter(|&start| self.bytes[start..].starts_with(words));
        same.map(|start| self.source[start] as usize..self.source[start + words.len()] as usize)
            .collect()
    }

    /// Where most pieces of the needle stand as far from each other as in it, the best first, at
    /// most `most`: about where the words would be, in bytes of the text. `expected` is where they were.
    pub(super) fn leads(&self, needle: &Needle, expected: usize, most: usize) -> Vec<Range<usize>> {
        let home = self.source.partition_point(|&at| (at as usize) < expected);
        // Shifted by the length of the needle, so that none is below nothing.
        let origin = needle.bytes.len();
        let mut votes: Vec<usize> = Vec::new();
        let parts = [
            (0..needle.quote.start, N_CONTEXT_PIECES),
            (needle.quote.clone(), N_QUOTE_PIECES),
            (needle.quote.end..needle.bytes.len(), N_CONTEXT_PIECES),
        ];
        for (part, n) in parts {
            let last = (part.end + PIECE - 1).min(needle.bytes.len());
            let starts = part.start..(last + 1).saturating_sub(PIECE).max(part.start);
            let stretch = starts.len().div_ceil(n).max(1);
            for start in starts.clone().step_by(stretch) {
                let end = (start + stretch).min(starts.end);
                let rarest = (start..end)
                    .filter(|&at| at + PIECE <= needle.bytes.len())
                    .map(|at| (at, self.places(&needle.bytes[at..at + PIECE])))
                    .filter(|(_, places)| !places.is_empty())
                    .min_by_key(|(_, places)| places.len());
                let Some((at, places)) = rarest else {
                    continue;
                };
                let target = (home + at).saturating_sub(needle.quote.start);
                let piece = &needle.bytes[at..at + PIECE];
                let near = nearest(places, target as u32);
                let real = near
                    .iter()
                    .filter(|&&place| self.bytes[place as usize..].starts_with(piece));
                votes.extend(real.map(|&place| place as usize + origin - at));
            }
        }
        votes.sort_unstable();
        self.tallied(&votes, needle, home, most)
    }

    /// Puts together the votes that differ by no more than an edit within the words would make.
    fn tallied(
        &self,
        votes: &[usize],
        needle: &Needle,
        home: usize,
        most: usize,
    ) -> Vec<Range<usize>> {
        let slack = (needle.quote.len() / 4).clamp(8, 256);
        let place = |vote: usize, offset: usize| {
            let at = (vote + offset).saturating_sub(needle.bytes.len());
            at.min(self.bytes.len())
        };
        let groups = votes.chunk_by(|a, b| b - a <= slack);
        let mut leads: Vec<(usize, usize)> = groups
            .map(|group| (group.len(), group[group.len() / 2]))
            .collect();
        leads.sort_by_key(|&(weight, vote)| {
            let away = place(vote, needle.quote.start).abs_diff(home);
            (std::cmp::Reverse(weight), away, vote)
        });
        leads.truncate(most);
        let leads = leads.into_iter().map(|(_, vote)| {
            let source = |offset: usize| self.source[place(vote, offset)] as usize;
            source(needle.quote.start)..source(needle.quote.end)
        });
        leads.collect()
    }
}

/// At most [`MAX_PLACES`] of `places` around `target`.
fn nearest(places: &[u32], target: u32) -> &[u32] {
    if places.len() <= MAX_PLACES {
        return places;
    }
    let middle = places.partition_point(|&place| place < target);
    let start = middle
        .saturating_sub(MAX_PLACES / 2)
        .min(places.len() - MAX_PLACES);
    &places[start..start + MAX_PLACES]
}

fn bucket(piece: &[u8], shift: u32) -> usize {
    let number = piece
        .iter()
        .fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
    (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift) as usize
}

/// Appends the bytes of `text` with each run of white space as one space, and says where each is.
fn squeeze(text: &str, bytes: &mut Vec<u8>, mut at: impl FnMut(usize)) {
    for (start, c) in text.char_indices() {
        if !c.is_whitespace() {
            let mut buffer = [0; 4];
            let encoded = c.encode_utf8(&mut buffer).as_bytes();
            bytes.extend_from_slice(encoded);
            (start..start + encoded.len()).for_each(&mut at);
        } else if bytes.last() != Some(&b' ') {
            bytes.push(b' ');
            at(start);
        }
    }
}

//! Edit distances by bits: Myers' algorithm of 1999 in the form with blocks by Hyyrö, 2003.

use std::collections::BTreeMap;

/// How many steps of 64 characters of the one text by one of the other a likeness may cost before
/// it is estimated from the words: about ten milliseconds.
const MAX_STEPS: usize = 1 << 22;

/// Where a pattern may begin in a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    /// At the text's first character.
    AtStart,
    /// Anywhere.
    Anywhere,
}

/// Characters that are compared with others.
pub(super) struct Pattern {
    len: usize,
    n_blocks: usize,
    /// For each ASCII character `n_blocks` words: a bit for each place where it stands.
    ascii: Vec<u64>,
    /// The same for the others.
    others: BTreeMap<char, Vec<u64>>,
    none: Vec<u64>,
}

impl Pattern {
    pub(super) fn new(pattern: &[char]) -> Self {
        let len = pattern.len();
        let n_blocks = len.div_ceil(64);
        let mut ascii = vec![0; 128 * n_blocks];
        let mut others: BTreeMap<char, Vec<u64>> = BTreeMap::new();
        for (i, &c) in pattern.iter().enumerate() {
            let (block, bit) = (i / 64, 1 << (i % 64));
            if c.is_ascii() {
                ascii[c as usize * n_blocks + block] |= bit;
            } else {
                others.entry(c).or_insert_with(|| vec![0; n_blocks])[block] |= bit;
            }
        }
        Self {
            len,
            n_blocks,
            ascii,
            others,
            none: vec![0; n_blocks],
        }
    }

    /// The least edit distance of the pattern to a part of `text` that ends after each of its
    /// characters in turn.
    pub(super) fn distances(&self, text: impl Iterator<Item = char>, begins: Begins) -> Vec<u32> {
        let Some(last) = self.n_blocks.checked_sub(1) else {
            let step = u32::from(begins == Begins::AtStart);
            return text.zip(1..).map(|(_, n)| n * step).collect();
        };
        let top = 1_u64 << ((self.len - 1) % 64);
        let (mut ups, mut downs) = (vec![u64::MAX; self.n_blocks], vec![0_u64; self.n_blocks]);
        let mut distance = self.len as u32;
        let mut found = Vec::with_capacity(text.size_hint().0);
        for c in text {
            let places = if c.is_ascii() {
                &self.ascii[c as usize * self.n_blocks..][..self.n_blocks]
            } else {
                self.others.get(&c).unwrap_or(&self.none)
            };
            let mut carry_up = u64::from(begins == Begins::AtStart);
            let mut carry_down = 0;
            for (block, &equal) in places.iter().enumerate() {
                let (up, down) = (ups[block], downs[block]);
                let along = equal | down;
                let equal = equal | carry_down;
                let across = ((equal & up).wrapping_add(up) ^ up) | equal;
                let mut higher = down | !(across | up);
                let mut lower = up & across;
                if block == last {
                    distance += u32::from(higher & top != 0);
                    distance -= u32::from(lower & top != 0);
                }
                let (next_up, next_down) = (higher >> 63, lower >> 63);
                higher = higher << 1 | carry_up;
                lower = lower << 1 | carry_down;
                ups[block] = lower | !(along | higher);
                downs[block] = higher & along;
                (carry_up, carry_down) = (next_up, next_down);
            }
            found.push(distance);
        }
        found
    }
}

/// The characters with each run of white space as one space, none at the ends.
pub(super) fn squeezed(text: impl Iterator<Item = char>) -> Vec<char> {
    let mut characters: Vec<char> = Vec::with_capacity(text.size_hint().0);
    for c in text {
        if !c.is_whitespace() {
            characters.push(c);
        } else if characters.last().is_some_and(|&last| last != ' ') {
            characters.push(' ');
        }
    }
    if characters.last() == Some(&' ') {
        characters.pop();
    }
    characters
}

/// How alike two texts are, in thousandths: the share of the longer that need not be edited to
/// make the one of the other. How much white space there is makes no difference. 1000 only for
/// the same words.
pub(super) fn likeness(a: &str, b: &str) -> u16 {
    if a == b {
        return 1000;
    }
    let (a, b) = (squeezed(a.chars()), squeezed(b.chars()));
    let longer = a.len().max(b.len());
    if a == b || longer == 0 {
        return 1000;
    }
    let n_same_start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[n_same_start..], &b[n_same_start..]);
    let n_same_end = (a.iter().rev().zip(b.iter().rev()))
        .take_while(|(a, b)| a == b)
        .count();
    let (a, b) = (&a[..a.len() - n_same_end], &b[..b.len() - n_same_end]);
    let distance = if a.len().div_ceil(64) * b.len() <= MAX_STEPS {
        let distances = Pattern::new(a).distances(b.iter().copied(), Begins::AtStart);
        distances.last().map_or(a.len(), |&last| last as usize)
    } else {
        estimate(a, b)
    };
    (((longer - distance.min(longer)) * 1000 / longer) as u16).min(999)
}

/// A distance for texts too long to count: the characters in runs of 16 that only one has.
fn estimate(a: &[char], b: &[char]) -> usize {
    let known: std::collections::HashSet<&[char]> = b.windows(16).collect();
    let pieces = a.chunks_exact(16);
    let n_left = pieces.remainder().len();
    let n_lost = pieces.filter(|piece| !known.contains(piece)).count();
    (n_lost * 16 + n_left).max(a.len().abs_diff(b.len()))
}

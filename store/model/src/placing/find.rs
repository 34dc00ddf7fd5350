//! The place in a text that is most like some words, by the fewest edits.

use std::ops::Range;

use super::distance::{Begins, Pattern};

/// Characters with runs of white space as one space, and where each begins in its text.
pub(super) struct Squeezed {
    chars: Vec<char>,
    /// The byte at which each begins; one more for the end.
    starts: Vec<usize>,
    /// The byte at which each ends; a space where the first of its white space does, which may be of
    /// several bytes.
    ends: Vec<usize>,
}

impl Squeezed {
    /// Of the bytes `range` of `text`.
    pub(super) fn of(text: &str, range: Range<usize>) -> Self {
        let (mut chars, mut starts, mut ends) = (Vec::new(), Vec::new(), Vec::new());
        for (at, c) in text[range.clone()].char_indices() {
            if !c.is_whitespace() {
                chars.push(c);
            } else if chars.last().is_some_and(|&last| last != ' ') {
                chars.push(' ');
            } else {
                continue;
            }
            starts.push(range.start + at);
            ends.push(range.start + at + c.len_utf8());
        }
        starts.push(range.end);
        Self {
            chars,
            starts,
            ends,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// The bytes of characters, without the white space behind the last of them.
    fn bytes(&self, chars: Range<usize>) -> Range<usize> {
        let Some(last) = chars.clone().next_back() else {
            return self.starts[chars.start]..self.starts[chars.start];
        };
        self.starts[chars.start]..self.ends[last]
    }
}

/// The bytes of the part of `text` that is made of `sought` with the fewest edits, at most `most`.
/// Of equals the first, at the length nearest to that of `sought`.
pub(super) fn nearest(sought: &[char], text: &Squeezed, most: usize) -> Option<Range<usize>> {
    let distances = Pattern::new(sought).distances(text.chars.iter().copied(), Begins::Anywhere);
    let least = *distances.iter().min()?;
    if least as usize > most {
        return None;
    }
    let reversed: Vec<char> = sought.iter().rev().copied().collect();
    let reversed = Pattern::new(&reversed);
    let ends = (0..distances.len()).filter(|&i| distances[i] == least);
    let places = ends.take(MAX_EQUALS).map(|last| {
        let reach = (sought.len() + least as usize).min(last + 1);
        let back = text.chars[last + 1 - reach..=last].iter().rev().copied();
        let lengths = reversed
            .distances(back, Begins::AtStart)
            .into_iter()
            .zip(1..);
        let length = lengths
            .min_by_key(|&(distance, n): &(u32, usize)| (distance, n.abs_diff(sought.len())))
            .map_or(0, |(_, n)| n);
        last + 1 - length..last + 1
    });
    let best = places.min_by_key(|place| place.len().abs_diff(sought.len()))?;
    Some(text.bytes(best))
}

/// How many places with equally few edits are looked at.
const MAX_EQUALS: usize = 16;

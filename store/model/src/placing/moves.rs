//! What was cut from one place and pasted at another.

use std::collections::HashMap;
use std::ops::Range;

use super::grow::grown_out;
use super::runs::{Run, between};
use super::words::words;

/// How many words in a row must be the same, and be found once in what went and once in what came.
const SEED_WORDS: usize = 6;
/// The fewest bytes of a move that is part of a line: shorter ones are turns of phrase.
const MIN_MOVE: usize = 60;
/// The fewest bytes of a move that is a whole line.
const MIN_LINE_MOVE: usize = 30;

/// Finds what `runs`, in the order of both texts, leave out on both sides and that is the same.
pub(super) fn moved(old: &str, new: &str, runs: &[Run]) -> Vec<Run> {
    let kept_old: Vec<_> = runs.iter().map(|run| run.old..run.old_end()).collect();
    let kept_new: Vec<_> = runs.iter().map(|run| run.new..run.new_end()).collect();
    let gone = pieces(old, &between(&kept_old, old.len()));
    let come = pieces(new, &between(&kept_new, new.len()));
    if gone.words.is_empty() || come.words.is_empty() {
        return Vec::new();
    }
    let mut seeds = seeds(&gone, &come);
    seeds.extend(lines(&gone, &come));
    seeds.sort_unstable();

    let mut found: Vec<Candidate> = Vec::new();
    for (i, j) in seeds {
        let is_known = found.last().is_some_and(|last| {
            last.gone.contains(&i) && j.wrapping_sub(last.come.start) == i - last.gone.start
        });
        if !is_known {
            found.push(grown(&gone, &come, i, j));
        }
    }
    found.retain(|candidate| candidate.is_whole(&gone, &come));
    // The longest first: what overlaps it is the same words by chance.
    found.sort_by_key(|candidate| std::cmp::Reverse(candidate.len));
    let mut is_taken = (vec![false; gone.words.len()], vec![false; come.words.len()]);
    let mut moves = Vec::new();
    for candidate in found {
        let is_free = !is_taken.0[candidate.gone.clone()].contains(&true)
            && !is_taken.1[candidate.come.clone()].contains(&true);
        if is_free {
            is_taken.0[candidate.gone.clone()].fill(true);
            is_taken.1[candidate.come.clone()].fill(true);
            candidate.push_runs(&gone, &come, &mut moves);
        }
    }
    grown_out(old, new, runs, moves)
}

/// The words of the parts of a text.
struct Pieces<'t> {
    text: &'t str,
    words: Vec<Range<usize>>,
    /// For each word the number of its part.
    part: Vec<usize>,
}

impl<'t> Pieces<'t> {
    fn word(&self, i: usize) -> &'t str {
        &self.text[self.words[i].clone()]
    }

    /// Whether the word is the first of a line, as the text stands.
    fn begins_line(&self, i: usize) -> bool {
        let before = &self.text[..self.words[i].start];
        let before = before.trim_end_matches([' ', '\t', '\r']);
        before.is_empty() || before.ends_with('\n')
    }

    fn ends_line(&self, i: usize) -> bool {
        let after = &self.text[self.words[i].end..];
        let after = after.trim_start_matches([' ', '\t', '\r']);
        after.is_empty() || after.starts_with('\n')
    }
}

fn pieces<'t>(text: &'t str, parts: &[Range<usize>]) -> Pieces<'t> {
    let mut pieces = Pieces {
        text,
        words: Vec::new(),
        part: Vec::new(),
    };
    for (number, part) in parts.iter().enumerate() {
        let words = words(&text[part.clone()]);
        let words = words.map(|word| word.start + part.start..word.end + part.start);
        pieces.words.extend(words);
        pieces.part.resize(pieces.words.len(), number);
    }
    pieces
}

/// Where the same [`SEED_WORDS`] words begin, once on each side.
fn seeds(gone: &Pieces<'_>, come: &Pieces<'_>) -> Vec<(usize, usize)> {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let numbered = [gone, come].map(|pieces| {
        let words = (0..pieces.words.len()).map(|i| {
            let next = numbers.len() as u32;
            *numbers.entry(pieces.word(i)).or_insert(next)
        });
        words.collect::<Vec<u32>>()
    });
    let mut places: HashMap<&[u32], [Place; 2]> = HashMap::new();
    for (side, pieces) in [gone, come].into_iter().enumerate() {
        for (i, seed) in numbered[side].windows(SEED_WORDS).enumerate() {
            if pieces.part[i] != pieces.part[i + SEED_WORDS - 1] {
                continue;
            }
            let place = &mut places.entry(seed).or_default()[side];
            *place = match place {
                Place::Nowhere => Place::Once(i),
                _ => Place::Often,
            };
        }
    }
    places.into_values().filter_map(Place::pair).collect()
}

/// Lines that are whole on both sides, and once on each.
fn lines(gone: &Pieces<'_>, come: &Pieces<'_>) -> Vec<(usize, usize)> {
    let mut places: HashMap<&str, [Place; 2]> = HashMap::new();
    for (side, pieces) in [gone, come].into_iter().enumerate() {
        let mut start = None;
        for i in 0..pieces.words.len() {
            if pieces.begins_line(i) {
                start = Some(i);
            }
            let Some(first) = start.filter(|_| pieces.ends_line(i)) else {
                continue;
            };
            start = None;
            let line = &pieces.text[pieces.words[first].start..pieces.words[i].end];
            if pieces.part[first] == pieces.part[i] && line.len() >= MIN_LINE_MOVE {
                let place = &mut places.entry(line).or_default()[side];
                *place = match place {
                    Place::Nowhere => Place::Once(first),
                    _ => Place::Often,
                };
            }
        }
    }
    places.into_values().filter_map(Place::pair).collect()
}

#[derive(Clone, Copy, Default)]
enum Place {
    #[default]
    Nowhere,
    Once(usize),
    Often,
}

impl Place {
    fn pair(places: [Self; 2]) -> Option<(usize, usize)> {
        match places {
            [Self::Once(gone), Self::Once(come)] => Some((gone, come)),
            _ => None,
        }
    }
}

/// Words in a row that are the same, as numbers of the words of each side.
struct Candidate {
    gone: Range<usize>,
    come: Range<usize>,
    /// Bytes of the old text.
    len: usize,
}

/// The longest row of the same words around a seed.
fn grown(gone: &Pieces<'_>, come: &Pieces<'_>, i: usize, j: usize) -> Candidate {
    let is_same = |a: usize, b: usize| {
        gone.part[a] == gone.part[i] && come.part[b] == come.part[j] && gone.word(a) == come.word(b)
    };
    let n_before = (1..=i.min(j))
        .take_while(|&n| is_same(i - n, j - n))
        .count();
    let n_after = (0..(gone.words.len() - i).min(come.words.len() - j))
        .take_while(|&n| is_same(i + n, j + n))
        .count();
    let words = i - n_before..i + n_after;
    let len = gone.words[words.end - 1].end - gone.words[words.start].start;
    Candidate {
        gone: words,
        come: j - n_before..j + n_after,
        len,
    }
}

impl Candidate {
    /// Whether it is long enough to be no chance.
    fn is_whole(&self, gone: &Pieces<'_>, come: &Pieces<'_>) -> bool {
        let is_line = |pieces: &Pieces<'_>, words: &Range<usize>| {
            pieces.begins_line(words.start) && pieces.ends_line(words.end - 1)
        };
        self.len >= MIN_MOVE
            || self.len >= MIN_LINE_MOVE && is_line(gone, &self.gone) && is_line(come, &self.come)
    }

    /// Its words, with the white space between them where that is the same too.
    fn push_runs(&self, gone: &Pieces<'_>, come: &Pieces<'_>, runs: &mut Vec<Run>) {
        let mut last: Option<Run> = None;
        for (i, j) in self.gone.clone().zip(self.come.clone()) {
            let (a, b) = (&gone.words[i], &come.words[j]);
            let joint = last.filter(|last| {
                gone.text[last.old_end()..a.start] == come.text[last.new_end()..b.start]
            });
            last = Some(if let Some(joint) = joint {
                Run {
                    len: a.end - joint.old,
                    ..joint
                }
            } else {
                runs.extend(last);
                Run {
                    old: a.start,
                    new: b.start,
                    len: a.len(),
                    is_moved: true,
                }
            });
        }
        runs.extend(last);
    }
}

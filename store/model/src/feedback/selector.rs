//! Words that another program points at, as an anchor in a text at hand.

use std::ops::Range;

use super::Whereabouts;
use crate::{Anchor, TextId};

/// A text in which characters are counted as the Web Annotation model counts them: by Unicode code
/// points. The text is a document's as Postil reads it: without a byte order mark, line ends as they
/// are in the file.
#[derive(Debug)]
pub struct CodePoints<'t> {
    text: &'t str,
    /// The byte of every code point whose number is a multiple of [`CodePoints::STEP`].
    steps: Vec<usize>,
}

impl<'t> CodePoints<'t> {
    const STEP: usize = 256;

    /// Makes a text ready to be asked about any number of places.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let starts = text.char_indices().map(|(at, _)| at);
        Self {
            text,
            steps: starts.step_by(Self::STEP).collect(),
        }
    }

    /// The code points that bytes are; `None` if the bytes are not whole characters of the text.
    #[must_use]
    pub fn of_bytes(&self, range: &Range<usize>) -> Option<Range<usize>> {
        self.text.get(range.clone())?;
        let count = |byte: usize| {
            let step = self
                .steps
                .partition_point(|at| *at <= byte)
                .saturating_sub(1);
            let start = self.steps.get(step).copied().unwrap_or_default();
            step * Self::STEP + self.text[start..byte].chars().count()
        };
        Some(count(range.start)..count(range.end))
    }

    /// The bytes that code points are; `None` if the text has no such code points.
    #[must_use]
    pub fn to_bytes(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let byte = |n: usize| {
            let start = match self.steps.get(n / Self::STEP) {
                Some(start) => *start,
                None => return (n == self.n()).then_some(self.text.len()),
            };
            let mut starts = self.text[start..].char_indices().map(|(at, _)| start + at);
            let end = || (n == self.n()).then_some(self.text.len());
            starts.nth(n % Self::STEP).or_else(end)
        };
        let range = byte(range.start)?..byte(range.end)?;
        (range.start <= range.end).then_some(range)
    }

    fn n(&self) -> usize {
        let last = self.steps.len().saturating_sub(1);
        let start = self.steps.last().copied().unwrap_or_default();
        last * Self::STEP + self.text[start..].chars().count()
    }
}

/// What an annotation says of where its words are.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selectors {
    /// The words; empty if they are not given.
    pub exact: String,
    /// What stands before them.
    pub prefix: String,
    /// What stands after them.
    pub suffix: String,
    /// Their code points.
    pub position: Option<Range<usize>>,
}

/// What [`Selectors`] come to in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Selected {
    /// They select these words of the text, and no others.
    Words(Anchor),
    /// They speak of words that are not in the text, or not in one place alone. The anchor has them
    /// as they were given, and belongs to no text: what becomes of it is for placing to say.
    Elsewhere(Anchor),
    /// They select nothing.
    Nothing,
}

impl Selectors {
    /// The text that anchors belong to which were made on none that is known.
    pub const NO_TEXT: TextId = TextId([0; 32]);

    /// Finds the words in a text. Where both a position and words are given, the words decide: at
    /// another place than the position says, they are taken only if they stand there alone, by
    /// themselves or between what is given as their surroundings.
    #[must_use]
    pub fn select(
        &self,
        whereabouts: &Whereabouts<'_>,
        points: &CodePoints<'_>,
        id: TextId,
    ) -> Selected {
        let text = whereabouts.text();
        let position = self
            .position
            .as_ref()
            .and_then(|position| points.to_bytes(position));
        let found = if self.exact.is_empty() {
            position.clone().filter(|range| !range.is_empty())
        } else {
            let is_there = |range: &Range<usize>| text[range.clone()] == self.exact;
            position
                .clone()
                .filter(is_there)
                .or_else(|| self.only_place(text))
        };
        match found {
            Some(range) => {
                let headings = whereabouts.headings_over(range.start);
                let headings = headings.into_iter().map(str::to_owned).collect();
                Selected::Words(Anchor::of(text, range, id, headings))
            }
            None if self.exact.is_empty() => Selected::Nothing,
            None => Selected::Elsewhere(self.unplaced(position)),
        }
    }

    /// The words as they were given, for where there is no text to hold them against.
    #[must_use]
    pub fn unplaced(&self, near: Option<Range<usize>>) -> Anchor {
        let start = near.map_or(0, |range| range.start);
        let before = self
            .prefix
            .char_indices()
            .rev()
            .nth(Anchor::CONTEXT_CHARS - 1);
        let after = self.suffix.char_indices().nth(Anchor::CONTEXT_CHARS);
        Anchor {
            quote: self.exact.clone(),
            before: self.prefix[before.map_or(0, |(at, _)| at)..].to_owned(),
            after: self.suffix[..after.map_or(self.suffix.len(), |(at, _)| at)].to_owned(),
            range: start..start.saturating_add(self.exact.len()),
            headings: Vec::new(),
            text: Self::NO_TEXT,
        }
    }

    /// The one place of the words, or the one of several with the same surroundings.
    fn only_place(&self, text: &str) -> Option<Range<usize>> {
        let mut n_places = 0_usize;
        let (mut first, mut between) = (None, None);
        let mut n_between = 0_usize;
        for (at, _) in text.match_indices(&self.exact) {
            let range = at..at + self.exact.len();
            if text[..at].ends_with(&self.prefix) && text[range.end..].starts_with(&self.suffix) {
                n_between += 1;
                between.get_or_insert(range.clone());
            }
            n_places += 1;
            first.get_or_insert(range);
        }
        match (n_places, n_between) {
            (1, _) => first,
            (_, 1) => between,
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn select(text: &str, selectors: &Selectors) -> Selected {
        let whereabouts = Whereabouts::new(text, "a.md");
        selectors.select(&whereabouts, &CodePoints::new(text), TextId([1; 32]))
    }

    fn quote(exact: &str, prefix: &str, suffix: &str) -> Selectors {
        Selectors {
            exact: exact.to_owned(),
            prefix: prefix.to_owned(),
            suffix: suffix.to_owned(),
            position: None,
        }
    }

    #[test]
    fn words_are_found_by_place_and_by_what_is_around() {
        let text = "# Ä\n👩‍🌾 dig, then dig again\n";
        let first = text.find("dig").unwrap();
        let second = text.rfind("dig").unwrap();
        let Selected::Words(found) = select(text, &quote("dig", "then ", "")) else {
            panic!("not found");
        };
        assert_eq!(found.range.start, second);
        assert_eq!(found.headings, ["Ä"]);
        assert_eq!(found.text, TextId([1; 32]));

        // Ten code points before the first: `# Ä`, its line end, three that make a farmer, and so on.
        let position = Some(8..11);
        let Selected::Words(found) = select(
            text,
            &Selectors {
                position,
                ..quote("dig", "", "")
            },
        ) else {
            panic!("not found");
        };
        assert_eq!(found.range.start, first);
    }

    #[test]
    fn words_that_could_be_any_are_not_bound_to_some() {
        let text = "dig, then dig again";
        let Selected::Elsewhere(anchor) = select(text, &quote("dig", "", "")) else {
            panic!("bound");
        };
        assert_eq!(
            (anchor.quote.as_str(), anchor.text),
            ("dig", Selectors::NO_TEXT)
        );
        // The position has other words: they decide.
        let position = Some(1..4);
        let other = Selectors {
            position,
            ..quote("plant", "a", "b")
        };
        assert!(matches!(select(text, &other), Selected::Elsewhere(_)));
        assert_eq!(select(text, &Selectors::default()), Selected::Nothing);
        let position = Some(1_000..usize::MAX);
        assert_eq!(
            select(
                text,
                &Selectors {
                    position,
                    ..Selectors::default()
                }
            ),
            Selected::Nothing
        );
    }

    proptest! {
        #[test]
        fn code_points_are_counted_there_and_back(
            text in "[aé庭👩\u{200d}\u{301}\r\n]{0,700}",
            (a, b) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        ) {
            let n = text.chars().count();
            let (a, b) = (a.index(n + 1), b.index(n + 1));
            let range = a.min(b)..a.max(b);
            let points = CodePoints::new(&text);
            let bytes = points.to_bytes(&range).unwrap();
            let slow = |n: usize| text.chars().take(n).map(char::len_utf8).sum::<usize>();
            prop_assert_eq!(&bytes, &(slow(range.start)..slow(range.end)));
            prop_assert_eq!(points.of_bytes(&bytes), Some(range));
            prop_assert_eq!(points.to_bytes(&(n..n + 1)), None);
        }
    }
}

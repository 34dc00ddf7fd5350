//! Where a note stands, as far as it can be said in honesty.

use std::ops::Range;

use super::Standing;
use crate::{Annotation, Placement};

/// Where a note stands now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// It is on a document or plan as a whole.
    Whole,
    /// On the very words that were marked.
    Same {
        /// Their bytes.
        range: Range<usize>,
        /// Whether they were moved.
        is_moved: bool,
    },
    /// On other words, made of those that were marked.
    Changed(Range<usize>),
    /// On any of these.
    Several(Vec<Range<usize>>),
    /// Its words are gone.
    Lost,
    /// Nobody looked.
    Unknown,
}

impl Place {
    /// Whatever is claimed is held against the text: a place outside of it is none, and words that
    /// differ are changed.
    pub(super) fn of(annotation: &Annotation, standing: Option<&Standing<'_>>) -> Self {
        let Some(passage) = annotation.passage() else {
            return Self::Whole;
        };
        let placed = standing.and_then(|standing| {
            let placement = standing.placements.get(&annotation.id)?;
            Some((standing.text, placement))
        });
        let Some((text, placement)) = placed else {
            return Self::Unknown;
        };
        let one = |range: &Range<usize>, is_moved| match text.get(range.clone()) {
            Some(words) if words == passage.sought().quote => Self::Same {
                range: range.clone(),
                is_moved,
            },
            Some(_) => Self::Changed(range.clone()),
            None => Self::Unknown,
        };
        match placement {
            Placement::Exact { range } => one(range, false),
            Placement::Moved { range } => one(range, true),
            Placement::Changed { range, .. } => match text.get(range.clone()) {
                Some(_) => Self::Changed(range.clone()),
                None => Self::Unknown,
            },
            Placement::Ambiguous { candidates } => {
                let inside = candidates
                    .iter()
                    .filter(|range| text.get((*range).clone()).is_some());
                let several: Vec<_> = inside.cloned().collect();
                if several.is_empty() {
                    Self::Unknown
                } else {
                    Self::Several(several)
                }
            }
            Placement::Detached => Self::Lost,
        }
    }

    /// Where it is now, if that is one place.
    pub(super) fn range(&self) -> Option<Range<usize>> {
        match self {
            Self::Same { range, .. } | Self::Changed(range) => Some(range.clone()),
            Self::Whole | Self::Several(_) | Self::Lost | Self::Unknown => None,
        }
    }

    /// What notes are sorted by: those on the whole first, then by place; those without one last, as
    /// they once stood.
    pub(super) fn order(&self, annotation: &Annotation) -> (u8, usize, usize) {
        let at = |class, range: &Range<usize>| (class, range.start, range.end);
        match self {
            Self::Whole => (0, 0, 0),
            Self::Same { range, .. } | Self::Changed(range) => at(1, range),
            Self::Several(several) => at(1, several.first().unwrap_or(&(0..0))),
            Self::Lost | Self::Unknown => at(
                2,
                annotation
                    .passage()
                    .map_or(&(0..0), |passage| &passage.sought().range),
            ),
        }
    }
}

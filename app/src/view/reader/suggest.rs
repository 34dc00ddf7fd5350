//! Words that notes suggest, set behind those that they would replace.

use std::borrow::Cow;

use postil_model::markdown::{Rich, Style};

use super::sheet::Sheet;
use crate::view::margin::{from_byte, shortened};

impl Sheet<'_> {
    /// A text of the block at `base` with what is suggested for it.
    pub(super) fn with_suggestions<'r>(&self, rich: &'r Rich, base: usize) -> Cow<'r, Rich> {
        let mut with = Cow::Borrowed(rich);
        let (Some(first), Some(last)) = (rich.runs.first(), rich.runs.last()) else {
            return with;
        };
        let own = base + first.source.start..base + last.source.end;
        for note in from_byte(self.notes, own.start) {
            if note.range.start >= own.end {
                break;
            }
            let Some(words) = &note.suggested else {
                continue;
            };
            // What is cut by the end of this text has its words in the next.
            if note.range.end <= own.start || note.range.end > own.end {
                continue;
            }
            let after = note.range.end - base;
            if let Some(inserted) = with.with_inserted(&shortened(words), after, Style::ADDED) {
                with = Cow::Owned(inserted);
            }
        }
        with
    }
}

//! Words that left their document, looked for in the other documents of the plan.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use postil_model::{Anchor, AnnotationId, Cold, DocumentId, Placement, Whereabouts};
use postil_store::Text;

/// Words that left their document, and where else they stand.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// What is looked for, in the order of ids.
    pub(crate) notes: Arc<[(AnnotationId, Anchor)]>,
    /// Where it was found.
    pub found: BTreeMap<AnnotationId, Vec<Stand>>,
    /// Documents that were not asked for yet.
    pub(crate) queue: VecDeque<DocumentId>,
    /// Those that are being read, by path.
    pub(crate) asked: BTreeMap<String, DocumentId>,
    /// Those in which another thread is looking.
    pub(crate) n_searched: usize,
}

impl Elsewhere {
    /// Whether not all documents were looked through yet.
    #[must_use]
    pub fn is_going_on(&self) -> bool {
        !self.queue.is_empty() || !self.asked.is_empty() || self.n_searched > 0
    }

    /// Whether this note's words are among those that are looked for.
    #[must_use]
    pub fn is_sought(&self, note: AnnotationId) -> bool {
        self.notes
            .binary_search_by_key(&note, |(id, _)| *id)
            .is_ok()
    }
}

/// Where words stand in a document that is not open.
#[derive(Clone, Debug)]
pub struct Stand {
    /// The document.
    pub document: DocumentId,
    /// The words there.
    pub anchor: Anchor,
    /// The line of the first, counted from one.
    pub line: usize,
    /// The document's text.
    pub(crate) text: Text,
}

/// Words to be looked for in one document.
#[derive(Clone, Debug)]
pub struct SeekJob {
    /// The document.
    pub document: DocumentId,
    /// The path of its file.
    pub path: String,
    /// Its text.
    pub text: Text,
    /// The notes whose words are sought.
    pub notes: Arc<[(AnnotationId, Anchor)]>,
}

/// Where in one document the words of notes stand.
#[derive(Debug)]
pub struct FoundElsewhere {
    /// The notes that were sought.
    pub notes: Arc<[(AnnotationId, Anchor)]>,
    /// Those that were found.
    pub stands: Vec<(AnnotationId, Stand)>,
}

impl SeekJob {
    /// Does the job: finds the very words, where one place has more for it than the others.
    #[must_use]
    pub fn run(self) -> FoundElsewhere {
        let text: &str = &self.text.text;
        let is_there = |anchor: &Anchor| !anchor.quote.is_empty() && text.contains(&anchor.quote);
        let there: Vec<_> = self
            .notes
            .iter()
            .filter(|(_, anchor)| is_there(anchor))
            .collect();
        let mut stands = Vec::new();
        if !there.is_empty() {
            let cold = Cold::new(text);
            let whereabouts = Whereabouts::new(text, &self.path);
            for (id, anchor) in there {
                let range = match cold.place(anchor) {
                    Placement::Ambiguous { .. } => None,
                    placement => placement.range(),
                };
                let same =
                    |range: &Range<usize>| text.get(range.clone()) == Some(anchor.quote.as_str());
                let Some(range) = range.filter(same) else {
                    continue;
                };
                let headings = whereabouts.headings_over(range.start);
                let headings = headings.into_iter().map(str::to_owned).collect();
                stands.push((
                    *id,
                    Stand {
                        document: self.document,
                        line: whereabouts.line_of(range.start),
                        anchor: Anchor::of(text, range, self.text.id, headings),
                        text: self.text.clone(),
                    },
                ));
            }
        }
        FoundElsewhere {
            notes: self.notes,
            stands,
        }
    }
}

//! What a person writes in the margin, and what hangs on it.

use crate::anchor::{Anchor, Placement};
use crate::{AnnotationId, DocumentId, LinkId, PlanId, ReplyId, TextId, Timestamp};

/// How many colours a highlight may have.
pub const HIGHLIGHT_COLOURS: usize = 5;
/// What they are called where the person gave them no name, in either theme.
pub const HIGHLIGHT_COLOUR_NAMES: [&str; HIGHLIGHT_COLOURS] =
    ["Yellow", "Green", "Blue", "Pink", "Violet"];

/// What an annotation says of the words that it is on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AnnotationKind {
    /// They matter. The colour is a number below [`HIGHLIGHT_COLOURS`]; what each means is the
    /// person's, and named in the settings.
    Highlight {
        /// Which colour.
        colour: u8,
    },
    /// Something is to be said of them.
    Comment,
    /// Something is asked.
    Question,
    /// They should read otherwise.
    Replacement {
        /// How, as Markdown source.
        words: String,
    },
    /// They should go.
    Deletion,
}

/// What an annotation is on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// The plan as a whole.
    Plan,
    /// A document as a whole.
    Document(DocumentId),
    /// Words of a document.
    Passage(DocumentId, Passage),
    /// A block of a document: the passage is all of its source.
    Block(DocumentId, Passage),
}

/// Words that an annotation was made on, and what the person said of them since.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passage {
    /// The words as they were when the annotation was made. Never rewritten, so that errors of
    /// placing cannot add up.
    pub anchor: Anchor,
    /// The words that the person later agreed stand in their stead, or attached it to by hand.
    pub confirmed: Option<Anchor>,
}

impl Passage {
    /// What is looked for in a text: the latest words that a person chose.
    #[must_use]
    pub fn sought(&self) -> &Anchor {
        self.confirmed.as_ref().unwrap_or(&self.anchor)
    }
}

/// Whether an annotation still asks for something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AnnotationState {
    /// Being written; not handed back.
    Draft,
    /// Asks for something.
    #[default]
    Open,
    /// Dealt with.
    Resolved {
        /// When.
        at: Timestamp,
    },
}

/// A note in the margin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Annotation {
    /// Its id.
    pub id: AnnotationId,
    /// The plan that it belongs to.
    pub plan: PlanId,
    /// What it is on.
    pub target: Target,
    /// What it says of that.
    pub kind: AnnotationKind,
    /// What the person wrote, as Markdown; may be empty.
    pub body: String,
    /// Words that the person files it under, each once, in their order.
    pub tags: Vec<String>,
    /// Whether it still asks for something.
    pub state: AnnotationState,
    /// When it was made.
    pub created: Timestamp,
    /// When the person last changed it.
    pub updated: Timestamp,
    /// Set while it lies in the trash.
    pub removed: Option<Timestamp>,
}

impl Annotation {
    /// The document that it is on, if it is on one.
    #[must_use]
    pub fn document(&self) -> Option<DocumentId> {
        match &self.target {
            Target::Plan => None,
            Target::Document(document)
            | Target::Passage(document, _)
            | Target::Block(document, _) => Some(*document),
        }
    }

    /// The words that it is on, if it is on words.
    #[must_use]
    pub fn passage(&self) -> Option<&Passage> {
        match &self.target {
            Target::Plan | Target::Document(_) => None,
            Target::Passage(_, passage) | Target::Block(_, passage) => Some(passage),
        }
    }

    /// The texts that its words were taken from.
    pub fn texts(&self) -> impl Iterator<Item = TextId> {
        let anchors = self.passage().into_iter().flat_map(|passage| {
            let confirmed = passage.confirmed.as_ref();
            [Some(&passage.anchor), confirmed].into_iter().flatten()
        });
        anchors.map(|anchor| anchor.text)
    }

    /// About what the texts in it take, in bytes.
    #[must_use]
    pub fn approximate_bytes(&self) -> usize {
        let anchor = |anchor: &Anchor| {
            let headings: usize = anchor.headings.iter().map(String::len).sum();
            96 + anchor.quote.len() + anchor.before.len() + anchor.after.len() + headings
        };
        let passage = self.passage().map_or(0, |passage| {
            anchor(&passage.anchor) + passage.confirmed.as_ref().map_or(0, anchor)
        });
        let words = match &self.kind {
            AnnotationKind::Replacement { words } => words.len(),
            _ => 0,
        };
        let tags: usize = self.tags.iter().map(String::len).sum();
        passage + words + tags + self.body.len()
    }
}

/// An answer to an annotation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// Its id.
    pub id: ReplyId,
    /// What it answers.
    pub annotation: AnnotationId,
    /// What the person wrote, as Markdown.
    pub body: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// Set while it lies in the trash.
    pub removed: Option<Timestamp>,
}

/// Where an annotation stood when its document was last looked at, by the words of one text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placed {
    /// The annotation.
    pub annotation: AnnotationId,
    /// The text in which it was placed.
    pub text: TextId,
    /// Where.
    pub placement: Placement,
}

/// That an annotation was handed back, and in what state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HandOver {
    /// The annotation.
    pub annotation: AnnotationId,
    /// When.
    pub at: Timestamp,
    /// When it or a reply to it had last been changed then: it is news again once that differs.
    pub as_of: Timestamp,
    /// Whether it was handed back as dealt with.
    pub is_resolved: bool,
}

/// From a plan to something beside it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// Its id.
    pub id: LinkId,
    /// The plan that it belongs to.
    pub plan: PlanId,
    /// Where it leads.
    pub target: LinkTarget,
    /// What the person calls it; may be empty.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// Set while it lies in the trash.
    pub removed: Option<Timestamp>,
}

/// Where a link of a plan leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkTarget {
    /// To another plan.
    Plan(PlanId),
    /// To a file outside of the plan's folder: its canonical path as a plan's folder is written.
    File(String),
}

/// What was last read of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LastRead {
    /// The document.
    pub document: DocumentId,
    /// The text that was read.
    pub text: TextId,
    /// Up to which byte of it.
    pub up_to: u64,
    /// When.
    pub at: Timestamp,
}

//! The one way in which marginalia change: values that are stored whole and applied in order.

use crate::{
    Annotation, AnnotationId, Document, DocumentId, FileStamp, HandOver, LastRead, Link, LinkId,
    Milestone, MilestoneId, Note, Phase, PhaseId, Placed, Plan, PlanId, Reading, Reply, ReplyId,
    Settings, TextId,
};

/// One record as it is to be from now on.
///
/// There is no removal: what a person removes is marked so and stays restorable.
#[derive(Clone, PartialEq, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "few are in memory at once, and the library holds the records themselves"
)]
pub enum Change {
    /// A plan was registered, renamed, described, completed, removed…
    Plan(Plan),
    /// A phase is new or different.
    Phase(Phase),
    /// A milestone is new or different.
    Milestone(Milestone),
    /// A document was found, moved, changed, lost.
    Document(Document),
    /// The free notes of a plan.
    Note(Note),
    /// Where the person reads.
    Reading(Reading),
    /// The library's own settings.
    Settings(Settings),
    /// A note in the margin is new or different.
    Annotation(Annotation),
    /// An answer to one is new or different.
    Reply(Reply),
    /// A link of a plan is new or different.
    Link(Link),
    /// Where a note in the margin stands now.
    Placed(Placed),
    /// A note in the margin was handed back.
    HandOver(HandOver),
    /// A document was read.
    LastRead(LastRead),
    /// Derived: what the file system said of a file.
    Stamp(FileStamp),
}

/// Which record a change is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RecordId {
    /// A plan.
    Plan(PlanId),
    /// A phase.
    Phase(PhaseId),
    /// A milestone.
    Milestone(MilestoneId),
    /// A document of a plan.
    Document(PlanId, DocumentId),
    /// The notes of a plan.
    Note(PlanId),
    /// Where a plan is read.
    Reading(PlanId),
    /// The settings.
    Settings,
    /// A note in the margin of a plan.
    Annotation(PlanId, AnnotationId),
    /// An answer to a note in the margin.
    Reply(AnnotationId, ReplyId),
    /// A link of a plan.
    Link(PlanId, LinkId),
    /// Where a note in the margin stands.
    Placed(AnnotationId),
    /// When a note in the margin was handed back.
    HandOver(AnnotationId),
    /// What was last read of a document.
    LastRead(DocumentId),
    /// The stamp of a document's file.
    Stamp(DocumentId),
}

impl Change {
    /// The record that is changed.
    #[must_use]
    pub fn record_id(&self) -> RecordId {
        match self {
            Self::Plan(plan) => RecordId::Plan(plan.id),
            Self::Phase(phase) => RecordId::Phase(phase.id),
            Self::Milestone(milestone) => RecordId::Milestone(milestone.id),
            Self::Document(document) => RecordId::Document(document.plan, document.id),
            Self::Note(note) => RecordId::Note(note.plan),
            Self::Reading(reading) => RecordId::Reading(reading.plan),
            Self::Settings(_) => RecordId::Settings,
            Self::Annotation(annotation) => RecordId::Annotation(annotation.plan, annotation.id),
            Self::Reply(reply) => RecordId::Reply(reply.annotation, reply.id),
            Self::Link(link) => RecordId::Link(link.plan, link.id),
            Self::Placed(placed) => RecordId::Placed(placed.annotation),
            Self::HandOver(hand_over) => RecordId::HandOver(hand_over.annotation),
            Self::LastRead(read) => RecordId::LastRead(read.document),
            Self::Stamp(stamp) => RecordId::Stamp(stamp.document),
        }
    }

    /// Whether it is found again in the plan folders: kept to save time, and nowhere but here.
    #[must_use]
    pub fn is_derived(&self) -> bool {
        matches!(self, Self::Stamp(_))
    }

    /// The texts that it speaks of: they are kept for as long as it is.
    #[must_use]
    pub fn texts(&self) -> Vec<TextId> {
        match self {
            Self::Annotation(annotation) => annotation.texts().collect(),
            Self::Placed(placed) => vec![placed.text],
            Self::LastRead(read) => vec![read.text],
            _ => Vec::new(),
        }
    }
}

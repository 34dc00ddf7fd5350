//! The one way in which marginalia change: values that are stored whole and applied in order.

use crate::{
    Document, DocumentId, FileStamp, Milestone, MilestoneId, Note, Phase, PhaseId, Plan, PlanId,
    Reading, Settings,
};

/// One record as it is to be from now on.
///
/// There is no removal: what a person removes is marked so and stays restorable.
#[derive(Clone, PartialEq, Debug)]
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
            Self::Stamp(stamp) => RecordId::Stamp(stamp.document),
        }
    }
}

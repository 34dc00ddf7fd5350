//! The one way in which marginalia change: values that are stored whole and applied in order.

use crate::{Document, FileStamp, Milestone, Note, Phase, Plan, Reading, Settings};

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

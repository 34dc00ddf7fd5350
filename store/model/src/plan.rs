//! What Postil knows of a plan beside the text of its files.

use crate::{DocumentId, MilestoneId, PhaseId, PlanId, Rank, Timestamp};

/// Where a plan stands as a whole; set by the person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PlanStatus {
    /// Being worked on.
    #[default]
    Active,
    /// Done; kept for reading.
    Completed,
    /// Put away; listed last.
    Archived,
}

/// Where a phase stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PhaseStatus {
    /// Not begun.
    #[default]
    Pending,
    /// Begun: set by the person, or by completing the first milestone.
    InProgress,
    /// Done.
    Completed,
}

/// How much of a plan's folder belongs to the plan; at first what most people mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Scope {
    /// Not what is in its sub-folders.
    pub is_shallow: bool,
    /// All of it, however many sub-folders there are.
    pub is_unlimited: bool,
    /// Also files elsewhere that a link in it leads to.
    pub follows_links_out: bool,
}

/// A registered folder of plan files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// What the person calls it; the folder's name at first.
    pub name: String,
    /// The canonical path of its folder, as UTF-8; what is not UTF-8 in it is kept in `%XX` form.
    pub folder: String,
    /// A few words of the person's own.
    pub description: String,
    /// How much of its folder belongs to it.
    pub scope: Scope,
    /// Where it stands.
    pub status: PlanStatus,
    /// When it was registered.
    pub created: Timestamp,
    /// When its marginalia or its files last changed.
    pub updated: Timestamp,
    /// Set while the plan is unregistered. Its marginalia stay, and return with it.
    pub removed: Option<Timestamp>,
}

/// A stretch of work in a plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Phase {
    /// Its id.
    pub id: PhaseId,
    /// The plan that it belongs to.
    pub plan: PlanId,
    /// Its name.
    pub name: String,
    /// A few words.
    pub description: String,
    /// Its place among the plan's phases.
    pub rank: Rank,
    /// Where it stands.
    pub status: PhaseStatus,
    /// When it was begun, if it was.
    pub started: Option<Timestamp>,
    /// When it was completed, if it is.
    pub completed: Option<Timestamp>,
    /// When the person last changed it.
    pub updated: Timestamp,
    /// Set while it lies in the trash.
    pub removed: Option<Timestamp>,
}

/// Something that is either reached or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Milestone {
    /// Its id.
    pub id: MilestoneId,
    /// The phase that it belongs to.
    pub phase: PhaseId,
    /// Its name.
    pub name: String,
    /// A few words.
    pub description: String,
    /// Its place among the phase's milestones.
    pub rank: Rank,
    /// When it was reached, if it was.
    pub completed: Option<Timestamp>,
    /// When the person last changed it.
    pub updated: Timestamp,
    /// Set while it lies in the trash.
    pub removed: Option<Timestamp>,
}

/// A plan file, known by identity: renaming the file keeps the id and everything that hangs on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// The plan that it belongs to.
    pub plan: PlanId,
    /// Path under the plan's folder, separated by `/`.
    pub path: String,
    /// Hash of the file's bytes when last seen; `None` while it was never read.
    pub hash: Option<[u8; 32]>,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen to be new, changed, moved or gone.
    pub last_seen: Timestamp,
    /// Since when there is no such file. The document and its marginalia stay.
    pub missing: Option<Timestamp>,
}

/// What the file system said of a document's file when its hash was taken: lets a later scan skip
/// reading what did not change. Derived; may be dropped at any time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileStamp {
    /// The document.
    pub document: DocumentId,
    /// Bytes.
    pub len: u64,
    /// Nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Inode number, 0 where there is none.
    pub inode: u64,
}

/// The free notes of a plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// The plan that they are about.
    pub plan: PlanId,
    /// What the person wrote, to the letter.
    pub text: String,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// Where the person was reading in a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reading {
    /// The plan.
    pub plan: PlanId,
    /// The document that was open.
    pub document: DocumentId,
    /// The block at the top edge of the reader.
    pub block: u32,
    /// When.
    pub at: Timestamp,
}

/// How much of a plan is reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Completed milestones.
    pub n_done: usize,
    /// All milestones.
    pub n_total: usize,
}

impl Progress {
    /// Done by total, from 0 to 1; `None` where there is nothing to reach.
    #[must_use]
    pub fn fraction(self) -> Option<f32> {
        (self.n_total > 0).then(|| self.n_done as f32 / self.n_total as f32)
    }
}

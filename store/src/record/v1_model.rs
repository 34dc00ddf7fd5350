//! What version 1 of each record means in the model, both ways.

use postil_model::{
    Document, DocumentId, FileStamp, Milestone, MilestoneId, Note, Phase, PhaseId, PhaseStatus,
    Plan, PlanId, PlanStatus, Rank, Reading, Scope, Settings, ThemeChoice, Timestamp,
};

use super::v1::{DocumentV1, MilestoneV1, NoteV1, PhaseV1, PlanV1, ReadingV1, SettingsV1, StampV1};
use crate::RecordFault;

impl TryFrom<PlanV1> for Plan {
    type Error = RecordFault;

    fn try_from(record: PlanV1) -> Result<Self, RecordFault> {
        Ok(Self {
            id: PlanId(record.id),
            name: record.name,
            folder: record.folder,
            description: record.description,
            scope: Scope::default(),
            status: plan_status(record.status)?,
            created: Timestamp(record.created),
            updated: Timestamp(record.updated),
            removed: record.removed.map(Timestamp),
        })
    }
}

impl TryFrom<PhaseV1> for Phase {
    type Error = RecordFault;

    fn try_from(record: PhaseV1) -> Result<Self, RecordFault> {
        Ok(Self {
            id: PhaseId(record.id),
            plan: PlanId(record.plan),
            name: record.name,
            description: record.description,
            rank: Rank(record.rank),
            status: match record.status {
                0 => PhaseStatus::Pending,
                1 => PhaseStatus::InProgress,
                2 => PhaseStatus::Completed,
                tag => return Err(unknown("phase status", tag)),
            },
            started: record.started.map(Timestamp),
            completed: record.completed.map(Timestamp),
            updated: latest([record.started, record.completed, record.removed]),
            removed: record.removed.map(Timestamp),
        })
    }
}

impl From<MilestoneV1> for Milestone {
    fn from(record: MilestoneV1) -> Self {
        Self {
            id: MilestoneId(record.id),
            phase: PhaseId(record.phase),
            name: record.name,
            description: record.description,
            rank: Rank(record.rank),
            completed: record.completed.map(Timestamp),
            updated: latest([None, record.completed, record.removed]),
            removed: record.removed.map(Timestamp),
        }
    }
}

impl From<&Document> for DocumentV1 {
    fn from(document: &Document) -> Self {
        Self {
            id: document.id.0,
            plan: document.plan.0,
            path: document.path.clone(),
            hash: document.hash,
            first_seen: document.first_seen.0,
            last_seen: document.last_seen.0,
            missing: document.missing.map(|at| at.0),
        }
    }
}

impl From<DocumentV1> for Document {
    fn from(record: DocumentV1) -> Self {
        Self {
            id: DocumentId(record.id),
            plan: PlanId(record.plan),
            path: record.path,
            hash: record.hash,
            first_seen: Timestamp(record.first_seen),
            last_seen: Timestamp(record.last_seen),
            missing: record.missing.map(Timestamp),
        }
    }
}

impl From<&Note> for NoteV1 {
    fn from(note: &Note) -> Self {
        Self {
            plan: note.plan.0,
            text: note.text.clone(),
            updated: note.updated.0,
        }
    }
}

impl From<NoteV1> for Note {
    fn from(record: NoteV1) -> Self {
        Self {
            plan: PlanId(record.plan),
            text: record.text,
            updated: Timestamp(record.updated),
        }
    }
}

impl From<&Reading> for ReadingV1 {
    fn from(reading: &Reading) -> Self {
        Self {
            plan: reading.plan.0,
            document: reading.document.0,
            block: reading.block,
            at: reading.at.0,
        }
    }
}

impl From<ReadingV1> for Reading {
    fn from(record: ReadingV1) -> Self {
        Self {
            plan: PlanId(record.plan),
            document: DocumentId(record.document),
            block: record.block,
            at: Timestamp(record.at),
        }
    }
}

impl TryFrom<SettingsV1> for Settings {
    type Error = RecordFault;

    fn try_from(record: SettingsV1) -> Result<Self, RecordFault> {
        Ok(Self {
            split: record.split,
            theme: match record.theme {
                0 => ThemeChoice::System,
                1 => ThemeChoice::Light,
                2 => ThemeChoice::Dark,
                tag => return Err(unknown("theme", tag)),
            },
            open_plan: record.open_plan.map(PlanId),
            ..Self::default()
        })
    }
}

impl From<&FileStamp> for StampV1 {
    fn from(stamp: &FileStamp) -> Self {
        Self {
            document: stamp.document.0,
            len: stamp.len,
            mtime_ns: stamp.mtime_ns,
            inode: stamp.inode,
        }
    }
}

impl From<StampV1> for FileStamp {
    fn from(record: StampV1) -> Self {
        Self {
            document: DocumentId(record.document),
            len: record.len,
            mtime_ns: record.mtime_ns,
            inode: record.inode,
        }
    }
}

pub(super) fn plan_status(tag: u8) -> Result<PlanStatus, RecordFault> {
    match tag {
        0 => Ok(PlanStatus::Active),
        1 => Ok(PlanStatus::Completed),
        2 => Ok(PlanStatus::Archived),
        tag => Err(unknown("plan status", tag)),
    }
}

pub(super) fn unknown(field: &'static str, tag: u8) -> RecordFault {
    RecordFault::UnknownTag { field, tag }
}

/// The latest time that a record without a time of its last change tells.
fn latest(times: [Option<i64>; 3]) -> Timestamp {
    Timestamp(times.into_iter().flatten().max().unwrap_or_default())
}

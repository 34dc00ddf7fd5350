//! What version 1 of each line means in the model, both ways.

use postil_model::{
    Change, Document, DocumentId, Entry, EntryId, EntryKind, FileStamp, Milestone, MilestoneId,
    Note, Page, Phase, PhaseId, PhaseStatus, Plan, PlanId, PlanStatus, Rank, Reading, Scope,
    Settings, Task, ThemeChoice, Tick, Timestamp, Typeface,
};

use super::json::{
    ChangeV1, DocumentV1, EntryKindV1, EntryV1, Hex, MilestoneV1, NoteV1, PageV1, PhaseStatusV1,
    PhaseV1, PlanStatusV1, PlanV1, ReadingV1, SettingsV1, StampV1, ThemeV1, TickV1, TypefaceV1,
};

impl EntryV1 {
    /// What is said of `entry` beside `changes`. A step whose record is not among them is left out.
    pub(super) fn new(entry: &Entry, changes: &[Change]) -> Self {
        let (kind, of) = match entry.kind {
            EntryKind::Done => (EntryKindV1::Done, None),
            EntryKind::Undone(of) => (EntryKindV1::Undone, Some(of.0)),
            EntryKind::Redone(of) => (EntryKindV1::Redone, Some(of.0)),
        };
        let place = |after: &Change| changes.iter().rposition(|change| change == after);
        let steps = entry.steps.iter().filter_map(|step| place(&step.after));
        Self {
            id: entry.id.0,
            at: entry.at.0,
            kind,
            of,
            label: entry.label.clone(),
            steps: steps.map(|place| place as u64).collect(),
            tick: entry.tick.as_ref().map(TickV1::from),
        }
    }

    pub(super) fn kind(&self) -> EntryKind {
        let of = EntryId(self.of.unwrap_or(0));
        match self.kind {
            EntryKindV1::Done => EntryKind::Done,
            EntryKindV1::Undone => EntryKind::Undone(of),
            EntryKindV1::Redone => EntryKind::Redone(of),
        }
    }
}

impl From<&Tick> for TickV1 {
    fn from(tick: &Tick) -> Self {
        Self {
            document: Hex::of_id(tick.document.0),
            line: tick.task.line.clone(),
            column: tick.task.column,
            nth: tick.task.nth,
            n_alike: tick.task.n_alike,
            before: tick.before,
            after: tick.after,
        }
    }
}

impl TickV1 {
    /// What it says; `None` for marks that no task has.
    pub(super) fn tick(&self) -> Option<Tick> {
        let is_mark = |mark| matches!(mark, ' ' | '\t' | 'x' | 'X');
        (is_mark(self.before) && is_mark(self.after)).then(|| Tick {
            document: DocumentId(self.document.id()),
            task: Task {
                line: self.line.clone(),
                column: self.column,
                nth: self.nth,
                n_alike: self.n_alike,
            },
            before: self.before,
            after: self.after,
        })
    }
}

impl From<&Change> for ChangeV1 {
    fn from(change: &Change) -> Self {
        match change {
            Change::Plan(plan) => Self::Plan(PlanV1 {
                id: Hex::of_id(plan.id.0),
                name: plan.name.clone(),
                folder: plan.folder.clone(),
                description: plan.description.clone(),
                is_shallow: plan.scope.is_shallow,
                is_unlimited: plan.scope.is_unlimited,
                follows_links_out: plan.scope.follows_links_out,
                status: match plan.status {
                    PlanStatus::Active => PlanStatusV1::Active,
                    PlanStatus::Completed => PlanStatusV1::Completed,
                    PlanStatus::Archived => PlanStatusV1::Archived,
                },
                created: plan.created.0,
                updated: plan.updated.0,
                removed: plan.removed.map(|at| at.0),
            }),
            Change::Phase(phase) => Self::Phase(PhaseV1 {
                id: Hex::of_id(phase.id.0),
                plan: Hex::of_id(phase.plan.0),
                name: phase.name.clone(),
                description: phase.description.clone(),
                rank: phase.rank.0,
                status: match phase.status {
                    PhaseStatus::Pending => PhaseStatusV1::Pending,
                    PhaseStatus::InProgress => PhaseStatusV1::InProgress,
                    PhaseStatus::Completed => PhaseStatusV1::Completed,
                },
                started: phase.started.map(|at| at.0),
                completed: phase.completed.map(|at| at.0),
                updated: Some(phase.updated.0),
                removed: phase.removed.map(|at| at.0),
            }),
            Change::Milestone(milestone) => Self::Milestone(MilestoneV1 {
                id: Hex::of_id(milestone.id.0),
                phase: Hex::of_id(milestone.phase.0),
                name: milestone.name.clone(),
                description: milestone.description.clone(),
                rank: milestone.rank.0,
                completed: milestone.completed.map(|at| at.0),
                updated: Some(milestone.updated.0),
                removed: milestone.removed.map(|at| at.0),
            }),
            Change::Document(document) => Self::Document(DocumentV1 {
                id: Hex::of_id(document.id.0),
                plan: Hex::of_id(document.plan.0),
                path: document.path.clone(),
                hash: document.hash.map(Hex),
                first_seen: document.first_seen.0,
                last_seen: document.last_seen.0,
                missing: document.missing.map(|at| at.0),
            }),
            Change::Note(note) => Self::Note(NoteV1 {
                plan: Hex::of_id(note.plan.0),
                text: note.text.clone(),
                updated: note.updated.0,
            }),
            Change::Reading(reading) => Self::Reading(ReadingV1 {
                plan: Hex::of_id(reading.plan.0),
                document: Hex::of_id(reading.document.0),
                block: reading.block,
                at: reading.at.0,
            }),
            Change::Settings(settings) => {
                // JSON has no word for what is not a number. The library takes them so too.
                let settings = settings.clone().sane();
                Self::Settings(SettingsV1 {
                    split: settings.split,
                    theme: match settings.theme {
                        ThemeChoice::System => ThemeV1::System,
                        ThemeChoice::Light => ThemeV1::Light,
                        ThemeChoice::Dark => ThemeV1::Dark,
                    },
                    open_plan: settings.open_plan.map(|plan| Hex::of_id(plan.0)),
                    page: Some(PageV1 {
                        text_size: settings.page.text_size,
                        measure: settings.page.measure,
                        line_height: settings.page.line_height,
                        typeface: match settings.page.typeface {
                            Typeface::Sans => TypefaceV1::Sans,
                            Typeface::Serif => TypefaceV1::Serif,
                        },
                    }),
                    backup_folder: settings.backup_folder,
                    highlight_names: settings.highlight_names.to_vec(),
                })
            }
            Change::Annotation(annotation) => Self::Annotation(annotation.into()),
            Change::Reply(reply) => Self::Reply(reply.into()),
            Change::Link(link) => Self::Link(link.into()),
            Change::Placed(placed) => Self::Placed(placed.into()),
            Change::HandOver(hand_over) => Self::HandOver(hand_over.into()),
            Change::LastRead(read) => Self::LastRead(read.into()),
            Change::Stamp(stamp) => Self::Stamp(StampV1 {
                document: Hex::of_id(stamp.document.0),
                len: stamp.len,
                mtime_ns: stamp.mtime_ns,
                inode: stamp.inode,
            }),
        }
    }
}

impl From<PlanV1> for Plan {
    fn from(plan: PlanV1) -> Self {
        Self {
            id: PlanId(plan.id.id()),
            name: plan.name,
            folder: plan.folder,
            description: plan.description,
            scope: Scope {
                is_shallow: plan.is_shallow,
                is_unlimited: plan.is_unlimited,
                follows_links_out: plan.follows_links_out,
            },
            status: match plan.status {
                PlanStatusV1::Active => PlanStatus::Active,
                PlanStatusV1::Completed => PlanStatus::Completed,
                PlanStatusV1::Archived => PlanStatus::Archived,
            },
            created: Timestamp(plan.created),
            updated: Timestamp(plan.updated),
            removed: plan.removed.map(Timestamp),
        }
    }
}

impl From<ChangeV1> for Change {
    fn from(change: ChangeV1) -> Self {
        match change {
            ChangeV1::Plan(plan) => Self::Plan(plan.into()),
            ChangeV1::Phase(phase) => Self::Phase(Phase {
                id: PhaseId(phase.id.id()),
                plan: PlanId(phase.plan.id()),
                name: phase.name,
                description: phase.description,
                rank: Rank(phase.rank),
                status: match phase.status {
                    PhaseStatusV1::Pending => PhaseStatus::Pending,
                    PhaseStatusV1::InProgress => PhaseStatus::InProgress,
                    PhaseStatusV1::Completed => PhaseStatus::Completed,
                },
                started: phase.started.map(Timestamp),
                completed: phase.completed.map(Timestamp),
                updated: Timestamp(phase.updated.unwrap_or_default()),
                removed: phase.removed.map(Timestamp),
            }),
            ChangeV1::Milestone(milestone) => Self::Milestone(Milestone {
                id: MilestoneId(milestone.id.id()),
                phase: PhaseId(milestone.phase.id()),
                name: milestone.name,
                description: milestone.description,
                rank: Rank(milestone.rank),
                completed: milestone.completed.map(Timestamp),
                updated: Timestamp(milestone.updated.unwrap_or_default()),
                removed: milestone.removed.map(Timestamp),
            }),
            ChangeV1::Document(document) => Self::Document(Document {
                id: DocumentId(document.id.id()),
                plan: PlanId(document.plan.id()),
                path: document.path,
                hash: document.hash.map(|hash| hash.0),
                first_seen: Timestamp(document.first_seen),
                last_seen: Timestamp(document.last_seen),
                missing: document.missing.map(Timestamp),
            }),
            ChangeV1::Note(note) => Self::Note(Note {
                plan: PlanId(note.plan.id()),
                text: note.text,
                updated: Timestamp(note.updated),
            }),
            ChangeV1::Reading(reading) => Self::Reading(Reading {
                plan: PlanId(reading.plan.id()),
                document: DocumentId(reading.document.id()),
                block: reading.block,
                at: Timestamp(reading.at),
            }),
            ChangeV1::Settings(settings) => Self::Settings(Settings {
                split: settings.split,
                theme: match settings.theme {
                    ThemeV1::System => ThemeChoice::System,
                    ThemeV1::Light => ThemeChoice::Light,
                    ThemeV1::Dark => ThemeChoice::Dark,
                },
                open_plan: settings.open_plan.map(|plan| PlanId(plan.id())),
                page: settings.page.map_or_else(Page::default, |page| Page {
                    text_size: page.text_size,
                    measure: page.measure,
                    line_height: page.line_height,
                    typeface: match page.typeface {
                        TypefaceV1::Sans => Typeface::Sans,
                        TypefaceV1::Serif => Typeface::Serif,
                    },
                }),
                backup_folder: settings.backup_folder,
                highlight_names: {
                    let mut names = settings.highlight_names.into_iter();
                    std::array::from_fn(|_| names.next().unwrap_or_default())
                },
            }),
            ChangeV1::Annotation(annotation) => Self::Annotation(annotation.into()),
            ChangeV1::Reply(reply) => Self::Reply(reply.into()),
            ChangeV1::Link(link) => Self::Link(link.into()),
            ChangeV1::Placed(placed) => Self::Placed(placed.into()),
            ChangeV1::HandOver(hand_over) => Self::HandOver(hand_over.into()),
            ChangeV1::LastRead(read) => Self::LastRead(read.into()),
            ChangeV1::Stamp(stamp) => Self::Stamp(FileStamp {
                document: DocumentId(stamp.document.id()),
                len: stamp.len,
                mtime_ns: stamp.mtime_ns,
                inode: stamp.inode,
            }),
        }
    }
}

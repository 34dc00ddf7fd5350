//! Version 2 of the records that have one: frozen structs, and what they mean in the model.

use postil_model::{
    Milestone, MilestoneId, Page, Phase, PhaseId, PhaseStatus, Plan, PlanId, PlanStatus, Rank,
    Scope, Settings, ThemeChoice, Timestamp, Typeface,
};
use serde::{Deserialize, Serialize};

use super::v1::StepV1;
use super::v1_model::{plan_status, unknown};
use crate::RecordFault;

#[derive(Serialize, Deserialize)]
pub(super) struct PlanV2 {
    pub(super) id: u128,
    pub(super) name: String,
    pub(super) folder: String,
    pub(super) description: String,
    pub(super) is_shallow: bool,
    pub(super) is_unlimited: bool,
    pub(super) follows_links_out: bool,
    /// 0 active, 1 completed, 2 archived.
    pub(super) status: u8,
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) removed: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PhaseV2 {
    pub(super) id: u128,
    pub(super) plan: u128,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) rank: u64,
    /// 0 pending, 1 in progress, 2 completed.
    pub(super) status: u8,
    pub(super) started: Option<i64>,
    pub(super) completed: Option<i64>,
    pub(super) updated: i64,
    pub(super) removed: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct MilestoneV2 {
    pub(super) id: u128,
    pub(super) phase: u128,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) rank: u64,
    pub(super) completed: Option<i64>,
    pub(super) updated: i64,
    pub(super) removed: Option<i64>,
}

/// An entry of the journal: what is in it of version 1 is the same.
#[derive(Serialize, Deserialize)]
pub(super) struct EntryV2 {
    pub(super) id: u64,
    pub(super) at: i64,
    pub(super) label: String,
    /// 0 done by hand, 1 by undoing another entry, 2 by redoing one.
    pub(super) kind: u8,
    /// The entry that was undone or redone; 0 for what was done by hand.
    pub(super) of: u64,
    pub(super) steps: Vec<StepV1>,
    pub(super) tick: Option<TickV2>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct TickV2 {
    pub(super) document: u128,
    pub(super) line: String,
    pub(super) column: u64,
    pub(super) nth: u64,
    pub(super) n_alike: u64,
    /// A blank, a tab, `x` or `X`.
    pub(super) before: u32,
    pub(super) after: u32,
}

#[derive(Serialize, Deserialize)]
pub(super) struct SettingsV2 {
    pub(super) split: f32,
    /// 0 as the desktop says, 1 light, 2 dark.
    pub(super) theme: u8,
    pub(super) open_plan: Option<u128>,
    pub(super) text_size: f32,
    pub(super) measure: u16,
    pub(super) line_height: f32,
    /// 0 without serifs, 1 with.
    pub(super) typeface: u8,
    pub(super) backup_folder: Option<String>,
    /// By colour; there may be more or fewer than this program knows.
    pub(super) highlight_names: Vec<String>,
}

impl From<&Plan> for PlanV2 {
    fn from(plan: &Plan) -> Self {
        Self {
            id: plan.id.0,
            name: plan.name.clone(),
            folder: plan.folder.clone(),
            description: plan.description.clone(),
            is_shallow: plan.scope.is_shallow,
            is_unlimited: plan.scope.is_unlimited,
            follows_links_out: plan.scope.follows_links_out,
            status: match plan.status {
                PlanStatus::Active => 0,
                PlanStatus::Completed => 1,
                PlanStatus::Archived => 2,
            },
            created: plan.created.0,
            updated: plan.updated.0,
            removed: plan.removed.map(|at| at.0),
        }
    }
}

impl TryFrom<PlanV2> for Plan {
    type Error = RecordFault;

    fn try_from(record: PlanV2) -> Result<Self, RecordFault> {
        Ok(Self {
            id: PlanId(record.id),
            name: record.name,
            folder: record.folder,
            description: record.description,
            scope: Scope {
                is_shallow: record.is_shallow,
                is_unlimited: record.is_unlimited,
                follows_links_out: record.follows_links_out,
            },
            status: plan_status(record.status)?,
            created: Timestamp(record.created),
            updated: Timestamp(record.updated),
            removed: record.removed.map(Timestamp),
        })
    }
}

impl From<&Phase> for PhaseV2 {
    fn from(phase: &Phase) -> Self {
        Self {
            id: phase.id.0,
            plan: phase.plan.0,
            name: phase.name.clone(),
            description: phase.description.clone(),
            rank: phase.rank.0,
            status: match phase.status {
                PhaseStatus::Pending => 0,
                PhaseStatus::InProgress => 1,
                PhaseStatus::Completed => 2,
            },
            started: phase.started.map(|at| at.0),
            completed: phase.completed.map(|at| at.0),
            updated: phase.updated.0,
            removed: phase.removed.map(|at| at.0),
        }
    }
}

impl TryFrom<PhaseV2> for Phase {
    type Error = RecordFault;

    fn try_from(record: PhaseV2) -> Result<Self, RecordFault> {
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
            updated: Timestamp(record.updated),
            removed: record.removed.map(Timestamp),
        })
    }
}

impl From<&Milestone> for MilestoneV2 {
    fn from(milestone: &Milestone) -> Self {
        Self {
            id: milestone.id.0,
            phase: milestone.phase.0,
            name: milestone.name.clone(),
            description: milestone.description.clone(),
            rank: milestone.rank.0,
            completed: milestone.completed.map(|at| at.0),
            updated: milestone.updated.0,
            removed: milestone.removed.map(|at| at.0),
        }
    }
}

impl From<MilestoneV2> for Milestone {
    fn from(record: MilestoneV2) -> Self {
        Self {
            id: MilestoneId(record.id),
            phase: PhaseId(record.phase),
            name: record.name,
            description: record.description,
            rank: Rank(record.rank),
            completed: record.completed.map(Timestamp),
            updated: Timestamp(record.updated),
            removed: record.removed.map(Timestamp),
        }
    }
}

impl From<&Settings> for SettingsV2 {
    fn from(settings: &Settings) -> Self {
        Self {
            split: settings.split,
            theme: match settings.theme {
                ThemeChoice::System => 0,
                ThemeChoice::Light => 1,
                ThemeChoice::Dark => 2,
            },
            open_plan: settings.open_plan.map(|plan| plan.0),
            text_size: settings.page.text_size,
            measure: settings.page.measure,
            line_height: settings.page.line_height,
            typeface: match settings.page.typeface {
                Typeface::Sans => 0,
                Typeface::Serif => 1,
            },
            backup_folder: settings.backup_folder.clone(),
            highlight_names: settings.highlight_names.to_vec(),
        }
    }
}

impl TryFrom<SettingsV2> for Settings {
    type Error = RecordFault;

    fn try_from(record: SettingsV2) -> Result<Self, RecordFault> {
        let mut names = record.highlight_names.into_iter();
        Ok(Self {
            split: record.split,
            theme: match record.theme {
                0 => ThemeChoice::System,
                1 => ThemeChoice::Light,
                2 => ThemeChoice::Dark,
                tag => return Err(unknown("theme", tag)),
            },
            open_plan: record.open_plan.map(PlanId),
            page: Page {
                text_size: record.text_size,
                measure: record.measure,
                line_height: record.line_height,
                typeface: match record.typeface {
                    0 => Typeface::Sans,
                    1 => Typeface::Serif,
                    tag => return Err(unknown("typeface", tag)),
                },
            },
            backup_folder: record.backup_folder,
            highlight_names: std::array::from_fn(|_| names.next().unwrap_or_default()),
        })
    }
}

//! Any change that can be made of anything.

mod margin;

use postil_model::{
    Change, Document, DocumentId, FileStamp, Milestone, MilestoneId, Note, Page, Phase, PhaseId,
    PhaseStatus, Plan, PlanId, PlanStatus, Rank, Reading, Scope, Settings, ThemeChoice, Timestamp,
    Typeface,
};
use proptest::prelude::*;

/// Few, so that records are met again; the extremes among them.
pub(super) fn id() -> impl Strategy<Value = u128> {
    prop_oneof![0..6_u128, Just(u128::MAX), Just(1 << 64)]
}

pub(super) fn text() -> impl Strategy<Value = String> {
    let any_chars = prop::collection::vec(any::<char>(), 0..40);
    prop_oneof![
        8 => any_chars.prop_map(String::from_iter),
        1 => Just("\0".to_owned()),
        1 => Just("👩‍🌾🌱\u{202e}\r\n\u{feff}".to_owned()),
        1 => (1..300_000_usize).prop_map(|n| "é".repeat(n)),
    ]
}

pub(super) fn at() -> impl Strategy<Value = Timestamp> {
    prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX), Just(0)].prop_map(Timestamp)
}

pub(super) fn maybe_at() -> impl Strategy<Value = Option<Timestamp>> {
    prop::option::of(at())
}

fn plan() -> impl Strategy<Value = Change> {
    let status = prop_oneof![
        Just(PlanStatus::Active),
        Just(PlanStatus::Completed),
        Just(PlanStatus::Archived)
    ];
    (id(), text(), text(), text(), status, at(), at(), maybe_at()).prop_map(
        |(id, name, folder, description, status, created, updated, removed)| {
            Change::Plan(Plan {
                id: PlanId(id),
                name,
                folder,
                description,
                scope: Scope::default(),
                status,
                created,
                updated,
                removed,
            })
        },
    )
}

fn phase() -> impl Strategy<Value = Change> {
    let status = prop_oneof![
        Just(PhaseStatus::Pending),
        Just(PhaseStatus::InProgress),
        Just(PhaseStatus::Completed)
    ];
    let times = (maybe_at(), maybe_at(), at(), maybe_at());
    (id(), id(), text(), text(), any::<u64>(), status, times).prop_map(
        |(id, plan, name, description, rank, status, (started, completed, updated, removed))| {
            Change::Phase(Phase {
                id: PhaseId(id),
                plan: PlanId(plan),
                name,
                description,
                rank: Rank(rank),
                status,
                started,
                completed,
                updated,
                removed,
            })
        },
    )
}

fn milestone() -> impl Strategy<Value = Change> {
    let times = (maybe_at(), at(), maybe_at());
    (id(), id(), text(), text(), any::<u64>(), times).prop_map(
        |(id, phase, name, description, rank, (completed, updated, removed))| {
            Change::Milestone(Milestone {
                id: MilestoneId(id),
                phase: PhaseId(phase),
                name,
                description,
                rank: Rank(rank),
                completed,
                updated,
                removed,
            })
        },
    )
}

fn document() -> impl Strategy<Value = Change> {
    let hash = prop::option::of(any::<[u8; 32]>());
    (id(), id(), text(), hash, at(), at(), maybe_at()).prop_map(
        |(id, plan, path, hash, first_seen, last_seen, missing)| {
            Change::Document(Document {
                id: DocumentId(id),
                plan: PlanId(plan),
                path,
                hash,
                first_seen,
                last_seen,
                missing,
            })
        },
    )
}

fn settings() -> impl Strategy<Value = Change> {
    let theme = prop_oneof![
        Just(ThemeChoice::System),
        Just(ThemeChoice::Light),
        Just(ThemeChoice::Dark)
    ];
    let typeface = prop_oneof![Just(Typeface::Sans), Just(Typeface::Serif)];
    let any_f32 = || prop::num::f32::ANY;
    let page = (any_f32(), any::<u16>(), any_f32(), typeface);
    let page = page.prop_map(|(text_size, measure, line_height, typeface)| Page {
        text_size,
        measure,
        line_height,
        typeface,
    });
    let names = prop::array::uniform5(text());
    let folder = prop::option::of(text());
    (
        any_f32(),
        theme,
        prop::option::of(id()),
        page,
        folder,
        names,
    )
        .prop_map(
            |(split, theme, plan, page, backup_folder, highlight_names)| {
                Change::Settings(Settings {
                    split,
                    theme,
                    open_plan: plan.map(PlanId),
                    page,
                    backup_folder,
                    highlight_names,
                })
            },
        )
}

fn small() -> impl Strategy<Value = Change> {
    prop_oneof![
        (id(), text(), at()).prop_map(|(plan, text, updated)| {
            let plan = PlanId(plan);
            Change::Note(Note {
                plan,
                text,
                updated,
            })
        }),
        (id(), id(), any::<u32>(), at()).prop_map(|(plan, document, block, at)| {
            Change::Reading(Reading {
                plan: PlanId(plan),
                document: DocumentId(document),
                block,
                at,
            })
        }),
        (id(), any::<u64>(), any::<i64>(), any::<u64>()).prop_map(
            |(document, len, mtime_ns, inode)| {
                Change::Stamp(FileStamp {
                    document: DocumentId(document),
                    len,
                    mtime_ns,
                    inode,
                })
            }
        ),
    ]
}

pub(crate) fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        1 => plan(),
        1 => phase(),
        1 => milestone(),
        1 => document(),
        1 => settings(),
        3 => small(),
        3 => margin::change(),
    ]
}

//! Whatever is written is what is read: against a library in memory.

use postil_model::{
    Change, Document, DocumentId, FileStamp, Library, Milestone, MilestoneId, Note, Phase, PhaseId,
    PhaseStatus, Plan, PlanId, PlanStatus, Rank, Reading, Settings, ThemeChoice, Timestamp,
};
use proptest::prelude::*;

use crate::support::{Bench, copy};

/// Few, so that records are met again; the extremes among them.
fn id() -> impl Strategy<Value = u128> {
    prop_oneof![0..6_u128, Just(u128::MAX), Just(1 << 64)]
}

fn text() -> impl Strategy<Value = String> {
    let any_chars = prop::collection::vec(any::<char>(), 0..40);
    prop_oneof![
        8 => any_chars.prop_map(String::from_iter),
        1 => Just("\0".to_owned()),
        1 => Just("👩‍🌾🌱\u{202e}\r\n\u{feff}".to_owned()),
        1 => (1..300_000_usize).prop_map(|n| "é".repeat(n)),
    ]
}

fn at() -> impl Strategy<Value = Timestamp> {
    prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX), Just(0)].prop_map(Timestamp)
}

fn maybe_at() -> impl Strategy<Value = Option<Timestamp>> {
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
    let times = (maybe_at(), maybe_at(), maybe_at());
    (id(), id(), text(), text(), any::<u64>(), status, times).prop_map(
        |(id, plan, name, description, rank, status, (started, completed, removed))| {
            Change::Phase(Phase {
                id: PhaseId(id),
                plan: PlanId(plan),
                name,
                description,
                rank: Rank(rank),
                status,
                started,
                completed,
                removed,
            })
        },
    )
}

fn milestone() -> impl Strategy<Value = Change> {
    (
        id(),
        id(),
        text(),
        text(),
        any::<u64>(),
        maybe_at(),
        maybe_at(),
    )
        .prop_map(|(id, phase, name, description, rank, completed, removed)| {
            Change::Milestone(Milestone {
                id: MilestoneId(id),
                phase: PhaseId(phase),
                name,
                description,
                rank: Rank(rank),
                completed,
                removed,
            })
        })
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
    (prop::num::f32::ANY, theme, prop::option::of(id())).prop_map(|(split, theme, plan)| {
        Change::Settings(Settings {
            split,
            theme,
            open_plan: plan.map(PlanId),
        })
    })
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
    ]
}

#[derive(Clone, Debug)]
enum Step {
    Write(Vec<Change>),
    /// Without waiting for it to be on the disk.
    WriteOn(Vec<Change>),
    Restart,
    /// Goes on with what a killed process would have left.
    Die,
}

fn step() -> impl Strategy<Value = Step> {
    let changes = || prop::collection::vec(change(), 0..8);
    prop_oneof![
        3 => changes().prop_map(Step::Write),
        2 => changes().prop_map(Step::WriteOn),
        1 => Just(Step::Restart),
        1 => Just(Step::Die),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_library_comes_back(changes in prop::collection::vec(change(), 0..60)) {
        let dir = tempfile::tempdir().unwrap();
        let mut bench = Bench::open(dir.path());
        bench.save(changes);
        let expected = bench.close();
        let bench = Bench::open(dir.path());
        prop_assert!(bench.problems.is_empty());
        prop_assert_eq!(&bench.library, &expected);

        // And as the changes that a library says it is made of.
        let other = tempfile::tempdir().unwrap();
        let mut bench = Bench::open(other.path());
        bench.save(expected.to_changes().collect());
        bench.close();
        prop_assert_eq!(&Bench::open(other.path()).library, &expected);
    }

    #[test]
    fn any_session_is_what_it_would_be_in_memory(steps in prop::collection::vec(step(), 1..12)) {
        let mut dir = tempfile::tempdir().unwrap();
        let mut bench = Bench::open(dir.path());
        for step in steps {
            match step {
                Step::Write(changes) => bench.save(changes),
                Step::WriteOn(changes) => bench.write(changes),
                Step::Restart => {
                    let expected: Library = bench.close();
                    bench = Bench::open(dir.path());
                    prop_assert_eq!(&bench.library, &expected);
                }
                Step::Die => {
                    bench.save(Vec::new());
                    let left = copy(dir.path());
                    let expected = bench.close();
                    dir = left;
                    bench = Bench::open(dir.path());
                    prop_assert_eq!(&bench.library, &expected);
                }
            }
        }
        let expected = bench.close();
        prop_assert_eq!(&Bench::open(dir.path()).library, &expected);
    }
}

//! The changes that the load makes, by number, so that a library tells how many were made.

use postil_model::{
    Change, DocumentId, Library, Milestone, MilestoneId, Note, PhaseId, Plan, PlanId, PlanStatus,
    Rank, Reading, Scope, Timestamp,
};

/// Says which batch was the last.
const COUNTER: PlanId = PlanId(u128::MAX);

/// Batch `n`, from 1: each replaces some records of earlier ones, and all of its records say `n`.
#[must_use]
pub(crate) fn changes(n: u64) -> Vec<Change> {
    let at = Timestamp(i64::try_from(n).unwrap_or(i64::MAX));
    let note = |plan, text| {
        Change::Note(Note {
            plan,
            text,
            updated: at,
        })
    };
    // From a word to a few pages.
    let length = [3, 40, 7, 400, 1, 90, 4_000][(n % 7) as usize];
    let id = u128::from(n % 13);
    vec![
        Change::Plan(Plan {
            id: PlanId(id),
            name: format!("plan {n}"),
            folder: format!("/plans/{id}"),
            description: "words ".repeat((n % 50) as usize),
            scope: Scope::default(),
            status: PlanStatus::Active,
            created: Timestamp(0),
            updated: at,
            removed: None,
        }),
        note(PlanId(id), format!("{n} words ").repeat(length)),
        Change::Milestone(Milestone {
            id: MilestoneId(u128::from(n % 101)),
            phase: PhaseId(id),
            name: format!("milestone {n}"),
            description: String::new(),
            rank: Rank(n),
            completed: Some(at),
            updated: at,
            removed: None,
        }),
        Change::Reading(Reading {
            plan: PlanId(id),
            document: DocumentId(u128::from(n)),
            block: n as u32,
            at,
        }),
        note(COUNTER, n.to_string()),
    ]
}

/// The number of the last batch in a library; 0 if there is none.
#[must_use]
pub(crate) fn last_batch(library: &Library) -> u64 {
    let counter = library.note(COUNTER);
    counter.map_or(0, |note| note.text.parse().unwrap_or(0))
}

/// What a library holds after batch `n`.
#[must_use]
pub(crate) fn library_after(n: u64) -> Library {
    let mut library = Library::default();
    for change in (1..=n).flat_map(changes) {
        library.apply(change);
    }
    library
}

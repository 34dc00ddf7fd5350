//! Changes of all kinds, made up.

mod margin;

use postil_model::{
    Change, Document, DocumentId, FileStamp, History, Library, Milestone, MilestoneId, Note, Phase,
    PhaseId, PhaseStatus, Plan, PlanId, PlanStatus, Rank, Reading, Scope, Settings, Step,
    ThemeChoice, Timestamp,
};
use postil_store::Batch;

use crate::rng::Rng;
pub(crate) use margin::words_of;

/// Few ids, so that records are met again.
const N_IDS: usize = 12;

/// A library with its journal, as it must be.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Expected {
    pub(crate) library: Library,
    pub(crate) history: History,
    now: Timestamp,
}

impl Expected {
    pub(crate) fn new(library: Library, history: History) -> Self {
        let last = history.entries().last();
        let now = last.map_or(Timestamp(0), |entry| entry.at);
        Self {
            library,
            history,
            now,
        }
    }

    /// Whether a library that was opened is this one.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.library == other.library && self.history.entries() == other.history.entries()
    }

    /// Whether a library holds the same words, whatever its history and what is derived.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let words = |library: &Library| -> Vec<Change> {
            let changes = library.to_changes();
            changes.filter(|change| !change.is_derived()).collect()
        };
        words(&self.library) == words(&other.library)
    }

    /// Something that is done, mostly; at times the last is undone or redone, or the oldest forgotten.
    /// Gives what the store is to write of it.
    pub(crate) fn act(&mut self, rng: &mut Rng) -> Batch {
        // Typing that goes on takes the entry's place, after a while there is another.
        self.now.0 += if rng.once_in(3) { 1_000 } else { 60_000 };
        let turned = match rng.below(8) {
            0 => self.history.undo(&self.library, self.now).ok(),
            1 => self.history.redo(&self.library, self.now).ok(),
            _ => None,
        };
        let (entry, changes) = if let Some((entry, changes)) = turned {
            (Some(entry), changes)
        } else {
            let changes = changes(rng);
            let steps = Step::of(&self.library, &changes);
            let entry = self.history.record(&self.library, steps, self.now);
            (entry, changes)
        };
        for change in &changes {
            self.library.apply(change.clone());
        }
        if let Some(entry) = &entry {
            self.history.push(entry.clone());
        }
        let is_forgetful = rng.once_in(10);
        let forget_before = is_forgetful
            .then(|| self.history.forget(Timestamp(i64::MIN), 20_000))
            .flatten();
        Batch {
            texts: margin::texts_of(&changes),
            changes,
            entry,
            forget_before,
            ..Batch::default()
        }
    }
}

/// The changes of a batch: mostly a few, at times hundreds.
fn changes(rng: &mut Rng) -> Vec<Change> {
    let n = if rng.once_in(30) {
        300
    } else {
        1 + rng.below(6)
    };
    (0..n).map(|_| change(rng, n > 6)).collect()
}

fn change(rng: &mut Rng, is_many: bool) -> Change {
    let id = if is_many {
        u128::from(rng.next())
    } else {
        rng.below(N_IDS) as u128
    };
    let plan = PlanId(rng.below(N_IDS) as u128);
    let at = Timestamp(rng.next().cast_signed());
    let maybe_at = rng.once_in(3).then_some(at);
    match rng.below(14) {
        0 => Change::Plan(Plan {
            id: PlanId(id),
            name: text(rng, 40),
            folder: format!("/plans/{id}"),
            description: text(rng, 200),
            scope: Scope::default(),
            status: [
                PlanStatus::Active,
                PlanStatus::Completed,
                PlanStatus::Archived,
            ][rng.below(3)],
            created: at,
            updated: at,
            removed: maybe_at,
        }),
        1 => Change::Phase(Phase {
            id: PhaseId(id),
            plan,
            name: text(rng, 40),
            description: text(rng, 200),
            rank: Rank(rng.next()),
            status: [
                PhaseStatus::Pending,
                PhaseStatus::InProgress,
                PhaseStatus::Completed,
            ][rng.below(3)],
            started: maybe_at,
            completed: None,
            updated: at,
            removed: maybe_at,
        }),
        2 => Change::Milestone(Milestone {
            id: MilestoneId(id),
            phase: PhaseId(rng.below(N_IDS) as u128),
            name: text(rng, 40),
            description: text(rng, 200),
            rank: Rank(rng.next()),
            completed: maybe_at,
            updated: at,
            removed: None,
        }),
        3 => Change::Document(Document {
            id: DocumentId(id),
            plan,
            path: text(rng, 60),
            hash: Some([rng.next() as u8; 32]),
            first_seen: at,
            last_seen: at,
            missing: maybe_at,
        }),
        4 => Change::Stamp(FileStamp {
            document: DocumentId(id),
            len: rng.next(),
            mtime_ns: rng.next().cast_signed(),
            inode: rng.next(),
        }),
        5 => Change::Reading(Reading {
            plan: PlanId(id),
            document: DocumentId(rng.below(N_IDS) as u128),
            block: rng.next() as u32,
            at,
        }),
        6 => Change::Settings(Settings {
            split: 0.2 + rng.below(30) as f32 / 100.0,
            theme: [ThemeChoice::System, ThemeChoice::Light, ThemeChoice::Dark][rng.below(3)],
            open_plan: Some(plan),
            backup_folder: rng.once_in(2).then(|| text(rng, 60)),
            ..Settings::default()
        }),
        7..=10 => margin::change(rng, id),
        _ => {
            let max = match rng.below(40) {
                0 if !is_many => 300_000,
                1..4 => 6_000,
                _ => 300,
            };
            Change::Note(Note {
                plan: PlanId(id),
                text: text(rng, max),
                updated: at,
            })
        }
    }
}

fn text(rng: &mut Rng, max_bytes: usize) -> String {
    let word = format!("{:x} wörds ", rng.next());
    let n = rng.below(max_bytes + 1) / word.len();
    word.repeat(n)
}

//! Two states of a library made one: by id, and of each record the one that is newer by its own time.

use std::collections::BTreeMap;

use postil_model::{Change, Library, PlanId, RecordId, Settings, Timestamp};

/// What is to be written so that a library holds what another does, too.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Merge {
    /// The records to write, in the order of the other library.
    pub changes: Vec<Change>,
    /// How many of them were not there at all.
    pub n_new: usize,
    /// How many records were the same on both sides.
    pub n_same: usize,
    /// Records that differed, and which side won.
    pub conflicts: Vec<Conflict>,
    /// Registered plans that share a folder and are not the same plan. Both stay.
    pub same_folder: Vec<(PlanId, PlanId)>,
}

/// A record that was there on both sides and not the same.
#[derive(Clone, PartialEq, Debug)]
pub struct Conflict {
    /// Which record.
    pub record: RecordId,
    /// A few words for the person: what it is and its name.
    pub what: String,
    /// Whether the incoming record was taken. If not, it was older, or no time tells.
    pub is_incoming_taken: bool,
    /// Whether the records' own times decided it.
    pub is_decided_by_time: bool,
}

/// Merges `incoming` into `present`. What is derived from the plan folders is left out: it is found
/// again there.
#[must_use]
pub fn merge(present: &Library, incoming: &Library) -> Merge {
    let mut merge = Merge::default();
    for change in incoming.to_changes() {
        if change.is_derived() {
            continue;
        }
        let id = change.record_id();
        match present.record(id) {
            None => {
                merge.n_new += 1;
                merge.changes.push(change);
            }
            Some(there) if there == change => merge.n_same += 1,
            // Nobody chose these: they are what a library begins with.
            Some(Change::Settings(there)) if there == Settings::default() => {
                merge.changes.push(change);
            }
            Some(_) if is_untouched(&change) => merge.n_same += 1,
            Some(there) => {
                let (ours, theirs) = (own_time(&there), own_time(&change));
                let is_incoming_taken = theirs > ours;
                merge.conflicts.push(Conflict {
                    record: id,
                    what: words(present, &there),
                    is_incoming_taken,
                    is_decided_by_time: theirs != ours,
                });
                if is_incoming_taken {
                    merge.changes.push(change);
                }
            }
        }
    }
    merge.same_folder = same_folder(present, &merge.changes);
    merge
}

/// When a record says that it was last changed; `None` for those that do not say.
pub(crate) fn own_time(change: &Change) -> Option<Timestamp> {
    match change {
        Change::Plan(plan) => Some(plan.updated).max(plan.removed),
        Change::Phase(phase) => Some(phase.updated).max(phase.removed),
        Change::Milestone(milestone) => Some(milestone.updated).max(milestone.removed),
        Change::Document(document) => Some(document.last_seen).max(document.missing),
        Change::Note(note) => Some(note.updated),
        Change::Reading(reading) => Some(reading.at),
        Change::Annotation(annotation) => Some(annotation.updated).max(annotation.removed),
        Change::Reply(reply) => Some(reply.updated).max(reply.removed),
        Change::Link(link) => Some(link.updated).max(link.removed),
        Change::HandOver(hand_over) => Some(hand_over.at),
        Change::LastRead(read) => Some(read.at),
        Change::Settings(_) | Change::Placed(_) | Change::Stamp(_) => None,
    }
}

/// Settings that nobody chose win over none.
fn is_untouched(change: &Change) -> bool {
    matches!(change, Change::Settings(settings) if *settings == Settings::default())
}

fn same_folder(present: &Library, changes: &[Change]) -> Vec<(PlanId, PlanId)> {
    let mut merged = present.clone();
    for change in changes {
        merged.apply(change.clone());
    }
    let mut by_folder: BTreeMap<&str, PlanId> = BTreeMap::new();
    let mut same = Vec::new();
    for plan in merged.plans() {
        match by_folder.get(plan.folder.as_str()) {
            Some(first) => same.push((*first, plan.id)),
            None => drop(by_folder.insert(&plan.folder, plan.id)),
        }
    }
    same
}

fn words(library: &Library, change: &Change) -> String {
    let plan = |id: PlanId| match library.plan(id) {
        Some(plan) => format!("“{}”", plan.name),
        None => format!("{:032x}", id.0),
    };
    match change {
        Change::Plan(plan) => format!("plan “{}”", plan.name),
        Change::Phase(phase) => format!("phase “{}”", phase.name),
        Change::Milestone(milestone) => format!("milestone “{}”", milestone.name),
        Change::Document(document) => format!("document {}", document.path),
        Change::Note(note) => format!("notes of {}", plan(note.plan)),
        Change::Reading(reading) => format!("place of reading in {}", plan(reading.plan)),
        Change::Annotation(annotation) => match annotation.passage() {
            Some(passage) => format!("note on “{}”", passage.anchor.quote),
            None => format!("note in the margin of {}", plan(annotation.plan)),
        },
        Change::Reply(_) => "reply".to_owned(),
        Change::Link(link) => format!("link of {}", plan(link.plan)),
        Change::Placed(_) => "place of a note".to_owned(),
        Change::HandOver(_) => "hand-over of a note".to_owned(),
        Change::LastRead(_) => "what was read of a document".to_owned(),
        Change::Settings(_) => "settings".to_owned(),
        Change::Stamp(_) => "file".to_owned(),
    }
}

//! What records say of one another.

use postil_model::{Change, Library, RecordId};

/// What a record refers to that is not there: in words, and what is missing.
pub(super) fn dangling(library: &Library) -> Vec<(String, RecordId)> {
    let mut dangling = Vec::new();
    for change in library.to_changes() {
        let (what, target) = match &change {
            Change::Phase(phase) => (
                format!("Phase “{}”", phase.name),
                RecordId::Plan(phase.plan),
            ),
            Change::Milestone(milestone) => (
                format!("Milestone “{}”", milestone.name),
                RecordId::Phase(milestone.phase),
            ),
            Change::Document(document) => (
                format!("Document {}", document.path),
                RecordId::Plan(document.plan),
            ),
            Change::Note(note) => ("A note".to_owned(), RecordId::Plan(note.plan)),
            Change::Reading(reading) => {
                let document = RecordId::Document(reading.plan, reading.document);
                ("A place of reading".to_owned(), document)
            }
            // What is open is looked up each time; a stamp is derived.
            Change::Plan(_) | Change::Settings(_) | Change::Stamp(_) => continue,
        };
        if library.record(target).is_none() {
            let kind = match target {
                RecordId::Phase(_) => "phase",
                RecordId::Document(..) => "document",
                _ => "plan",
            };
            dangling.push((
                format!("{what} belongs to a {kind} that is not there"),
                target,
            ));
        }
    }
    dangling
}

//! What records say of one another.

use std::collections::BTreeMap;

use postil_model::{AnnotationId, Change, Library, PlanId, RecordId};

/// What a record refers to that is not there: in words, and what is missing.
pub(super) fn dangling(library: &Library) -> Vec<(String, RecordId)> {
    let annotations: BTreeMap<AnnotationId, PlanId> = library
        .to_changes()
        .filter_map(|change| match change {
            Change::Annotation(annotation) => Some((annotation.id, annotation.plan)),
            _ => None,
        })
        .collect();
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
            Change::Annotation(annotation) => {
                let plan = annotation.plan;
                let document = annotation.document();
                let target = document.map_or(RecordId::Plan(plan), |document| {
                    RecordId::Document(plan, document)
                });
                ("A note in the margin".to_owned(), target)
            }
            Change::Reply(reply) => {
                let annotation = annotations.get(&reply.annotation);
                let plan = annotation.copied().unwrap_or(PlanId(0));
                let target = RecordId::Annotation(plan, reply.annotation);
                ("A reply".to_owned(), target)
            }
            Change::Link(link) => ("A link".to_owned(), RecordId::Plan(link.plan)),
            // What is open is looked up each time; what a note was placed at or handed over with
            // says nothing without it; a stamp is derived.
            Change::Plan(_)
            | Change::Settings(_)
            | Change::Placed(_)
            | Change::HandOver(_)
            | Change::LastRead(_)
            | Change::Stamp(_) => continue,
        };
        if library.record(target).is_none() {
            let kind = match target {
                RecordId::Phase(_) => "phase",
                RecordId::Document(..) => "document",
                RecordId::Annotation(..) => "note in the margin",
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

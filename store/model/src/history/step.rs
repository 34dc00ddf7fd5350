//! What became of one record, and which changes are a person's.

use std::collections::BTreeMap;

use crate::{AnnotationKind, AnnotationState, Change, Library, Settings, Timestamp};

/// A record before and after.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// `None` if there was none.
    pub before: Option<Change>,
    /// What it became.
    pub after: Change,
}

impl Step {
    /// The steps that these changes make in `library`. What a person does not do themselves, and what
    /// changes nothing, is not among them.
    #[must_use]
    pub fn of(library: &Library, changes: &[Change]) -> Vec<Self> {
        let mut steps: Vec<Self> = Vec::with_capacity(changes.len());
        let mut of_record = BTreeMap::new();
        for change in changes.iter().filter(|change| is_of_person(change)) {
            let id = change.record_id();
            if let Some(step) = of_record.get(&id) {
                let step: &mut Self = &mut steps[*step];
                step.after = change.clone();
            } else {
                of_record.insert(id, steps.len());
                steps.push(Self {
                    before: library.record(id),
                    after: change.clone(),
                });
            }
        }
        steps.retain(|step| step.before.as_ref() != Some(&step.after));
        // That files in a plan changed moves its time and is nobody's doing.
        let is_touch = |step: &Self| {
            let before = step.before.as_ref();
            before.is_some_and(|before| is_same(before, &step.after))
        };
        steps.retain(|step| !matches!(step.after, Change::Settings(_)) || !is_touch(step));
        if steps.iter().all(is_touch) {
            steps.clear();
        }
        steps
    }
}

/// Whether all that a step does is to change words that are being written, or to begin them.
pub(super) fn is_typing(step: &Step) -> bool {
    match (&step.before, &step.after) {
        (_, Change::Note(_)) | (None, Change::Reply(_)) => true,
        (Some(Change::Annotation(before)), Change::Annotation(after)) => {
            let mut before = before.clone();
            before.body.clone_from(&after.body);
            if let (
                AnnotationKind::Replacement { words },
                AnnotationKind::Replacement { words: new },
            ) = (&mut before.kind, &after.kind)
            {
                words.clone_from(new);
            }
            if before.state == AnnotationState::Draft {
                before.state = after.state;
            }
            before.updated = after.updated;
            before == *after
        }
        (None, Change::Annotation(after)) => after.state == AnnotationState::Draft,
        (Some(Change::Reply(before)), Change::Reply(after)) => before.removed == after.removed,
        _ => false,
    }
}

/// Whether a person made the change: reading on and what files do are not to be undone. Of the settings
/// the names of colours are; how the window looks is not.
fn is_of_person(change: &Change) -> bool {
    match change {
        Change::Plan(_)
        | Change::Phase(_)
        | Change::Milestone(_)
        | Change::Note(_)
        | Change::Annotation(_)
        | Change::Reply(_)
        | Change::Link(_)
        | Change::Settings(_) => true,
        Change::Document(_)
        | Change::Reading(_)
        | Change::Placed(_)
        | Change::HandOver(_)
        | Change::LastRead(_)
        | Change::Stamp(_) => false,
    }
}

/// The record as if it had never been made: in the trash, or empty.
pub(super) fn gone(record: &Change, now: Timestamp) -> Change {
    let mut gone = record.clone();
    match &mut gone {
        Change::Plan(plan) => plan.removed = Some(now),
        Change::Phase(phase) => phase.removed = Some(now),
        Change::Milestone(milestone) => milestone.removed = Some(now),
        Change::Note(note) => note.text.clear(),
        Change::Annotation(annotation) => annotation.removed = Some(now),
        Change::Reply(reply) => reply.removed = Some(now),
        Change::Link(link) => link.removed = Some(now),
        Change::Document(_)
        | Change::Reading(_)
        | Change::Settings(_)
        | Change::Placed(_)
        | Change::HandOver(_)
        | Change::LastRead(_)
        | Change::Stamp(_) => {}
    }
    gone
}

/// What a record becomes that is taken to `target`: of the settings only what is undone changes.
pub(super) fn taken_to(found: Option<&Change>, target: Change) -> Change {
    match (found, target) {
        (Some(Change::Settings(now)), Change::Settings(then)) => Change::Settings(Settings {
            highlight_names: then.highlight_names,
            ..now.clone()
        }),
        (_, target) => target,
    }
}

/// Equal but for the time of a plan's last change, which every change in the plan moves, and for how
/// the window looks.
pub(super) fn is_same(a: &Change, b: &Change) -> bool {
    match (a, b) {
        (Change::Plan(a), Change::Plan(b)) => {
            let mut a = a.clone();
            a.updated = b.updated;
            a == *b
        }
        (Change::Settings(a), Change::Settings(b)) => a.highlight_names == b.highlight_names,
        _ => a == b,
    }
}

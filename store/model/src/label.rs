//! What a change is called in the history.

mod margin;

pub(crate) use margin::first_words;

use crate::history::Step;
use crate::{Change, Library, Milestone, Note, Phase, PhaseStatus, Plan, PlanStatus};

/// Names the thing that was done by what it made of the records. `library` is as it was before.
pub(crate) fn of(library: &Library, steps: &[Step]) -> String {
    // A plan goes along with every change in it, to tell when that was: it names the change only
    // where it is all there is.
    if let Some(label) = margin::of_several(steps) {
        return label;
    }
    let own = steps
        .iter()
        .find(|step| !matches!(step.after, Change::Plan(_)));
    let Some(step) = own.or(steps.first()) else {
        return String::new();
    };
    match (&step.before, &step.after) {
        (before, Change::Plan(after)) => {
            let before = match before {
                Some(Change::Plan(plan)) => Some(plan),
                _ => None,
            };
            of_plan(before, after)
        }
        (before, Change::Phase(after)) => {
            let before = match before {
                Some(Change::Phase(phase)) => Some(phase),
                _ => None,
            };
            of_phase(before, after)
        }
        (before, Change::Milestone(after)) => {
            let before = match before {
                Some(Change::Milestone(milestone)) => Some(milestone),
                _ => None,
            };
            of_milestone(before, after)
        }
        (_, Change::Note(after)) => of_note(library, after),
        (before, Change::Annotation(after)) => {
            let before = match before {
                Some(Change::Annotation(annotation)) => Some(annotation),
                _ => None,
            };
            margin::of_annotation(before, after)
        }
        (before, Change::Reply(after)) => {
            let before = match before {
                Some(Change::Reply(reply)) => Some(reply),
                _ => None,
            };
            margin::of_reply(before, after)
        }
        (before, Change::Link(after)) => {
            let before = match before {
                Some(Change::Link(link)) => Some(link),
                _ => None,
            };
            margin::of_link(library, before, after)
        }
        (Some(Change::Settings(before)), Change::Settings(after)) => {
            margin::of_settings(before, after)
        }
        _ => "Change".to_owned(),
    }
}

fn of_plan(before: Option<&Plan>, after: &Plan) -> String {
    let name = &after.name;
    let Some(before) = before else {
        return format!("Register plan “{name}”");
    };
    match (before.removed, after.removed) {
        (None, Some(_)) => return format!("Remove plan “{name}”"),
        (Some(_), None) => return format!("Restore plan “{name}”"),
        _ => {}
    }
    if before.name != *name {
        return format!("Rename plan “{}” to “{name}”", before.name);
    }
    if before.status != after.status {
        return match after.status {
            PlanStatus::Active => format!("Reopen plan “{name}”"),
            PlanStatus::Completed => format!("Complete plan “{name}”"),
            PlanStatus::Archived => format!("Archive plan “{name}”"),
        };
    }
    if before.description != after.description {
        return format!("Describe plan “{name}”");
    }
    let (old, new) = (before.scope, after.scope);
    if old.is_shallow != new.is_shallow {
        return if new.is_shallow {
            format!("Leave the sub-folders of “{name}” alone")
        } else {
            format!("Take the sub-folders of “{name}” in")
        };
    }
    if old.is_unlimited != new.is_unlimited {
        return format!("Look through all of “{name}”");
    }
    if old.follows_links_out != new.follows_links_out {
        return if new.follows_links_out {
            format!("Follow links out of “{name}”")
        } else {
            format!("Follow no links out of “{name}”")
        };
    }
    format!("Change plan “{name}”")
}

fn of_phase(before: Option<&Phase>, after: &Phase) -> String {
    let name = &after.name;
    let Some(before) = before else {
        return format!("Add phase “{name}”");
    };
    match (before.removed, after.removed) {
        (None, Some(_)) => return format!("Remove phase “{name}”"),
        (Some(_), None) => return format!("Restore phase “{name}”"),
        _ => {}
    }
    if before.name != *name {
        return format!("Rename phase “{}” to “{name}”", before.name);
    }
    if before.status != after.status {
        return match after.status {
            PhaseStatus::Pending => format!("Reset phase “{name}”"),
            PhaseStatus::InProgress => format!("Begin phase “{name}”"),
            PhaseStatus::Completed => format!("Complete phase “{name}”"),
        };
    }
    if before.rank != after.rank {
        return format!("Move phase “{name}”");
    }
    format!("Change phase “{name}”")
}

fn of_milestone(before: Option<&Milestone>, after: &Milestone) -> String {
    let name = &after.name;
    let Some(before) = before else {
        return format!("Add milestone “{name}”");
    };
    match (before.removed, after.removed) {
        (None, Some(_)) => return format!("Remove milestone “{name}”"),
        (Some(_), None) => return format!("Restore milestone “{name}”"),
        _ => {}
    }
    if before.name != *name {
        return format!("Rename milestone “{}” to “{name}”", before.name);
    }
    match (before.completed, after.completed) {
        (None, Some(_)) => return format!("Complete milestone “{name}”"),
        (Some(_), None) => return format!("Reopen milestone “{name}”"),
        _ => {}
    }
    if before.rank != after.rank {
        return format!("Move milestone “{name}”");
    }
    format!("Change milestone “{name}”")
}

fn of_note(library: &Library, after: &Note) -> String {
    match library.plan(after.plan) {
        Some(plan) => format!("Write notes of “{}”", plan.name),
        None => "Write notes".to_owned(),
    }
}

//! What a change in the margin is called.

use crate::{
    Annotation, AnnotationKind, AnnotationState, Change, HIGHLIGHT_COLOUR_NAMES, Library, Link,
    LinkTarget, Reply, Settings, Step, Target,
};

/// How many characters of a text stand for it in a label.
const MAX_CHARS: usize = 40;

/// Several notes at once came from elsewhere: nobody makes them so by hand.
pub(super) fn of_several(steps: &[Step]) -> Option<String> {
    let is_note = |step: &&Step| matches!(step.after, Change::Annotation(_));
    let n = steps.iter().filter(is_note).count();
    (n > 1).then(|| format!("Bring in {n} notes"))
}

pub(super) fn of_annotation(before: Option<&Annotation>, after: &Annotation) -> String {
    let what = what(after);
    let Some(before) = before else {
        return match &after.kind {
            AnnotationKind::Highlight { .. } => format!("Highlight {}", on(after)),
            AnnotationKind::Comment => format!("Comment on {}", on(after)),
            AnnotationKind::Question => format!("Ask about {}", on(after)),
            AnnotationKind::Replacement { .. } => format!("Suggest other words for {}", on(after)),
            AnnotationKind::Deletion => format!("Suggest to delete {}", on(after)),
        };
    };
    match (before.removed, after.removed) {
        (None, Some(_)) => return format!("Remove {what}"),
        (Some(_), None) => return format!("Restore {what}"),
        _ => {}
    }
    match (before.state, after.state) {
        (AnnotationState::Open | AnnotationState::Draft, AnnotationState::Resolved { .. }) => {
            return format!("Resolve {what}");
        }
        (AnnotationState::Resolved { .. }, AnnotationState::Open | AnnotationState::Draft) => {
            return format!("Reopen {what}");
        }
        _ => {}
    }
    if (before.state, after.state) == (AnnotationState::Draft, AnnotationState::Open) {
        return format!("Finish {what}");
    }
    if before.target != after.target {
        let is_elsewhere = before.document() != after.document();
        let did = if is_elsewhere { "Move" } else { "Place" };
        return format!("{did} {what}");
    }
    if before.tags != after.tags {
        return format!("Tag {what}");
    }
    if before.body != after.body || is_rewritten(&before.kind, &after.kind) {
        return format!("Write {what}");
    }
    format!("Change {what}")
}

/// Of the settings only the names of colours are a thing that is done.
pub(super) fn of_settings(before: &Settings, after: &Settings) -> String {
    let names = before.highlight_names.iter().zip(&after.highlight_names);
    let mut names = HIGHLIGHT_COLOUR_NAMES.iter().zip(names);
    let renamed = names.find(|(_, (before, after))| before != after);
    renamed.map_or_else(
        || "Change settings".to_owned(),
        |(usual, (before, after))| {
            let usual = usual.to_lowercase();
            if after.is_empty() {
                format!("Call {usual} no longer “{before}”")
            } else {
                format!("Call {usual} “{after}”")
            }
        },
    )
}

pub(super) fn of_reply(before: Option<&Reply>, after: &Reply) -> String {
    let Some(before) = before else {
        return "Reply".to_owned();
    };
    match (before.removed, after.removed) {
        (None, Some(_)) => "Remove reply".to_owned(),
        (Some(_), None) => "Restore reply".to_owned(),
        _ => "Write reply".to_owned(),
    }
}

pub(super) fn of_link(library: &Library, before: Option<&Link>, after: &Link) -> String {
    let target = match &after.target {
        LinkTarget::Plan(plan) => library
            .plan(*plan)
            .map_or_else(|| "a plan".to_owned(), |plan| format!("“{}”", plan.name)),
        LinkTarget::File(path) => format!("“{}”", path.rsplit('/').next().unwrap_or(path)),
    };
    let Some(before) = before else {
        return format!("Link {target}");
    };
    match (before.removed, after.removed) {
        (None, Some(_)) => format!("Remove link to {target}"),
        (Some(_), None) => format!("Restore link to {target}"),
        _ => format!("Change link to {target}"),
    }
}

fn is_rewritten(before: &AnnotationKind, after: &AnnotationKind) -> bool {
    let words = |kind: &AnnotationKind| match kind {
        AnnotationKind::Replacement { words } => Some(words.clone()),
        _ => None,
    };
    words(before) != words(after)
}

fn what(annotation: &Annotation) -> String {
    let kind = match annotation.kind {
        AnnotationKind::Highlight { .. } => "highlight of",
        AnnotationKind::Comment => "comment on",
        AnnotationKind::Question => "question about",
        AnnotationKind::Replacement { .. } => "suggestion for",
        AnnotationKind::Deletion => "suggested deletion of",
    };
    format!("{kind} {}", on(annotation))
}

/// What it is on: the first of its words, on one line.
fn on(annotation: &Annotation) -> String {
    let passage = match &annotation.target {
        Target::Plan => return "the plan".to_owned(),
        Target::Document(_) => return "the document".to_owned(),
        Target::Passage(_, passage) | Target::Block(_, passage) => passage,
    };
    format!("“{}”", first_words(&passage.anchor.quote))
}

/// The first of these words, on one line.
pub(crate) fn first_words(text: &str) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        let n_chars = words.chars().count();
        if n_chars + word.chars().count() >= MAX_CHARS {
            let n_left = MAX_CHARS.saturating_sub(n_chars);
            words.extend(word.chars().take(n_left));
            words.push('…');
            break;
        }
        words.push_str(word);
        words.push(' ');
    }
    words.truncate(words.trim_end().len());
    words
}

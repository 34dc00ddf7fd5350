//! One note, so that it can be acted on by whoever reads only this.

use std::fmt::Write as _;
use std::ops::Range;

use super::is_on_block;
use super::place::Place;
use super::quoting::{block_quote, code_span, quote_words};
use super::suggestion::{write_in_lines, write_words};
use super::whereabouts::Whereabouts;
use crate::{
    Anchor, Annotation, AnnotationKind, AnnotationState, HIGHLIGHT_COLOUR_NAMES, Library, Passage,
};

/// A note and where it stands.
pub(super) struct Note<'a> {
    pub(super) annotation: &'a Annotation,
    pub(super) place: Place,
}

/// Of several places that are as good, no more are listed.
const MAX_PLACES: usize = 12;
/// Words are counted in their lines only where these are no longer, in bytes.
const MAX_COUNTED_BYTES: usize = 16 * 1024;

/// Writes a note as a chapter's section of this number.
pub(super) fn write_note(
    out: &mut String,
    library: &Library,
    number: usize,
    note: &Note<'_>,
    whereabouts: Option<&Whereabouts<'_>>,
) {
    let annotation = note.annotation;
    let what = what(library, annotation);
    let place = heading_place(note, whereabouts);
    let _ = write!(out, "\n### {number}. {what}{place}\n");
    if let Some(state) = state(library, annotation) {
        let _ = write!(out, "\n{state}\n");
    }
    if let Some(passage) = annotation.passage() {
        out.push('\n');
        match whereabouts {
            Some(whereabouts) => write_words_now(out, note, passage, whereabouts),
            None => write_lost_words(out, annotation, passage.sought()),
        }
    }
    if !annotation.body.is_empty() {
        out.push('\n');
        block_quote(out, &annotation.body);
    }
    for reply in library.replies(annotation.id) {
        out.push_str("\nAdded later:\n\n");
        block_quote(out, &reply.body);
    }
    if !annotation.tags.is_empty() {
        let tags: Vec<_> = annotation.tags.iter().map(|tag| code_span(tag)).collect();
        let _ = write!(out, "\nTags: {}\n", tags.join(", "));
    }
}

fn what(library: &Library, annotation: &Annotation) -> String {
    match &annotation.kind {
        AnnotationKind::Highlight { colour } => {
            let index = usize::from(*colour);
            match library.settings().highlight_names.get(index) {
                Some(name) if !name.trim().is_empty() => format!("Highlight {}", code_span(name)),
                _ => match HIGHLIGHT_COLOUR_NAMES.get(index) {
                    Some(name) => format!("Highlight, {}", name.to_lowercase()),
                    None => "Highlight".to_owned(),
                },
            }
        }
        AnnotationKind::Comment => "Comment".to_owned(),
        AnnotationKind::Question => "Question".to_owned(),
        AnnotationKind::Replacement { .. } => "Replace".to_owned(),
        AnnotationKind::Deletion => "Delete".to_owned(),
    }
}

fn heading_place(note: &Note<'_>, whereabouts: Option<&Whereabouts<'_>>) -> String {
    let block = if is_on_block(note.annotation) {
        ", the whole block"
    } else {
        ""
    };
    match (&note.place, whereabouts) {
        (Place::Whole, _) => String::new(),
        (Place::Same { range, .. } | Place::Changed(range), Some(whereabouts)) => {
            format!(", {}{block}", line_words(whereabouts, range))
        }
        (Place::Several(_), Some(_)) => format!("{block}, in one of several places"),
        (Place::Lost, _) => format!("{block}, its words are gone"),
        _ => format!("{block}, its place is not known"),
    }
}

fn line_words(whereabouts: &Whereabouts<'_>, range: &Range<usize>) -> String {
    let lines = whereabouts.lines_of(range);
    if lines.start() == lines.end() {
        format!("line {}", lines.start())
    } else {
        format!("lines {}–{}", lines.start(), lines.end())
    }
}

fn state(library: &Library, annotation: &Annotation) -> Option<&'static str> {
    if matches!(annotation.state, AnnotationState::Resolved { .. }) {
        return Some("Resolved: nothing is left to do.");
    }
    let was_handed_over = library.hand_over(annotation.id).is_some();
    (was_handed_over && library.is_to_hand_over(annotation))
        .then_some("Changed since it was last handed over.")
}

fn write_words_now(
    out: &mut String,
    note: &Note<'_>,
    passage: &Passage,
    whereabouts: &Whereabouts<'_>,
) {
    let annotation = note.annotation;
    let sought = passage.sought();
    match &note.place {
        Place::Whole => {}
        Place::Same { range, is_moved } => {
            let over = whereabouts.headings_over(range.start);
            write_under(out, "Under", &over);
            if *is_moved {
                if over == sought.headings {
                    out.push_str("These words were moved after the note was made.\n\n");
                } else {
                    write_under(out, "Moved after the note was made, from", &sought.headings);
                }
            }
            match suggested(annotation) {
                Some(new) => write_in_lines(out, whereabouts, range, new),
                None => write_marked(out, sought, range, whereabouts),
            }
        }
        Place::Changed(range) => {
            write_under(out, "Under", &whereabouts.headings_over(range.start));
            out.push_str("The words were changed after the note was made. It was made on:\n\n");
            write_old(out, sought);
            let now = &whereabouts.text()[range.clone()];
            if now.is_empty() {
                out.push_str("\nNothing of them is left there.\n");
            } else {
                out.push_str("\nIn their place now stands:\n\n");
                quote_words(out, now);
            }
            if let Some(new) = suggested(annotation) {
                if now == new {
                    out.push_str("\nThis is what was suggested.\n");
                } else {
                    out.push_str("\nIf the suggestion still fits, it would now be:\n\n");
                    write_in_lines(out, whereabouts, range, new);
                }
            }
        }
        Place::Several(places) => {
            out.push_str("These words stand in several places; the note is on one of them:\n\n");
            for range in places.iter().take(MAX_PLACES) {
                let over = whereabouts.headings_over(range.start);
                let line = line_words(whereabouts, range);
                let _ = writeln!(out, "- {line}{}", under(", under", &over));
            }
            if places.len() > MAX_PLACES {
                let _ = writeln!(out, "- and {} more", places.len() - MAX_PLACES);
            }
            out.push('\n');
            write_lost_words(out, annotation, sought);
        }
        Place::Lost => {
            let is_done = suggested(annotation).is_some_and(|new| {
                new.is_empty() || (!new.trim().is_empty() && whereabouts.text().contains(new))
            });
            if is_done {
                out.push_str("The file reads as if this had been done already.\n\n");
            }
            write_lost_words(out, annotation, sought);
        }
        Place::Unknown => write_lost_words(out, annotation, sought),
    }
}

/// The words and place that the note was made on, for where there is no place now.
fn write_lost_words(out: &mut String, annotation: &Annotation, sought: &Anchor) {
    write_under(out, "Made under", &sought.headings);
    match suggested(annotation) {
        Some(new) => write_words(out, &sought.quote, new),
        None => write_old(out, sought),
    }
    if !(sought.before.trim().is_empty() && sought.after.trim().is_empty()) {
        let (before, after) = (around(&sought.before, true), around(&sought.after, false));
        let _ = write!(out, "\nThey stood between {before} and {after}.\n");
    }
}

/// What stood beside words, with a sign where it went on.
fn around(words: &str, is_before: bool) -> String {
    let shown = words.trim();
    if shown.is_empty() {
        return "white space".to_owned();
    }
    let is_cut = words.chars().count() >= Anchor::CONTEXT_CHARS;
    match (is_cut, is_before) {
        (true, true) => code_span(&format!("…{shown}")),
        (true, false) => code_span(&format!("{shown}…")),
        (false, _) => code_span(shown),
    }
}

fn write_old(out: &mut String, sought: &Anchor) {
    if sought.quote.is_empty() {
        out.push_str("A place between words.\n");
    } else {
        quote_words(out, &sought.quote);
    }
}

/// The words where they stand; which of them, if their lines have them more than once.
fn write_marked(
    out: &mut String,
    sought: &Anchor,
    range: &Range<usize>,
    whereabouts: &Whereabouts<'_>,
) {
    let words = sought.quote.as_str();
    let around = whereabouts.whole_lines(range);
    if words.is_empty() {
        out.push_str("At the place marked ⟨here⟩, between words:\n\n");
        let text = whereabouts.text();
        let near = |at: usize, by: isize| text.floor_char_boundary(at.saturating_add_signed(by));
        let start = near(range.start, -200).max(around.start);
        let end = near(range.end, 200).min(around.end);
        let marked = [&text[start..range.start], "⟨here⟩", &text[range.end..end]].concat();
        return quote_words(out, &marked);
    }
    quote_words(out, words);
    if around.len() > MAX_COUNTED_BYTES {
        return;
    }
    let lines = &whereabouts.text()[around.clone()];
    let starts: Vec<_> = (0..lines.len())
        .filter(|at| lines.is_char_boundary(*at) && lines[*at..].starts_with(words))
        .collect();
    if starts.len() > 1
        && let Some(nth) = starts
            .iter()
            .position(|at| around.start + at == range.start)
    {
        let n = starts.len();
        let _ = write!(
            out,
            "\nThat is number {} of the {n} places where these lines have it.\n",
            nth + 1
        );
    }
}

fn suggested(annotation: &Annotation) -> Option<&str> {
    match &annotation.kind {
        AnnotationKind::Replacement { words } => Some(words),
        AnnotationKind::Deletion => Some(""),
        _ => None,
    }
}

fn write_under<S: AsRef<str>>(out: &mut String, lead: &str, headings: &[S]) {
    let under = under(lead, headings);
    if !under.is_empty() {
        let _ = write!(out, "{under}\n\n");
    }
}

fn under<S: AsRef<str>>(lead: &str, headings: &[S]) -> String {
    let names: Vec<_> = headings
        .iter()
        .map(|heading| code_span(heading.as_ref()))
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("{lead} {}", names.join(" › "))
    }
}

//! A copy of a document with the notes in it, as `CriticMarkup`.
//!
//! `{++new++}`, `{--old--}`, `{~~old~>new~~}`, `{==words==}` and `{>>comment<<}` are put into the text
//! and nothing in it is altered: rejecting all of them gives the document back, byte by byte. They
//! are put only where words run, and none across two blocks or into each other; what cannot be said
//! like that is said in a comment behind the words, behind the block, or at the end.

use std::fmt::{self, Write as _};

use super::marks::{Marks, OPENERS, broken};
use super::note::Note;
use super::place::Place;
use super::quoting::lines;
use super::{FeedbackOptions, Standing, Whereabouts, notes_to_hand_over};
use crate::markdown::{Block, BlockKind, DocumentKind, Parsed, leaves, parse};
use crate::{Annotation, AnnotationKind, AnnotationState, DocumentId, Library, PlanId};

/// A document with the notes in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CriticCopy {
    /// Its text.
    pub text: String,
    /// How many notes stand at their words.
    pub n_in_place: usize,
    /// How many stand in one comment at the end: notes on the whole, those whose words are gone, in
    /// several places or changed beyond marking, and those on what nothing can be put beside.
    pub n_at_end: usize,
}

/// Why there is no such copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CriticProblem {
    /// The document is no Markdown.
    NotMarkdown,
    /// It has such marks, or what looks like them, and nobody could tell the two apart.
    HasMarks {
        /// The first line with one, counted from one.
        line: usize,
    },
}

impl fmt::Display for CriticProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotMarkdown => write!(
                f,
                "CriticMarkup is for Markdown, and this document is none. Save the feedback instead"
            ),
            Self::HasMarks { line } => write!(
                f,
                "The document has CriticMarkup of its own, from line {line} on, which could not be \
                 told from yours. Save the feedback instead"
            ),
        }
    }
}

/// Puts the notes on a document that `options` ask for into a copy of it.
///
/// # Errors
/// [`CriticProblem`] where nothing can be put into it without harm.
pub fn critic_markup(
    library: &Library,
    plan: PlanId,
    document: DocumentId,
    standing: Standing<'_>,
    options: &FeedbackOptions,
) -> Result<CriticCopy, CriticProblem> {
    let path = library
        .document(plan, document)
        .map_or("", |document| &document.path);
    if DocumentKind::of_path(path) != DocumentKind::Markdown {
        return Err(CriticProblem::NotMarkdown);
    }
    let text = standing.text;
    let whereabouts = Whereabouts::new(text, path);
    if let Some(at) = OPENERS.iter().filter_map(|mark| text.find(mark)).min() {
        let line = whereabouts.line_of(at);
        return Err(CriticProblem::HasMarks { line });
    }
    let mut options = options.clone();
    options.filter.document = Some(document);
    let mut notes: Vec<_> = notes_to_hand_over(library, plan, &options)
        .map(|annotation| Note {
            annotation,
            place: Place::of(annotation, Some(&standing)),
        })
        .collect();
    // Suggestions first: they mean something only where they are whole.
    notes.sort_by_key(|note| {
        let is_other = suggested(note.annotation).is_none();
        (
            is_other,
            note.place.order(note.annotation),
            note.annotation.id,
        )
    });

    let parsed = parse(text.into(), DocumentKind::Markdown);
    let leaves = leaves(&parsed);
    let mut marks = Marks::new(text, &leaves);
    let mut at_end = Vec::new();
    for note in &notes {
        if !put(&mut marks, &parsed, library, note) {
            at_end.push(note);
        }
    }
    at_end.sort_by_key(|note| (note.place.order(note.annotation), note.annotation.id));
    let end = end_comment(library, &whereabouts, &at_end);
    Ok(CriticCopy {
        text: marks.marked(&end),
        n_in_place: notes.len() - at_end.len(),
        n_at_end: at_end.len(),
    })
}

/// The path for a copy beside a document: `plan.md` gives `plan.postil.md`, or `plan.postil-2.md` if
/// that is taken, and so on. Never the document's own. `None` if a great many are taken.
#[must_use]
pub fn critic_copy_name(path: &str, is_taken: impl Fn(&str) -> bool) -> Option<String> {
    const MAX_COPIES: usize = 10_000;
    /// File systems take names of 255 bytes; what is added needs some of them.
    const MAX_STEM_BYTES: usize = 200;
    let (folder, file) = path
        .rsplit_once('/')
        .map_or(("", path), |(folder, file)| (folder, file));
    // What begins with a dot has no extension by it.
    let (stem, extension) = match file.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() < 16 => {
            (stem, Some(extension))
        }
        _ => (file, None),
    };
    let stem = &stem[..stem.floor_char_boundary(MAX_STEM_BYTES)];
    let name = |n: usize| {
        let number = if n == 1 {
            String::new()
        } else {
            format!("-{n}")
        };
        let folder = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let extension = extension.map_or_else(String::new, |extension| format!(".{extension}"));
        format!("{folder}{stem}.postil{number}{extension}")
    };
    (1..=MAX_COPIES)
        .map(name)
        .find(|name| name != path && !is_taken(name))
}

/// Puts a note where its words are; false if it can only be told at the end.
fn put(marks: &mut Marks<'_>, parsed: &Parsed, library: &Library, note: &Note<'_>) -> bool {
    let annotation = note.annotation;
    let Some(range) = note.place.range() else {
        return false;
    };
    let is_same = matches!(note.place, Place::Same { .. });
    if is_same && let Some(new) = suggested(annotation) {
        let said = self::said(library, annotation, false);
        if marks.replace(&range, new, &said) {
            return true;
        }
    }
    let said = self::said(
        library,
        annotation,
        !is_same || suggested(annotation).is_some(),
    );
    let is_deletion = is_same && matches!(annotation.kind, AnnotationKind::Deletion);
    let pair = if is_deletion {
        ("{--", "--}")
    } else {
        ("{==", "==}")
    };
    marks.mark_words(&range, pair, &said) || {
        let told = self::said(library, annotation, true);
        behind_block(parsed, range.end).is_some_and(|at| marks.comment_line(at, &told))
    }
}

/// Where a line begins behind the block that holds a byte, if a line of words in front of the next
/// block leaves that block what it is.
fn behind_block(parsed: &Parsed, byte: usize) -> Option<usize> {
    let blocks = parsed.blocks();
    let at = parsed.block_at(byte.saturating_sub(1));
    let block = blocks.get(at)?;
    let is_kept = |next: &Block| {
        let source = &parsed.text()[next.range.clone()];
        match next.kind {
            BlockKind::Paragraph | BlockKind::Quote => true,
            BlockKind::Heading(_) => source.starts_with('#'),
            BlockKind::Code(_) => source.starts_with("```") || source.starts_with("~~~"),
            _ => false,
        }
    };
    let is_safe = blocks.get(at + 1).is_none_or(is_kept);
    let end = block.range.end;
    let text = parsed.text();
    let line_end = text[end..].find('\n').map(|i| end + i + 1);
    let next_line = if text[..end].ends_with('\n') {
        Some(end)
    } else {
        line_end
    };
    next_line.filter(|_| is_safe)
}

fn suggested(annotation: &Annotation) -> Option<&str> {
    match &annotation.kind {
        AnnotationKind::Replacement { words } => Some(words),
        AnnotationKind::Deletion => Some(""),
        _ => None,
    }
}

/// What a note says, on one line. `is_told` adds which words it was made on and what is suggested,
/// for where no mark shows it.
fn said(library: &Library, annotation: &Annotation, is_told: bool) -> String {
    let mut parts = Vec::new();
    if matches!(annotation.state, AnnotationState::Resolved { .. }) {
        parts.push("Resolved.".to_owned());
    }
    if is_told && let Some(passage) = annotation.passage() {
        let old = short(&passage.sought().quote);
        parts.push(match &annotation.kind {
            AnnotationKind::Replacement { words } => {
                format!("Replace “{old}” by “{}”.", one_line(words))
            }
            AnnotationKind::Deletion => format!("Delete “{old}”."),
            _ => format!("On “{old}”."),
        });
    }
    let body = one_line(&annotation.body);
    match annotation.kind {
        AnnotationKind::Question => parts.push(format!("Question: {body}")),
        _ if !body.is_empty() => parts.push(body),
        _ => {}
    }
    for reply in library.replies(annotation.id) {
        parts.push(format!("— {}", one_line(&reply.body)));
    }
    parts.extend(
        annotation
            .tags
            .iter()
            .map(|tag| format!("#{}", one_line(tag))),
    );
    parts.join(" ").trim_end().to_owned()
}

/// One comment with all that has no place in the text.
fn end_comment(library: &Library, whereabouts: &Whereabouts<'_>, notes: &[&Note<'_>]) -> String {
    if notes.is_empty() {
        return String::new();
    }
    let text = whereabouts.text();
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut end = String::from("{>>");
    if !(text.is_empty() || text.ends_with('\n')) {
        end.push_str(line_end);
    }
    end.push_str("Notes without a place in the text:");
    for (i, note) in notes.iter().enumerate() {
        let place = match &note.place {
            Place::Whole => "On the whole document.".to_owned(),
            Place::Same { range, .. } | Place::Changed(range) => {
                let lines = whereabouts.lines_of(range);
                format!("Lines {}–{}.", lines.start(), lines.end())
            }
            Place::Several(places) => {
                let lines = places
                    .iter()
                    .map(|range| whereabouts.line_of(range.start).to_string());
                format!(
                    "In one of several places: lines {}.",
                    lines.collect::<Vec<_>>().join(", ")
                )
            }
            Place::Lost => "The words are gone.".to_owned(),
            Place::Unknown => "The place is not known.".to_owned(),
        };
        let said = broken(&said(library, note.annotation, true));
        let _ = write!(end, "{line_end}{}. {place} {said}", i + 1);
    }
    end.push_str(line_end);
    end.push_str("<<}");
    end
}

/// The words on one line; where one paragraph ends and the next begins, a ¶.
fn one_line(words: &str) -> String {
    let mut out = String::new();
    let mut is_new_paragraph = false;
    for line in lines(words).map(str::trim) {
        if line.is_empty() {
            is_new_paragraph = !out.is_empty();
            continue;
        }
        if !out.is_empty() {
            out.push_str(if is_new_paragraph { " ¶ " } else { " " });
        }
        is_new_paragraph = false;
        out.push_str(line);
    }
    out
}

fn short(words: &str) -> String {
    const MAX_CHARS: usize = 120;
    let line = one_line(words);
    match line.char_indices().nth(MAX_CHARS) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}

#[cfg(test)]
#[path = "critic_tests.rs"]
mod tests;

//! How each kind of note looks: on the words, and beside them.

use egui::Color32;
use lucide_icons::Icon;
use postil_model::{Annotation, AnnotationKind, AnnotationState, Settings};

use crate::theme::Tokens;

/// The icon of a kind.
pub(in crate::view) fn icon_of(kind: &AnnotationKind) -> Icon {
    match kind {
        AnnotationKind::Highlight { .. } => Icon::Highlighter,
        AnnotationKind::Comment => Icon::MessageSquare,
        AnnotationKind::Question => Icon::CircleHelp,
        AnnotationKind::Replacement { .. } => Icon::PencilLine,
        AnnotationKind::Deletion => Icon::Strikethrough,
    }
}

/// The name of a kind.
pub(in crate::view) fn name_of<'s>(kind: &AnnotationKind, settings: &'s Settings) -> &'s str {
    match kind {
        AnnotationKind::Highlight { colour } => settings.colour_name(*colour),
        AnnotationKind::Comment => "Comment",
        AnnotationKind::Question => "Question",
        AnnotationKind::Replacement { .. } => "Suggested words",
        AnnotationKind::Deletion => "Suggested deletion",
    }
}

/// The colour of a kind's lines and icons.
pub(in crate::view) fn ink_of(kind: &AnnotationKind, t: &Tokens) -> Color32 {
    match kind {
        AnnotationKind::Highlight { .. } => t.ink_soft,
        AnnotationKind::Comment => t.accent,
        AnnotationKind::Question => t.important,
        AnnotationKind::Replacement { .. } => t.good,
        AnnotationKind::Deletion => t.bad,
    }
}

/// How words look that a note is on.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::view) struct Look {
    /// Behind them.
    pub(in crate::view) ground: Color32,
    /// Of the line under or through them, if there is one.
    pub(in crate::view) line: Option<Color32>,
    /// Whether the line goes through them.
    pub(in crate::view) is_struck: bool,
}

/// How the words of a note look; fainter once it has been dealt with, stronger while it is lit.
pub(in crate::view) fn look_of(note: &Annotation, t: &Tokens, is_lit: bool) -> Look {
    let is_done = matches!(note.state, AnnotationState::Resolved { .. });
    let strength = match (is_lit, is_done) {
        (true, _) => 1.0,
        (false, false) => 0.62,
        (false, true) => 0.25,
    };
    let ink = ink_of(&note.kind, t);
    let (ground, line, is_struck) = match note.kind {
        AnnotationKind::Highlight { colour } => {
            let pen = t.pens[usize::from(colour) % t.pens.len()];
            (
                pen.gamma_multiply(if is_done { 0.4 } else { 1.0 }),
                None,
                false,
            )
        }
        AnnotationKind::Comment | AnnotationKind::Question => {
            (ink.gamma_multiply(0.16 * strength), Some(ink), false)
        }
        AnnotationKind::Replacement { .. } => {
            (t.bad.gamma_multiply(0.12 * strength), Some(t.bad), true)
        }
        AnnotationKind::Deletion => (ink.gamma_multiply(0.14 * strength), Some(ink), true),
    };
    Look {
        ground,
        line: line.map(|line| line.gamma_multiply(0.35 + 0.65 * strength)),
        is_struck,
    }
}

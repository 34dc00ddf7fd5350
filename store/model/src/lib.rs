//! The pure domain of Postil: what plans, phases, milestones and documents are, how a Markdown
//! text falls into blocks, and every decision about them.
//!
//! # Invariants
//! - No file, clock, thread or source of randomness is touched: the time and new ids are arguments.
//! - Nothing a person typed or a file holds makes a function fail or panic: what is wrong comes
//!   back as a value beside the result.
//! - Every mutation is a [`Change`], a value that can be stored, and applied by [`Library::apply`].
//! - No order that a person sees comes from a hash map.

mod anchor;
mod annotation;
mod change;
mod edit;
mod feedback;
mod history;
mod id;
mod label;
mod library;
mod listing;
pub mod markdown;
mod names;
mod note_list;
mod order;
mod placing;
mod plan;
mod reconcile;
mod settings;
mod task;
mod trash;

pub use anchor::{Anchor, Placement};
pub use annotation::{
    Annotation, AnnotationKind, AnnotationState, HIGHLIGHT_COLOUR_NAMES, HIGHLIGHT_COLOURS,
    HandOver, LastRead, Link, LinkTarget, Passage, Placed, Reply, Target,
};
pub use change::{Change, RecordId};
pub use edit::Edit;
pub use feedback::{
    CodePoints, CriticCopy, CriticProblem, Feedback, FeedbackOptions, Selected, Selectors,
    Standing, Standings, Whereabouts, critic_copy_name, critic_markup, feedback,
    notes_to_hand_over,
};
pub use history::{Entry, EntryId, EntryKind, History, Step, UndoProblem};
pub use id::{
    AnnotationId, DocumentId, LinkId, MilestoneId, PhaseId, PlanId, ReplyId, TextId, Timestamp,
};
pub use library::Library;
pub use listing::{PlanSummary, document_order, plan_matches, plan_summaries};
pub use names::{NameProblem, clean_description, clean_name, clean_tags};
pub use note_list::{
    NoteFilter, NoteOrder, NoteState, doubt_of, list_notes, tags_of, to_look_over,
};
pub use order::Rank;
pub use placing::{Cold, Sought, Warm, place_all};
pub use plan::{
    Document, FileStamp, Milestone, Note, Phase, PhaseStatus, Plan, PlanStatus, Progress, Reading,
    Scope,
};
pub use reconcile::{SeenFile, file_changed, reconcile};
pub use settings::{Page, Settings, ThemeChoice, Typeface};
pub use task::{Task, Tick};
pub use trash::Trashed;

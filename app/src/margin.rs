//! The margin of the open document: where its notes are, and what is being done with them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use postil_model::{
    Anchor, AnnotationId, AnnotationKind, Cold, DocumentId, FeedbackOptions, Placement, ReplyId,
    TextId, Warm,
};

use crate::elsewhere::Elsewhere;

/// What is known of the margin beside the library. Made anew with each document.
#[derive(Clone, Debug, Default)]
pub struct Margin {
    /// The text that `places` is of.
    pub text: Option<TextId>,
    /// Where each note on words is in it.
    pub places: BTreeMap<AnnotationId, Placement>,
    /// The note that was chosen last.
    pub chosen: Option<AnnotationId>,
    /// What is being written.
    pub writing: Option<Writing>,
    /// A wish to bring a byte of the text into sight, named so that it is honoured once.
    pub reveal: Option<(u64, usize)>,
    /// The note that is to be brought into sight once its place is known.
    pub(crate) to_reveal: Option<AnnotationId>,
    /// Where words that are gone from here stand in other documents, once that was asked.
    pub elsewhere: Option<Elsewhere>,
    /// Texts on which notes were placed before.
    pub(crate) texts: BTreeMap<TextId, OldText>,
}

/// What is known of a text that notes were placed in before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum OldText {
    /// The library was asked for it.
    Asked,
    /// It.
    Text(Arc<str>),
    /// The library does not have it.
    Gone,
}

/// A note, the words that are sought, and at which bytes of an older text they were.
pub type Sought = (AnnotationId, Anchor, Range<usize>);

/// Words of the margin that are being written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Writing {
    /// A note.
    Note(AnnotationId),
    /// An answer to it.
    Reply(AnnotationId, ReplyId),
}

/// What a person does in the margin.
#[derive(Clone, PartialEq, Debug)]
pub enum MarginCommand {
    /// Make a note on these bytes of the open document; on the whole block where that is said.
    Annotate {
        /// What of the source it is on.
        range: Range<usize>,
        /// What it says of that.
        kind: AnnotationKind,
        /// Whether it is on the block as a whole.
        is_block: bool,
    },
    /// Make a note on the open document, or on the plan.
    AnnotateWhole {
        /// On the plan.
        is_plan: bool,
    },
    /// Choose a note, or none.
    Choose(Option<AnnotationId>),
    /// Choose a note and bring its words into sight.
    GoTo(AnnotationId),
    /// Choose the note after or before the chosen one.
    Step {
        /// The one after.
        is_forward: bool,
    },
    /// Begin to write.
    Write(Writing),
    /// The body of what is being written.
    Type(Writing, String),
    /// The other words that a note suggests.
    TypeWords(AnnotationId, String),
    /// The writing is done.
    Finish,
    /// Say something else of the words.
    SetKind(AnnotationId, AnnotationKind),
    /// File it under these.
    Tag(AnnotationId, Vec<String>),
    /// Say whether it has been dealt with.
    Resolve(AnnotationId, bool),
    /// Put it in the trash.
    Remove(AnnotationId),
    /// Begin an answer.
    Reply(AnnotationId),
    /// Put an answer in the trash.
    RemoveReply(AnnotationId, ReplyId),
    /// These bytes of the open document are its words from now on.
    Bind(AnnotationId, Range<usize>),
    /// Make it a note on the document as a whole.
    Unbind(AnnotationId),
    /// Look for the words that are gone from the open document in the others of the plan.
    SeekElsewhere,
    /// Bind a note to its words where they were found in another document.
    Follow(AnnotationId, DocumentId),
    /// Call a colour of highlights by this name; an empty one is its usual name.
    NameColour(u8, String),
    /// Hand notes back.
    HandBack(HandBack, FeedbackOptions),
    /// Let the person choose a file of notes to bring in.
    ChooseImport,
    /// Look at the notes of this file, to bring them in.
    Import(PathBuf),
    /// Keep notes on what is no document of the plan as notes on the plan, or leave them out.
    KeepStrays(bool),
    /// Bring in the notes that are looked at.
    AcceptImport,
    /// Leave them.
    DropImport,
    /// Wait no longer for documents that are being read.
    StopGathering,
}

/// How notes are handed back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HandBack {
    /// As one text, by the clipboard.
    Clipboard,
    /// In a file, in a folder that the person chooses.
    File(Form),
    /// As marks in a copy of the open document, beside it.
    Beside,
}

/// What such a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// One Markdown text to act on.
    Feedback,
    /// W3C Web Annotations.
    WebAnnotations,
}

/// Notes to be placed in a text, with what is needed for it.
#[derive(Clone, Debug)]
pub struct PlaceJob {
    /// The document.
    pub document: DocumentId,
    /// The text that they are placed in.
    pub text: Arc<str>,
    /// What it is known by.
    pub id: TextId,
    /// By an older text: the notes that were last placed in it, and at which of its bytes.
    pub warm: Vec<(Arc<str>, Vec<Sought>)>,
    /// Notes of which no older text is left.
    pub cold: Vec<(AnnotationId, Anchor)>,
}

/// Where notes are now.
#[derive(Clone, Debug)]
pub struct PlacedNotes {
    /// The document.
    pub document: DocumentId,
    /// The text.
    pub id: TextId,
    /// Where each of them is.
    pub places: Vec<(AnnotationId, Placement)>,
}

impl PlaceJob {
    /// Does the job.
    #[must_use]
    pub fn run(self) -> PlacedNotes {
        let mut places = Vec::new();
        for (old, notes) in &self.warm {
            let warm = Warm::new(old, &self.text);
            for (id, anchor, range) in notes {
                places.push((*id, warm.place(anchor, range.clone())));
            }
        }
        if !self.cold.is_empty() {
            let cold = Cold::new(&self.text);
            for (id, anchor) in &self.cold {
                places.push((*id, cold.place(anchor)));
            }
        }
        PlacedNotes {
            document: self.document,
            id: self.id,
            places,
        }
    }
}

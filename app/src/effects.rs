//! What an update wants done outside the state.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use postil_model::markdown::{DocumentKind, compare, parse};
use postil_model::{Change, DocumentId, Library, PlanId, TextId};
use postil_store::Batch;
use postil_watcher::Request;

use crate::command::{DialogPurpose, ParsedDocument};
use crate::elsewhere::SeekJob;
use crate::gather::ComposeJob;
use crate::margin::PlaceJob;
use crate::restart::Next;
use crate::state::ReadText;

/// One thing to be done by a thread or by the window; none of them blocks.
#[derive(Debug)]
pub enum Effect {
    /// Make these changes durable, which are already applied in memory.
    Write(Batch),
    /// Ask the watcher.
    Watch(Request),
    /// Find a text's blocks.
    Parse(ParseJob),
    /// Find out where notes are.
    Place(Box<PlaceJob>),
    /// Make something of texts that were gathered.
    Compose(Box<ComposeJob>),
    /// Look for words that left their document in another one.
    Seek(Box<SeekJob>),
    /// Read a file of notes.
    ReadNotes(PathBuf),
    /// Ask the store for a text that was read.
    ReadText(TextId),
    /// Show a folder dialog.
    Choose(DialogPurpose),
    /// Ask the store for a backup.
    BackUp,
    /// Let the store keep backups in a second folder, or not.
    BackUpAlsoIn(Option<PathBuf>),
    /// Look which backups there are.
    ListBackups,
    /// Look which libraries there are beside this one.
    ListProfiles,
    /// End the session and begin another.
    Restart(Next),
    /// Put a copy of everything into this folder.
    Copy {
        /// The folder.
        folder: PathBuf,
        /// Everything, as it is in memory.
        library: Box<Library>,
    },
    /// Write a file that is not there yet.
    SaveNew(Box<NewFile>),
    /// Close the window.
    Close,
    /// Come back after this time.
    TickAfter(Duration),
    /// Put a text on the clipboard.
    CopyText(String),
    /// Open a file in the person's editor.
    OpenInEditor {
        /// The file.
        file: PathBuf,
        /// Counted from one.
        line: usize,
    },
    /// Hand an address to the person's browser; its scheme was looked at.
    OpenUrl(String),
    /// Drop pictures of this plan that may have changed on disk.
    ForgetImages(PlanId),
    /// A picture of the plan arrived, or why not.
    ImageBytes {
        /// The plan.
        plan: PlanId,
        /// Path under its folder.
        path: String,
        /// The file's bytes, or words for the person.
        bytes: Result<Arc<[u8]>, String>,
    },
    /// Unpack the sample plan into a folder inside this one.
    UnpackSample {
        /// Comes back with the answer.
        ticket: u64,
        /// Where.
        folder: PathBuf,
    },
}

/// A file to be written under a name that is free.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Where.
    pub folder: PathBuf,
    /// Its name, to which a number is added until it is free.
    pub stem: String,
    /// What follows the last dot.
    pub extension: &'static str,
    /// What is in it.
    pub text: String,
    /// What is to be remembered once it is written.
    pub then: Vec<Change>,
}

/// A text to be parsed.
#[derive(Clone, Debug)]
pub struct ParseJob {
    /// The plan.
    pub plan: PlanId,
    /// The document; a later job for the same one replaces an earlier that waits.
    pub document: DocumentId,
    /// Comes back with the answer.
    pub revision: u64,
    /// The text.
    pub text: Arc<str>,
    /// What it is known by.
    pub id: Option<TextId>,
    /// How it is read.
    pub kind: DocumentKind,
    /// The text that was read last, to tell what changed since.
    pub read: ReadText,
}

impl ParseJob {
    /// Does the job.
    #[must_use]
    pub fn run(self) -> ParsedDocument {
        let parsed = Arc::new(parse(self.text, self.kind));
        let read = match self.read {
            ReadText::Text(text) => ReadText::Parsed(Arc::new(parse(text, self.kind))),
            read => read,
        };
        let hunks = match &read {
            ReadText::Parsed(read) => compare(read, &parsed).into(),
            _ => Arc::default(),
        };
        ParsedDocument {
            plan: self.plan,
            document: self.document,
            revision: self.revision,
            text: self.id,
            parsed,
            read,
            hunks,
        }
    }
}

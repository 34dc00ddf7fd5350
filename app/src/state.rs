//! Everything that is shown, but for what panels keep for themselves while a pointer or a key is
//! down. Changed by [`update`](crate::update::update) alone.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use postil_model::markdown::{Hunk, Parsed, Place};
use postil_model::{
    Change, CriticCopy, DocumentId, EntryId, History, Library, PlanId, RecordId, Scope, TextId,
    Timestamp,
};
use postil_store::Backup;
use postil_watcher::{Counts, FileProblem, Health, TextNotice};

use crate::command::UserCommand;
use crate::gather::{Gathering, Incoming};
use crate::margin::Margin;
use crate::update::{Goal, Ticking};

/// The state of the whole app.
#[derive(Debug)]
pub struct State {
    /// All marginalia, as they are meant to be from now on.
    pub library: Library,
    /// What was done, with the way back.
    pub history: History,
    /// Whether they reach the disk.
    pub store: StoreState,
    /// The folder of the database, which can never be a plan.
    pub data_dir: PathBuf,
    /// The open plan.
    pub open_plan: Option<PlanId>,
    /// Whether the list of plans stands in place of the overview.
    pub shows_plans: bool,
    /// How much of putting the database right is done, while that takes longer than a moment.
    pub repaired_percent: Option<u8>,
    /// What was recovered of a damaged library, until the person has read it.
    pub recovery: Option<String>,
    /// The backups, newest first, as they were when last looked at.
    pub backups: Vec<Backup>,
    /// The libraries beside the first one, as they were when last looked at.
    pub profiles: Vec<String>,
    pub(crate) asked_for_backup: bool,
    /// The second folder for backups that the store knows of.
    pub(crate) told_backup_folder: Option<String>,
    /// The sheet that is open.
    pub sheet: Option<Sheet>,
    /// The field above the page, if one is open.
    pub bar: Option<Bar>,
    /// How far the end of the session is, once the window was to be closed with changes that are not
    /// on the disk.
    pub quitting: Option<Quitting>,
    /// What is known of the registered folders on disk.
    pub folders: BTreeMap<PlanId, Folder>,
    /// The documents of the open plan, in reading order; missing ones last.
    pub listing: Vec<DocumentId>,
    /// The open document.
    pub document: Option<OpenDocument>,
    /// Where the reader was in the open plan.
    pub trail: Trail,
    /// The margin of the open document.
    pub margin: Margin,
    /// Texts of documents that are on their way.
    pub gatherings: Vec<Gathering>,
    /// Notes that are about to come in.
    pub incoming: Option<Incoming>,
    /// A copy of a document with notes in it that is being written.
    pub(crate) marked_copy: Option<MarkedCopy>,
    /// What was asked for and is waiting for the store, a scan or a text.
    pub wanted: Wanted,
    /// Tasks on their way into their files, by ticket.
    pub(crate) ticking: BTreeMap<u64, Ticking>,
    /// Where the history is being walked to, while a file on the way is written.
    pub(crate) history_goal: Option<Goal>,
    /// What the person is to be told.
    pub notices: Vec<Notice>,
    /// Words that were typed and are not handed to the store yet.
    pub unsaved_words: Option<UnsavedWords>,
    /// The reading place is different from the stored one since then.
    pub unsaved_reading: Option<Timestamp>,
    /// The split was dragged and is not stored yet since then.
    pub unsaved_settings: Option<Timestamp>,
    /// Entries of the journal before this one are to go with the next batch.
    pub(crate) forget_before: Option<EntryId>,
    pub(crate) next_ticket: u64,
    pub(crate) next_revision: u64,
}

/// A field above the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bar {
    /// Words to find.
    Find,
    /// A line to go to.
    Line,
}

/// What a person can have open over the window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sheet {
    /// The keys.
    Help,
    /// What was done and removed, backups and libraries.
    History,
    /// How the folders are watched.
    Health,
    /// All notes of the plan.
    Notes,
}

/// What is to become of changes that are not on the disk when the window is closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quitting {
    /// The person is asked.
    Asked,
    /// The window closes once they are written.
    WhenSaved,
    /// It closes without them.
    Anyway,
}

/// How the marginalia get to the disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StoreState {
    /// The database is being opened.
    Opening,
    /// Changes are written.
    Open {
        /// The last batch that is durable.
        committed: u64,
        /// Why changes wait, while they do.
        waiting: Option<String>,
    },
    /// There is no database in this session: reading works, nothing is kept.
    Unavailable {
        /// Words for the person.
        why: String,
    },
}

/// What is known of a registered folder.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Folder {
    /// Whether it was scanned in this session.
    pub is_scanned: bool,
    /// Why it is not there, while it is not.
    pub missing: Option<String>,
    /// Since when.
    pub missing_since: Option<Timestamp>,
    /// How many of how many known files are in the other folder that is in its place.
    pub differs: Option<(usize, usize)>,
    /// How much of it is gone through.
    pub scope: Scope,
    /// How it is watched, once known.
    pub health: Option<Health>,
    /// How often what was done for it, when that was last asked.
    pub counts: Counts,
    /// How many of its documents cannot be read.
    pub n_unreadable: usize,
    /// Files and folders that cannot be read.
    pub problems: Vec<(String, FileProblem)>,
    /// Whether it is too large to be listed whole.
    pub is_truncated: bool,
}

/// Where a reader was, as a browser keeps it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Trail {
    /// What is gone back to, the nearest last.
    pub back: Vec<Stop>,
    /// What was gone back from, the nearest last.
    pub forward: Vec<Stop>,
}

/// A place that was left.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Stop {
    /// The document.
    pub document: DocumentId,
    /// Where in it.
    pub place: Place,
}

/// The document in the reader.
#[derive(Clone, Debug)]
pub struct OpenDocument {
    /// Its plan.
    pub plan: PlanId,
    /// Its id.
    pub id: DocumentId,
    /// What is shown.
    pub content: Content,
    /// In which ways the text differs from the file's bytes.
    pub notices: Vec<TextNotice>,
    /// Where the reader stands, as it last said.
    pub place: Place,
    /// Where the reader is to stand; counts up with each such wish.
    pub go_to: (u64, Place),
    /// A heading to go to once the text is there.
    pub fragment: Option<String>,
    /// What the text that is shown is known by.
    pub shown: Option<TextId>,
    /// The newest revision of the text that was handed out to be parsed.
    pub revision: u64,
    /// The hash of the file's bytes.
    pub hash: Option<TextId>,
    /// The text that was read last.
    pub read: ReadText,
    /// How the present one differs from it, in order.
    pub hunks: Arc<[Hunk]>,
}

impl OpenDocument {
    /// A document whose text is on its way.
    #[must_use]
    pub fn new(plan: PlanId, id: DocumentId) -> Self {
        Self {
            plan,
            id,
            content: Content::Loading,
            notices: Vec::new(),
            place: Place::default(),
            go_to: (0, Place::default()),
            fragment: None,
            shown: None,
            revision: 0,
            hash: None,
            read: ReadText::Unknown,
            hunks: Arc::default(),
        }
    }
}

/// What is known of the text that was read last.
#[derive(Clone, Debug)]
pub enum ReadText {
    /// Nothing: the present text is the first.
    Unknown,
    /// It was asked for.
    Asked(TextId),
    /// It arrived, and is not parsed yet.
    Text(Arc<str>),
    /// It.
    Parsed(Arc<Parsed>),
}

/// What the reader shows.
#[derive(Clone, Debug)]
pub enum Content {
    /// Nothing yet.
    Loading,
    /// The text.
    Shown(Arc<Parsed>),
    /// Why there is no text, for the person.
    Failed(String),
}

/// What was asked for before it could be done.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Wanted {
    /// Paths to open once the database is open.
    pub paths: Vec<PathBuf>,
    /// A folder found at such a path before the database was open.
    pub inspected: Vec<postil_watcher::Inspected>,
    /// The document to open once its folder is scanned.
    pub document: Option<(PlanId, String)>,
    /// Tickets of the folders of one drop that are being looked at; the first opens.
    pub opens_next: bool,
    /// Tickets of paths being looked at.
    pub n_inspecting: usize,
    /// The task to tick once its document is shown.
    pub(crate) tick: Option<Ticking>,
}

/// A copy of a document with notes in it, on its way to the disk.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct MarkedCopy {
    pub(crate) ticket: u64,
    pub(crate) plan: PlanId,
    pub(crate) document: DocumentId,
    pub(crate) copy: CriticCopy,
    /// Paths that were asked for; the last one is yet to be answered.
    pub(crate) tried: Vec<String>,
}

/// Something to tell the person.
#[derive(Clone, PartialEq, Debug)]
pub struct Notice {
    /// Names it.
    pub id: u64,
    /// How it is shown.
    pub tone: Tone,
    /// The words.
    pub text: String,
    /// What can be done about it: the button's label, and what it does.
    pub action: Option<(String, UserCommand)>,
    /// When it was said.
    pub at: Timestamp,
}

/// How grave a notice is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// Something was done.
    Info,
    /// Something could not be done.
    Problem,
}

/// Words on their way to the store.
#[derive(Clone, PartialEq, Debug)]
pub struct UnsavedWords {
    /// The record that they are in.
    pub record: RecordId,
    /// The record as it was handed over last, if ever.
    pub before: Option<Change>,
    /// When the first letter was typed that is not handed over.
    pub since: Timestamp,
    /// When the last was.
    pub last_key: Timestamp,
}

impl State {
    /// The state at the start, before anything is known.
    #[must_use]
    pub fn new(data_dir: PathBuf) -> Self {
        Self {
            library: Library::default(),
            history: History::default(),
            store: StoreState::Opening,
            data_dir,
            open_plan: None,
            shows_plans: false,
            repaired_percent: None,
            recovery: None,
            backups: Vec::new(),
            profiles: Vec::new(),
            asked_for_backup: false,
            told_backup_folder: None,
            sheet: None,
            bar: None,
            quitting: None,
            folders: BTreeMap::new(),
            listing: Vec::new(),
            document: None,
            trail: Trail::default(),
            margin: Margin::default(),
            gatherings: Vec::new(),
            incoming: None,
            marked_copy: None,
            wanted: Wanted::default(),
            ticking: BTreeMap::new(),
            history_goal: None,
            notices: Vec::new(),
            unsaved_words: None,
            unsaved_reading: None,
            unsaved_settings: None,
            forget_before: None,
            next_ticket: 1,
            next_revision: 1,
        }
    }

    /// Whether every change so far is durable, or there is no place to make it so.
    #[must_use]
    pub fn is_saved(&self) -> bool {
        let is_handed_over = self.unsaved_words.is_none();
        match &self.store {
            StoreState::Opening => false,
            StoreState::Open { committed, .. } => {
                is_handed_over && *committed + 1 >= self.next_revision
            }
            StoreState::Unavailable { .. } => true,
        }
    }

    /// Whether closing the window now would lose what cannot be written at present.
    #[must_use]
    pub fn would_lose(&self) -> bool {
        let is_stuck = matches!(
            self.store,
            StoreState::Open {
                waiting: Some(_),
                ..
            }
        );
        is_stuck && !self.is_saved() && self.quitting != Some(Quitting::Anyway)
    }

    /// Whether nothing that is on its way would change the picture.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let is_store_known = self.store != StoreState::Opening;
        let is_text_known = match &self.document {
            Some(document) => !matches!(document.content, Content::Loading),
            None => true,
        };
        let is_folder_known = self.open_plan.is_none_or(|plan| {
            self.folders
                .get(&plan)
                .is_some_and(|f| f.is_scanned || f.missing.is_some())
        });
        is_store_known
            && is_text_known
            && is_folder_known
            && self.wanted.n_inspecting == 0
            && self.wanted.tick.is_none()
            && self.ticking.is_empty()
            && self.is_saved()
    }

    /// The folder state of the open plan.
    #[must_use]
    pub fn open_folder(&self) -> Option<&Folder> {
        self.folders.get(&self.open_plan?)
    }

    /// The text of the open document.
    #[must_use]
    pub fn shown(&self) -> Option<&Arc<Parsed>> {
        match &self.document.as_ref()?.content {
            Content::Shown(parsed) => Some(parsed),
            _ => None,
        }
    }
}

//! Everything that can change the state: what a person asks for, and what the threads report.

use std::path::PathBuf;
use std::sync::Arc;

use postil_model::markdown::{Hunk, Parsed, Place};
use postil_model::{
    Change, DocumentId, EntryId, FeedbackOptions, MilestoneId, Page, PhaseId, PhaseStatus, PlanId,
    PlanStatus, RecordId, TextId, ThemeChoice,
};
use postil_store::Backup;

use crate::elsewhere::FoundElsewhere;
use crate::gather::Composed;
use crate::margin::{Form, MarginCommand, PlacedNotes};
use crate::state::{Bar, ReadText, Sheet};

/// A value that [`update`](crate::update::update) turns into a new state and effects.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a few in a frame, each carried out at once"
)]
pub enum Command {
    /// A person asked for it.
    User(UserCommand),
    /// The store's thread reported.
    Store(postil_store::Event),
    /// The watcher's thread reported.
    Watcher(postil_watcher::Event),
    /// The jobs' thread finished a parse.
    Parsed(ParsedDocument),
    /// The jobs' thread found where notes are.
    NotesPlaced(PlacedNotes),
    /// Something was made of texts that were gathered.
    Composed(Box<Composed>),
    /// The jobs' thread looked through a document for words that left another.
    FoundElsewhere(FoundElsewhere),
    /// A file of notes was read: its name, and its bytes or words for the person.
    NotesRead(String, Result<Vec<u8>, String>),
    /// A dialog was closed; `None` when nothing was chosen.
    Chosen(DialogPurpose, Option<PathBuf>),
    /// The backups that there are, newest first.
    Backups(Vec<Backup>),
    /// The names of the libraries beside the first one.
    Profiles(Vec<String>),
    /// The session did not begin as it should; why, in words for the person.
    RestartFailed(String),
    /// No editor could be started; why, in words for the person.
    EditorFailed(String),
    /// What came of putting a copy of everything into a folder: the file, or words for the person.
    Copied(Result<PathBuf, String>),
    /// What came of saving notes: the file and what is to be remembered of it, or words for the person.
    Saved(Result<(PathBuf, Vec<Change>), String>),
    /// Time has passed: what was waiting for a pause may be due.
    Tick,
}

/// What a person asks for, by pointer, key, drop, paste, dialog or command line.
#[derive(Clone, PartialEq, Debug)]
pub enum UserCommand {
    /// Register what lies at these paths, and open the first.
    OpenPaths(Vec<PathBuf>),
    /// Let the person choose a folder to register.
    ChooseFolder,
    /// Let the person choose where to unpack the sample plan.
    ChooseSampleFolder,
    /// Register a folder that holds no plan files yet.
    WatchAnyway(PathBuf),
    /// Show the list of plans in place of the overview, or go back.
    ShowPlans(bool),
    /// Open a plan.
    OpenPlan(PlanId),
    /// Change a plan's name.
    RenamePlan(PlanId, String),
    /// Change a plan's description.
    DescribePlan(PlanId, String),
    /// Say where a plan stands.
    SetPlanStatus(PlanId, PlanStatus),
    /// Take a plan off the list; its folder and marginalia stay.
    RemovePlan(PlanId),
    /// Put it on the list again.
    RestorePlan(PlanId),
    /// Compare the open plan's folder with what is shown.
    Rescan,
    /// Something about how folders are watched.
    Watching(WatchingCommand),
    /// Put a text on the clipboard.
    CopyText(String),
    /// A new phase at the end.
    AddPhase(PlanId, String),
    /// Change a phase's name.
    RenamePhase(PhaseId, String),
    /// Say where a phase stands; `true` completes its milestones with it.
    SetPhaseStatus(PhaseId, PhaseStatus, bool),
    /// Move a phase to an index among the others.
    MovePhase(PhaseId, usize),
    /// Put a phase in the trash.
    RemovePhase(PhaseId),
    /// Take it out again.
    RestorePhase(PhaseId),
    /// A new milestone at the end of a phase.
    AddMilestone(PhaseId, String),
    /// Change a milestone's name.
    RenameMilestone(MilestoneId, String),
    /// Mark a milestone as reached or not.
    SetMilestoneDone(MilestoneId, bool),
    /// Move a milestone to an index among the others of its phase.
    MoveMilestone(MilestoneId, usize),
    /// Put a milestone in the trash.
    RemoveMilestone(MilestoneId),
    /// Take it out again.
    RestoreMilestone(MilestoneId),
    /// Open a document of the open plan.
    OpenDocument(DocumentId),
    /// Open the one after the open one.
    NextDocument,
    /// Open the one before.
    PreviousDocument,
    /// Go to a place of the open document.
    ReadAt(Place),
    /// The open document is read as it is now.
    MarkRead,
    /// Go to where the reader was before.
    GoBack,
    /// Go to where the reader was before going back.
    GoForward,
    /// Tick or untick the task of the open document whose mark is this byte of its text.
    ToggleTask(usize),
    /// Open the open document in the person's editor, at the line of this byte.
    OpenInEditor(usize),
    /// Go where a link of the open document leads.
    FollowLink(String),
    /// The reader now stands here.
    ReaderMoved(Place),
    /// Something in the margin.
    Margin(MarginCommand),
    /// The notes of a plan were typed in.
    EditNote(PlanId, String),
    /// The overview now takes this part of the window's width.
    SetSplit(f32),
    /// Change the theme.
    SetTheme(ThemeChoice),
    /// Change how pages are set.
    SetPage(Page),
    /// Show a field above the page, or put it away.
    ShowBar(Option<Bar>),
    /// Take back what was done last.
    Undo,
    /// Do again what was undone last.
    Redo,
    /// Undo or redo up to where this entry is the last that is done.
    GoTo(EntryId),
    /// Undo everything that can be.
    UndoAll,
    /// Take something out of the trash.
    Restore(RecordId),
    /// Look which backups there are.
    ListBackups,
    /// Make one now.
    BackUp,
    /// Let the person choose a second folder for backups.
    ChooseBackupFolder,
    /// Keep backups in this folder too; `None` to stop.
    SetBackupFolder(Option<PathBuf>),
    /// Put one in the place of the library, which is set aside.
    RestoreBackup(PathBuf),
    /// Look which libraries there are.
    ListProfiles,
    /// Open another library; `None` is the first one.
    OpenProfile(Option<String>),
    /// What was recovered has been read.
    DismissRecovery,
    /// The window is to be closed while changes wait.
    AskToQuit,
    /// Close it once they are written.
    QuitWhenSaved,
    /// Close it without them.
    QuitAnyway,
    /// Do not close it.
    StayOpen,
    /// Let the person choose where to put a copy of everything.
    ChooseCopy,
    /// Show a sheet, or put away the one that is shown.
    ShowSheet(Option<Sheet>),
    /// Take a notice away.
    DismissNotice(u64),
    /// Do what a notice offers, and take it away.
    AcceptNotice(u64),
}

/// What a person, or the window itself, asks of the watching of folders.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WatchingCommand {
    /// Compare a plan's folder with what is shown.
    Rescan(PlanId),
    /// The window came forward: find what no event told of.
    Check,
    /// Ask how often what was done for the folders.
    Count,
    /// Start the watching of all folders anew.
    Restart,
    /// What is in the place of a missing folder is that folder.
    Accept(PlanId),
    /// Go through a folder that holds very many.
    LookThroughAll(PlanId),
    /// Take files elsewhere that links in a plan's folder lead to as its own, or not.
    SetFollowsLinks(PlanId, bool),
    /// Leave the sub-folders of a plan's folder alone, or not.
    SetShallow(PlanId, bool),
}

/// What a dialog was opened for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DialogPurpose {
    /// Registering a plan.
    OpenFolder,
    /// Unpacking the sample plan.
    SampleFolder,
    /// Keeping backups in a second folder.
    BackupFolder,
    /// Putting a copy of everything into a folder.
    CopyFolder,
    /// Bringing in notes from a file.
    ImportNotes,
    /// Saving notes in a folder.
    HandBack(Form, FeedbackOptions),
}

/// A document as the jobs' thread read it.
#[derive(Clone, Debug)]
pub struct ParsedDocument {
    /// The plan.
    pub plan: PlanId,
    /// The document.
    pub document: DocumentId,
    /// The revision of the text that was parsed; an older one than awaited is dropped.
    pub revision: u64,
    /// What the text is known by.
    pub text: Option<TextId>,
    /// The blocks.
    pub parsed: Arc<Parsed>,
    /// The text that was read last.
    pub read: ReadText,
    /// How the present one differs from it.
    pub hunks: Arc<[Hunk]>,
}

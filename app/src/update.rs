//! The only place where the state changes: a command in, effects out. No input or output, no
//! clock, no egui; so it is tested as a plain function.

mod backups;
mod documents;
mod files;
mod follow;
mod gather;
mod going;
mod hand_back;
mod history;
mod incoming;
mod links;
mod margin;
mod notes;
mod placing;
mod plans;
mod read;
mod store;
mod tasks;
mod trail;
mod watching;

pub(crate) use history::Goal;
pub(crate) use store::count;
pub(crate) use tasks::Ticking;

use postil_model::{Change, Edit, Entry, Step, Timestamp};

use postil_store::{Batch, Text};

use crate::command::{Command, DialogPurpose, UserCommand};
use crate::effects::Effect;
use crate::paths::profile_dir;
use crate::restart::Next;
use crate::state::{Notice, Quitting, Sheet, State, StoreState, Tone};

/// What the update needs of the world, handed in.
#[derive(Clone, Copy, Debug)]
pub struct Env {
    /// The time.
    pub now: Timestamp,
    /// Makes a new id, later ones greater.
    pub new_id: fn() -> u128,
}

/// Carries a command out on the state and says what is to be done outside.
pub fn update(state: &mut State, command: Command, env: Env) -> Vec<Effect> {
    let mut change = Update {
        state,
        env,
        effects: Vec::new(),
    };
    match command {
        Command::User(command) => change.user(command),
        Command::Store(event) => change.store_event(event),
        Command::Watcher(event) => change.watcher_event(event),
        Command::Parsed(parsed) => change.parsed(parsed),
        Command::NotesPlaced(placed) => change.notes_placed(placed),
        Command::Composed(composed) => change.composed(*composed),
        Command::FoundElsewhere(found) => change.found_elsewhere(found),
        Command::NotesRead(name, file) => change.notes_file_read(name, file),
        Command::Chosen(purpose, Some(path)) => match purpose {
            DialogPurpose::OpenFolder => change.open_paths(vec![path]),
            DialogPurpose::SampleFolder => change.unpack_sample(&path),
            DialogPurpose::BackupFolder => change.set_backup_folder(Some(&path)),
            DialogPurpose::HandBack(form, options) => change.save_notes(path, form, options),
            DialogPurpose::ImportNotes => change.import_notes(path),
            DialogPurpose::CopyFolder => {
                let library = Box::new(change.state.library.clone());
                change.effects.push(Effect::Copy {
                    folder: path,
                    library,
                });
            }
        },
        Command::Profiles(profiles) => change.state.profiles = profiles,
        Command::Backups(backups) => change.state.backups = backups,
        Command::Saved(Ok((file, changes))) => {
            change.write(changes, None);
            let file = file.display();
            change.tell(Tone::Info, format!("The notes are saved in {file}"), None);
        }
        Command::Copied(Ok(file)) => {
            let file = file.display();
            change.tell(Tone::Info, format!("Everything is copied to {file}"), None);
        }
        Command::Saved(Err(why))
        | Command::Copied(Err(why))
        | Command::EditorFailed(why)
        | Command::RestartFailed(why) => {
            change.problem(why);
        }
        Command::Chosen(_, None) | Command::Tick => {}
    }
    change.hand_over_what_is_due(false);
    change.tell_backup_folder();
    change.expire_notices();
    // Also while the person is still asked: closing is what they wanted.
    let is_ending = matches!(
        change.state.quitting,
        Some(Quitting::Asked | Quitting::WhenSaved)
    );
    if is_ending && change.state.is_saved() {
        change.effects.push(Effect::Close);
    }
    change.effects
}

/// Hands everything that waits for a pause to the store at once: the app is about to end.
pub fn flush(state: &mut State, env: Env) -> Vec<Effect> {
    let mut change = Update {
        state,
        env,
        effects: Vec::new(),
    };
    change.hand_over_what_is_due(true);
    change.effects
}

/// One update under way.
struct Update<'s> {
    state: &'s mut State,
    env: Env,
    effects: Vec<Effect>,
}

impl Update<'_> {
    #[expect(clippy::too_many_lines, reason = "a table: one arm for each command")]
    fn user(&mut self, command: UserCommand) {
        match command {
            UserCommand::OpenPaths(paths) => {
                let paths = self.take_notes_files(paths);
                if !paths.is_empty() {
                    self.open_paths(paths);
                }
            }
            UserCommand::ChooseFolder => {
                self.effects.push(Effect::Choose(DialogPurpose::OpenFolder));
            }
            UserCommand::ChooseSampleFolder => {
                self.effects
                    .push(Effect::Choose(DialogPurpose::SampleFolder));
            }
            UserCommand::WatchAnyway(folder) => self.register(&folder, None),
            UserCommand::ShowPlans(shows) => self.state.shows_plans = shows,
            UserCommand::OpenPlan(plan) => self.open_plan(plan),
            UserCommand::RenamePlan(plan, name) => self.rename_plan(plan, &name),
            UserCommand::DescribePlan(plan, text) => {
                let text = postil_model::clean_description(&text);
                self.edit(|edit| edit.plan(plan, |plan| plan.description = text));
            }
            UserCommand::SetPlanStatus(plan, status) => {
                self.edit(|edit| edit.plan(plan, |plan| plan.status = status));
            }
            UserCommand::RemovePlan(plan) => self.remove_plan(plan),
            UserCommand::RestorePlan(plan) => self.restore_plan(plan),
            UserCommand::Rescan => self.rescan(),
            UserCommand::Watching(command) => self.watching_command(command),
            UserCommand::CopyText(text) => self.effects.push(Effect::CopyText(text)),
            UserCommand::AddPhase(..)
            | UserCommand::RenamePhase(..)
            | UserCommand::SetPhaseStatus(..)
            | UserCommand::MovePhase(..)
            | UserCommand::RemovePhase(_)
            | UserCommand::RestorePhase(_)
            | UserCommand::AddMilestone(..)
            | UserCommand::RenameMilestone(..)
            | UserCommand::SetMilestoneDone(..)
            | UserCommand::MoveMilestone(..)
            | UserCommand::RemoveMilestone(_)
            | UserCommand::RestoreMilestone(_) => self.progress_command(command),
            UserCommand::OpenDocument(id) => {
                self.leave_place();
                self.open_document(id, None);
            }
            UserCommand::ReadAt(place) => {
                self.leave_place();
                self.read_at(place);
            }
            UserCommand::MarkRead => self.mark_read(),
            UserCommand::GoBack => self.go_along(true),
            UserCommand::GoForward => self.go_along(false),
            UserCommand::NextDocument => self.step_document(1),
            UserCommand::PreviousDocument => self.step_document(-1),
            UserCommand::ToggleTask(mark) => self.toggle_task(mark),
            UserCommand::OpenInEditor(byte) => self.open_in_editor(byte),
            UserCommand::FollowLink(target) => self.follow_link(&target),
            UserCommand::ReaderMoved(place) => self.reader_moved(place),
            UserCommand::Margin(command) => self.margin_command(command),
            UserCommand::EditNote(plan, text) => self.edit_note(plan, text),
            UserCommand::SetSplit(split) => self.set_split(split),
            UserCommand::SetTheme(theme) => {
                let mut settings = self.state.library.settings().clone();
                settings.theme = theme;
                self.commit(vec![Change::Settings(settings)]);
            }
            UserCommand::SetPage(page) => self.set_page(page),
            UserCommand::ShowBar(bar) => self.state.bar = bar,
            UserCommand::Undo => self.undo(),
            UserCommand::Redo => self.redo(),
            UserCommand::UndoAll => self.walk_history(Goal::Start),
            UserCommand::GoTo(entry) => self.walk_history(Goal::Entry(entry)),
            UserCommand::Restore(record) => self.restore(record),
            UserCommand::ListBackups => self.effects.push(Effect::ListBackups),
            UserCommand::BackUp => {
                self.hand_over_what_is_due(true);
                self.state.asked_for_backup = true;
                self.effects.push(Effect::BackUp);
            }
            UserCommand::ChooseBackupFolder => {
                self.effects
                    .push(Effect::Choose(DialogPurpose::BackupFolder));
            }
            UserCommand::SetBackupFolder(folder) => self.set_backup_folder(folder.as_deref()),
            UserCommand::RestoreBackup(file) => {
                self.hand_over_what_is_due(true);
                self.effects.push(Effect::Restart(Next {
                    data_dir: self.state.data_dir.clone(),
                    backup: Some(file),
                }));
            }
            UserCommand::ListProfiles => self.effects.push(Effect::ListProfiles),
            UserCommand::OpenProfile(name) => {
                self.hand_over_what_is_due(true);
                self.effects.push(Effect::Restart(Next {
                    data_dir: profile_dir(&self.state.data_dir, name.as_deref()),
                    backup: None,
                }));
            }
            UserCommand::DismissRecovery => self.state.recovery = None,
            UserCommand::AskToQuit => self.state.quitting = Some(Quitting::Asked),
            UserCommand::QuitWhenSaved => self.state.quitting = Some(Quitting::WhenSaved),
            UserCommand::QuitAnyway => {
                self.state.quitting = Some(Quitting::Anyway);
                self.effects.push(Effect::Close);
            }
            UserCommand::StayOpen => self.state.quitting = None,
            UserCommand::ChooseCopy => {
                self.effects.push(Effect::Choose(DialogPurpose::CopyFolder));
            }
            UserCommand::ShowSheet(sheet) => {
                self.state.sheet = sheet;
                if sheet == Some(Sheet::Notes) {
                    self.look_notes_over();
                }
            }
            UserCommand::DismissNotice(id) => self.state.notices.retain(|n| n.id != id),
            UserCommand::AcceptNotice(id) => {
                let notice = self.state.notices.iter().position(|n| n.id == id);
                let notice = notice.map(|i| self.state.notices.remove(i));
                if let Some((_, command)) = notice.and_then(|n| n.action) {
                    self.user(command);
                }
            }
        }
    }

    /// Decides on the library as it is, and commits what was decided.
    fn edit(&mut self, decide: impl FnOnce(Edit<'_>) -> Vec<Change>) {
        let changes = decide(Edit::new(&self.state.library, self.env.now));
        self.commit(changes);
    }

    /// Applies changes in memory and hands them to the store, with a way back for what a person did.
    fn commit(&mut self, changes: Vec<Change>) {
        let steps = Step::of(&self.state.library, &changes);
        self.commit_steps(changes, steps);
    }

    /// As [`Self::commit`], with steps that are known to the caller.
    fn commit_steps(&mut self, changes: Vec<Change>, steps: Vec<Step>) {
        let entry = self
            .state
            .history
            .record(&self.state.library, steps, self.env.now);
        self.write(changes, entry);
    }

    fn write(&mut self, changes: Vec<Change>, entry: Option<Entry>) {
        self.write_with(changes, entry, Vec::new());
    }

    /// Applies changes and hands them over, with the texts that they speak of.
    fn write_with(&mut self, changes: Vec<Change>, entry: Option<Entry>, texts: Vec<Text>) {
        if changes.is_empty() && entry.is_none() {
            return;
        }
        if let Some(entry) = &entry {
            self.state.history.push(entry.clone());
        }
        for change in &changes {
            self.state.library.apply(change.clone());
        }
        let revision = self.state.next_revision;
        self.state.next_revision += 1;
        if matches!(self.state.store, StoreState::Unavailable { .. }) {
            return;
        }
        self.effects.push(Effect::Write(Batch {
            revision,
            changes,
            entry,
            forget_before: self.state.forget_before.take(),
            texts,
        }));
    }

    fn ticket(&mut self) -> u64 {
        let ticket = self.state.next_ticket;
        self.state.next_ticket += 1;
        ticket
    }

    fn tell(&mut self, tone: Tone, text: impl Into<String>, action: Option<(&str, UserCommand)>) {
        /// More than these are no news to anyone.
        const MAX_NOTICES: usize = 4;
        let text = text.into();
        self.state.notices.retain(|notice| notice.text != text);
        if self.state.notices.len() >= MAX_NOTICES {
            self.state.notices.remove(0);
        }
        let id = self.ticket();
        let action = action.map(|(label, command)| (label.to_owned(), command));
        self.state.notices.push(Notice {
            id,
            tone,
            text,
            action,
            at: self.env.now,
        });
    }

    /// What was only said in passing goes by itself, late enough to be undone.
    fn expire_notices(&mut self) {
        const SHOWN_MS: i64 = 12_000;
        let now = self.env.now.0;
        let due = |notice: &Notice| notice.at.0.saturating_add(SHOWN_MS);
        self.state
            .notices
            .retain(|n| n.tone == Tone::Problem || due(n) > now);
        let passing = self
            .state
            .notices
            .iter()
            .filter(|notice| notice.tone == Tone::Info);
        if let Some(next) = passing.map(due).min() {
            let wait = u64::try_from(next.saturating_sub(now)).unwrap_or(0).max(1);
            self.effects
                .push(Effect::TickAfter(std::time::Duration::from_millis(wait)));
        }
    }

    fn problem(&mut self, text: impl Into<String>) {
        let text = text.into();
        tracing::warn!("{text}");
        self.tell(Tone::Problem, text, None);
    }
}

#[cfg(test)]
#[path = "update_tests.rs"]
mod tests;

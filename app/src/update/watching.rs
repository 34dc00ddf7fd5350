//! Folders that go, come back, differ or are very large, and what a person does about it.

use std::collections::HashSet;

use postil_model::{Change, Document, PlanId, Scope};
use postil_watcher::{FileEntry, Request, RootId};

use super::Update;
use crate::command::{UserCommand, WatchingCommand};
use crate::effects::Effect;
use crate::state::Tone;

impl Update<'_> {
    pub(super) fn watching_command(&mut self, command: WatchingCommand) {
        let request = match command {
            WatchingCommand::Rescan(plan) => Request::Rescan {
                root: RootId(plan.0),
            },
            WatchingCommand::Check => Request::Check,
            WatchingCommand::Restart => Request::Restart,
            WatchingCommand::Accept(plan) => Request::AcceptRoot {
                root: RootId(plan.0),
            },
            WatchingCommand::Count => {
                let count = |plan: &PlanId| {
                    Effect::Watch(Request::Count {
                        root: RootId(plan.0),
                    })
                };
                return self.effects.extend(self.state.folders.keys().map(count));
            }
            WatchingCommand::LookThroughAll(plan) => {
                return self.set_scope(plan, |scope| scope.is_unlimited = true);
            }
            WatchingCommand::SetFollowsLinks(plan, follows) => {
                return self.set_scope(plan, |scope| scope.follows_links_out = follows);
            }
            WatchingCommand::SetShallow(plan, is_shallow) => {
                return self.set_scope(plan, |scope| scope.is_shallow = is_shallow);
            }
        };
        self.effects.push(Effect::Watch(request));
    }

    fn set_scope(&mut self, plan: PlanId, change: impl FnOnce(&mut Scope)) {
        self.edit(|edit| edit.plan(plan, |plan| change(&mut plan.scope)));
        self.follow_plans();
    }

    pub(super) fn folder_missing(&mut self, root: RootId, why: String) {
        let now = self.env.now;
        if let Some(folder) = self.folder(root) {
            folder.missing = Some(why);
            folder.missing_since.get_or_insert(now);
            folder.health = None;
        }
        if self.state.open_plan == Some(PlanId(root.0)) {
            self.open_wanted_document();
        }
    }

    pub(super) fn folder_returned(&mut self, root: RootId) {
        let plan = PlanId(root.0);
        if let Some(folder) = self.folder(root) {
            folder.missing = None;
            folder.missing_since = None;
            folder.differs = None;
        }
        let question = UserCommand::Watching(WatchingCommand::Accept(plan));
        self.state.notices.retain(|notice| {
            let action = notice.action.as_ref();
            action.is_none_or(|(_, command)| *command != question)
        });
    }

    pub(super) fn folder_differs(&mut self, root: RootId, (n_same, n_known): (usize, usize)) {
        let plan = PlanId(root.0);
        let Some(folder) = self.folder(root) else {
            return;
        };
        folder.differs = Some((n_same, n_known));
        let Some(name) = self.state.library.plan(plan).map(|plan| &plan.name) else {
            return;
        };
        let text = format!(
            "In the place of “{name}” is a folder with {n_same} of its {n_known} files. \
             Is it the same plan?"
        );
        let accept = UserCommand::Watching(WatchingCommand::Accept(plan));
        self.tell(Tone::Problem, text, Some(("Yes, show it", accept)));
    }

    pub(super) fn ask_for_all_of(&mut self, plan: PlanId) {
        let Some(name) = self.state.library.plan(plan).map(|plan| &plan.name) else {
            return;
        };
        let text = format!(
            "“{name}” has so many folders that only the first were looked through. Was it meant?"
        );
        let all = UserCommand::Watching(WatchingCommand::LookThroughAll(plan));
        self.tell(Tone::Problem, text, Some(("Look through all of it", all)));
    }

    /// Words of another program that are in no file any more: they are offered, and not shown
    /// anywhere else.
    pub(super) fn displaced(&mut self, document: &postil_watcher::Document) {
        let text = format!(
            "Another program saved at the very moment of a change here; its text is not in the \
             file: {}",
            document.path
        );
        let copy = UserCommand::CopyText(document.text.to_string());
        self.tell(Tone::Problem, text, Some(("Copy its text", copy)));
    }

    /// Documents whose files were renamed keep everything that is on them, also when their text is
    /// another one by now.
    pub(super) fn follow_renames(
        &mut self,
        plan: PlanId,
        files: &[FileEntry],
        renamed: &[(String, String)],
    ) {
        let paths: HashSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let known = |path: &str| {
            let mut documents = self.state.library.documents(plan);
            documents.find(|document| document.path == path && document.missing.is_none())
        };
        let changes = renamed
            .iter()
            .filter(|(from, to)| !paths.contains(&**from) && paths.contains(&**to))
            .filter(|(_, to)| known(to).is_none())
            .filter_map(|(from, to)| {
                Some(Change::Document(Document {
                    path: to.clone(),
                    ..known(from)?.clone()
                }))
            })
            .collect();
        self.commit(changes);
    }
}

#[cfg(test)]
#[path = "watching_tests.rs"]
mod tests;

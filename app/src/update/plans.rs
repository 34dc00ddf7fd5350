//! Registering, opening and removing plans; phases and milestones.

use std::path::{Path, PathBuf};

use postil_model::{Change, MilestoneId, PhaseId, Plan, PlanId, clean_name, document_order};
use postil_watcher::{Inspected, KnownFile, Request, RootId, RootOptions, Stamp};

use super::Update;
use crate::command::UserCommand;
use crate::effects::Effect;
use crate::paths::{folder_from_text, folder_text, profile_dir};
use crate::state::{Folder, StoreState, Tone};

impl Update<'_> {
    pub(super) fn open_paths(&mut self, paths: Vec<PathBuf>) {
        if self.state.store == StoreState::Opening {
            self.state.wanted.paths.extend(paths);
            return;
        }
        self.state.wanted.opens_next = true;
        for path in paths {
            let ticket = self.ticket();
            self.state.wanted.n_inspecting += 1;
            self.effects
                .push(Effect::Watch(Request::Inspect { ticket, path }));
        }
    }

    /// The library was loaded, or it is certain that it cannot be.
    pub(super) fn library_is_known(&mut self) {
        let plans: Vec<Plan> = self.state.library.plans().cloned().collect();
        // The plan that will be shown is scanned first.
        let last = self.state.library.settings().open_plan;
        let (first, rest): (Vec<_>, Vec<_>) = plans.iter().partition(|p| Some(p.id) == last);
        for plan in first.into_iter().chain(rest) {
            self.watch_plan(plan);
        }
        let paths = std::mem::take(&mut self.state.wanted.paths);
        let inspected = std::mem::take(&mut self.state.wanted.inspected);
        if paths.is_empty() && inspected.is_empty() {
            if let Some(plan) = last.filter(|id| plans.iter().any(|plan| plan.id == *id)) {
                self.open_plan(plan);
            } else {
                self.state.shows_plans = !plans.is_empty();
            }
        }
        if !paths.is_empty() {
            self.open_paths(paths);
        }
        for (i, found) in inspected.into_iter().enumerate() {
            self.state.wanted.opens_next = i == 0;
            self.found(found);
        }
    }

    /// A path turned out to be a folder, or a document in one.
    pub(super) fn found(&mut self, found: Inspected) {
        if self.state.store == StoreState::Opening {
            self.state.wanted.inspected.push(found);
            return;
        }
        if found
            .folder
            .starts_with(profile_dir(&self.state.data_dir, None))
        {
            self.problem(format!(
                "This folder holds Postil's own database, choose the folder of a plan instead: {}",
                found.folder.display(),
            ));
            return;
        }
        let is_known = self
            .state
            .library
            .plan_of_folder(&folder_text(&found.folder))
            .is_some_and(|plan| plan.removed.is_none());
        if found.n_plan_files == 0 && found.file.is_none() && !is_known {
            let folder = found.folder.display();
            self.tell(
                Tone::Info,
                format!("There are no plan files (.md) in this folder yet: {folder}"),
                Some((
                    "Watch it all the same",
                    UserCommand::WatchAnyway(found.folder.clone()),
                )),
            );
            return;
        }
        self.register(&found.folder, found.file);
    }

    pub(super) fn register(&mut self, folder: &Path, file: Option<String>) {
        let text = folder_text(folder);
        let name = folder
            .file_name()
            .map_or(text.clone(), |n| n.to_string_lossy().into_owned());
        let name = clean_name(&name).unwrap_or_else(|_| "Plan".to_owned());
        let new_id = PlanId((self.env.new_id)());
        let mut plan = new_id;
        self.edit(|edit| {
            let (id, changes) = edit.register(new_id, &text, &name);
            plan = id;
            changes
        });
        if !self.state.folders.contains_key(&plan)
            && let Some(registered) = self.state.library.plan(plan).cloned()
        {
            self.watch_plan(&registered);
        }
        if self.state.wanted.opens_next || file.is_some() || self.state.open_plan.is_none() {
            self.state.wanted.opens_next = false;
            if let Some(path) = file {
                self.state.wanted.document = Some((plan, path));
            }
            self.open_plan(plan);
        }
    }

    pub(super) fn watch_plan(&mut self, plan: &Plan) {
        let known = self
            .state
            .library
            .documents(plan.id)
            .filter(|document| document.missing.is_none())
            .filter_map(|document| {
                let stamp = self.state.library.stamp(document.id)?;
                Some(KnownFile {
                    path: document.path.clone(),
                    stamp: Stamp {
                        len: stamp.len,
                        mtime_ns: stamp.mtime_ns,
                        inode: stamp.inode,
                    },
                    hash: postil_watcher::ContentHash(document.hash?),
                })
            })
            .collect();
        let state = Folder {
            scope: plan.scope,
            ..Folder::default()
        };
        self.state.folders.insert(plan.id, state);
        let folder = folder_from_text(&plan.folder);
        let root = RootId(plan.id.0);
        self.effects.push(Effect::Watch(Request::AddRoot {
            root,
            folder,
            known,
            options: RootOptions {
                is_shallow: plan.scope.is_shallow,
                is_unlimited: plan.scope.is_unlimited,
                follows_links_out: plan.scope.follows_links_out,
            },
        }));
    }

    pub(super) fn open_plan(&mut self, plan: PlanId) {
        if self
            .state
            .library
            .plan(plan)
            .is_none_or(|plan| plan.removed.is_some())
        {
            return;
        }
        self.state.shows_plans = false;
        if self.state.open_plan != Some(plan) {
            self.hand_over_what_is_due(true);
            self.state.open_plan = Some(plan);
            self.state.document = None;
            let mut settings = self.state.library.settings().clone();
            settings.open_plan = Some(plan);
            if settings != *self.state.library.settings() {
                self.commit(vec![Change::Settings(settings)]);
            }
        }
        self.list_documents();
        self.open_wanted_document();
    }

    /// Sorts the open plan's documents anew.
    pub(super) fn list_documents(&mut self) {
        let Some(plan) = self.state.open_plan else {
            self.state.listing.clear();
            return;
        };
        let mut documents: Vec<_> = self.state.library.documents(plan).collect();
        documents.sort_by(|a, b| {
            let by_presence = a.missing.is_some().cmp(&b.missing.is_some());
            by_presence
                .then_with(|| document_order(&a.path, &b.path))
                .then(a.id.cmp(&b.id))
        });
        self.state.listing = documents.into_iter().map(|document| document.id).collect();
    }

    pub(super) fn rename_plan(&mut self, plan: PlanId, name: &str) {
        if let Ok(name) = clean_name(name) {
            self.edit(|edit| edit.plan(plan, |plan| plan.name = name));
        }
    }

    pub(super) fn remove_plan(&mut self, plan: PlanId) {
        let Some(name) = self.state.library.plan(plan).map(|plan| plan.name.clone()) else {
            return;
        };
        self.hand_over_what_is_due(true);
        self.edit(|edit| edit.remove_plan(plan));
        self.follow_plans();
        self.tell(
            Tone::Info,
            format!("“{name}” is off the list. Its folder is untouched, its notes are kept"),
            Some(("Undo", UserCommand::RestorePlan(plan))),
        );
    }

    pub(super) fn restore_plan(&mut self, plan: PlanId) {
        self.edit(|edit| edit.restore_plan(plan));
        self.follow_plans();
        self.open_plan(plan);
    }

    pub(super) fn rescan(&mut self) {
        if let Some(plan) = self.state.open_plan {
            self.effects.push(Effect::Watch(Request::Rescan {
                root: RootId(plan.0),
            }));
            self.effects.push(Effect::ForgetImages(plan));
        }
    }

    /// Phases and milestones.
    pub(super) fn progress_command(&mut self, command: UserCommand) {
        let id = (self.env.new_id)();
        match command {
            UserCommand::AddPhase(plan, name) => {
                if let Ok(name) = clean_name(&name) {
                    self.edit(|edit| edit.add_phase(plan, PhaseId(id), &name));
                }
            }
            UserCommand::RenamePhase(phase, name) => {
                if let Ok(name) = clean_name(&name) {
                    self.edit(|edit| edit.phase(phase, |phase| phase.name = name));
                }
            }
            UserCommand::SetPhaseStatus(phase, status, with_milestones) => {
                self.edit(|edit| edit.set_phase_status(phase, status, with_milestones));
            }
            UserCommand::MovePhase(phase, index) => {
                self.edit(|edit| edit.move_phase(phase, index));
            }
            UserCommand::RemovePhase(phase) => {
                let name = self
                    .state
                    .library
                    .phase(phase)
                    .map(|phase| phase.name.clone());
                self.edit(|edit| edit.remove_phase(phase));
                self.offer_undo("phase", name, UserCommand::RestorePhase(phase));
            }
            UserCommand::RestorePhase(phase) => self.edit(|edit| edit.restore_phase(phase)),
            UserCommand::AddMilestone(phase, name) => {
                if let Ok(name) = clean_name(&name) {
                    self.edit(|edit| edit.add_milestone(phase, MilestoneId(id), &name));
                }
            }
            UserCommand::RenameMilestone(milestone, name) => {
                if let Ok(name) = clean_name(&name) {
                    self.edit(|edit| edit.milestone(milestone, |m| m.name = name));
                }
            }
            UserCommand::SetMilestoneDone(milestone, is_done) => {
                self.edit(|edit| edit.set_milestone_done(milestone, is_done));
            }
            UserCommand::MoveMilestone(milestone, index) => {
                self.edit(|edit| edit.move_milestone(milestone, index));
            }
            UserCommand::RemoveMilestone(milestone) => {
                let name = self
                    .state
                    .library
                    .milestone(milestone)
                    .map(|m| m.name.clone());
                self.edit(|edit| edit.remove_milestone(milestone));
                self.offer_undo("milestone", name, UserCommand::RestoreMilestone(milestone));
            }
            UserCommand::RestoreMilestone(milestone) => {
                self.edit(|edit| edit.restore_milestone(milestone));
            }
            _ => {}
        }
    }

    fn offer_undo(&mut self, what: &str, name: Option<String>, undo: UserCommand) {
        if let Some(name) = name {
            self.tell(
                Tone::Info,
                format!("Removed the {what} “{name}”"),
                Some(("Undo", undo)),
            );
        }
    }

    pub(super) fn unpack_sample(&mut self, parent: &Path) {
        let ticket = self.ticket();
        self.state.wanted.opens_next = true;
        let folder = parent.join(crate::sample::FOLDER_NAME);
        self.effects.push(Effect::UnpackSample { ticket, folder });
    }
}

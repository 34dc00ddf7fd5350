//! What the watcher's thread reports.

use postil_model::{Change, DocumentId, PlanId, SeenFile, file_changed, reconcile};
use postil_watcher::{Event, FileEntry, FileProblem, RootId};

use super::Update;
use crate::effects::Effect;
use crate::state::{Content, Folder};

impl Update<'_> {
    pub(super) fn watcher_event(&mut self, event: Event) {
        match event {
            Event::Scanned {
                root,
                files,
                problems,
                renamed,
                truncated,
            } => {
                self.scanned(root, &files, problems, &renamed, truncated);
            }
            Event::Changed {
                root,
                entry,
                document,
                ..
            } => self.changed(root, &entry, document),
            Event::Document { root, path, result } => {
                self.document_read(root, &path, &result);
                if self.is_open_path(root, &path) {
                    match result {
                        Ok(document) => self.text_arrived(document),
                        Err(error) => self.text_failed(error.to_string()),
                    }
                }
            }
            Event::Asset { root, path, result } => {
                let bytes = result.map_err(|error| error.to_string());
                self.effects.push(Effect::ImageBytes {
                    plan: PlanId(root.0),
                    path,
                    bytes,
                });
            }
            Event::Inspected { result, .. } => {
                self.state.wanted.n_inspecting = self.state.wanted.n_inspecting.saturating_sub(1);
                match result {
                    Ok(found) => self.found(found),
                    Err(error) => self.problem(error.to_string()),
                }
            }
            Event::Unpacked { ticket, result } if self.put_down(ticket, &result) => {}
            Event::Unpacked { result, .. } => match result {
                Ok(folder) => self.register(&folder, None),
                Err(error) => self.problem(error.to_string()),
            },
            Event::Written {
                ticket,
                root,
                result,
                ..
            } => self.written(ticket, root, result),
            Event::Displaced { document, .. } => self.displaced(&document),
            Event::RootMissing { root, why } => self.folder_missing(root, why),
            Event::RootDiffers {
                root,
                n_same,
                n_known,
            } => self.folder_differs(root, (n_same, n_known)),
            Event::RootReturned { root } => self.folder_returned(root),
            Event::Health { root, health } => {
                if let Some(folder) = self.folder(root) {
                    folder.health = Some(health);
                }
            }
            Event::Counted { root, counts } => {
                if let Some(folder) = self.folder(root) {
                    folder.counts = counts;
                }
            }
        }
    }

    pub(super) fn folder(&mut self, root: RootId) -> Option<&mut Folder> {
        self.state.folders.get_mut(&PlanId(root.0))
    }

    fn scanned(
        &mut self,
        root: RootId,
        files: &[FileEntry],
        problems: Vec<(String, FileProblem)>,
        renamed: &[(String, String)],
        is_truncated: bool,
    ) {
        let plan = PlanId(root.0);
        let Some(folder) = self.folder(root) else {
            return;
        };
        let is_first_scan = !folder.is_scanned;
        folder.is_scanned = true;
        folder.missing = None;
        folder.missing_since = None;
        folder.n_unreadable = files.iter().filter(|file| file.problem.is_some()).count();
        folder.problems = problems;
        let was_truncated = std::mem::replace(&mut folder.is_truncated, is_truncated);
        if is_truncated && !was_truncated && !folder.scope.is_unlimited {
            self.ask_for_all_of(plan);
        }

        let is_open = self.state.open_plan == Some(plan);
        let before = self.open_file();
        self.follow_renames(plan, files, renamed);
        let seen: Vec<SeenFile> = files.iter().map(seen_file).collect();
        let new_id = || DocumentId((self.env.new_id)());
        let changes = reconcile(&self.state.library, plan, &seen, self.env.now, new_id);
        let has_news = changes
            .iter()
            .any(|change| matches!(change, Change::Document(_)));
        self.commit(changes);
        if has_news {
            self.edit(|edit| edit.plan(plan, |p| p.updated = edit.now()));
        }
        if !is_open {
            return;
        }
        if has_news {
            self.forget_elsewhere();
        }
        if has_news || is_first_scan {
            self.list_documents();
            self.effects.push(Effect::ForgetImages(plan));
        }
        let has_failed = self
            .state
            .document
            .as_ref()
            .is_some_and(|open| matches!(open.content, Content::Failed(_)));
        if before != self.open_file() || has_failed {
            self.read_open_document_again();
        }
        self.open_wanted_document();
    }

    /// Path, hash and presence of the open document's file.
    fn open_file(&self) -> Option<(String, Option<[u8; 32]>, bool)> {
        let open = self.state.document.as_ref()?;
        let document = self.state.library.document(open.plan, open.id)?;
        Some((
            document.path.clone(),
            document.hash,
            document.missing.is_some(),
        ))
    }

    pub(super) fn changed(
        &mut self,
        root: RootId,
        entry: &FileEntry,
        text: Option<postil_watcher::Document>,
    ) {
        let plan = PlanId(root.0);
        self.forget_elsewhere();
        let changes = file_changed(&self.state.library, plan, &seen_file(entry), self.env.now);
        self.commit(changes);
        self.edit(|edit| edit.plan(plan, |p| p.updated = edit.now()));
        if !self.is_open_path(root, &entry.path) {
            return;
        }
        match (text, &entry.problem) {
            (Some(text), _) => self.text_arrived(text),
            (None, Some(problem)) => self.text_failed(format!("{problem}: {}", entry.path)),
            (None, None) => self.read_open_document_again(),
        }
    }

    fn is_open_path(&self, root: RootId, path: &str) -> bool {
        let Some(open) = &self.state.document else {
            return false;
        };
        let document = self.state.library.document(open.plan, open.id);
        open.plan == PlanId(root.0) && document.is_some_and(|document| document.path == path)
    }

    /// The open document cannot be read. What is shown of it stays.
    fn text_failed(&mut self, why: String) {
        let Some(open) = &mut self.state.document else {
            return;
        };
        if matches!(open.content, Content::Shown(_)) {
            self.problem(why);
        } else {
            open.content = Content::Failed(why);
        }
        self.go_on_ticking();
    }
}

fn seen_file(entry: &FileEntry) -> SeenFile {
    SeenFile {
        path: entry.path.clone(),
        hash: entry.hash.map(|hash| hash.0),
        len: entry.stamp.len,
        mtime_ns: entry.stamp.mtime_ns,
        inode: entry.stamp.inode,
    }
}

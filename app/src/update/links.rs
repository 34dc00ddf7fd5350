//! Where links lead, and the way into the person's editor.

use std::path::{Component, Path};

use postil_model::DocumentId;
use postil_model::markdown::{LinkTarget, Place, link_target};

use super::Update;
use crate::command::UserCommand;
use crate::effects::Effect;
use crate::paths::folder_from_text;
use crate::state::{Content, Tone};

impl Update<'_> {
    pub(super) fn go_to_fragment(&mut self, fragment: &str) {
        let Some(open) = &mut self.state.document else {
            return;
        };
        let Content::Shown(parsed) = &open.content else {
            open.fragment = Some(fragment.to_owned());
            return;
        };
        let block = if fragment.is_empty() {
            Some(0)
        } else {
            parsed.block_of_fragment(fragment)
        };
        if let Some(block) = block {
            open.place = Place {
                block,
                offset_pt: 0.0,
            };
            open.go_to = (open.go_to.0 + 1, open.place);
        } else {
            self.tell(
                Tone::Info,
                format!("There is no heading or line “{fragment}” in this document"),
                None,
            );
        }
    }

    pub(super) fn follow_link(&mut self, target: &str) {
        let Some(open) = &self.state.document else {
            return;
        };
        let from = self.state.library.document(open.plan, open.id);
        let from = from.map_or(String::new(), |document| document.path.clone());
        match link_target(target, &from) {
            LinkTarget::Fragment(fragment) => {
                self.leave_place();
                self.go_to_fragment(&fragment);
            }
            LinkTarget::Wiki { name, fragment } => match self.named(&name, &from) {
                Some(id) => {
                    self.leave_place();
                    self.open_document(id, fragment);
                }
                None => self.problem(format!("This plan has no document of this name: {name}")),
            },
            LinkTarget::Document { path, fragment } => {
                let found = self
                    .present(|document| document.path == path)
                    .or_else(|| self.present(|d| d.path.eq_ignore_ascii_case(&path)))
                    .map(|document| document.id);
                match found {
                    Some(id) => {
                        self.leave_place();
                        self.open_document(id, fragment);
                    }
                    None => self.problem(format!("This plan has no such document: {path}")),
                }
            }
            LinkTarget::Web(url) => self.effects.push(Effect::OpenUrl(url)),
            LinkTarget::Outside(path) => self.ask_about_outside(&path, &from),
            LinkTarget::Refused(scheme) => self.problem(format!(
                "Links of the kind “{scheme}:” are not opened, only web and mail addresses are"
            )),
        }
    }

    /// A link leads to a file that is no part of the plan: a document is opened as one of a plan of
    /// its own if the person says so, and anything else is only named.
    fn ask_about_outside(&mut self, path: &str, from: &str) {
        let plan = self.state.open_plan;
        let folder = plan.and_then(|plan| self.state.library.plan(plan));
        let Some(folder) = folder.map(|plan| folder_from_text(&plan.folder)) else {
            return;
        };
        // Without the `..` in it, since the person is to see where it leads.
        let mut file = folder.join(from);
        file.pop();
        for part in Path::new(path).components() {
            match part {
                Component::ParentDir => drop(file.pop()),
                Component::CurDir => {}
                part => file.push(part),
            }
        }
        let kinds = postil_watcher::Config::default().extensions;
        let ending = file.extension().map(|ending| ending.to_string_lossy());
        let is_document = ending
            .is_some_and(|ending| kinds.iter().any(|kind| kind.eq_ignore_ascii_case(&ending)));
        let shown = file.display().to_string();
        let text = format!("The link leads out of the plan's folder: {shown}");
        let action = if is_document {
            ("Open that folder", UserCommand::OpenPaths(vec![file]))
        } else {
            ("Copy its path", UserCommand::CopyText(shown))
        };
        self.tell(Tone::Problem, text, Some(action));
    }

    /// Opens the open document in the person's editor, at the line of a byte.
    pub(super) fn open_in_editor(&mut self, byte: usize) {
        let Some(open) = &self.state.document else {
            return;
        };
        let library = &self.state.library;
        let plan = library.plan(open.plan);
        let (Some(plan), Some(document)) = (plan, library.document(open.plan, open.id)) else {
            return;
        };
        let line = match &open.content {
            Content::Shown(parsed) => parsed.line_of(byte),
            _ => 1,
        };
        let file = folder_from_text(&plan.folder).join(&document.path);
        self.effects.push(Effect::OpenInEditor { file, line });
    }

    /// The document that a wikilink names: by its path, its file's name or that without its ending.
    /// Of several, the one nearest to the document that names it.
    fn named(&self, name: &str, from: &str) -> Option<DocumentId> {
        let name = name.trim_matches('/').to_lowercase();
        if name.is_empty() {
            return self.state.document.as_ref().map(|open| open.id);
        }
        let is_meant = |path: &str| {
            let path = path.to_lowercase();
            let stem = path
                .rsplit_once('.')
                .map_or(path.as_str(), |(stem, _)| stem);
            [path.as_str(), stem]
                .iter()
                .any(|path| *path == name || path.ends_with(&format!("/{name}")))
        };
        let plan = self.state.open_plan?;
        let meant = self.state.library.documents(plan);
        let meant = meant.filter(|d| d.missing.is_none() && is_meant(&d.path));
        let shared = |path: &str| {
            path.bytes()
                .zip(from.bytes())
                .take_while(|(a, b)| a == b)
                .count()
        };
        let nearest = meant.max_by_key(|d| (shared(&d.path), std::cmp::Reverse(d.path.len())));
        nearest.map(|document| document.id)
    }
}

#[cfg(test)]
#[path = "links_tests.rs"]
mod tests;

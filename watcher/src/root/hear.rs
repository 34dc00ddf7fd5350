//! Owns what an event of the system means to a root: which files are to be looked at, and whether
//! names have changed.

use std::path::Path;
use std::time::Duration;

use super::Root;
use crate::backend::SignalKind;
use crate::parts::{Depth, parent};
use crate::rules::{Rules, concerns, is_ignore_file};
use crate::settle::{Input, step};
use crate::supervisor::Supervisor;
use crate::walk::below;

impl Root {
    /// Hears that something happened at `path`, which may lie outside this root.
    pub(crate) fn hear(
        &mut self,
        path: &Path,
        kind: SignalKind,
        from: Option<&Path>,
        rules: &Rules,
        supervisor: &mut Supervisor,
        now: Duration,
    ) {
        let Some(real) = &self.real else {
            return;
        };
        if !path.starts_with(real) {
            return self.hear_outside(path, kind, supervisor, now);
        }
        self.counts.n_signals += 1;
        if let Some(from) = from.and_then(|from| below(real, from))
            && let Some(to) = below(real, path)
        {
            self.renames.hear(from, to);
        }
        if let SignalKind::Name { is_folder } = kind
            && self.watches.holds(path)
        {
            self.watches.part_with(path, is_folder, supervisor);
            let folder = below(real, path).unwrap_or_default();
            self.doubt_folder(&folder, now);
            return;
        }
        let relative = match below(real, path) {
            Some(relative) => relative,
            None if path == real => String::new(),
            None => {
                // Not UTF-8: it can be among the problems.
                self.doubt_names("", Depth::Below, now);
                return;
            }
        };
        let relative = relative.as_str();
        if !concerns(relative) || self.tree.left_out.contains(relative) {
            return;
        }
        let targets = self.tree.links.iter();
        let links: Vec<String> = targets
            .filter(|(target, _)| target == relative)
            .map(|(_, link)| link.clone())
            .collect();
        let is_listed = self.position(relative).is_ok();
        for path in is_listed
            .then(|| relative.to_string())
            .into_iter()
            .chain(links)
        {
            step(&mut self.settle, Input::Touched { path }, now);
        }
        // A folder may have taken the place of a file.
        let is_folder = match kind {
            SignalKind::Name { is_folder } => is_folder.unwrap_or_else(|| path.is_dir()),
            SignalKind::Content | SignalKind::Nudge => false,
        };
        if !is_listed || is_folder {
            // Permissions of a folder, the root itself included, decide what can be listed.
            let is_folder = is_folder
                || (kind == SignalKind::Content
                    && (self.watches.holds(path) || self.tree.has_problem(relative)));
            self.hear_unlisted(relative, is_folder, rules, now);
        }
    }

    /// Hears of a path that lies elsewhere: links may lead there, where the root allows it.
    fn hear_outside(
        &mut self,
        path: &Path,
        kind: SignalKind,
        supervisor: &mut Supervisor,
        now: Duration,
    ) {
        let targets = self.tree.links_out.iter();
        let links: Vec<String> = targets
            .filter(|(target, _)| target == path)
            .map(|(_, link)| link.clone())
            .collect();
        for path in links {
            step(&mut self.settle, Input::Touched { path }, now);
        }
        if let SignalKind::Name { is_folder } = kind
            && self.watches.holds(path)
        {
            self.watches.part_with(path, is_folder, supervisor);
            self.doubt_names("", Depth::Below, now);
        }
    }

    /// Hears of a path that is not listed: what is may change by it.
    fn hear_unlisted(&mut self, relative: &str, is_folder: bool, rules: &Rules, now: Duration) {
        let name = relative.rsplit_once('/').map_or(relative, |(_, name)| name);
        if is_folder {
            self.doubt_folder(relative, now);
        } else if is_ignore_file(name) {
            self.doubt_names(parent(relative).unwrap_or(""), Depth::Below, now);
        } else if rules.is_document(name) {
            self.doubt_names(parent(relative).unwrap_or(""), Depth::Level, now);
        }
    }

    /// All in the folder is in doubt, and what it is: a file may have its name now.
    fn doubt_folder(&mut self, folder: &str, now: Duration) {
        self.doubt_names(folder, Depth::Below, now);
        if let Some(above) = parent(folder) {
            self.doubt_names(above, Depth::Level, now);
        }
    }
}

//! Owns what an event of the system means to a root: which files are to be looked at, and whether
//! names have changed.

use std::path::Path;
use std::time::Duration;

use super::Root;
use crate::backend::SignalKind;
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
            return;
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
            step(&mut self.settle, Input::Restructured, now);
            return;
        }
        let relative = match below(real, path) {
            Some(relative) => relative,
            None if path == real => String::new(),
            None => {
                // Not UTF-8: it can be among the problems.
                step(&mut self.settle, Input::Restructured, now);
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
        let is_folder = SignalKind::Name {
            is_folder: Some(true),
        };
        if (!is_listed || kind == is_folder) && self.may_restructure(path, relative, kind, rules) {
            step(&mut self.settle, Input::Restructured, now);
        }
    }

    /// Whether an event at a path that is not listed can change what is.
    fn may_restructure(
        &self,
        path: &Path,
        relative: &str,
        kind: SignalKind,
        rules: &Rules,
    ) -> bool {
        let name = relative.rsplit_once('/').map_or(relative, |(_, name)| name);
        let is_file_of_interest = rules.is_document(name) || is_ignore_file(name);
        match kind {
            SignalKind::Name {
                is_folder: Some(true),
            } => true,
            SignalKind::Name {
                is_folder: Some(false),
            } => is_file_of_interest,
            SignalKind::Name { is_folder: None } => is_file_of_interest || path.is_dir(),
            // Permissions of a folder, the root itself included, decide what can be listed.
            SignalKind::Content => {
                is_file_of_interest || self.watches.holds(path) || self.tree.has_problem(relative)
            }
            SignalKind::Nudge => false,
        }
    }
}

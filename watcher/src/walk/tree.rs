//! Owns what a walk came upon, and how the walk through parts of a root changes what was known.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;

use super::join;
use crate::settle::Scan;
use crate::{FileProblem, Stamp};

/// A document that the walk came upon; not opened.
#[derive(Debug)]
pub(crate) struct Found {
    /// Below the root, parts separated by `/`.
    pub(crate) path: String,
    pub(crate) stamp: Stamp,
    /// When the file was made, in nanoseconds since 1970, where the file system says so. It stays
    /// through a renaming, and tells a file from another one that was given its inode.
    pub(crate) born_ns: Option<i64>,
    pub(crate) problem: Option<FileProblem>,
}

/// All that a walk came upon.
#[derive(Default, Debug)]
pub(crate) struct Tree {
    /// Sorted by path.
    pub(crate) files: Vec<Found>,
    /// Sorted by path.
    pub(crate) problems: Vec<(String, FileProblem)>,
    /// Paths of targets below the root, and of the links to them.
    pub(crate) links: Vec<(String, String)>,
    /// The same of targets elsewhere, which the root allows.
    pub(crate) links_out: Vec<(PathBuf, String)>,
    /// Documents and folders that ignore files leave out.
    pub(crate) left_out: HashSet<String>,
    /// Files that a write which was cut short may have left behind.
    pub(crate) leftovers: Vec<PathBuf>,
    pub(crate) truncated: bool,
    /// Whether some link leads nowhere, or where none is followed to: what happens there can mend it.
    pub(crate) has_broken_links: bool,
    /// Folders that were listed; after walks through parts of the root at most so many.
    pub(crate) n_folders: usize,
    /// Folders that were met and not entered, because only the level above them was asked for.
    pub(super) passed: HashSet<String>,
}

impl Tree {
    pub(super) fn sorted(mut self) -> Self {
        self.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        self.problems.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        self
    }

    /// Whether `path` is not listed because of rules, or because it or a folder above it is among
    /// the problems; not because it is missing.
    pub(crate) fn passes_over(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| at);
        ends.chain([path.len()])
            .map(|end| &path[..end])
            .any(|part| self.left_out.contains(part) || self.has_problem(part))
    }

    /// Whether something was the matter with this very path.
    pub(crate) fn has_problem(&self, path: &str) -> bool {
        self.problems
            .binary_search_by(|(problem, _)| problem.as_str().cmp(path))
            .is_ok()
    }

    pub(super) fn problem(&mut self, path: String, error: &io::Error) {
        self.problems
            .push((path, FileProblem::Unreadable(error.to_string())));
    }

    pub(super) fn nameless(&mut self, folder: &str, name: &OsStr) {
        self.problems.push((
            join(folder, &name.to_string_lossy()),
            FileProblem::Unreadable("its name is not valid UTF-8, rename it to see it here".into()),
        ));
    }

    /// Whether what happens in parts of the root can change only what is known of these parts.
    pub(super) fn can_be_told_in_parts(&self, scan: &Scan) -> bool {
        let leads_in =
            |(target, link): &(String, String)| scan.parts.cover(target) && !scan.covers(link);
        !self.truncated && !self.has_broken_links && !self.links.iter().any(leads_in)
    }

    /// What is known of the whole root when these parts, which `self` is of, were seen after it.
    pub(super) fn over(mut self, before: &Self, scan: &Scan) -> Self {
        let problems = before.problems.iter();
        let kept = problems.filter(|(path, _)| !scan.covers(path) || self.passed.contains(path));
        self.problems.extend(kept.cloned());
        self.problems.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let links = before.links.iter();
        self.links
            .extend(links.filter(|(_, link)| !scan.covers(link)).cloned());
        let links_out = before.links_out.iter();
        self.links_out
            .extend(links_out.filter(|(_, link)| !scan.covers(link)).cloned());
        let left_out = before.left_out.iter();
        self.left_out
            .extend(left_out.filter(|path| !scan.covers(path)).cloned());
        self.n_folders += before.n_folders;
        self.passed.clear();
        self
    }
}

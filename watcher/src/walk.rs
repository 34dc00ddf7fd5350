//! Owns the walk through a root: folder by folder, each watched before it is listed.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, DirEntry, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::read::{Reach, resolve};
use crate::rules::{Ignores, Rules, enters, is_ignore_file};
use crate::write::is_leftover;
use crate::{FileProblem, Stamp};

/// What bounds a walk.
pub(crate) struct Bounds<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) max_folders: usize,
    pub(crate) max_depth: usize,
    /// Whether sub-folders are left alone.
    pub(crate) is_shallow: bool,
    pub(crate) reach: Reach,
    pub(crate) max_document_bytes: u64,
    pub(crate) should_stop: &'a (dyn Fn() -> bool + Sync),
}

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
    /// Documents and folders that ignore files leave out.
    pub(crate) left_out: HashSet<String>,
    /// Files that a write which was cut short may have left behind.
    pub(crate) leftovers: Vec<PathBuf>,
    pub(crate) truncated: bool,
}

/// Why a walk gave no tree.
#[derive(Debug)]
pub(crate) enum WalkError {
    Stopped,
    /// The root itself cannot be listed.
    Root(io::Error),
}

/// Walks through the canonical folder `root`. `enter` is called for each folder before it is
/// listed, so that a file made meanwhile is either listed or reported by the watch.
///
/// # Errors
///
/// As [`WalkError`] says. Whatever happens below the root is told in the tree.
pub(crate) fn walk(
    root: &Path,
    bounds: &Bounds<'_>,
    enter: &mut dyn FnMut(&Path),
) -> Result<Tree, WalkError> {
    let mut walk = Walk {
        root,
        bounds,
        tree: Tree::default(),
        folders: vec![Folder {
            real: root.to_path_buf(),
            path: String::new(),
            depth: 0,
            ignores: Ignores::default(),
        }],
    };
    let mut n_folders = 0;
    while let Some(folder) = walk.folders.pop() {
        if (bounds.should_stop)() {
            return Err(WalkError::Stopped);
        }
        if n_folders >= bounds.max_folders {
            walk.tree.truncated = true;
            break;
        }
        n_folders += 1;
        enter(&folder.real);
        match fs::read_dir(&folder.real) {
            Ok(entries) => walk.list(&folder, entries),
            Err(error) if folder.depth == 0 => return Err(WalkError::Root(error)),
            // It vanished since its parent was listed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => walk.tree.problem(folder.path, &error),
        }
    }
    let mut tree = walk.tree;
    tree.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    tree.problems.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    Ok(tree)
}

struct Folder {
    real: PathBuf,
    path: String,
    depth: usize,
    ignores: Ignores,
}

struct Walk<'a> {
    root: &'a Path,
    bounds: &'a Bounds<'a>,
    tree: Tree,
    folders: Vec<Folder>,
}

impl Walk<'_> {
    fn list(&mut self, folder: &Folder, entries: fs::ReadDir) {
        let mut listed = Vec::new();
        let mut has_ignore_file = false;
        for entry in entries {
            match entry {
                Ok(entry) => {
                    let name = entry.file_name();
                    has_ignore_file |= name.to_str().is_some_and(is_ignore_file);
                    listed.push((entry, name));
                }
                Err(error) => {
                    self.tree.problem(folder.path.clone(), &error);
                    break;
                }
            }
        }
        let ignores = if has_ignore_file {
            folder.ignores.with_folder(&folder.real, &folder.path)
        } else {
            folder.ignores.clone()
        };
        for (entry, name) in listed {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.queue(folder, &entry, &name, &ignores),
                Ok(kind) => self.find(folder, &entry, &name, kind, &ignores),
                Err(error) => self
                    .tree
                    .problem(join(&folder.path, &name.to_string_lossy()), &error),
            }
        }
    }

    fn queue(&mut self, folder: &Folder, entry: &DirEntry, name: &OsStr, ignores: &Ignores) {
        if self.bounds.is_shallow {
            return;
        }
        let Some(name) = name.to_str() else {
            self.tree.nameless(&folder.path, name);
            return;
        };
        if !enters(name) {
            return;
        }
        let path = join(&folder.path, name);
        if ignores.leave_out(&path, true) {
            self.tree.left_out.insert(path);
            return;
        }
        if folder.depth >= self.bounds.max_depth {
            self.tree.truncated = true;
            return;
        }
        self.folders.push(Folder {
            real: entry.path(),
            path,
            depth: folder.depth + 1,
            ignores: ignores.clone(),
        });
    }

    fn find(
        &mut self,
        folder: &Folder,
        entry: &DirEntry,
        name: &OsStr,
        kind: FileType,
        ignores: &Ignores,
    ) {
        let Some(name) = name.to_str() else {
            if self.bounds.rules.is_document(&name.to_string_lossy()) {
                self.tree.nameless(&folder.path, name);
            }
            return;
        };
        if !self.bounds.rules.is_document(name) {
            if is_leftover(name) {
                self.tree.leftovers.push(entry.path());
            }
            return;
        }
        let path = join(&folder.path, name);
        if ignores.leave_out(&path, false) {
            self.tree.left_out.insert(path);
            return;
        }
        // Links to folders are never entered: what they hold under the root is listed at its own
        // place, and a loop cannot arise.
        let metadata = if kind.is_symlink() {
            match resolve(self.root, &path, self.bounds.reach) {
                Ok(target) => {
                    if let Some(target) = below(self.root, &target) {
                        self.tree.links.push((target, path.clone()));
                    }
                    target.metadata()
                }
                Err(error) => {
                    self.tree.problems.push((path, error.into()));
                    return;
                }
            }
        } else {
            entry.metadata()
        };
        let born_ns = metadata.as_ref().ok().and_then(born_ns);
        let (stamp, problem) = match metadata {
            Ok(metadata) if !metadata.is_file() => {
                (Stamp::of(&metadata), Some(FileProblem::NotRegular))
            }
            Ok(metadata) if metadata.len() > self.bounds.max_document_bytes => {
                let len = metadata.len();
                (Stamp::of(&metadata), Some(FileProblem::TooLarge { len }))
            }
            Ok(metadata) => (Stamp::of(&metadata), None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => (
                Stamp::default(),
                Some(FileProblem::Unreadable(error.to_string())),
            ),
        };
        self.tree.files.push(Found {
            path,
            stamp,
            born_ns,
            problem,
        });
    }
}

fn born_ns(metadata: &fs::Metadata) -> Option<i64> {
    let born = metadata.created().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(born.as_nanos()).ok()
}

impl Tree {
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

    fn problem(&mut self, path: String, error: &io::Error) {
        self.problems
            .push((path, FileProblem::Unreadable(error.to_string())));
    }

    fn nameless(&mut self, folder: &str, name: &OsStr) {
        self.problems.push((
            join(folder, &name.to_string_lossy()),
            FileProblem::Unreadable("its name is not valid UTF-8, rename it to see it here".into()),
        ));
    }
}

/// The path of `real` below `root`, parts separated by `/`; `None` when it is the root, not below
/// it, or not UTF-8.
pub(crate) fn below(root: &Path, real: &Path) -> Option<String> {
    let mut path = String::new();
    for part in real.strip_prefix(root).ok()?.components() {
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(part.as_os_str().to_str()?);
    }
    (!path.is_empty()).then_some(path)
}

fn join(folder: &str, name: &str) -> String {
    let mut path = String::with_capacity(folder.len() + 1 + name.len());
    if !folder.is_empty() {
        path.push_str(folder);
        path.push('/');
    }
    path.push_str(name);
    path
}

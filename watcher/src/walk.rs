//! Owns the walk through a root: folder by folder, each watched before it is listed.

mod beside;
mod parts;
mod tree;

use std::ffi::OsStr;
use std::fs::{self, DirEntry, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::read::{Reach, resolve};
use crate::rules::{Ignores, Rules, enters, is_ignore_file};
use crate::write::is_leftover;
use crate::{FileProblem, Stamp};

use beside::{Asked, beside};
pub(crate) use parts::walk_parts;
pub(crate) use tree::{Found, Tree};

/// What bounds a walk.
pub(crate) struct Bounds<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) max_folders: usize,
    pub(crate) max_depth: usize,
    /// Whether sub-folders are left alone.
    pub(crate) is_shallow: bool,
    pub(crate) reach: Reach,
    pub(crate) max_document_bytes: u64,
    /// Files and folders that may be open at the same time.
    pub(crate) max_open: usize,
    pub(crate) should_stop: &'a (dyn Fn() -> bool + Sync),
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
    let mut walk = Walk::new(root, bounds);
    walk.folders.push(Folder {
        real: root.to_path_buf(),
        path: String::new(),
        depth: 0,
        is_level: false,
        ignores: Ignores::default(),
    });
    beside(walk, enter)
}

struct Folder {
    real: PathBuf,
    path: String,
    depth: usize,
    /// Whether its sub-folders are left alone.
    is_level: bool,
    ignores: Ignores,
}

struct Walk<'a> {
    root: &'a Path,
    bounds: &'a Bounds<'a>,
    tree: Tree,
    folders: Vec<Folder>,
    /// Files whose metadata are still to be asked for.
    asked: Asked,
}

impl<'a> Walk<'a> {
    fn new(root: &'a Path, bounds: &'a Bounds<'a>) -> Self {
        Self {
            root,
            bounds,
            tree: Tree::default(),
            folders: Vec::new(),
            asked: Asked::default(),
        }
    }

    /// Lists the folders that wait, and those that are found meanwhile.
    fn run(mut self, enter: &mut dyn FnMut(&Path)) -> Result<Tree, WalkError> {
        while let Some(folder) = self.folders.pop() {
            if (self.bounds.should_stop)() {
                return Err(WalkError::Stopped);
            }
            if self.tree.n_folders >= self.bounds.max_folders {
                self.tree.truncated = true;
                break;
            }
            self.tree.n_folders += 1;
            enter(&folder.real);
            match fs::read_dir(&folder.real) {
                Ok(entries) => self.list(&folder, entries),
                Err(error) if folder.depth == 0 => return Err(WalkError::Root(error)),
                // It vanished since its parent was listed.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => self.tree.problem(folder.path, &error),
            }
        }
        self.answer();
        Ok(self.tree.sorted())
    }

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
                Ok(kind) => self.find(folder, entry, &name, kind, &ignores),
                Err(error) => self
                    .tree
                    .problem(join(&folder.path, &name.to_string_lossy()), &error),
            }
        }
        self.hand_over();
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
        if folder.is_level {
            self.tree.passed.insert(path);
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
            is_level: false,
            ignores: ignores.clone(),
        });
    }

    fn find(
        &mut self,
        folder: &Folder,
        entry: DirEntry,
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
        if kind.is_symlink() {
            self.follow(path);
        } else {
            self.asked.files.push((path, entry));
        }
    }

    /// Takes the document at `path`, which is a link, as its target's metadata show it.
    ///
    /// Links to folders are never entered: what they hold under the root is listed at its own place,
    /// and a loop cannot arise.
    fn follow(&mut self, path: String) {
        match resolve(self.root, &path, self.bounds.reach) {
            Ok(target) => {
                let metadata = target.metadata();
                match below(self.root, &target) {
                    Some(target) => self.tree.links.push((target, path.clone())),
                    None => self.tree.links_out.push((target, path.clone())),
                }
                let max_bytes = self.bounds.max_document_bytes;
                self.tree.files.extend(found(path, metadata, max_bytes));
            }
            Err(error) => {
                self.tree.has_broken_links = true;
                self.tree.problems.push((path, error.into()));
            }
        }
    }
}

/// The document at `path` as its metadata show it; `None` when it has vanished.
fn found(path: String, metadata: io::Result<fs::Metadata>, max_bytes: u64) -> Option<Found> {
    let born_ns = metadata.as_ref().ok().and_then(born_ns);
    let (stamp, problem) = match metadata {
        Ok(metadata) if !metadata.is_file() => {
            (Stamp::of(&metadata), Some(FileProblem::NotRegular))
        }
        Ok(metadata) if metadata.len() > max_bytes => {
            let len = metadata.len();
            (Stamp::of(&metadata), Some(FileProblem::TooLarge { len }))
        }
        Ok(metadata) => (Stamp::of(&metadata), None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => (
            Stamp::default(),
            Some(FileProblem::Unreadable(error.to_string())),
        ),
    };
    Some(Found {
        path,
        stamp,
        born_ns,
        problem,
    })
}

fn born_ns(metadata: &fs::Metadata) -> Option<i64> {
    let born = metadata.created().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(born.as_nanos()).ok()
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

//! The names in a folder, and what a power cut may make of them.
//!
//! A name is durable once the directory that it is in was synced. Of what was done to names since, any
//! part may be lost, and the rest may be there; a file that goes from one directory to another is in
//! the one or in the other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::image::Fate;
use crate::rng::Rng;

/// The number of a file, whatever its name is.
pub(crate) type FileNo = usize;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Node {
    Dir,
    File(FileNo),
}

/// What is done to names. Paths begin at the folder.
#[derive(Clone, Debug)]
pub(crate) enum NameOp {
    Add(PathBuf, Node),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    SyncDir(PathBuf),
}

impl NameOp {
    /// The directories that are to be synced until it is durable.
    fn dirs(&self) -> Vec<&Path> {
        let paths = match self {
            Self::Add(path, _) | Self::Remove(path) => vec![path],
            Self::Rename(from, to) => vec![from, to],
            Self::SyncDir(_) => Vec::new(),
        };
        paths.into_iter().filter_map(|path| path.parent()).collect()
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Names(BTreeMap<PathBuf, Node>);

impl Names {
    pub(crate) fn get(&self, path: &Path) -> Option<Node> {
        self.0.get(path).copied()
    }

    /// Directories before what is in them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Path, Node)> {
        self.0.iter().map(|(path, node)| (path.as_path(), *node))
    }

    pub(crate) fn apply(&mut self, op: &NameOp) {
        match op {
            NameOp::Add(path, node) if self.has_parent(path) => {
                self.0.insert(path.clone(), *node);
            }
            NameOp::Rename(from, to) if self.has_parent(to) => {
                if let Some(node) = self.0.remove(from) {
                    self.0.insert(to.clone(), node);
                }
            }
            NameOp::Remove(path) => drop(self.0.remove(path)),
            // What was done in a directory that is not there is not there either.
            NameOp::Add(..) | NameOp::Rename(..) | NameOp::SyncDir(_) => {}
        }
    }

    fn has_parent(&self, path: &Path) -> bool {
        path.parent()
            .is_some_and(|dir| dir == Path::new("") || self.get(dir) == Some(Node::Dir))
    }

    /// What may be left of `ops` that were done to these durable names.
    pub(crate) fn power_cut(&self, ops: &[&NameOp], rng: &mut Rng) -> Self {
        let fate = Fate::random(ops.len(), rng);
        let mut left = self.clone();
        for (i, op) in ops.iter().enumerate() {
            let is_synced = |dir: &Path| {
                let mut later = ops[i + 1..].iter();
                later.any(|op| matches!(op, NameOp::SyncDir(synced) if synced == dir))
            };
            let is_durable = op.dirs().into_iter().all(is_synced);
            if is_durable || fate.is_spared(i, rng) {
                left.apply(op);
            }
        }
        left
    }
}

#[test]
fn a_name_is_durable_once_its_directory_was_synced() {
    let path = PathBuf::from;
    let base = {
        let mut names = Names::default();
        names.apply(&NameOp::Add(path("old"), Node::File(0)));
        names.apply(&NameOp::Add(path("dir"), Node::Dir));
        names
    };
    let add = NameOp::Add(path("new"), Node::File(1));
    let rename = NameOp::Rename(path("new"), path("old"));
    let away = NameOp::Rename(path("old"), path("dir/old"));
    let (sync, sync_dir) = (NameOp::SyncDir(path("")), NameOp::SyncDir(path("dir")));
    let seen = |ops: &[&NameOp]| {
        let cut = |seed| base.power_cut(ops, &mut Rng::new(seed));
        let cuts = (0..200).map(cut);
        let mut seen = cuts.fold(Vec::new(), |mut seen, names| {
            let state = ["old", "new", "dir/old"].map(|name| names.get(Path::new(name)));
            if !seen.contains(&state) {
                seen.push(state);
            }
            seen
        });
        seen.sort_by_key(|state| format!("{state:?}"));
        seen
    };
    let [zero, one] = [0, 1].map(|no| Some(Node::File(no)));
    // Nothing, the file under its first name, or under its last: never neither.
    let unsynced = [[one, None, None], [zero, None, None], [zero, one, None]];
    let mut expected = unsynced.to_vec();
    expected.sort_by_key(|state| format!("{state:?}"));
    assert_eq!(seen(&[&add, &rename]), expected);
    assert_eq!(seen(&[&add, &rename, &sync]), [[one, None, None]]);
    // From one directory to another, it is in one of them until both were synced.
    let mut moved = vec![[zero, None, None], [None, None, zero]];
    moved.sort_by_key(|state| format!("{state:?}"));
    assert_eq!(seen(&[&away, &sync_dir]), moved);
    assert_eq!(seen(&[&away, &sync_dir, &sync]), [[None, None, zero]]);
}

//! A folder held in memory.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::dirs::put;
use crate::names::{FileNo, NameOp, Names, Node};

/// Says who has the library open, and nothing of what is in it.
const UNRECORDED: &str = "postil.lock";

/// By device and inode.
pub(crate) type Numbers = HashMap<(u64, u64), FileNo>;

/// A folder with all that is in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Tree {
    pub(crate) names: Names,
    /// By number.
    pub(crate) files: Vec<Vec<u8>>,
}

impl Tree {
    /// The folder as it is, and which file has which number.
    pub(crate) fn read(root: &Path) -> io::Result<(Self, Numbers)> {
        let (mut tree, mut numbers) = (Self::default(), HashMap::new());
        let mut waiting = vec![root.to_owned()];
        while let Some(dir) = waiting.pop() {
            for entry in fs::read_dir(&dir)? {
                let entry = entry?;
                let (path, there) = (entry.path(), entry.metadata()?);
                if entry.file_name() == UNRECORDED {
                    continue;
                }
                let node = if there.is_dir() {
                    waiting.push(path.clone());
                    Node::Dir
                } else {
                    let next = tree.files.len();
                    let number = *numbers.entry((there.dev(), there.ino())).or_insert(next);
                    if number == next {
                        tree.files.push(fs::read(&path)?);
                    }
                    Node::File(number)
                };
                let inside = path.strip_prefix(root).map_err(io::Error::other)?;
                tree.names.apply(&NameOp::Add(inside.to_owned(), node));
            }
        }
        Ok((tree, numbers))
    }

    /// The first path that is not the same, whatever the numbers of the files.
    pub(crate) fn difference(&self, other: &Self) -> Option<PathBuf> {
        let seen = |tree: &Self, path: &Path| {
            tree.names.get(path).map(|node| match node {
                Node::Dir => None,
                Node::File(number) => Some(tree.files[number].clone()),
            })
        };
        let mut paths = self.names.iter().chain(other.names.iter());
        let found = paths.find(|(path, _)| seen(self, path) != seen(other, path));
        found.map(|(path, _)| path.to_owned())
    }

    /// Makes it under an empty folder.
    pub(crate) fn put(&self, root: &Path) -> io::Result<()> {
        let mut first_names: HashMap<FileNo, PathBuf> = HashMap::new();
        for (path, node) in self.names.iter() {
            let path = root.join(path);
            match node {
                Node::Dir => fs::create_dir(&path)?,
                Node::File(number) => {
                    if let Some(first) = first_names.get(&number) {
                        fs::hard_link(first, &path)?;
                    } else {
                        put(&path, &self.files[number]);
                        first_names.insert(number, path);
                    }
                }
            }
        }
        Ok(())
    }
}

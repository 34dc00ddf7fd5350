//! Owns whether a folder is the one that it was: by its identity on the disk, else by its files.

use std::collections::HashSet;
use std::fs::Metadata;
use std::path::PathBuf;
use std::time::SystemTime;

use crate::FileEntry;

/// Where a root was found last, and what else was found in its place.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// Of the last folder that was taken for the root.
    ours: Option<Identity>,
    /// Of another one, and whether it was told of.
    other: Option<(Identity, bool)>,
    is_accepted: bool,
}

/// What names a folder on this machine until it is removed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Identity {
    real: PathBuf,
    device: u64,
    inode: u64,
    /// The next folder that is made is often given the inode of the last one that was removed.
    born: Option<SystemTime>,
}

/// How much of what was known is in a folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Likeness {
    pub(super) n_same: usize,
    pub(super) n_known: usize,
}

impl Identity {
    pub(super) fn of(real: PathBuf, metadata: &Metadata) -> Self {
        let (device, inode) = device_and_inode(metadata);
        Self {
            real,
            device,
            inode,
            born: metadata.created().ok(),
        }
    }
}

#[cfg(unix)]
fn device_and_inode(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

/// Elsewhere a folder made anew under the same path is taken for the old one.
#[cfg(not(unix))]
fn device_and_inode(_metadata: &Metadata) -> (u64, u64) {
    (0, 0)
}

impl Place {
    pub(super) fn is_ours(&self, identity: &Identity) -> bool {
        self.ours.as_ref() == Some(identity)
    }

    pub(super) fn accept(&mut self) {
        self.is_accepted = true;
    }

    /// Takes the folder for the root from now on.
    pub(super) fn settle(&mut self, identity: Identity) {
        *self = Self {
            ours: Some(identity),
            ..Self::default()
        };
    }

    /// How the folder differs from what was known, when it is not to be taken for the root without
    /// asking.
    pub(super) fn differs(
        &self,
        identity: &Identity,
        known: &[FileEntry],
        found: &[FileEntry],
    ) -> Option<Likeness> {
        if self.is_ours(identity) || self.is_accepted || known.is_empty() {
            return None;
        }
        let likeness = likeness(known, found);
        let is_other = if self.ours.is_some() {
            likeness.n_same * 2 < likeness.n_known
        } else {
            // Between two sessions much may have changed; but an empty folder where a disk was
            // mounted holds nothing of it.
            likeness.n_same == 0 && likeness.n_known > 1
        };
        is_other.then_some(likeness)
    }

    /// Whether the other folder is to be told of now: it has been there twice, so that a folder which
    /// is being filled has had time to.
    pub(super) fn is_to_be_told(&mut self, identity: Identity) -> bool {
        match &mut self.other {
            Some((other, is_told)) if *other == identity => !std::mem::replace(is_told, true),
            other => {
                *other = Some((identity, false));
                false
            }
        }
    }
}

fn likeness(known: &[FileEntry], found: &[FileEntry]) -> Likeness {
    let paths: HashSet<&str> = found.iter().map(|entry| entry.path.as_str()).collect();
    let hashes: HashSet<_> = found.iter().filter_map(|entry| entry.hash).collect();
    let is_there = |entry: &&FileEntry| {
        paths.contains(entry.path.as_str()) || entry.hash.is_some_and(|hash| hashes.contains(&hash))
    };
    Likeness {
        n_same: known.iter().filter(is_there).count(),
        n_known: known.len(),
    }
}

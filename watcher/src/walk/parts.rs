//! Owns the walk through parts of a root.

use std::io;
use std::path::Path;

use super::{Bounds, Folder, Tree, Walk, WalkError, found, join};
use crate::parts::Depth;
use crate::rules::{Ignores, enters};
use crate::settle::Scan;

/// Walks through the parts of the canonical folder `root` that a scan is about, and looks at the
/// listed files `single` besides. Gives what is known of the whole root then (`before`, but for these
/// parts), with the files of these parts alone; `None` when only a walk through all of it can tell.
///
/// # Errors
///
/// As [`WalkError`] says.
pub(crate) fn walk_parts(
    root: &Path,
    scan: &Scan,
    single: &[&str],
    before: &Tree,
    bounds: &Bounds<'_>,
    enter: &mut dyn FnMut(&Path),
) -> Result<Option<Tree>, WalkError> {
    if !before.can_be_told_in_parts(scan) || bounds.is_shallow || scan.parts.is_whole() {
        return Ok(None);
    }
    let mut walk = Walk::new(root, bounds);
    for (path, depth) in scan.parts.iter() {
        match start(root, path, depth, bounds.max_depth) {
            Start::At(folder) => walk.folders.push(folder),
            Start::Gone => {}
            Start::Unclear => return Ok(None),
        }
    }
    for &path in single {
        match root.join(path).symlink_metadata() {
            // A folder has taken its place.
            Ok(metadata) if metadata.is_dir() => {}
            Ok(metadata) if metadata.is_symlink() => walk.follow(path.to_string()),
            Err(error) if is_gone(&error) => {}
            metadata => {
                let max_bytes = bounds.max_document_bytes;
                let found = found(path.to_string(), metadata, max_bytes);
                walk.tree.files.extend(found);
            }
        }
    }
    let tree = walk.run(enter)?;
    let n_folders = tree.n_folders + before.n_folders;
    if tree.truncated || n_folders > bounds.max_folders {
        return Ok(None);
    }
    Ok(Some(tree.over(before, scan)))
}

/// Where a walk through one part begins.
enum Start {
    At(Folder),
    /// Nothing is there.
    Gone,
    /// It is not to be entered, or no folder: that is for a walk from above to tell.
    Unclear,
}

fn start(root: &Path, path: &str, depth: Depth, max_depth: usize) -> Start {
    let mut ignores = Ignores::default();
    let (mut real, mut here, mut n_levels) = (root.to_path_buf(), String::new(), 0);
    for name in path.split('/').filter(|name| !name.is_empty()) {
        ignores = ignores.with_folder(&real, &here);
        real.push(name);
        here = join(&here, name);
        n_levels += 1;
        match real.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Start::Gone,
            Err(error) if is_gone(&error) => return Start::Gone,
            Err(_) => return Start::Unclear,
        }
        if !enters(name) || ignores.leave_out(&here, true) || n_levels > max_depth {
            return Start::Unclear;
        }
    }
    Start::At(Folder {
        real,
        path: here,
        depth: n_levels,
        is_level: depth == Depth::Level,
        ignores,
    })
}

fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

//! Owns the answer to what is at a path that a person dropped, pasted or named.

use std::io;
use std::path::Path;

use crate::rules::Rules;
use crate::walk::{Bounds, WalkError, walk};
use crate::{InspectError, Inspected};

/// Counting stops after this many folders: a home folder dropped by accident must stay cheap.
const MAX_FOLDERS: usize = 2_000;

/// Looks at `path`; see [`crate::Request::Inspect`].
///
/// # Errors
///
/// As [`InspectError`] says; also when `should_stop` cuts the counting short.
pub(crate) fn inspect(path: &Path, bounds: &Bounds<'_>) -> Result<Inspected, InspectError> {
    let unreadable = |error: &io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => InspectError::Missing {
            path: path.to_path_buf(),
        },
        _ => InspectError::Unreadable {
            why: error.to_string(),
            path: path.to_path_buf(),
        },
    };
    let real = path.canonicalize().map_err(|error| unreadable(&error))?;
    let metadata = real.metadata().map_err(|error| unreadable(&error))?;
    let (folder, file) = if metadata.is_dir() {
        (real, None)
    } else if metadata.is_file() {
        let file = plan_file_name(path, &real, bounds.rules)?;
        let folder = real.parent().unwrap_or(&real).to_path_buf();
        (folder, Some(file))
    } else {
        return Err(InspectError::NotFileOrFolder {
            path: path.to_path_buf(),
        });
    };
    let bounds = Bounds {
        max_folders: bounds.max_folders.min(MAX_FOLDERS),
        ..*bounds
    };
    let tree = walk(&folder, &bounds, &mut |_| {}).map_err(|error| match error {
        WalkError::Root(error) => unreadable(&error),
        WalkError::Stopped => InspectError::Unreadable {
            why: "the watcher is stopping".into(),
            path: path.to_path_buf(),
        },
    })?;
    let n_plan_files = tree
        .files
        .iter()
        .filter(|found| bounds.rules.is_plan_file(name(&found.path)))
        .count();
    Ok(Inspected {
        folder,
        file,
        n_plan_files,
        n_plan_files_is_at_least: tree.truncated,
    })
}

fn plan_file_name(path: &Path, real: &Path, rules: &Rules) -> Result<String, InspectError> {
    let Some(name) = real.file_name().and_then(|name| name.to_str()) else {
        return Err(InspectError::Unreadable {
            why: "its name is not valid UTF-8, rename it first".into(),
            path: path.to_path_buf(),
        });
    };
    // A single file may be hidden, or of JSON: the person asked for this very one.
    if rules.is_document(name.trim_start_matches('.')) {
        return Ok(name.into());
    }
    Err(InspectError::NotMarkdown {
        extension: real
            .extension()
            .map(|extension| extension.to_string_lossy().into_owned())
            .unwrap_or_default(),
        path: path.to_path_buf(),
    })
}

fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

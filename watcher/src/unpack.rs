//! Owns the making of new files: never one that exists, each synced before it is reported.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use crate::UnpackError;

/// Makes `files` in `folder`; see [`crate::Request::Unpack`]. Gives the canonical folder.
///
/// # Errors
///
/// As [`UnpackError`] says. All names are looked at before the first file is made; when the disk
/// fails half-way, files made so far stay, the one that failed does not.
pub(crate) fn unpack(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<PathBuf, UnpackError> {
    make_folder(folder)?;
    let folder = folder
        .canonicalize()
        .map_err(|error| unwritable(&error, folder))?;
    let mut to_make = Vec::new();
    for (name, bytes) in files {
        let path = folder.join(name);
        let is_below = Path::new(name)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if name.is_empty() || !is_below {
            return Err(UnpackError::Outside { path });
        }
        if !is_there_already(&path, bytes)? {
            to_make.push((path, bytes));
        }
    }
    for (path, bytes) in to_make {
        let parent = path.parent().unwrap_or(&folder);
        make_folder(parent)?;
        let real = parent
            .canonicalize()
            .map_err(|error| unwritable(&error, parent))?;
        // A link that was there before could lead anywhere.
        if !real.starts_with(&folder) {
            return Err(UnpackError::Outside { path });
        }
        make_file(&path, bytes)?;
        sync_folder(parent);
    }
    Ok(folder)
}

/// Whether the same bytes are at `path` already.
fn is_there_already(path: &Path, bytes: &[u8]) -> Result<bool, UnpackError> {
    let exists = || UnpackError::Exists {
        path: path.to_path_buf(),
    };
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_file() && metadata.len() == bytes.len() as u64 => {
            let there = fs::read(path).map_err(|error| unwritable(&error, path))?;
            if there == bytes {
                Ok(true)
            } else {
                Err(exists())
            }
        }
        Ok(_) => Err(exists()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        // A file stands where a folder is needed.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(exists()),
        Err(error) => Err(unwritable(&error, path)),
    }
}

fn make_folder(folder: &Path) -> Result<(), UnpackError> {
    fs::create_dir_all(folder).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => UnpackError::Exists {
            path: folder.to_path_buf(),
        },
        _ => unwritable(&error, folder),
    })
}

fn make_file(path: &Path, bytes: &[u8]) -> Result<(), UnpackError> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => UnpackError::Exists {
                path: path.to_path_buf(),
            },
            _ => unwritable(&error, path),
        })?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(|error| {
            // It is ours alone: exclusive creation has just made it.
            if let Err(error) = fs::remove_file(path) {
                tracing::warn!(%error, path = %path.display(), "a half-written file stays behind");
            }
            unwritable(&error, path)
        })
}

/// Makes the names durable, where folders can be synced.
fn sync_folder(folder: &Path) {
    if let Err(error) = File::open(folder).and_then(|folder| folder.sync_all()) {
        tracing::debug!(%error, folder = %folder.display(), "the folder cannot be synced");
    }
}

fn unwritable(error: &io::Error, path: &Path) -> UnpackError {
    UnpackError::Unwritable {
        why: error.to_string(),
        path: path.to_path_buf(),
    }
}

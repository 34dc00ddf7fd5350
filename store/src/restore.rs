//! Putting a backup in the place of the library.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::{Lock, OpenError, backup, copy, ops_replay};

/// What restoring did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// Where the library that was there is now; `None` if there was none.
    pub set_aside: Option<PathBuf>,
}

/// Why a backup was not restored. The library is as it was.
#[derive(Debug, Error)]
pub enum RestoreError {
    /// The backup cannot be trusted.
    #[error(
        "This is no whole backup ({why}): the library was not changed. Choose another of those that \
         postil restore lists: {}", file.display()
    )]
    NotWhole {
        /// What is wrong with it.
        why: String,
        /// The backup.
        file: PathBuf,
    },
    /// The file system refuses.
    #[error(
        "The backup could not be restored ({error}): the library was not changed. Check the disk \
         and the permissions: {}", path.display()
    )]
    Io {
        /// What the system said.
        error: io::Error,
        /// What it said it of.
        path: PathBuf,
    },
}

impl RestoreError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io { error, path }
    }
}

/// Puts a copy of `backup` in the place of the library, which is set aside first, whatever state it
/// is in. The process may be killed at any time: the one or the other is in place.
///
/// # Errors
/// The backup is not whole, or the file system refuses. The library is as it was then.
pub fn restore(lock: &Lock, backup: &Path) -> Result<Restored, RestoreError> {
    let place = lock.place();
    let not_whole = |why: String| RestoreError::NotWhole {
        why,
        file: backup.to_owned(),
    };
    // That it is one of ours, and not from a later Postil, is what opening it would say.
    crate::opening::check_is_whole(backup).map_err(|error| match error {
        OpenError::Io { error, path } => RestoreError::Io { error, path },
        other => not_whole(other.to_string()),
    })?;
    let sums = copy::sums(backup).map_err(|error| not_whole(error.to_string()))?;
    let new = place.new_database();
    place.files.remove_own(&new);
    let copied = place.files.copy_synced(backup, &new);
    copied.map_err(RestoreError::io(&new))?;
    let result = match copy::sums(&new) {
        Ok(copied) if copied == sums => {
            place.replace_database(&new).map_err(RestoreError::io(&new))
        }
        Ok(_) => Err(not_whole("its copy is not the same".to_owned())),
        Err(error) => Err(not_whole(error.to_string())),
    };
    match result {
        Ok(set_aside) => {
            // What the lines say was done to the library that is aside now.
            ops_replay::put_away(place);
            if let Err(error) = backup::adopt(place, &place.database()) {
                tracing::warn!(%error, "what was restored is not the newest backup yet");
            }
            Ok(Restored { set_aside })
        }
        Err(error) => {
            place.files.remove_own(&new);
            Err(error)
        }
    }
}

//! Putting a backup in the place of the library.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::place::{Place, Replaced};
use crate::{Lock, OpenError, backup, copy, ops_replay};

/// What restoring did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// Where the library that was there is now; `None` if there was none.
    pub set_aside: Option<PathBuf>,
}

/// Why a backup was not restored. The library is as it was, but for the one case that says otherwise.
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
    /// The backup is in the library's place, but the disk did not confirm it.
    #[error(
        "The backup is in place, but the disk did not confirm it ({error}): look whether it is still \
         there after the next start of the machine. The library before is kept: {}", path.display()
    )]
    Unconfirmed {
        /// What the system said.
        error: io::Error,
        /// Where the library that was there is now.
        path: PathBuf,
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
/// The backup is not whole, or the file system refuses. The library is as it was then, but for
/// [`RestoreError::Unconfirmed`].
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
    let replaced = match copy::sums(&new) {
        Ok(copied) if copied == sums => replace(place, &new),
        Ok(_) => Err(not_whole("its copy is not the same".to_owned())),
        Err(error) => Err(not_whole(error.to_string())),
    };
    let replaced = replaced.inspect_err(|_| place.files.remove_own(&new))?;
    if let Err(error) = backup::adopt(place, &place.database()) {
        tracing::warn!(%error, "what was restored is not the newest backup yet");
    }
    match replaced.unconfirmed {
        None => Ok(Restored {
            set_aside: replaced.aside,
        }),
        Some(error) => Err(RestoreError::Unconfirmed {
            error,
            path: replaced.aside.unwrap_or_else(|| place.database()),
        }),
    }
}

fn replace(place: &Place, new: &Path) -> Result<Replaced, RestoreError> {
    // What its lines say was done to the library that goes: beside the other they would be taken for
    // what that one has lost. The one that goes can do without them, it writes others.
    let lines = ops_replay::put_away(place);
    lines.map_err(RestoreError::io(&place.ops()))?;
    place.replace_database(new).map_err(RestoreError::io(new))
}

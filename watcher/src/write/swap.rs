//! Owns the step that replaces a file, and its way back when another program was quicker.

use std::fs::File;
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

use super::{Job, Refused, conflict, document};
use crate::read::{Taken, bytes};
use crate::{ContentHash, ReadError, WriteError};

/// How often what was not ours to replace is put back.
const MAX_EXCHANGES: u32 = 8;

/// Puts the new file in the place of the old one, unless another program has put its own there in
/// the last moment: that one is then put back. Gives the file that was replaced, where it could be
/// told.
pub(super) fn put_in_place(
    job: &Job<'_>,
    real: &Path,
    temp: NamedTempFile,
    new: &[u8],
) -> Result<Option<File>, Refused> {
    let path = job.path;
    match exchange(temp.path(), real) {
        Ok(true) => {}
        Ok(false) => {
            // Without an exchange, what came in between the last look and now is lost.
            let kept = temp.persist(real).map(|_| None);
            return kept.map_err(|error| WriteError::unwritable(&error.error, path).into());
        }
        Err(error) => return Err(WriteError::unwritable(&error, path).into()),
    }
    // Where the new file was, there is now what it has replaced.
    match bytes(temp.path(), path, job.max_bytes) {
        Ok(out) if ContentHash::of(&out.value) == job.expected => Ok(File::open(temp.path()).ok()),
        out => Err(put_back(job, real, temp, new, out)),
    }
}

/// Undoes an exchange that brought out something else than what was expected, `out`. When others go
/// on writing meanwhile, the newest of it gets the name, and the rest is given as displaced.
fn put_back(
    job: &Job<'_>,
    real: &Path,
    temp: NamedTempFile,
    new: &[u8],
    mut out: Result<Taken<Vec<u8>>, ReadError>,
) -> Refused {
    let path = job.path;
    let mut seen: Vec<Taken<Vec<u8>>> = Vec::new();
    let mut named = new.to_vec();
    if let Err(error) = &out
        && matches!(exchange(temp.path(), real), Ok(true))
    {
        // What was replaced cannot be read to be compared: it is put back as it is.
        let error = error.clone().into();
        let is_ours = bytes(temp.path(), path, job.max_bytes).is_ok_and(|taken| taken.value == new);
        if !is_ours && let Err(error) = temp.keep() {
            tracing::warn!(%error, path, "a file on its way cannot be kept");
        }
        let displaced = Vec::new();
        return Refused { error, displaced };
    }
    for _ in 0..MAX_EXCHANGES {
        let Ok(taken) = out else { break };
        if !matches!(exchange(temp.path(), real), Ok(true)) {
            seen.push(taken);
            break;
        }
        out = bytes(temp.path(), path, job.max_bytes);
        let has_come_out = out.as_ref().is_ok_and(|other| other.value == named);
        named.clone_from(&taken.value);
        seen.push(taken);
        if has_come_out {
            let fresh = bytes(real, path, job.max_bytes);
            let error = fresh.map_or_else(Into::into, |fresh| conflict(path, fresh));
            let displaced = seen.into_iter().filter(|other| other.value != named);
            let displaced = displaced.map(|other| document(path, other)).collect();
            return Refused { error, displaced };
        }
    }
    // Somebody writes faster than names are exchanged, or the disk fails: nothing is deleted.
    let beside = match temp.keep() {
        Ok((_, beside)) => beside,
        Err(error) => error.file.path().to_path_buf(),
    };
    let error = WriteError::Unwritable {
        why: format!(
            "another program writes it all the time; a copy is at {}",
            beside.display()
        ),
        path: path.into(),
    };
    let displaced = seen
        .into_iter()
        .map(|other| document(path, other))
        .collect();
    Refused { error, displaced }
}

/// Exchanges what two names name, in one step; `false` where the system or the file system cannot.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_one: &Path, _other: &Path) -> io::Result<bool> {
    Ok(false)
}

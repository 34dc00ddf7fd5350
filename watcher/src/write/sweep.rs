//! Owns the names of files on their way, and the removal of those that a crash left behind.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tempfile::NamedTempFile;

/// Hidden, so that no scan lists them; long, so that no person's file is called so.
const PREFIX: &str = ".postil-write-";
const SUFFIX: &str = ".tmp";
const N_RANDOM: usize = 12;
/// A younger one may belong to a write that is under way in another process.
const LEAST_AGE: Duration = Duration::from_hours(24);

/// A new file in `folder` for its owner alone. It is removed when it is dropped.
pub(super) fn temp_file(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .rand_bytes(N_RANDOM)
        .tempfile_in(folder)
}

/// Whether a file of this name is one of these.
pub(crate) fn is_leftover(name: &str) -> bool {
    name.strip_prefix(PREFIX)
        .and_then(|rest| rest.strip_suffix(SUFFIX))
        .is_some_and(|random| {
            random.len() == N_RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// Removes those that have not been touched for a day.
pub(crate) fn sweep(leftovers: &[PathBuf], now: SystemTime) {
    for path in leftovers {
        if !is_old(path, now) {
            continue;
        }
        match std::fs::remove_file(path) {
            Ok(()) => tracing::info!(path = %path.display(), "removed what a crash left behind"),
            Err(error) => {
                tracing::debug!(%error, path = %path.display(), "what a crash left behind stays");
            }
        }
    }
}

/// The file that was replaced keeps its times under its new name, but for the time of its last
/// change of any kind, where there is one.
fn is_old(path: &Path, now: SystemTime) -> bool {
    let Ok(metadata) = path.symlink_metadata() else {
        return false;
    };
    let is_past = |time: SystemTime| {
        now.duration_since(time)
            .is_ok_and(|passed| passed >= LEAST_AGE)
    };
    metadata.is_file()
        && metadata.modified().is_ok_and(is_past)
        && last_change(&metadata).is_none_or(is_past)
}

#[cfg(unix)]
fn last_change(metadata: &std::fs::Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

#[cfg(not(unix))]
fn last_change(metadata: &std::fs::Metadata) -> Option<SystemTime> {
    metadata.created().ok().filter(|time| *time >= UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_files_of_these_very_names_are_removed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (_, ours) = temp_file(folder.path())
            .expect("made")
            .keep()
            .expect("kept");
        let name = ours.file_name().and_then(|name| name.to_str());
        assert!(name.is_some_and(is_leftover));
        for other in [".postil-write-.tmp", ".postil-write-a-notebook.tmp", "a.md"] {
            assert!(!is_leftover(other), "{other}");
        }
        let now = SystemTime::now();
        sweep(std::slice::from_ref(&ours), now);
        assert!(ours.exists(), "it is young");
        sweep(
            std::slice::from_ref(&ours),
            now + LEAST_AGE + Duration::from_mins(1),
        );
        assert!(!ours.exists());
    }
}

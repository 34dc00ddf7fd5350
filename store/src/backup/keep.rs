//! Which backups stay.

use std::path::Path;

use super::{Backup, list_in};
use crate::date::Moment;
use crate::files::Files;

/// The newest of each of the last days and weeks on which any was made are kept.
const N_DAILY: usize = 7;
const N_WEEKLY: usize = 4;
/// And these whatever their day: what was made before an import or a restore is not pushed out by
/// what was made after it.
const N_NEWEST: usize = 4;

/// Removes those that are too many. One that cannot be removed does no harm.
pub(super) fn rotate(files: &Files, dir: &Path) {
    let Ok(backups) = list_in(dir) else {
        return;
    };
    let kept = kept(&backups);
    let mut is_any_gone = false;
    for (backup, _) in backups.iter().zip(kept).filter(|(_, is_kept)| !is_kept) {
        files.remove_own(&backup.file);
        files.remove_own(&backup.ops_file());
        is_any_gone = true;
    }
    if is_any_gone && let Err(error) = files.sync_dir(dir) {
        tracing::debug!(%error, "the backups' folder was not synced");
    }
}

/// Which of them stay, the newest first.
fn kept(backups: &[Backup]) -> Vec<bool> {
    let (mut days, mut weeks) = (Vec::new(), Vec::new());
    let is_first_of = |seen: &mut Vec<u64>, what: u64, n: usize| {
        let is_first = !seen.contains(&what) && seen.len() < n;
        if is_first {
            seen.push(what);
        }
        is_first
    };
    backups
        .iter()
        .enumerate()
        .map(|(i, backup)| {
            let made = Moment::new(backup.made);
            let is_of_day = is_first_of(&mut days, made.day(), N_DAILY);
            let is_of_week = is_first_of(&mut weeks, made.week(), N_WEEKLY);
            i < N_NEWEST || is_of_day || is_of_week
        })
        .collect()
}

#[cfg(test)]
#[path = "keep_tests.rs"]
mod tests;

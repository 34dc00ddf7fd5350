//! Owns comparing a walk with the ledger: what is read, what is news, what is still in doubt.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::mem::discriminant;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::read::{Reading, Taken, hash_all};
use crate::renames::{Newcomer, Renames};
use crate::walk::Found;
use crate::{ContentHash, FileEntry, FileProblem, ReadError, Stamp};

/// Clocks of file systems are coarse: a file modified this recently may have changed again under
/// the same stamp.
const COARSE_CLOCK: Duration = Duration::from_secs(2);

/// What a comparison goes by.
pub(crate) struct Against<'a> {
    /// The canonical root.
    pub(crate) root: &'a Path,
    /// Sorted by path.
    pub(crate) ledger: &'a [FileEntry],
    /// Read whatever their stamps say.
    pub(crate) touched: &'a BTreeMap<String, Duration>,
    /// Left as they were, unless missing.
    pub(crate) unsettled: &'a BTreeSet<String>,
    /// Whether a missing or emptied file is to be believed.
    pub(crate) believes: &'a dyn Fn(&str) -> bool,
    /// What events told of renaming since the last comparison.
    pub(crate) renames: &'a Renames,
    pub(crate) reading: Reading<'a>,
}

/// What a comparison found.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// The new ledger, sorted by path.
    pub(crate) ledger: Vec<FileEntry>,
    /// Files listed before and after whose content differs.
    pub(crate) changed: Vec<String>,
    /// Whether anything but such content differs.
    pub(crate) is_restructured: bool,
    /// Old and new paths of what was renamed, as far as events or the files themselves tell.
    pub(crate) renamed: Vec<(String, String)>,
    /// Missing or emptied, kept as they were for now.
    pub(crate) doubtful: Vec<String>,
    /// Changing while they were read.
    pub(crate) unsteady: Vec<String>,
}

/// Compares what a walk found (sorted by path) with the ledger; `None` when it was stopped.
/// `progress` hears how many files are still to be read.
pub(crate) fn compare(
    found: Vec<Found>,
    against: &Against<'_>,
    progress: &mut dyn FnMut(usize),
) -> Option<Compared> {
    let (slots, mut gone, newcomers) = pair(found, against);
    let to_read: Vec<_> = slots
        .iter()
        .filter(|slot| slot.reads)
        .map(|slot| (against.root.join(&slot.entry.path), slot.entry.path.clone()))
        .collect();
    let mut results = hash_all(&to_read, &against.reading, progress).into_iter();

    let mut compared = Compared {
        ledger: Vec::with_capacity(slots.len()),
        ..Compared::default()
    };
    let mut new_hashes = HashSet::new();
    for slot in slots {
        let read = if slot.reads {
            Some(results.next()??)
        } else {
            None
        };
        let old = slot.old;
        let Some(entry) = compared.settle(slot, read, against) else {
            gone.extend(old);
            continue;
        };
        match old {
            None => {
                new_hashes.extend(entry.hash);
                compared.is_restructured = true;
            }
            Some(old) if is_other_problem(old.problem.as_ref(), entry.problem.as_ref()) => {
                compared.is_restructured = true;
            }
            Some(old) if old.hash != entry.hash => compared.changed.push(entry.path.clone()),
            Some(_) => {}
        }
        compared.ledger.push(entry);
    }
    compared.renamed = against.renames.pairs(&gone, newcomers);
    compared.part_with(gone, &new_hashes, against.believes);
    Some(compared)
}

/// Whether the problem is of another kind: the length of a file that is too large is no news.
pub(crate) fn is_other_problem(old: Option<&FileProblem>, new: Option<&FileProblem>) -> bool {
    old.map(discriminant) != new.map(discriminant)
}

/// Whether a file that held something holds nothing now.
pub(crate) fn is_emptied(old: &FileEntry, stamp: &Stamp) -> bool {
    stamp.len == 0 && old.stamp.len > 0 && old.hash.is_some()
}

/// A file that is there, before it was read.
struct Slot<'a> {
    entry: FileEntry,
    old: Option<&'a FileEntry>,
    reads: bool,
}

/// The walk joined with the ledger, what the walk did not find, and what the ledger does not hold.
type Paired<'a> = (Vec<Slot<'a>>, Vec<&'a FileEntry>, Vec<Newcomer>);

fn pair<'a>(found: Vec<Found>, against: &Against<'a>) -> Paired<'a> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |now| i64::try_from(now.as_nanos()).unwrap_or(i64::MAX));
    let mut slots = Vec::with_capacity(found.len());
    let (mut gone, mut newcomers) = (Vec::new(), Vec::new());
    let mut ledger = against.ledger.iter().peekable();
    for found in found {
        let mut old = None;
        while let Some(next) = ledger.peek() {
            match next.path.cmp(&found.path) {
                Ordering::Less => gone.extend(ledger.next()),
                Ordering::Equal => {
                    old = ledger.next();
                    break;
                }
                Ordering::Greater => break,
            }
        }
        if old.is_none() {
            newcomers.push(Newcomer {
                path: found.path.clone(),
                inode: found.stamp.inode,
                born_ns: found.born_ns,
            });
        }
        slots.push(slot(found, old, now, against));
    }
    gone.extend(ledger);
    (slots, gone, newcomers)
}

fn slot<'a>(
    found: Found,
    old: Option<&'a FileEntry>,
    now_ns: i64,
    against: &Against<'_>,
) -> Slot<'a> {
    if let Some(old) = old
        && against.unsettled.contains(&found.path)
    {
        return Slot {
            entry: old.clone(),
            old: Some(old),
            reads: false,
        };
    }
    let is_recent = || {
        Duration::from_nanos(now_ns.abs_diff(found.stamp.mtime_ns)) <= COARSE_CLOCK
            || against.touched.contains_key(&found.path)
    };
    let trusted = old
        .filter(|old| old.stamp == found.stamp && !is_recent())
        .and_then(|old| old.hash);
    Slot {
        reads: found.problem.is_none() && trusted.is_none(),
        entry: FileEntry {
            hash: trusted.filter(|_| found.problem.is_none()),
            path: found.path,
            stamp: found.stamp,
            problem: found.problem,
        },
        old,
    }
}

impl Compared {
    /// The entry of a file after it was read; `None` when it has vanished.
    fn settle(
        &mut self,
        slot: Slot<'_>,
        read: Option<Result<Taken<ContentHash>, ReadError>>,
        against: &Against<'_>,
    ) -> Option<FileEntry> {
        let mut entry = slot.entry;
        match read {
            None => {}
            Some(Ok(taken)) => {
                let known = slot.old.filter(|old| old.hash.is_some());
                if !taken.is_steady {
                    self.unsteady.push(entry.path.clone());
                    if let Some(old) = known {
                        return Some(old.clone());
                    }
                }
                if let Some(old) = known
                    && is_emptied(old, &taken.stamp)
                    && !(against.believes)(&entry.path)
                {
                    self.doubtful.push(entry.path);
                    return Some(old.clone());
                }
                entry.stamp = taken.stamp;
                entry.hash = Some(taken.value);
            }
            Some(Err(ReadError::Missing { .. })) => return None,
            Some(Err(error)) => entry.problem = Some(error.into()),
        }
        Some(entry)
    }

    /// Drops the missing files that are believed to be gone, or whose content has appeared under
    /// another name; keeps the others for now.
    fn part_with(
        &mut self,
        gone: Vec<&FileEntry>,
        new_hashes: &HashSet<ContentHash>,
        believes: &dyn Fn(&str) -> bool,
    ) {
        let n_there = self.ledger.len();
        for old in gone {
            let has_moved = old.hash.is_some_and(|hash| new_hashes.contains(&hash))
                || self.renamed.iter().any(|(from, _)| *from == old.path);
            if has_moved || believes(&old.path) {
                self.is_restructured = true;
            } else {
                self.doubtful.push(old.path.clone());
                self.ledger.push(old.clone());
            }
        }
        if self.ledger.len() > n_there {
            self.ledger.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        }
    }
}

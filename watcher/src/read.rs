//! Owns the opening of files: the path policy, and reading that notices a file changing under it.

use std::fs::File;
use std::io::{self, Read, Take};
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::{ContentHash, FileProblem, ReadError, Stamp};

/// How often a file that changes while it is read is read again at once.
const N_ATTEMPTS: usize = 3;
/// Fewer files than this are read faster by one thread than by several.
const MIN_PARALLEL: usize = 16;
const MAX_WORKERS: usize = 4;

/// What a file held, and whether it held still meanwhile.
#[derive(Clone, Debug)]
pub(crate) struct Taken<T> {
    pub(crate) value: T,
    /// Of the file that was read, when the reading ended.
    pub(crate) stamp: Stamp,
    /// Whether the stamp was the same before and after the reading.
    pub(crate) is_steady: bool,
}

/// The place on disk of `path` below the canonical folder `root`.
///
/// # Errors
///
/// `Outside` when it is not relative, is an address, holds `..` or leads out of `root` through a
/// link; `Missing`; `Unreadable` when a folder on the way refuses.
pub(crate) fn resolve(root: &Path, path: &str) -> Result<PathBuf, ReadError> {
    let is_below = !path.contains("://")
        && !path.is_empty()
        && Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !is_below {
        return Err(ReadError::Outside { path: path.into() });
    }
    let real = root
        .join(path)
        .canonicalize()
        .map_err(|error| read_error(&error, path))?;
    if real.starts_with(root) {
        Ok(real)
    } else {
        Err(ReadError::Outside { path: path.into() })
    }
}

/// The bytes of the file at `real`, which messages call `path`. At most `limit` bytes are held.
///
/// # Errors
///
/// As [`ReadError`] says; never `Outside` or `UnknownRoot`.
pub(crate) fn bytes(real: &Path, path: &str, limit: u64) -> Result<Taken<Vec<u8>>, ReadError> {
    take(real, path, limit, |file, len| {
        let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0));
        file.read_to_end(&mut bytes)?;
        let n_bytes = bytes.len() as u64;
        Ok((bytes, n_bytes))
    })
}

/// The hash of the file at `real`, read in pieces. Errors are those of [`bytes`].
pub(crate) fn hash(real: &Path, path: &str, limit: u64) -> Result<Taken<ContentHash>, ReadError> {
    take(real, path, limit, |file, _| {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(file)?;
        Ok((ContentHash(*hasher.finalize().as_bytes()), hasher.count()))
    })
}

/// The hashes of many files, `(real, path)`, in their order; `None` for what `should_stop` left
/// undone.
pub(crate) fn hash_all(
    files: &[(PathBuf, String)],
    limit: u64,
    should_stop: &(dyn Fn() -> bool + Sync),
) -> Vec<Option<Result<Taken<ContentHash>, ReadError>>> {
    let results: Vec<_> = files.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while !should_stop() {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (Some((real, path)), Some(slot)) = (files.get(at), results.get(at)) else {
                break;
            };
            let result = hash(real, path, limit);
            if let Ok(mut slot) = slot.lock() {
                *slot = Some(result);
            }
        }
    };
    if files.len() < MIN_PARALLEL {
        work();
    } else {
        let n_workers = thread::available_parallelism()
            .map_or(2, usize::from)
            .clamp(2, MAX_WORKERS);
        thread::scope(|scope| {
            for n in 1..n_workers {
                let started = thread::Builder::new()
                    .name(format!("watcher-read-{n}"))
                    .spawn_scoped(scope, work);
                if let Err(error) = started {
                    tracing::warn!(%error, "no thread to read files in parallel; reading on with fewer");
                }
            }
            work();
        });
    }
    results
        .into_iter()
        .map(|slot| slot.into_inner().unwrap_or(None))
        .collect()
}

/// Opens, takes with `consume` (which gives a value and how many bytes it took), and compares the
/// stamps before and after; a few times when they differ.
fn take<T>(
    real: &Path,
    path: &str,
    limit: u64,
    consume: impl Fn(&mut Take<&File>, u64) -> io::Result<(T, u64)>,
) -> Result<Taken<T>, ReadError> {
    let too_large = |len| ReadError::TooLarge {
        len,
        limit,
        path: path.into(),
    };
    let mut attempt = 1;
    loop {
        // Looked at before it is opened: opening a pipe would wait for a writer.
        let metadata = real.metadata().map_err(|error| read_error(&error, path))?;
        if !metadata.is_file() {
            return Err(ReadError::NotRegular { path: path.into() });
        }
        if metadata.len() > limit {
            return Err(too_large(metadata.len()));
        }
        let taken = (|| {
            let file = File::open(real)?;
            let before = file.metadata()?;
            let (value, n_bytes) = consume(
                &mut (&file).take(limit.saturating_add(1)),
                before.len().min(limit),
            )?;
            let stamp = Stamp::of(&file.metadata()?);
            let is_steady = stamp == Stamp::of(&before) && stamp.len == n_bytes;
            io::Result::Ok((
                Taken {
                    value,
                    stamp,
                    is_steady,
                },
                n_bytes,
            ))
        })();
        let (taken, n_bytes) = taken.map_err(|error| read_error(&error, path))?;
        if n_bytes > limit {
            return Err(too_large(n_bytes));
        }
        if taken.is_steady || attempt == N_ATTEMPTS {
            return Ok(taken);
        }
        attempt += 1;
    }
}

fn read_error(error: &io::Error, path: &str) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            ReadError::Missing { path: path.into() }
        }
        _ => ReadError::Unreadable {
            why: error.to_string(),
            path: path.into(),
        },
    }
}

impl From<ReadError> for FileProblem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::TooLarge { len, .. } => Self::TooLarge { len },
            ReadError::NotRegular { .. } => Self::NotRegular,
            ReadError::Unreadable { why, .. } => Self::Unreadable(why),
            ReadError::Missing { .. } => Self::Unreadable("nothing is there".into()),
            ReadError::Outside { .. } => {
                Self::Unreadable("a link that leads out of the folder is not followed".into())
            }
            ReadError::UnknownRoot { .. } => {
                Self::Unreadable("its folder is not registered".into())
            }
        }
    }
}

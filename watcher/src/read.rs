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
/// Each waits for the disk most of the time, or for another machine.
const WORKERS_PER_CORE: usize = 4;
/// What is read at once to be hashed, in bytes: most documents are smaller.
const PIECE: usize = 65_536;

/// How far links are followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reach {
    /// To files under the root.
    Inside,
    /// To files anywhere.
    LinksOut,
}

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
/// link that is beyond `reach`; `Missing`; `Unreadable` when a folder on the way refuses.
pub(crate) fn resolve(root: &Path, path: &str, reach: Reach) -> Result<PathBuf, ReadError> {
    let is_below = !path.contains("://")
        && !path.is_empty()
        && Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !is_below {
        return Err(ReadError::Outside { path: path.into() });
    }
    let named = root.join(path);
    let canonical = |path_on_disk: &Path| {
        path_on_disk
            .canonicalize()
            .map_err(|error| read_error(&error, path))
    };
    let real = canonical(&named)?;
    if real.starts_with(root) {
        return Ok(real);
    }
    // The folders on the way lie under the root all the same.
    if reach == Reach::LinksOut
        && real.is_file()
        && canonical(named.parent().unwrap_or(&named))?.starts_with(root)
    {
        return Ok(real);
    }
    Err(ReadError::Outside { path: path.into() })
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
    hash_by(&mut vec![0; PIECE], real, path, limit)
}

/// The same, piece by piece in `piece`.
fn hash_by(
    piece: &mut [u8],
    real: &Path,
    path: &str,
    limit: u64,
) -> Result<Taken<ContentHash>, ReadError> {
    take(real, path, limit, |file, len| {
        let mut hasher = blake3::Hasher::new();
        loop {
            let n_bytes = match file.read(piece) {
                Ok(n_bytes) => n_bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            hasher.update(&piece[..n_bytes]);
            // Less than there was room for, and all that there should be: the end need not be asked
            // for. Where it grows meanwhile, its stamp tells.
            if n_bytes == 0 || (n_bytes < piece.len() && hasher.count() == len) {
                break;
            }
        }
        Ok((ContentHash(*hasher.finalize().as_bytes()), hasher.count()))
    })
}

/// What many files are read by.
pub(crate) struct Reading<'a> {
    /// Larger files are not read, in bytes.
    pub(crate) limit: u64,
    /// Files that may be open at the same time.
    pub(crate) max_open: usize,
    pub(crate) should_stop: &'a (dyn Fn() -> bool + Sync),
}

/// The hashes of many files, `(real, path)`, in their order; `None` for what `should_stop` left
/// undone. `progress` hears now and then how many are left.
pub(crate) fn hash_all(
    files: &[(PathBuf, String)],
    reading: &Reading<'_>,
    progress: &mut dyn FnMut(usize),
) -> Vec<Option<Result<Taken<ContentHash>, ReadError>>> {
    let should_stop = reading.should_stop;
    let results: Vec<_> = files.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let work = |progress: &mut dyn FnMut(usize)| {
        let mut piece = vec![0; PIECE];
        while !should_stop() {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (Some((real, path)), Some(slot)) = (files.get(at), results.get(at)) else {
                break;
            };
            let result = hash_by(&mut piece, real, path, reading.limit);
            if let Ok(mut slot) = slot.lock() {
                *slot = Some(result);
            }
            progress(files.len().saturating_sub(at + 1));
        }
    };
    if files.len() < MIN_PARALLEL {
        work(progress);
    } else {
        let n_cores = thread::available_parallelism().map_or(2, usize::from);
        let n_workers = (n_cores * WORKERS_PER_CORE).min(reading.max_open);
        thread::scope(|scope| {
            for n in 1..n_workers {
                let started = thread::Builder::new()
                    .name(format!("watcher-read-{n}"))
                    .spawn_scoped(scope, || work(&mut |_| {}));
                if let Err(error) = started {
                    tracing::warn!(%error, "no thread to read files in parallel; reading on with fewer");
                    break;
                }
            }
            work(progress);
        });
    }
    let results = results
        .into_iter()
        .map(|slot| slot.into_inner().ok().flatten());
    // Where the system had no file to open left, one at a time will do.
    results
        .zip(files)
        .map(|(result, (real, path))| match result {
            Some(Err(ReadError::Unreadable { why, .. })) if why == no_file_left() => {
                (!should_stop()).then(|| hash(real, path, reading.limit))
            }
            result => result,
        })
        .collect()
}

/// What is said of a file when this process has too many open.
fn no_file_left() -> String {
    #[cfg(unix)]
    let error = io::Error::from(rustix::io::Errno::MFILE);
    #[cfg(not(unix))]
    let error = io::Error::from(io::ErrorKind::QuotaExceeded);
    error.to_string()
}

/// Opens, takes with `consume` (which gives a value and how many bytes it took), and compares the
/// stamps before and after; a few times when they differ.
fn take<T>(
    real: &Path,
    path: &str,
    limit: u64,
    mut consume: impl FnMut(&mut Take<&File>, u64) -> io::Result<(T, u64)>,
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

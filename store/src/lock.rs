//! The lock of a data directory: one Postil at a time, and who it is.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::files::Watch;
use crate::place::Place;

/// The right to open the library of a data directory, held until dropped.
///
/// The system holds the lock for the process and gives it back when the process ends, however that
/// happens. The file stays; its presence means nothing.
///
/// # The file
/// Three lines of text that say who holds it, for messages only:
/// ```text
/// pid 4242
/// host garden
/// started 1795262400
/// ```
/// `started` is in seconds since 1970.
#[derive(Debug)]
pub struct Lock {
    // Closing the file gives the lock back. None where there is none and none can be made.
    _file: Option<File>,
    place: Place,
}

/// Why the lock could not be had.
#[derive(Debug)]
pub enum LockError {
    /// Another process has the library open.
    Held {
        /// Its process id, if it wrote one.
        pid: Option<u32>,
        /// The machine that it runs on.
        host: Option<String>,
        /// When it took the lock.
        since: Option<SystemTime>,
        /// The library.
        data_dir: PathBuf,
    },
    /// The directory or the lock file in it cannot be used.
    Unusable {
        /// What the system said.
        error: io::Error,
        /// What it said it of.
        path: PathBuf,
    },
}

impl Lock {
    /// Takes the lock of a library. The directory is created (0700) if it is not there.
    ///
    /// # Errors
    /// [`LockError::Held`] if another process, or this one, has it; [`LockError::Unusable`] if the
    /// directory cannot be made or written, or its file system knows no locks. A library in a place
    /// that cannot be written is not refused: nobody can write it there, and it is only read.
    pub fn acquire(data_dir: &Path) -> Result<Self, LockError> {
        let unusable = |path: &Path| {
            let path = path.to_owned();
            move |error| LockError::Unusable { error, path }
        };
        let place = Place::new(data_dir);
        place.files.make_dir(data_dir).map_err(unusable(data_dir))?;
        let path = place.lock();
        let mut file = match place.files.create(&path, false) {
            Ok(file) => file,
            Err(error) if is_readable_only(&error, data_dir) => match File::open(&path) {
                Ok(file) => file,
                Err(_) => return Ok(Self { _file: None, place }),
            },
            Err(error) => return Err(unusable(&path)(error)),
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&mut file, data_dir)),
            Err(TryLockError::Error(error)) => return Err(unusable(&path)(error)),
        }
        // The lock is ours whatever happens to the words: a full disk must not keep the person out.
        if let Err(error) = write_holder(&mut file) {
            tracing::warn!(%error, "the lock file does not say who holds it");
        }
        Ok(Self {
            _file: Some(file),
            place,
        })
    }

    /// Lets `watch` hear of all that is done to files under this lock, beside redb's own writes, for
    /// which see [`crate::start_with`].
    #[must_use]
    pub fn watched_by(self, watch: Watch) -> Self {
        let place = self.place.watched_by(watch);
        Self { place, ..self }
    }

    /// The directory that this is the lock of.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.place.dir
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }
}

/// Whether a library is there that only the writing of is refused.
fn is_readable_only(error: &io::Error, data_dir: &Path) -> bool {
    let is_refused = matches!(
        error.kind(),
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied
    );
    is_refused && File::open(Place::new(data_dir).database()).is_ok()
}

fn write_holder(file: &mut File) -> io::Result<()> {
    let since_s = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let pid = std::process::id();
    let host = host_name().map_or_else(String::new, |host| format!("host {host}\n"));
    let text = format!("pid {pid}\n{host}started {since_s}\n");
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())
}

fn held(file: &mut File, data_dir: &Path) -> LockError {
    let mut bytes = Vec::new();
    // Another program's file may be of any size; ours is of three lines.
    let read = file.take(4096).read_to_end(&mut bytes);
    if let Err(error) = read {
        tracing::warn!(%error, "the lock file cannot be read");
    }
    let text = String::from_utf8_lossy(&bytes);
    let field = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
    };
    LockError::Held {
        pid: field("pid").and_then(|pid| pid.parse().ok()),
        host: field("host").map(str::to_owned),
        since: field("started")
            .and_then(|seconds| seconds.parse().ok())
            .and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds))),
        data_dir: data_dir.to_owned(),
    }
}

fn host_name() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .or_else(|_| std::fs::read_to_string("/etc/hostname"))
        .ok()
        .or_else(|| std::env::var("HOSTNAME").ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok())?;
    let name: String = name
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(255)
        .collect();
    (!name.is_empty()).then_some(name)
}

impl std::fmt::Display for LockError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Held {
                pid,
                host,
                data_dir,
                ..
            } => {
                f.write_str("Postil is already open on this library")?;
                match (pid, host) {
                    (Some(pid), Some(host)) => write!(f, " (process {pid} on {host})")?,
                    (Some(pid), None) => write!(f, " (process {pid})")?,
                    (None, Some(host)) => write!(f, " (on {host})")?,
                    (None, None) => {}
                }
                write!(
                    f,
                    ". Switch to its window, or start this one with --data-dir for another library: {}",
                    data_dir.display()
                )
            }
            Self::Unusable { error, path } => write!(
                f,
                "The library's folder cannot be used ({error}). Make it writable, or choose another \
                 with --data-dir: {}",
                path.display()
            ),
        }
    }
}

impl std::error::Error for LockError {}

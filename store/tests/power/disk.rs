//! A disk under redb that remembers what it was asked for, and fails where it is told to.
//!
//! It never syncs: the process outlives every cut that is tried, and the system's own syncs would
//! take all of the time.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::ops::Bound;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use postil_store::OpenRedb;
use redb::backends::FileBackend;
use redb::{BackendError, StorageBackend};

/// What changes a disk.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    Write { offset: u64, bytes: Vec<u8> },
    SetLen(u64),
    Sync,
}

/// The calls so far, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<Call>>>);

impl Log {
    pub(crate) fn push(&self, call: Call) {
        self.with(|calls| calls.push(call));
    }

    pub(crate) fn len(&self) -> usize {
        self.with(|calls| calls.len())
    }

    pub(crate) fn take(&self) -> Vec<Call> {
        self.with(std::mem::take)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Vec<Call>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Which call fails, and how.
#[derive(Debug)]
pub(crate) struct Fault {
    /// Counted from 0, over all openings.
    pub(crate) at: usize,
    /// Whether all later calls fail too, until the disk is mended.
    pub(crate) is_lasting: bool,
    /// The system's number of the error.
    pub(crate) errno: i32,
    pub(crate) is_mended: AtomicBool,
    pub(crate) n_calls: AtomicUsize,
}

impl Fault {
    pub(crate) const EIO: i32 = 5;
    pub(crate) const ENOSPC: i32 = 28;

    pub(crate) fn new(at: usize, is_lasting: bool, errno: i32) -> Arc<Self> {
        Arc::new(Self {
            at,
            is_lasting,
            errno,
            is_mended: AtomicBool::new(false),
            n_calls: AtomicUsize::new(0),
        })
    }

    /// Counts the calls and fails none.
    pub(crate) fn none() -> Arc<Self> {
        Self::new(usize::MAX, false, Self::EIO)
    }

    /// A full disk still reads.
    pub(crate) fn check(&self, is_read: bool) -> io::Result<()> {
        let n = self.n_calls.fetch_add(1, Ordering::SeqCst);
        let is_due = n == self.at || (self.is_lasting && n > self.at);
        let is_spared = is_read && self.errno == Self::ENOSPC;
        if is_due && !is_spared && !self.is_mended.load(Ordering::SeqCst) {
            return Err(io::Error::from_raw_os_error(self.errno));
        }
        Ok(())
    }
}

/// Hears of each call.
pub(crate) type Sink = Arc<dyn Fn(Call) + Send + Sync>;

pub(crate) struct Disk {
    file: FileBackend,
    sink: Option<Sink>,
    fault: Arc<Fault>,
}

impl Disk {
    pub(crate) fn new(file: FileBackend, sink: Option<Sink>, fault: &Arc<Fault>) -> Self {
        let fault = Arc::clone(fault);
        Self { file, sink, fault }
    }

    fn push(&self, call: Call) {
        if let Some(sink) = &self.sink {
            sink(call);
        }
    }
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.file.fmt(f)
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        self.fault.check(true)?;
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.fault.check(true)?;
        self.file.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.fault.check(false)?;
        self.push(Call::SetLen(len));
        self.file.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.fault.check(false)?;
        self.push(Call::Sync);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        if let Err(error) = self.fault.check(false) {
            // A write that fails may have been done in part.
            self.file.write(offset, &data[..data.len() / 2])?;
            return Err(error);
        }
        let bytes = data.to_vec();
        self.push(Call::Write { offset, bytes });
        self.file.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }
}

/// Opens databases on such a disk, and logs what is asked of the one under the name `logged`: the
/// store makes backups by the same way.
pub(crate) fn on_disk(logged: &Path, log: &Log, fault: &Arc<Fault>) -> OpenRedb {
    let (logged, log, fault) = (logged.to_owned(), log.clone(), Arc::clone(fault));
    Arc::new(move |builder, file: File| {
        let is_logged = is_same_file(&file, &logged)?;
        let sink = is_logged.then(|| {
            let log = log.clone();
            Arc::new(move |call| log.push(call)) as Sink
        });
        builder.create_with_backend(Disk::new(FileBackend::new(file)?, sink, &fault))
    })
}

/// Opens databases on a disk that does not fail.
pub(crate) fn on_good_disk() -> OpenRedb {
    on_disk(Path::new(""), &Log::default(), &Fault::none())
}

/// Opens databases on a disk that fails.
pub(crate) fn on_bad_disk(fault: &Arc<Fault>) -> OpenRedb {
    on_disk(Path::new(""), &Log::default(), fault)
}

fn is_same_file(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let (of_file, of_path) = (file.metadata()?, fs::metadata(path).ok());
    Ok(of_path
        .is_some_and(|of_path| (of_path.dev(), of_path.ino()) == (of_file.dev(), of_file.ino())))
}

//! What a test writes to and reads from the disk beside the app.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use postil_model::Library;
use postil_store::{Event, Lock};

/// How long the database may take to open.
const PATIENCE: Duration = Duration::from_secs(30);

/// Writes a file as another program would, with the folders that it lies in.
///
/// # Errors
///
/// Those of the disk.
pub fn write(path: &Path, bytes: impl AsRef<[u8]>) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create(path)?.write_all(bytes.as_ref())
}

/// What the database holds, read as the next start would.
///
/// # Errors
///
/// When it is held by a running app, or cannot be opened.
pub fn stored(data_dir: &Path) -> anyhow::Result<Library> {
    let lock = Lock::acquire(data_dir).map_err(|error| anyhow::anyhow!("{error}"))?;
    let (_store, events) = postil_store::start(lock, Arc::new(|| {}))?;
    match events.recv_timeout(PATIENCE)? {
        Event::Opened { library, .. } => Ok(library),
        event => anyhow::bail!("not opened: {event:?}"),
    }
}

/// Everything about a file or folder that a program which only reads leaves as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The bytes; none for a folder.
    pub bytes: Vec<u8>,
    /// When it was last changed. A folder's is when something in it was made or taken away, so it
    /// tells of files that came and went.
    pub modified: SystemTime,
    /// Who may do what with it.
    pub permissions: fs::Permissions,
}

/// The facts of a folder and of everything below it.
///
/// # Errors
///
/// Those of the disk.
pub fn facts(folder: &Path) -> std::io::Result<BTreeMap<PathBuf, Facts>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        let metadata = path.metadata()?;
        let mut bytes = Vec::new();
        if metadata.is_dir() {
            for entry in path.read_dir()? {
                waiting.push(entry?.path());
            }
        } else {
            bytes = fs::read(&path)?;
        }
        let facts = Facts {
            bytes,
            modified: metadata.modified()?,
            permissions: metadata.permissions(),
        };
        found.insert(path, facts);
    }
    Ok(found)
}

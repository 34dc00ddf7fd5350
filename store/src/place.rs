//! The data directory: what lies where in it, and files that only their owner can read.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::date::Moment;

/// Paths in one data directory.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) dir: PathBuf,
}

impl Place {
    pub(crate) fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
        }
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.dir.join("postil.redb")
    }

    /// Where a database is made before it gets its name.
    pub(crate) fn new_database(&self) -> PathBuf {
        self.dir.join("postil.redb.new")
    }

    /// The second copy of what changes, as text.
    pub(crate) fn ops(&self) -> PathBuf {
        self.dir.join("ops.jsonl")
    }

    /// Where such a file is begun before it gets its name.
    pub(crate) fn new_ops(&self) -> PathBuf {
        self.dir.join("ops.jsonl.new")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.dir.join("postil.lock")
    }

    pub(crate) fn backups(&self) -> PathBuf {
        self.dir.join("backups")
    }

    /// Moves a file out of the way under a name that is free, and gives that name.
    pub(crate) fn set_aside(&self, file: &Path) -> io::Result<PathBuf> {
        let free = self.free_in_quarantine(file.file_name().unwrap_or_default())?;
        fs::rename(file, &free)?;
        self.sync_quarantine()?;
        Ok(free)
    }

    /// Puts `new` in the place of the database. What was there is kept in the quarantine, under a
    /// name with the date, which is given. A process that is killed meanwhile leaves the one or the
    /// other in its place, never nothing.
    pub(crate) fn replace_database(&self, new: &Path) -> io::Result<Option<PathBuf>> {
        let database = self.database();
        File::open(new)?.sync_all()?;
        let aside = if is_there(&database)? {
            let name = format!("postil-{}.redb", Moment::now().stamp());
            let aside = self.free_in_quarantine(OsStr::new(&name))?;
            // A second name, so that the first is never without a file. Some file systems have no
            // second names.
            if fs::hard_link(&database, &aside).is_err() {
                copy_synced(&database, &aside)?;
            }
            self.sync_quarantine()?;
            Some(aside)
        } else {
            None
        };
        fs::rename(new, &database)?;
        sync_dir(&self.dir)?;
        Ok(aside)
    }

    fn free_in_quarantine(&self, name: &OsStr) -> io::Result<PathBuf> {
        let dir = self.dir.join("quarantine");
        create_private_dir(&dir)?;
        let mut n = 0_u32;
        loop {
            let mut candidate = name.to_owned();
            if n > 0 {
                candidate.push(format!(".{n}"));
            }
            let path = dir.join(candidate);
            // Our lock is held: no other Postil can take the name in between.
            if !is_there(&path)? {
                return Ok(path);
            }
            n += 1;
        }
    }

    fn sync_quarantine(&self) -> io::Result<()> {
        sync_dir(&self.dir.join("quarantine"))?;
        sync_dir(&self.dir)
    }
}

/// Copies the bytes of a file to a new one that only its owner can read; they are on the disk then.
/// What was begun is removed if that fails.
pub(crate) fn copy_synced(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut copy = create_private(to, true)?;
    let copied = io::copy(&mut source, &mut copy).and_then(|_| copy.sync_all());
    if copied.is_err() {
        remove_own(to);
    }
    copied
}

/// Gives a finished file its name, durably.
pub(crate) fn rename_synced(from: &Path, to: &Path) -> io::Result<()> {
    File::open(from)?.sync_all()?;
    fs::rename(from, to)?;
    to.parent().map_or(Ok(()), sync_dir)
}

/// Writes a file that must not be there yet, whole or not at all.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Made under its own name: that it was free is then certain.
    let mut file = create_private(path, true)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        remove_own(path);
        return written;
    }
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_dir(parent),
        _ => Ok(()),
    }
}

/// Removes a file that this program made and that holds nothing else.
pub(crate) fn remove_own(path: &Path) {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, file = %path.display(), "a file stays behind");
        }
        _ => {}
    }
}

/// Whether anything has that name, a dangling link too.
pub(crate) fn is_there(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Device and inode: tells a file from another that takes its name. The same for all files where
/// the system does not tell.
pub(crate) type FileId = (u64, u64);

pub(crate) fn file_id(metadata: &Metadata) -> FileId {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (metadata.dev(), metadata.ino())
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        (0, 0)
    }
}

/// Creates a directory, and those above it that are missing, for the owner only (0700). One that is
/// there is left as it is: it may be the person's own.
pub(crate) fn create_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Opens a file of ours to read and write, and takes it from the eyes of others (0600) if it was
/// open to them. A directory or a pipe under that name is an error, not a wait.
pub(crate) fn open_private(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    restrict(&file);
    Ok(file)
}

/// What `open` says of a new or existing file that only its owner can read.
pub(crate) fn create_private(path: &Path, is_to_be_new: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    if is_to_be_new {
        options.create_new(true);
    } else {
        options.create(true).truncate(false);
    }
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    restrict(&file);
    Ok(file)
}

/// Makes renames in a directory durable.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}

/// A mode that cannot be set (a file system without modes, another owner) is no reason to refuse
/// the file.
fn restrict(file: &File) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let is_open_to_others = file
            .metadata()
            .is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0);
        if is_open_to_others
            && let Err(error) = file.set_permissions(fs::Permissions::from_mode(0o600))
        {
            tracing::warn!(%error, "a file of the library stays readable for others");
        }
    }
    #[cfg(not(unix))]
    let _ = file;
}

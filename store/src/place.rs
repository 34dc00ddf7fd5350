//! The data directory: what lies where in it, and files that only their owner can read.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

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

    pub(crate) fn lock(&self) -> PathBuf {
        self.dir.join("postil.lock")
    }

    /// Moves a file out of the way under a name that is free, and gives that name.
    pub(crate) fn set_aside(&self, file: &Path) -> io::Result<PathBuf> {
        let dir = self.dir.join("quarantine");
        create_private_dir(&dir)?;
        let name = file.file_name().unwrap_or_default();
        let mut n = 0_u32;
        let free = loop {
            let mut candidate = name.to_owned();
            if n > 0 {
                candidate.push(format!(".{n}"));
            }
            let path = dir.join(candidate);
            // Our lock is held: no other Postil can take the name in between.
            if !is_there(&path)? {
                break path;
            }
            n += 1;
        };
        fs::rename(file, &free)?;
        sync_dir(&dir)?;
        sync_dir(&self.dir)?;
        Ok(free)
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

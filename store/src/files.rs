//! What is done to files beside redb's own writes: each change is one [`Step`], and only their owner
//! can read what is made.

use std::fmt;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Seek as _, Write as _};
use std::path::Path;
use std::sync::Arc;

/// One change to a file or a directory, about to be made.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// A directory is made, with those above it that are missing.
    MakeDir(&'a Path),
    /// A file is opened that is made if it is not there.
    Create(&'a Path),
    /// Bytes are written.
    Write {
        /// To this file.
        file: &'a File,
        /// From here on.
        offset: u64,
        /// What is written.
        bytes: &'a [u8],
    },
    /// All bytes of one file are written to another that is empty.
    Copy {
        /// The one.
        from: &'a File,
        /// The other.
        to: &'a File,
    },
    /// A file gets another length.
    SetLen(&'a File, u64),
    /// A file's bytes are made durable.
    Sync(&'a File),
    /// A file gets another name; one of that name goes.
    Rename(&'a Path, &'a Path),
    /// A file gets a second name.
    Link(&'a Path, &'a Path),
    /// A name is taken away.
    Remove(&'a Path),
    /// The names in a directory are made durable.
    SyncDir(&'a Path),
}

/// Hears of each step before it is made, and may refuse it: the step fails with that error then.
/// How tests see what is asked of a disk, and make it fail.
pub type Watch = Arc<dyn Fn(Step<'_>) -> io::Result<()> + Send + Sync>;

/// The way to change files.
#[derive(Clone, Default)]
pub(crate) struct Files {
    watch: Option<Watch>,
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.watch.is_some() {
            "watched files"
        } else {
            "files"
        })
    }
}

impl Files {
    pub(crate) fn watched_by(watch: Watch) -> Self {
        Self { watch: Some(watch) }
    }

    fn tell(&self, step: Step<'_>) -> io::Result<()> {
        self.watch.as_ref().map_or(Ok(()), |watch| watch(step))
    }

    /// Creates a directory, and those above it that are missing, for the owner only (0700), durably
    /// where the system lets us. One that is there is left as it is: it may be the person's own.
    pub(crate) fn make_dir(&self, dir: &Path) -> io::Result<()> {
        let is_missing = |dir: &&Path| !dir.as_os_str().is_empty() && !dir.is_dir();
        let missing: Vec<&Path> = dir.ancestors().take_while(is_missing).collect();
        if missing.is_empty() {
            return Ok(());
        }
        self.tell(Step::MakeDir(dir))?;
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(dir)?;
        for parent in missing.into_iter().filter_map(Path::parent) {
            // It need not be ours to open.
            if let Err(error) = self.sync_dir(parent) {
                tracing::debug!(%error, "the parent of a new folder was not synced");
            }
        }
        Ok(())
    }

    /// What `open` says of a new or existing file that only its owner can read.
    pub(crate) fn create(&self, path: &Path, is_to_be_new: bool) -> io::Result<File> {
        self.tell(Step::Create(path))?;
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

    /// Writes bytes where the file stands.
    pub(crate) fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        if self.watch.is_some() {
            let offset = file.stream_position()?;
            self.tell(Step::Write {
                file,
                offset,
                bytes,
            })?;
        }
        file.write_all(bytes)
    }

    pub(crate) fn set_len(&self, file: &File, len: u64) -> io::Result<()> {
        self.tell(Step::SetLen(file, len))?;
        file.set_len(len)
    }

    pub(crate) fn sync(&self, file: &File) -> io::Result<()> {
        self.tell(Step::Sync(file))?;
        file.sync_all()
    }

    /// Without the times and the mode.
    pub(crate) fn sync_data(&self, file: &File) -> io::Result<()> {
        self.tell(Step::Sync(file))?;
        file.sync_data()
    }

    /// Makes renames in a directory durable.
    pub(crate) fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.tell(Step::SyncDir(dir))?;
        if cfg!(unix) {
            File::open(dir)?.sync_all()?;
        }
        Ok(())
    }

    pub(crate) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.tell(Step::Rename(from, to))?;
        fs::rename(from, to)
    }

    /// Gives a file a second name, or makes a copy of it where the file system has no second names.
    pub(crate) fn link_or_copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        let is_linked = self.tell(Step::Link(from, to)).is_ok() && fs::hard_link(from, to).is_ok();
        if is_linked {
            return Ok(());
        }
        self.copy_synced(from, to)
    }

    /// Copies the bytes of a file to a new one; they are on the disk then. What was begun is removed
    /// if that fails.
    pub(crate) fn copy_synced(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut source = File::open(from)?;
        let mut copy = self.create(to, true)?;
        let copied = self
            .tell(Step::Copy {
                from: &source,
                to: &copy,
            })
            .and_then(|()| io::copy(&mut source, &mut copy))
            .and_then(|_| self.sync(&copy));
        if copied.is_err() {
            self.remove_own(to);
        }
        copied
    }

    /// Gives a finished file its name, durably.
    pub(crate) fn rename_synced(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.sync(&File::open(from)?)?;
        self.rename(from, to)?;
        to.parent().map_or(Ok(()), |dir| self.sync_dir(dir))
    }

    /// Writes a file that must not be there yet, whole or not at all.
    pub(crate) fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        // Made under its own name: that it was free is then certain.
        let mut file = self.create(path, true)?;
        let written = self.write(&mut file, bytes).and_then(|()| self.sync(&file));
        if written.is_err() {
            self.remove_own(path);
            return written;
        }
        match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => self.sync_dir(parent),
            _ => Ok(()),
        }
    }

    /// Removes a file that this program made and that holds nothing else.
    pub(crate) fn remove_own(&self, path: &Path) {
        let removed = self
            .tell(Step::Remove(path))
            .and_then(|()| fs::remove_file(path));
        match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, file = %path.display(), "a file stays behind");
            }
            _ => {}
        }
    }
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

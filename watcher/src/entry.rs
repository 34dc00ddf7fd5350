//! Owns what is known about one file without its text: its root, path, stamp, hash and problem.

use std::fmt;
use std::fs::Metadata;
use std::time::UNIX_EPOCH;

/// Names a watched folder. Chosen by the caller, who keeps it unique.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct RootId(pub u128);

/// The BLAKE3 hash of a file's raw bytes: equal hashes mean equal content.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// The hash of these bytes, taken raw: byte order mark and line endings count.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentHash({self})")
    }
}

/// What the file system says about a file without opening it; a changed stamp asks for a reading.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Stamp {
    /// Length in bytes.
    pub len: u64,
    /// Last modification in nanoseconds since 1970, negative before; 0 where the system keeps none.
    pub mtime_ns: i64,
    /// Inode number; 0 off unix.
    pub inode: u64,
}

impl Stamp {
    /// The stamp that `metadata` holds; of a link's target when the metadata followed the link.
    pub(crate) fn of(metadata: &Metadata) -> Self {
        let mtime_ns = match metadata.modified() {
            Ok(time) => match time.duration_since(UNIX_EPOCH) {
                Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
                Err(before) => {
                    i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |ns| -ns)
                }
            },
            Err(_) => 0,
        };
        Self {
            len: metadata.len(),
            mtime_ns,
            inode: inode(metadata),
        }
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_metadata: &Metadata) -> u64 {
    0
}

/// A file as the last session knew it; its hash is trusted while its stamp is unchanged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownFile {
    /// Path below the root, parts separated by `/`.
    pub path: String,
    /// The stamp when the hash was taken.
    pub stamp: Stamp,
    /// The hash of the bytes then.
    pub hash: ContentHash,
}

/// A file as it is now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileEntry {
    /// Path below the root, parts separated by `/`.
    pub path: String,
    /// The stamp; of the target when the file is a link. All zero when nothing could be learnt.
    pub stamp: Stamp,
    /// The hash of the bytes; `None` exactly when `problem` is `Some`.
    pub hash: Option<ContentHash>,
    /// Why the file cannot be read.
    pub problem: Option<FileProblem>,
}

/// Why a file or a folder is listed without content.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum FileProblem {
    /// It cannot be read; what the system said, without the path.
    Unreadable(String),
    /// It is over [`Config::max_document_bytes`](crate::Config::max_document_bytes), and was not opened.
    TooLarge {
        /// Length in bytes.
        len: u64,
    },
    /// It is a pipe, a socket, a device, or a link to something that is no file; never opened.
    NotRegular,
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "cannot be read: {why}"),
            Self::TooLarge { len } => write!(f, "too large to open ({} MB)", len / 1_000_000),
            Self::NotRegular => f.write_str("not a regular file"),
        }
    }
}

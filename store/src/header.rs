//! The first bytes of a database, looked at before redb is.
//!
//! redb calls a file of a later format "corrupted", and its own repair begins by writing. What is
//! told here is told without a byte being written.
//!
//! # The header of redb 4
//! ```text
//! offset  size  what
//! 0       9     "redb", 1a 0a a9 0d 0a
//! 9       1     flags: 1 the second commit slot is the current one, 2 not closed cleanly,
//!               4 the current commit was written in two phases, 8 it was not flushed
//! 64      1     the format of the first commit slot, 3 today
//! 192     1     the format of the second
//! 320           where the header ends
//! ```

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::OpenError;

const MAGIC: &[u8] = b"redb\x1a\x0a\xa9\x0d\x0a";
const FORMAT_OFFSETS: [usize; 2] = [64, 192];
const HEADER_BYTES: usize = 320;
/// The format that redb 4 writes, and the only one that Postil ever wrote.
const FORMAT: u8 = 3;

/// Where the flags are.
pub(crate) const FLAGS_OFFSET: u64 = 9;

/// The flags of a header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Flags(u8);

impl Flags {
    const SECOND_SLOT: u8 = 1;
    const UNCLEAN: u8 = 2;
    const TWO_PHASES: u8 = 4;

    /// Whether opening it takes a repair.
    pub(crate) fn is_unclean(self) -> bool {
        self.0 & Self::UNCLEAN != 0
    }

    /// The same for the other of the two commits that a file holds.
    pub(crate) fn other_commit(self) -> Self {
        Self(self.0 ^ Self::SECOND_SLOT)
    }

    /// The byte of a file that was closed with this commit.
    pub(crate) fn as_closed(self) -> u8 {
        self.0 & Self::SECOND_SLOT | Self::TWO_PHASES
    }
}

/// The flags of a file that begins as redb's do and is long enough; `None` for others.
pub(crate) fn flags(path: &Path) -> io::Result<Option<Flags>> {
    let mut header = Vec::with_capacity(HEADER_BYTES);
    let file = File::open(path)?;
    file.take(HEADER_BYTES as u64).read_to_end(&mut header)?;
    let is_ours = header.len() == HEADER_BYTES && header.starts_with(MAGIC);
    Ok(is_ours.then(|| Flags(header[FLAGS_OFFSET as usize])))
}

/// Lets those files pass that redb may be given.
pub(crate) fn check(mut reader: &File, file: &Path) -> Result<(), OpenError> {
    let foreign = |why: &str| OpenError::Foreign {
        why: why.to_owned(),
        file: file.to_owned(),
    };
    let damaged = |why: String| OpenError::Damaged {
        why,
        file: file.to_owned(),
    };
    let mut header = Vec::with_capacity(HEADER_BYTES);
    let n_read = reader
        .by_ref()
        .take(HEADER_BYTES as u64)
        .read_to_end(&mut header)
        .map_err(|error: io::Error| OpenError::io(file)(error))?;
    if n_read == 0 {
        return Err(damaged("it is empty".to_owned()));
    }
    let n_shared = n_read.min(MAGIC.len());
    if header[..n_shared] != MAGIC[..n_shared] {
        return Err(foreign("it does not begin like one"));
    }
    if n_read < HEADER_BYTES {
        return Err(damaged(format!("it ends after {n_read} bytes")));
    }
    let formats = FORMAT_OFFSETS.map(|offset| header[offset]);
    if let Some(newer) = formats.into_iter().find(|format| *format > FORMAT) {
        return Err(OpenError::Newer {
            what: format!("file format {newer}, this one knows {FORMAT}"),
            file: file.to_owned(),
        });
    }
    if let Some(older) = formats.into_iter().find(|format| *format < FORMAT) {
        return Err(foreign(&format!(
            "its file format is {older}, not {FORMAT}"
        )));
    }
    Ok(())
}

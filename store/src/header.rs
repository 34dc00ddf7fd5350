//! The first bytes of a database, looked at before redb is.
//!
//! redb calls a file of a later format "corrupted", and its own repair begins by writing. What is
//! told here is told without a byte being written.
//!
//! # The header of redb 4
//! ```text
//! offset  size  what
//! 0       9     "redb", 1a 0a a9 0d 0a
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

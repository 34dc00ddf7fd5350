//! Folders and files that are of no use after the test.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A folder in memory where there is one: nothing in it is to outlive the test.
pub(crate) fn new_dir() -> TempDir {
    let in_memory = tempfile::tempdir_in("/dev/shm");
    in_memory.or_else(|_| tempfile::tempdir()).unwrap()
}

pub(crate) fn dir_with(image: &[u8]) -> TempDir {
    let dir = new_dir();
    put(&database(dir.path()), image);
    dir
}

pub(crate) fn database(dir: &Path) -> PathBuf {
    dir.join("postil.redb")
}

/// Writes a file, and leaves zeros as a hole: most of an image is that.
pub(crate) fn put(path: &Path, bytes: &[u8]) {
    use std::io::{Seek as _, SeekFrom};
    const PAGE_BYTES: usize = 4096;
    let mut file = File::create(path).unwrap();
    file.set_len(bytes.len() as u64).unwrap();
    for (i, page) in bytes.chunks(PAGE_BYTES).enumerate() {
        if page.iter().any(|byte| *byte != 0) {
            file.seek(SeekFrom::Start((i * PAGE_BYTES) as u64)).unwrap();
            file.write_all(page).unwrap();
        }
    }
}

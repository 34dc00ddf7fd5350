//! A way out of pages that lead in circles.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use redb::StorageBackend;

use crate::overlay::Overlay;

/// Storage that gives an error after so many reads.
#[derive(Debug)]
pub(super) struct Limited {
    overlay: Overlay,
    left: Arc<AtomicU32>,
}

impl Limited {
    /// `left` is how many more, for whoever shares it to fill up.
    pub(super) fn new(overlay: Overlay, left: &Arc<AtomicU32>) -> Self {
        let left = Arc::clone(left);
        Self { overlay, left }
    }
}

impl StorageBackend for Limited {
    fn len(&self) -> io::Result<u64> {
        self.overlay.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let take_one = |left: u32| left.checked_sub(1);
        let order = Ordering::Relaxed;
        if self.left.fetch_update(order, order, take_one).is_err() {
            return Err(io::Error::other("pages that lead in circles"));
        }
        self.overlay.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.overlay.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.overlay.write(offset, data)
    }
}

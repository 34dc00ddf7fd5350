//! Owns what a started program has written, kept in memory for messages and for waiting.

use std::{
    io::Read,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::Builder,
    time::{Duration, Instant},
};

use anyhow::Result;

/// What is kept of each stream; of more, the oldest half is forgotten.
const KEPT_BYTES: usize = 4 << 20;
/// How much of stderr stands in a message.
const TAIL_BYTES: usize = 4000;

/// Which of the two streams.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Both streams of one program. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Output {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    written: Mutex<Written>,
    more: Condvar,
}

#[derive(Default)]
struct Written {
    bytes: [Vec<u8>; 2],
    n_closed: usize,
}

impl Output {
    /// Reads one stream to its end on a thread of its own.
    pub(super) fn follow(
        &self,
        stream: Stream,
        mut from: impl Read + Send + 'static,
    ) -> Result<()> {
        let name = match stream {
            Stream::Out => "test-stdout",
            Stream::Err => "test-stderr",
        };
        let output = self.clone();
        Builder::new().name(name.to_owned()).spawn(move || {
            let mut chunk = [0; 8192];
            while let Ok(n_read @ 1..) = from.read(&mut chunk) {
                let mut written = output.lock();
                let kept = &mut written.bytes[stream as usize];
                if kept.len() > KEPT_BYTES {
                    kept.drain(..KEPT_BYTES / 2);
                }
                kept.extend_from_slice(&chunk[..n_read]);
                output.shared.more.notify_all();
            }
            output.lock().n_closed += 1;
            output.shared.more.notify_all();
        })?;
        Ok(())
    }

    /// Everything kept of a stream, with replacement characters for what is no UTF-8.
    pub(super) fn text(&self, stream: Stream) -> String {
        String::from_utf8_lossy(&self.lock().bytes[stream as usize]).into_owned()
    }

    /// The end of stderr, ready to stand under a message.
    pub(super) fn tail(&self) -> String {
        let text = self.text(Stream::Err);
        if text.trim().is_empty() {
            return "(it wrote nothing to stderr)".to_owned();
        }
        let start = text.ceil_char_boundary(text.len().saturating_sub(TAIL_BYTES));
        format!(
            "--- the end of its stderr ---\n{}",
            text[start..].trim_end()
        )
    }

    /// Waits until `find` finds something in (stdout, stderr); `None` when it did not in time or
    /// both have ended.
    pub(super) fn wait_for<T>(
        &self,
        timeout: Duration,
        mut find: impl FnMut(&str, &str) -> Option<T>,
    ) -> Option<T> {
        let end = Instant::now() + timeout;
        let mut written = self.lock();
        loop {
            let [out, err] = &written.bytes;
            if let Some(found) = find(&String::from_utf8_lossy(out), &String::from_utf8_lossy(err))
            {
                return Some(found);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || written.n_closed == 2 {
                return None;
            }
            written = self
                .shared
                .more
                .wait_timeout(written, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Waits until both streams have ended, so that a message has all of them; a child of the
    /// program may hold them.
    pub(super) fn wait_until_closed(&self, timeout: Duration) {
        let _ = self.wait_for(timeout, |_, _| None::<()>);
    }

    fn lock(&self) -> MutexGuard<'_, Written> {
        self.shared
            .written
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

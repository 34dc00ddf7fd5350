//! Owns what a backend says, and its way to the watcher's thread, which never blocks.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, bounded};

/// Signals that may wait; one more is an overflow, which leads to a scan.
pub(super) const N_SIGNALS: usize = 8_192;

/// What happened at a path. Only a hint of where to look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Signal {
    pub(crate) path: PathBuf,
    pub(crate) kind: SignalKind,
    /// What the path was called before, where a renaming says so.
    pub(crate) from: Option<PathBuf>,
    pub(crate) at: Instant,
}

/// What kind of thing happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SignalKind {
    /// Content or metadata.
    Content,
    /// The name came, went or moved; whether it names a folder, where the system says so.
    Name { is_folder: Option<bool> },
    /// No path: makes the thread look at [`Signals::has_overflowed`].
    Nudge,
}

/// The backend's end of the signals; never blocks.
#[derive(Clone)]
pub(crate) struct Feed {
    sender: Sender<Signal>,
    has_overflowed: Arc<AtomicBool>,
}

/// The thread's end of the signals.
pub(crate) struct Signals {
    pub(crate) receiver: Receiver<Signal>,
    has_overflowed: Arc<AtomicBool>,
}

/// A new pair of ends. Each backend gets its own, so that late signals of a dead one go nowhere.
pub(crate) fn signals() -> (Feed, Signals) {
    let (sender, receiver) = bounded(N_SIGNALS);
    let has_overflowed = Arc::new(AtomicBool::new(false));
    let feed = Feed {
        sender,
        has_overflowed: Arc::clone(&has_overflowed),
    };
    let signals = Signals {
        receiver,
        has_overflowed,
    };
    (feed, signals)
}

impl Signals {
    /// Whether signals were lost since this was last asked.
    pub(crate) fn take_overflow(&self) -> bool {
        self.has_overflowed.swap(false, Ordering::AcqRel)
    }
}

impl Feed {
    pub(crate) fn put(&self, signal: Signal) {
        if self.sender.try_send(signal).is_err() {
            self.has_overflowed.store(true, Ordering::Release);
        }
    }

    pub(crate) fn put_overflow(&self) {
        self.has_overflowed.store(true, Ordering::Release);
        self.put(Signal {
            path: PathBuf::new(),
            kind: SignalKind::Nudge,
            from: None,
            at: Instant::now(),
        });
    }
}

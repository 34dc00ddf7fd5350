//! Owns the boundary to the operating system's file events: one thin trait, and `notify` behind it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, bounded};
use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

/// Signals that may wait; one more is an overflow, which leads to a scan.
const N_SIGNALS: usize = 8_192;

/// Something that reports what happens in folders. One folder at a time: the recursion is ours.
pub(crate) trait Backend: Send {
    /// Reports from now on what happens to the folder and right inside it. Watching it twice is no
    /// error.
    fn watch(&mut self, folder: &Path) -> Result<(), WatchError>;
    /// Ends the reports; a folder that is not watched is no error.
    fn unwatch(&mut self, folder: &Path);
}

/// Makes a backend that reports to the feed. It is dead when it has let go of the feed.
pub(crate) type Connect = Box<dyn FnMut(Feed) -> Result<Box<dyn Backend>, WatchError> + Send>;

/// Why a folder is not watched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum WatchError {
    /// The system watches no more folders; says what to do.
    Limit(String),
    /// This folder only: it is gone, or refuses.
    Folder(String),
    /// The backend is of no use any more.
    Dead(String),
}

/// What happened at a path. Only a hint of where to look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Signal {
    pub(crate) path: PathBuf,
    pub(crate) kind: SignalKind,
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
            at: Instant::now(),
        });
    }

    fn hear(&self, event: notify::Result<notify::Event>) {
        let event = match event {
            // An overflow carries no path: it has to be asked for before the paths are looked at.
            Ok(event) if !event.need_rescan() => event,
            _ => return self.put_overflow(),
        };
        let Some(kind) = kind_from_notify(event.kind) else {
            return;
        };
        let at = Instant::now();
        for path in event.paths {
            self.put(Signal { path, kind, at });
        }
    }
}

/// What an event of notify means here; `None` for what readers cause, our own reading included.
fn kind_from_notify(kind: EventKind) -> Option<SignalKind> {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write))
        | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_)) => {
            Some(SignalKind::Content)
        }
        EventKind::Access(_) => None,
        EventKind::Create(CreateKind::File) | EventKind::Remove(RemoveKind::File) => {
            Some(SignalKind::Name {
                is_folder: Some(false),
            })
        }
        EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder) => {
            Some(SignalKind::Name {
                is_folder: Some(true),
            })
        }
        _ => Some(SignalKind::Name { is_folder: None }),
    }
}

/// The system's own backend, through notify.
pub(crate) fn connect_notify(feed: Feed) -> Result<Box<dyn Backend>, WatchError> {
    // A link to `/` in a plan folder must not lead the watches out of it.
    let config = notify::Config::default().with_follow_symlinks(false);
    let handler = move |event| feed.hear(event);
    match catch_unwind(|| RecommendedWatcher::new(handler, config)) {
        Ok(Ok(watcher)) => Ok(Box::new(Notify(Some(watcher)))),
        Ok(Err(error)) => Err(WatchError::Dead(format!(
            "{error}; if many programs watch files, raise fs.inotify.max_user_instances"
        ))),
        Err(_) => Err(WatchError::Dead("the system's file events failed".into())),
    }
}

/// Emptied only while it is dropped.
struct Notify(Option<RecommendedWatcher>);

impl Notify {
    /// notify unwraps the answer of its own thread: when that has died, calling it panics.
    fn call(
        &mut self,
        call: impl FnOnce(&mut RecommendedWatcher) -> notify::Result<()>,
    ) -> Result<(), WatchError> {
        let Some(watcher) = &mut self.0 else {
            return Ok(());
        };
        match catch_unwind(AssertUnwindSafe(|| call(watcher))) {
            Ok(result) => result.map_err(|error| watch_error(&error)),
            Err(_) => Err(WatchError::Dead(
                "the thread of the system's file events has died".into(),
            )),
        }
    }
}

impl Backend for Notify {
    fn watch(&mut self, folder: &Path) -> Result<(), WatchError> {
        self.call(|watcher| watcher.watch(folder, RecursiveMode::NonRecursive))
    }

    fn unwatch(&mut self, folder: &Path) {
        // The system has often dropped the watch with the folder already.
        if let Err(error) = self.call(|watcher| watcher.unwatch(folder)) {
            tracing::trace!(?error, folder = %folder.display(), "unwatch");
        }
    }
}

impl Drop for Notify {
    fn drop(&mut self) {
        let watcher = self.0.take();
        if catch_unwind(AssertUnwindSafe(|| drop(watcher))).is_err() {
            tracing::warn!("the thread of the system's file events had died");
        }
    }
}

fn watch_error(error: &notify::Error) -> WatchError {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => WatchError::Limit(limit_message(
            std::fs::read_to_string("/proc/sys/fs/inotify/max_user_watches")
                .ok()
                .as_deref(),
        )),
        notify::ErrorKind::Io(error) => WatchError::Folder(error.to_string()),
        _ => WatchError::Folder(error.to_string()),
    }
}

/// What to do about the limit, whose value is `limit` where the system tells it.
fn limit_message(limit: Option<&str>) -> String {
    let limit = limit.map_or(String::new(), |limit| format!(" ({})", limit.trim()));
    format!(
        "the system's limit of watched folders{limit} is used up, so changes are looked for every \
         few seconds; raise fs.inotify.max_user_watches to see them at once"
    )
}

#[cfg(test)]
mod tests {
    use notify::event::{Flag, MetadataKind, RenameMode};

    use super::*;

    #[test]
    fn an_overflow_without_a_path_is_noticed() {
        let (feed, signals) = signals();
        feed.hear(Ok(
            notify::Event::new(EventKind::Other).set_flag(Flag::Rescan)
        ));
        assert!(signals.receiver.try_recv().is_ok(), "the thread is woken");
        assert!(signals.take_overflow());
        assert!(!signals.take_overflow());
    }

    #[test]
    fn more_signals_than_may_wait_are_an_overflow() {
        let (feed, signals) = signals();
        let event = || notify::Event::new(EventKind::Any).add_path("a".into());
        for _ in 0..N_SIGNALS {
            feed.hear(Ok(event()));
        }
        assert!(!signals.take_overflow());
        feed.hear(Ok(event()));
        assert!(signals.take_overflow());
    }

    #[test]
    fn what_readers_cause_is_dropped_and_what_writers_cause_is_not() {
        let content = Some(SignalKind::Content);
        let open = EventKind::Access(AccessKind::Open(AccessMode::Any));
        let read = EventKind::Access(AccessKind::Close(AccessMode::Read));
        let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
        let chmod = EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any));
        let rename = EventKind::Modify(ModifyKind::Name(RenameMode::To));
        assert_eq!(kind_from_notify(open), None);
        assert_eq!(kind_from_notify(read), None);
        assert_eq!(kind_from_notify(written), content);
        assert_eq!(kind_from_notify(chmod), content);
        assert_eq!(
            kind_from_notify(rename),
            Some(SignalKind::Name { is_folder: None })
        );
    }

    #[test]
    fn the_limit_names_the_setting_that_lifts_it() {
        let message = limit_message(Some("8192\n"));
        assert!(message.contains("fs.inotify.max_user_watches") && message.contains("(8192)"));
    }
}

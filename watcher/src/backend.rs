//! Owns the boundary to the operating system's file events: one thin trait, and `notify` behind it.
//!
//! # Which notify
//!
//! It is pinned to 9.0.0-rc.7, a release candidate, and not to 8.2.1, for what `tests/live` shows of
//! both on Linux (2026-11-21, two cores, ext4), with this module adapted to each:
//!
//! | | 8.2.1 | 9.0.0-rc.7 |
//! | --- | --- | --- |
//! | live suite, 66 tests | one fails: an unmounted root is never told | all pass |
//! | 20,000 files read in 2,001 folders with a queue of 64 events | its own reading overflows the queue: 14 scans | 2 scans |
//! | the same folders, from their picture to all of them watched | 343 ms | 170 ms |
//!
//! 8.2.1 always asks for the events of opening and closing, so that reading a large folder can fill
//! the kernel's queue, which asks for a scan, which reads again. 9 takes a mask. And 8.2.1 answers
//! each new watch by a round trip to its own thread; 9 takes many at once ([`Backend::watch_all`]).
//! What is against a release candidate counts little here, since nothing that it says is believed:
//! the recursion, the coalescing and the recovery are ours, and a panic in it is caught.

mod signals;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Instant;

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind, RenameMode};
use notify::{EventKind, EventKindMask, PathOp, RecommendedWatcher, RecursiveMode, Watcher as _};

pub(crate) use signals::{Feed, Signal, SignalKind, Signals, signals};

/// Something that reports what happens in folders. One folder at a time: the recursion is ours.
pub(crate) trait Backend: Send {
    /// Reports from now on what happens to the folder and right inside it. Watching it twice is no
    /// error.
    fn watch(&mut self, folder: &Path) -> Result<(), WatchError>;
    /// The same of many, in order, and in one go where the system can; `told` hears how each went.
    /// After `Limit` and `Dead` the rest is left.
    fn watch_all(
        &mut self,
        folders: Vec<PathBuf>,
        told: &mut dyn FnMut(PathBuf, Result<(), WatchError>),
    );
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

impl Feed {
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
        let is_pair = event.kind == EventKind::Modify(ModifyKind::Name(RenameMode::Both));
        let mut from = None;
        for path in event.paths {
            let before = from.replace(path.clone()).filter(|_| is_pair);
            self.put(Signal {
                path,
                kind,
                from: before,
                at,
            });
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
    // A link to `/` in a plan folder must not lead the watches out of it; and our own reading must
    // not fill the system's queue of events.
    let config = notify::Config::default()
        .with_follow_symlinks(false)
        .with_event_kinds(EventKindMask::CORE | EventKindMask::ACCESS_CLOSE);
    let handler = move |event| feed.hear(event);
    match catch_unwind(|| RecommendedWatcher::new(handler, config)) {
        Ok(Ok(watcher)) => Ok(Box::new(Notify(Some(watcher)))),
        Ok(Err(error)) => Err(WatchError::Dead(instance_message(&error))),
        Err(_) => Err(WatchError::Dead("the system's file events failed".into())),
    }
}

const DIED: &str = "the thread of the system's file events has died";

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
            Err(_) => Err(WatchError::Dead(DIED.into())),
        }
    }
}

impl Backend for Notify {
    fn watch(&mut self, folder: &Path) -> Result<(), WatchError> {
        self.call(|watcher| watcher.watch(folder, RecursiveMode::NonRecursive))
    }

    fn watch_all(
        &mut self,
        folders: Vec<PathBuf>,
        told: &mut dyn FnMut(PathBuf, Result<(), WatchError>),
    ) {
        let Some(watcher) = &mut self.0 else {
            return;
        };
        let mut left = folders;
        while !left.is_empty() {
            let asked = left.clone();
            let ops = left.into_iter().map(PathOp::watch_non_recursive).collect();
            let Ok(result) = catch_unwind(AssertUnwindSafe(|| watcher.update_paths(ops))) else {
                let dead = WatchError::Dead(DIED.into());
                return asked
                    .into_iter()
                    .take(1)
                    .for_each(|folder| told(folder, Err(dead.clone())));
            };
            let Err(error) = result else {
                return asked.into_iter().for_each(|folder| told(folder, Ok(())));
            };
            let failed = error.origin.map(PathOp::into_path);
            let n_left = error.remaining.len();
            let n_done = asked.len().saturating_sub(n_left + 1);
            let Some(failed) = failed else {
                let dead = WatchError::Dead(error.source.to_string());
                return asked
                    .into_iter()
                    .take(1)
                    .for_each(|folder| told(folder, Err(dead.clone())));
            };
            asked
                .into_iter()
                .take(n_done)
                .for_each(|folder| told(folder, Ok(())));
            let why = watch_error(&error.source);
            let is_end = matches!(why, WatchError::Limit(_) | WatchError::Dead(_));
            told(failed, Err(why));
            if is_end {
                return;
            }
            left = error.remaining.into_iter().map(PathOp::into_path).collect();
        }
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
        notify::ErrorKind::MaxFilesWatch => WatchError::Limit(format!(
            "the system watches no more folders{}, so changes are looked for every few seconds; \
             raise it to see them at once",
            limit("watches", "max_inotify_watches")
        )),
        notify::ErrorKind::Io(error) => WatchError::Folder(error.to_string()),
        _ => WatchError::Folder(error.to_string()),
    }
}

fn instance_message(error: &notify::Error) -> String {
    let limit = limit("instances", "max_inotify_instances");
    format!("{error}; if many programs watch files, that is the limit{limit}")
}

/// The setting that limits `what`, with its value: of the system or of this user namespace, whichever
/// is smaller. Empty where the system tells none.
fn limit(what: &str, of_namespace: &str) -> String {
    let read = |name: &str, path: &str| {
        let value: u64 = std::fs::read_to_string(path).ok()?.trim().parse().ok()?;
        Some((value, name.to_string()))
    };
    let of_system = read(
        &format!("fs.inotify.max_user_{what}"),
        &format!("/proc/sys/fs/inotify/max_user_{what}"),
    );
    let of_namespace = read(
        &format!("user.{of_namespace}"),
        &format!("/proc/sys/user/{of_namespace}"),
    );
    smaller(of_system, of_namespace).map_or(String::new(), |(value, name)| {
        format!(" ({name} is {value})")
    })
}

fn smaller(one: Option<(u64, String)>, other: Option<(u64, String)>) -> Option<(u64, String)> {
    // Of two that are equal the first is the one that people know.
    one.into_iter().chain(other).min_by_key(|(value, _)| *value)
}

#[cfg(test)]
mod tests {
    use notify::event::{Flag, MetadataKind};

    use super::signals::N_SIGNALS;
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
    fn the_limit_names_the_setting_that_lifts_it_and_its_value() {
        let of = |value, name: &str| Some((value, name.to_string()));
        assert_eq!(smaller(of(8_192, "fs"), of(10, "user")), of(10, "user"));
        assert_eq!(smaller(of(8_192, "fs"), of(8_192, "user")), of(8_192, "fs"));
        assert_eq!(smaller(None, None), None);
        if cfg!(target_os = "linux") {
            let error = notify::Error::new(notify::ErrorKind::MaxFilesWatch);
            let WatchError::Limit(message) = watch_error(&error) else {
                panic!("a limit");
            };
            assert!(message.contains("watches is "), "{message}");
        }
    }

    #[test]
    fn a_renaming_says_where_its_path_came_from() {
        let (feed, signals) = signals();
        let both = EventKind::Modify(ModifyKind::Name(RenameMode::Both));
        let event = notify::Event::new(both)
            .add_path("a".into())
            .add_path("b".into());
        feed.hear(Ok(event));
        let heard: Vec<_> = signals
            .receiver
            .try_iter()
            .map(|s| (s.path, s.from))
            .collect();
        let expected = [("a".into(), None), ("b".into(), Some("a".into()))];
        assert_eq!(heard, expected);
    }
}

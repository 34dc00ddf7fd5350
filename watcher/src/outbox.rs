//! Owns what was said and not yet taken: the app's bounded channel, and behind it a set that keeps
//! only the latest of each thing, so that a slow app costs memory for its files and no more.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use crossbeam_channel::{Sender, TrySendError};

use crate::{Event, RootId, Waker};

/// The way of events to the app.
pub(crate) struct Outbox {
    events: Sender<Event>,
    waker: Waker,
    /// What waits for room, by the order in which it became true.
    waiting: BTreeMap<u64, Event>,
    latest: HashMap<Subject, u64>,
    next: u64,
}

/// What an event is about: a later one about the same replaces one that waits.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Subject {
    Picture(RootId),
    Content(RootId, String),
    Document(RootId, String),
    Asset(RootId, String),
    Inspected(u64, PathBuf),
    Unpacked(u64),
    Written(u64),
    /// Told whole: each is the only trace of somebody's words.
    Displaced(u64),
    Counted(RootId),
    Presence(RootId),
    Difference(RootId),
    Health(RootId),
}

/// The app has let go of the channel.
#[derive(Debug)]
pub(crate) struct Closed;

impl Outbox {
    pub(crate) fn new(events: Sender<Event>, waker: Waker) -> Self {
        Self {
            events,
            waker,
            waiting: BTreeMap::new(),
            latest: HashMap::new(),
            next: 0,
        }
    }

    /// The channel, to wait for room in it; `None` when nothing waits.
    pub(crate) fn wants_room(&self) -> Option<&Sender<Event>> {
        (!self.waiting.is_empty()).then_some(&self.events)
    }

    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Hands `event` over when nothing waits and there is room; else puts it behind all that waits, in
    /// place of what it makes stale.
    pub(crate) fn push(&mut self, event: Event) {
        let mut event = event;
        if self.waiting.is_empty() {
            event = match self.events.try_send(event) {
                Ok(()) => return (self.waker)(),
                Err(TrySendError::Full(event) | TrySendError::Disconnected(event)) => event,
            };
        }
        let subject = Subject::of(&event, self.next);
        if let Some(stale) = self
            .latest
            .insert(subject, self.next)
            .and_then(|at| self.waiting.remove(&at))
        {
            event.inherit(stale);
        }
        self.waiting.insert(self.next, event);
        self.next += 1;
    }

    /// Moves what waits to the channel while there is room.
    ///
    /// # Errors
    ///
    /// When nobody will ever take it.
    pub(crate) fn flush(&mut self) -> Result<(), Closed> {
        while let Some((at, event)) = self.waiting.pop_first() {
            let subject = Subject::of(&event, at);
            match self.events.try_send(event) {
                Ok(()) => {
                    self.latest.remove(&subject);
                    (self.waker)();
                }
                Err(TrySendError::Full(event)) => {
                    self.waiting.insert(at, event);
                    return Ok(());
                }
                Err(TrySendError::Disconnected(_)) => return Err(Closed),
            }
        }
        Ok(())
    }
}

impl Subject {
    fn of(event: &Event, at: u64) -> Self {
        match event {
            Event::Scanned { root, .. } => Self::Picture(*root),
            Event::Changed { root, entry, .. } => Self::Content(*root, entry.path.clone()),
            Event::Document { root, path, .. } => Self::Document(*root, path.clone()),
            Event::Asset { root, path, .. } => Self::Asset(*root, path.clone()),
            Event::Inspected { ticket, path, .. } => Self::Inspected(*ticket, path.clone()),
            Event::Unpacked { ticket, .. } => Self::Unpacked(*ticket),
            Event::Written { ticket, .. } => Self::Written(*ticket),
            Event::Displaced { .. } => Self::Displaced(at),
            Event::Counted { root, .. } => Self::Counted(*root),
            Event::RootDiffers { root, .. } => Self::Difference(*root),
            Event::RootMissing { root, .. } | Event::RootReturned { root } => Self::Presence(*root),
            Event::Health { root, .. } => Self::Health(*root),
        }
    }
}

impl Event {
    /// A change that replaces another one began when the other did; a picture tells of the renamings
    /// that the other one told of too.
    fn inherit(&mut self, stale: Self) {
        match (self, stale) {
            (Self::Changed { seen_at, .. }, Self::Changed { seen_at: first, .. }) => {
                *seen_at = first;
            }
            (Self::Scanned { renamed, .. }, Self::Scanned { renamed: first, .. }) => {
                renamed.splice(0..0, first);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Instant;

    use crossbeam_channel::bounded;

    use super::*;
    use crate::{ContentHash, FileEntry, Stamp};

    fn changed(path: &str, bytes: &[u8], seen_at: Instant) -> Event {
        Event::Changed {
            root: RootId(1),
            entry: FileEntry {
                path: path.into(),
                stamp: Stamp::default(),
                hash: Some(ContentHash::of(bytes)),
                problem: None,
            },
            document: None,
            seen_at,
        }
    }

    #[test]
    fn a_full_channel_keeps_the_latest_of_each_path_in_order() {
        let (sender, receiver) = bounded(1);
        let n_wakes = Arc::new(AtomicUsize::new(0));
        let wakes = Arc::clone(&n_wakes);
        let mut outbox = Outbox::new(
            sender,
            Arc::new(move || {
                wakes.fetch_add(1, Ordering::Relaxed);
            }),
        );
        let first = Instant::now();
        for (path, bytes) in [("a", b"1"), ("b", b"1"), ("c", b"1"), ("b", b"2")] {
            outbox.push(changed(path, bytes, first));
            outbox.flush().expect("open");
        }
        assert_eq!(outbox.len(), 2);
        let mut taken = Vec::new();
        while let Ok(event) = receiver.try_recv() {
            if let Event::Changed { entry, .. } = event {
                taken.push((entry.path, entry.hash));
            }
            outbox.flush().expect("open");
        }
        let hash = |bytes| Some(ContentHash::of(bytes));
        assert_eq!(
            taken,
            [
                ("a".into(), hash(b"1")),
                ("c".into(), hash(b"1")),
                ("b".into(), hash(b"2"))
            ]
        );
        assert_eq!(n_wakes.load(Ordering::Relaxed), 3);
        assert!(outbox.latest.is_empty() && outbox.wants_room().is_none());
    }

    #[test]
    fn roots_are_told_apart_and_words_are_never_merged() {
        let (sender, receiver) = bounded(1);
        let mut outbox = Outbox::new(sender, Arc::new(|| {}));
        let words = |text: &str| Event::Displaced {
            root: RootId(1),
            document: crate::Document {
                path: "a".into(),
                text: text.into(),
                hash: ContentHash::of(text.as_bytes()),
                stamp: Stamp::default(),
                notices: Vec::new(),
            },
        };
        let picture = |root, renamed: &str| Event::Scanned {
            root: RootId(root),
            files: Vec::new(),
            problems: Vec::new(),
            renamed: vec![(renamed.into(), "z".into())],
            truncated: false,
        };
        for event in [
            picture(1, "first"),
            words("one"),
            picture(2, "other"),
            words("two"),
            picture(1, "second"),
            picture(1, "third"),
        ] {
            outbox.push(event);
            outbox.flush().expect("open");
        }
        let mut taken = Vec::new();
        while let Ok(event) = receiver.try_recv() {
            match event {
                Event::Displaced { document, .. } => taken.push(document.text.to_string()),
                Event::Scanned { root, renamed, .. } => {
                    let from: Vec<_> = renamed.into_iter().map(|(from, _)| from).collect();
                    taken.push(format!("{} {}", root.0, from.join(" ")));
                }
                _ => {}
            }
            outbox.flush().expect("open");
        }
        let expected = ["1 first", "one", "2 other", "two", "1 second third"];
        assert_eq!(taken, expected);
    }

    #[test]
    fn a_closed_channel_is_told() {
        let (sender, receiver) = bounded(1);
        drop(receiver);
        let mut outbox = Outbox::new(sender, Arc::new(|| {}));
        outbox.push(Event::RootReturned { root: RootId(1) });
        assert!(outbox.flush().is_err());
    }
}

//! How far a repair is, said only when it takes long enough to be noticed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;

use crate::{Event, Waker};

/// What is over sooner needs no words.
const PATIENCE: Duration = Duration::from_millis(500);

/// Tells the listener how far redb is with putting a file right.
pub(crate) struct Progress {
    say: Arc<dyn Fn(f64)>,
    since: Instant,
}

impl Progress {
    pub(crate) fn new(events: Sender<Event>, waker: Waker) -> Self {
        let say = move |progress| {
            // If there is no room, the listener has enough to hear as it is.
            if events.try_send(Event::Repairing { progress }).is_ok() {
                waker();
            }
        };
        Self::with(Arc::new(say))
    }

    pub(crate) fn silent() -> Self {
        Self::with(Arc::new(|_| {}))
    }

    fn with(say: Arc<dyn Fn(f64)>) -> Self {
        Self {
            say,
            since: Instant::now(),
        }
    }

    /// Makes redb tell of the repairs that it does with these settings.
    pub(crate) fn tell_of<'a>(&self, builder: &'a mut redb::Builder) -> &'a mut redb::Builder {
        let (say, since) = (Arc::clone(&self.say), self.since);
        builder.set_repair_callback(move |session| {
            if since.elapsed() >= PATIENCE {
                say(session.progress());
            }
        })
    }
}

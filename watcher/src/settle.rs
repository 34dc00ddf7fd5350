//! Owns the judgement of when to look: pure, without files or clocks, one state per root.
//!
//! Events only say where something happened. A path is looked at when it has been quiet, or after
//! the longest wait; a missing or emptied file is looked at once more before that is believed; too
//! many paths at once become a scan of the folders that they lie in. Times are durations since any
//! fixed start.

mod terms;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use crate::Config;
use crate::parts::{Depth, Parts, parent};

pub(crate) use terms::{Action, Input, Scan};

/// More waiting paths than this become a scan of their folders.
const STORM: usize = 500;
/// A longer settling time than this is taken for this.
const LONGEST_SETTLE: Duration = Duration::from_secs(5);
/// A file that never holds still is taken as it is after this many looks.
pub(crate) const MAX_LOOKS: u32 = 5;

/// What waits in one root.
#[derive(Debug)]
pub(crate) struct State {
    times: Times,
    in_view: Option<String>,
    waiting: BTreeMap<String, Waiting>,
    restructured: Option<Span>,
    /// To be scanned when the span of `restructured` is over.
    parts: Parts,
    /// To be scanned without waiting.
    wanted: Parts,
    /// Since when each missing or emptied file was so.
    doubts: HashMap<String, Duration>,
}

#[derive(Debug)]
struct Times {
    settle: Duration,
    settle_in_view: Duration,
    hold: Duration,
    longest_wait: Duration,
}

#[derive(Debug)]
struct Waiting {
    seen: Duration,
    span: Span,
    /// Set after a look that was in doubt: the next look is then, whatever the span says.
    held_until: Option<Duration>,
    n_looks: u32,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    first: Duration,
    last: Duration,
}

impl State {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            times: Times {
                settle: config.settle.min(LONGEST_SETTLE),
                settle_in_view: config.settle_in_view,
                hold: config.hold,
                longest_wait: config.longest_wait,
            },
            in_view: None,
            waiting: BTreeMap::new(),
            restructured: None,
            parts: Parts::default(),
            wanted: Parts::default(),
            doubts: HashMap::new(),
        }
    }

    /// Whether `path` has been missing or empty for long enough to be believed.
    pub(crate) fn believes(&self, path: &str, now: Duration) -> bool {
        self.doubts
            .get(path)
            .is_some_and(|since| *since + self.times.hold <= now)
    }

    pub(crate) fn is_in_view(&self, path: &str) -> bool {
        self.in_view.as_deref() == Some(path)
    }

    /// When the next tick is due; `None` when nothing waits.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        if !self.wanted.is_empty() {
            return Some(Duration::ZERO);
        }
        self.waiting
            .iter()
            .map(|(path, waiting)| self.due(path, waiting))
            .chain(self.restructured.map(|span| self.due_scan(span)))
            .min()
    }

    fn due(&self, path: &str, waiting: &Waiting) -> Duration {
        let quiet = if self.is_in_view(path) {
            self.times.settle_in_view
        } else {
            self.times.settle
        };
        waiting
            .held_until
            .unwrap_or_else(|| waiting.span.due(quiet, self.times.longest_wait))
    }

    fn due_scan(&self, span: Span) -> Duration {
        span.due(self.times.settle, self.times.longest_wait)
    }

    fn touch(&mut self, path: String, now: Duration) {
        // News about the file: what was in doubt is so no longer.
        self.doubts.remove(&path);
        self.waiting
            .entry(path)
            .and_modify(|waiting| {
                waiting.span.last = now;
                waiting.held_until = None;
            })
            .or_insert(Waiting {
                seen: now,
                span: Span::at(now),
                held_until: None,
                n_looks: 0,
            });
        self.merge_storm(now);
    }

    fn hold(&mut self, path: String, seen: Duration, now: Duration) {
        let since = *self.doubts.entry(path.clone()).or_insert(now);
        let held_until = Some((since + self.times.hold).max(now));
        self.waiting.entry(path).or_insert(Waiting {
            seen,
            span: Span::at(now),
            held_until,
            n_looks: 0,
        });
        self.merge_storm(now);
    }

    fn merge_storm(&mut self, now: Duration) {
        if self.waiting.len() <= STORM {
            return;
        }
        let first = self
            .waiting
            .values()
            .map(|waiting| waiting.span.first)
            .min()
            .unwrap_or(now);
        // The file in view keeps its own fast way.
        let in_view = self.in_view.clone();
        let is_in_view = |path: &String| Some(path) == in_view.as_ref();
        for path in self.waiting.keys().filter(|path| !is_in_view(path)) {
            self.parts.add(parent(path).unwrap_or(""), Depth::Level);
        }
        self.waiting.retain(|path, _| is_in_view(path));
        self.restructured.get_or_insert_with(|| Span::at(now)).last = now;
        if let Some(span) = &mut self.restructured {
            span.first = span.first.min(first);
        }
    }

    fn restructure(&mut self, folder: &str, depth: Depth, now: Duration) {
        self.parts.add(folder, depth);
        self.restructured.get_or_insert_with(|| Span::at(now)).last = now;
    }

    fn take_due(&mut self, now: Duration) -> Vec<Action> {
        let due: BTreeSet<String> = self
            .waiting
            .iter()
            .filter(|(path, waiting)| self.due(path, waiting) <= now)
            .map(|(path, _)| path.clone())
            .collect();
        let due: Vec<(String, Waiting)> = due
            .into_iter()
            .filter_map(|path| self.waiting.remove_entry(&path))
            .collect();
        let is_scan_due = !self.wanted.is_empty()
            || self
                .restructured
                .is_some_and(|span| self.due_scan(span) <= now);
        if !is_scan_due {
            return due
                .into_iter()
                .map(|(path, waiting)| Action::Look {
                    path,
                    seen: waiting.seen,
                    n_looks: waiting.n_looks,
                })
                .collect();
        }
        let touched = due
            .into_iter()
            .map(|(path, waiting)| (path, waiting.seen))
            .collect();
        // One scan of all that waits: what has left one folder may have come to another.
        let mut parts = std::mem::take(&mut self.wanted);
        parts.extend(std::mem::take(&mut self.parts));
        self.restructured = None;
        let (mut unsettled, mut doubted) = (BTreeSet::new(), BTreeSet::new());
        for (path, waiting) in &self.waiting {
            let of = match waiting.held_until {
                Some(_) => &mut doubted,
                None => &mut unsettled,
            };
            of.insert(path.clone());
        }
        vec![Action::Scan(Scan {
            parts,
            touched,
            unsettled,
            doubted,
        })]
    }

    fn end_doubts(&mut self, doubtful: Vec<String>, now: Duration) {
        let still: HashMap<String, Duration> = doubtful
            .iter()
            .filter_map(|path| self.doubts.remove_entry(path))
            .collect();
        self.doubts = still;
        let doubts = &self.doubts;
        self.waiting
            .retain(|path, waiting| waiting.held_until.is_none() || doubts.contains_key(path));
        for path in doubtful {
            self.hold(path, now, now);
        }
    }
}

impl Span {
    fn at(now: Duration) -> Self {
        Self {
            first: now,
            last: now,
        }
    }

    fn due(self, quiet: Duration, longest_wait: Duration) -> Duration {
        (self.last + quiet).min(self.first + longest_wait)
    }
}

/// Takes `input` at `now`, and says what is to be done now. Only `Tick` gives actions; it is wanted
/// at [`State::deadline`].
pub(crate) fn step(state: &mut State, input: Input, now: Duration) -> Vec<Action> {
    match input {
        Input::Touched { path } => state.touch(path, now),
        Input::Restructured { folder, depth } => state.restructure(&folder, depth, now),
        Input::ScanNow => state.wanted = Parts::whole(),
        Input::Gone { path } => {
            let folder = parent(&path).unwrap_or("");
            state.wanted.add(folder, Depth::Level);
        }
        Input::InView { path } => state.in_view = path,
        Input::Steady { path } => {
            state.doubts.remove(&path);
        }
        Input::Doubtful { path, seen } => state.hold(path, seen, now),
        Input::Unsteady {
            path,
            seen,
            n_looks,
        } => {
            state.waiting.entry(path).or_insert(Waiting {
                seen,
                span: Span::at(now),
                held_until: None,
                n_looks: n_looks + 1,
            });
            state.merge_storm(now);
        }
        Input::Scanned { doubtful } => state.end_doubts(doubtful, now),
        Input::Tick => return state.take_due(now),
    }
    Vec::new()
}

#[cfg(test)]
mod cases;
#[cfg(test)]
mod properties;

//! Owns the thread: it waits, takes requests and signals, lets each root act, and says what is news.

mod requests;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use crossbeam_channel::{Receiver, Select, Sender, TryRecvError};

use crate::backend::{Connect, Signal, SignalKind};
use crate::outbox::Outbox;
use crate::root::{Context, Root};
use crate::rules::Rules;
use crate::settle::{Action, Input, step};
use crate::supervisor::Supervisor;
use crate::write::Past;
use crate::{Config, Event, Request, RootId, Waker};

/// While more events than this wait for the app, no more requests are taken: the app then finds the
/// watcher busy, and memory stays bounded.
const MAX_WAITING_EVENTS: usize = 4_096;
/// Signals that are taken in one turn.
const MAX_SIGNALS_PER_TURN: usize = 8_192;
/// When the clock on the wall has gone on by so much more than the other one, the machine was
/// asleep.
const SLEEP: Duration = Duration::from_secs(10);

/// All that the thread owns.
pub(crate) struct Engine {
    config: Config,
    rules: Rules,
    requests: Receiver<Request>,
    stop: Stop,
    outbox: Outbox,
    supervisor: Supervisor,
    roots: BTreeMap<RootId, Root>,
    in_view: Option<(RootId, String)>,
    past: Past,
    start: Instant,
    /// Both clocks as they were at the last turn.
    last_turn: (Instant, SystemTime),
    /// Whether the backend was missing when the last turn ended.
    is_failing: bool,
}

/// How the handle ends the thread.
pub(crate) struct Stop {
    /// Looked at between files and folders.
    pub(crate) should_stop: Arc<AtomicBool>,
    /// Disconnected when the handle is dropped: wakes the thread.
    pub(crate) alive: Receiver<()>,
}

impl Engine {
    pub(crate) fn new(
        config: Config,
        waker: Waker,
        requests: Receiver<Request>,
        events: Sender<Event>,
        stop: Stop,
        connect: Connect,
    ) -> Self {
        Self {
            rules: Rules::new(config.extensions.clone()),
            config,
            requests,
            stop,
            outbox: Outbox::new(events, waker),
            supervisor: Supervisor::new(connect),
            roots: BTreeMap::new(),
            in_view: None,
            past: Past::default(),
            start: Instant::now(),
            last_turn: (Instant::now(), SystemTime::now()),
            is_failing: false,
        }
    }

    /// Works until the handle is dropped or nobody listens.
    pub(crate) fn run(mut self) {
        while self.outbox.flush().is_ok() {
            self.wait();
            if self.stop.should_stop.load(Ordering::Relaxed) {
                break;
            }
            if catch_unwind(AssertUnwindSafe(|| self.turn())).is_err() {
                self.recover();
            }
        }
    }

    fn turn(&mut self) {
        self.notice_sleep();
        self.take_requests();
        self.take_signals();
        self.act();
        self.tell_late_words();
    }

    /// After a panic in a turn nothing that it was about is trusted: all is watched anew and
    /// compared, later each time that it happens again.
    fn recover(&mut self) {
        let now = self.now();
        let why = "an error inside Postil, which its log tells of".into();
        self.supervisor.fail(why, now);
        for root in self.roots.values_mut() {
            root.doubt_all(&mut self.supervisor, now);
            root.scan_by(now + self.config.poll_interval);
        }
    }

    fn notice_sleep(&mut self) {
        let (clock, wall) = self.last_turn;
        self.last_turn = (Instant::now(), SystemTime::now());
        let gone_on = self.last_turn.1.duration_since(wall).unwrap_or_default();
        if gone_on.saturating_sub(clock.elapsed()) > SLEEP {
            tracing::info!("the machine was asleep; all folders are compared");
            self.check();
        }
    }

    fn check(&mut self) {
        let now = self.now();
        for root in self.roots.values_mut() {
            root.check(now);
        }
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// Sleeps until there is something to do.
    fn wait(&self) {
        let mut select = Select::new();
        select.recv(&self.stop.alive);
        if self.outbox.len() < MAX_WAITING_EVENTS {
            select.recv(&self.requests);
        }
        if let Some(signals) = self.supervisor.signals() {
            select.recv(&signals.receiver);
        }
        if let Some(events) = self.outbox.wants_room() {
            select.send(events);
        }
        let revival = self
            .supervisor
            .deadline()
            .filter(|_| !self.roots.is_empty());
        let deadline = self
            .roots
            .values()
            .filter_map(Root::deadline)
            .chain(revival)
            .chain(self.past.deadline())
            .min();
        // What is ready is found out by trying: a ready operation need not be taken.
        match deadline {
            Some(deadline) => drop(select.ready_deadline(self.start + deadline)),
            None => drop(select.ready()),
        }
    }

    fn take_requests(&mut self) {
        while self.outbox.len() < MAX_WAITING_EVENTS
            && let Ok(request) = self.requests.try_recv()
        {
            self.handle(request);
            if self.outbox.flush().is_err() {
                break;
            }
        }
    }

    fn take_signals(&mut self) {
        let Some(signals) = self.supervisor.signals() else {
            return;
        };
        let has_overflowed = signals.take_overflow();
        let mut is_dead = false;
        let mut taken = Vec::new();
        while taken.len() < MAX_SIGNALS_PER_TURN {
            match signals.receiver.try_recv() {
                Ok(signal) => taken.push(signal),
                Err(error) => {
                    is_dead = error == TryRecvError::Disconnected;
                    break;
                }
            }
        }
        for signal in &taken {
            self.hear(signal);
        }
        let now = self.now();
        if has_overflowed {
            tracing::info!("the system dropped file events; all folders are compared");
            for root in self.roots.values_mut() {
                root.doubt_all(&mut self.supervisor, now);
            }
        }
        if is_dead {
            self.supervisor
                .fail("the system's file events have stopped".into(), now);
        }
    }

    fn hear(&mut self, signal: &Signal) {
        if signal.kind == SignalKind::Nudge {
            return;
        }
        let at = signal.at.saturating_duration_since(self.start);
        let path: &Path = &signal.path;
        for root in self.roots.values_mut() {
            let from = signal.from.as_deref();
            root.hear(
                path,
                signal.kind,
                from,
                &self.rules,
                &mut self.supervisor,
                at,
            );
        }
    }

    /// Does what is due: single files of all roots first, then scans.
    fn act(&mut self) {
        let now = self.now();
        if !self.roots.is_empty() && self.supervisor.revive(now) {
            for root in self.roots.values_mut() {
                root.doubt_all(&mut self.supervisor, now);
                step(&mut root.settle, Input::ScanNow, now);
            }
        }
        let mut actions = Vec::new();
        for (id, root) in &mut self.roots {
            root.tick(now);
            for action in step(&mut root.settle, Input::Tick, now) {
                actions.push((*id, action));
            }
        }
        actions.sort_by_key(|(_, action)| matches!(action, Action::Scan(_)));
        let should_stop = Arc::clone(&self.stop.should_stop);
        let should_stop = move || should_stop.load(Ordering::Relaxed);
        let mut context = Context {
            config: &self.config,
            rules: &self.rules,
            start: self.start,
            should_stop: &should_stop,
            supervisor: &mut self.supervisor,
            outbox: &mut self.outbox,
        };
        for (id, action) in actions {
            let Some(root) = self.roots.get_mut(&id) else {
                continue;
            };
            match action {
                Action::Look {
                    path,
                    seen,
                    n_looks,
                } => root.look(path, seen, n_looks, &mut context),
                Action::Scan(scan) => root.scan(&scan, &mut context),
            }
            if context.outbox.flush().is_err() || should_stop() {
                return;
            }
        }
        let was_failing = std::mem::replace(
            &mut self.is_failing,
            !self.roots.is_empty() && self.supervisor.is_failing(),
        );
        for root in self.roots.values_mut() {
            if self.is_failing && !was_failing {
                root.scan_by(now + self.config.poll_interval);
            }
            root.tell_health(&self.supervisor, &mut self.outbox);
        }
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

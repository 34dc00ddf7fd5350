//! Changes, undos, redos, backups, ends and kills in any order, held to a reference in memory.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::Receiver;
use postil_model::{
    Change, Entry, History, Library, Milestone, MilestoneId, Note, Phase, PhaseId, PhaseStatus,
    Plan, PlanId, PlanStatus, Rank, Scope, Step, Timestamp,
};
use postil_store::{Access, Batch, Event, Lock, Request, Store, start};
use tempfile::TempDir;

/// Longer than anything here takes on the slowest machine; only a failure waits for it.
const PATIENCE: Duration = Duration::from_mins(1);

/// What was done, in numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Done {
    pub(crate) changes: usize,
    pub(crate) undone: usize,
    pub(crate) redone: usize,
    pub(crate) starts: usize,
    pub(crate) kills: usize,
    pub(crate) backups: usize,
}

/// Does what the bytes say.
///
/// # Panics
/// If the store is not what the reference is, or says something that it should not.
pub(crate) fn run(bytes: &[u8]) -> Done {
    let mut bytes = bytes.iter().copied();
    let mut session = Session::begin();
    let mut done = Done::default();
    while let Some(what) = bytes.next() {
        let mut next = || bytes.next().unwrap_or(0);
        match what % 16 {
            0 => {
                session.restart();
                done.starts += 1;
            }
            1 => {
                session.kill();
                done.kills += 1;
            }
            2 | 3 => done.undone += usize::from(session.undo()),
            4 | 5 => done.redone += usize::from(session.redo()),
            6 => {
                session.forget(next());
            }
            7 => {
                session.back_up();
                done.backups += 1;
            }
            _ => {
                let changes = (0..=what / 128).map(|_| change(next(), next())).collect();
                // Typing goes on for a while, then there is a pause.
                session.act(changes, i64::from(next()) * 100);
                done.changes += 1;
            }
        }
    }
    session.restart();
    done
}

/// A record of few that there are, with a text that tells it from others.
fn change(which: u8, what: u8) -> Change {
    let id = u128::from(which % 4);
    let text = format!("{} ", char::from(what)).repeat(usize::from(what) * 8);
    let removed = what.is_multiple_of(5).then_some(Timestamp(i64::from(what)));
    let at = Timestamp(i64::from(what));
    match which / 4 % 4 {
        0 => Change::Plan(Plan {
            id: PlanId(id),
            name: text,
            folder: format!("/plans/{id}"),
            description: String::new(),
            scope: Scope::default(),
            status: [PlanStatus::Active, PlanStatus::Archived][usize::from(what % 2)],
            created: at,
            updated: at,
            removed,
        }),
        1 => Change::Phase(Phase {
            id: PhaseId(id),
            plan: PlanId(u128::from(what % 3)),
            name: text,
            description: String::new(),
            rank: Rank(u64::from(what)),
            status: PhaseStatus::InProgress,
            started: Some(at),
            completed: None,
            updated: at,
            removed,
        }),
        2 => Change::Milestone(Milestone {
            id: MilestoneId(id),
            phase: PhaseId(u128::from(what % 3)),
            name: text,
            description: String::new(),
            rank: Rank(u64::from(what)),
            completed: removed,
            updated: at,
            removed,
        }),
        _ => Change::Note(Note {
            plan: PlanId(id),
            text,
            updated: at,
        }),
    }
}

/// A running store, and the library as it must be.
struct Session {
    dir: TempDir,
    running: Option<(Store, Receiver<Event>)>,
    library: Library,
    history: History,
    now: i64,
    revision: u64,
}

impl Session {
    fn begin() -> Self {
        let mut session = Self {
            dir: tempfile::tempdir_in("/dev/shm")
                .or_else(|_| tempfile::tempdir())
                .unwrap(),
            running: None,
            library: Library::default(),
            history: History::default(),
            now: 0,
            revision: 0,
        };
        session.start();
        session
    }

    /// Starts, and compares what is there.
    fn start(&mut self) {
        let lock = Lock::acquire(self.dir.path()).unwrap();
        let (store, events) = start(lock, Arc::new(|| {})).unwrap();
        match events.recv_timeout(PATIENCE).unwrap() {
            Event::Opened {
                library,
                history,
                problems,
                access: Access::ReadWrite,
                recovery: None,
                ..
            } => {
                assert_eq!(problems, []);
                assert_eq!(library, self.library);
                assert_eq!(history.entries(), self.history.entries());
            }
            other => panic!("{other:?}"),
        }
        self.running = Some((store, events));
    }

    fn restart(&mut self) {
        if let Some((store, _)) = self.running.take() {
            assert_eq!(store.close().n_unwritten, 0);
        }
        self.start();
    }

    /// Goes on with what a process that dies now leaves on the disk.
    fn kill(&mut self) {
        let left = tempfile::tempdir_in("/dev/shm")
            .or_else(|_| tempfile::tempdir())
            .unwrap();
        copy(self.dir.path(), left.path());
        drop(self.running.take());
        self.dir = left;
        self.start();
    }

    fn act(&mut self, changes: Vec<Change>, pause_ms: i64) {
        self.now += pause_ms;
        let steps = Step::of(&self.library, &changes);
        let entry = self
            .history
            .record(&self.library, steps, Timestamp(self.now));
        self.hand_over(entry, changes);
    }

    fn undo(&mut self) -> bool {
        let undone = self.history.undo(&self.library, Timestamp(self.now));
        self.turn(undone.ok())
    }

    fn redo(&mut self) -> bool {
        let redone = self.history.redo(&self.library, Timestamp(self.now));
        self.turn(redone.ok())
    }

    fn turn(&mut self, turned: Option<(Entry, Vec<Change>)>) -> bool {
        let is_turned = turned.is_some();
        if let Some((entry, changes)) = turned {
            self.hand_over(Some(entry), changes);
        }
        is_turned
    }

    /// Lets the oldest of the journal go.
    fn forget(&mut self, kept: u8) {
        let first = self
            .history
            .forget(Timestamp(i64::MIN), usize::from(kept) * 64);
        self.write(Batch {
            forget_before: first,
            ..Batch::default()
        });
    }

    fn hand_over(&mut self, entry: Option<Entry>, changes: Vec<Change>) {
        for change in &changes {
            self.library.apply(change.clone());
        }
        if let Some(entry) = &entry {
            self.history.push(entry.clone());
        }
        self.write(Batch {
            changes,
            entry,
            ..Batch::default()
        });
    }

    /// Waits until it is acknowledged.
    fn write(&mut self, batch: Batch) {
        self.revision += 1;
        let revision = self.revision;
        let (store, events) = self.running.as_ref().unwrap();
        store.write(Batch { revision, ..batch }).unwrap();
        match events.recv_timeout(PATIENCE).unwrap() {
            Event::Committed {
                revision: committed,
            } => assert_eq!(committed, revision),
            other => panic!("{other:?}"),
        }
    }

    fn back_up(&mut self) {
        let (store, events) = self.running.as_ref().unwrap();
        store.request(Request::BackUp).unwrap();
        match events.recv_timeout(PATIENCE).unwrap() {
            Event::BackedUp { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let there = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&there).unwrap();
            copy(&entry.path(), &there);
        } else {
            fs::copy(entry.path(), there).unwrap();
        }
    }
}

//! Owns what holds for any sequence of inputs: nothing is forgotten, and everything comes to rest.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Action, Input, MAX_LOOKS, STORM, Scan, State, step};
use crate::Config;
use crate::parts::{Depth, MAX_FOLDERS};

#[derive(Clone, Debug)]
enum Happening {
    Touch(u16),
    /// So many, in so many folders.
    TouchMany(u16, u16),
    Names(u16, bool),
    Rescan,
    View(Option<u16>),
}

/// What the file system answers to looks: for each path in turn there, missing or changing.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Steady,
    Missing,
    Unsteady,
}

fn path(n: u16) -> String {
    format!("{}/{n}.md", folder(n % 3))
}

fn folder(n: u16) -> String {
    format!("d{}/{n}", n % 5)
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        8 => (0_u16..20).prop_map(Happening::Touch),
        1 => (400_u16..700, 1_u16..60).prop_map(|(n, folders)| Happening::TouchMany(n, folders)),
        2 => (0_u16..60, any::<bool>()).prop_map(|(n, deep)| Happening::Names(n, deep)),
        1 => Just(Happening::Rescan),
        1 => proptest::option::of(0_u16..20).prop_map(Happening::View),
    ]
}

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        Just(Answer::Steady),
        Just(Answer::Missing),
        Just(Answer::Unsteady)
    ]
}

struct Run {
    state: State,
    now: Duration,
    answers: Vec<Answer>,
    n_answers: usize,
    last_touch: HashMap<String, Duration>,
    last_look: HashMap<String, Duration>,
    /// Folders in which names have changed, and when.
    last_names: HashMap<(String, Depth), Duration>,
    last_rescan: Option<Duration>,
}

impl Run {
    fn touch(&mut self, path: String) {
        self.last_touch.insert(path.clone(), self.now);
        step(&mut self.state, Input::Touched { path }, self.now);
    }

    fn tick(&mut self) {
        for action in step(&mut self.state, Input::Tick, self.now) {
            match action {
                Action::Look {
                    path,
                    seen,
                    n_looks,
                } => self.look(path, seen, n_looks),
                Action::Scan(scan) => self.scan(&scan),
            }
        }
    }

    fn scan(&mut self, scan: &Scan) {
        assert!(scan.parts.iter().count() <= MAX_FOLDERS);
        for path in self.last_touch.keys() {
            if scan.covers(path) && !scan.unsettled.contains(path) {
                self.last_look.insert(path.clone(), self.now);
            }
        }
        self.last_names.retain(|(folder, depth), _| {
            let inside = match depth {
                Depth::Level => format!("{folder}/x.md"),
                Depth::Below => format!("{folder}/deep/x.md"),
            };
            !scan.parts.cover(&inside)
        });
        if scan.parts.is_whole() {
            self.last_rescan = None;
        }
        let doubtful = Vec::new();
        step(&mut self.state, Input::Scanned { doubtful }, self.now);
    }

    fn look(&mut self, path: String, seen: Duration, n_looks: u32) {
        assert!(seen <= self.now);
        self.last_look.insert(path.clone(), self.now);
        self.n_answers += 1;
        let input = match self.answers[self.n_answers % self.answers.len()] {
            Answer::Missing if self.state.believes(&path, self.now) => Input::Gone { path },
            Answer::Missing => Input::Doubtful { path, seen },
            Answer::Unsteady if n_looks + 1 < MAX_LOOKS => Input::Unsteady {
                path,
                seen,
                n_looks,
            },
            Answer::Unsteady | Answer::Steady => Input::Steady { path },
        };
        step(&mut self.state, input, self.now);
    }

    fn advance(&mut self, until: Duration) {
        while let Some(deadline) = self.state.deadline().filter(|at| *at <= until) {
            self.now = self.now.max(deadline);
            self.tick();
        }
        self.now = until;
    }
}

proptest! {
    #[test]
    fn every_touched_path_is_looked_at_after_its_last_event(
        script in vec((0_u64..900, happening()), 1..60),
        answers in vec(answer(), 1..12),
    ) {
        let mut run = Run {
            state: State::new(&Config::default()),
            now: Duration::ZERO,
            answers,
            n_answers: 0,
            last_touch: HashMap::new(),
            last_look: HashMap::new(),
            last_names: HashMap::new(),
            last_rescan: None,
        };
        for (pause_ms, happening) in script {
            let next = run.now + Duration::from_millis(pause_ms);
            run.advance(next);
            match happening {
                Happening::Touch(n) => run.touch(path(n)),
                Happening::TouchMany(n_paths, n_folders) => {
                    for n in 0..n_paths {
                        run.touch(format!("{}/{n}.md", folder(n % n_folders)));
                    }
                }
                Happening::Names(n, is_deep) => {
                    let depth = if is_deep { Depth::Below } else { Depth::Level };
                    let folder = folder(n);
                    run.last_names.insert((folder.clone(), depth), run.now);
                    step(&mut run.state, Input::Restructured { folder, depth }, run.now);
                }
                Happening::Rescan => {
                    run.last_rescan = Some(run.now);
                    step(&mut run.state, Input::ScanNow, run.now);
                }
                Happening::View(n) => {
                    step(&mut run.state, Input::InView { path: n.map(path) }, run.now);
                }
            }
            prop_assert!(run.state.waiting.len() <= STORM + 1, "what waits is bounded");
        }
        // The timers run; whatever the answers are, it comes to rest.
        let end = run.now + Duration::from_mins(10);
        run.answers.push(Answer::Steady);
        run.advance(end);
        prop_assert_eq!(run.state.deadline(), None);
        let unseen: BTreeSet<_> = run
            .last_touch
            .iter()
            .filter(|(path, touched)| run.last_look.get(*path).is_none_or(|look| look < *touched))
            .collect();
        prop_assert!(unseen.is_empty(), "never looked at again: {unseen:?}");
        prop_assert!(run.last_names.is_empty(), "never scanned: {:?}", run.last_names);
        prop_assert_eq!(run.last_rescan, None);
    }
}

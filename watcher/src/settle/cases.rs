//! Owns the event scripts in `tests/cases`: inputs at times, and what the judgement does when.
//!
//! A line is `<ms> <input> [<path>…]`, or `<ms> => <action> [<path>…]` for what is expected; `#`
//! starts a comment. Ticks come by themselves, at each deadline. Inputs: `touch`, `names` (with the
//! folder; `/` after it where all below is meant), `rescan`, `view`, `missing` (a look found the file
//! missing or emptied), `steady`, `unsteady`, `scanned` (with the paths in doubt), `touch-many` (with
//! a count and a pattern, of which `@` becomes the number and `%` the number by ten). Actions: `look`,
//! `scan` (with the folders as above in brackets, none for the whole root, `.` for the root's own
//! files; the paths to be read whatever their stamps say; `+` before those that are left alone, `?`
//! before those in doubt).

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use super::{Action, Input, State, step};
use crate::Config;
use crate::parts::Depth;

/// More ticks than any script needs: a state that always wants one more must fail, not hang.
const MAX_TICKS: usize = 10_000;

struct Run {
    state: State,
    now: Duration,
    actions: Vec<String>,
    looks: HashMap<String, (Duration, u32)>,
}

impl Run {
    fn advance(&mut self, until: Option<Duration>) {
        for _ in 0..MAX_TICKS {
            let Some(deadline) = self.state.deadline() else {
                return;
            };
            if until.is_some_and(|until| deadline > until) {
                return;
            }
            self.now = self.now.max(deadline);
            for action in step(&mut self.state, Input::Tick, self.now) {
                self.record(&action);
            }
        }
        panic!("the state never comes to rest: {:?}", self.actions);
    }

    fn record(&mut self, action: &Action) {
        let mut line = format!("{} =>", self.now.as_millis());
        match action {
            Action::Look {
                path,
                seen,
                n_looks,
            } => {
                self.looks.insert(path.clone(), (*seen, *n_looks));
                write!(line, " look {path}").expect("a string takes all");
            }
            Action::Scan(scan) => {
                line += " scan";
                for (folder, depth) in scan.parts.iter().filter(|_| !scan.parts.is_whole()) {
                    let folder = if folder.is_empty() { "." } else { folder };
                    let all = if depth == Depth::Below { "/" } else { "" };
                    write!(line, " [{folder}{all}]").expect("a string takes all");
                }
                let marked = [
                    ("", scan.touched.keys().collect::<Vec<_>>()),
                    ("+", scan.unsettled.iter().collect()),
                    ("?", scan.doubted.iter().collect()),
                ];
                for (mark, paths) in marked {
                    for path in paths {
                        write!(line, " {mark}{path}").expect("a string takes all");
                    }
                }
            }
        }
        self.actions.push(line);
    }

    fn input(&mut self, word: &str, paths: &[&str]) {
        let path = paths.first().unwrap_or(&"").to_string();
        let (seen, n_looks) = self.looks.get(&path).copied().unwrap_or((self.now, 0));
        let input = match word {
            "touch" => Input::Touched { path },
            "touch-many" => {
                let n_paths: usize = path.parse().expect("a count");
                let pattern = paths.get(1).expect("a pattern");
                for n in 0..n_paths {
                    let path = pattern.replace('@', &n.to_string());
                    let path = path.replace('%', &(n / 10).to_string());
                    step(&mut self.state, Input::Touched { path }, self.now);
                }
                return;
            }
            "names" => Input::Restructured {
                depth: if path.ends_with('/') {
                    Depth::Below
                } else {
                    Depth::Level
                },
                folder: path.trim_matches(['/', '.']).into(),
            },
            "rescan" => Input::ScanNow,
            "view" => Input::InView {
                path: Some(path).filter(|path| !path.is_empty()),
            },
            "missing" if self.state.believes(&path, self.now) => Input::Gone { path },
            "missing" => Input::Doubtful { path, seen },
            "steady" => Input::Steady { path },
            "unsteady" => Input::Unsteady {
                path,
                seen,
                n_looks,
            },
            "scanned" => Input::Scanned {
                doubtful: paths.iter().map(ToString::to_string).collect(),
            },
            _ => panic!("no such input: {word}"),
        };
        step(&mut self.state, input, self.now);
    }
}

fn check(name: &str, script: &str) {
    let mut run = Run {
        state: State::new(&Config::default()),
        now: Duration::ZERO,
        actions: Vec::new(),
        looks: HashMap::new(),
    };
    let mut expected = Vec::new();
    for line in script.lines() {
        let line = line.split('#').next().unwrap_or("");
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [] => {}
            [_, "=>", ..] => expected.push(words.join(" ")),
            [at, word, paths @ ..] => {
                let at = Duration::from_millis(at.parse().expect("a time in milliseconds"));
                run.advance(Some(at));
                run.now = at;
                run.input(word, paths);
            }
            [_] => panic!("{name}: a time without an input: {line}"),
        }
    }
    run.advance(None);
    assert_eq!(run.actions, expected, "{name}");
}

#[test]
fn every_script_does_what_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut n_scripts = 0;
    for entry in folder.read_dir().expect("the scripts") {
        let path = entry.expect("an entry").path();
        let script = std::fs::read_to_string(&path).expect("a script");
        check(&path.display().to_string(), &script);
        n_scripts += 1;
    }
    assert!(n_scripts > 5, "the scripts were found");
}

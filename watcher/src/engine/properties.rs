//! Owns what holds for any changes: in the end what was told is what is on the disk, however many
//! events are lost, and by the events alone when none is.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;

use super::tests::{Bench, PATIENCE, Shared};
use crate::backend::{Signal, SignalKind};
use crate::{ContentHash, Event, Health};

const PATHS: [&str; 6] = [
    "a.md",
    "b.md",
    "sub/b.md",
    "sub/c.md",
    "new/d.md",
    "new/deep/e.md",
];

#[derive(Clone, Debug)]
enum Act {
    Write(usize, u8),
    Remove(usize),
    Rename(usize, usize),
    RemoveFolder,
    /// Away, and back.
    MoveFolder(bool),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..PATHS.len(), any::<u8>()).prop_map(|(at, byte)| Act::Write(at, byte)),
        2 => (0..PATHS.len()).prop_map(Act::Remove),
        2 => (0..PATHS.len(), 0..PATHS.len()).prop_map(|(from, to)| Act::Rename(from, to)),
        1 => Just(Act::RemoveFolder),
        1 => any::<bool>().prop_map(Act::MoveFolder),
    ]
}

/// Does it; gives the paths that events would be about.
fn perform(bench: &Bench, act: &Act) -> Vec<&'static str> {
    match *act {
        Act::Write(at, byte) => {
            let path = bench.path(PATHS[at]);
            let folders = ["sub", "new", "new/deep"].into_iter();
            let mut told: Vec<_> = folders
                .filter(|folder| PATHS[at].starts_with(&format!("{folder}/")))
                .filter(|folder| !bench.path(folder).exists())
                .collect();
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            bench.put(PATHS[at], &[byte; 3]);
            told.push(PATHS[at]);
            told
        }
        Act::Remove(at) => {
            // Nothing may be there.
            let _ = fs::remove_file(bench.path(PATHS[at]));
            vec![PATHS[at]]
        }
        Act::Rename(from, to) => {
            let _ = fs::rename(bench.path(PATHS[from]), bench.path(PATHS[to]));
            vec![PATHS[from], PATHS[to]]
        }
        Act::RemoveFolder => {
            let _ = fs::remove_dir_all(bench.path("new"));
            vec!["new"]
        }
        Act::MoveFolder(is_away) => {
            let (from, to) = if is_away {
                ("new", "sub/moved")
            } else {
                ("sub/moved", "new")
            };
            let _ = fs::rename(bench.path(from), bench.path(to));
            vec![from, to]
        }
    }
}

fn on_disk(bench: &Bench) -> BTreeMap<String, ContentHash> {
    let mut there = BTreeMap::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(bench.path(&folder)).expect("listed") {
            let entry = entry.expect("listed");
            let name = entry.file_name().into_string().expect("a plain name");
            let path = format!("{folder}{name}");
            if entry.file_type().expect("known").is_dir() {
                folders.push(path + "/");
            } else {
                let bytes = fs::read(entry.path()).expect("read");
                there.insert(path, ContentHash::of(&bytes));
            }
        }
    }
    there
}

fn take(model: &mut BTreeMap<String, ContentHash>, event: Event) {
    match event {
        Event::Scanned { files, .. } => {
            let files = files.into_iter();
            *model = files.filter_map(|f| Some((f.path, f.hash?))).collect();
        }
        Event::Changed { entry, .. } => {
            model.extend(entry.hash.map(|hash| (entry.path, hash)));
        }
        _ => {}
    }
}

/// Does all of it, while as many events are heard as the script says; in the end the model is what
/// is there.
fn check(script: &[(Act, bool, u64)], safety_scan: Duration) -> Result<(), TestCaseError> {
    let bench = Bench::with(Shared::default(), safety_scan);
    let mut model = BTreeMap::new();
    loop {
        let event = bench.events.recv_timeout(PATIENCE).expect("it begins");
        if matches!(
            &event,
            Event::Health {
                health: Health::Live,
                ..
            }
        ) {
            break;
        }
        take(&mut model, event);
    }
    for (act, is_heard, pause_ms) in script {
        let paths = perform(&bench, act);
        for path in paths.into_iter().filter(|_| *is_heard) {
            bench.feed().put(Signal {
                path: bench.path(path),
                kind: SignalKind::Name { is_folder: None },
                from: None,
                at: Instant::now(),
            });
        }
        let until = Instant::now() + Duration::from_millis(*pause_ms);
        while let Ok(event) = bench.events.recv_deadline(until) {
            take(&mut model, event);
        }
    }
    let truth = on_disk(&bench);
    let until = Instant::now() + PATIENCE;
    while model != truth {
        let event = bench.events.recv_deadline(until);
        prop_assert!(event.is_ok(), "told {model:?}, there is {truth:?}");
        take(&mut model, event.expect("it is"));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_told_becomes_what_is_there_whatever_events_are_lost(
        script in vec((act(), any::<bool>(), 0_u64..30), 1..40),
    ) {
        check(&script, Duration::from_millis(25))?;
    }

    #[test]
    fn the_events_alone_are_enough_when_none_is_lost(
        script in vec((act(), Just(true), 0_u64..30), 1..40),
    ) {
        check(&script, Duration::ZERO)?;
    }
}

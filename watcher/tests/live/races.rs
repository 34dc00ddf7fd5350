//! Another program saves the same file at the same time: whatever the order, none of its words are
//! gone without being said.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use postil_watcher::{ContentHash, WriteError};

use crate::support::{Bench, at_start};

const N_ROUNDS: u32 = 2_000;
const N_WAYS: u32 = 4;

/// A way in which programs save.
fn save(path: &Path, way: u32, words: &str) {
    let beside = |name: &str| -> PathBuf { path.with_file_name(name) };
    let put = |path: &Path| {
        let mut file = File::create(path).expect("made");
        file.write_all(words.as_bytes()).expect("written");
    };
    match way {
        // A new file in the place of the old one.
        0 => {
            put(&beside(".new"));
            fs::rename(beside(".new"), path).expect("renamed");
        }
        // The old one, emptied and written.
        1 => put(path),
        // The old one, written at its end.
        2 => {
            let mut file = OpenOptions::new().append(true).create(true).open(path);
            let file = file.as_mut().expect("opened");
            file.write_all(words.as_bytes()).expect("written");
        }
        // The old one is moved aside first.
        _ => {
            fs::rename(path, beside("a.md~")).expect("moved aside");
            put(path);
        }
    }
}

/// Waits for so long without sleeping, which takes longer.
fn pass(time: Duration) {
    let started = Instant::now();
    while started.elapsed() < time {
        std::hint::spin_loop();
    }
}

#[test]
fn no_edit_of_another_program_is_lost_without_being_said() {
    let mut bench = Bench::watched(&[("a.md", b"start\n")]);
    let path = bench.folder.join("a.md");
    let mut random = 0x9E37_79B9_u32;
    let (mut n_written, mut n_conflicts) = (0, 0);
    let mut not_in_the_file = Vec::new();
    for round in 0..N_ROUNDS {
        let before = format!("start of round {round}\n");
        save(&path, 0, &before);
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let delay = Duration::from_micros(u64::from(random >> 22));
        let theirs = format!("<theirs {round}>");
        let other = {
            let (path, theirs) = (path.clone(), theirs.clone());
            thread::Builder::new()
                .spawn(move || {
                    pass(delay);
                    save(&path, round % N_WAYS, &theirs);
                })
                .expect("a thread")
        };
        let hash = ContentHash::of(before.as_bytes());
        let result = bench.write("a.md", hash, at_start(&format!("<ours {round}>")));
        other.join().expect("saved");
        let now = fs::read_to_string(&path).expect("text");
        match result {
            Ok(_) => n_written += 1,
            Err(WriteError::Conflict { .. }) => {
                n_conflicts += 1;
                assert!(
                    !now.contains("<ours"),
                    "{round}: refused and written: {now}"
                );
            }
            // The name was gone for a moment, or the file was being written.
            Err(WriteError::Read(_) | WriteError::Busy { .. } | WriteError::Unwritable { .. }) => {
                assert!(
                    !now.contains("<ours"),
                    "{round}: refused and written: {now}"
                );
            }
            Err(error) => panic!("{round}: {error}"),
        }
        if !now.contains(&theirs) {
            not_in_the_file.push(theirs);
        }
    }
    // What came too late to the last of the replaced files is told after a while.
    let until = Instant::now() + Duration::from_secs(3);
    while let Ok(event) = bench.events.recv_deadline(until) {
        bench.seen.push(event);
    }
    let told = bench.displaced().concat();
    let lost: Vec<_> = not_in_the_file
        .iter()
        .filter(|words| !told.contains(*words))
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert!(
        n_written > 100 && n_conflicts > 100,
        "both happened: {n_written} written, {n_conflicts} conflicts"
    );
}

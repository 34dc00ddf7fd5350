//! `ops.jsonl`, the second copy: whatever happens to it or to the process, it gives back what was
//! acknowledged.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use postil_model::{Change, History, Library};
use postil_store::Event;
use postil_store::ops::{self, OpsFault, OpsProblem};
use proptest::prelude::*;

use crate::generate::change;
use crate::support::{Bench, copy, next, note, note_text, put};

fn file(dir: &Path) -> PathBuf {
    dir.join("ops.jsonl")
}

/// What the file alone gives.
fn replayed(dir: &Path) -> (Library, History, Vec<OpsProblem>) {
    let (mut library, mut history) = (Library::default(), History::default());
    let lines = ops::read(&file(dir)).unwrap();
    let problems = ops::replay(lines, None, &mut library, &mut history);
    (library, history, problems)
}

/// A library without what is derived, which the file does not tell.
fn authored(library: &Library) -> Library {
    let mut authored = Library::default();
    for change in library.to_changes() {
        if !matches!(change, Change::Stamp(_)) {
            authored.apply(change);
        }
    }
    authored
}

fn assert_told(dir: &Path, library: &Library) {
    let (told, _, problems) = replayed(dir);
    assert_eq!(problems, []);
    assert_eq!(told, authored(library));
}

#[test]
fn each_commit_is_told_before_it_is_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    assert!(!file(dir.path()).exists());
    for n in 1..=10 {
        bench.act(
            vec![note(n % 3, &format!("text {n}\n\"quoted\" \0"))],
            10_000 * n as i64,
        );
        bench.settle();
        assert_told(dir.path(), &bench.library);
    }
    bench.undo(200_000);
    bench.redo(210_000);
    bench.undo(220_000);
    bench.settle();
    let (library, history, _) = replayed(dir.path());
    assert_eq!(library, bench.library);
    // The journal too, so that what is got back can be undone.
    assert_eq!(history, bench.history);
    let n_lines = ops::read(&file(dir.path())).unwrap().count();
    assert_eq!(n_lines, 1 + 13);
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.save(vec![note(1, "private")]);
    let mode = || fs::metadata(file(dir.path())).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    bench.close();
    fs::set_permissions(file(dir.path()), fs::Permissions::from_mode(0o644)).unwrap();
    Bench::open(dir.path()).close();
    assert_eq!(mode(), 0o600);
}

#[test]
fn a_library_that_is_whole_is_opened_without_a_line() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.save(vec![note(1, "words")]);
    bench.close();
    let before = fs::read(file(dir.path())).unwrap();
    let mut bench = Bench::open(dir.path());
    bench.save(Vec::new());
    bench.close();
    assert!(fs::read(file(dir.path())).unwrap() == before);
}

/// A crash while a line is appended leaves any part of it.
#[test]
fn a_torn_last_line_is_passed_over_and_made_up_for() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.save(vec![note(1, "first")]);
    let n_before = fs::metadata(file(dir.path())).unwrap().len() as usize;
    bench.save(vec![note(2, "second")]);
    let library = bench.close();
    let whole = fs::read(file(dir.path())).unwrap();
    for n in (n_before..whole.len()).step_by(7).chain([whole.len() - 1]) {
        let left = copy(dir.path());
        put(&file(left.path()), &whole[..n]);
        let (told, _, problems) = replayed(left.path());
        assert_eq!(note_text(&told, 1), Some("first"));
        assert_eq!(note_text(&told, 2), None);
        let is_torn = matches!(
            problems[..],
            [OpsProblem {
                line: 3,
                fault: OpsFault::Torn
            }]
        );
        assert!(is_torn || n == n_before, "{n}: {problems:?}");

        // The database has what the line told of: it is told again.
        let mut bench = Bench::open(left.path());
        assert_eq!(bench.library, library);
        bench.save(vec![note(3, "third")]);
        let (told, _, problems) = replayed(left.path());
        assert_eq!(told, bench.library, "{n}");
        let is_line = |p: &OpsProblem| p.line == 3 && matches!(p.fault, OpsFault::Line { .. });
        assert!(
            problems.len() <= 1 && problems.iter().all(is_line),
            "{problems:?}"
        );
        assert!(
            fs::read(file(left.path()))
                .unwrap()
                .starts_with(&whole[..n])
        );
        bench.close();
    }
}

/// A crash after the commit and before its line: the next start shows the change as kept.
#[test]
fn a_line_that_was_never_written_is_made_up_for() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.save(vec![note(1, "first")]);
    let before = fs::read(file(dir.path())).unwrap();
    bench.save(vec![note(2, "second")]);
    let library = bench.close();
    put(&file(dir.path()), &before);
    Bench::open(dir.path()).close();
    assert_told(dir.path(), &library);
    // Once.
    let made_up = fs::read(file(dir.path())).unwrap();
    Bench::open(dir.path()).close();
    assert!(fs::read(file(dir.path())).unwrap() == made_up);
}

/// Making up for it is cut short as well.
#[test]
fn a_library_that_is_told_by_half_is_told_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.save((0..2500).map(|n| note(n, "words")).collect());
    let library = bench.close();
    fs::remove_file(file(dir.path())).unwrap();
    Bench::open(dir.path()).close();
    let whole = fs::read(file(dir.path())).unwrap();
    let ends: Vec<usize> = (0..whole.len()).filter(|i| whole[*i] == b'\n').collect();
    assert!(ends.len() > 4, "{} lines", ends.len());
    for end in &ends[..ends.len() - 1] {
        put(&file(dir.path()), &whole[..=*end]);
        Bench::open(dir.path()).close();
        assert_told(dir.path(), &library);
    }
}

#[test]
fn a_file_that_is_gone_is_begun_anew_with_everything_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.save(vec![note(1, "first")]);
    fs::remove_file(file(dir.path())).unwrap();
    bench.save(vec![note(2, "second")]);
    assert_told(dir.path(), &bench.library);
    let library = bench.close();
    fs::remove_file(file(dir.path())).unwrap();
    Bench::open(dir.path()).close();
    assert_told(dir.path(), &library);
}

#[test]
fn the_file_of_another_library_is_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    for (dir, text) in [(&dir, "mine"), (&other, "theirs")] {
        let mut bench = Bench::open(dir.path());
        bench.save(vec![note(1, text)]);
        bench.close();
    }
    for foreign in [
        fs::read(file(other.path())).unwrap(),
        b"\0\xffnonsense".to_vec(),
    ] {
        put(&file(dir.path()), &foreign);
        let bench = Bench::open(dir.path());
        let library = bench.close();
        assert_eq!(note_text(&library, 1), Some("mine"));
        assert_told(dir.path(), &library);
    }
    let aside = dir.path().join("quarantine");
    assert_eq!(
        fs::read(aside.join("ops.jsonl.1")).unwrap(),
        b"\0\xffnonsense"
    );
    assert!(aside.join("ops.jsonl").exists());
}

/// A directory under its name lets every attempt fail, for root as well.
#[test]
fn where_it_cannot_be_written_the_library_is_and_that_is_said_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    bench.save(vec![note(1, "before")]);
    fs::rename(file(dir.path()), dir.path().join("away")).unwrap();
    fs::create_dir(file(dir.path())).unwrap();
    bench.write(vec![note(2, "during")]);
    match next(&bench.events) {
        Event::Ops {
            problem: Some(error),
        } => assert_eq!(error.file, file(dir.path())),
        other => panic!("{other:?}"),
    }
    bench.settle();
    // Nothing but acknowledgements from here on.
    bench.save(vec![note(2, "still")]);
    bench.save(vec![note(3, "still")]);
    fs::remove_dir(file(dir.path())).unwrap();
    bench.write(vec![note(4, "after")]);
    assert!(matches!(next(&bench.events), Event::Ops { problem: None }));
    bench.settle();
    assert_told(dir.path(), &bench.library);
    let library = bench.close();
    assert_eq!(Bench::open(dir.path()).library, library);
}

#[test]
fn a_library_that_is_closed_while_it_cannot_be_written_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    Bench::open(dir.path()).close();
    fs::create_dir(file(dir.path())).unwrap();
    let mut bench = Bench::open(dir.path());
    bench.write(vec![note(1, "words")]);
    let is_problem = |event| matches!(event, Event::Ops { problem: Some(_) });
    assert!(is_problem(next(&bench.events)));
    bench.settle();
    let library = bench.close();
    fs::remove_dir(file(dir.path())).unwrap();
    let bench = Bench::open(dir.path());
    assert_eq!(bench.library, library);
    bench.close();
    assert_told(dir.path(), &library);
}

/// A disk of 4 MB, where the system lets us have one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let dir = tempfile::tempdir().ok()?;
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
            .arg(dir.path())
            .stderr(Stdio::null())
            .status();
        mount
            .is_ok_and(|status| status.success())
            .then_some(Self(dir))
    }

    /// Takes all the room.
    fn fill(&self) {
        let mut filler = File::create(self.0.path().join("filler")).unwrap();
        while filler.write_all(&[1; 4096]).is_ok() {}
    }

    fn make_room(&self) {
        fs::remove_file(self.0.path().join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmount = Command::new("umount").arg("-l").arg(self.0.path()).status();
        assert!(unmount.is_ok_and(|status| status.success()));
    }
}

/// Only root can have a full disk without filling everybody's.
#[test]
fn a_disk_that_is_full_for_a_while_loses_nothing() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let dir = disk.0.path().join("data");
    let mut bench = Bench::open(&dir);
    bench.save(vec![note(1, "before")]);
    disk.fill();
    bench.write(vec![note(1, &"words ".repeat(4000))]);
    // Whichever of the two copies finds no room first.
    match next(&bench.events) {
        Event::Ops { problem: Some(_) } | Event::Waiting { .. } => {}
        other => panic!("there was room: {other:?}"),
    }
    disk.make_room();
    bench.write(vec![note(2, "after")]);
    while match next(&bench.events) {
        Event::Committed { revision } => revision < bench.revision,
        Event::Ops { .. } | Event::Waiting { .. } => true,
        other => panic!("{other:?}"),
    } {}
    let library = bench.close();
    let (told, _, problems) = replayed(&dir);
    assert_eq!(told, library);
    // Half a line may be left of the attempt.
    let is_torn = |p: &OpsProblem| matches!(p.fault, OpsFault::Line { .. } | OpsFault::Checksum);
    assert!(problems.iter().all(is_torn), "{problems:?}");
    assert_eq!(Bench::open(&dir).library, library);
}

#[test]
fn lines_that_a_backup_has_already_are_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::open(dir.path());
    for n in 1..=3_u32 {
        bench.act(vec![note(1, &format!("text {n}"))], 10_000 * i64::from(n));
        bench.settle();
    }
    let (mut library, mut history) = (bench.library.clone(), bench.history.clone());
    let seq = ops::read(&file(dir.path())).unwrap().last().unwrap().seq;
    bench.act(vec![note(2, "later")], 90_000);
    bench.settle();
    let lines = ops::read(&file(dir.path())).unwrap();
    let problems = ops::replay(lines, Some(seq), &mut library, &mut history);
    assert_eq!(problems, []);
    assert_eq!((&library, &history), (&bench.library, &bench.history));
}

#[test]
fn a_directory_full_of_bytes_is_read_without_a_panic() {
    let dir = tempfile::tempdir().unwrap();
    let deep = "[".repeat(100_000);
    for bytes in [
        &b""[..],
        b"\n\n\n",
        b"\0\0\0\0",
        b"{\"v\":1}\n{\"v\":\"1\",\"seq\":-1,\"at\":1e99,\"changes\":{}}\n",
        deep.as_bytes(),
        b"\xff\xfe\n{}",
    ] {
        put(&file(dir.path()), bytes);
        assert_eq!(replayed(dir.path()).0, Library::default());
        let mut more = OpenOptions::new()
            .append(true)
            .open(file(dir.path()))
            .unwrap();
        more.write_all(b"\n").unwrap();
        assert_eq!(replayed(dir.path()).0, Library::default());
    }
}

#[derive(Clone, Debug)]
enum Step {
    Write(Vec<Change>),
    Restart,
    /// The file loses its end.
    Tear(usize),
    Lose,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => prop::collection::vec(change(), 0..6).prop_map(Step::Write),
        1 => Just(Step::Restart),
        1 => (0..500_usize).prop_map(Step::Tear),
        1 => Just(Step::Lose),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_session_is_told(steps in prop::collection::vec(step(), 1..12)) {
        let dir = tempfile::tempdir().unwrap();
        let mut bench = Bench::open(dir.path());
        for step in steps {
            match step {
                Step::Write(changes) => {
                    bench.save(changes);
                    if !bench.events.is_empty() || file(dir.path()).exists() {
                        prop_assert_eq!(replayed(dir.path()).0, authored(&bench.library));
                    }
                    continue;
                }
                Step::Restart => drop(bench.close()),
                Step::Tear(n) => {
                    bench.close();
                    if let Ok(bytes) = fs::read(file(dir.path())) {
                        put(&file(dir.path()), &bytes[..bytes.len().saturating_sub(n)]);
                    }
                }
                Step::Lose => {
                    bench.close();
                    drop(fs::remove_file(file(dir.path())));
                }
            }
            bench = Bench::open(dir.path());
        }
        bench.save(vec![note(1, "end")]);
        let library = bench.close();
        prop_assert_eq!(replayed(dir.path()).0, authored(&library));
    }
}

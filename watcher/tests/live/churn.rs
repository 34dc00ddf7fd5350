//! Several processes at random in one folder, round after round: after each the picture is what a
//! fresh scan finds, and nothing has grown that should not.
//!
//! `cargo xtask churn` names more time in the environment. Each failure names the seed.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use postil_watcher::{Event, Request};

use crate::support::{Bench, ROOT, at_start, config, put};

/// Seconds that all rounds take together.
const SECONDS: &str = "POSTIL_CHURN_SECONDS";
const SEED: &str = "POSTIL_CHURN_SEED";
/// Names the folder to the child, and makes it one.
const CHILD: &str = "POSTIL_TEST_CHURNS_IN";
const N_PROCESSES: u64 = 4;
/// Of one round, in CI and when more time is given.
const SHORT_ROUND: Duration = Duration::from_secs(1);
const LONG_ROUND: Duration = Duration::from_secs(15);

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// A path of few, so that processes meet.
    fn file(&mut self, folder: &Path) -> PathBuf {
        let kinds = ["md", "md", "md", "json", "txt"];
        let kind = kinds[self.below(5) as usize];
        let name = format!("f{}.{kind}", self.below(12));
        self.folder(folder).join(name)
    }

    fn folder(&mut self, folder: &Path) -> PathBuf {
        let mut path = folder.to_path_buf();
        for _ in 0..self.below(4) {
            path.push(["a", "b", "c", "node_modules", ".claude"][self.below(5) as usize]);
        }
        path
    }

    /// Not the root itself: what then comes in its place is another question.
    fn below_the_root(&mut self, folder: &Path) -> PathBuf {
        self.folder(&folder.join("a"))
    }
}

/// One thing that programs do. Whatever fails because another process was there first is no matter.
fn act(random: &mut Random, folder: &Path, outside: &Path) -> std::io::Result<()> {
    let path = random.file(folder);
    let other = random.file(folder);
    let words = format!("{}\n", random.next());
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let write = |path: &Path, words: &str| -> std::io::Result<()> {
        fs::File::create(path)?.write_all(words.as_bytes())
    };
    match random.below(20) {
        0..5 => write(&path, &words),
        5 => {
            let mut file = fs::File::create(&path)?;
            std::thread::sleep(Duration::from_millis(random.below(30)));
            file.write_all(words.as_bytes())
        }
        6 => OpenOptions::new()
            .append(true)
            .open(&path)?
            .write_all(words.as_bytes()),
        7 => {
            let new = path.with_extension("new");
            write(&new, &words)?;
            fs::rename(new, path)
        }
        8 | 9 => fs::rename(path, other),
        10 | 11 => fs::remove_file(path),
        12 => fs::remove_dir_all(path.parent().filter(|at| *at != folder).unwrap_or(&other)),
        13 => fs::rename(
            random.below_the_root(folder),
            random.folder(folder).join("d"),
        ),
        14 => {
            let moved = outside.join(format!("m{}", random.below(3)));
            fs::rename(random.below_the_root(folder), moved)
        }
        15 => {
            let moved = outside.join(format!("m{}", random.below(3)));
            fs::rename(moved, random.folder(folder).join("back"))
        }
        16 => {
            let same = fs::read(&path)?;
            fs::File::create(&path)?.write_all(&same)
        }
        17 => {
            let rules = ["", "*.json\n", "b/\n", "f1.md\n"][random.below(4) as usize];
            write(&random.folder(folder).join(".gitignore"), rules)
        }
        #[cfg(unix)]
        18 => std::os::unix::fs::symlink(other.file_name().unwrap_or_default(), path),
        _ => {
            let up = path.with_file_name(
                path.file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .to_uppercase(),
            );
            fs::rename(path, up)
        }
    }
}

#[test]
#[ignore = "a child of the next"]
fn a_churning_child() {
    let Some(folder) = std::env::var_os(CHILD).map(PathBuf::from) else {
        return;
    };
    let number = |name: &str| std::env::var(name).ok().and_then(|n| n.parse().ok());
    let mut random = Random(number(SEED).unwrap_or(1));
    let until = Instant::now() + Duration::from_secs(number(SECONDS).unwrap_or(1));
    let outside = folder.with_file_name("outside");
    fs::create_dir_all(&outside).expect("a place outside");
    while Instant::now() < until {
        for _ in 0..random.below(60) {
            // Others do the same at the same places: most of what fails was undone by them.
            let _ = act(&mut random, &folder, &outside);
        }
        std::thread::sleep(Duration::from_millis(random.below(120)));
    }
}

fn start(folder: &Path, seed: u64, time: Duration) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "churn::a_churning_child", "--ignored"])
        .env(CHILD, folder)
        .env(SEED, seed.to_string())
        .env(SECONDS, time.as_secs().to_string())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("a process")
}

/// Kilobytes of memory, and open files, of this process; zero where the system does not tell.
fn weight() -> (u64, usize) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0);
    let n_open = fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    (resident, n_open)
}

/// One round; gives how many events were told. In every other one nobody asks for a comparison of
/// all, so that what the system's events tell has to be enough.
fn round(bench: &mut Bench, seed: u64, time: Duration) -> usize {
    let mut random = Random(seed);
    let mut processes: Vec<Child> = (0..N_PROCESSES)
        .map(|n| start(&bench.folder, seed * 100 + n, time))
        .collect();
    let mut n_events = 0;
    while processes
        .iter_mut()
        .any(|process| matches!(process.try_wait(), Ok(None)))
    {
        let pause = Duration::from_millis(random.below(50));
        while let Ok(event) = bench.events.recv_timeout(pause) {
            n_events += 1;
            bench.seen.push(event);
        }
        meddle(bench, &mut random, seed.is_multiple_of(2));
        forget(bench);
    }
    for mut process in processes {
        assert!(process.wait().is_ok_and(|status| status.success()));
    }
    bench.converge();
    forget(bench);
    n_events
}

/// What the app does meanwhile.
fn meddle(bench: &mut Bench, random: &mut Random, may_compare: bool) {
    let model = bench.model();
    let nth = random.below(model.len().max(1) as u64) as usize;
    let Some((path, hash)) = model.into_iter().nth(nth) else {
        return;
    };
    match random.below(12) {
        0 => bench.view(&path),
        1 if may_compare => bench.send(Request::Rescan { root: ROOT }),
        2 if may_compare => bench.send(Request::Check),
        3 if may_compare && random.below(10) == 0 => bench.send(Request::Restart),
        4 => drop(bench.read(&path)),
        5 => {
            if let Some(hash) = hash {
                // Most are refused: the file has changed since.
                let _ = bench.write(&path, hash, at_start("ours\n"));
            }
        }
        _ => {}
    }
}

/// Keeps of what was told what the model needs.
fn forget(bench: &mut Bench) {
    let picture = |event: &Event| matches!(event, Event::Scanned { .. });
    if let Some(last) = bench.seen.iter().rposition(picture) {
        bench.seen.drain(..last);
    }
}

#[test]
fn whatever_several_processes_do_the_picture_is_right_in_the_end() {
    let number = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
    let seconds = number(SECONDS);
    let first_seed = number(SEED).unwrap_or(1);
    let time = seconds.map_or(SHORT_ROUND * 2, Duration::from_secs);
    let each = seconds.map_or(SHORT_ROUND, |_| LONG_ROUND.min(time));
    let mut bench = Bench::new(config(), &[]);
    put(&bench.folder.join("a/first.md"), b"one");
    bench.add(Vec::new());
    let until = Instant::now() + time;
    let (mut seed, mut n_events) = (first_seed, 0);
    let mut first_weight = (0, 0);
    while Instant::now() < until {
        n_events += round(&mut bench, seed, each);
        seed += 1;
        if seed == first_seed + 1 {
            first_weight = weight();
        }
    }
    let (resident, n_open) = weight();
    let n_rounds = seed - first_seed;
    writeln!(
        std::io::stdout(),
        "churn: {n_rounds} rounds of {} s, {N_PROCESSES} processes, {n_events} events told, each \
         round equal to a fresh scan; memory {} to {resident} kB, open files {} to {n_open}",
        each.as_secs(),
        first_weight.0,
        first_weight.1
    )
    .expect("said");
    // Memory that leaked would grow with each round. In a short run other tests share the process.
    if seconds.is_some() {
        let limit = first_weight.0 + 50_000;
        assert!(resident <= limit, "{resident} kB, {limit} are enough");
        assert!(n_open <= first_weight.1 + 4, "{n_open} files are open");
    }
}

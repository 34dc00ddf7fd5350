//! Many images tried on all processors, and counted.

use std::io::Write as _;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What was tried, in numbers.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) images: AtomicUsize,
    pub(crate) calls: AtomicUsize,
    /// Images that no acknowledged library was found in.
    pub(crate) bad: AtomicUsize,
}

impl Tally {
    /// Shown with --nocapture.
    pub(crate) fn report(&self, what: &str) {
        let n_images = self.images.load(Ordering::SeqCst);
        let n_calls = self.calls.load(Ordering::SeqCst);
        _ = writeln!(
            std::io::stdout(),
            "{what}: {n_images} power-cut images reopened, 0 lost, 0 half, 0 unopened; \
             {n_calls} storage calls"
        );
    }
}

/// From the environment.
pub(crate) fn number(name: &str, default: usize) -> usize {
    let value = std::env::var(name).ok();
    value.map_or(default, |value| value.parse().unwrap())
}

/// Tries sessions of their own seeds on all processors, until one is bad.
pub(crate) fn try_sessions(
    n_sessions: usize,
    of_seed: impl Fn(u64) -> Result<(), String> + Sync,
) -> Result<(), String> {
    let first_seed = number("POSTIL_POWER_SEED", 1);
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let i = next.fetch_add(1, Ordering::SeqCst);
            if i >= n_sessions {
                return Ok(());
            }
            let seed = (first_seed + i) as u64;
            of_seed(seed).map_err(|error| {
                next.store(n_sessions, Ordering::SeqCst);
                format!("POSTIL_POWER_SEED={seed}: {error}")
            })?;
        }
    };
    let n_threads = thread::available_parallelism().map_or(2, NonZero::get);
    thread::scope(|scope| {
        let spawn = |i| {
            let name = format!("cuts-{i}");
            thread::Builder::new()
                .name(name)
                .spawn_scoped(scope, work)
                .unwrap()
        };
        let threads: Vec<_> = (0..n_threads).map(spawn).collect();
        let results = threads.into_iter().map(|thread| thread.join().unwrap());
        results.fold(Ok(()), Result::and)
    })
}

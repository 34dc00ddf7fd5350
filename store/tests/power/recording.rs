//! Sessions with the real store on a disk that remembers: what was asked of it, and what was
//! acknowledged when.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::dirs::{database, dir_with, new_dir};
use crate::disk::{Call, Fault, Log, on_disk, on_good_disk};
use crate::image::{n_synced, power_cut, replay};
use crate::rng::Rng;
use crate::script::Expected;
use crate::session::{Session, Under};

/// A disk as it was, what was asked of it from then on, and what the store said of that.
pub(crate) struct Recording {
    base: Vec<u8>,
    calls: Vec<Call>,
    commits: Vec<Commit>,
}

/// What is durable.
struct Commit {
    /// The calls that were made when it was acknowledged.
    n_calls: usize,
    expected: Expected,
}

/// The disk after a power cut, and what may be found on it.
pub(crate) struct Cut<'a> {
    pub(crate) image: Vec<u8>,
    /// What was acknowledged, and what was on its way.
    pub(crate) expected: Vec<&'a Expected>,
}

impl Recording {
    /// A session of all kinds of changes, with two restarts in it, that begins with a new library.
    pub(crate) fn of_session(rng: &mut Rng) -> Result<Self, String> {
        let dir = new_dir();
        let blank = Session::open(dir.path(), &on_good_disk())?;
        blank.close()?;
        let base = fs::read(database(dir.path())).map_err(|error| error.to_string())?;
        Self::record(dir.path(), base, rng, 25, 3)
    }

    /// A start from what a power cut left, and a few changes more.
    pub(crate) fn of_restart(image: &[u8], rng: &mut Rng) -> Result<Self, String> {
        let dir = dir_with(image);
        Self::record(dir.path(), image.to_vec(), rng, 2, 1)
    }

    fn record(
        dir: &Path,
        base: Vec<u8>,
        rng: &mut Rng,
        n_batches: usize,
        n_starts: usize,
    ) -> Result<Self, String> {
        let log = Log::default();
        let counted = log.clone();
        let under = Under {
            open_redb: on_disk(&database(dir), &log, &Fault::none()),
            watch: None,
            n_calls: Arc::new(move || counted.len()),
        };
        let mut commits = Vec::new();
        for _ in 0..n_starts {
            let mut session = Session::open_on(dir, &under)?;
            if commits.is_empty() {
                commits.push(Commit {
                    n_calls: 0,
                    expected: session.expected.clone(),
                });
            }
            let mut after_each = Vec::new();
            for _ in 0..n_batches {
                let batch = session.expected.act(rng);
                session.save(batch)?;
                after_each.push(session.expected.clone());
            }
            let spoken = session.close()?;
            if spoken.len() != after_each.len() {
                return Err(format!("{} acknowledgements", spoken.len()));
            }
            let acknowledged = spoken.into_iter().zip(after_each);
            commits.extend(acknowledged.map(|(n_calls, expected)| Commit { n_calls, expected }));
        }
        let recording = Self {
            base,
            calls: log.take(),
            commits,
        };
        recording.check_is_whole(dir)?;
        Ok(recording)
    }

    /// Whatever else wrote to the file would be missing in every image.
    fn check_is_whole(&self, dir: &Path) -> Result<(), String> {
        let mut replayed = self.base.clone();
        replay(&mut replayed, &self.calls);
        let file = fs::read(database(dir)).map_err(|error| error.to_string())?;
        if file == replayed {
            Ok(())
        } else {
            Err("something was written past the recorder".to_owned())
        }
    }

    /// Power cuts at random moments, in the order in which they came: `n` of them. On a disk that
    /// lies, no sync ever did anything.
    pub(crate) fn cuts(
        &self,
        n: usize,
        is_disk_lying: bool,
        rng: &mut Rng,
    ) -> impl Iterator<Item = (usize, Cut<'_>)> {
        let mut moments: Vec<usize> = (0..n).map(|_| rng.below(self.calls.len() + 1)).collect();
        moments.sort_unstable();
        let mut synced = self.base.clone();
        let mut n_done = 0;
        let mut rng = rng.clone();
        moments.into_iter().map(move |n_calls| {
            let n = n_synced(&self.calls[..n_calls]);
            if !is_disk_lying {
                replay(&mut synced, &self.calls[n_done..n]);
                n_done = n;
            }
            let image = power_cut(&synced, &self.calls[n_done..n_calls], &mut rng);
            let n_acknowledged = self.commits.partition_point(|c| c.n_calls <= n_calls);
            let begun = n_acknowledged.saturating_sub(1)..self.commits.len();
            let expected = self.commits[begun].iter().take(2).map(|c| &c.expected);
            let expected = expected.collect();
            (n_calls, Cut { image, expected })
        })
    }

    pub(crate) fn n_calls(&self) -> usize {
        self.calls.len()
    }
}

//! What is left when the program or the machine ends without a word: kill -9 at any moment, and
//! power cuts under a real file system.
//!
//! `cargo xtask kill9` and `cargo xtask powercut` run these with more rounds, which they name in the
//! environment. Each failure names the seed that it was met with.

mod app;
mod blocks;
mod cuts;
mod kills;
mod plan_cuts;
mod session;

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use postil_model::Library;
use postil_store::{Access, Event, Lock};

/// Longer than anything here takes on the slowest machine; only a failure waits for it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A number from the environment.
pub(crate) fn number(name: &str) -> anyhow::Result<Option<u64>> {
    let value = std::env::var(name).ok();
    let parse = |value: String| value.parse().with_context(|| format!("{name}={value}"));
    value.map(parse).transpose()
}

/// What the next start finds. It must be a start that works, and that has nothing to complain of.
pub(crate) fn library(data_dir: &Path) -> anyhow::Result<Library> {
    let lock = Lock::acquire(data_dir).map_err(|error| anyhow::anyhow!("{error}"))?;
    let (_store, events) = postil_store::start(lock, Arc::new(|| {}))?;
    loop {
        match events.recv_timeout(PATIENCE)? {
            // A large one takes a while to be put right.
            Event::Repairing { .. } => {}
            Event::Opened {
                library,
                problems,
                access: Access::ReadWrite,
                recovery: None,
                ..
            } => {
                ensure!(problems.is_empty(), "{problems:?}");
                return Ok(library);
            }
            Event::Opened {
                recovery, access, ..
            } => bail!("damaged: {access:?}, {recovery:?}"),
            Event::OpenFailed { error } => bail!("not opened: {error}"),
            event => bail!("not opened: {event:?}"),
        }
    }
}

/// The last batch that the next start finds, all batches before it being there and whole.
pub(crate) fn last_batch(data_dir: &Path, n_acknowledged: u64) -> anyhow::Result<u64> {
    let library = library(data_dir)?;
    let n = session::last_batch(&library);
    ensure!(
        n >= n_acknowledged,
        "LOST: batch {n_acknowledged} was acknowledged, {n} is the last that is there"
    );
    ensure!(
        library == session::library_after(n),
        "batch {n} or one before it is there in part"
    );
    Ok(n)
}

/// Says a figure, which `--nocapture` shows.
pub(crate) fn say(text: &str) {
    // A reader that went away is no reason to stop.
    _ = writeln!(std::io::stdout(), "{text}");
}

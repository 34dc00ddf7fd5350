//! Calls into redb that may meet damaged bytes: its panics come back as errors.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `work` and gives a panic in it as [`redb::Error::Corrupted`]: redb trusts the pages that it
/// reads, and some flipped bits make it panic.
///
/// What `work` had borrowed may be in any state after an error and is to be dropped, which is to
/// happen in another `guarded`.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, redb::Error>) -> Result<T, redb::Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let why = words(panic.as_ref());
        tracing::error!(why, "redb panicked");
        Err(redb::Error::Corrupted(why.to_owned()))
    })
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("redb panicked")
}

//! Several processes at random in a watched folder: longer runs of `watcher/tests/live/churn.rs`.

use std::process::ExitCode;

use anyhow::Context as _;

use crate::ci::{cargo, workspace_root};

/// Runs it for `n_minutes`, beginning with the round of this seed.
///
/// # Errors
///
/// Where cargo cannot be started at all.
pub(crate) fn run(n_minutes: u64, seed: u64) -> anyhow::Result<ExitCode> {
    let status = cargo(&workspace_root()?)
        .args(["test", "--package", "postil-watcher", "--test", "live"])
        .args(["--", "--nocapture", "churn::"])
        .env("POSTIL_CHURN_SECONDS", (n_minutes * 60).to_string())
        .env("POSTIL_CHURN_SEED", seed.to_string())
        .status()
        .context("cannot start cargo")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

//! Ends without a word: runs of `tests/tests/crash` that are longer than CI's.

use std::process::ExitCode;

use anyhow::Context as _;

use crate::ci::{cargo, workspace_root};

const SUITE: [&str; 5] = ["test", "--package", "postil-tests", "--test", "crash"];
const NOCAPTURE: [&str; 2] = ["--", "--nocapture"];

/// kill -9 at random moments: `n_rounds` times of a program that only writes, and `n_app_rounds`
/// times of the window, both from the first start on.
///
/// # Errors
///
/// Where cargo cannot be started at all.
pub(crate) fn kill9(n_rounds: u64, n_app_rounds: u64, seed: u64) -> anyhow::Result<ExitCode> {
    // The window's test starts what lies beside it.
    let built = start(&["build", "--package", "postil"], &[])?;
    if built != ExitCode::SUCCESS {
        return Ok(built);
    }
    let envs = [
        ("POSTIL_KILL_ROUNDS", n_rounds),
        ("POSTIL_KILL_APP_ROUNDS", n_app_rounds),
        ("POSTIL_KILL_SEED", seed),
    ];
    start(&[&SUITE[..], &NOCAPTURE, &["a_kill_"]].concat(), &envs)
}

/// Power cuts of a block device under ext4: `n_cuts` of them, and some without syncs, which must
/// lose something.
///
/// # Errors
///
/// Where cargo cannot be started at all.
pub(crate) fn powercut(n_cuts: u64, seed: u64) -> anyhow::Result<ExitCode> {
    let envs = [("POSTIL_POWER_CUTS", n_cuts), ("POSTIL_CUT_SEED", seed)];
    start(&[&SUITE[..], &NOCAPTURE, &["a_power_cut_"]].concat(), &envs)
}

/// Power-cut images of the database, and of the folder around it while a library is begun, backed
/// up, restored and made anew; in memory.
///
/// # Errors
///
/// Where cargo cannot be started at all.
pub(crate) fn images(n_images: u64, seed: u64) -> anyhow::Result<ExitCode> {
    let envs = [
        ("POSTIL_POWER_IMAGES", n_images),
        ("POSTIL_POWER_SEED", seed),
    ];
    let suite = ["test", "--package", "postil-store", "--test", "power"];
    start(&[&suite[..], &NOCAPTURE, &["cuts::"]].concat(), &envs)
}

fn start(args: &[&str], envs: &[(&str, u64)]) -> anyhow::Result<ExitCode> {
    let envs = envs.iter().map(|(name, value)| (name, value.to_string()));
    let status = cargo(&workspace_root()?)
        .args(args)
        .envs(envs)
        .status()
        .context("cannot start cargo")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

//! The rules of the house, read off the packages themselves: who may import whom, what never comes
//! along, and where files may be written.
//!
//! Each rule is a function from facts to complaints, tried on this workspace and on made-up facts
//! that break it.

mod imports;
mod network;
mod writing;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::ensure;

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What cargo says of the workspace.
pub(crate) fn cargo(args: &[&str]) -> anyhow::Result<String> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(program)
        .args(args)
        .current_dir(root())
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo {}: {said}", args.join(" "));
    Ok(String::from_utf8(output.stdout)?)
}

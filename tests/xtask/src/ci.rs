//! The steps of CI: run in order, timed, up to the first that fails.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

struct Step {
    name: &'static str,
    args: &'static [&'static str],
    env: Option<(&'static str, &'static str)>,
    /// Says why the step cannot run on this machine, or `None` when it can.
    reason_to_skip: fn(&Path) -> Option<&'static str>,
}

enum Outcome {
    Passed(Duration),
    Failed(Duration),
    Skipped(&'static str),
    NotReached,
}

const STEPS: &[Step] = &[
    Step::always("format", &["fmt", "--all", "--check"]),
    Step::always(
        "clippy",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
    ),
    Step {
        env: Some(("RUSTDOCFLAGS", "-D warnings")),
        ..Step::always("rustdoc", &["doc", "--workspace", "--no-deps"])
    },
    // The command that README.md gives.
    Step::always("test", &["test", "--workspace"]),
    // No test draws with wgpu as the app's own renderer: that it still compiles is worth its minute.
    Step::always("wgpu", &["check", "-p", "postil", "--features", "wgpu"]),
    Step {
        reason_to_skip: without_cargo_deny,
        ..Step::always(
            "licences",
            &["deny", "check", "bans", "licenses", "sources"],
        )
    },
    Step {
        reason_to_skip: without_advisories,
        ..Step::always(
            "advisories",
            &["deny", "check", "--disable-fetch", "advisories"],
        )
    },
];

impl Step {
    const fn always(name: &'static str, args: &'static [&'static str]) -> Self {
        Self {
            name,
            args,
            env: None,
            reason_to_skip: |_| None,
        }
    }

    fn run(&self, root: &Path) -> anyhow::Result<Outcome> {
        if let Some(reason) = (self.reason_to_skip)(root) {
            say(&format!("skipped: {reason}"))?;
            return Ok(Outcome::Skipped(reason));
        }
        let started = Instant::now();
        let status = cargo(root)
            .args(self.args)
            .envs(self.env)
            .status()
            .with_context(|| format!("cannot start cargo for the step `{}`", self.name))?;
        let took = started.elapsed();
        say(&format!("{}: {:.1} s", self.name, took.as_secs_f32()))?;
        Ok(if status.success() {
            Outcome::Passed(took)
        } else {
            Outcome::Failed(took)
        })
    }
}

/// Runs every step at the workspace's root.
///
/// The exit code is a failure when a step failed; the steps after it are then not run.
///
/// # Errors
///
/// Where cargo cannot be started at all, or standard output is closed.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let root = workspace_root()?;
    let mut outcomes: Vec<Outcome> = Vec::new();
    let mut is_green = true;
    for (index, step) in STEPS.iter().enumerate() {
        if !is_green {
            outcomes.push(Outcome::NotReached);
            continue;
        }
        let command = step.args.join(" ");
        say(&format!(
            "\n== {}/{} {}: cargo {command}",
            index + 1,
            STEPS.len(),
            step.name
        ))?;
        let outcome = step.run(&root)?;
        is_green = !matches!(outcome, Outcome::Failed(_));
        outcomes.push(outcome);
    }
    say(&summary(&outcomes))?;
    Ok(if is_green {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn summary(outcomes: &[Outcome]) -> String {
    let mut lines = vec![
        String::new(),
        format!("{:<12} {:>9}  result", "step", "seconds"),
    ];
    let mut total = Duration::ZERO;
    for (step, outcome) in STEPS.iter().zip(outcomes) {
        let (seconds, result) = match outcome {
            Outcome::Passed(took) | Outcome::Failed(took) => {
                total += *took;
                let is_passed = matches!(outcome, Outcome::Passed(_));
                let result = if is_passed { "passed" } else { "FAILED" };
                (format!("{:.1}", took.as_secs_f32()), result.to_owned())
            }
            Outcome::Skipped(reason) => ("-".to_owned(), format!("skipped: {reason}")),
            Outcome::NotReached => ("-".to_owned(), "not run".to_owned()),
        };
        lines.push(format!("{:<12} {seconds:>9}  {result}", step.name));
    }
    lines.push(format!("{:<12} {:>9.1}", "all", total.as_secs_f32()));
    lines.join("\n")
}

fn without_cargo_deny(root: &Path) -> Option<&'static str> {
    let is_there = is_quiet_success(cargo(root).args(["deny", "--version"]));
    (!is_there).then_some("cargo-deny is not installed")
}

/// Advisories need a database from the network: an old copy serves, none at all is no failure of ours.
fn without_advisories(root: &Path) -> Option<&'static str> {
    without_cargo_deny(root).or_else(|| {
        let is_fresh = is_quiet_success(cargo(root).args(["deny", "fetch", "db"]));
        (!is_fresh && !has_advisory_database())
            .then_some("the advisory database is neither reachable nor on this machine")
    })
}

fn has_advisory_database() -> bool {
    let cargo_home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    cargo_home
        .and_then(|home| home.join("advisory-dbs").read_dir().ok())
        .is_some_and(|mut entries| entries.next().is_some())
}

fn is_quiet_success(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The cargo that started this command, so that every step uses one toolchain.
pub(crate) fn cargo(root: &Path) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(root);
    command
}

pub(crate) fn workspace_root() -> anyhow::Result<PathBuf> {
    let here = env::current_dir().context("the current folder is gone")?;
    let output = cargo(&here)
        .args(["locate-project", "--workspace", "--message-format", "plain"])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    ensure!(
        output.status.success(),
        "run this inside Postil's repository"
    );
    let manifest =
        String::from_utf8(output.stdout).context("the repository's path is not UTF-8")?;
    let root = Path::new(manifest.trim())
        .parent()
        .context("the manifest has no folder")?;
    Ok(root.to_owned())
}

/// Flushed at once: the steps write to the same place by themselves.
fn say(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}")?;
    stdout.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_tells_what_ran_what_failed_and_what_did_not_run() {
        let outcomes = [
            Outcome::Passed(Duration::from_millis(1_240)),
            Outcome::Skipped("no need"),
            Outcome::Failed(Duration::from_secs(2)),
            Outcome::NotReached,
        ];
        let text = summary(&outcomes);
        assert!(text.contains("format             1.2  passed"), "{text}");
        assert!(text.contains("skipped: no need"), "{text}");
        assert!(text.contains("2.0  FAILED"), "{text}");
        assert!(text.contains("not run"), "{text}");
        assert!(text.ends_with("all                3.2"), "{text}");
    }
}

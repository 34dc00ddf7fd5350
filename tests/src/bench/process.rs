//! Owns what a running process costs, as the kernel counts it.

use std::fs;
use std::time::Duration;

use anyhow::Context as _;

/// What a process has used since it started.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Usage {
    /// Time on a processor, of all its threads that run.
    pub cpu: Duration,
    /// How often any of its threads went to sleep, which each had to be woken for.
    pub n_wakes: u64,
}

impl Usage {
    /// What the process of this id has used until now.
    ///
    /// # Errors
    ///
    /// When there is no such process, or this is not Linux.
    pub fn of(pid: u32) -> anyhow::Result<Self> {
        let mut usage = Self::default();
        for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
            let thread = thread?.path();
            // In nanoseconds, where /proc/PID/stat counts ticks of ten milliseconds.
            let spent = fs::read_to_string(thread.join("schedstat"))?;
            let spent_ns = spent.split(' ').next().context("the time on a processor")?;
            usage.cpu += Duration::from_nanos(spent_ns.parse()?);
            let status = fs::read_to_string(thread.join("status"))?;
            let n_sleeps = status
                .lines()
                .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))
                .context("the number of switches")?;
            usage.n_wakes += n_sleeps.trim().parse::<u64>()?;
        }
        Ok(usage)
    }

    /// What was used since `earlier`. A thread that ended meanwhile is not counted.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(earlier.cpu),
            n_wakes: self.n_wakes.saturating_sub(earlier.n_wakes),
        }
    }
}

/// The memory of a process, shared pages counted by the share it has in them.
///
/// # Errors
///
/// When there is no such process, or this is not Linux.
pub fn memory_bytes(pid: u32) -> anyhow::Result<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kib = line
        .context("the set's size")?
        .trim()
        .trim_end_matches("kB");
    Ok(kib.trim().parse::<u64>()? * 1024)
}

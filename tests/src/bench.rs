//! Owns what the benches share: when they run, how they sample, and how they say what they found.
//!
//! A goal is a ratio to a floor or a peer that is measured in turns with Postil in the same run: on
//! a shared machine the same program differs by a third from one minute to the next, and a ratio
//! of medians hardly does.

pub mod look;
pub mod process;

use std::fmt;
use std::io::Write as _;
use std::time::{Duration, Instant};

/// Runs a bench, when that is what cargo was asked for: `cargo test --all-targets` starts benches
/// too, to see that they start.
///
/// # Errors
///
/// Those of the bench.
pub fn run(bench: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    if std::env::args().any(|arg| arg == "--bench") {
        bench()
    } else {
        Ok(())
    }
}

/// Times of one thing, in milliseconds.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// One more.
    pub fn add(&mut self, took: Duration) {
        self.0.push(took.as_secs_f64() * 1e3);
    }

    /// One more: what this work takes.
    pub fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let result = work();
        self.add(started.elapsed());
        result
    }

    /// The middle one.
    #[must_use]
    pub fn median_ms(&self) -> f64 {
        self.quantile_ms(0.5)
    }

    /// The one that this part of all (0 to 1) does not exceed; NaN when there are none.
    #[must_use]
    pub fn quantile_ms(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let index = (part * sorted.len() as f64).ceil() as usize;
        let last = sorted.len().saturating_sub(1);
        let index = index.saturating_sub(1).min(last);
        sorted.get(index).copied().unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, least, p99, most] = [0.5, 0.0, 0.99, 1.0].map(|part| self.quantile_ms(part));
        let n = self.0.len();
        write!(f, "{median:.2} ms [{least:.2}..{most:.2}] n={n}")?;
        if n >= 100 {
            write!(f, ", p99 {p99:.2} ms")?;
        }
        Ok(())
    }
}

/// Begins what is said of one goal.
pub fn title(what: &str) {
    line(&format!("\n{what}"));
}

/// Says one measured figure.
pub fn say(what: &str, figure: impl fmt::Display) {
    line(&format!("  {what:<44} {figure}"));
}

/// Says a ratio, and what it is to be at most.
pub fn goal(what: &str, ratio: f64, at_most: f64) {
    let verdict = if ratio <= at_most { "met" } else { "missed" };
    say(
        what,
        format!("{ratio:.2} (goal: at most {at_most:.2}, {verdict})"),
    );
}

fn line(text: &str) {
    // A reader that went away is no reason to stop measuring.
    let _ = writeln!(std::io::stdout(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_samples() {
        let mut samples = Samples::default();
        assert!(samples.median_ms().is_nan());
        for ms in (1..=200).rev() {
            samples.add(Duration::from_millis(ms));
        }
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(close(samples.median_ms(), 100.0));
        assert!(close(samples.quantile_ms(0.99), 198.0));
        assert!(close(samples.quantile_ms(0.0), 1.0) && close(samples.quantile_ms(1.0), 200.0));
        assert!(samples.to_string().ends_with("n=200, p99 198.00 ms"));
    }
}

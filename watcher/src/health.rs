//! Owns what can be told of how a root is watched.

use std::time::Duration;

/// How changes of a root are noticed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Health {
    /// The operating system reports them at once.
    Live,
    /// Files are being read or folders taken into the watch, so many are left.
    CatchingUp {
        /// How many.
        n_left: usize,
    },
    /// The root is looked through at an interval, because the system cannot watch all of it.
    Polling {
        /// Why, and what a person can do about it.
        why: String,
    },
    /// Watching failed and is being started again; until then the root is looked through at an
    /// interval.
    Retrying {
        /// How many times it has failed in a row, from 1.
        n_failures: u32,
        /// The pause between the last failure and the next try.
        pause: Duration,
        /// What the system said.
        why: String,
    },
}

/// How often what was done for one root since it was added.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Signs of change that the system gave.
    pub n_signals: u64,
    /// Changes and pictures that were told.
    pub n_told: u64,
    /// Times that all of it, or the parts in which much has happened, was compared.
    pub n_scans: u64,
    /// Folders whose changes the system tells.
    pub n_watched: usize,
    /// Files that are listed.
    pub n_files: usize,
}

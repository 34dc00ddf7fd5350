//! Owns the words of the judgement: what it hears, and what it wants done.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::parts::{Depth, Parts};

/// What the judgement hears.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Input {
    /// Something happened to a listed file.
    Touched { path: String },
    /// Something other than the content of a listed file changed in this folder, or may have.
    Restructured { folder: String, depth: Depth },
    /// A scan of all is wanted without waiting.
    ScanNow,
    /// The file in view is this one, or is not in this root.
    InView { path: Option<String> },
    /// A look found the file there.
    Steady { path: String },
    /// A look found the file missing or emptied, which was not to be believed yet.
    Doubtful { path: String, seen: Duration },
    /// A look found the file changing while it was read.
    Unsteady {
        path: String,
        seen: Duration,
        n_looks: u32,
    },
    /// A look found the file missing, which is believed.
    Gone { path: String },
    /// A scan was made; these files were missing or emptied, which was not to be believed yet.
    Scanned { doubtful: Vec<String> },
    /// Time has passed.
    Tick,
}

/// What is to be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    /// Look at one file.
    Look {
        path: String,
        /// When the first sign of its change was seen.
        seen: Duration,
        /// How many looks found it changing while it was read.
        n_looks: u32,
    },
    /// Compare folders with the ledger.
    Scan(Scan),
}

/// A comparison with the ledger: of these parts of the root, and of all that waits besides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Scan {
    pub(crate) parts: Parts,
    /// To be read even if their stamps say nothing changed; with when the first sign was seen.
    pub(crate) touched: BTreeMap<String, Duration>,
    /// Being written now: to be left as they were, unless missing.
    pub(crate) unsettled: BTreeSet<String>,
    /// Missing or emptied when they were last looked at.
    pub(crate) doubted: BTreeSet<String>,
}

impl Scan {
    /// Whether `path` is looked at.
    pub(crate) fn covers(&self, path: &str) -> bool {
        self.parts.cover(path) || self.waits(path)
    }

    fn waits(&self, path: &str) -> bool {
        self.touched.contains_key(path)
            || self.unsettled.contains(path)
            || self.doubted.contains(path)
    }

    /// The files that are looked at though they lie in none of the parts.
    pub(crate) fn single_files(&self) -> impl Iterator<Item = &str> {
        let waiting = self
            .touched
            .keys()
            .chain(&self.unsettled)
            .chain(&self.doubted);
        let single = waiting.filter(|path| !self.parts.cover(path));
        single.map(String::as_str)
    }
}

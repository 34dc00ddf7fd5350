//! What was found, in words and as JSON.

use std::fmt;

use postil_model::Library;
use serde::Serialize;

/// What was found, the worst first.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Report {
    /// The library.
    pub data_dir: String,
    /// Records that could be read, without those that are derived.
    pub n_records: usize,
    /// Backups that could be read through.
    pub n_backups: usize,
    /// What is wrong, or worth knowing.
    pub findings: Vec<Finding>,
    /// What could be read, for whoever looks further than this package does.
    #[serde(skip)]
    pub library: Option<Library>,
}

/// Something that was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is, in words.
    pub what: String,
    /// What became of it.
    pub repair: Repair,
}

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Something is lost, or may be.
    Problem,
    /// Nothing is.
    Note,
}

/// What can be done about a finding.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// Nothing needs to be.
    Unneeded,
    /// `postil doctor --repair` does it.
    Possible,
    /// It was done.
    Done,
    /// Nothing that this program knows.
    Impossible,
}

impl Report {
    /// Whether nothing is wrong, or no longer.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.severity == Severity::Note || finding.repair == Repair::Done)
    }

    /// The report as one JSON object.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Adds something worth knowing that is no fault of the library.
    pub fn tell(&mut self, what: String) {
        self.note(Repair::Unneeded, what);
    }

    fn add(&mut self, severity: Severity, repair: Repair, what: String) {
        self.findings.push(Finding {
            severity,
            what,
            repair,
        });
    }

    pub(super) fn problem(&mut self, repair: Repair, what: String) {
        self.add(Severity::Problem, repair, what);
    }

    pub(super) fn note(&mut self, repair: Repair, what: String) {
        self.add(Severity::Note, repair, what);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Library: {}", self.data_dir)?;
        let (n, b) = (self.n_records, self.n_backups);
        writeln!(f, "{n} records, {b} whole backups")?;
        for finding in &self.findings {
            let severity = match finding.severity {
                Severity::Problem => "Problem",
                Severity::Note => "Note",
            };
            let repair = match finding.repair {
                Repair::Unneeded => "",
                Repair::Possible => " (postil doctor --repair mends it)",
                Repair::Done => " (mended)",
                Repair::Impossible => " (cannot be mended)",
            };
            writeln!(f, "{severity}: {}{repair}", finding.what)?;
        }
        f.write_str(if self.is_healthy() {
            "All is well"
        } else {
            "Something is wrong, see above"
        })
    }
}

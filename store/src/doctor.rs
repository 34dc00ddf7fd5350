//! The library looked over: what is wrong, what can be put right, and that done.

use std::fmt;

use postil_model::{Change, Library, RecordId};
use serde::Serialize;

use crate::backup::{self, Backup};
use crate::date::Moment;
use crate::files::is_there;
use crate::offline::Offline;
use crate::opening::{Look, look_at};
use crate::ops::{self, OpsFault};
use crate::ops_replay;
use crate::place::Place;
use crate::record::change_from_row;
use crate::salvage::Found;
use crate::table::Table;
use crate::{Lock, RecordProblem, copy, recovery};

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

    fn problem(&mut self, repair: Repair, what: String) {
        self.add(Severity::Problem, repair, what);
    }

    fn note(&mut self, repair: Repair, what: String) {
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

/// Looks over the database, its records and what they refer to, the backups and `ops.jsonl`. With
/// `is_to_repair`, mends what can be mended, after a backup; otherwise nothing is changed.
#[must_use]
pub fn examine(lock: &Lock, is_to_repair: bool) -> Report {
    let place = lock.place();
    let mut report = Report {
        data_dir: place.dir.display().to_string(),
        n_records: 0,
        n_backups: 0,
        findings: Vec::new(),
        library: None,
    };
    let backups = examine_backups(place, is_to_repair, &mut report);
    examine_ops(place, &mut report);
    let is_open = examine_database(place, lock, is_to_repair, &mut report);
    if let Some((library, problems)) = is_open {
        let records = library.to_changes();
        report.n_records = records.filter(|c| !matches!(c, Change::Stamp(_))).count();
        let second = SecondCopies::new(place, backups.first());
        let mut mended = Vec::new();
        for problem in &problems {
            let found = second.record(problem);
            let repair = repair_of(found.is_some(), is_to_repair);
            mended.extend(found);
            report.problem(
                repair,
                format!(
                    "{} of {}: {}",
                    problem.key_hex, problem.table, problem.fault
                ),
            );
        }
        for (what, target) in dangling(&library) {
            let found = second.of_id(target);
            let repair = repair_of(found.is_some(), is_to_repair);
            mended.extend(found);
            report.problem(repair, what);
        }
        if is_to_repair
            && !mended.is_empty()
            && let Err(why) = mend(lock, &mended)
        {
            for finding in &mut report.findings {
                if finding.repair == Repair::Done && finding.severity == Severity::Problem {
                    finding.repair = Repair::Possible;
                }
            }
            report.problem(Repair::Impossible, why);
        }
        report.library = Some(library);
    }
    report.findings.sort_by_key(|finding| finding.severity);
    report
}

fn repair_of(is_possible: bool, is_to_repair: bool) -> Repair {
    match (is_possible, is_to_repair) {
        (true, true) => Repair::Done,
        (true, false) => Repair::Possible,
        (false, _) => Repair::Impossible,
    }
}

fn mend(lock: &Lock, changes: &[Change]) -> Result<(), String> {
    let mut offline = Offline::open(lock).map_err(|error| error.to_string())?;
    if offline.is_read_only() {
        return Err(offline.why_read_only());
    }
    offline.back_up().map_err(|error| error.to_string())?;
    offline.write(changes).map_err(|error| error.to_string())
}

/// The library, if there is one that can be read.
fn examine_database(
    place: &Place,
    lock: &Lock,
    is_to_repair: bool,
    report: &mut Report,
) -> Option<(Library, Vec<RecordProblem>)> {
    let file = place.database();
    if is_there(&file).unwrap_or(false) {
        match look_at(&file) {
            Look::Whole(library, problems) => return Some((library, problems)),
            Look::ReadOnly(library, problems, what) => {
                report.note(
                    Repair::Unneeded,
                    format!("Written by a newer Postil ({what})"),
                );
                return Some((library, problems));
            }
            Look::Refused(error) => {
                report.problem(Repair::Impossible, error.to_string());
                return None;
            }
            Look::Damaged(why) if !is_to_repair => {
                let what = format!("The library is damaged ({why}): {}", file.display());
                report.problem(Repair::Possible, what);
                return None;
            }
            Look::Damaged(_) => {}
        }
    } else {
        let is_lost = recovery::has_second_copies(place);
        if !is_lost {
            report.note(
                Repair::Unneeded,
                format!("There is no library yet: {}", file.display()),
            );
            return None;
        }
        if !is_to_repair {
            let what = format!("The library's file is gone: {}", file.display());
            report.problem(Repair::Possible, what);
            return None;
        }
    }
    match Offline::open(lock) {
        Ok(mut offline) => {
            if let Some(recovery) = offline.recovery() {
                let what = recovery.to_string();
                report.problem(Repair::Done, what);
            }
            if let Err(error) = offline.back_up() {
                report.problem(Repair::Possible, error.to_string());
            }
            let opened = offline.opened;
            Some((opened.library, opened.problems))
        }
        Err(error) => {
            report.problem(Repair::Impossible, error.to_string());
            None
        }
    }
}

/// Those that are whole, the newest first.
fn examine_backups(place: &Place, is_to_repair: bool, report: &mut Report) -> Vec<Backup> {
    let backups = match backup::list(&place.dir) {
        Ok(backups) => backups,
        Err(error) => {
            report.problem(
                Repair::Impossible,
                format!(
                    "The backups cannot be listed ({error}): {}",
                    place.backups().display()
                ),
            );
            return Vec::new();
        }
    };
    let mut whole = Vec::new();
    for backup in backups {
        let Err(error) = copy::sums(&backup.file) else {
            whole.push(backup);
            continue;
        };
        let is_aside = is_to_repair && place.set_aside(&backup.file).is_ok();
        report.problem(
            if is_aside {
                Repair::Done
            } else {
                Repair::Possible
            },
            format!("A backup is damaged ({error}): {}", backup.file.display()),
        );
    }
    report.n_backups = whole.len();
    match whole.first() {
        None => report.note(Repair::Unneeded, "There is no backup yet".to_owned()),
        Some(newest) => {
            let age = Moment::now().time().duration_since(newest.made);
            if age.is_ok_and(|age| age > backup::MAX_AGE * 2) {
                let what = format!("The newest backup is of {}", newest.date());
                report.note(Repair::Unneeded, what);
            }
        }
    }
    whole
}

fn examine_ops(place: &Place, report: &mut Report) {
    let Ok(lines) = ops::read(&place.ops()) else {
        return;
    };
    let problems = lines.flat_map(|line| line.problems);
    for problem in problems.filter(|problem| problem.fault != OpsFault::Torn) {
        report.note(Repair::Unneeded, format!("ops.jsonl, {problem}"));
    }
}

/// What a record refers to that is not there: in words, and what is missing.
fn dangling(library: &Library) -> Vec<(String, RecordId)> {
    let mut dangling = Vec::new();
    for change in library.to_changes() {
        let (what, target) = match &change {
            Change::Phase(phase) => (
                format!("Phase “{}”", phase.name),
                RecordId::Plan(phase.plan),
            ),
            Change::Milestone(milestone) => (
                format!("Milestone “{}”", milestone.name),
                RecordId::Phase(milestone.phase),
            ),
            Change::Document(document) => (
                format!("Document {}", document.path),
                RecordId::Plan(document.plan),
            ),
            Change::Note(note) => ("A note".to_owned(), RecordId::Plan(note.plan)),
            Change::Reading(reading) => {
                let document = RecordId::Document(reading.plan, reading.document);
                ("A place of reading".to_owned(), document)
            }
            // What is open is looked up each time; a stamp is derived.
            Change::Plan(_) | Change::Settings(_) | Change::Stamp(_) => continue,
        };
        if library.record(target).is_none() {
            let kind = match target {
                RecordId::Phase(_) => "phase",
                RecordId::Document(..) => "document",
                _ => "plan",
            };
            dangling.push((
                format!("{what} belongs to a {kind} that is not there"),
                target,
            ));
        }
    }
    dangling
}

/// The newest whole backup and the lines after it.
struct SecondCopies {
    rows: Found,
}

impl SecondCopies {
    fn new(place: &Place, newest: Option<&Backup>) -> Self {
        let mut rows = newest
            .and_then(|backup| recovery::read(&backup.file).ok())
            .unwrap_or_default();
        rows.extend(ops_replay::replay(place, newest).rows);
        Self { rows }
    }

    fn record(&self, problem: &RecordProblem) -> Option<Change> {
        let is_meant = |table: Table, key: &[u8]| {
            table.name() == problem.table && crate::load::hex(key) == problem.key_hex
        };
        let mut rows = self.rows.iter();
        let ((table, key), value) = rows.find(|((table, key), _)| is_meant(*table, key))?;
        change_from_row(*table, key, value).ok()
    }

    fn of_id(&self, id: RecordId) -> Option<Change> {
        let mut changes = self
            .rows
            .iter()
            .filter_map(|((table, key), value)| change_from_row(*table, key, value).ok());
        changes.find(|change| change.record_id() == id)
    }
}

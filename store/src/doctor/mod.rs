//! The library looked over: what is wrong, what can be put right, and that done.

mod references;
mod report;
mod second_copies;

use postil_model::{Change, Library};

use crate::backup::{self, Backup};
use crate::date::Moment;
use crate::files::is_there;
use crate::offline::Offline;
use crate::opening::{Look, look_at};
use crate::ops::{self, OpsFault};
use crate::place::Place;
use crate::{Lock, RecordProblem, copy, recovery};
use references::dangling;
use second_copies::SecondCopies;

pub use report::{Finding, Repair, Report, Severity};

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
        report.n_records = records.filter(|change| !change.is_derived()).count();
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
    offline
        .write(changes, &[])
        .map_err(|error| error.to_string())
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
        match look_at(place) {
            Look::Whole(library, problems) => return Some((library, problems)),
            Look::Behind(n_batches) if !is_to_repair => {
                let what = format!(
                    "The library has fallen behind ops.jsonl by {n_batches} change{}: {}",
                    if n_batches == 1 { "" } else { "s" },
                    file.display()
                );
                report.problem(Repair::Possible, what);
                return None;
            }
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
            Look::Behind(_) | Look::Damaged(_) => {}
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

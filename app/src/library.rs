//! Commands on the library that need no window: look it over, back it up, bring a backup back, take
//! everything elsewhere and bring it in.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use postil_store::doctor::{self, Report};
use postil_store::transfer::{self, Export, TransferError};
use postil_store::web_annotation;
use postil_store::{Backup, Lock, Merge, backup};
use postil_watcher::{Config, Event, Request, RootId, RootOptions, Watcher};

use crate::cli::Job;
use crate::effects::NewFile;
use crate::paths::folder_from_text;

/// Does what was asked for and says how it went.
///
/// # Errors
/// What was wrong and what to do, for the person. Unless it says otherwise, nothing was changed.
pub fn run(job: &Job, data_dir: &Path) -> anyhow::Result<()> {
    if !matches!(job, Job::Import { .. }) && !has_library(data_dir) {
        bail!(
            "There is no library in this folder. Name another with --data-dir or --profile: {}",
            data_dir.display()
        );
    }
    match job {
        Job::Doctor { json, repair } => examine(data_dir, *json, *repair),
        Job::Backup => {
            let backup = backup::back_up(&lock(data_dir)?)?;
            say(&format!("Backed up: {}", backup.file.display()))
        }
        Job::Restore { backup: None } => list(data_dir),
        Job::Restore {
            backup: Some(backup),
        } => restore(data_dir, backup),
        Job::Export { file } => {
            let n = transfer::export(&lock(data_dir)?, file)?;
            say(&format!("Exported {n} records: {}", file.display()))
        }
        Job::Import { file } => {
            // Before a folder is made for a library that stays empty.
            std::fs::metadata(file)
                .with_context(|| format!("There is no such file: {}", file.display()))?;
            let merge = transfer::import(&lock(data_dir)?, file)?;
            say(&merge_words(&merge))
        }
    }
}

fn has_library(data_dir: &Path) -> bool {
    data_dir.join("postil.redb").symlink_metadata().is_ok()
        || backup::list(data_dir).is_ok_and(|backups| !backups.is_empty())
}

fn lock(data_dir: &Path) -> anyhow::Result<Lock> {
    // Display says who holds it and what to do.
    Lock::acquire(data_dir).map_err(|error| anyhow::anyhow!("{error}"))
}

fn examine(data_dir: &Path, is_json: bool, is_to_repair: bool) -> anyhow::Result<()> {
    let mut report = doctor::examine(&lock(data_dir)?, is_to_repair);
    compare_with_disk(&mut report)?;
    if is_json {
        say(&report.to_json())?;
    } else {
        say(&report.to_string())?;
    }
    if !report.is_healthy() {
        bail!(
            "Something is wrong with the library: {}",
            data_dir.display()
        );
    }
    Ok(())
}

/// Looks whether the documents that are known are in their folders. What is not is no fault: it is
/// kept, and found again when it comes back.
fn compare_with_disk(report: &mut Report) -> anyhow::Result<()> {
    /// A disk that does not answer for so long is passed over.
    const PATIENCE: Duration = Duration::from_mins(1);
    let Some(library) = report.library.take() else {
        return Ok(());
    };
    let (watcher, events) = Watcher::start(Config::default(), Arc::new(|| {}))?;
    for plan in library.plans() {
        let root = RootId(plan.id.0);
        let folder = folder_from_text(&plan.folder);
        let known = Vec::new();
        watcher.send(Request::AddRoot {
            root,
            folder: folder.clone(),
            known,
            options: RootOptions::default(),
        })?;
        let (name, folder) = (&plan.name, folder.display());
        loop {
            match events.recv_timeout(PATIENCE) {
                Ok(Event::Scanned {
                    root: of, files, ..
                }) if of == root => {
                    let files: BTreeSet<_> = files.iter().map(|file| &*file.path).collect();
                    let known = library.documents(plan.id);
                    let gone: Vec<_> = known.filter(|d| !files.contains(&*d.path)).collect();
                    if let Some(first) = gone.first() {
                        let documents = crate::update::count(gone.len(), "document");
                        let are = if gone.len() == 1 { "is" } else { "are" };
                        let first = &first.path;
                        report.tell(format!(
                            "{documents} of “{name}” {are} not in its folder, as {first}: {folder}"
                        ));
                    }
                    break;
                }
                Ok(Event::RootMissing { root: of, .. }) if of == root => {
                    report.tell(format!("The folder of “{name}” is not there: {folder}"));
                    break;
                }
                Ok(_) => {}
                Err(_) => {
                    report.tell(format!("The folder of “{name}” does not answer: {folder}"));
                    break;
                }
            }
        }
    }
    Ok(())
}

fn list(data_dir: &Path) -> anyhow::Result<()> {
    let backups = backups(data_dir)?;
    if backups.is_empty() {
        return say("There is no backup yet; postil backup makes one");
    }
    let mut text =
        "Backups, the newest first; bring one back with postil restore NUMBER".to_owned();
    for backup in backups {
        let (number, date) = (backup.generation, backup.date());
        let kb = backup.n_bytes.div_ceil(1024);
        let file = backup.file.display();
        // Writing to a string cannot fail.
        let _ = write!(text, "\n{number:>6}  {date}  {kb:>8} KB  {file}");
    }
    say(&text)
}

fn restore(data_dir: &Path, named: &Path) -> anyhow::Result<()> {
    let lock = lock(data_dir)?;
    let file = find(&backups(data_dir)?, named)?;
    let restored = postil_store::restore(&lock, &file)?;
    say(&format!("Restored: {}", file.display()))?;
    match restored.set_aside {
        Some(aside) => say(&format!(
            "The library before it is kept: {}",
            aside.display()
        )),
        None => Ok(()),
    }
}

/// By its number in the list, or by its file.
fn find(backups: &[Backup], named: &Path) -> anyhow::Result<PathBuf> {
    let number = named.to_str().and_then(|name| name.parse::<u64>().ok());
    if let Some(backup) = backups.iter().find(|b| Some(b.generation) == number) {
        return Ok(backup.file.clone());
    }
    if named.is_file() {
        return Ok(named.to_owned());
    }
    bail!(
        "There is no such backup. postil restore lists those that there are: {}",
        named.display()
    )
}

fn backups(data_dir: &Path) -> anyhow::Result<Vec<Backup>> {
    backup::list(data_dir).with_context(|| {
        format!(
            "The backups cannot be listed. Check the permissions: {}",
            data_dir.join("backups").display()
        )
    })
}

fn merge_words(merge: &Merge) -> String {
    let n_taken = merge.changes.len() - merge.n_new;
    let mut text = format!(
        "Imported {} new records, {n_taken} in place of older ones; {} were here already",
        merge.n_new, merge.n_same
    );
    for conflict in &merge.conflicts {
        let what = &conflict.what;
        let which = match (conflict.is_incoming_taken, conflict.is_decided_by_time) {
            (true, _) => "The imported one is newer and was taken",
            (false, true) => "The one here is newer and stays",
            (false, false) => "No time tells which is newer; the one here stays",
        };
        text.push_str("\nDiffered: ");
        text.push_str(what);
        text.push_str(". ");
        text.push_str(which);
    }
    if !merge.same_folder.is_empty() {
        let n = merge.same_folder.len();
        text.push_str("\nFolders that are registered as two plans now: ");
        text.push_str(&n.to_string());
    }
    if !merge.changes.is_empty() {
        text += "\nThe library before it is the newest backup";
    }
    text
}

fn say(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{text}").context("The output cannot be written")
}

/// Writes a text to a file of its own. Gives the file.
///
/// # Errors
/// Words for the person.
pub fn save_new(file: &NewFile) -> Result<PathBuf, String> {
    for n in 1..1_000 {
        let number = if n == 1 {
            String::new()
        } else {
            format!("-{n}")
        };
        let name = format!("{}{number}.{}", file.stem, file.extension);
        let path = file.folder.join(name);
        match transfer::write_text(&file.text, &path) {
            Ok(()) => return Ok(path),
            Err(TransferError::Exists { .. }) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    let folder = file.folder.display();
    Err(format!(
        "There are a thousand such files already, choose another folder: {folder}"
    ))
}

/// Reads a file of notes, which may be anything.
///
/// # Errors
/// Words for the person.
pub fn read_notes(file: &Path) -> Result<Vec<u8>, String> {
    // One byte more than is taken: whoever reads it says that it is too large.
    let most = web_annotation::MAX_FILE_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    let read = std::fs::File::open(file).and_then(|open| open.take(most).read_to_end(&mut bytes));
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => Err(format!(
            "The notes cannot be read ({error}): {}",
            file.display()
        )),
    }
}

/// Puts everything that the person wrote, as it is in memory, into a new JSON file in this folder.
///
/// # Errors
/// Words for the person.
pub fn copy(folder: &Path, library: &postil_model::Library) -> Result<PathBuf, String> {
    let export = Export {
        library: library.clone(),
        // Those of documents are in the plan folders.
        texts: Vec::new(),
    };
    for n in 1..1_000 {
        let file = folder.join(format!("postil-copy-{n}.json"));
        match transfer::write(&export, &file) {
            Ok(()) => return Ok(file),
            Err(TransferError::Exists { .. }) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    Err(format!(
        "There are a thousand copies already, choose another folder: {}",
        folder.display()
    ))
}

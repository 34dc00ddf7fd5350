//! Power cuts at any moment while whole files are made, copied and put in place of others.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use crate::dirs::{database, new_dir};
use crate::disk::on_good_disk;
use crate::flows::{DATA, Flow, SECOND};
use crate::rng::Rng;
use crate::script::Expected;
use crate::session::{Session, Under, found, found_after};
use crate::tally::{Tally, number, try_sessions};
use crate::tree::Tree;

const N_IMAGES_OF_FLOW: usize = 100;

fn try_flow(
    what: &str,
    flow: impl Fn(&mut Rng) -> Result<Flow, String> + Sync,
) -> Result<(), String> {
    // Each of the flows gets a fifth of what the sessions get.
    let n_images = number("POSTIL_POWER_IMAGES", 2_000) / 5;
    let tally = Tally::default();
    try_sessions(n_images.div_ceil(N_IMAGES_OF_FLOW), |seed| {
        let mut rng = Rng::new(seed);
        let flow = flow(&mut rng)?;
        tally
            .calls
            .fetch_add(flow.recorded.n_ops(), Ordering::SeqCst);
        for i in 0..N_IMAGES_OF_FLOW {
            let n_ops = rng.below(flow.recorded.n_ops() + 1);
            let image = flow.recorded.power_cut(n_ops, &mut rng);
            judge(&flow, n_ops, &image, i % 4 == 0)
                .map_err(|error| format!("cut after operation {n_ops}: {error}"))?;
            tally.images.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    })?;
    tally.report(what);
    Ok(())
}

/// Starts with what is left. With `is_thorough`, looks at the copies too.
fn judge(flow: &Flow, n_ops: usize, image: &Tree, is_thorough: bool) -> Result<(), String> {
    let root = new_dir();
    image.put(root.path()).map_err(|error| error.to_string())?;
    let data = root.path().join(DATA);
    let is_same = |state: &Expected, found: &Expected| {
        state.is_same(found) || (flow.is_damaged && state.says_the_same(found))
    };
    if let Some(gone) = flow
        .kept(n_ops)
        .iter()
        .find(|path| !root.path().join(path).exists())
    {
        return Err(format!("{} is gone", gone.display()));
    }
    if is_thorough {
        for backup in backups(root.path())? {
            let name = backup.display();
            let bytes = fs::read(&backup).map_err(|error| error.to_string())?;
            let found = found_after(&bytes, flow.is_damaged);
            let found = found.map_err(|error| format!("{name}: {error}"))?;
            if !flow.states().any(|state| is_same(state, &found)) {
                return Err(format!("the library was never what {name} says"));
            }
        }
        if let Some((aside, expected)) = flow.aside(n_ops) {
            let bytes = fs::read(root.path().join(aside));
            let bytes = bytes.map_err(|error| format!("what was set aside: {error}"))?;
            if !found(&bytes)?.is_same(expected) {
                return Err("what was set aside is another".to_owned());
            }
        }
    }
    let found = open(&data, flow.is_damaged)?;
    if !flow.allowed(n_ops).any(|state| is_same(state, &found)) {
        return Err("neither what was acknowledged nor what was on its way".to_owned());
    }
    if is_thorough && flow.is_copied {
        let root = new_dir();
        image.put(root.path()).map_err(|error| error.to_string())?;
        let data = root.path().join(DATA);
        if database(&data).exists() {
            fs::remove_file(database(&data)).map_err(|error| error.to_string())?;
        }
        let found = open(&data, true).map_err(|error| format!("from second copies: {error}"))?;
        if !flow.allowed(n_ops).any(|state| state.says_the_same(&found)) {
            return Err("the second copies do not tell what was acknowledged".to_owned());
        }
    }
    Ok(())
}

/// What the next start finds, and the one after it.
fn open(data: &Path, may_be_damaged: bool) -> Result<Expected, String> {
    let under = Under::unwatched(&on_good_disk());
    let session = Session::open_as(data, &under, may_be_damaged)?;
    let found = session.expected.clone();
    session.close()?;
    let again = Session::open_on(data, &under)?;
    if !again.expected.is_same(&found) {
        return Err("the start after the next finds something else".to_owned());
    }
    again.close()?;
    Ok(found)
}

/// Whatever bears a backup's name, in both folders.
fn backups(root: &Path) -> Result<Vec<PathBuf>, String> {
    let mut backups = Vec::new();
    for dir in [root.join(DATA).join("backups"), root.join(SECOND)] {
        let Ok(entries) = fs::read_dir(dir) else {
            continue;
        };
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            let name = path.file_stem().and_then(OsStr::to_str).unwrap_or_default();
            if name.starts_with("postil-") && path.extension() == Some(OsStr::new("redb")) {
                backups.push(path);
            }
        }
    }
    Ok(backups)
}

#[test]
fn a_power_cut_while_a_library_is_begun_leaves_it_begun_or_not() -> Result<(), String> {
    try_flow("first starts cut short", Flow::of_creation)
}

#[test]
fn a_power_cut_while_backups_are_made_and_ops_rotated_costs_nothing() -> Result<(), String> {
    try_flow("backups cut short", Flow::of_backups)
}

#[test]
fn a_power_cut_while_a_backup_is_restored_leaves_the_one_or_the_other() -> Result<(), String> {
    try_flow("restores cut short", Flow::of_restore)
}

#[test]
fn a_power_cut_while_a_damaged_library_is_made_anew_costs_nothing() -> Result<(), String> {
    try_flow("recoveries cut short", Flow::of_recovery)
}

#[test]
fn a_power_cut_while_an_older_library_is_migrated_leaves_it_older_or_not() -> Result<(), String> {
    try_flow(
        "migrations with their backups cut short",
        Flow::of_migration,
    )
}

//! Power cuts at any moment of a session, and of the start after one.

use std::path::Path;
use std::sync::atomic::Ordering;

use crate::dirs::put;
use crate::recording::{Cut, Recording};
use crate::rng::Rng;
use crate::session::{found, older};
use crate::tally::{Tally, number, try_sessions};

const N_IMAGES: usize = 2_000;
const N_IMAGES_OF_SESSION: usize = 250;

fn judge(cut: &Cut<'_>) -> Result<(), String> {
    let found = found(&cut.image)?;
    if cut.expected.iter().any(|expected| expected.is_same(&found)) {
        Ok(())
    } else {
        Err("neither what was acknowledged nor what was on its way".to_owned())
    }
}

/// Keeps what the store failed on, since the same seed need not give the same bytes again.
fn keep(cut: &Cut<'_>, seed: u64, n_calls: usize) -> String {
    let n_bytes = cut.image.len();
    let name = format!("power-cut-{seed}-{n_calls}-{n_bytes}.redb");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    put(&path, &cut.image);
    path.display().to_string()
}

#[test]
fn a_power_cut_at_any_moment_loses_nothing_acknowledged_and_halves_nothing() -> Result<(), String> {
    let n_images = number("POSTIL_POWER_IMAGES", N_IMAGES);
    let tally = Tally::default();
    try_sessions(n_images.div_ceil(N_IMAGES_OF_SESSION), |seed| {
        let mut rng = Rng::new(seed);
        let recording = Recording::of_session(&mut rng)?;
        tally.calls.fetch_add(recording.n_calls(), Ordering::SeqCst);
        // A fifth of the images are of a second cut, while the first is recovered from.
        let n_first = N_IMAGES_OF_SESSION * 4 / 5;
        for (i, (n_calls, cut)) in recording.cuts(n_first, false, &mut rng).enumerate() {
            let at = |error, cut: &Cut<'_>| {
                let image = keep(cut, seed, n_calls);
                format!("cut after call {n_calls}: {error}: {image}")
            };
            judge(&cut).map_err(|error| at(error, &cut))?;
            tally.images.fetch_add(1, Ordering::SeqCst);
            if i % 16 == 0 {
                let mut rng = Rng::new(seed ^ i as u64);
                let restart =
                    Recording::of_restart(&cut.image, &mut rng).map_err(|error| at(error, &cut))?;
                for (n_more, second) in restart.cuts(4, false, &mut rng) {
                    judge(&second).map_err(|error| {
                        let first = at(format!("and {n_more} more: {error}"), &cut);
                        at(first, &second)
                    })?;
                    tally.images.fetch_add(1, Ordering::SeqCst);
                }
            }
        }
        Ok(())
    })?;
    tally.report("sessions cut short");
    Ok(())
}

/// Until it is brought up to date it is as it was, and then all of it is.
#[test]
fn a_power_cut_while_an_older_library_is_brought_up_to_date_leaves_all_of_it() -> Result<(), String>
{
    let image = older().map_err(|error| error.to_string())?;
    let n_images = number("POSTIL_POWER_IMAGES", N_IMAGES) / 10;
    let mut rng = Rng::new(number("POSTIL_POWER_SEED", 1) as u64);
    let tally = Tally::default();
    let recording = Recording::of_restart(&image, &mut rng)?;
    tally.calls.fetch_add(recording.n_calls(), Ordering::SeqCst);
    for (n_calls, cut) in recording.cuts(n_images, false, &mut rng) {
        judge(&cut).map_err(|error| {
            let image = keep(&cut, 0, n_calls);
            format!("cut after call {n_calls}: {error}: {image}")
        })?;
        tally.images.fetch_add(1, Ordering::SeqCst);
    }
    tally.report("migration");
    Ok(())
}

/// The trial itself on trial: where syncs do nothing, acknowledged changes are lost, and that must
/// be seen.
#[test]
fn on_a_disk_that_lies_about_syncs_losses_are_seen() -> Result<(), String> {
    let tally = Tally::default();
    try_sessions(2, |seed| {
        let mut rng = Rng::new(seed);
        let recording = Recording::of_session(&mut rng)?;
        for (_, cut) in recording.cuts(12, true, &mut rng) {
            tally.images.fetch_add(1, Ordering::SeqCst);
            let n_bad = usize::from(judge(&cut).is_err());
            tally.bad.fetch_add(n_bad, Ordering::SeqCst);
        }
        Ok(())
    })?;
    let [n_bad, n_images] = [&tally.bad, &tally.images].map(|n| n.load(Ordering::SeqCst));
    if n_bad * 2 < n_images {
        return Err(format!("only {n_bad} of {n_images} were seen to be bad"));
    }
    Ok(())
}

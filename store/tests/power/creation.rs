//! A library that is cut short while it is made: the next start makes another.

use std::fs;
use std::path::Path;

use crate::dirs::{database, new_dir, put};
use crate::disk::{Call, Fault, Log, on_disk, on_good_disk};
use crate::image::{n_synced, power_cut, replay};
use crate::rng::Rng;
use crate::script::Expected;
use crate::session::Session;

const N_IMAGES_OF_MOMENT: usize = 12;

/// What is asked of the disk until the library has its name.
fn calls_of_creation() -> Result<Vec<Call>, String> {
    let dir = new_dir();
    let log = Log::default();
    let open_redb = on_disk(&dir.path().join("postil.redb.new"), &log, &Fault::none());
    Session::open(dir.path(), &open_redb)?.close()?;
    Ok(log.take())
}

/// Starts, writes, and starts again.
fn assert_usable(dir: &Path) -> Result<(), String> {
    let open_redb = on_good_disk();
    let mut session = Session::open(dir, &open_redb)?;
    if !session.expected.is_same(&Expected::default()) {
        return Err("something is in it".to_owned());
    }
    let first_words = session.expected.act(&mut Rng::new(1));
    session.save(first_words)?;
    let expected = session.expected.clone();
    session.close()?;
    let again = Session::open(dir, &open_redb)?;
    if !again.expected.is_same(&expected) {
        return Err("the first words are gone".to_owned());
    }
    again.close().map(drop)
}

#[test]
fn a_power_cut_while_a_library_is_made_leaves_a_start_that_works() -> Result<(), String> {
    let calls = calls_of_creation()?;
    let mut rng = Rng::new(1);
    for n_calls in 0..=calls.len() {
        for _ in 0..N_IMAGES_OF_MOMENT {
            let n = n_synced(&calls[..n_calls]);
            let mut synced = Vec::new();
            replay(&mut synced, &calls[..n]);
            let image = power_cut(&synced, &calls[n..n_calls], &mut rng);
            let dir = new_dir();
            put(&dir.path().join("postil.redb.new"), &image);
            assert_usable(dir.path())
                .map_err(|error| format!("cut after call {n_calls}: {error}"))?;
            // Nobody but the person decides that it can go.
            let aside = dir.path().join("quarantine/postil.redb.new");
            if fs::read(aside).ok().as_ref() != Some(&image) {
                return Err(format!("cut after call {n_calls}: what was left is gone"));
            }
        }
    }
    Ok(())
}

#[test]
fn a_library_is_whole_before_it_gets_its_name() -> Result<(), String> {
    let calls = calls_of_creation()?;
    let n = n_synced(&calls);
    let mut synced = Vec::new();
    replay(&mut synced, &calls[..n]);
    let mut rng = Rng::new(1);
    for _ in 0..N_IMAGES_OF_MOMENT {
        let dir = new_dir();
        put(
            &database(dir.path()),
            &power_cut(&synced, &calls[n..], &mut rng),
        );
        assert_usable(dir.path())?;
    }
    Ok(())
}

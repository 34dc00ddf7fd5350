//! Which of many stay.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::*;

fn backup(generation: u64, day: u64) -> Backup {
    Backup {
        file: PathBuf::from(format!("{generation}")),
        generation,
        made: SystemTime::UNIX_EPOCH + Duration::from_hours(24 * day),
        n_bytes: 0,
    }
}

/// The generations that stay of one backup a day for so many days.
fn kept_of_daily(n: u64) -> Vec<u64> {
    // Day 20,405, the last, is a Thursday.
    let backups: Vec<_> = (0..n).rev().map(|i| backup(i, 20_406 - n + i)).collect();
    let kept = kept(&backups);
    let kept = backups.iter().zip(kept).filter(|(_, is_kept)| *is_kept);
    kept.map(|(backup, _)| backup.generation).collect()
}

#[test]
fn a_week_of_days_and_a_month_of_weeks_stay() {
    assert_eq!(kept_of_daily(5), [4, 3, 2, 1, 0]);
    let kept = kept_of_daily(100);
    assert_eq!(kept, [99, 98, 97, 96, 95, 94, 93, 88, 81]);
    // Of the four weeks, two are those of the seven days.
    assert!(kept.len() <= N_DAILY + N_WEEKLY);
}

#[test]
fn what_was_made_before_a_change_is_not_pushed_out_by_what_was_made_after_it() {
    let backups = [backup(3, 5), backup(2, 5), backup(1, 5)];
    assert_eq!(kept(&backups), [true; 3]);
}

proptest! {
    #[test]
    fn the_newest_always_stays_and_never_too_many(days in prop::collection::vec(0..400_u64, 1..60)) {
        let n = days.len() as u64;
        let backups: Vec<_> = days.iter().zip((0..n).rev()).map(|(d, g)| backup(g, *d)).collect();
        let kept = kept(&backups);
        prop_assert!(kept[0]);
        let n_kept = kept.iter().filter(|is_kept| **is_kept).count();
        prop_assert!(n_kept <= N_NEWEST + N_DAILY + N_WEEKLY);
    }
}

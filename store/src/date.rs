//! Moments as the names of files say them: UTC, to the second, sortable as text.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY_S: u64 = 24 * 60 * 60;

/// A moment between the years 1970 and 9999; one outside is taken for the nearest inside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Moment {
    since_1970_s: u64,
}

impl Moment {
    /// The last second of the year 9999.
    const LAST_S: u64 = 253_402_300_799;

    pub(crate) fn new(time: SystemTime) -> Self {
        let since_1970 = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            since_1970_s: since_1970.as_secs().min(Self::LAST_S),
        }
    }

    pub(crate) fn now() -> Self {
        Self::new(SystemTime::now())
    }

    pub(crate) fn time(self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.since_1970_s)
    }

    /// Whole days since 1970.
    pub(crate) fn day(self) -> u64 {
        self.since_1970_s / DAY_S
    }

    /// Whole weeks, from Monday on.
    pub(crate) fn week(self) -> u64 {
        // 1970 began on a Thursday.
        (self.day() + 3) / 7
    }

    /// `2026-11-21`.
    pub(crate) fn date(self) -> String {
        let (year, month, day) = civil_from_day(self.day());
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// `2026-11-21T162431Z`: without colons, which some file systems do not take.
    pub(crate) fn stamp(self) -> String {
        let of_day = self.since_1970_s % DAY_S;
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        format!("{}T{hour:02}{minute:02}{second:02}Z", self.date())
    }

    /// The moment that [`Moment::stamp`] wrote; `None` for any other text.
    pub(crate) fn from_stamp(stamp: &str) -> Option<Self> {
        let number =
            |range: std::ops::Range<usize>| -> Option<u64> { stamp.get(range)?.parse().ok() };
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (hour, minute, second) = (number(11..13)?, number(13..15)?, number(15..17)?);
        let moment = Self {
            since_1970_s: day_from_civil(year, month, day)?
                .checked_mul(DAY_S)?
                .checked_add(hour * 3600 + minute * 60 + second)?,
        };
        // Whatever is odd about the text, writing it again tells.
        (moment.since_1970_s <= Self::LAST_S && moment.stamp() == stamp).then_some(moment)
    }
}

/// Year, month and day of the Gregorian calendar. Counted from a March, which puts the leap day at
/// the end of a year, in eras of 400 years; so in Hinnant's `civil_from_days`.
fn civil_from_day(day: u64) -> (u64, u64, u64) {
    let since_march_0 = day + 719_468;
    let (era, of_era) = (since_march_0 / 146_097, since_march_0 % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

fn day_from_civil(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = year - u64::from(month <= 2);
    let (era, year_of_era) = (year / 400, year % 400);
    let march_month = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * march_month + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    (era * 146_097 + of_era).checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_moments_are_named_as_the_calendar_has_them() {
        for (since_1970_s, stamp) in [
            (0, "1970-01-01T000000Z"),
            (951_782_399, "2000-02-28T235959Z"),
            (951_782_400, "2000-02-29T000000Z"),
            (1_795_278_271, "2026-11-21T162431Z"),
            (Moment::LAST_S, "9999-12-31T235959Z"),
        ] {
            assert_eq!(Moment { since_1970_s }.stamp(), stamp);
        }
    }

    proptest! {
        #[test]
        fn a_stamp_is_read_as_it_was_written(since_1970_s in 0..=Moment::LAST_S) {
            let moment = Moment { since_1970_s };
            prop_assert_eq!(Moment::from_stamp(&moment.stamp()), Some(moment));
        }

        #[test]
        fn other_text_is_no_stamp(text in "\\PC{0,20}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{6}Z") {
            let read = Moment::from_stamp(&text);
            prop_assert!(read.is_none_or(|moment| moment.stamp() == text));
        }
    }
}

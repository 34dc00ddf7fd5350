//! The clock and the source of ids, and time as people say it.

use jiff::Timestamp as Moment;
use postil_model::Timestamp;

/// The time now.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp(Moment::now().as_millisecond())
}

/// A file's time as the model's.
#[must_use]
pub fn timestamp(time: std::time::SystemTime) -> Timestamp {
    Timestamp(Moment::try_from(time).map_or(0, Moment::as_millisecond))
}

/// A new id: the time in its upper bits, so that later ones are greater.
#[must_use]
pub fn new_id() -> u128 {
    uuid::Uuid::now_v7().as_u128()
}

/// How long ago something was: `just now`, `5 minutes ago`, `yesterday`, a date.
#[must_use]
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    let plural = |n: i64, unit: &str| format!("{n} {unit}{} ago", if n == 1 { "" } else { "s" });
    match now.0.saturating_sub(then.0) {
        ..MINUTE => "just now".to_owned(),
        passed @ MINUTE..HOUR => plural(passed / MINUTE, "minute"),
        passed @ HOUR..DAY => plural(passed / HOUR, "hour"),
        passed if passed < 2 * DAY => "yesterday".to_owned(),
        passed if passed < 7 * DAY => plural(passed / DAY, "day"),
        _ => Moment::from_millisecond(then.0).map_or_else(
            |_| "long ago".to_owned(),
            |moment| {
                moment
                    .to_zoned(jiff::tz::TimeZone::system())
                    .strftime("%-d %b %Y")
                    .to_string()
            },
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_said_as_people_say_it() {
        let now = Timestamp(1_790_000_000_000);
        let ago = |ms: i64| super::ago(Timestamp(now.0 - ms), now);
        assert_eq!(ago(-5_000), "just now");
        assert_eq!(ago(59_000), "just now");
        assert_eq!(ago(60_000), "1 minute ago");
        assert_eq!(ago(7_200_000), "2 hours ago");
        assert_eq!(ago(90_000_000), "yesterday");
        assert_eq!(ago(3 * 86_400_000), "3 days ago");
        assert!(ago(40 * 86_400_000).ends_with("2026"));
        assert_eq!(super::ago(Timestamp(i64::MIN), now), "long ago");
    }

    #[test]
    fn later_ids_are_greater() {
        let (a, b) = (new_id(), new_id());
        assert!(a < b);
    }
}

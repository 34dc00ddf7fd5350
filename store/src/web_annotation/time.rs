//! Moments as `xsd:dateTime`.

use jiff::Timestamp as Moment;
use postil_model::Timestamp;
use serde_json::Value;

/// 0001-01-01T00:00:00Z: earlier years are not written in four digits.
const FIRST_MS: i64 = -62_135_596_800_000;

/// In UTC, to the millisecond; `None` where the year has not four digits.
pub(super) fn to_text(at: Timestamp) -> Option<String> {
    let moment = Moment::from_millisecond(at.0).ok()?;
    (at.0 >= FIRST_MS).then(|| moment.to_string())
}

/// The same, or the number of milliseconds.
pub(super) fn to_value(at: Timestamp) -> Value {
    to_text(at).map_or_else(|| at.0.into(), Value::String)
}

/// What [`to_value`] wrote, or any date and time with a zone; parts of milliseconds are dropped. One
/// without a zone is taken for UTC, and a date alone for its beginning.
pub(super) fn from_value(value: &Value) -> Option<Timestamp> {
    if let Some(ms) = value.as_i64() {
        return Some(Timestamp(ms));
    }
    let text = value.as_str()?.trim();
    let moment: Option<Moment> = text.parse().ok();
    let moment = moment.or_else(|| {
        let at: jiff::civil::DateTime = text.parse().ok()?;
        Some(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    });
    moment.map(|moment| Timestamp(moment.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn moments_are_read_in_many_forms() {
        let read = |text: &str| from_value(&Value::from(text)).map(|at| at.0);
        assert_eq!(read("1970-01-01T00:00:01Z"), Some(1_000));
        assert_eq!(read("1970-01-01T01:00:01.5+01:00"), Some(1_500));
        assert_eq!(read("1970-01-01T00:00:01"), Some(1_000));
        assert_eq!(read("1970-01-02"), Some(86_400_000));
        for none in [
            "",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "99999-01-01T00:00:00Z",
        ] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn a_moment_is_read_as_it_was_written(ms in prop_oneof![any::<i64>(), -70_000_000_000_000..300_000_000_000_000_i64]) {
            prop_assert_eq!(from_value(&to_value(Timestamp(ms))), Some(Timestamp(ms)));
        }
    }
}

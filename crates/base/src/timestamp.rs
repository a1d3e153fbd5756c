//! Points in time: microseconds in UTC, in code and in tables. Text only on the wires.

use std::{fmt, time::Duration};

use time::{
    OffsetDateTime, PrimitiveDateTime,
    format_description::{BorrowedFormatItem, well_known::Rfc3339},
    macros::{datetime, format_description},
};

/// `YYYY-MM-DDThh:mm:ssZ`, whole seconds.
const SECONDS: &[BorrowedFormatItem<'static>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
const MILLISECONDS: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// A moment, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The start of 2026, from which entity ids count.
    pub const START_OF_2026: Self = Self(datetime!(2026-01-01 0:00 UTC).unix_timestamp() * 1_000_000);

    /// The moment that is this many microseconds after 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// Whole seconds since 1970.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Reads `YYYY-MM-DDThh:mm:ssZ`, exactly so: UTC, whole seconds. `None` for anything else.
    pub fn parse_seconds(text: &str) -> Option<Self> {
        if text.len() != 20 {
            return None;
        }
        let moment = PrimitiveDateTime::parse(text, SECONDS).ok()?.assume_utc();
        Some(Self(moment.unix_timestamp().checked_mul(1_000_000)?))
    }

    /// Reads a moment as RFC 3339 writes it, of any offset; what is finer than a microsecond is cut off. `None` for
    /// anything else.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        Some(Self(i64::try_from(moment.unix_timestamp_nanos().div_euclid(1_000)).ok()?))
    }

    /// `YYYY-MM-DDThh:mm:ssZ`, fractions cut off.
    pub fn to_seconds(self) -> String {
        self.format(SECONDS)
    }

    /// `YYYY-MM-DDThh:mm:ss.mmmZ`, finer fractions cut off.
    pub fn to_milliseconds(self) -> String {
        self.format(MILLISECONDS)
    }

    /// The moment `span` later, or the last one there is.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// The moment `span` earlier, or the first one there is.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    fn format(self, format: &[BorrowedFormatItem<'static>]) -> String {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000)
            .ok()
            .and_then(|moment| moment.format(&format).ok())
            .unwrap_or_else(|| "9999-12-31T23:59:59Z".to_owned())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_milliseconds())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_form_is_exact() {
        let moment = Timestamp::parse_seconds("2014-06-13T05:57:36Z").unwrap();
        assert_eq!(moment.micros(), 1_402_639_056_000_000);
        assert_eq!(moment.to_seconds(), "2014-06-13T05:57:36Z");
        assert_eq!(moment.plus(Duration::from_millis(1500)).to_milliseconds(), "2014-06-13T05:57:37.500Z");
        for bad in [
            "2014-06-13T05:57:36",
            "2014-06-13T05:57:36+00:00",
            "2014-06-13 05:57:36Z",
            "2014-02-30T05:57:36Z",
            "2014-06-13T25:57:36Z",
            "2014-06-13T05:57:36.5Z",
            "",
            "2014-6-13T05:57:36ZZ",
        ] {
            assert_eq!(Timestamp::parse_seconds(bad), None, "{bad}");
        }
    }

    #[test]
    fn moments_of_any_offset_are_read() {
        let moment = Timestamp::parse_seconds("2014-06-13T05:57:36Z");
        for same in ["2014-06-13T05:57:36Z", "2014-06-13T13:57:36+08:00", "2014-06-13T05:57:36.0000009Z"] {
            assert_eq!(Timestamp::parse_rfc3339(same), moment, "{same}");
        }
        let finer = Timestamp::parse_rfc3339("2014-06-13T05:57:36.123456Z").unwrap();
        assert_eq!(finer.to_milliseconds(), "2014-06-13T05:57:36.123Z");
        for bad in ["", "2014-06-13", "2014-06-13T05:57:36", "2014-06-31T05:57:36Z", "1402639056"] {
            assert_eq!(Timestamp::parse_rfc3339(bad), None, "{bad}");
        }
    }

    #[test]
    fn extremes_do_not_panic() {
        for micros in [i64::MIN, i64::MAX, 0, -1] {
            let moment = Timestamp::from_micros(micros);
            let _ = (moment.to_string(), moment.plus(Duration::MAX), moment.minus(Duration::MAX));
        }
    }
}

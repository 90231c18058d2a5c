//! Moments as Okta writes them: ISO 8601 in UTC with milliseconds. Reads no clock.

use serde::{Serialize, Serializer};
use std::fmt;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(pub i64);

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

impl Time {
    /// Reads what callers send as a date: a date-time with any offset, or a bare date (midnight UTC).
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Some(Self(moment.as_millisecond()));
        }
        let date = text.parse::<jiff::civil::Date>().ok()?;
        let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Self(zoned.timestamp().as_millisecond()))
    }
}

impl fmt::Display for Time {
    /// Written by hand because a page of devices holds a thousand of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, ms) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        // Days to civil date, after Howard Hinnant's `civil_from_days`.
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + i64::from(month <= 2);
        let (h, m, s) = (ms / HOUR, ms % HOUR / MINUTE, ms % MINUTE / SECOND);
        write!(f, "{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}.{:03}Z", ms % SECOND)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_it_reads() {
        for text in ["1970-01-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z", "2026-10-05T14:02:11.000Z"] {
            assert_eq!(Time::parse(text).map(|t| t.to_string()).as_deref(), Some(text));
        }
        assert_eq!(Time::parse("2026-10-05"), Time::parse("2026-10-05T00:00:00Z"));
        assert_eq!(Time::parse("2026-10-05T02:00:00+02:00"), Time::parse("2026-10-05"));
        assert_eq!(Time::parse("yesterday"), None);
    }
}

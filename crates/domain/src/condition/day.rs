//! A day of the calendar, in UTC: what a date filter names.

use super::Test;
use crate::Timestamp;
use jiff::civil::Date;

/// One day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// Reads `2025-09-01`.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        plain.then(|| text.parse().ok().map(Self)).flatten()
    }

    /// The day that holds a moment.
    pub fn of(at: Timestamp) -> Option<Self> {
        let moment = jiff::Timestamp::from_millisecond(at.0).ok()?;
        Some(Self(jiff::tz::Offset::UTC.to_datetime(moment).date()))
    }

    /// The questions that only moments of this day answer with yes.
    pub fn around(self) -> Vec<Test> {
        let after = self.0.yesterday().map(|day| Test::After(Self(day)));
        let before = self.0.tomorrow().map(|day| Test::Before(Self(day)));
        [after, before].into_iter().flatten().collect()
    }

    /// Its first millisecond.
    pub fn start(self) -> Timestamp {
        let days = jiff::civil::date(1970, 1, 1).until(self.0).map_or(0, |span| i64::from(span.get_days()));
        Timestamp(days * Timestamp::DAY)
    }

    /// The first millisecond after it.
    pub fn end(self) -> Timestamp {
        Timestamp(self.start().0 + Timestamp::DAY)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_a_beginning_and_an_end() {
        let day = Day::parse("2026-10-05").expect("a day");
        assert_eq!(day.start().to_rfc3339(), "2026-10-05T00:00:00.000Z");
        assert_eq!(Day::of(Timestamp(day.end().0 - 1)), Some(day));
        assert_eq!(Day::of(day.end()).map(|d| d.to_string()).as_deref(), Some("2026-10-06"));
        assert_eq!(day.to_string(), "2026-10-05");
        let noon = Timestamp(day.start().0 + Timestamp::DAY / 2);
        let around = |at: Timestamp| day.around().iter().all(|test| test.of_time(at, at) == Some(true));
        assert!(around(noon) && !around(day.end()) && !around(Timestamp(day.start().0 - 1)));
        assert_eq!(Day::parse("1969-12-31").expect("a day").start(), Timestamp(-Timestamp::DAY));
        for wrong in ["2026-02-30", "05.10.2026", "2026-10-5", "2026-10-05T00:00", ""] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }
}

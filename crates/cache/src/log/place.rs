//! An event's number: its time, and below it what tells events of one moment apart. Rows are kept in the order of their
//! numbers, so the order of rows is the order of time.

use domain::{LogFilter, Timestamp};

/// Numbers of one millisecond. Should there ever be more events, they flow over into the next one.
const SHIFT: u32 = 10;
/// No date that can be written lies beyond; a number has room for all of them.
const FURTHEST: i64 = 1 << 52;

/// The first number of a moment.
pub(crate) fn first(time: Timestamp) -> i64 {
    time.0.clamp(-FURTHEST, FURTHEST) << SHIFT
}

/// The moment that a number is of.
pub(crate) fn time(id: i64) -> Timestamp {
    Timestamp(id >> SHIFT)
}

/// The day (UTC) that a number is of, counted from 1970.
pub(crate) fn day(id: i64) -> i64 {
    time(id).0.div_euclid(Timestamp::DAY)
}

/// Numbers from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub from: i64,
    pub to: i64,
}

impl Range {
    pub const ALL: Self = Self { from: i64::MIN, to: i64::MAX };

    /// The numbers that a filter's times leave.
    pub fn of(filter: &LogFilter) -> Self {
        let from = filter.since.map_or(i64::MIN, first);
        let to = filter.until.map_or(i64::MAX, |until| first(until).saturating_sub(1));
        Self { from, to }
    }

    /// Those that are in both.
    pub fn and(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }

    pub fn is_empty(self) -> bool {
        self.from > self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_tells_its_time_and_sorts_by_it() {
        for at in [-5, 0, 1, 1_760_000_000_000, 253_402_300_799_999] {
            let id = first(Timestamp(at));
            assert_eq!((time(id).0, time(id + 1023).0, time(id + 1024).0), (at, at, at + 1));
        }
        assert!(first(Timestamp(i64::MAX)) > first(Timestamp(253_402_300_799_999)));
        assert!(first(Timestamp(i64::MIN)) < first(Timestamp(-1)));
        assert_eq!((day(first(Timestamp(-1))), day(first(Timestamp(Timestamp::DAY)))), (-1, 1));
    }

    #[test]
    fn since_is_in_and_until_is_not() {
        let filter =
            LogFilter { since: Some(Timestamp(5)), until: Some(Timestamp(7)), ..LogFilter::default() };
        let range = Range::of(&filter);
        let inside = |at| (range.from..=range.to).contains(&first(Timestamp(at)));
        assert_eq!([4, 5, 6, 7].map(inside), [false, true, true, false]);
        let none = LogFilter { until: Some(Timestamp(5)), ..filter };
        assert!(Range::of(&none).is_empty());
    }
}

//! Days put together where there are too many of them for a bar each, and days without events put in between.

use domain::Timestamp;

/// More bars than these are too thin to hit.
const MOST: i64 = 120;

/// One bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// The beginning of its first day (UTC).
    pub since: Timestamp,
    pub days: u32,
    pub events: u64,
}

impl Bucket {
    /// The end of its last day.
    pub fn until(&self) -> Timestamp {
        Timestamp(self.since.0 + i64::from(self.days) * Timestamp::DAY)
    }

    /// From this bar to the end of another one, as far as the span that was counted reaches.
    pub fn to(
        &self,
        last: &Self,
        (since, until): (Option<Timestamp>, Option<Timestamp>),
    ) -> (Timestamp, Timestamp) {
        let begin = since.map_or(self.since, |since| since.max(self.since));
        (begin, until.map_or(last.until(), |until| until.min(last.until())))
    }

    /// Whether a part of it is in the span.
    pub fn meets(&self, (since, until): (Option<Timestamp>, Option<Timestamp>)) -> bool {
        since.is_none_or(|since| self.until() > since) && until.is_none_or(|until| self.since < until)
    }
}

/// The bars of these days, which come oldest first.
pub fn bucketed(days: &[(Timestamp, u64)]) -> Vec<Bucket> {
    let number = |at: Timestamp| at.0.div_euclid(Timestamp::DAY);
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Vec::new() };
    let (first, last) = (number(first.0), number(last.0));
    let each = ((last - first + 1) as u64).div_ceil(MOST as u64).max(1) as i64;
    let bars = (last - first) / each + 1;
    let bar = |at: i64| Bucket {
        since: Timestamp((first + at * each) * Timestamp::DAY),
        days: each as u32,
        events: 0,
    };
    let mut buckets: Vec<Bucket> = (0..bars.clamp(1, MOST)).map(bar).collect();
    for (day, events) in days {
        let at = (number(*day) - first) / each;
        if let Some(bucket) = usize::try_from(at).ok().and_then(|at| buckets.get_mut(at)) {
            bucket.events += events;
        }
    }
    buckets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> Timestamp {
        Timestamp(n * Timestamp::DAY)
    }

    #[test]
    fn a_day_without_events_has_its_place() {
        let bars = bucketed(&[(day(3), 5), (day(6), 7)]);
        let counts: Vec<_> = bars.iter().map(|b| (b.since, b.events)).collect();
        assert_eq!(counts, [(day(3), 5), (day(4), 0), (day(5), 0), (day(6), 7)]);
        assert_eq!(bucketed(&[]), []);
    }

    #[test]
    fn many_days_share_a_bar_and_none_is_lost() {
        for span in [120, 121, 240, 400, 2_000] {
            let days: Vec<_> = (0..span).map(|n| (day(n), 1)).collect();
            let bars = bucketed(&days);
            assert!(bars.len() <= MOST as usize, "{span} days make {} bars", bars.len());
            assert_eq!(bars.iter().map(|b| b.events).sum::<u64>(), span as u64);
            assert!(bars.last().is_some_and(|b| b.until() >= day(span)));
        }
    }

    #[test]
    fn a_day_that_was_counted_in_part_opens_that_part() {
        let bar = |n: i64| Bucket { since: day(n), days: 1, events: 1 };
        let noon = |n: i64| Timestamp(n * Timestamp::DAY + Timestamp::DAY / 2);
        assert_eq!(bar(3).to(&bar(3), (None, None)), (day(3), day(4)));
        assert_eq!(bar(3).to(&bar(5), (Some(noon(3)), Some(noon(5)))), (noon(3), noon(5)));
        assert_eq!(bar(3).to(&bar(5), (Some(noon(2)), Some(noon(9)))), (day(3), day(6)));
    }

    #[test]
    fn a_bar_is_in_a_span_that_touches_it() {
        let bar = Bucket { since: day(3), days: 1, events: 1 };
        assert!(bar.meets((None, None)));
        assert!(bar.meets((Some(day(3)), Some(day(4)))));
        assert!(!bar.meets((Some(day(4)), None)));
        assert!(!bar.meets((None, Some(day(3)))));
    }
}

//! The org's rate limits as its replies tell them, and how long the next call should hold back. Pure but for the lock:
//! the time is passed in, nothing sleeps here.

use crate::headers;
use crate::wait::Why;
use reqwest::header::HeaderMap;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What is known of one bucket's present window.
#[derive(Debug, Clone, Copy)]
struct Window {
    limit: u32,
    /// Calls left: the org's number less what was admitted since.
    remaining: u32,
    resets: Instant,
    /// The reset as the org named it, to tell a new window from a late reply of the old one.
    epoch: i64,
    /// When the next call may go while calls are spread.
    slot: Instant,
}

/// How long a call has to hold back, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delay {
    pub lasts: Duration,
    pub why: Why,
    pub limit: u32,
    pub remaining: u32,
}

/// A second is added to every reset, as Okta's own SDKs do: the org's clock is told in whole seconds.
const GRACE: Duration = Duration::from_secs(1);
/// Below this share of the window (a quarter) calls are spread over the rest: others share the bucket.
const SPREAD_BELOW: u32 = 4;

/// All buckets seen so far.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<HashMap<Box<str>, Window>>);

impl Limits {
    /// Takes note of a reply's rate-limit headers.
    pub fn learn(&self, bucket: &str, headers: &HeaderMap, local_epoch: i64, now: Instant) {
        let (Some(limit), Some(remaining), Some(epoch)) = (
            headers::number(headers, "x-rate-limit-limit").and_then(|n| u32::try_from(n).ok()),
            headers::number(headers, "x-rate-limit-remaining").and_then(|n| u32::try_from(n).ok()),
            headers::number(headers, "x-rate-limit-reset"),
        ) else {
            return;
        };
        if limit == 0 {
            return; // The concurrency limit: it says nothing about this bucket's window.
        }
        let server_epoch = headers::date(headers).map_or(local_epoch, |date| date.0.div_euclid(1000));
        // A window is a minute; what says more than an hour is garbled, and must not stop us for ever.
        let left = u64::try_from(epoch.saturating_sub(server_epoch)).unwrap_or(0).min(3600);
        let mut buckets = self.lock();
        match buckets.get_mut(bucket) {
            Some(known) if epoch < known.epoch => {}
            Some(known) if epoch == known.epoch => known.remaining = known.remaining.min(remaining),
            _ => {
                let resets = now + Duration::from_secs(left);
                buckets.insert(bucket.into(), Window { limit, remaining, resets, epoch, slot: now });
            }
        }
    }

    /// Admits one call: counts it, and says how long it has to hold back first. A delay for [`Why::RateLimit`] admits
    /// nothing: ask again after it.
    pub fn admit(&self, bucket: &str, now: Instant) -> Option<Delay> {
        let mut buckets = self.lock();
        let window = buckets.get_mut(bucket)?;
        let opens = window.resets + GRACE;
        if now >= opens || (now >= window.resets && window.remaining > 0) {
            buckets.remove(bucket); // A new window has begun; its first reply will tell its numbers.
            return None;
        }
        let Window { limit, remaining, .. } = *window;
        if remaining == 0 {
            return Some(Delay { lasts: opens - now, why: Why::RateLimit, limit, remaining });
        }
        window.remaining -= 1;
        if remaining > limit / SPREAD_BELOW {
            return None;
        }
        let gap = window.resets.saturating_duration_since(now) / remaining;
        let slot = window.slot.max(now);
        window.slot = slot + gap;
        let lasts = slot - now;
        (!lasts.is_zero()).then_some(Delay { lasts, why: Why::Spread, limit, remaining })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Box<str>, Window>> {
        // Every change leaves the map whole, so a panic elsewhere while it was held has broken nothing.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    const BUCKET: &str = "/api/v1/devices";

    fn told(limit: u32, remaining: u32, reset: i64) -> HeaderMap {
        let pairs = [
            ("x-rate-limit-limit", limit.to_string()),
            ("x-rate-limit-remaining", remaining.to_string()),
            ("x-rate-limit-reset", reset.to_string()),
            // The server's second 1 000 000 000, whatever this machine thinks.
            ("date", "Sun, 09 Sep 2001 01:46:40 GMT".to_owned()),
        ];
        let pair = |(name, value): (&'static str, String)| {
            (HeaderName::from_static(name), HeaderValue::try_from(value).expect("ascii"))
        };
        pairs.into_iter().map(pair).collect()
    }

    #[test]
    fn plenty_left_means_no_wait() {
        let (limits, now) = (Limits::default(), Instant::now());
        assert_eq!(limits.admit(BUCKET, now), None);
        limits.learn(BUCKET, &told(100, 80, 1_000_000_060), 0, now);
        for _ in 0..54 {
            assert_eq!(limits.admit(BUCKET, now), None);
        }
        assert_eq!(limits.admit("/api/v1/users", now), None, "another bucket is not concerned");
    }

    #[test]
    fn the_last_quarter_is_spread_over_the_rest_of_the_window() {
        let (limits, now) = (Limits::default(), Instant::now());
        limits.learn(BUCKET, &told(100, 20, 1_000_000_060), 0, now);
        assert_eq!(limits.admit(BUCKET, now), None, "the first may go at once");
        let delay = limits.admit(BUCKET, now).expect("the second waits");
        assert_eq!((delay.why, delay.lasts), (Why::Spread, Duration::from_secs(3)));
        let third = limits.admit(BUCKET, now).expect("the third waits for both");
        assert!(third.lasts > Duration::from_secs(6), "{third:?}");
    }

    #[test]
    fn a_used_up_window_waits_for_the_servers_reset_and_a_second() {
        let (limits, now) = (Limits::default(), Instant::now());
        limits.learn(BUCKET, &told(100, 0, 1_000_000_030), 0, now);
        let delay = limits.admit(BUCKET, now).expect("nothing is left");
        assert_eq!((delay.why, delay.lasts), (Why::RateLimit, Duration::from_secs(31)));
        assert_eq!(limits.admit(BUCKET, now + Duration::from_secs(31)), None);
    }

    #[test]
    fn calls_in_flight_are_counted_and_late_replies_change_nothing() {
        let (limits, now) = (Limits::default(), Instant::now());
        limits.learn(BUCKET, &told(8, 3, 1_000_000_060), 0, now);
        for _ in 0..3 {
            limits.admit(BUCKET, now);
        }
        limits.learn(BUCKET, &told(8, 2, 1_000_000_060), 0, now);
        limits.learn(BUCKET, &told(8, 7, 1_000_000_000), 0, now);
        assert_eq!(limits.admit(BUCKET, now).map(|delay| delay.why), Some(Why::RateLimit));
    }

    #[test]
    fn the_concurrency_limit_says_nothing_about_the_window() {
        let (limits, now) = (Limits::default(), Instant::now());
        limits.learn(BUCKET, &told(0, 0, 1_000_000_060), 0, now);
        assert_eq!(limits.admit(BUCKET, now), None);
    }
}

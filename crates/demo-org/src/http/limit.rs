//! Rate limits with real windows: one bucket per caller and kind of endpoint, and a limit on calls at the same time.
//!
//! The numbers are those Okta last published for a workforce org (they left the documentation in December 2025); callers
//! have to read the headers, not this file.

use crate::clock::wall;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

const WINDOW: i64 = 60_000;
const MOST_AT_ONCE: i64 = 75;

/// The buckets: exact paths first, then the longest prefix.
const BUCKETS: &[(&str, bool, u32)] = &[
    ("/api/v1/devices", false, 150),
    ("/api/v1/devices/", true, 600),
    ("/api/v1/users", false, 600),
    ("/api/v1/users/", true, 2000),
    ("/api/v1/groups", false, 500),
    ("/api/v1/groups/", true, 1000),
    ("/api/v1/apps", false, 100),
    ("/api/v1/apps/", true, 500),
    ("/api/v1/logs", false, 120),
    ("/oauth2/v1/", true, 1200),
    ("/api/v1/", true, 1200),
];

/// What is left of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub limit: u32,
    pub remaining: u32,
    /// Seconds since 1970 by this server's clock.
    pub reset: i64,
}

impl Allowance {
    /// The concurrency limit's answer: the zeros tell it from a bucket.
    pub fn too_many_at_once() -> Self {
        Self { limit: 0, remaining: 0, reset: wall() / 1000 + 60 }
    }

    /// Writes the three headers. `skew` is how wrong this server's clock is, in seconds.
    pub fn write(self, headers: &mut HeaderMap, skew: i64) {
        for (name, value) in [
            ("x-rate-limit-limit", i64::from(self.limit)),
            ("x-rate-limit-remaining", i64::from(self.remaining)),
            ("x-rate-limit-reset", self.reset + skew),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Window {
    ends: i64,
    used: u32,
}

/// All buckets of the org.
#[derive(Debug)]
pub struct Limits {
    enforced: bool,
    windows: Mutex<HashMap<(String, &'static str), Window>>,
    at_once: AtomicI64,
}

impl Limits {
    pub fn new(enforced: bool) -> Self {
        Self { enforced, windows: Mutex::default(), at_once: AtomicI64::new(0) }
    }

    /// Takes one call out of the bucket of `path`. `Err` when it is empty, `None` for paths without a limit.
    pub fn take(&self, caller: &str, path: &str) -> Result<Option<Allowance>, Allowance> {
        let Some((bucket, limit)) = bucket(path) else { return Ok(None) };
        let now = wall();
        if !self.enforced {
            let limit = 60_000;
            return Ok(Some(Allowance { limit, remaining: limit, reset: (now + WINDOW) / 1000 }));
        }
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry((caller.to_owned(), bucket)).or_insert(Window { ends: 0, used: 0 });
        if now >= window.ends {
            *window = Window { ends: now + WINDOW, used: 0 };
        }
        // Rounded up: a caller that waits until `reset` must not come a moment too early.
        let reset = (window.ends + 999) / 1000;
        if window.used >= limit {
            return Err(Allowance { limit, remaining: 0, reset });
        }
        window.used += 1;
        Ok(Some(Allowance { limit, remaining: limit - window.used, reset }))
    }

    /// Counts a call that is being answered; `None` when there are too many at once.
    pub fn enter(&self) -> Option<Entered<'_>> {
        let entered = Entered(&self.at_once);
        let now = self.at_once.fetch_add(1, Ordering::Relaxed) + 1;
        (!self.enforced || now <= MOST_AT_ONCE).then_some(entered)
    }
}

/// A call being answered; counted until dropped.
pub struct Entered<'a>(&'a AtomicI64);

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn bucket(path: &str) -> Option<(&'static str, u32)> {
    let fits = |(name, prefix, _): &&(&str, bool, u32)| {
        if *prefix { path.starts_with(name) } else { path == *name }
    };
    // Metadata and keys are public and not limited.
    if path == "/oauth2/v1/keys" {
        return None;
    }
    BUCKETS.iter().find(fits).map(|(name, _, limit)| (*name, *limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_tells_when_it_fills() {
        let limits = Limits::new(true);
        for left in (0..150).rev() {
            let allowance = limits.take("a", "/api/v1/devices").expect("not empty").expect("limited");
            assert_eq!((allowance.limit, allowance.remaining), (150, left));
        }
        let empty = limits.take("a", "/api/v1/devices").expect_err("empty");
        assert!(empty.reset * 1000 > wall() && empty.reset * 1000 <= wall() + 61_000);
        assert!(limits.take("b", "/api/v1/devices").is_ok(), "another caller has its own bucket");
        assert!(limits.take("a", "/api/v1/devices/x").is_ok(), "by id is another bucket");
        assert_eq!(limits.take("a", "/.well-known/okta-organization"), Ok(None));
    }

    #[test]
    fn calls_at_once_are_counted_down_again() {
        let limits = Limits::new(true);
        let entered: Vec<_> = (0..75).map(|_| limits.enter()).collect();
        assert!(entered.iter().all(Option::is_some) && limits.enter().is_none());
        drop(entered);
        assert!(limits.enter().is_some());
    }
}

//! Medians, percentiles and ratios. Knows nothing of what is measured.

use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// How long something takes, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Times {
    pub p50: f64,
    pub p95: f64,
}

impl Times {
    /// Of samples in milliseconds; all zero of none.
    pub fn of(samples: &[f64]) -> Self {
        Self { p50: percentile(samples, 50.0), p95: percentile(samples, 95.0) }
    }

    /// To three digits.
    pub fn round(self) -> Self {
        Self { p50: digits(self.p50), p95: digits(self.p95) }
    }

    /// Measures `work` as [`Times::sample`] calls it.
    pub fn measure<E>(
        most: usize,
        patience: Duration,
        mut work: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Self, E> {
        Self::sample(most, patience, |n| {
            let before = Instant::now();
            work(n)?;
            Ok(before.elapsed())
        })
    }

    /// Calls `sample` with a new number each time: a few times to warm up, then until there are `most` samples or
    /// `patience` is over, but never fewer than three. A sample that takes long needs less of a warm-up.
    pub fn sample<E>(
        most: usize,
        patience: Duration,
        mut sample: impl FnMut(usize) -> Result<Duration, E>,
    ) -> Result<Self, E> {
        let (start, mut samples, mut n) = (Instant::now(), Vec::new(), 0);
        while samples.len() < 3 || (samples.len() < most && start.elapsed() < patience) {
            let took = sample(n)?;
            let warm_up = if took > Duration::from_millis(100) { 1 } else { 20 };
            n += 1;
            if n > warm_up {
                samples.push(milliseconds(took));
            }
        }
        Ok(Self::of(&samples))
    }
}

/// In milliseconds.
pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// The value that `percent` of the samples do not exceed (nearest rank); zero of none.
pub fn percentile(samples: &[f64], percent: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

/// The middle of the samples; zero of none.
pub fn median(samples: impl IntoIterator<Item = f64>) -> f64 {
    percentile(&samples.into_iter().collect::<Vec<_>>(), 50.0)
}

/// `of` ÷ `to`, to three digits; nothing where there is nothing to compare with.
pub fn ratio(of: f64, to: f64) -> Option<f64> {
    (to > 0.0).then(|| digits(of / to))
}

/// Three digits: the rest is noise, and changes the file at every run.
pub fn digits(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let scale = 10f64.powi(2 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_sample_that_enough_samples_do_not_exceed() {
        let samples: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        assert_eq!(percentile(&samples, 50.0), 10.0);
        assert_eq!(percentile(&samples, 95.0), 19.0);
        assert_eq!(percentile(&samples, 100.0), 20.0);
        assert_eq!(percentile(&samples, 0.0), 1.0);
        assert_eq!(percentile(&[], 50.0), 0.0);
        assert_eq!(median([3.0, 100.0, 1.0]), 3.0);
    }

    #[test]
    fn a_ratio_has_three_digits_and_something_to_compare_with() {
        assert_eq!(ratio(2.0, 3.0), Some(0.667));
        assert_eq!(ratio(123_456.0, 1.0), Some(123_000.0));
        assert_eq!(ratio(0.0, 2.0), Some(0.0));
        assert_eq!(ratio(1.0, 0.0), None);
        assert_eq!(digits(0.001_234_5), 0.001_23);
        assert_eq!(digits(-1.996), -2.0);
    }

    #[test]
    fn warming_up_is_not_measured() {
        let mut calls = Vec::new();
        let work = |n| {
            calls.push(n);
            Ok::<_, ()>(())
        };
        assert!(Times::measure(7, Duration::from_secs(60), work).is_ok());
        assert_eq!(calls, (0..27).collect::<Vec<_>>());
        assert_eq!(Times::measure(7, Duration::ZERO, |_| Err("no")), Err("no"));
    }
}

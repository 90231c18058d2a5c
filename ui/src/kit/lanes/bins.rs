//! Marks put together per few pixels: what is drawn does not grow with how many there are. A bin keeps which marks it
//! stands for, so that a click on it means exactly those.

use super::span::Span;

/// Width of a bin in pixels: a shape and a hair of air.
pub const STEP: f64 = 9.0;

/// What is drawn in one place of a lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Where it is drawn, in pixels.
    pub x: f64,
    /// The marks it stands for: from this place in the lane to before that one.
    pub first: usize,
    pub last: usize,
    /// The gravest of their tones.
    pub tone: u8,
}

impl Bin {
    /// How many marks it stands for.
    pub fn count(&self) -> usize {
        self.last - self.first
    }
}

/// The bins of a lane in sight. `at` is sorted; `rank` tells how grave a tone is. Bins stand at fixed times, so that they do
/// not flicker while the axis is moved.
pub fn bins(at: &[i64], tone: &[u8], span: Span, width: f64, rank: impl Fn(u8) -> u8) -> Vec<Bin> {
    let each = span.len / width.max(1.0) * STEP;
    let place = |time: f64| (time / each).floor();
    let begin = place(span.from) * each;
    let end = (place(span.to()) + 1.0) * each;
    let first = at.partition_point(|time| (*time as f64) < begin);
    let last = at.partition_point(|time| (*time as f64) < end);
    let mut bins: Vec<Bin> = Vec::new();
    let mut here = f64::NAN;
    for (index, time) in at.iter().enumerate().take(last).skip(first) {
        let time = *time as f64;
        let own = tone.get(index).copied().unwrap_or(0);
        if place(time) == here
            && let Some(bin) = bins.last_mut()
        {
            // Several stand in the middle of their stretch; one alone stands where it is.
            (bin.last, bin.x) = (index + 1, span.x((here + 0.5) * each, width));
            if rank(own) > rank(bin.tone) {
                bin.tone = own;
            }
            continue;
        }
        here = place(time);
        bins.push(Bin { x: span.x(time, width), first: index, last: index + 1, tone: own });
    }
    bins
}

/// The bin nearest to a place, if one is within reach.
pub fn nearest(bins: &[Bin], x: f64, reach: f64) -> Option<Bin> {
    let after = bins.partition_point(|bin| bin.x < x);
    let beside = [after.checked_sub(1), Some(after)].into_iter().flatten().filter_map(|at| bins.get(at));
    beside
        .filter(|bin| (bin.x - x).abs() <= reach)
        .min_by(|a, b| (a.x - x).abs().total_cmp(&(b.x - x).abs()))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: f64 = 900.0;

    fn of(at: &[i64], tone: &[u8], span: Span) -> Vec<Bin> {
        bins(at, tone, span, WIDTH, |tone| tone)
    }

    #[test]
    fn every_mark_in_sight_is_in_exactly_one_bin() {
        let at: Vec<i64> = (0..50_000).map(|n| n * 137 + (n * n) % 91).collect();
        for (from, len) in [(0.0, 6_850_000.0), (1_000_000.0, 70_000.0), (3.0, 10_000.0)] {
            let span = Span { from, len };
            let found = of(&at, &[], span);
            assert!(found.len() <= (WIDTH / STEP) as usize + 2, "{} bins", found.len());
            for pair in found.windows(2) {
                assert_eq!(pair[0].last, pair[1].first);
                assert!(pair[0].x < pair[1].x, "{pair:?}");
            }
            let (first, last) = (found[0].first, found[found.len() - 1].last);
            let seen = at.iter().filter(|t| span.has(**t as f64)).count();
            assert!(last - first >= seen, "{} of {seen}", last - first);
        }
    }

    #[test]
    fn the_gravest_tone_wins_and_one_alone_stands_where_it_is() {
        let span = Span { from: 0.0, len: 900_000.0 };
        let found = of(&[100, 200, 300, 500_000], &[1, 3, 2, 1], span);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].tone, found[0].count()), (3, 3));
        assert_eq!((found[1].tone, found[1].x), (1, 500.0));
    }

    #[test]
    fn moving_the_axis_moves_bins_and_does_not_make_others() {
        let at: Vec<i64> = (0..5_000).map(|n| n * 211).collect();
        let here = Span { from: 200_000.0, len: 300_000.0 };
        let there = Span { from: 200_700.0, len: 300_000.0 };
        let inside = |bins: &[Bin]| -> Vec<(usize, usize)> {
            bins[3..bins.len() - 3].iter().map(|bin| (bin.first, bin.last)).collect()
        };
        assert_eq!(inside(&of(&at, &[], here)), inside(&of(&at, &[], there)));
    }

    #[test]
    fn the_nearest_is_found_within_reach_only() {
        let bins = of(&[100_000, 500_000], &[], Span { from: 0.0, len: 900_000.0 });
        assert_eq!(nearest(&bins, 104.0, 7.0).map(|bin| bin.first), Some(0));
        assert_eq!(nearest(&bins, 495.0, 7.0).map(|bin| bin.first), Some(1));
        assert_eq!(nearest(&bins, 300.0, 7.0), None);
        assert_eq!(nearest(&[], 300.0, 7.0), None);
    }
}

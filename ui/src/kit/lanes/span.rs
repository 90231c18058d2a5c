//! The part of a time axis that is in sight, and how it is zoomed and moved. Times are milliseconds since 1970.

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    pub from: f64,
    pub len: f64,
}

/// The shortest stretch that is zoomed to: ten seconds.
const SHORTEST: f64 = 10_000.0;
/// What is left free beside the first and the last mark.
const MARGIN: f64 = 0.02;

impl Span {
    /// From one moment to another, with a little room at both ends.
    pub fn between(from: i64, to: i64) -> Self {
        let len = ((to - from) as f64).max(SHORTEST);
        Self { from: from as f64 - len * MARGIN, len: len * (1.0 + 2.0 * MARGIN) }
    }

    /// The stretch of this length that ends where `whole` does.
    pub fn last(len: i64, whole: Self) -> Self {
        let len = (len as f64).clamp(SHORTEST, whole.len.max(SHORTEST));
        Self { from: whole.to() - len, len }
    }

    /// Its end.
    pub fn to(&self) -> f64 {
        self.from + self.len
    }

    /// Where a moment stands on an axis of so many pixels.
    pub fn x(&self, at: f64, width: f64) -> f64 {
        (at - self.from) / self.len * width
    }

    /// The moment at a place of the axis.
    pub fn at(&self, x: f64, width: f64) -> f64 {
        self.from + x / width.max(1.0) * self.len
    }

    /// Whether the moment is in sight.
    pub fn has(&self, at: f64) -> bool {
        self.from <= at && at <= self.to()
    }

    /// Longer (`factor` above 1) or shorter, with the moment `about` staying where it is.
    pub fn zoomed(self, factor: f64, about: f64, whole: Self) -> Self {
        let len = (self.len * factor).clamp(SHORTEST.min(whole.len), whole.len);
        let share = ((about - self.from) / self.len).clamp(0.0, 1.0);
        Self { from: about - share * len, len }.within(whole)
    }

    /// Moved by a part of its own length.
    pub fn moved(self, by: f64, whole: Self) -> Self {
        Self { from: self.from + by * self.len, ..self }.within(whole)
    }

    /// Moved as little as it takes for the moment to be well in sight.
    pub fn showing(self, at: f64, whole: Self) -> Self {
        let room = self.len * 0.06;
        let from = if at < self.from + room {
            at - room
        } else if at > self.to() - room {
            at + room - self.len
        } else {
            return self;
        };
        Self { from, ..self }.within(whole)
    }

    fn within(self, whole: Self) -> Self {
        let len = self.len.min(whole.len);
        Self { from: self.from.clamp(whole.from, (whole.to() - len).max(whole.from)), len }
    }
}

/// Distances between the marks of an axis, in milliseconds.
const STEPS: [i64; 20] = [
    1_000,
    5_000,
    15_000,
    60_000,
    300_000,
    900_000,
    1_800_000,
    3_600_000,
    3 * 3_600_000,
    6 * 3_600_000,
    12 * 3_600_000,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    91 * DAY,
    182 * DAY,
    365 * DAY,
    1_826 * DAY,
];

/// A day in milliseconds.
pub const DAY: i64 = 86_400_000;

/// Moments to write under an axis, and how far apart they are: as close as `room` pixels allow. `offset` is how far the
/// zone they are read in is ahead of UTC, so that days begin at midnight there.
pub fn ticks(span: Span, width: f64, room: f64, offset: i64) -> (Vec<i64>, i64) {
    let fits = |step: &&i64| **step as f64 / span.len * width >= room;
    let step = STEPS.iter().find(fits).copied().unwrap_or(STEPS[STEPS.len() - 1]);
    let first = ((span.from as i64 + offset).div_euclid(step) + 1) * step - offset;
    let most = (width / room.max(1.0)) as usize + 2;
    let ticks = (0..most as i64).map(|n| first + n * step).take_while(|at| (*at as f64) < span.to()).collect();
    (ticks, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Span = Span { from: 0.0, len: 1_000_000.0 };

    #[test]
    fn zooming_keeps_the_moment_under_the_pointer() {
        let near = WHOLE.zoomed(0.5, 250_000.0, WHOLE);
        assert_eq!(near, Span { from: 125_000.0, len: 500_000.0 });
        assert_eq!(near.x(250_000.0, 800.0), WHOLE.x(250_000.0, 800.0));
        // Back out again, it is the whole and never more.
        assert_eq!(near.zoomed(9.0, 250_000.0, WHOLE), WHOLE);
        assert_eq!(near.zoomed(0.0, 250_000.0, WHOLE).len, SHORTEST);
    }

    #[test]
    fn nothing_leads_out_of_the_whole() {
        let part = Span { from: 900_000.0, len: 100_000.0 };
        assert_eq!(part.moved(3.0, WHOLE), part);
        assert_eq!(part.moved(-99.0, WHOLE).from, 0.0);
        assert_eq!(part.showing(500_000.0, WHOLE), Span { from: 494_000.0, len: 100_000.0 });
        assert_eq!(part.showing(950_000.0, WHOLE), part);
        assert_eq!(Span::last(2_000_000, WHOLE), WHOLE);
        assert_eq!(Span::last(250_000, WHOLE).from, 750_000.0);
    }

    #[test]
    fn a_single_moment_has_room_around_it() {
        let span = Span::between(5_000, 5_000);
        assert!(span.len >= SHORTEST && span.has(5_000.0), "{span:?}");
    }

    #[test]
    fn days_begin_at_midnight_of_the_zone() {
        let week = Span { from: 0.0, len: (7 * DAY) as f64 };
        let hours = |n: i64| n * 3_600_000;
        let (at, step) = ticks(week, 700.0, 90.0, hours(2));
        assert_eq!((step, at.first().copied()), (DAY, Some(hours(22))));
        assert_eq!(at.len(), 7);
        let (at, step) = ticks(Span { from: 0.0, len: 60_000.0 }, 700.0, 90.0, 0);
        assert_eq!((step, at.len()), (15_000, 3), "{at:?}");
    }
}

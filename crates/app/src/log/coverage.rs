//! How complete the log is: from when on, until when, and what is missing between.

use crate::{App, failure, org::Org, snapshot};
use cache::LogSpan;
use contract::{
    Failure, Handle,
    log::{GetLogCoverage, LogCoverage, LogGap},
};
use domain::Timestamp;

/// How long the org keeps its log.
pub(crate) const KEPT: i64 = 90 * Timestamp::DAY;

impl Handle<GetLogCoverage> for App {
    async fn handle(&self, command: GetLogCoverage) -> Result<LogCoverage, Failure> {
        self.org()?.read(move |org| coverage(org, &command)).await
    }
}

fn coverage(org: &Org, command: &GetLogCoverage) -> Result<LogCoverage, Failure> {
    let id = snapshot::chosen(org, command.as_of)?;
    let known = org.cache.snapshot(id).map_err(failure::cache)?;
    let known = known.ok_or(cache::Error::NoSnapshot(id)).map_err(failure::cache)?;
    let cover = org.cache.log_cover(id, known.confirmed).map_err(failure::cache)?;
    let now = org.now();
    Ok(LogCoverage {
        snapshot: id,
        now,
        events: org.cache.totals(id).map_err(failure::cache)?.events,
        begins: cover.spans.first().map(|span| span.since),
        until: cover.spans.last().map(|span| span.until),
        gaps: gaps(&cover.spans).into_iter().map(|gap| told(gap, now)).collect(),
        late: cover.late,
        raw_bytes: cover.raw,
        kept_bytes: cover.kept,
    })
}

/// What lies between spans that are apart, the oldest first.
pub(crate) fn gaps(spans: &[LogSpan]) -> Vec<LogSpan> {
    spans.windows(2).map(|pair| LogSpan { since: pair[0].until, until: pair[1].since }).collect()
}

/// What of a gap the org still has.
pub(crate) fn readable(gap: LogSpan, now: Timestamp) -> Option<LogSpan> {
    let since = gap.since.max(Timestamp(now.0 - KEPT));
    (since < gap.until).then_some(LogSpan { since, ..gap })
}

fn told(gap: LogSpan, now: Timestamp) -> LogGap {
    let can_be_read = readable(gap, now).is_some();
    let why = if can_be_read {
        "No sync has read it yet: the org no longer knew where the last one had stopped."
    } else {
        "No sync ran in time: the org keeps its log for 90 days."
    };
    LogGap { from: gap.since, to: gap.until, why: why.to_owned(), can_be_read }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(since: i64, until: i64) -> LogSpan {
        LogSpan { since: Timestamp(since), until: Timestamp(until) }
    }

    #[test]
    fn a_gap_lies_between_what_was_read() {
        assert_eq!(gaps(&[]), []);
        assert_eq!(gaps(&[span(1, 5)]), []);
        assert_eq!(gaps(&[span(1, 5), span(7, 9), span(20, 30)]), [span(5, 7), span(9, 20)]);
    }

    #[test]
    fn what_the_org_has_thrown_away_is_not_asked_for() {
        let now = Timestamp(KEPT + 100);
        assert_eq!(readable(span(50, 99), now), None);
        assert_eq!(readable(span(50, 100), now), None);
        assert_eq!(readable(span(50, 200), now), Some(span(100, 200)));
        assert_eq!(readable(span(150, 200), now), Some(span(150, 200)));
        assert!(told(span(50, 200), now).can_be_read && !told(span(1, 2), now).can_be_read);
    }
}

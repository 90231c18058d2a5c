//! How many events fit, in all, by value and by day. Counting millions takes longer than showing a page of them, so counts are
//! asked for after the rows are there and come when they come; a count of another filter is never shown as one of this.

use super::{reading::Reading, rows::Rows};
use crate::{host, state::settled::settled};
use contract::{
    Failure, FailureKind,
    log::{CountLog, LogCounts, LogFieldCounts},
};
use domain::{LogField, LogFilter, SnapshotId, Timestamp};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// The fields that the side panel counts.
pub const FACETS: [LogField; 4] =
    [LogField::EventType, LogField::Outcome, LogField::Severity, LogField::Risk];
/// Nobody wants counts of what is being typed.
const PAUSE: Duration = Duration::from_millis(250);

/// Counts with the filter that they are of.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    pub filter: LogFilter,
    pub counts: LogCounts,
}

/// The days that the histogram shows: those of a wider span stay while a part of them is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Days {
    snapshot: SnapshotId,
    /// The filter with the span that was counted.
    filter: LogFilter,
    pub days: Vec<(Timestamp, u64)>,
}

impl Days {
    /// The span of it.
    pub fn span(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        (self.filter.since, self.filter.until)
    }

    /// Whether these days tell of everything that `counted` tells of, under the same filter.
    fn covers(&self, counted: &Counted) -> bool {
        let Counted { filter, counts } = counted;
        let bare = |filter: &LogFilter| LogFilter { since: None, until: None, ..filter.clone() };
        let begins = self.filter.since.is_none_or(|own| filter.since.is_some_and(|since| own <= since));
        let ends = self.filter.until.is_none_or(|own| filter.until.is_some_and(|until| own >= until));
        self.snapshot == counts.snapshot && bare(&self.filter) == bare(filter) && begins && ends
    }
}

/// The counts of the page.
#[derive(Clone, Copy)]
pub struct Counts {
    /// The last good answer.
    pub value: RwSignal<Option<Counted>>,
    /// What the histogram shows.
    pub days: RwSignal<Option<Days>>,
    pub failure: RwSignal<Option<Failure>>,
    /// One more field to count by, for whoever is choosing a value of it.
    pub also: RwSignal<Option<LogField>>,
    asked: StoredValue<u64>,
    again: RwSignal<u64>,
}

impl Counts {
    /// Follows the list: its rows first, then the counts of the same filter at the same snapshot.
    pub fn follow(rows: Rows, reading: Reading) -> Self {
        let this = Self {
            value: RwSignal::new(None),
            days: RwSignal::new(None),
            failure: RwSignal::new(None),
            also: RwSignal::new(None),
            asked: StoredValue::new(0),
            again: RwSignal::new(0),
        };
        let of = Signal::from(Memo::new(move |_| {
            rows.head.read().as_ref().map(|head| (head.snapshot, head.filter.clone()))
        }));
        let still = settled(of, PAUSE);
        Effect::new(move |_| {
            this.again.track();
            let also = this.also.get();
            let (Some((snapshot, filter)), Some(_)) = (still.get(), reading.at.get_untracked()) else {
                return;
            };
            let by = FACETS.into_iter().chain(also.filter(|field| !FACETS.contains(field))).collect();
            this.ask(CountLog { as_of: Some(snapshot), filter, by });
        });
        this
    }

    /// Asks once more.
    pub fn retry(&self) {
        self.again.update(|n| *n += 1);
    }

    /// How many events fit the filter, subscribed to; `None` while they are counted.
    pub fn matching(&self, filter: &LogFilter, snapshot: SnapshotId) -> Option<u64> {
        let counted = self.value.read();
        let counted = counted.as_ref().filter(|c| c.filter == *filter && c.counts.snapshot == snapshot)?;
        Some(counted.counts.matching)
    }

    /// The values of one field, subscribed to: those of the last answer, until a newer one is there.
    pub fn values(&self, field: LogField) -> Option<LogFieldCounts> {
        let counted = self.value.read();
        counted.as_ref()?.counts.fields.iter().find(|counts| counts.field == field).cloned()
    }

    /// Since when values of these fields are counted, if not of everything; subscribed to.
    pub fn since(&self, fields: &[LogField]) -> Option<Timestamp> {
        let counted = self.value.read();
        let told = counted.as_ref()?.counts.fields.iter().filter(|counts| fields.contains(&counts.field));
        told.filter_map(|counts| counts.since).max()
    }

    fn ask(self, command: CountLog) {
        self.asked.update_value(|n| *n += 1);
        let turn = self.asked.get_value();
        let filter = command.filter.clone();
        spawn_local(async move {
            let reply = host::call(command).await;
            if self.asked.try_get_value() != Some(turn) {
                return;
            }
            match reply {
                Ok(counts) => {
                    let counted = Counted { filter, counts };
                    let stays = self.days.read_untracked().as_ref().is_some_and(|days| days.covers(&counted));
                    if !stays {
                        let Counted { filter, counts } = counted.clone();
                        self.days.set(Some(Days { snapshot: counts.snapshot, filter, days: counts.days }));
                    }
                    self.failure.set(None);
                    self.value.set(Some(counted));
                }
                // A later question ended this one.
                Err(failure) if failure.kind == FailureKind::Cancelled => {}
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str, since: Option<i64>, until: Option<i64>) -> Counted {
        let filter = LogFilter {
            text: text.into(),
            since: since.map(Timestamp),
            until: until.map(Timestamp),
            ..LogFilter::default()
        };
        let counts = LogCounts { snapshot: SnapshotId(1), matching: 0, fields: Vec::new(), days: Vec::new() };
        Counted { filter, counts }
    }

    #[test]
    fn a_wider_span_stays_while_a_part_of_it_is_looked_at() {
        let check = |own: (Option<i64>, Option<i64>), part: (Option<i64>, Option<i64>), want: bool| {
            let Counted { filter, counts } = counted("a", own.0, own.1);
            let days = Days { snapshot: counts.snapshot, filter, days: Vec::new() };
            assert_eq!(days.covers(&counted("a", part.0, part.1)), want, "{own:?} {part:?}");
            assert!(!days.covers(&counted("b", part.0, part.1)), "another filter has other days");
        };
        check((None, None), (Some(3), Some(4)), true);
        check((Some(3), Some(9)), (Some(3), Some(4)), true);
        check((Some(3), Some(9)), (Some(2), Some(4)), false);
        check((Some(3), Some(9)), (Some(3), None), false);
        check((Some(3), None), (None, None), false);
    }
}

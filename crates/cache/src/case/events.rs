//! Which log events a freeze takes, and their JSON as it came, by time and then by id. The only file of the cases that knows how
//! the log is kept.

use crate::Result;
use crate::log::place::{self, Range};
use crate::log::{condition, json, span};
use crate::raw::{RawRef, Unpacked};
use domain::{LogField, LogFilter, SnapshotId, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeMap, VecDeque};

/// So many events are frozen at most into one file: the newest.
pub(super) const MOST: usize = 100_000;
/// Batches of JSON kept unpacked: neighbours in time lie in few of them.
const KEPT: usize = 32;

/// Events in the order in which they are written.
#[derive(Default)]
pub(super) struct Chosen {
    places: BTreeMap<(Timestamp, Box<str>), Place>,
    /// Older ones fitted as well and were left out.
    pub truncated: bool,
}

/// Where an event's JSON lies.
struct Place(RawRef);

impl Chosen {
    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn first(&self) -> Option<Timestamp> {
        self.places.first_key_value().map(|((at, _), _)| *at)
    }

    pub fn last(&self) -> Option<Timestamp> {
        self.places.last_key_value().map(|((at, _), _)| *at)
    }

    /// Takes in the events that fit a filter and were known in the snapshot.
    pub fn add(&mut self, connection: &Connection, at: SnapshotId, filter: &LogFilter) -> Result<()> {
        // The newest come first, so what comes after the most is left out altogether.
        let mut found = 0;
        let ask = condition::ask(connection, filter)?;
        json::each(connection, at, &ask, Range::of(filter), |id, event| {
            found += 1;
            self.truncated |= found > MOST;
            if found <= MOST {
                self.places.insert((event.published, event.uuid), Place(json::raw_of(connection, id)?));
            }
            Ok(found <= MOST)
        })?;
        while self.places.len() > MOST {
            self.places.pop_first();
            self.truncated = true;
        }
        Ok(())
    }

    /// Hands on the JSON of each.
    pub fn each_raw(&self, connection: &Connection, mut each: impl FnMut(&str) -> Result<()>) -> Result<()> {
        let mut batches = Batches::default();
        self.places.values().try_for_each(|Place(raw)| each(batches.read(connection, *raw)?))
    }
}

/// What is about a person, done by them, or about one of their devices.
pub(super) fn of_person(user: &UserId, devices: &[String], since: Timestamp) -> Vec<LogFilter> {
    let since = Some(since);
    let of = |field, value: &str| LogFilter { since, ..LogFilter::of(field, value) };
    let own = [of(LogField::User, user.as_str()), of(LogField::Actor, user.as_str())];
    own.into_iter().chain(devices.iter().map(|device| of(LogField::Device, device))).collect()
}

/// From when on the log is known, and the time of its newest event.
pub(super) fn known(
    connection: &Connection,
    at: SnapshotId,
) -> Result<(u64, Option<Timestamp>, Option<Timestamp>)> {
    let sql = "SELECT coalesce(sum(events), 0), min(first), max(last) FROM log_chunk WHERE run <= ?1";
    let time = |at: Option<i64>| at.map(place::time);
    Ok(connection
        .prepare_cached(sql)?
        .query_row([at.0], |row| Ok((row.get(0)?, time(row.get(1)?), time(row.get(2)?))))
        .optional()?
        .unwrap_or_default())
}

/// The times of which every event was read, the oldest first.
pub(super) fn complete(connection: &Connection, at: SnapshotId) -> Result<Vec<serde_json::Value>> {
    let told = |span: span::LogSpan| serde_json::json!({ "since": span.since.to_rfc3339(), "until": span.until.to_rfc3339() });
    Ok(span::spans(connection, at.0)?.into_iter().map(told).collect())
}

/// The batches that were unpacked last.
#[derive(Default)]
struct Batches(VecDeque<(i64, Unpacked)>);

impl Batches {
    fn read(&mut self, connection: &Connection, raw: RawRef) -> Result<&str> {
        let at = match self.0.iter().position(|(batch, _)| *batch == raw.batch) {
            Some(at) => at,
            None => {
                self.0.truncate(KEPT - 1);
                self.0.push_front((raw.batch, Unpacked::default()));
                0
            }
        };
        self.0[at].1.read(connection, raw)
    }
}

//! Which log events a freeze takes, and their JSON as it came, by time and then by id. The only file of the cases that knows how
//! the log is kept.

use crate::Result;
use crate::log_event::{self, ROW};
use crate::raw::{RawRef, Unpacked};
use domain::{LogCondition, LogEvent, LogField, LogFilter, RiskLevel, SnapshotId, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension, params_from_iter};
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
        each(connection, at, filter, |event, raw| {
            found += 1;
            self.truncated |= found > MOST;
            if found <= MOST {
                self.places.insert((event.published, event.uuid), Place(raw));
            }
            found <= MOST
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
    let sql = "SELECT count(*), min(published), max(published) FROM log_event WHERE run <= ?1";
    let time = |at: Option<i64>| at.map(Timestamp);
    Ok(connection
        .prepare_cached(sql)?
        .query_row([at.0], |row| Ok((row.get(0)?, time(row.get(1)?), time(row.get(2)?))))
        .optional()?
        .unwrap_or_default())
}

/// Calls `each` with the events that fit, newest first, until it has enough.
fn each(
    connection: &Connection,
    at: SnapshotId,
    filter: &LogFilter,
    mut each: impl FnMut(LogEvent, RawRef) -> bool,
) -> Result<()> {
    let mut sql = format!(
        "SELECT {ROW}, raw, raw_at, raw_len FROM log_event WHERE run <= ? AND published >= ? AND published < ?"
    );
    let mut values: Vec<rusqlite::types::Value> = vec![
        at.0.into(),
        filter.since.map_or(i64::MIN, |at| at.0).into(),
        filter.until.map_or(i64::MAX, |at| at.0).into(),
    ];
    for condition in filter.conditions.iter().filter(|c| c.on && !c.exclude) {
        let column = match condition.field {
            LogField::User => "user",
            LogField::Device => "device",
            LogField::Actor => "actor_id",
            _ => continue,
        };
        let places = vec!["?"; condition.values.len()].join(", ");
        sql.push_str(&format!(" AND {column} IN ({places})"));
        values.extend(condition.values.iter().cloned().map(Into::into));
    }
    sql.push_str(" ORDER BY published DESC, uuid DESC");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let event = log_event::read_row(row)?;
        if fits(&event, filter) {
            let raw = RawRef { batch: row.get(15)?, at: row.get(16)?, len: row.get(17)? };
            if !each(event, raw) {
                break;
            }
        }
    }
    Ok(())
}

fn fits(event: &LogEvent, filter: &LogFilter) -> bool {
    let words = filter.text.to_lowercase();
    let texts = [
        Some(&event.event_type),
        event.message.as_ref(),
        event.reason.as_ref(),
        event.actor_name.as_ref(),
        event.ip.as_ref(),
    ];
    let text = texts.into_iter().flatten().map(|text| text.to_lowercase()).collect::<Vec<_>>().join("\n");
    let begins =
        |word: &str| text.match_indices(word).any(|(at, _)| !text[..at].ends_with(char::is_alphanumeric));
    words.split_whitespace().all(begins) && filter.conditions.iter().all(|condition| holds(event, condition))
}

fn holds(event: &LogEvent, condition: &LogCondition) -> bool {
    if !condition.on || condition.values.is_empty() {
        return true;
    }
    let value = match condition.field {
        LogField::EventType => Some(&*event.event_type),
        LogField::Outcome => event.outcome.as_deref(),
        LogField::Severity => event.severity.as_deref(),
        LogField::Actor => event.actor_id.as_deref(),
        LogField::User => event.user.as_ref().map(UserId::as_str),
        LogField::Device => event.device.as_ref().map(domain::DeviceId::as_str),
        LogField::App => event.app.as_deref(),
        LogField::Ip => event.ip.as_deref(),
        LogField::Session => event.session.as_deref(),
        LogField::RootSession => event.root_session.as_deref(),
        LogField::Transaction => event.transaction.as_deref(),
        LogField::Trace => event.trace.as_deref(),
        LogField::Risk => event.risk_level.as_ref().map(RiskLevel::as_str),
    };
    let types = condition.field == LogField::EventType;
    let same = |wanted: &String| match wanted.strip_suffix('*') {
        Some(start) if types => value.is_some_and(|value| value.starts_with(start)),
        _ => value == Some(wanted.as_str()),
    };
    condition.values.iter().any(same) != condition.exclude
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

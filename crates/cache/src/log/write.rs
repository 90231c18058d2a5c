//! Adding events: the row, what it is found by, and the numbers that are kept beside the rows. Words come last, for the index
//! gathers them in memory and writes them out whenever another statement begins.

use super::place;
use super::row::SAME;
use super::symbols::{SymbolWriter, packed, unpacked};
use super::tally::{Chunk, Day};
use super::words::WordWriter;
use super::{span, terms};
use crate::raw::RawRef;
use domain::{LogEvent, RiskLevel, Timestamp, UserId};
use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, Result, params};
use std::collections::BTreeMap;

/// An event that comes so long after it happened is late.
const LATE: i64 = 60_000;

/// Adds the events of one flush. They should come in the order of time: then every table is appended to.
pub(crate) struct LogWriter<'c> {
    connection: &'c Connection,
    run: i64,
    /// Until when the org had told everything before.
    heard: Option<Timestamp>,
    symbols: SymbolWriter<'c>,
    moment: CachedStatement<'c>,
    insert: CachedStatement<'c>,
    texts: Vec<(i64, Box<str>)>,
    words: WordWriter<'c>,
    days: BTreeMap<Day, u64>,
    chunk: Chunk,
    text: String,
}

impl<'c> LogWriter<'c> {
    pub fn new(connection: &'c Connection, run: i64) -> Result<Self> {
        let moment = connection
            .prepare_cached("SELECT id, uuid FROM log_event WHERE id >= ?1 AND id <= ?2 ORDER BY id")?;
        let insert = connection.prepare_cached(
            "INSERT INTO log_event (id, run, uuid, raw, raw_at, raw_len, event_type, severity, message, outcome, reason,
                actor_id, actor_name, user, device, risk_level, session, root_session, transaction_id, trace, ip, app,
                told)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)",
        )?;
        Ok(Self {
            connection,
            run,
            heard: span::heard(connection)?,
            symbols: SymbolWriter::new(connection)?,
            moment,
            insert,
            texts: Vec::new(),
            words: WordWriter::new(connection)?,
            days: BTreeMap::new(),
            chunk: Chunk::default(),
            text: String::new(),
        })
    }

    /// The number that an event will have; `None` if it is known. All of its moment are looked at, which are few.
    pub fn place(&mut self, event: &LogEvent) -> Result<Option<i64>> {
        let mut free = place::first(event.published);
        loop {
            let end = free | (place::first(Timestamp(1)) - 1);
            let mut rows = self.moment.query(params![free, end])?;
            while let Some(row) = rows.next()? {
                if unpacked(row.get_ref(1)?)?.as_deref() == Some(&event.uuid) {
                    return Ok(None);
                }
                free = row.get::<_, i64>(0)? + 1;
            }
            if free <= end {
                return Ok(Some(free));
            }
        }
    }

    /// Writes an event under the number that was found for it. `is_past` tells one that was asked for later, as when a gap is
    /// filled: it is not late by itself.
    pub fn write(&mut self, id: i64, event: &LogEvent, raw: RawRef, is_past: bool) -> Result<()> {
        let event_type = self.symbols.number(&event.event_type)?;
        let severity = self.symbols.value(event.severity.as_deref())?;
        let outcome = self.symbols.value(event.outcome.as_deref())?;
        let user = event.user.as_ref().map(UserId::as_str);
        let risk = event.risk_level.as_ref().map(RiskLevel::as_str);
        self.insert.insert(params![
            id,
            self.run,
            packed(&event.uuid),
            raw.batch,
            raw.at,
            raw.len,
            event_type,
            severity,
            self.symbols.value(event.message.as_deref())?,
            outcome,
            self.symbols.value(event.reason.as_deref())?,
            or_same(event.actor_id.as_deref(), user),
            event.actor_name,
            user,
            event.device.as_ref().map(domain::DeviceId::as_str),
            risk,
            event.session,
            or_same(event.root_session.as_deref(), event.session.as_deref()),
            event.transaction,
            event.trace.as_deref().map(packed),
            event.ip,
            event.app,
            self.symbols.value(event.told_risk.as_ref().map(RiskLevel::as_str))?,
        ])?;
        let is_late = self.heard.is_some_and(|heard| heard.since(event.published) > LATE);
        self.chunk.add(id, is_late && !is_past);
        *self.days.entry(Day::new(id, event_type, &outcome, &severity, risk)).or_default() += 1;
        let words = terms::text(&mut self.text, event);
        self.words.take(&self.text[..words]);
        self.texts.push((id, self.text.as_str().into()));
        Ok(())
    }

    /// Writes what waits. `raw` and `kept` are the bytes of the events' JSON as they came and as they are kept.
    pub fn finish(mut self, raw: u64, kept: u64) -> Result<()> {
        for (day, count) in &self.days {
            day.add(self.connection, *count)?;
        }
        self.chunk.store(self.connection, self.run, raw, kept)?;
        self.words.finish()?;
        self.texts.sort_unstable_by_key(|(id, _)| *id);
        let mut insert =
            self.connection.prepare_cached("INSERT INTO log_index (rowid, terms) VALUES (?1, ?2)")?;
        for (id, words) in self.texts.drain(..) {
            insert.execute(params![id, words])?;
        }
        Ok(())
    }
}

fn or_same(value: Option<&str>, same: Option<&str>) -> Value {
    match value {
        None => Value::Null,
        value if value == same => Value::Integer(SAME),
        Some(value) => Value::Text(value.to_owned()),
    }
}

//! Reading events back. What was written shorter (a symbol, a packed id, "the same as") is written out again here.

use super::place;
use super::symbols::{SymbolReader, unpacked};
use domain::{DeviceId, LogEvent, LogField, RiskLevel, UserId};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Params, Result, Row};

/// Every column that makes a [`LogEvent`], with its number first. `e` is `log_event`.
pub(crate) const ROW: &str = "e.id, e.uuid, e.event_type, e.severity, e.message, e.outcome, e.reason, e.actor_id,
    e.actor_name, e.user, e.device, e.risk_level, e.session, e.root_session, e.transaction_id, e.trace, e.ip, e.app";

/// Where a column says that its value is that of another one.
pub(crate) const SAME: i64 = 1;

/// The column of a field as it is compared and counted. A type, an outcome and a severity are symbols, a trace is packed.
pub(crate) fn column(field: LogField) -> &'static str {
    match field {
        LogField::EventType => "e.event_type",
        LogField::Outcome => "e.outcome",
        LogField::Severity => "e.severity",
        LogField::Actor => "iif(e.actor_id = 1, e.user, e.actor_id)",
        LogField::User => "e.user",
        LogField::Device => "e.device",
        LogField::App => "e.app",
        LogField::Ip => "e.ip",
        LogField::Session => "e.session",
        LogField::RootSession => "iif(e.root_session = 1, e.session, e.root_session)",
        LogField::Transaction => "e.transaction_id",
        LogField::Trace => "e.trace",
        LogField::Risk => "e.risk_level",
    }
}

/// Whether a field's column holds symbols.
pub(crate) fn is_symbol(field: LogField) -> bool {
    matches!(field, LogField::EventType | LogField::Outcome | LogField::Severity)
}

/// The events that a statement beginning with `SELECT` [`ROW`] finds, with their numbers.
pub(crate) fn read(connection: &Connection, sql: &str, values: impl Params) -> Result<Vec<(i64, LogEvent)>> {
    read_those(connection, sql, values, usize::MAX, |_, _| Ok(true))
}

/// At most so many of them that fit. The rest is not walked through.
pub(crate) fn read_those(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    limit: usize,
    mut fits: impl FnMut(&Row<'_>, &mut SymbolReader<'_>) -> Result<bool>,
) -> Result<Vec<(i64, LogEvent)>> {
    let mut symbols = SymbolReader::new(connection)?;
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let mut events = Vec::new();
    while events.len() < limit
        && let Some(row) = rows.next()?
    {
        if fits(row, &mut symbols)? {
            events.push((row.get(0)?, event(row, &mut symbols)?));
        }
    }
    Ok(events)
}

/// The same without the numbers.
pub(crate) fn events(connection: &Connection, sql: &str, values: impl Params) -> Result<Vec<LogEvent>> {
    Ok(read(connection, sql, values)?.into_iter().map(|(_, event)| event).collect())
}

fn event(row: &Row<'_>, symbols: &mut SymbolReader<'_>) -> Result<LogEvent> {
    let user: Option<Box<str>> = row.get(9)?;
    let session: Option<Box<str>> = row.get(12)?;
    let or_same = |at: usize, same: &Option<Box<str>>| -> Result<Option<Box<str>>> {
        match row.get_ref(at)? {
            ValueRef::Integer(SAME) => Ok(same.clone()),
            value => unpacked(value),
        }
    };
    Ok(LogEvent {
        published: place::time(row.get(0)?),
        uuid: unpacked(row.get_ref(1)?)?.unwrap_or_default(),
        event_type: symbols.read(row, 2)?.unwrap_or_default(),
        severity: symbols.read(row, 3)?,
        message: symbols.read(row, 4)?,
        outcome: symbols.read(row, 5)?,
        reason: symbols.read(row, 6)?,
        actor_id: or_same(7, &user)?,
        actor_name: row.get(8)?,
        user: user.map(UserId),
        device: row.get::<_, Option<Box<str>>>(10)?.map(DeviceId),
        risk_level: row.get::<_, Option<Box<str>>>(11)?.as_deref().map(RiskLevel::from),
        told_risk: None,
        readings: Vec::new(),
        root_session: or_same(13, &session)?,
        session,
        transaction: row.get(14)?,
        trace: unpacked(row.get_ref(15)?)?,
        ip: row.get(16)?,
        app: row.get(17)?,
    })
}

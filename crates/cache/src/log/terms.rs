//! What an event is found by: the words of its texts, and one term for each of its values. Both stand in one full-text index,
//! which is written in sorted runs and merged from time to time: unlike an index per column, it never writes at random
//! places, and any combination of values and words is one walk through short lists, newest first.

use crate::device_signal::SOURCES;
use domain::{LogEvent, LogField, Reading, RiskLevel};
use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value;
use rusqlite::{Connection, Result};

/// What the term of a value begins with: a sign that the index takes for a letter and that nobody's words contain.
pub(crate) const MARK: char = '\u{e000}';
/// The letters of a term, five bits each.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Letters of a term: fifty bits. Among a hundred million values the chance that one meets the one asked for is one in ten
/// million.
const LEN: u32 = 10;

/// The term of an event's own id.
pub(crate) fn uuid(uuid: &str) -> String {
    of("uuid", uuid)
}

/// The term of a value.
pub(crate) fn term(field: LogField, value: &str) -> String {
    of(field.key(), value)
}

/// The term of a type with an outcome. Both are common, and what has both may be rare: it is asked for so often that it has a
/// list of its own.
pub(crate) fn kind(event_type: &str, outcome: &str) -> String {
    let mut term = String::with_capacity(16);
    push_seeded(&mut term, kind_seed(event_type), outcome);
    term
}

/// The term of a device that a source told something of.
pub(crate) fn signal(source: &str, device: &str) -> String {
    let mut term = String::with_capacity(16);
    push_seeded(&mut term, signal_seed(source), device);
    term
}

fn signal_seed(source: &str) -> u64 {
    hash(source, hash("signal", 0))
}

fn kind_seed(event_type: &str) -> u64 {
    hash(event_type, hash("kind", 0))
}

fn of(name: &str, value: &str) -> String {
    let mut term = String::with_capacity(16);
    push(&mut term, name, value);
    term
}

fn push(text: &mut String, name: &str, value: &str) {
    // One pass over name and value without putting them together: the seed tells names apart.
    push_seeded(text, hash(name, 0), value);
}

fn hash(text: &str, seed: u64) -> u64 {
    xxhash_rust::xxh3::xxh3_64_with_seed(text.as_bytes(), seed)
}

fn push_seeded(text: &mut String, seed: u64, value: &str) {
    let hash = hash(value, seed);
    text.push(MARK);
    text.extend((0..LEN).map(|n| char::from(LETTERS[(hash >> (5 * n)) as usize & 31])));
}

/// The value of a field.
pub(crate) fn value(event: &LogEvent, field: LogField) -> Option<&str> {
    match field {
        LogField::EventType => Some(&event.event_type),
        LogField::Outcome => event.outcome.as_deref(),
        LogField::Severity => event.severity.as_deref(),
        LogField::Actor => event.actor_id.as_deref(),
        LogField::User => event.user.as_ref().map(domain::UserId::as_str),
        LogField::Device => event.device.as_ref().map(domain::DeviceId::as_str),
        LogField::App => event.app.as_deref(),
        LogField::Ip => event.ip.as_deref(),
        LogField::Session => event.session.as_deref(),
        LogField::RootSession => event.root_session.as_deref(),
        LogField::Transaction => event.transaction.as_deref(),
        LogField::Trace => event.trace.as_deref(),
        LogField::Risk => event.risk_level.as_ref().map(RiskLevel::as_str),
    }
}

/// The text that the index takes for an event. Answers how much of it are words; the rest are values.
pub(crate) fn text(text: &mut String, event: &LogEvent) -> usize {
    text.clear();
    let words = [
        Some(&*event.event_type),
        event.message.as_deref(),
        event.reason.as_deref(),
        event.actor_name.as_deref(),
        event.ip.as_deref(),
    ];
    for word in words.into_iter().flatten() {
        match word.contains(MARK) {
            true => text.extend(word.chars().filter(|sign| *sign != MARK)),
            false => text.push_str(word),
        }
        text.push('\n');
    }
    let words = text.len();
    for field in LogField::ALL {
        if let Some(value) = value(event, field) {
            push(text, field.key(), value);
            text.push('\n');
        }
    }
    if let Some(outcome) = &event.outcome {
        push_seeded(text, kind_seed(&event.event_type), outcome);
        text.push('\n');
    }
    if let Some(device) = &event.device {
        for reading in event.readings.iter().take(SOURCES) {
            push_seeded(text, signal_seed(&reading.source), device.as_str());
            text.push('\n');
        }
    }
    push(text, "uuid", &event.uuid);
    words
}

/// Teaches a connection the functions that the migration to this format calls.
pub(crate) fn register(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("log_packed", 1, flags, |context| {
        Ok(super::symbols::packed(context.get_raw(0).as_str()?))
    })?;
    connection.create_scalar_function("log_terms", 15, flags, |context| {
        let one = |at: usize| context.get::<Option<Box<str>>>(at);
        let sources: Vec<Box<str>> =
            one(14)?.and_then(|sources| serde_json::from_str(&sources).ok()).unwrap_or_default();
        let event = LogEvent {
            uuid: one(0)?.unwrap_or_default(),
            published: domain::Timestamp(0),
            event_type: one(1)?.unwrap_or_default(),
            severity: one(2)?,
            message: one(3)?,
            outcome: one(4)?,
            reason: one(5)?,
            actor_id: one(6)?,
            actor_name: one(7)?,
            user: one(8)?.map(domain::UserId),
            device: one(9)?.map(domain::DeviceId),
            risk_level: one(10)?.as_deref().map(RiskLevel::from),
            session: one(11)?,
            root_session: None,
            transaction: None,
            trace: None,
            ip: one(12)?,
            app: one(13)?,
            told_risk: None,
            readings: sources.into_iter().map(|source| Reading { source, values: Vec::new() }).collect(),
        };
        let mut terms = String::new();
        text(&mut terms, &event);
        Ok(Value::Text(terms))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_tells_field_value_and_case() {
        let user = term(LogField::User, "00uAbc");
        assert_eq!(user.chars().count(), 11);
        assert_eq!(user, term(LogField::User, "00uAbc"));
        let others = [
            term(LogField::User, "00uabc"),
            term(LogField::Actor, "00uAbc"),
            uuid("00uAbc"),
            kind("user", "00uAbc"),
        ];
        assert!(!others.contains(&user));
        assert!(user.chars().all(|c| c == MARK || !c.is_uppercase()), "the index folds cases");
    }
}

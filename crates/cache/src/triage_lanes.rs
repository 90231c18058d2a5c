//! Everything that the log tells of one person, as a plot needs it: a place, a type and a level per event, and no more. There
//! may be fifty thousand of them.

use crate::log::symbols::SymbolReader;
use crate::log::{list, place, terms, told};
use crate::{Result, Store};
use domain::{DeviceId, LogField, RiskLevel, SnapshotId, Timestamp, UserId};
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, params};
use std::collections::HashMap;

/// One event of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonMark {
    /// The event's number in the cache.
    pub id: i64,
    pub published: Timestamp,
    /// The place of the event's type among those that came with it.
    pub kind: u32,
    /// The level of the person's risk, where the event tells it.
    pub level: Option<RiskLevel>,
    /// The gravest level that it tells of, whosesoever it is.
    pub told: Option<RiskLevel>,
    /// It was kept before levels were, and nobody has read it since.
    pub unread: bool,
    /// Somebody else did it.
    pub by_somebody_else: bool,
}

/// What was found of a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonMarks {
    /// Oldest first.
    pub marks: Vec<PersonMark>,
    /// The event types that marks name by their place.
    pub types: Vec<Box<str>>,
    /// There are more, older ones.
    pub capped: bool,
}

impl Store {
    /// The newest events that are about a person, that they did, or that are about one of these devices, at most `limit`.
    pub fn person_marks(
        &self,
        at: SnapshotId,
        user: &UserId,
        devices: &[DeviceId],
        limit: usize,
    ) -> Result<PersonMarks> {
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        let own = [LogField::User, LogField::Actor].map(|field| terms::term(field, user.as_str()));
        let devices = devices.iter().map(|id| terms::term(LogField::Device, id.as_str()));
        let terms: Vec<String> = own.into_iter().chain(devices).map(|term| format!("\"{term}\"")).collect();
        // What others do on a device that several people use is theirs; what happens to the device is everybody's, also
        // where whoever did it is the only person that the event names.
        let mut statement = reader.prepare_cached(&format!(
            "SELECT e.id, e.event_type, e.risk_level, {ACTOR}, e.told
             FROM log_index i CROSS JOIN log_event e ON e.id = i.rowid
             WHERE i.log_index MATCH ?1 AND i.rowid <= ?2 AND e.run <= ?3
                AND (e.user = ?4 OR e.user IS NULL OR e.actor_id = ?4 OR e.actor_id = 1 AND e.event_type IN (
                    SELECT id FROM log_symbol WHERE text >= 'device.' AND text < 'device/'))
             ORDER BY i.rowid DESC LIMIT ?5"
        ))?;
        let known = list::known(&reader, at)?;
        let below = told::below(&reader)?;
        let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut rows = statement.query(params![terms.join(" OR "), known.to, at.0, user.as_str(), most])?;
        let mut found = PersonMarks::default();
        let mut types = Types { reader: SymbolReader::new(&reader)?, places: HashMap::new() };
        let mut people = People::new(&reader)?;
        while let Some(row) = rows.next()? {
            if found.marks.len() == limit {
                found.capped = true;
                break;
            }
            let id = row.get(0)?;
            let actor: Option<Box<str>> = row.get(3)?;
            // A number that no symbol has: the row was there before the column.
            let unread = row.get_ref(4)? == ValueRef::Integer(told::UNREAD);
            let other = actor.filter(|actor| **actor != *user.as_str());
            found.marks.push(PersonMark {
                id,
                published: place::time(id),
                kind: types.place(row.get(1)?, &mut found.types)?,
                level: row.get::<_, Option<Box<str>>>(2)?.as_deref().map(RiskLevel::from),
                told: if unread { None } else { types.reader.read(row, 4)?.as_deref().map(RiskLevel::from) },
                unread: unread && below.is_some_and(|below| id < below),
                by_somebody_else: other.map_or(Ok(false), |other| people.has(other))?,
            });
        }
        found.marks.reverse();
        Ok(found)
    }
}

/// Whoever did it; the log writes "the same as the user" as a number.
const ACTOR: &str = "iif(e.actor_id = 1, e.user, e.actor_id)";

/// Which types there are, in the order in which they came.
struct Types<'c> {
    reader: SymbolReader<'c>,
    places: HashMap<i64, u32>,
}

impl Types<'_> {
    fn place(&mut self, symbol: i64, types: &mut Vec<Box<str>>) -> Result<u32> {
        if let Some(place) = self.places.get(&symbol) {
            return Ok(*place);
        }
        let place = u32::try_from(types.len()).unwrap_or(u32::MAX);
        types.push(self.reader.text(symbol)?);
        self.places.insert(symbol, place);
        Ok(place)
    }
}

/// Who of those that did something is a person. The system, programs and devices have ids, too.
struct People<'c> {
    find: CachedStatement<'c>,
    known: HashMap<Box<str>, bool>,
}

impl<'c> People<'c> {
    fn new(connection: &'c Connection) -> Result<Self> {
        let find = connection.prepare_cached("SELECT 1 FROM user_id WHERE okta = ?1")?;
        Ok(Self { find, known: HashMap::new() })
    }

    fn has(&mut self, id: Box<str>) -> Result<bool> {
        if let Some(known) = self.known.get(&id) {
            return Ok(*known);
        }
        let is_person = self.find.exists([&id])?;
        self.known.insert(id, is_person);
        Ok(is_person)
    }
}

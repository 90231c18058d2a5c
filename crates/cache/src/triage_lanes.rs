//! Everything that the log tells of one person, as a plot needs it: a place, a type and a level per event, and no more. There
//! may be fifty thousand of them.

use crate::raw::{RawRef, Unpacked};
use crate::{Result, Store};
use domain::{DeviceId, RiskLevel, SnapshotId, Timestamp, UserId};
use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, OptionalExtension};
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
    /// The newest events that are about a person, or about one of these devices, at most `limit`.
    pub fn person_marks(
        &self,
        at: SnapshotId,
        user: &UserId,
        devices: &[DeviceId],
        limit: usize,
    ) -> Result<PersonMarks> {
        let reader = self.reader()?;
        let places = vec!["?"; devices.len()].join(", ");
        // What others do on a device that several people use is told by the device's own events alone.
        let mut statement = reader.prepare_cached(&format!(
            "SELECT id, published, event_type, risk_level, actor_id, user FROM (
                SELECT id, published, event_type, risk_level, actor_id, user FROM log_event WHERE user = ? AND run <= ?
                UNION ALL
                SELECT id, published, event_type, risk_level, actor_id, user FROM log_event
                WHERE device IN ({places}) AND user IS NULL AND run <= ?
             ) ORDER BY published DESC, id DESC LIMIT ?"
        ))?;
        let text = |text: &str| Value::from(text.to_owned());
        let mut values = vec![text(user.as_str()), Value::from(at.0)];
        values.extend(devices.iter().map(|id| text(id.as_str())));
        values.extend([
            Value::from(at.0),
            Value::from(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)),
        ]);
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        let mut found = PersonMarks::default();
        let mut last: Option<u32> = None;
        let mut people = People::new(&reader)?;
        while let Some(row) = rows.next()? {
            if found.marks.len() == limit {
                found.capped = true;
                break;
            }
            let kind: Box<str> = row.get(2)?;
            let kind = place(&mut found.types, &kind, last);
            last = Some(kind);
            let actor: Option<Box<str>> = row.get(4)?;
            let actor = actor.filter(|actor| **actor != *user.as_str());
            found.marks.push(PersonMark {
                id: row.get(0)?,
                published: Timestamp(row.get(1)?),
                kind,
                level: row.get::<_, Option<Box<str>>>(3)?.as_deref().map(RiskLevel::from),
                by_somebody_else: actor.map_or(Ok(false), |actor| people.has(actor))?,
            });
        }
        found.marks.reverse();
        Ok(found)
    }
}

impl Store {
    /// Calls `each` with the place in `ids` and the JSON of each of these events that was known in a snapshot, in the order in
    /// which the texts lie.
    pub fn each_event_text(
        &self,
        at: SnapshotId,
        ids: &[i64],
        mut each: impl FnMut(usize, &str),
    ) -> Result<()> {
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        let mut statement = reader
            .prepare_cached("SELECT raw, raw_at, raw_len FROM log_event WHERE id = ?1 AND run <= ?2")?;
        let mut places = Vec::with_capacity(ids.len());
        for (place, id) in ids.iter().enumerate() {
            let found = statement.query_row([*id, at.0], |row| {
                Ok(RawRef { batch: row.get(0)?, at: row.get(1)?, len: row.get(2)? })
            });
            places.extend(found.optional()?.map(|raw| (raw, place)));
        }
        places.sort_by_key(|(raw, _)| (raw.batch, raw.at));
        let mut unpacked = Unpacked::default();
        for (raw, place) in places {
            each(place, unpacked.read(&reader, raw)?);
        }
        Ok(())
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

/// The place of a type. Events of one type come in rows, so the last one is looked at first; there are a few dozen in all.
fn place(types: &mut Vec<Box<str>>, kind: &str, last: Option<u32>) -> u32 {
    if let Some(last) = last.filter(|last| types.get(*last as usize).is_some_and(|known| **known == *kind)) {
        return last;
    }
    let at = types.iter().position(|known| **known == *kind).unwrap_or_else(|| {
        types.push(kind.into());
        types.len() - 1
    });
    u32::try_from(at).unwrap_or(u32::MAX)
}

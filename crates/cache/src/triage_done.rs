//! What was done about people of the queue: their newest containment and case, and how long each containment took.

use crate::{Result, Store};
use domain::{ContainmentId, StepState, Timestamp, UserId};
use std::collections::HashMap;

/// What was done about one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DoneAbout {
    pub containment: Option<ContainmentId>,
    pub case: Option<i64>,
}

/// A containment as a plot wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contained {
    pub id: ContainmentId,
    pub begun: Timestamp,
    /// When the last step that was verified was; `None` while it goes on, or where none was.
    pub verified: Option<Timestamp>,
    pub people: Vec<UserId>,
}

impl Store {
    /// The newest containment and case of everybody who has one.
    pub fn done_about_people(&self) -> Result<HashMap<UserId, DoneAbout>> {
        let reader = self.reader()?;
        let mut found: HashMap<UserId, DoneAbout> = HashMap::new();
        let mut statement =
            reader.prepare_cached("SELECT user, max(containment) FROM containment_step GROUP BY user")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            found.entry(UserId(row.get(0)?)).or_default().containment = Some(ContainmentId(row.get(1)?));
        }
        let mut statement =
            reader.prepare_cached("SELECT user, max(case_file) FROM case_person GROUP BY user")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            found.entry(UserId(row.get(0)?)).or_default().case = Some(row.get(1)?);
        }
        Ok(found)
    }

    /// Every containment that was begun, oldest first.
    pub fn contained(&self) -> Result<Vec<Contained>> {
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        let mut statement = reader.prepare_cached(
            "SELECT c.id, c.created, iif(c.state IN ('done', 'cancelled'), (
                SELECT max(s.changed) FROM containment_step s WHERE s.containment = c.id AND s.state = ?1), NULL)
             FROM containment c ORDER BY c.id",
        )?;
        let rows = statement.query_map([StepState::Verified.key()], |row| {
            let verified = row.get::<_, Option<i64>>(2)?.map(Timestamp);
            let (id, begun) = (ContainmentId(row.get(0)?), Timestamp(row.get(1)?));
            Ok(Contained { id, begun, verified, people: Vec::new() })
        })?;
        let mut found: Vec<Contained> = rows.collect::<rusqlite::Result<_>>()?;
        let mut statement =
            reader.prepare_cached("SELECT DISTINCT user FROM containment_step WHERE containment = ?1")?;
        for one in &mut found {
            let people = statement.query_map([one.id.0], |row| row.get(0).map(UserId))?;
            one.people = people.collect::<rusqlite::Result<_>>()?;
        }
        Ok(found)
    }
}

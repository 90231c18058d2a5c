//! What analysts decided about the people of a case: verdicts, assignments and notes of the triage. The tables are triage's own;
//! here is the one place where a freeze reads them.

use crate::Result;
use domain::{Timestamp, UserId};
use rusqlite::{Connection, Row};
use serde_json::{Value, json};

const VERDICTS: &str =
    "SELECT detection, assessment, note, by, at FROM triage_verdict WHERE user = ?1 ORDER BY at, detection";
const PERSON: &str = "SELECT assignee, snoozed_until, snoozed_at FROM triage_person WHERE user = ?1";
const NOTES: &str = "SELECT at, by, text FROM triage_note WHERE user = ?1 ORDER BY at, id";

/// The decisions about these people, person by person, one object each.
pub(super) fn about(connection: &Connection, users: &[UserId]) -> Result<Vec<Value>> {
    let mut decided = Vec::new();
    for user in users {
        let id = user.as_str();
        let mut add = |sql: &str, read: &dyn Fn(&Row<'_>) -> rusqlite::Result<Value>| -> Result<()> {
            let mut statement = connection.prepare_cached(sql)?;
            for one in statement.query_map([id], |row| read(row))? {
                decided.push(one?);
            }
            Ok(())
        };
        let time = |row: &Row<'_>, at: usize| -> rusqlite::Result<Option<String>> {
            Ok(row.get::<_, Option<i64>>(at)?.map(|at| Timestamp(at).to_rfc3339()))
        };
        let text = |row: &Row<'_>, at: usize| -> rusqlite::Result<Option<String>> { row.get(at) };
        add(VERDICTS, &|row| {
            Ok(json!({
                "user": id, "what": "verdict", "event": text(row, 0)?, "verdict": text(row, 1)?, "note": text(row, 2)?,
                "by": text(row, 3)?, "at": time(row, 4)?,
            }))
        })?;
        add(PERSON, &|row| {
            Ok(json!({
                "user": id, "what": "assignment", "assignee": text(row, 0)?, "snoozed_until": time(row, 1)?,
                "snoozed_at": time(row, 2)?,
            }))
        })?;
        add(NOTES, &|row| {
            Ok(
                json!({ "user": id, "what": "note", "at": time(row, 0)?, "by": text(row, 1)?, "text": text(row, 2)? }),
            )
        })?;
    }
    Ok(decided)
}

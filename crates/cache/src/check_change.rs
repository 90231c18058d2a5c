//! Changes of posture checks: what an admin asked for, and how far it is. One check each. Every change of state is written
//! together with its journal entry, and is on the disk before this returns, as with intents. The content before stays in the
//! wish, so that what was done can be taken back.
//!
//! Knows nothing of what a state means; that is decided in `domain::intent`.

use crate::intent::durably;
use crate::journal::{self, NewEntry};
use crate::{Result, Store};
use domain::{CheckChangeId, CheckWish, IntentState, ObjectId, SnapshotId, StepState, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Value, json};

pub(crate) const V4: &str = "
    CREATE TABLE check_change (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        wish TEXT NOT NULL,
        state TEXT NOT NULL,
        step TEXT NOT NULL,
        why TEXT,
        object TEXT,
        found TEXT,
        request_id TEXT,
        failure TEXT,
        created INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        snapshot INTEGER NOT NULL,
        actor TEXT NOT NULL,
        note TEXT,
        undo_of INTEGER
    ) STRICT;
    CREATE INDEX check_change_open ON check_change (id) WHERE state NOT IN ('done', 'cancelled');
    CREATE INDEX check_change_lost ON check_change (id) WHERE step IN ('sending', 'unknown');
    CREATE INDEX check_change_undo ON check_change (undo_of) WHERE undo_of IS NOT NULL;
    CREATE INDEX check_change_object ON check_change (object, id) WHERE object IS NOT NULL;
";

/// A change to begin.
#[derive(Debug, Clone)]
pub struct NewCheckChange {
    pub wish: CheckWish,
    /// The snapshot that it was planned from.
    pub snapshot: SnapshotId,
    /// Who asked: what the org knows them by.
    pub actor: String,
    pub note: Option<String>,
    pub undo_of: Option<CheckChangeId>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckChange {
    pub id: CheckChangeId,
    pub wish: CheckWish,
    /// Running, paused, done or cancelled.
    pub state: IntentState,
    pub step: StepState,
    /// Why it is held, as JSON that the caller wrote.
    pub why: Option<Box<str>>,
    /// The check: for one that was made, as soon as its id is known.
    pub object: Option<ObjectId>,
    /// What was read last, as JSON that the caller wrote.
    pub found: Option<Box<str>>,
    /// The org's id of the request that was sent.
    pub request_id: Option<Box<str>>,
    /// What went wrong, as JSON that the caller wrote.
    pub failure: Option<Box<str>>,
    pub created: Timestamp,
    pub changed: Timestamp,
    pub snapshot: SnapshotId,
    pub actor: Box<str>,
    pub note: Option<Box<str>>,
    pub undo_of: Option<CheckChangeId>,
    /// The newest change that takes this one back, or is about to; one that came to nothing does not count.
    pub undone_by: Option<CheckChangeId>,
}

/// What becomes of a change. Where `object`, `found` or `request_id` is `None`, it stays as it was.
#[derive(Debug, Clone)]
pub struct CheckStep {
    pub step: StepState,
    pub object: Option<ObjectId>,
    pub found: Option<String>,
    pub request_id: Option<Box<str>>,
    pub failure: Option<String>,
}

const ROW: &str =
    "c.id, c.wish, c.state, c.step, c.why, c.object, c.found, c.request_id, c.failure, c.created, c.changed,
    c.snapshot, c.actor, c.note, c.undo_of, (SELECT max(u.id) FROM check_change u
        WHERE u.undo_of = c.id AND u.step NOT IN ('refused', 'rejected', 'not_applied', 'cancelled'))";

fn read(row: &Row<'_>) -> rusqlite::Result<CheckChange> {
    let unknown =
        |at: usize| rusqlite::Error::InvalidColumnType(at, "name".into(), rusqlite::types::Type::Text);
    Ok(CheckChange {
        id: CheckChangeId(row.get(0)?),
        wish: serde_json::from_str(row.get_ref(1)?.as_str()?).map_err(|_| unknown(1))?,
        state: IntentState::from_key(row.get_ref(2)?.as_str()?).ok_or_else(|| unknown(2))?,
        step: StepState::from_key(row.get_ref(3)?.as_str()?).ok_or_else(|| unknown(3))?,
        why: row.get(4)?,
        object: row.get::<_, Option<Box<str>>>(5)?.map(ObjectId),
        found: row.get(6)?,
        request_id: row.get(7)?,
        failure: row.get(8)?,
        created: Timestamp(row.get(9)?),
        changed: Timestamp(row.get(10)?),
        snapshot: SnapshotId(row.get(11)?),
        actor: row.get(12)?,
        note: row.get(13)?,
        undo_of: row.get::<_, Option<i64>>(14)?.map(CheckChangeId),
        undone_by: row.get::<_, Option<i64>>(15)?.map(CheckChangeId),
    })
}

/// Appends an entry about a change. Its number stands in the body: the journal's own column is for intents.
fn note(connection: &Connection, at: Timestamp, body: &Value) -> Result<()> {
    journal::append(connection, &NewEntry { at, kind: "check_change", intent: None, step: None, body })
}

/// JSON of the caller's, as a value; null where it is none.
fn value(text: Option<&str>) -> Value {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

impl Store {
    /// Begins a change; it runs from here on.
    pub fn begin_check_change(&self, new: &NewCheckChange, now: Timestamp) -> Result<CheckChangeId> {
        durably(self, |connection| {
            let NewCheckChange { wish, snapshot, actor, note: why, undo_of } = new;
            // A wish is texts and names: it always has a JSON form.
            let body = json!(wish);
            connection
                .prepare_cached(
                    "INSERT INTO check_change (kind, wish, state, step, object, created, changed, snapshot, actor, note, undo_of)
                     VALUES (?1, ?2, 'running', 'waiting', ?3, ?4, ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute(params![
                    wish.key(),
                    body.to_string(),
                    wish.id().map(ObjectId::as_str),
                    now.0,
                    snapshot.0,
                    actor,
                    why,
                    undo_of.map(|id| id.0),
                ])?;
            let id = CheckChangeId(connection.last_insert_rowid());
            let entry = json!({
                "change": id, "wish": body, "snapshot": snapshot, "actor": actor, "note": why, "undo_of": undo_of,
            });
            note(connection, now, &entry)?;
            Ok(id)
        })
    }

    /// Moves a change to another state, if it is in one of `from` still; whether it was. `why` is JSON of the caller's.
    pub fn set_check_change(
        &self,
        id: CheckChangeId,
        from: &[IntentState],
        to: IntentState,
        why: Option<&str>,
        now: Timestamp,
    ) -> Result<bool> {
        durably(self, |connection| {
            let state: Option<String> = connection
                .prepare_cached("SELECT state FROM check_change WHERE id = ?1")?
                .query_row([id.0], |row| row.get(0))
                .optional()?;
            let known = state.as_deref().and_then(IntentState::from_key);
            if !known.is_some_and(|state| from.contains(&state)) {
                return Ok(false);
            }
            connection
                .prepare_cached("UPDATE check_change SET state = ?2, why = ?3, changed = ?4 WHERE id = ?1")?
                .execute(params![id.0, to.key(), why, now.0])?;
            note(connection, now, &json!({ "change": id, "state": to, "why": value(why) }))?;
            Ok(true)
        })
    }

    /// Claims a change for sending: only while it runs and was not sent. False when it may not be sent any more; whoever held
    /// or cancelled it can then be sure that it is not.
    pub fn claim_check_change(
        &self,
        id: CheckChangeId,
        found: Option<String>,
        now: Timestamp,
    ) -> Result<bool> {
        durably(self, |connection| {
            let may: bool = connection
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM check_change WHERE id = ?1 AND state = 'running' AND step = 'waiting')",
                )?
                .query_row([id.0], |row| row.get(0))?;
            if may {
                let sending = CheckStep {
                    step: StepState::Sending,
                    object: None,
                    found,
                    request_id: None,
                    failure: None,
                };
                set_step(connection, id, &sending, now)?;
            }
            Ok(may)
        })
    }

    /// Writes how far a change is. One that is over is done with that, unless a person cancelled it.
    pub fn set_check_step(&self, id: CheckChangeId, change: &CheckStep, now: Timestamp) -> Result<()> {
        durably(self, |connection| set_step(connection, id, change, now))
    }

    /// Puts a claimed change back that certainly did nothing: to be sent later, or never if it was cancelled meanwhile.
    pub fn put_check_change_back(
        &self,
        id: CheckChangeId,
        change: &CheckStep,
        now: Timestamp,
    ) -> Result<StepState> {
        durably(self, |connection| {
            let cancelled: bool = connection
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM check_change WHERE id = ?1 AND state = 'cancelled')",
                )?
                .query_row([id.0], |row| row.get(0))?;
            let step = if cancelled { StepState::Cancelled } else { StepState::Waiting };
            set_step(connection, id, &CheckStep { step, ..change.clone() }, now)?;
            Ok(step)
        })
    }

    /// Ends an open change: what was not sent is not sent any more. Whether it was open.
    pub fn cancel_check_change(&self, id: CheckChangeId, now: Timestamp) -> Result<bool> {
        durably(self, |connection| {
            let ended = connection
                .prepare_cached(
                    "UPDATE check_change SET state = 'cancelled', why = NULL, changed = ?2,
                        step = CASE step WHEN 'waiting' THEN 'cancelled' ELSE step END
                     WHERE id = ?1 AND state NOT IN ('done', 'cancelled')",
                )?
                .execute(params![id.0, now.0])?;
            if ended > 0 {
                note(connection, now, &json!({ "change": id, "state": IntentState::Cancelled }))?;
            }
            Ok(ended > 0)
        })
    }

    /// Changes, newest first.
    pub fn check_changes(&self, offset: u64, limit: usize) -> Result<Vec<CheckChange>> {
        let sql = format!("SELECT {ROW} FROM check_change c ORDER BY c.id DESC LIMIT ?1 OFFSET ?2");
        self.read_check_changes(&sql, params![limit as i64, offset as i64])
    }

    /// The latest changes of one check, newest first.
    pub fn changes_of_check(&self, object: &ObjectId, limit: usize) -> Result<Vec<CheckChange>> {
        let sql = format!("SELECT {ROW} FROM check_change c WHERE c.object = ?1 ORDER BY c.id DESC LIMIT ?2");
        self.read_check_changes(&sql, params![object.as_str(), limit as i64])
    }

    /// How many there ever were.
    pub fn check_change_count(&self) -> Result<u64> {
        let reader = self.reader()?;
        Ok(reader.prepare_cached("SELECT count(*) FROM check_change")?.query_row([], |row| row.get(0))?)
    }

    /// Changes that something may still become of, oldest first.
    pub fn open_check_changes(&self) -> Result<Vec<CheckChange>> {
        let sql = format!(
            "SELECT {ROW} FROM check_change c WHERE c.state NOT IN ('done', 'cancelled') ORDER BY c.id"
        );
        self.read_check_changes(&sql, params![])
    }

    /// Changes, cancelled ones too, of which nobody knows whether they arrived.
    pub fn lost_check_changes(&self) -> Result<Vec<CheckChange>> {
        let sql =
            format!("SELECT {ROW} FROM check_change c WHERE c.step IN ('sending', 'unknown') ORDER BY c.id");
        self.read_check_changes(&sql, params![])
    }

    /// One change.
    pub fn check_change(&self, id: CheckChangeId) -> Result<Option<CheckChange>> {
        let sql = format!("SELECT {ROW} FROM check_change c WHERE c.id = ?1");
        Ok(self.read_check_changes(&sql, params![id.0])?.into_iter().next())
    }

    fn read_check_changes(&self, sql: &str, params: &[&dyn rusqlite::ToSql]) -> Result<Vec<CheckChange>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn set_step(connection: &Connection, id: CheckChangeId, change: &CheckStep, now: Timestamp) -> Result<()> {
    let CheckStep { step, object, found, request_id, failure } = change;
    let object = object.as_ref().map(ObjectId::as_str);
    connection
        .prepare_cached(
            "UPDATE check_change SET step = ?2, object = coalesce(?3, object), found = coalesce(?4, found),
                request_id = coalesce(?5, request_id), failure = ?6, changed = ?7,
                state = CASE WHEN ?8 AND state IN ('running', 'paused') THEN 'done' ELSE state END,
                why = CASE WHEN ?8 THEN NULL ELSE why END
             WHERE id = ?1",
        )?
        .execute(params![id.0, step.key(), object, found, request_id, failure, now.0, step.is_over()])?;
    let body = json!({
        "change": id, "step": step, "object": object, "found": value(found.as_deref()), "request_id": request_id,
        "failure": value(failure.as_deref()),
    });
    note(connection, now, &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Key, Location};
    use domain::{CheckContent, Mapping, OsqueryPlatform, Remediation};

    fn store() -> Store {
        Store::open(&Location::Memory, &Key::new([0; 32])).expect("memory is always there")
    }

    fn begin(store: &Store) -> CheckChangeId {
        let content = CheckContent {
            name: "Gatekeeper".into(),
            description: "…".into(),
            variable_name: "nwGatekeeper".into(),
            platform: OsqueryPlatform::Macos,
            mapping: Mapping::Checkbox,
            query: "SELECT 1;".into(),
            remediation: Remediation { message: Some("Do.".into()), ..Remediation::default() },
        };
        let wish = CheckWish::Replace {
            id: ObjectId("dch1".into()),
            expected: CheckContent { query: "SELECT 0;".into(), ..content.clone() },
            content,
        };
        let new =
            NewCheckChange { wish, snapshot: SnapshotId(1), actor: "me".into(), note: None, undo_of: None };
        store.begin_check_change(&new, Timestamp(1)).expect("written")
    }

    fn step(step: StepState) -> CheckStep {
        CheckStep { step, object: None, found: None, request_id: None, failure: None }
    }

    fn entries(store: &Store) -> u64 {
        let check = store.check_journal().expect("reads");
        assert_eq!(check.broken, None);
        check.entries
    }

    #[test]
    fn a_change_comes_back_as_it_was_written_with_an_entry_for_each_state() {
        let store = store();
        let id = begin(&store);
        let change = store.check_change(id).expect("reads").expect("is there");
        assert_eq!((change.state, change.step), (IntentState::Running, StepState::Waiting));
        assert_eq!(change.wish.before().map(|c| &*c.query), Some("SELECT 0;"), "the content before is kept");
        assert!(store.claim_check_change(id, Some("{}".into()), Timestamp(2)).expect("written"));
        assert_eq!(store.lost_check_changes().expect("reads").len(), 1);
        let verified = CheckStep { request_id: Some("req".into()), ..step(StepState::Verified) };
        store.set_check_step(id, &verified, Timestamp(3)).expect("written");
        let change = store.check_change(id).expect("reads").expect("is there");
        assert_eq!((change.state, change.step), (IntentState::Done, StepState::Verified));
        assert_eq!((change.found.as_deref(), change.request_id.as_deref()), (Some("{}"), Some("req")));
        assert!(store.open_check_changes().expect("reads").is_empty());
        assert_eq!(store.changes_of_check(&ObjectId("dch1".into()), 9).expect("reads").len(), 1);
        assert_eq!(entries(&store), 3);
    }

    #[test]
    fn only_what_runs_and_was_not_sent_is_claimed() {
        let store = store();
        let check = |name: &str, before: &dyn Fn(CheckChangeId), want: bool| {
            let id = begin(&store);
            before(id);
            let entries_before = entries(&store);
            assert_eq!(store.claim_check_change(id, None, Timestamp(9)).expect("written"), want, "{name}");
            assert_eq!(entries(&store) - entries_before, u64::from(want), "{name}");
        };
        let set = |id, to| {
            store.set_check_change(id, &[IntentState::Running], to, None, Timestamp(5)).expect("written")
        };
        check("running", &|_| {}, true);
        check("paused", &|id| assert!(set(id, IntentState::Paused)), false);
        check(
            "cancelled",
            &|id| assert!(store.cancel_check_change(id, Timestamp(5)).expect("written")),
            false,
        );
        check(
            "sent",
            &|id| store.set_check_step(id, &step(StepState::Unknown), Timestamp(5)).expect("written"),
            false,
        );
        check(
            "over",
            &|id| store.set_check_step(id, &step(StepState::Refused), Timestamp(5)).expect("written"),
            false,
        );
    }

    #[test]
    fn a_cancelled_change_that_was_turned_away_is_never_sent() {
        let store = store();
        let id = begin(&store);
        assert!(store.claim_check_change(id, None, Timestamp(2)).expect("written"));
        assert!(store.cancel_check_change(id, Timestamp(3)).expect("written"));
        let back = store.put_check_change_back(id, &step(StepState::Waiting), Timestamp(4)).expect("written");
        assert_eq!(back, StepState::Cancelled);
        let change = store.check_change(id).expect("reads").expect("is there");
        assert_eq!((change.state, change.step), (IntentState::Cancelled, StepState::Cancelled));
        assert!(!store.cancel_check_change(id, Timestamp(5)).expect("reads"));
    }

    #[test]
    fn a_settled_change_keeps_that_it_was_cancelled() {
        let store = store();
        let id = begin(&store);
        assert!(store.claim_check_change(id, None, Timestamp(2)).expect("written"));
        assert!(store.cancel_check_change(id, Timestamp(3)).expect("written"));
        assert_eq!(store.lost_check_changes().expect("reads").len(), 1, "it is settled all the same");
        store.set_check_step(id, &step(StepState::Verified), Timestamp(4)).expect("written");
        let change = store.check_change(id).expect("reads").expect("is there");
        assert_eq!((change.state, change.step), (IntentState::Cancelled, StepState::Verified));
    }
}

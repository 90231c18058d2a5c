//! Intents and their steps: what an admin asked for, and how far each device is. Every change is written together with its
//! journal entry, and is on the disk before this returns: a step that is about to be sent must not be forgotten by a power cut.
//!
//! Knows nothing of what a state means; that is decided in `domain::intent`.

use crate::journal::{self, NewEntry};
use crate::{Result, Store};
use domain::{DeviceId, IntentId, IntentState, Lifecycle, LifecycleMove, SnapshotId, StepState, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;

pub(crate) const V1: &str = "
    CREATE TABLE intent (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        wish TEXT NOT NULL,
        state TEXT NOT NULL,
        why TEXT,
        created INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        not_before INTEGER,
        snapshot INTEGER NOT NULL,
        actor TEXT NOT NULL,
        note TEXT,
        undo_of INTEGER
    ) STRICT;
    CREATE INDEX intent_open ON intent (id) WHERE state NOT IN ('done', 'cancelled');
    CREATE INDEX intent_undo ON intent (undo_of) WHERE undo_of IS NOT NULL;
    CREATE TABLE intent_step (
        intent INTEGER NOT NULL,
        n INTEGER NOT NULL,
        device TEXT NOT NULL,
        name TEXT,
        expected TEXT NOT NULL,
        state TEXT NOT NULL,
        found TEXT,
        request_id TEXT,
        failure TEXT,
        changed INTEGER NOT NULL,
        PRIMARY KEY (intent, n)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX intent_step_state ON intent_step (intent, state, n);
    CREATE INDEX intent_step_lost ON intent_step (intent) WHERE state IN ('sending', 'unknown');
    CREATE INDEX intent_step_device ON intent_step (device, intent);
";

/// An intent to begin.
#[derive(Debug, Clone)]
pub struct NewIntent {
    pub wish: LifecycleMove,
    pub state: IntentState,
    /// Nothing is sent before this.
    pub not_before: Option<Timestamp>,
    /// The snapshot that it was planned from.
    pub snapshot: SnapshotId,
    /// Who asked: what the org knows them by.
    pub actor: String,
    pub note: Option<String>,
    pub undo_of: Option<IntentId>,
    pub steps: Vec<NewStep>,
}

/// A step to take.
#[derive(Debug, Clone)]
pub struct NewStep {
    pub device: DeviceId,
    pub name: Option<Box<str>>,
    /// The state that the plan saw.
    pub expected: Lifecycle,
}

/// One intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    pub id: IntentId,
    pub wish: LifecycleMove,
    pub state: IntentState,
    /// Why it is held, as JSON that the caller wrote.
    pub why: Option<Box<str>>,
    pub created: Timestamp,
    pub changed: Timestamp,
    pub not_before: Option<Timestamp>,
    pub snapshot: SnapshotId,
    pub actor: Box<str>,
    pub note: Option<Box<str>>,
    pub undo_of: Option<IntentId>,
    /// The newest intent that takes this one back.
    pub undone_by: Option<IntentId>,
    /// How many steps are in each state, in the order of [`StepState::ALL`].
    pub counts: [u64; StepState::ALL.len()],
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub intent: IntentId,
    pub n: u32,
    pub device: DeviceId,
    pub name: Option<Box<str>>,
    pub expected: Lifecycle,
    pub state: StepState,
    /// The device's state as it was read last.
    pub found: Option<Box<str>>,
    /// The org's id of the request that was sent.
    pub request_id: Option<Box<str>>,
    /// What went wrong, as JSON that the caller wrote.
    pub failure: Option<Box<str>>,
    pub changed: Timestamp,
}

/// What becomes of a step. What is `None` stays as it was.
#[derive(Debug, Clone)]
pub struct StepChange {
    pub state: StepState,
    pub found: Option<Box<str>>,
    pub request_id: Option<Box<str>>,
    pub failure: Option<String>,
}

/// A queued intent, confirmed again.
#[derive(Debug, Clone)]
pub struct Again {
    /// What each step expects now.
    pub expected: Vec<(u32, Lifecycle)>,
    pub not_before: Option<Timestamp>,
    pub note: Option<String>,
}

const INTENT: &str = "i.id, i.wish, i.state, i.why, i.created, i.changed, i.not_before, i.snapshot, i.actor, i.note, i.undo_of,
    (SELECT max(u.id) FROM intent u WHERE u.undo_of = i.id)";
const STEP: &str = "intent, n, device, name, expected, state, found, request_id, failure, changed";

fn read_intent(row: &Row<'_>) -> rusqlite::Result<Intent> {
    let known =
        |at: usize| rusqlite::Error::InvalidColumnType(at, "name".into(), rusqlite::types::Type::Text);
    Ok(Intent {
        id: IntentId(row.get(0)?),
        wish: LifecycleMove::from_key(row.get_ref(1)?.as_str()?).ok_or_else(|| known(1))?,
        state: IntentState::from_key(row.get_ref(2)?.as_str()?).ok_or_else(|| known(2))?,
        why: row.get(3)?,
        created: Timestamp(row.get(4)?),
        changed: Timestamp(row.get(5)?),
        not_before: row.get::<_, Option<i64>>(6)?.map(Timestamp),
        snapshot: SnapshotId(row.get(7)?),
        actor: row.get(8)?,
        note: row.get(9)?,
        undo_of: row.get::<_, Option<i64>>(10)?.map(IntentId),
        undone_by: row.get::<_, Option<i64>>(11)?.map(IntentId),
        counts: Default::default(),
    })
}

fn read_step(row: &Row<'_>) -> rusqlite::Result<Step> {
    let known =
        |at: usize| rusqlite::Error::InvalidColumnType(at, "state".into(), rusqlite::types::Type::Text);
    Ok(Step {
        intent: IntentId(row.get(0)?),
        n: row.get(1)?,
        device: DeviceId(row.get(2)?),
        name: row.get(3)?,
        expected: Lifecycle::from(row.get_ref(4)?.as_str()?),
        state: StepState::from_key(row.get_ref(5)?.as_str()?).ok_or_else(|| known(5))?,
        found: row.get(6)?,
        request_id: row.get(7)?,
        failure: row.get(8)?,
        changed: Timestamp(row.get(9)?),
    })
}

/// Adds the counts of steps to intents, in one question for all.
fn count(connection: &Connection, intents: &mut [Intent]) -> rusqlite::Result<()> {
    let (Some(least), Some(most)) =
        (intents.iter().map(|i| i.id.0).min(), intents.iter().map(|i| i.id.0).max())
    else {
        return Ok(());
    };
    let mut statement = connection.prepare_cached(
        "SELECT intent, state, count(*) FROM intent_step WHERE intent BETWEEN ?1 AND ?2 GROUP BY intent, state",
    )?;
    let mut rows = statement.query([least, most])?;
    while let Some(row) = rows.next()? {
        let (id, state) = (IntentId(row.get(0)?), StepState::from_key(row.get_ref(1)?.as_str()?));
        let at = StepState::ALL.iter().position(|known| Some(*known) == state);
        if let (Some(intent), Some(at)) = (intents.iter_mut().find(|intent| intent.id == id), at) {
            intent.counts[at] = row.get(2)?;
        }
    }
    Ok(())
}

/// Runs `work` in a transaction that is on the disk when this returns, whatever happens to the machine.
pub(crate) fn durably<T>(store: &Store, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    let mut writer = store.writer();
    writer.pragma_update(None, "synchronous", "FULL")?;
    let result = (|| {
        let transaction = writer.transaction()?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    })();
    // Syncs go on as before: what they lose in a power cut they read again.
    writer.pragma_update(None, "synchronous", "NORMAL")?;
    result
}

impl Store {
    /// Begins an intent with all of its steps.
    pub fn begin_intent(&self, new: &NewIntent, now: Timestamp) -> Result<IntentId> {
        durably(self, |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO intent (wish, state, created, changed, not_before, snapshot, actor, note, undo_of)
                     VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute(params![
                    new.wish.key(),
                    new.state.key(),
                    now.0,
                    new.not_before.map(|t| t.0),
                    new.snapshot.0,
                    new.actor,
                    new.note,
                    new.undo_of.map(|id| id.0),
                ])?;
            let id = IntentId(connection.last_insert_rowid());
            let mut insert = connection.prepare_cached(
                "INSERT INTO intent_step (intent, n, device, name, expected, state, changed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for (n, step) in (1u32..).zip(&new.steps) {
                let (expected, state) = (step.expected.as_str(), StepState::Waiting.key());
                insert.execute(params![id.0, n, step.device.as_str(), step.name, expected, state, now.0])?;
            }
            let devices: Vec<&str> = new.steps.iter().map(|step| step.device.as_str()).collect();
            let body = json!({
                "wish": new.wish, "state": new.state, "snapshot": new.snapshot, "actor": new.actor, "note": new.note,
                "undo_of": new.undo_of, "devices": devices,
            });
            journal::append(
                connection,
                &NewEntry { at: now, kind: "intent", intent: Some(id), step: None, body: &body },
            )?;
            Ok(id)
        })
    }

    /// Moves an intent to another state, if it is in one of `from` still; whether it was. `why` is JSON of the caller's.
    pub fn set_intent(
        &self,
        id: IntentId,
        from: &[IntentState],
        to: IntentState,
        why: Option<&str>,
        now: Timestamp,
    ) -> Result<bool> {
        durably(self, |connection| {
            let state: Option<String> = connection
                .prepare_cached("SELECT state FROM intent WHERE id = ?1")?
                .query_row([id.0], |row| row.get(0))
                .optional()?;
            let known = state.as_deref().and_then(IntentState::from_key);
            if !known.is_some_and(|state| from.contains(&state)) {
                return Ok(false);
            }
            connection
                .prepare_cached("UPDATE intent SET state = ?2, why = ?3, changed = ?4 WHERE id = ?1")?
                .execute(params![id.0, to.key(), why, now.0])?;
            let why: Option<serde_json::Value> = why.and_then(|why| serde_json::from_str(why).ok());
            let body = json!({ "state": to, "why": why });
            journal::append(
                connection,
                &NewEntry { at: now, kind: "intent", intent: Some(id), step: None, body: &body },
            )?;
            Ok(true)
        })
    }

    /// Moves a step to another state.
    pub fn set_step(&self, id: IntentId, n: u32, change: &StepChange, now: Timestamp) -> Result<()> {
        durably(self, |connection| set_step(connection, id, n, change, now))
    }

    /// Claims a step for sending: only while its intent runs and nobody ended the step. False when it may not be sent any
    /// more; whoever paused or cancelled can then be sure that it is not.
    pub fn claim_step(&self, id: IntentId, n: u32, found: Option<Box<str>>, now: Timestamp) -> Result<bool> {
        durably(self, |connection| {
            let may: bool = connection
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM intent i JOIN intent_step s ON s.intent = i.id
                     WHERE i.id = ?1 AND s.n = ?2 AND i.state = 'running' AND s.state = 'waiting')",
                )?
                .query_row(params![id.0, n], |row| row.get(0))?;
            if may {
                let change = StepChange { state: StepState::Sending, found, request_id: None, failure: None };
                set_step(connection, id, n, &change, now)?;
            }
            Ok(may)
        })
    }

    /// Puts a claimed step back that certainly did nothing: to be sent later, or never if its intent was cancelled meanwhile.
    pub fn put_step_back(
        &self,
        id: IntentId,
        n: u32,
        change: &StepChange,
        now: Timestamp,
    ) -> Result<StepState> {
        durably(self, |connection| {
            let cancelled: bool = connection
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM intent WHERE id = ?1 AND state = 'cancelled')")?
                .query_row([id.0], |row| row.get(0))?;
            let state = if cancelled { StepState::Cancelled } else { StepState::Waiting };
            set_step(connection, id, n, &StepChange { state, ..change.clone() }, now)?;
            Ok(state)
        })
    }

    /// Ends an open intent with every step that was not sent, in one; whether it was open.
    pub fn cancel_intent(&self, id: IntentId, now: Timestamp) -> Result<bool> {
        durably(self, |connection| {
            let ended = connection
                .prepare_cached(
                    "UPDATE intent SET state = 'cancelled', why = NULL, changed = ?2
                     WHERE id = ?1 AND state NOT IN ('done', 'cancelled')",
                )?
                .execute(params![id.0, now.0])?;
            if ended == 0 {
                return Ok(false);
            }
            let steps = connection
                .prepare_cached(
                    "UPDATE intent_step SET state = 'cancelled', changed = ?2 WHERE intent = ?1 AND state = 'waiting'",
                )?
                .execute(params![id.0, now.0])?;
            let body = json!({ "state": IntentState::Cancelled, "cancelled_steps": steps });
            journal::append(
                connection,
                &NewEntry { at: now, kind: "intent", intent: Some(id), step: None, body: &body },
            )?;
            Ok(true)
        })
    }

    /// Makes the waiting steps of a queued intent expect what a later look found, and takes the new confirmation's note and time.
    pub fn expect_again(&self, id: IntentId, again: &Again, now: Timestamp) -> Result<()> {
        durably(self, |connection| {
            let mut update = connection.prepare_cached(
                "UPDATE intent_step SET expected = ?3, changed = ?4 WHERE intent = ?1 AND n = ?2 AND state = 'waiting'",
            )?;
            for (n, expected) in &again.expected {
                update.execute(params![id.0, n, expected.as_str(), now.0])?;
            }
            connection
                .prepare_cached("UPDATE intent SET not_before = ?2, note = coalesce(?3, note) WHERE id = ?1")?
                .execute(params![id.0, again.not_before.map(|at| at.0), again.note])?;
            let body = json!({ "confirmed_again": again.expected.len(), "note": again.note });
            journal::append(
                connection,
                &NewEntry { at: now, kind: "intent", intent: Some(id), step: None, body: &body },
            )
        })
    }

    /// Intents, newest first.
    pub fn intents(&self, offset: u64, limit: usize) -> Result<Vec<Intent>> {
        self.read_intents(
            &format!("SELECT {INTENT} FROM intent i ORDER BY i.id DESC LIMIT ?1 OFFSET ?2"),
            &[limit as i64, offset as i64],
        )
    }

    /// Intents that something may still become of, oldest first.
    pub fn open_intents(&self) -> Result<Vec<Intent>> {
        self.read_intents(
            &format!(
                "SELECT {INTENT} FROM intent i WHERE i.state NOT IN ('done', 'cancelled') ORDER BY i.id"
            ),
            &[],
        )
    }

    /// Intents, ended ones too, with a step of which nobody knows whether it arrived.
    pub fn intents_with_lost_steps(&self) -> Result<Vec<Intent>> {
        self.read_intents(
            &format!(
                "SELECT {INTENT} FROM intent i WHERE i.id IN (
                    SELECT intent FROM intent_step WHERE state IN ('sending', 'unknown')) ORDER BY i.id"
            ),
            &[],
        )
    }

    /// How many intents there ever were.
    pub fn intent_count(&self) -> Result<u64> {
        Ok(self.reader()?.prepare_cached("SELECT count(*) FROM intent")?.query_row([], |row| row.get(0))?)
    }

    /// One intent.
    pub fn intent(&self, id: IntentId) -> Result<Option<Intent>> {
        let found = self.read_intents(&format!("SELECT {INTENT} FROM intent i WHERE i.id = ?1"), &[id.0])?;
        Ok(found.into_iter().next())
    }

    fn read_intents(&self, sql: &str, params: &[i64]) -> Result<Vec<Intent>> {
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        let mut statement = reader.prepare_cached(sql)?;
        let rows = statement.query_map(rusqlite::params_from_iter(params), read_intent)?;
        let mut intents: Vec<Intent> = rows.collect::<rusqlite::Result<_>>()?;
        count(&reader, &mut intents)?;
        Ok(intents)
    }

    /// Steps of an intent, in order; only those in `state` if one is named.
    pub fn steps(
        &self,
        id: IntentId,
        state: Option<StepState>,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<Step>> {
        let reader = self.reader()?;
        let which = if state.is_some() { "AND state = ?4" } else { "AND ?4 IS NULL" };
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {STEP} FROM intent_step WHERE intent = ?1 {which} ORDER BY n LIMIT ?2 OFFSET ?3"
        ))?;
        let rows = statement
            .query_map(params![id.0, limit as i64, offset as i64, state.map(StepState::key)], read_step)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The latest steps about a device, newest first.
    pub fn steps_of_device(&self, device: &DeviceId, limit: usize) -> Result<Vec<(Step, LifecycleMove)>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT s.intent, s.n, s.device, s.name, s.expected, s.state, s.found, s.request_id, s.failure, s.changed, i.wish
             FROM intent_step s JOIN intent i ON i.id = s.intent WHERE s.device = ?1 ORDER BY s.intent DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![device.as_str(), limit as i64], |row| {
            let wish = LifecycleMove::from_key(row.get_ref(10)?.as_str()?);
            wish.map(|wish| Ok::<_, rusqlite::Error>((read_step(row)?, wish))).transpose()
        })?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
    }
}

fn set_step(
    connection: &Connection,
    id: IntentId,
    n: u32,
    change: &StepChange,
    now: Timestamp,
) -> Result<()> {
    let StepChange { state, found, request_id, failure } = change;
    connection
        .prepare_cached(
            "UPDATE intent_step SET state = ?3, found = coalesce(?4, found), request_id = coalesce(?5, request_id),
                failure = ?6, changed = ?7
             WHERE intent = ?1 AND n = ?2",
        )?
        .execute(params![id.0, n, state.key(), found, request_id, failure, now.0])?;
    connection
        .prepare_cached("UPDATE intent SET changed = ?2 WHERE id = ?1")?
        .execute(params![id.0, now.0])?;
    let device: String = connection
        .prepare_cached("SELECT device FROM intent_step WHERE intent = ?1 AND n = ?2")?
        .query_row(params![id.0, n], |row| row.get(0))?;
    let failure: Option<serde_json::Value> = failure.as_deref().and_then(|f| serde_json::from_str(f).ok());
    let body = json!({
        "device": device, "state": state, "found": found, "request_id": request_id, "failure": failure,
    });
    journal::append(
        connection,
        &NewEntry { at: now, kind: "step", intent: Some(id), step: Some(n), body: &body },
    )
}

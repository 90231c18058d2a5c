//! Containments and their steps: which people, which acts, and how far each is. Every change is written together with its entry
//! in the same journal as other changes, and is on the disk before this returns: a step that is about to be sent must not be
//! forgotten by a power cut.
//!
//! Knows nothing of what a state means; that is decided in `domain::intent`. Reading is in `containment_read`.

use crate::intent::durably;
use crate::journal::{self, NewEntry};
use crate::{Result, Store};
use domain::{
    ContainAct, ContainExpected, ContainmentId, DeviceId, IntentState, SnapshotId, StepState, Timestamp,
    UserId,
};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json};

/// `sent` is set from the claim on, `accepted` once the org said yes, `evidence` is the event that proves it.
pub(crate) const V6: &str = "
    CREATE TABLE containment (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        acts TEXT NOT NULL,
        state TEXT NOT NULL,
        why TEXT,
        people INTEGER NOT NULL,
        only_name TEXT,
        created INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        snapshot INTEGER NOT NULL,
        actor TEXT NOT NULL,
        note TEXT,
        evidence_case INTEGER
    ) STRICT;
    CREATE INDEX containment_open ON containment (id) WHERE state NOT IN ('done', 'cancelled');
    CREATE TABLE containment_step (
        containment INTEGER NOT NULL,
        n INTEGER NOT NULL,
        user TEXT NOT NULL,
        user_name TEXT,
        act TEXT NOT NULL,
        device TEXT,
        device_name TEXT,
        expected TEXT NOT NULL,
        state TEXT NOT NULL,
        before TEXT,
        after TEXT,
        request_id TEXT,
        failure TEXT,
        sent INTEGER,
        accepted INTEGER,
        evidence TEXT,
        changed INTEGER NOT NULL,
        PRIMARY KEY (containment, n)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX containment_step_state ON containment_step (containment, state, n);
    CREATE INDEX containment_step_lost ON containment_step (containment) WHERE state IN ('sending', 'unknown');
    CREATE INDEX containment_step_user ON containment_step (user, containment);
    CREATE INDEX containment_step_device ON containment_step (device, containment) WHERE device IS NOT NULL;
    CREATE INDEX containment_step_evidence ON containment_step (evidence) WHERE evidence IS NOT NULL;
";

/// A containment to begin. Its steps are carried out in their order here.
#[derive(Debug, Clone)]
pub struct NewContainment {
    pub acts: Vec<ContainAct>,
    pub people: u64,
    /// The name of the only person.
    pub only: Option<String>,
    /// The snapshot that it was planned from.
    pub snapshot: SnapshotId,
    /// Who asked: what the org knows them by.
    pub actor: String,
    pub note: Option<String>,
    /// The case that holds the evidence.
    pub case: Option<i64>,
    pub steps: Vec<NewContainStep>,
}

/// A step to take.
#[derive(Debug, Clone)]
pub struct NewContainStep {
    pub user: UserId,
    pub user_name: Option<Box<str>>,
    pub act: ContainAct,
    pub device: Option<(DeviceId, Option<Box<str>>)>,
    /// What the plan saw.
    pub expected: ContainExpected,
}

/// What becomes of a step. What is `None` stays as it was, but `failure`.
#[derive(Debug, Clone)]
pub struct ContainChange {
    pub state: StepState,
    pub before: Option<Box<str>>,
    pub after: Option<Box<str>>,
    pub request_id: Option<Box<str>>,
    pub failure: Option<String>,
    /// When the org said yes.
    pub accepted: Option<Timestamp>,
    /// The event that proves it.
    pub evidence: Option<Box<str>>,
}

impl ContainChange {
    /// A state and nothing else.
    pub fn to(state: StepState) -> Self {
        let (before, after, request_id, failure, accepted, evidence) = (None, None, None, None, None, None);
        Self { state, before, after, request_id, failure, accepted, evidence }
    }
}

/// Appends an entry about a containment. Its number stands in the body: the journal's own column is for intents.
fn note(connection: &Connection, at: Timestamp, step: Option<u32>, body: &Value) -> Result<()> {
    journal::append(connection, &NewEntry { at, kind: "containment", intent: None, step, body })
}

/// JSON of the caller's, as a value; null where it is none.
fn value(text: Option<&str>) -> Value {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

impl Store {
    /// Begins a containment with all of its steps; it runs from here on.
    pub fn begin_containment(&self, new: &NewContainment, now: Timestamp) -> Result<ContainmentId> {
        durably(self, |connection| {
            // Acts are words and flags: they always have a JSON form.
            let acts = json!(new.acts);
            connection
                .prepare_cached(
                    "INSERT INTO containment (acts, state, people, only_name, created, changed, snapshot, actor, note, evidence_case)
                     VALUES (?1, 'running', ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute(params![
                    acts.to_string(),
                    new.people,
                    new.only,
                    now.0,
                    new.snapshot.0,
                    new.actor,
                    new.note,
                    new.case,
                ])?;
            let id = ContainmentId(connection.last_insert_rowid());
            let mut insert = connection.prepare_cached(
                "INSERT INTO containment_step (containment, n, user, user_name, act, device, device_name, expected, state, changed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'waiting', ?9)",
            )?;
            let mut steps = Vec::with_capacity(new.steps.len());
            for (n, step) in (1u32..).zip(&new.steps) {
                let device = step.device.as_ref();
                insert.execute(params![
                    id.0,
                    n,
                    step.user.as_str(),
                    step.user_name,
                    json!(step.act).to_string(),
                    device.map(|(id, _)| id.as_str()),
                    device.and_then(|(_, name)| name.as_deref()),
                    json!(step.expected).to_string(),
                    now.0,
                ])?;
                steps.push(
                    json!({ "user": step.user, "act": step.act.key(), "device": device.map(|(id, _)| id) }),
                );
            }
            let body = json!({
                "containment": id, "state": IntentState::Running, "acts": acts, "snapshot": new.snapshot,
                "actor": new.actor, "note": new.note, "case": new.case, "steps": steps,
            });
            note(connection, now, None, &body)?;
            Ok(id)
        })
    }

    /// Moves a containment to another state, if it is in one of `from` still; whether it was. `why` is JSON of the caller's.
    pub fn set_containment(
        &self,
        id: ContainmentId,
        from: &[IntentState],
        to: IntentState,
        why: Option<&str>,
        now: Timestamp,
    ) -> Result<bool> {
        durably(self, |connection| {
            let state: Option<String> = connection
                .prepare_cached("SELECT state FROM containment WHERE id = ?1")?
                .query_row([id.0], |row| row.get(0))
                .optional()?;
            let known = state.as_deref().and_then(IntentState::from_key);
            if !known.is_some_and(|state| from.contains(&state)) {
                return Ok(false);
            }
            connection
                .prepare_cached("UPDATE containment SET state = ?2, why = ?3, changed = ?4 WHERE id = ?1")?
                .execute(params![id.0, to.key(), why, now.0])?;
            note(connection, now, None, &json!({ "containment": id, "state": to, "why": value(why) }))?;
            Ok(true)
        })
    }

    /// Claims a step for sending: only while its containment runs and nobody ended the step. False when it may not be sent any
    /// more; whoever held or cancelled it can then be sure that it is not.
    pub fn claim_contain_step(
        &self,
        id: ContainmentId,
        n: u32,
        before: Option<Box<str>>,
        now: Timestamp,
    ) -> Result<bool> {
        durably(self, |connection| {
            let may: bool = connection
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM containment c JOIN containment_step s ON s.containment = c.id
                     WHERE c.id = ?1 AND s.n = ?2 AND c.state = 'running' AND s.state = 'waiting')",
                )?
                .query_row(params![id.0, n], |row| row.get(0))?;
            if may {
                let change = ContainChange { before, ..ContainChange::to(StepState::Sending) };
                set_step(connection, id, n, &change, now)?;
                connection
                    .prepare_cached(
                        "UPDATE containment_step SET sent = ?3 WHERE containment = ?1 AND n = ?2",
                    )?
                    .execute(params![id.0, n, now.0])?;
            }
            Ok(may)
        })
    }

    /// Writes how far a step is.
    pub fn set_contain_step(
        &self,
        id: ContainmentId,
        n: u32,
        change: &ContainChange,
        now: Timestamp,
    ) -> Result<()> {
        durably(self, |connection| set_step(connection, id, n, change, now))
    }

    /// Puts a claimed step back that certainly did nothing: to be sent later, or never if it was cancelled meanwhile.
    pub fn put_contain_step_back(
        &self,
        id: ContainmentId,
        n: u32,
        change: &ContainChange,
        now: Timestamp,
    ) -> Result<StepState> {
        durably(self, |connection| {
            let cancelled: bool = connection
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM containment WHERE id = ?1 AND state = 'cancelled')",
                )?
                .query_row([id.0], |row| row.get(0))?;
            let state = if cancelled { StepState::Cancelled } else { StepState::Waiting };
            set_step(connection, id, n, &ContainChange { state, ..change.clone() }, now)?;
            connection
                .prepare_cached("UPDATE containment_step SET sent = NULL WHERE containment = ?1 AND n = ?2")?
                .execute(params![id.0, n])?;
            Ok(state)
        })
    }

    /// Ends an open containment with every step that was not sent, in one; whether it was open.
    pub fn cancel_containment(&self, id: ContainmentId, now: Timestamp) -> Result<bool> {
        durably(self, |connection| {
            let ended = connection
                .prepare_cached(
                    "UPDATE containment SET state = 'cancelled', why = NULL, changed = ?2
                     WHERE id = ?1 AND state NOT IN ('done', 'cancelled')",
                )?
                .execute(params![id.0, now.0])?;
            if ended == 0 {
                return Ok(false);
            }
            let steps = connection
                .prepare_cached(
                    "UPDATE containment_step SET state = 'cancelled', changed = ?2
                     WHERE containment = ?1 AND state = 'waiting'",
                )?
                .execute(params![id.0, now.0])?;
            let body =
                json!({ "containment": id, "state": IntentState::Cancelled, "cancelled_steps": steps });
            note(connection, now, None, &body)?;
            Ok(true)
        })
    }
}

fn set_step(
    connection: &Connection,
    id: ContainmentId,
    n: u32,
    change: &ContainChange,
    now: Timestamp,
) -> Result<()> {
    let ContainChange { state, before, after, request_id, failure, accepted, evidence } = change;
    connection
        .prepare_cached(
            "UPDATE containment_step SET state = ?3, before = coalesce(?4, before), after = coalesce(?5, after),
                request_id = coalesce(?6, request_id), failure = ?7, accepted = coalesce(?8, accepted),
                evidence = coalesce(?9, evidence), changed = ?10
             WHERE containment = ?1 AND n = ?2",
        )?
        .execute(params![
            id.0,
            n,
            state.key(),
            before,
            after,
            request_id,
            failure,
            accepted.map(|at| at.0),
            evidence,
            now.0
        ])?;
    connection
        .prepare_cached("UPDATE containment SET changed = ?2 WHERE id = ?1")?
        .execute(params![id.0, now.0])?;
    let (user, act, device): (String, String, Option<String>) = connection
        .prepare_cached("SELECT user, act, device FROM containment_step WHERE containment = ?1 AND n = ?2")?
        .query_row(params![id.0, n], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let body = json!({
        "containment": id, "user": user, "act": value(Some(&act)), "device": device, "state": state, "before": before,
        "after": after, "request_id": request_id, "failure": value(failure.as_deref()), "accepted": accepted,
        "evidence": evidence,
    });
    note(connection, now, Some(n), &body)
}

//! Reading containments and their steps back. Knows nothing of what a state means.

use crate::{Result, Store};
use domain::{
    ContainAct, ContainExpected, ContainmentId, DeviceId, IntentState, SnapshotId, StepState, Timestamp,
    UserId,
};
use rusqlite::{Connection, Row, ToSql, params, types::Type};
use std::collections::HashSet;

/// One containment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Containment {
    pub id: ContainmentId,
    pub acts: Vec<ContainAct>,
    pub state: IntentState,
    /// Why it is held, as JSON that the caller wrote.
    pub why: Option<Box<str>>,
    pub people: u64,
    pub only: Option<Box<str>>,
    pub created: Timestamp,
    pub changed: Timestamp,
    pub snapshot: SnapshotId,
    pub actor: Box<str>,
    pub note: Option<Box<str>>,
    pub case: Option<i64>,
    /// How many steps are in each state, in the order of [`StepState::ALL`].
    pub counts: [u64; StepState::ALL.len()],
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainStep {
    pub containment: ContainmentId,
    pub n: u32,
    pub user: UserId,
    pub user_name: Option<Box<str>>,
    pub act: ContainAct,
    pub device: Option<DeviceId>,
    pub device_name: Option<Box<str>>,
    pub expected: ContainExpected,
    pub state: StepState,
    /// What was read before the request, and last.
    pub before: Option<Box<str>>,
    pub after: Option<Box<str>>,
    pub request_id: Option<Box<str>>,
    /// What went wrong, as JSON that the caller wrote.
    pub failure: Option<Box<str>>,
    /// From when on it may have been sent.
    pub sent: Option<Timestamp>,
    /// When the org said yes.
    pub accepted: Option<Timestamp>,
    /// The event that proves it, by uuid.
    pub evidence: Option<Box<str>>,
    pub changed: Timestamp,
}

const ROW: &str =
    "c.id, c.acts, c.state, c.why, c.people, c.only_name, c.created, c.changed, c.snapshot, c.actor, c.note,
    c.evidence_case";
const STEP: &str =
    "s.containment, s.n, s.user, s.user_name, s.act, s.device, s.device_name, s.expected, s.state, s.before,
    s.after, s.request_id, s.failure, s.sent, s.accepted, s.evidence, s.changed";

fn unknown(at: usize) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(at, "name".into(), Type::Text)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Containment> {
    Ok(Containment {
        id: ContainmentId(row.get(0)?),
        acts: serde_json::from_str(row.get_ref(1)?.as_str()?).map_err(|_| unknown(1))?,
        state: IntentState::from_key(row.get_ref(2)?.as_str()?).ok_or_else(|| unknown(2))?,
        why: row.get(3)?,
        people: row.get(4)?,
        only: row.get(5)?,
        created: Timestamp(row.get(6)?),
        changed: Timestamp(row.get(7)?),
        snapshot: SnapshotId(row.get(8)?),
        actor: row.get(9)?,
        note: row.get(10)?,
        case: row.get(11)?,
        counts: Default::default(),
    })
}

fn read_step(row: &Row<'_>) -> rusqlite::Result<ContainStep> {
    let time = |at| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.map(Timestamp));
    Ok(ContainStep {
        containment: ContainmentId(row.get(0)?),
        n: row.get(1)?,
        user: UserId(row.get(2)?),
        user_name: row.get(3)?,
        act: serde_json::from_str(row.get_ref(4)?.as_str()?).map_err(|_| unknown(4))?,
        device: row.get::<_, Option<Box<str>>>(5)?.map(DeviceId),
        device_name: row.get(6)?,
        expected: serde_json::from_str(row.get_ref(7)?.as_str()?).map_err(|_| unknown(7))?,
        state: StepState::from_key(row.get_ref(8)?.as_str()?).ok_or_else(|| unknown(8))?,
        before: row.get(9)?,
        after: row.get(10)?,
        request_id: row.get(11)?,
        failure: row.get(12)?,
        sent: time(13)?,
        accepted: time(14)?,
        evidence: row.get(15)?,
        changed: Timestamp(row.get(16)?),
    })
}

/// Adds the counts of steps, in one question for all.
fn count(connection: &Connection, found: &mut [Containment]) -> rusqlite::Result<()> {
    let (Some(least), Some(most)) = (found.iter().map(|c| c.id.0).min(), found.iter().map(|c| c.id.0).max())
    else {
        return Ok(());
    };
    let mut statement = connection.prepare_cached(
        "SELECT containment, state, count(*) FROM containment_step WHERE containment BETWEEN ?1 AND ?2
         GROUP BY containment, state",
    )?;
    let mut rows = statement.query([least, most])?;
    while let Some(row) = rows.next()? {
        let (id, state) = (ContainmentId(row.get(0)?), StepState::from_key(row.get_ref(1)?.as_str()?));
        let at = StepState::ALL.iter().position(|known| Some(*known) == state);
        if let (Some(one), Some(at)) = (found.iter_mut().find(|one| one.id == id), at) {
            one.counts[at] = row.get(2)?;
        }
    }
    Ok(())
}

impl Store {
    /// Containments, newest first; only those about a person if one is named.
    pub fn containments(&self, user: Option<&UserId>, offset: u64, limit: usize) -> Result<Vec<Containment>> {
        let sql = format!(
            "SELECT {ROW} FROM containment c WHERE ?1 IS NULL OR c.id IN (
                SELECT containment FROM containment_step WHERE user = ?1)
             ORDER BY c.id DESC LIMIT ?2 OFFSET ?3"
        );
        self.read_containments(&sql, params![user.map(UserId::as_str), limit as i64, offset as i64])
    }

    /// How many there ever were; only those about a person if one is named.
    pub fn containment_count(&self, user: Option<&UserId>) -> Result<u64> {
        let reader = self.reader()?;
        let sql = match user {
            Some(_) => "SELECT count(DISTINCT containment) FROM containment_step WHERE user = ?1",
            None => "SELECT count(*) FROM containment WHERE ?1 IS NULL",
        };
        let mut statement = reader.prepare_cached(sql)?;
        Ok(statement.query_row([user.map(UserId::as_str)], |row| row.get(0))?)
    }

    /// Containments that something may still become of, oldest first.
    pub fn open_containments(&self) -> Result<Vec<Containment>> {
        let sql = format!(
            "SELECT {ROW} FROM containment c WHERE c.state NOT IN ('done', 'cancelled') ORDER BY c.id"
        );
        self.read_containments(&sql, params![])
    }

    /// One containment.
    pub fn containment(&self, id: ContainmentId) -> Result<Option<Containment>> {
        let sql = format!("SELECT {ROW} FROM containment c WHERE c.id = ?1");
        Ok(self.read_containments(&sql, params![id.0])?.into_iter().next())
    }

    fn read_containments(&self, sql: &str, params: &[&dyn ToSql]) -> Result<Vec<Containment>> {
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        let mut statement = reader.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?;
        let mut found: Vec<Containment> = rows.collect::<rusqlite::Result<_>>()?;
        count(&reader, &mut found)?;
        Ok(found)
    }

    /// Steps of a containment, in their order; only those in `state` if one is named.
    pub fn contain_steps(
        &self,
        id: ContainmentId,
        state: Option<StepState>,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<ContainStep>> {
        let which = if state.is_some() { "AND s.state = ?4" } else { "AND ?4 IS NULL" };
        let sql = format!(
            "SELECT {STEP} FROM containment_step s WHERE s.containment = ?1 {which} ORDER BY s.n LIMIT ?2 OFFSET ?3"
        );
        let state = state.map(StepState::key);
        self.read_contain_steps(&sql, params![id.0, limit as i64, offset as i64, state])
    }

    /// Steps, of ended containments too, of which nobody knows whether they arrived.
    pub fn lost_contain_steps(&self) -> Result<Vec<ContainStep>> {
        let sql = format!(
            "SELECT {STEP} FROM containment_step s WHERE s.state IN ('sending', 'unknown')
             ORDER BY s.containment, s.n"
        );
        self.read_contain_steps(&sql, params![])
    }

    /// Steps that may have been sent, newest first; only those about a person if one is named.
    pub fn sent_contain_steps(&self, user: Option<&UserId>, limit: usize) -> Result<Vec<ContainStep>> {
        let sql = format!(
            "SELECT {STEP} FROM containment_step s WHERE s.sent IS NOT NULL AND (?1 IS NULL OR s.user = ?1)
             ORDER BY s.containment DESC, s.n LIMIT ?2"
        );
        self.read_contain_steps(&sql, params![user.map(UserId::as_str), limit as i64])
    }

    fn read_contain_steps(&self, sql: &str, params: &[&dyn ToSql]) -> Result<Vec<ContainStep>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(sql)?;
        let rows = statement.query_map(params, read_step)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Events that prove a step already: none proves two.
    pub fn used_evidence(&self) -> Result<HashSet<Box<str>>> {
        let reader = self.reader()?;
        let mut statement =
            reader.prepare_cached("SELECT evidence FROM containment_step WHERE evidence IS NOT NULL")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ContainChange, Key, Location, NewContainStep, NewContainment};
    use domain::UserStatus;

    fn store() -> Store {
        Store::open(&Location::Memory, &Key::new([0; 32])).expect("memory is always there")
    }

    fn begin(store: &Store) -> ContainmentId {
        let step = |user: &str, act: ContainAct| NewContainStep {
            user: user.into(),
            user_name: Some("Ada".into()),
            act,
            device: None,
            expected: ContainExpected::Account(UserStatus::Active),
        };
        let acts = vec![ContainAct::UniversalLogout, ContainAct::SuspendUser];
        let new = NewContainment {
            steps: acts
                .iter()
                .flat_map(|act| [step("00u1", act.clone()), step("00u2", act.clone())])
                .collect(),
            acts,
            people: 2,
            only: None,
            snapshot: SnapshotId(1),
            actor: "me".into(),
            note: Some("why".into()),
            case: Some(4),
        };
        store.begin_containment(&new, Timestamp(1)).expect("written")
    }

    fn entries(store: &Store) -> u64 {
        let check = store.check_journal().expect("reads");
        assert_eq!(check.broken, None);
        check.entries
    }

    fn states(store: &Store, id: ContainmentId) -> Vec<StepState> {
        store.contain_steps(id, None, 0, 99).expect("reads").into_iter().map(|step| step.state).collect()
    }

    #[test]
    fn it_comes_back_as_it_was_written_with_an_entry_for_each_state() {
        let store = store();
        let id = begin(&store);
        let one = store.containment(id).expect("reads").expect("is there");
        assert_eq!((one.state, one.people, one.case, one.counts[0]), (IntentState::Running, 2, Some(4), 4));
        assert!(store.claim_contain_step(id, 1, Some("ACTIVE".into()), Timestamp(2)).expect("written"));
        assert_eq!(store.lost_contain_steps().expect("reads").len(), 1);
        let taken = ContainChange { accepted: Some(Timestamp(3)), ..ContainChange::to(StepState::Unknown) };
        store.set_contain_step(id, 1, &taken, Timestamp(3)).expect("written");
        let proven = ContainChange { evidence: Some("e1".into()), ..ContainChange::to(StepState::Verified) };
        store.set_contain_step(id, 1, &proven, Timestamp(4)).expect("written");
        let step = store.contain_steps(id, None, 0, 1).expect("reads").remove(0);
        assert_eq!((step.sent, step.accepted), (Some(Timestamp(2)), Some(Timestamp(3))));
        assert_eq!((step.before.as_deref(), step.evidence.as_deref()), (Some("ACTIVE"), Some("e1")));
        assert!(store.used_evidence().expect("reads").contains("e1"));
        assert_eq!(entries(&store), 4);
        assert_eq!(store.containments(Some(&"00u2".into()), 0, 9).expect("reads").len(), 1);
        assert_eq!(store.containment_count(Some(&"00u3".into())).expect("reads"), 0);
        assert_eq!(store.sent_contain_steps(Some(&"00u1".into()), 9).expect("reads").len(), 1);
    }

    #[test]
    fn only_what_runs_and_was_not_sent_is_claimed() {
        let store = store();
        let id = begin(&store);
        let claim = |n| store.claim_contain_step(id, n, None, Timestamp(9)).expect("written");
        let set = |from, to| store.set_containment(id, &[from], to, None, Timestamp(5)).expect("written");
        assert!(claim(1) && !claim(1), "once");
        assert!(set(IntentState::Running, IntentState::Paused));
        assert!(!claim(2), "held");
        assert!(set(IntentState::Paused, IntentState::Running) && claim(2));
        assert!(store.cancel_containment(id, Timestamp(6)).expect("written"));
        assert!(!claim(3), "cancelled");
        let sending = StepState::Sending;
        assert_eq!(states(&store, id), [sending, sending, StepState::Cancelled, StepState::Cancelled]);
        let before = entries(&store);
        assert!(!store.cancel_containment(id, Timestamp(7)).expect("reads"));
        assert_eq!(entries(&store), before);
    }

    #[test]
    fn a_step_that_was_turned_away_is_as_if_never_sent() {
        let store = store();
        let id = begin(&store);
        let back = || {
            let change = ContainChange::to(StepState::Waiting);
            store.put_contain_step_back(id, 1, &change, Timestamp(4)).expect("written")
        };
        assert!(store.claim_contain_step(id, 1, None, Timestamp(2)).expect("written"));
        assert_eq!(back(), StepState::Waiting);
        assert_eq!(store.contain_steps(id, None, 0, 1).expect("reads")[0].sent, None);
        assert!(store.claim_contain_step(id, 1, None, Timestamp(2)).expect("written"));
        assert!(store.cancel_containment(id, Timestamp(3)).expect("written"));
        assert_eq!(back(), StepState::Cancelled, "what was cancelled meanwhile is never sent");
    }
}

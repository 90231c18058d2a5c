//! What the queue needs of people's accounts: all of them in one view of the file, whatever their number.

use crate::{Result, Store, user, user_risk};
use domain::{SnapshotId, Timestamp, User, UserId, UserRisk};
use rusqlite::{OptionalExtension, params};
use std::collections::{HashMap, HashSet};

/// A person's account and how many devices they have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriageAccount {
    pub user: User,
    /// `None` where the devices were never read.
    pub devices: Option<u32>,
}

impl Store {
    /// The accounts of these people; those that the snapshot does not have are left out.
    pub fn triage_accounts<'u>(
        &self,
        at: SnapshotId,
        users: impl Iterator<Item = &'u UserId>,
    ) -> Result<HashMap<UserId, TriageAccount>> {
        let people = self.people(at)?;
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {}, u.pk FROM user_id i JOIN user u ON u.pk = i.pk
             WHERE i.okta = ?1 AND u.valid_from <= ?2 AND u.valid_to > ?2",
            user::ROW
        ))?;
        let mut found = HashMap::new();
        for id in users {
            let row = statement.query_row(params![id.as_str(), at.0], |row| {
                Ok((user::read_row(row)?, row.get::<_, u32>("pk")?))
            });
            if let Some((user, pk)) = row.optional()? {
                found.insert(id.clone(), TriageAccount { user, devices: people.devices_of(pk) });
            }
        }
        Ok(found)
    }

    /// What was told of people's levels up to a snapshot, and whether it is what holds in it.
    pub fn told_risks(&self, at: SnapshotId) -> Result<Vec<(UserRisk, bool)>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {}, r.valid_to > ?1 FROM user_risk r JOIN user_id i ON i.pk = r.pk
             WHERE r.valid_from <= ?1 AND r.valid_to > r.valid_from",
            user_risk::ROW
        ))?;
        let rows = statement.query_map([at.0], |row| Ok((user_risk::read_row(row)?, row.get(5)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One person that any sync brought, if there is one.
    pub fn anybody(&self) -> Result<Option<UserId>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached("SELECT okta FROM user_id ORDER BY pk LIMIT 1")?;
        Ok(statement.query_row([], |row| row.get(0).map(UserId)).optional()?)
    }

    /// Every answer that is kept to a question about people: who, and what was answered. Refusals are left out.
    pub fn kept_answers(&self, what: &str) -> Result<Vec<(UserId, String)>> {
        let reader = self.reader()?;
        let mut statement = reader
            .prepare_cached("SELECT user, answer FROM user_access WHERE what = ?1 AND answer IS NOT NULL")?;
        let rows = statement.query_map([what], |row| Ok((UserId(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whom the org was asked this about since then, refusals included.
    pub fn asked_since(&self, what: &str, since: Timestamp) -> Result<HashSet<UserId>> {
        let reader = self.reader()?;
        let mut statement =
            reader.prepare_cached("SELECT user FROM user_access WHERE what = ?1 AND observed >= ?2")?;
        let rows = statement.query_map(params![what, since.0], |row| row.get(0).map(UserId))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Changes whenever an answer about people is kept.
    pub fn kept_answers_mark(&self) -> Result<(i64, i64)> {
        let reader = self.reader()?;
        let mut statement =
            reader.prepare_cached("SELECT count(*), coalesce(max(observed), 0) FROM user_access")?;
        Ok(statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }
}

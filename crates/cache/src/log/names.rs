//! What the ids in events are called in a snapshot: one question for all of a page.

use crate::{Result, Store, user};
use domain::{ObjectKind, SnapshotId};
use rusqlite::{Connection, params};
use std::collections::{BTreeSet, HashMap};

/// Names by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogNames {
    pub users: HashMap<Box<str>, String>,
    pub devices: HashMap<Box<str>, String>,
    pub apps: HashMap<Box<str>, String>,
}

impl Store {
    /// What these are called; who is not in the snapshot, or has no name there, is left out.
    pub fn log_names(
        &self,
        at: SnapshotId,
        users: &BTreeSet<&str>,
        devices: &BTreeSet<&str>,
        apps: &BTreeSet<&str>,
    ) -> Result<LogNames> {
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        let mut names = LogNames::default();
        if !users.is_empty() {
            let sql = format!(
                "SELECT {} FROM json_each(?1) j CROSS JOIN user_id i ON i.okta = j.value JOIN user u ON u.pk = i.pk
                 WHERE u.valid_from <= ?2 AND u.valid_to > ?2",
                user::ROW
            );
            let mut statement = reader.prepare_cached(&sql)?;
            for user in statement.query_map(params![list(users), at.0], user::read_row)? {
                let user = user?;
                names.users.insert(user.id.as_str().into(), user.name());
            }
        }
        if !devices.is_empty() {
            let sql = "SELECT i.okta, d.name FROM json_each(?1) j CROSS JOIN device_id i ON i.okta = j.value
                JOIN device d ON d.pk = i.pk
                WHERE d.valid_from <= ?2 AND d.valid_to > ?2 AND d.name IS NOT NULL AND trim(d.name) <> ''";
            names.devices = pairs(&reader, sql, &list(devices), at)?;
        }
        if !apps.is_empty() {
            let sql = format!(
                "SELECT o.okta, o.name FROM json_each(?1) j CROSS JOIN object_id i ON i.okta = '{}/' || j.value
                 JOIN object o ON o.pk = i.pk WHERE o.valid_from <= ?2 AND o.valid_to > ?2",
                ObjectKind::App.as_str()
            );
            names.apps = pairs(&reader, &sql, &list(apps), at)?;
        }
        Ok(names)
    }
}

fn list(ids: &BTreeSet<&str>) -> String {
    serde_json::Value::from_iter(ids.iter().copied()).to_string()
}

fn pairs(connection: &Connection, sql: &str, ids: &str, at: SnapshotId) -> Result<HashMap<Box<str>, String>> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![ids, at.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

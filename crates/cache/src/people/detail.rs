//! Everything known of one person in one snapshot: the account, risk now and before, devices, sessions and events.

use super::row::UserRow;
use super::sessions::{Session, sessions};
use crate::device_link::{self, SET_BITS};
use crate::{Result, Store, log_event, raw, user, user_risk};
use domain::{
    DeviceId, DeviceUser, Lifecycle, LogEvent, Platform, RiskEntry, RiskSource, SnapshotId, Timestamp,
    UserId, UserRisk,
};
use rusqlite::{Connection, OptionalExtension, params};

/// So many of the latest events are looked through for sessions.
const LOOKED_THROUGH: usize = 2_000;
/// So many sessions and entries of the risk history are told.
const MOST: usize = 50;

/// A person in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonDetail {
    pub row: UserRow,
    /// The level of now with its reason, its source and its age.
    pub risk: Option<UserRisk>,
    /// What was told of the level, newest first.
    pub risks: Vec<RiskEntry>,
    /// By name.
    pub devices: Vec<PersonDevice>,
    /// Those last seen first.
    pub sessions: Vec<Session>,
    /// Whether all events that are kept of this person were looked through for sessions.
    pub all_looked_through: bool,
    /// The latest events about the person, newest first.
    pub events: Vec<LogEvent>,
    /// The JSON as the org sent it.
    pub raw: String,
}

/// One device of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonDevice {
    pub id: DeviceId,
    pub name: Option<Box<str>>,
    pub platform: Option<Platform>,
    pub os_version: Option<Box<str>>,
    pub status: Lifecycle,
    pub last_updated: Option<Timestamp>,
    /// What the link of this person says.
    pub link: DeviceUser,
}

impl Store {
    /// A person in full, with at most `events` log events; `None` if the snapshot has no such person.
    pub fn person(&self, snapshot: SnapshotId, id: &UserId, events: usize) -> Result<Option<PersonDetail>> {
        let people = self.people(snapshot)?;
        let reader = self.reader()?;
        let sql = format!(
            "SELECT {}, u.raw, u.raw_at, u.raw_len, u.pk FROM user_id i JOIN user u ON u.pk = i.pk
             WHERE i.okta = ?1 AND u.valid_from <= ?2 AND u.valid_to > ?2",
            user::ROW
        );
        let found = reader
            .prepare_cached(&sql)?
            .query_row(params![id.as_str(), snapshot.0], |row| {
                let raw = raw::RawRef { batch: row.get(13)?, at: row.get(14)?, len: row.get(15)? };
                Ok((user::read_row(row)?, raw, row.get::<_, u32>(16)?))
            })
            .optional()?;
        let Some((user, raw, pk)) = found else { return Ok(None) };
        let mut latest = log_event::about_user(&reader, id, snapshot, LOOKED_THROUGH + 1)?;
        let all_looked_through = latest.len() <= LOOKED_THROUGH;
        let mut sessions = sessions(id, &latest);
        sessions.truncate(MOST);
        latest.truncate(events);
        Ok(Some(PersonDetail {
            row: UserRow::new(&reader, &people, pk, user)?,
            risk: risk_now(&reader, snapshot, pk)?,
            risks: risks(&reader, snapshot, pk, id)?,
            devices: devices(&reader, snapshot, pk)?,
            sessions,
            all_looked_through,
            events: latest,
            raw: raw::read(&reader, raw)?,
        }))
    }
}

fn risk_now(connection: &Connection, snapshot: SnapshotId, pk: u32) -> Result<Option<UserRisk>> {
    let sql = format!(
        "SELECT {} FROM user_risk r JOIN user_id i ON i.pk = r.pk
         WHERE r.pk = ?1 AND r.valid_from <= ?2 AND r.valid_to > ?2",
        user_risk::ROW
    );
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row(params![pk, snapshot.0], user_risk::read_row).optional()?)
}

/// What events told, and what the org answered when it was asked.
fn risks(connection: &Connection, snapshot: SnapshotId, pk: u32, id: &UserId) -> Result<Vec<RiskEntry>> {
    let entry = |event: LogEvent| {
        Some(RiskEntry {
            at: event.published,
            level: event.risk_level?,
            reason: event.reason.or(event.message),
            source: RiskSource::Log,
            event_type: Some(event.event_type),
        })
    };
    let told = log_event::of_risk(connection, id, snapshot, MOST)?;
    let mut entries: Vec<RiskEntry> = told.into_iter().filter_map(entry).collect();
    let sql = format!(
        "SELECT {} FROM user_risk r JOIN user_id i ON i.pk = r.pk
         WHERE r.pk = ?1 AND r.valid_from <= ?2 AND r.valid_to > r.valid_from AND r.from_log = 0
         ORDER BY r.valid_from DESC LIMIT ?3",
        user_risk::ROW
    );
    let mut statement = connection.prepare_cached(&sql)?;
    for risk in statement.query_map(params![pk, snapshot.0, MOST], user_risk::read_row)? {
        let UserRisk { level, reason, source, observed: at, .. } = risk?;
        entries.push(RiskEntry { at, level, reason, source, event_type: None });
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    entries.truncate(MOST);
    Ok(entries)
}

/// The devices whose links of the snapshot name the person.
fn devices(connection: &Connection, snapshot: SnapshotId, pk: u32) -> Result<Vec<PersonDevice>> {
    let sql = format!(
        "SELECT {}, i.okta, d.name, d.platform, d.os_version, d.status, d.last_updated
         FROM device_link l JOIN user_id u ON u.pk = l.user
         JOIN device d ON d.pk = l.links >> {SET_BITS} AND d.links = l.links
         JOIN device_id i ON i.pk = d.pk
         WHERE l.user = ?1 AND d.valid_from <= ?2 AND d.valid_to > ?2
         ORDER BY lower(coalesce(d.name, i.okta)), i.pk",
        device_link::ROW
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![pk, snapshot.0], |row| {
        Ok(PersonDevice {
            link: device_link::read_row(row)?,
            id: DeviceId(row.get(7)?),
            name: row.get(8)?,
            platform: row.get::<_, Option<Box<str>>>(9)?.as_deref().map(Platform::from),
            os_version: row.get(10)?,
            status: Lifecycle::from(row.get_ref(11)?.as_str()?),
            last_updated: row.get::<_, Option<i64>>(12)?.map(Timestamp),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

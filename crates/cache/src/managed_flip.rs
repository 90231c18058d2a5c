//! How the management status of device-user links changed: one row per run, device and user, written with the new set of
//! links, so that a plot over a year reads what changed and nothing else.

use crate::{Result, Store, device_link};
use domain::{DeviceId, DeviceUser, Management, SnapshotId, Timestamp, UserId};
use rusqlite::{CachedStatement, Connection, params};

/// A run may write a device twice; then `before` stays and `after` is the last. What was known before this table was, is
/// taken from the versions.
pub(crate) const V1: &str = "
    CREATE TABLE managed_flip (
        run INTEGER NOT NULL,
        device INTEGER NOT NULL,
        user INTEGER NOT NULL,
        before TEXT,
        after TEXT,
        PRIMARY KEY (run, device, user)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX managed_flip_device ON managed_flip (device, run);
    INSERT OR IGNORE INTO managed_flip (run, device, user, before, after)
    SELECT v.valid_from, v.pk, b.user, a.management, b.management
    FROM device v JOIN device p ON p.pk = v.pk AND p.valid_to = v.valid_from AND p.links <> v.links
        JOIN device_link b ON b.links = v.links JOIN device_link a ON a.links = p.links AND a.user = b.user
    WHERE v.valid_to > v.valid_from AND p.valid_to > p.valid_from AND a.management IS NOT b.management;
";

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flip {
    pub snapshot: SnapshotId,
    /// When the sync ended that noticed it.
    pub noticed: Timestamp,
    pub device: DeviceId,
    pub device_name: Option<Box<str>>,
    pub platform: Option<domain::Platform>,
    pub user: UserId,
    pub user_name: Option<Box<str>>,
    pub before: Option<Management>,
    pub after: Option<Management>,
}

/// Notes what changed between two sets of links.
pub(crate) struct FlipWriter<'c> {
    connection: &'c Connection,
    insert: CachedStatement<'c>,
    user: CachedStatement<'c>,
}

impl<'c> FlipWriter<'c> {
    pub fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            connection,
            insert: connection.prepare_cached(
                "INSERT INTO managed_flip (run, device, user, before, after) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET after = excluded.after",
            )?,
            user: connection.prepare_cached("SELECT pk FROM user_id WHERE okta = ?1")?,
        })
    }

    /// `before` is the number of the set that the device had; `after` is written already.
    pub fn write(&mut self, run: i64, pk: u32, before: i64, after: &[DeviceUser]) -> rusqlite::Result<()> {
        for old in device_link::read(self.connection, before)? {
            let Some(new) = after.iter().find(|link| link.user == old.user) else { continue };
            if new.management != old.management {
                let user: u32 = self.user.query_row([old.user.as_str()], |row| row.get(0))?;
                let word = |m: &Option<Management>| m.as_ref().map(|m| m.as_str().to_owned());
                self.insert.execute(params![run, pk, user, word(&old.management), word(&new.management)])?;
            }
        }
        Ok(())
    }
}

/// Takes back what a run noted.
pub(crate) fn take_back(connection: &Connection, run: i64) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM managed_flip WHERE run = ?1", [run]).map(drop)
}

/// The name of the device and of the person as they were when it was noticed.
const FLIPS: &str = "
    SELECT f.run, r.finished, i.okta, d.name, d.platform, u.okta, l.name, f.before, f.after
    FROM managed_flip f JOIN run r ON r.id = f.run JOIN device_id i ON i.pk = f.device JOIN user_id u ON u.pk = f.user
        LEFT JOIN device d ON d.pk = f.device AND d.valid_from <= f.run AND d.valid_to > f.run
        LEFT JOIN device_link l ON l.links = d.links AND l.user = f.user
    WHERE r.finished IS NOT NULL AND f.before IS NOT f.after";

fn read(connection: &Connection, which: &str, values: impl rusqlite::Params) -> rusqlite::Result<Vec<Flip>> {
    let mut statement = connection.prepare_cached(&format!("{FLIPS} {which}"))?;
    let rows = statement.query_map(values, |row| {
        let word = |at: usize| row.get::<_, Option<Box<str>>>(at);
        Ok(Flip {
            snapshot: SnapshotId(row.get(0)?),
            noticed: Timestamp(row.get(1)?),
            device: DeviceId(row.get(2)?),
            device_name: word(3)?,
            platform: word(4)?.as_deref().map(domain::Platform::from),
            user: UserId(row.get(5)?),
            user_name: word(6)?,
            before: word(7)?.as_deref().map(Management::from),
            after: word(8)?.as_deref().map(Management::from),
        })
    })?;
    rows.collect()
}

/// A device's changes up to a snapshot, newest first.
pub(crate) fn of_device(connection: &Connection, pk: u32, until: SnapshotId) -> rusqlite::Result<Vec<Flip>> {
    read(connection, "AND f.device = ?1 AND f.run <= ?2 ORDER BY f.run DESC", params![pk, until.0])
}

impl Store {
    /// All changes noticed from `since` to the snapshot, newest first; at most `limit`.
    pub fn flips(&self, until: SnapshotId, since: Timestamp, limit: usize) -> Result<Vec<Flip>> {
        let which = "AND f.run <= ?1 AND r.finished >= ?2 ORDER BY f.run DESC, f.device, f.user LIMIT ?3";
        Ok(read(&*self.reader()?, which, params![until.0, since.0, limit])?)
    }
}

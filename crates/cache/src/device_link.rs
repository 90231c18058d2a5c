//! Which users a device is linked to. All links of a device are one set, written when any of them changes and named by
//! the device versions that it is true for; so a set has no validity of its own.

use crate::device;
use crate::identity::{Identities, Ids};
use domain::{DeviceUser, ManagedStatus, Management, ScreenLock, Timestamp, UserId};
use rusqlite::{CachedStatement, Connection, Result, Row, params};

/// `links` is the device's pk in the upper bits and a counter of its sets in the lower [`SET_BITS`].
pub(crate) const V1: &str = "
    CREATE TABLE device_link (
        links INTEGER NOT NULL,
        n INTEGER NOT NULL,
        user INTEGER NOT NULL,
        created INTEGER,
        management TEXT,
        screen_lock TEXT,
        name TEXT NOT NULL,
        login TEXT,
        email TEXT,
        PRIMARY KEY (links, n)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX device_link_user ON device_link (user);
";

/// Bits of a set's or a search text's number that count within one device.
pub(crate) const SET_BITS: u32 = 24;

/// The number after `previous` for a device, or its first.
pub(crate) fn next_of(pk: u32, previous: Option<i64>) -> i64 {
    previous.map_or((i64::from(pk) << SET_BITS) + 1, |id| id + 1)
}

/// A set of links, with what the device's row repeats of it.
#[derive(Clone)]
pub(crate) struct LinkSet {
    pub id: i64,
    pub hash: i64,
    pub users: Option<u32>,
    pub user_name: Option<Box<str>>,
    pub managed: Option<Box<str>>,
    pub screen_lock: Option<Box<str>>,
}

/// Writes sets of links.
pub(crate) struct LinkWriter<'c> {
    insert: CachedStatement<'c>,
    users: Identities<'c>,
    text: String,
}

impl<'c> LinkWriter<'c> {
    pub fn new(connection: &'c Connection) -> Result<Self> {
        let insert = connection.prepare_cached(
            "INSERT INTO device_link (links, n, user, created, management, screen_lock, name, login, email)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        Ok(Self { insert, users: Identities::new(connection, Ids::User)?, text: String::new() })
    }

    /// Writes the links of a device unless they are those of the version before.
    pub fn write(
        &mut self,
        pk: u32,
        links: Option<&[DeviceUser]>,
        previous: Option<LinkSet>,
    ) -> Result<LinkSet> {
        let hash = self.hash(links);
        if let Some(same) = previous.as_ref().filter(|p| p.hash == hash) {
            return Ok(same.clone());
        }
        let id = next_of(pk, previous.as_ref().map(|p| p.id));
        for (n, link) in links.unwrap_or_default().iter().enumerate() {
            let (user, _) = self.users.resolve(link.user.as_str())?;
            self.insert.execute(params![
                id,
                n,
                user,
                link.created.map(|t| t.0),
                link.management.as_ref().map(Management::as_str),
                link.screen_lock.as_ref().map(ScreenLock::as_str),
                link.name,
                link.login,
                link.email,
            ])?;
        }
        let list = links.unwrap_or_default();
        Ok(LinkSet {
            id,
            hash,
            users: links.map(|l| u32::try_from(l.len()).unwrap_or(u32::MAX)),
            user_name: list.first().map(|l| l.name.clone()),
            managed: device::managed_key(ManagedStatus::of(list.iter().map(|l| l.management.as_ref())))
                .map(Into::into),
            screen_lock: weakest(list).map(|lock| lock.as_str().into()),
        })
    }

    fn hash(&mut self, links: Option<&[DeviceUser]>) -> i64 {
        self.text.clear();
        self.text.push(if links.is_some() { '[' } else { '-' });
        for link in links.unwrap_or_default() {
            let created = link.created.map_or(String::new(), |t| t.0.to_string());
            let management = link.management.as_ref().map_or("", Management::as_str);
            let lock = link.screen_lock.as_ref().map_or("", ScreenLock::as_str);
            let (login, email) = (link.login.as_deref().unwrap_or(""), link.email.as_deref().unwrap_or(""));
            for field in [link.user.as_str(), &created, management, lock, &link.name, login, email] {
                self.text.push_str(field);
                // A field can't hold this without being escaped in JSON first, so two lists never read the same.
                self.text.push('\u{0}');
            }
        }
        crate::hash(&self.text)
    }
}

/// The weakest of the known locks; a lock nobody knows only counts where nothing else is known.
fn weakest(links: &[DeviceUser]) -> Option<&ScreenLock> {
    let strength = |lock: &ScreenLock| match lock {
        ScreenLock::None => 0,
        ScreenLock::Passcode => 1,
        ScreenLock::Biometric => 2,
        ScreenLock::Other(_) => 3,
    };
    links.iter().filter_map(|l| l.screen_lock.as_ref()).min_by_key(|lock| strength(lock))
}

/// Every column that makes a [`DeviceUser`]. `u` is `user_id`, `l` is `device_link`.
pub(crate) const ROW: &str = "u.okta, l.created, l.management, l.screen_lock, l.name, l.login, l.email";

/// Reads a row that starts with [`ROW`].
pub(crate) fn read_row(row: &Row<'_>) -> Result<DeviceUser> {
    let text = |at: usize| -> Result<Option<Box<str>>> { row.get(at) };
    Ok(DeviceUser {
        user: UserId(row.get(0)?),
        created: row.get::<_, Option<i64>>(1)?.map(Timestamp),
        management: text(2)?.as_deref().map(Management::from),
        screen_lock: text(3)?.as_deref().map(ScreenLock::from),
        name: row.get(4)?,
        login: row.get(5)?,
        email: row.get(6)?,
    })
}

/// Reads a set in the order in which the org listed it.
pub(crate) fn read(connection: &Connection, links: i64) -> Result<Vec<DeviceUser>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {ROW} FROM device_link l JOIN user_id u ON u.pk = l.user WHERE l.links = ?1 ORDER BY l.n"
    ))?;
    let rows = statement.query_map([links], read_row)?;
    rows.collect()
}

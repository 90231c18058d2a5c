//! The device versions: typed columns, and what lists need of the links, so that a row of a list is one read.
//! Knows nothing of the links' own table beyond the number of a set of links.

use crate::device_link::{self, LinkSet, LinkWriter};
use crate::managed_flip::FlipWriter;
use crate::raw::RawRef;
use crate::search::{Index, SearchWriter, device_text};
use crate::version::NewVersion;
use domain::{
    Device, DeviceId, DeviceProfile, DiskEncryption, Lifecycle, ManagedStatus, Platform, RiskLevel,
    ScreenLock, Timestamp,
};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Result, Row, params};

/// `doc` and `links` name a search text and a set of links; a version that changes neither names those of the version
/// before, so that a device that only signed in again costs one row.
pub(crate) const V1: &str = "
    CREATE TABLE device (
        id INTEGER PRIMARY KEY,
        pk INTEGER NOT NULL,
        valid_from INTEGER NOT NULL,
        valid_to INTEGER NOT NULL,
        hash INTEGER NOT NULL,
        raw INTEGER NOT NULL,
        raw_at INTEGER NOT NULL,
        raw_len INTEGER NOT NULL,
        doc INTEGER NOT NULL,
        doc_hash INTEGER NOT NULL,
        links INTEGER NOT NULL,
        links_hash INTEGER NOT NULL,
        status TEXT NOT NULL,
        created INTEGER,
        last_updated INTEGER,
        name TEXT,
        platform TEXT,
        manufacturer TEXT,
        model TEXT,
        os_version TEXT,
        serial TEXT,
        udid TEXT,
        imei TEXT,
        meid TEXT,
        sid TEXT,
        tpm_public_key_hash TEXT,
        registered INTEGER,
        secure_hardware INTEGER,
        encryption TEXT,
        jailbreak INTEGER,
        users INTEGER,
        user_name TEXT,
        managed TEXT,
        screen_lock TEXT
    ) STRICT;
    CREATE INDEX device_version ON device (pk, valid_from);
    CREATE INDEX device_current ON device (pk) WHERE valid_to = 9223372036854775807;
";

/// One device as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    pub id: DeviceId,
    pub status: Lifecycle,
    pub created: Option<Timestamp>,
    pub last_updated: Option<Timestamp>,
    pub profile: DeviceProfile,
    /// How many users the device is linked to; `None` where the org never said.
    pub users: Option<u32>,
    /// The name of its first user.
    pub user_name: Option<Box<str>>,
    pub managed: ManagedStatus,
    /// The weakest screen lock among its links.
    pub screen_lock: Option<ScreenLock>,
    /// The highest risk level among its users.
    pub risk: Option<RiskLevel>,
    /// How many other devices report the same serial number; like the risk, known to the fleet and not to the row.
    pub same_serial: u64,
}

/// Every column that makes a [`DeviceRow`], but for the risk. `i` is `device_id`, `d` is `device`.
pub(crate) const ROW: &str = "i.okta, d.status, d.created, d.last_updated, d.name, d.platform, d.manufacturer, d.model,
    d.os_version, d.serial, d.udid, d.imei, d.meid, d.sid, d.tpm_public_key_hash, d.registered, d.secure_hardware,
    d.encryption, d.jailbreak, d.users, d.user_name, d.managed, d.screen_lock";
/// How many columns [`ROW`] names.
pub(crate) const ROW_LEN: usize = 23;

/// Reads a row that starts with [`ROW`].
pub(crate) fn read_row(row: &Row<'_>, risk: Option<RiskLevel>) -> Result<DeviceRow> {
    let text = |at: usize| -> Result<Option<Box<str>>> { row.get(at) };
    fn open<T: for<'a> From<&'a str>>(text: Option<Box<str>>) -> Option<T> {
        text.as_deref().map(T::from)
    }
    Ok(DeviceRow {
        id: DeviceId(row.get(0)?),
        status: Lifecycle::from(row.get_ref(1)?.as_str()?),
        created: row.get::<_, Option<i64>>(2)?.map(Timestamp),
        last_updated: row.get::<_, Option<i64>>(3)?.map(Timestamp),
        profile: DeviceProfile {
            display_name: text(4)?,
            platform: open::<Platform>(text(5)?),
            manufacturer: text(6)?,
            model: text(7)?,
            os_version: text(8)?,
            serial_number: text(9)?,
            udid: text(10)?,
            imei: text(11)?,
            meid: text(12)?,
            sid: text(13)?,
            tpm_public_key_hash: text(14)?,
            registered: row.get(15)?,
            secure_hardware_present: row.get(16)?,
            disk_encryption: open::<DiskEncryption>(text(17)?),
            jailbreak: row.get(18)?,
        },
        users: row.get(19)?,
        user_name: text(20)?,
        managed: managed_from_key(text(21)?.as_deref()),
        screen_lock: open::<ScreenLock>(text(22)?),
        risk,
        same_serial: 0,
    })
}

/// The text of a managed status in the cache and in facets; `None` is unknown.
pub(crate) fn managed_key(managed: ManagedStatus) -> Option<&'static str> {
    match managed {
        ManagedStatus::Managed => Some("MANAGED"),
        ManagedStatus::NotManaged => Some("NOT_MANAGED"),
        ManagedStatus::Mixed => Some("MIXED"),
        ManagedStatus::Unknown => None,
    }
}

fn managed_from_key(key: Option<&str>) -> ManagedStatus {
    match key {
        Some("MANAGED") => ManagedStatus::Managed,
        Some("NOT_MANAGED") => ManagedStatus::NotManaged,
        Some("MIXED") => ManagedStatus::Mixed,
        _ => ManagedStatus::Unknown,
    }
}

/// Where the raw JSON of a device version lies.
pub(crate) fn raw_ref(row: &Row<'_>, at: usize) -> Result<RawRef> {
    Ok(RawRef { batch: row.get(at)?, at: row.get(at + 1)?, len: row.get(at + 2)? })
}

/// What a new version takes over from the one before.
struct Previous {
    doc: i64,
    doc_hash: i64,
    set: LinkSet,
}

/// Writes device versions with their links and search texts.
pub(crate) struct DeviceWriter<'c> {
    connection: &'c Connection,
    insert: CachedStatement<'c>,
    previous: CachedStatement<'c>,
    links: LinkWriter<'c>,
    search: SearchWriter<'c>,
    flips: FlipWriter<'c>,
    text: String,
}

impl<'c> DeviceWriter<'c> {
    pub fn new(connection: &'c Connection) -> Result<Self> {
        let insert = connection.prepare_cached(
            "INSERT INTO device (pk, valid_from, valid_to, hash, raw, raw_at, raw_len, doc, doc_hash, links, links_hash,
                status, created, last_updated, name, platform, manufacturer, model, os_version, serial, udid, imei, meid,
                sid, tpm_public_key_hash, registered, secure_hardware, encryption, jailbreak, users, user_name, managed,
                screen_lock)
             VALUES (?1, ?2, 9223372036854775807, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32)",
        )?;
        let previous = connection.prepare_cached(
            "SELECT doc, doc_hash, links, links_hash, users, user_name, managed, screen_lock FROM device WHERE id = ?1",
        )?;
        let (links, search) = (LinkWriter::new(connection)?, SearchWriter::new(connection, Index::Devices)?);
        let flips = FlipWriter::new(connection)?;
        Ok(Self { connection, insert, previous, links, search, flips, text: String::new() })
    }

    pub fn write(&mut self, device: &Device, version: &NewVersion) -> Result<()> {
        let previous = match version.previous {
            Some(id) => self.read_previous(id)?,
            None => None,
        };
        // A reply without users says nothing about them, so what was known before stays true.
        let carried = match (&device.users, &previous) {
            (None, Some(p)) if p.set.users.is_some() => Some(device_link::read(self.connection, p.set.id)?),
            _ => None,
        };
        let users = device.users.as_deref().or(carried.as_deref());
        let before = previous.as_ref().map(|p| (p.doc, p.doc_hash));
        device_text(&mut self.text, device, users.unwrap_or_default());
        let (doc, doc_hash) = self.search.write(version.pk, &self.text, before);
        let last_set = previous.as_ref().map(|p| p.set.id);
        let set = self.links.write(version.pk, users, previous.map(|p| p.set))?;
        if let (Some(last), Some(users)) = (last_set.filter(|last| *last != set.id), users) {
            self.flips.write(version.run, version.pk, last, users)?;
        }
        let p = &device.profile;
        self.insert.execute(params![
            version.pk,
            version.run,
            version.hash,
            version.raw.batch,
            version.raw.at,
            version.raw.len,
            doc,
            doc_hash,
            set.id,
            set.hash,
            device.status.as_str(),
            device.created.map(|t| t.0),
            device.last_updated.map(|t| t.0),
            p.display_name,
            p.platform.as_ref().map(Platform::as_str),
            p.manufacturer,
            p.model,
            p.os_version,
            p.serial_number,
            p.udid,
            p.imei,
            p.meid,
            p.sid,
            p.tpm_public_key_hash,
            p.registered,
            p.secure_hardware_present,
            p.disk_encryption.as_ref().map(DiskEncryption::as_str),
            p.jailbreak,
            set.users,
            set.user_name,
            set.managed,
            set.screen_lock,
        ])?;
        Ok(())
    }

    /// Writes what is best written last. To be called once, after all devices of a transaction.
    pub fn finish(&mut self) -> Result<()> {
        self.search.finish()
    }

    fn read_previous(&mut self, id: i64) -> Result<Option<Previous>> {
        let row = self.previous.query_row([id], |row| {
            let set = LinkSet {
                id: row.get(2)?,
                hash: row.get(3)?,
                users: row.get(4)?,
                user_name: row.get(5)?,
                managed: row.get(6)?,
                screen_lock: row.get(7)?,
            };
            Ok(Previous { doc: row.get(0)?, doc_hash: row.get(1)?, set })
        });
        row.optional()
    }
}

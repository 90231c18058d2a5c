//! Reading everything of one kind in a snapshot, one item after the other, for exports and for use cases that go through
//! all people or objects. Devices are read in pages of a [`crate::Listing`].

use crate::{Listing, Result, Store, device_link, object, user, user_risk};
use domain::{DeviceId, DeviceUser, ObjectKind, OrgObject, SnapshotId, User, UserId, UserRisk};
use rusqlite::{OptionalExtension, params};
use std::ops::ControlFlow;

/// One user of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub device: DeviceId,
    pub device_name: Option<Box<str>>,
    pub serial: Option<Box<str>>,
    pub link: DeviceUser,
}

impl Store {
    /// Calls `each` with every user of every device of an answer, device by device in the answer's order, until it breaks.
    pub fn each_link(&self, listing: &Listing, mut each: impl FnMut(Link) -> ControlFlow<()>) -> Result<()> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {}, i.okta, d.name, d.serial FROM device d
             JOIN device_id i ON i.pk = d.pk JOIN device_link l ON l.links = d.links JOIN user_id u ON u.pk = l.user
             WHERE d.pk = ?2 AND d.valid_from <= ?1 AND d.valid_to > ?1 ORDER BY l.n",
            device_link::ROW
        ))?;
        // One view of the file for all: taking a new one for each device would cost more than its links.
        let _view = reader.unchecked_transaction()?;
        for pk in listing.page(0, usize::MAX) {
            let mut rows = statement.query(params![listing.snapshot().0, pk])?;
            while let Some(row) = rows.next()? {
                let (link, device) = (device_link::read_row(row)?, DeviceId(row.get(7)?));
                let link = Link { device, device_name: row.get(8)?, serial: row.get(9)?, link };
                if each(link).is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Calls `each` with every user, in the order in which they were first seen, until it breaks.
    pub fn each_user(
        &self,
        snapshot: SnapshotId,
        mut each: impl FnMut(User) -> ControlFlow<()>,
    ) -> Result<()> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {} FROM user_id i JOIN user u ON u.pk = i.pk
             WHERE u.valid_from <= ?1 AND u.valid_to > ?1 ORDER BY i.pk",
            user::ROW
        ))?;
        let mut rows = statement.query([snapshot.0])?;
        while let Some(row) = rows.next()? {
            if each(user::read_row(row)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// One user.
    pub fn user(&self, snapshot: SnapshotId, id: &UserId) -> Result<Option<User>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {} FROM user_id i JOIN user u ON u.pk = i.pk
             WHERE i.okta = ?2 AND u.valid_from <= ?1 AND u.valid_to > ?1",
            user::ROW
        ))?;
        Ok(statement.query_row(params![snapshot.0, id.as_str()], user::read_row).optional()?)
    }

    /// The risk of every user who has one.
    pub fn user_risks(&self, snapshot: SnapshotId) -> Result<Vec<UserRisk>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {} FROM user_risk r JOIN user_id i ON i.pk = r.pk
             WHERE r.valid_from <= ?1 AND r.valid_to > ?1 ORDER BY r.pk",
            user_risk::ROW
        ))?;
        let rows = statement.query_map([snapshot.0], user_risk::read_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// All objects of a kind, by name.
    pub fn objects(&self, snapshot: SnapshotId, kind: &ObjectKind) -> Result<Vec<OrgObject>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {} FROM object o WHERE o.kind = ?2 AND o.valid_from <= ?1 AND o.valid_to > ?1 ORDER BY o.name, o.id",
            object::ROW
        ))?;
        let rows = statement.query_map(params![snapshot.0, kind.as_str()], object::read_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

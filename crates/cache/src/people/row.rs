//! One person as lists show them: the account from its row, and what is known of risk and devices from the columns.

use super::column::ColumnId;
use super::{People, UserListing};
use crate::{Result, Store, user};
use domain::{ManagedStatus, PeakRisk, RiskLevel, SnapshotId, Timestamp, User, UserFacet, UserId};
use rusqlite::{Connection, params};

/// One person of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    pub user: User,
    /// The level of now; `None` when nothing was ever told.
    pub risk: Option<RiskLevel>,
    pub peak: Option<PeakRisk>,
    /// How many devices the person is linked to; `None` where the devices were never read.
    pub devices: Option<u32>,
    /// How many of them are managed for this person, and how many are not; of the others it is not known.
    pub managed_devices: u32,
    pub not_managed_devices: u32,
    /// One word for all of them.
    pub managed: ManagedStatus,
}

/// One word for all links of a person; those that say nothing are left out, as on a device.
pub(super) fn managed_of(managed: u32, not_managed: u32) -> ManagedStatus {
    match (managed > 0, not_managed > 0) {
        (true, true) => ManagedStatus::Mixed,
        (true, false) => ManagedStatus::Managed,
        (false, true) => ManagedStatus::NotManaged,
        (false, false) => ManagedStatus::Unknown,
    }
}

impl UserRow {
    pub(super) fn new(connection: &Connection, people: &People, pk: u32, user: User) -> Result<Self> {
        let count = |id| people.column(id).codes.get(pk);
        let (managed_devices, not_managed_devices) =
            (count(ColumnId::Managed).saturating_sub(1), count(ColumnId::NotManaged).saturating_sub(1));
        let level = people.value(UserFacet::PeakRisk, pk).map(RiskLevel::from);
        let peak = match level {
            Some(level) => {
                let at = last_at(connection, people.snapshot(), pk, &user.id, &level)?;
                Some(PeakRisk { level, at })
            }
            None => None,
        };
        Ok(Self {
            user,
            risk: people.value(UserFacet::Risk, pk).map(RiskLevel::from),
            peak,
            devices: count(ColumnId::Devices).checked_sub(1),
            managed_devices,
            not_managed_devices,
            managed: managed_of(managed_devices, not_managed_devices),
        })
    }
}

/// When a person was last told to be at a level.
fn last_at(
    connection: &Connection,
    snapshot: SnapshotId,
    pk: u32,
    user: &UserId,
    level: &RiskLevel,
) -> Result<Option<Timestamp>> {
    let mut statement = connection.prepare_cached(
        "SELECT max(at) FROM (
            SELECT max(id) >> 10 AS at FROM log_event INDEXED BY log_event_risk
            WHERE user = ?1 AND risk_level IS NOT NULL AND risk_level = ?2 AND run <= ?3
            UNION ALL
            SELECT max(observed) FROM user_risk
            WHERE pk = ?4 AND level = ?2 AND valid_from <= ?3 AND valid_to > valid_from)",
    )?;
    let at: Option<i64> =
        statement.query_row(params![user.as_str(), level.as_str(), snapshot.0, pk], |row| row.get(0))?;
    Ok(at.map(Timestamp))
}

impl Store {
    /// The rows of a page of an answer.
    pub fn user_rows(&self, listing: &UserListing, offset: usize, limit: usize) -> Result<Vec<UserRow>> {
        let reader = self.reader()?;
        let snapshot = listing.snapshot();
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {} FROM user u JOIN user_id i ON i.pk = u.pk
             WHERE u.pk = ?1 AND u.valid_from <= ?2 AND u.valid_to > ?2",
            user::ROW
        ))?;
        // One view of the file for the whole page: taking a new one for each row would cost more than the row.
        let _view = reader.unchecked_transaction()?;
        let mut rows = Vec::with_capacity(limit.min(1024));
        for pk in listing.page(offset, limit) {
            let user = statement.query_row(params![pk, snapshot.0], user::read_row)?;
            rows.push(UserRow::new(&reader, listing.people(), pk, user)?);
        }
        Ok(rows)
    }
}

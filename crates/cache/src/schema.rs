//! The order of all migrations. Each table's own SQL stands in the table's file; a released one is never edited, a change
//! is a new entry at the end.

use crate::{
    Error, Result, case, check_change, check_draft, containment, device, device_link, device_signal,
    device_state, fleet, identity, intent, journal, known_log, log, log_event, managed_flip, object,
    overview, people, raw, saved_view, search, snapshot, triage, triage_events, user, user_access, user_risk,
};
use rusqlite::Connection;

/// Entry n leads from format n to format n + 1.
const MIGRATIONS: &[&[&str]] = &[
    &[
        snapshot::V1,
        identity::V1,
        raw::V1,
        device::V1,
        device_link::V1,
        search::V1,
        user::V1,
        user_risk::V1,
        object::V1,
        log_event::V1,
        overview::V1,
        fleet::V1,
    ],
    &[snapshot::V2, log_event::V2, overview::V2],
    &[
        journal::V1,
        intent::V1,
        search::V3,
        log_event::V3,
        people::V3,
        user_access::V3,
        saved_view::V1,
        device_signal::V1,
        known_log::V1,
        managed_flip::V1,
    ],
    &[check_change::V4, check_draft::V4, device_state::V4],
    &[device_state::V5],
    &[log::V6, device_signal::V6, log::V6_INDEX, triage::V6, triage_events::V6, containment::V6, case::V6],
    &[log::told::V7, log::rare::V7],
];

/// The format that this version writes.
pub const FORMAT: i64 = MIGRATIONS.len() as i64;

/// Brings a file to the newest format, one transaction per step.
pub(crate) fn migrate(connection: &mut Connection) -> Result<()> {
    let found = format(connection)?;
    if found > FORMAT {
        return Err(Error::NewerVersion { found, known: FORMAT });
    }
    log::terms::register(connection)?;
    for (step, scripts) in (0i64..).zip(MIGRATIONS).skip(usize::try_from(found).unwrap_or(0)) {
        let transaction = connection.transaction()?;
        for script in *scripts {
            transaction.execute_batch(script)?;
        }
        transaction.pragma_update(None, "user_version", step + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// The format a file is in.
pub(crate) fn format(connection: &Connection) -> Result<i64> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

//! The few events of the System Log that logouts are told by, with the JSON that they came as. Knows nothing of what is in it.

use crate::log_event::{self, ROW};
use crate::raw::{RawRef, Unpacked};
use crate::{Result, Store};
use domain::{LogEvent, ObjectId, SnapshotId, Timestamp, UserId};
use rusqlite::{Row, params};

/// Logouts are few among millions of events.
pub(crate) const V6: &str = "
    CREATE INDEX log_event_logout ON log_event (published) WHERE event_type IN (
        'user.authentication.universal_logout', 'user.authentication.universal_logout.scheduled',
        'user.session.universal_logout', 'user.session.clear', 'policy.entity_risk.action',
        'policy.auth_reevaluate.action', 'device.desktop_mfa.device_logout.started',
        'device.desktop_mfa.device_logout.completed');
";

/// The same words as the index has: only then is it used.
const SEEDS: &str = "event_type IN (
        'user.authentication.universal_logout', 'user.authentication.universal_logout.scheduled',
        'user.session.universal_logout', 'user.session.clear', 'policy.entity_risk.action',
        'policy.auth_reevaluate.action', 'device.desktop_mfa.device_logout.started',
        'device.desktop_mfa.device_logout.completed')";

/// How many columns [`ROW`] has.
const ROW_LEN: usize = 15;

impl Store {
    /// The latest events that begin or make up a logout, newest first, each with its JSON; only those about a person if one is
    /// named.
    pub fn logout_events(
        &self,
        at: SnapshotId,
        user: Option<&UserId>,
        limit: usize,
    ) -> Result<Vec<(LogEvent, String)>> {
        // About one person their own index is the better one.
        let which = match user {
            Some(_) => format!("user = ?2 AND +{SEEDS}"),
            None => format!("{SEEDS} AND ?2 IS NULL"),
        };
        let which = format!("{which} AND run <= ?1 ORDER BY published DESC, id DESC LIMIT ?3");
        self.events_with_json(&which, params![at.0, user.map(UserId::as_str), limit as i64])
    }

    /// Events about a person within a time, oldest first, each with its JSON: what a logout ended.
    pub fn ends_within(
        &self,
        at: SnapshotId,
        user: &UserId,
        from: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<(LogEvent, String)>> {
        let which = "user = ?2 AND run <= ?1 AND published BETWEEN ?3 AND ?4
            AND (event_type = 'user.session.end' OR event_type LIKE 'app.oauth2.token.revoke%'
                OR (app IS NOT NULL AND event_type NOT LIKE 'user.authentication.sso%'
                    AND event_type NOT LIKE 'policy.%'))
            ORDER BY published, id LIMIT ?5";
        self.events_with_json(which, params![at.0, user.as_str(), from.0, until.0, limit as i64])
    }

    fn events_with_json(
        &self,
        which: &str,
        values: impl rusqlite::Params,
    ) -> Result<Vec<(LogEvent, String)>> {
        let reader = self.reader()?;
        let mut statement = reader
            .prepare_cached(&format!("SELECT {ROW}, raw, raw_at, raw_len FROM log_event WHERE {which}"))?;
        let read = |row: &Row<'_>| {
            let raw =
                RawRef { batch: row.get(ROW_LEN)?, at: row.get(ROW_LEN + 1)?, len: row.get(ROW_LEN + 2)? };
            Ok((log_event::read_row(row)?, raw))
        };
        let rows = statement.query_map(values, read)?.collect::<rusqlite::Result<Vec<_>>>()?;
        // Neighbours in time are mostly neighbours in their batch.
        let mut unpacked = Unpacked::default();
        let with_json = |(event, raw)| Ok((event, unpacked.read(&reader, raw)?.to_owned()));
        rows.into_iter().map(with_json).collect()
    }

    /// Sign-ins of a person to apps since a time, oldest first: app, session, when.
    pub fn app_sign_ins(
        &self,
        at: SnapshotId,
        user: &UserId,
        since: Timestamp,
    ) -> Result<Vec<(ObjectId, Option<Box<str>>, Timestamp)>> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT app, session, published FROM log_event
             WHERE user = ?2 AND run <= ?1 AND published >= ?3 AND app IS NOT NULL
                AND event_type = 'user.authentication.sso' ORDER BY published, id",
        )?;
        let rows = statement.query_map(params![at.0, user.as_str(), since.0], |row| {
            Ok((ObjectId(row.get(0)?), row.get(1)?, Timestamp(row.get(2)?)))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

//! The few events of the System Log that logouts are told by, with the JSON that they came as. Knows nothing of what is in it.

use crate::log::condition::{self, Ask};
use crate::log::json;
use crate::log::place::Range;
use crate::{Result, Store};
use domain::{
    AppSignIn, LogCondition, LogEvent, LogField, LogFilter, ObjectId, SnapshotId, Timestamp, UserId,
};
use rusqlite::Connection;

/// What begins or makes up a logout.
const SEEDS: [&str; 8] = [
    "user.authentication.universal_logout",
    "user.authentication.universal_logout.scheduled",
    "user.session.universal_logout",
    "user.session.clear",
    "policy.entity_risk.action",
    "policy.auth_reevaluate.action",
    "device.desktop_mfa.device_logout.started",
    "device.desktop_mfa.device_logout.completed",
];
const SIGN_IN: &str = "user.authentication.sso";

impl Store {
    /// The latest events that begin or make up a logout, newest first, each with its JSON; only those about a person if one is
    /// named, and from a time on if one is.
    pub fn logout_events(
        &self,
        at: SnapshotId,
        user: Option<&UserId>,
        since: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<(LogEvent, String)>> {
        let filter = LogFilter { since, conditions: of_types(&SEEDS, user), ..LogFilter::default() };
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        json::with_json(&reader, at, &ask(&reader, &filter)?, Range::of(&filter), limit, |_| true)
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
        let until = Timestamp(until.0.saturating_add(1));
        let filter = LogFilter {
            since: Some(from),
            until: Some(until),
            ..LogFilter::of(LogField::User, user.as_str())
        };
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        let ask = ask(&reader, &filter)?;
        let mut found = json::with_json(&reader, at, &ask, Range::of(&filter), limit, |event| {
            let kind = &*event.event_type;
            kind == "user.session.end"
                || kind.starts_with("app.oauth2.token.revoke")
                || event.app.is_some() && !kind.starts_with(SIGN_IN) && !kind.starts_with("policy.")
        })?;
        found.reverse();
        Ok(found)
    }

    /// Sign-ins of a person to apps since a time, oldest first: app, session, when.
    pub fn app_sign_ins(&self, at: SnapshotId, user: &UserId, since: Timestamp) -> Result<Vec<AppSignIn>> {
        let conditions = of_types(&[SIGN_IN], Some(user));
        let filter = LogFilter { since: Some(since), conditions, ..LogFilter::default() };
        let reader = self.reader()?;
        let _view = reader.unchecked_transaction()?;
        let mut found = Vec::new();
        json::each(&reader, at, &ask(&reader, &filter)?, Range::of(&filter), |_, event| {
            found.extend(event.app.map(|app| (ObjectId(app), event.session, event.published)));
            Ok(true)
        })?;
        found.reverse();
        Ok(found)
    }
}

/// Events of these types, about one person if one is named.
fn of_types(types: &[&str], user: Option<&UserId>) -> Vec<LogCondition> {
    let of = |field, values| LogCondition { field, values, exclude: false, on: true };
    let types = types.iter().map(|kind| (*kind).to_owned()).collect();
    let user = user.map(|user| of(LogField::User, vec![user.as_str().to_owned()]));
    [of(LogField::EventType, types)].into_iter().chain(user).collect()
}

fn ask(connection: &Connection, filter: &LogFilter) -> Result<Ask> {
    Ok(condition::ask(connection, filter)?)
}

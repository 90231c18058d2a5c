//! The command palette's search: devices, people and posture checks, in one box.

use crate::{App, checks, failure, org::Org, snapshot};
use contract::{
    Failure, Handle,
    search::{FindAnything, Hit, HitKind},
};
use domain::{DeviceQuery, SnapshotId, User, UserQuery};

/// Most hits of each kind.
const MOST: u32 = 50;

impl Handle<FindAnything> for App {
    async fn handle(&self, command: FindAnything) -> Result<Vec<Hit>, Failure> {
        self.org()?.read(move |org| find(org, &command)).await
    }
}

fn find(org: &Org, command: &FindAnything) -> Result<Vec<Hit>, Failure> {
    let text = command.text.trim();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let limit = command.limit.min(MOST) as usize;
    let mut hits = devices(org, snapshot, text, limit)?;
    hits.extend(people(org, snapshot, text, limit)?);
    hits.extend(checks::named(org, command.as_of, snapshot, text, limit)?);
    Ok(hits)
}

fn devices(org: &Org, snapshot: SnapshotId, text: &str, limit: usize) -> Result<Vec<Hit>, Failure> {
    let query = DeviceQuery { search: text.to_owned(), ..DeviceQuery::default() };
    let listing = org.cache.devices(snapshot, &query).map_err(failure::cache)?;
    let rows = org.cache.device_rows(&listing, 0, limit).map_err(failure::cache)?;
    let hit = |row: cache::DeviceRow| {
        let platform = row.profile.platform.as_ref().map(|platform| platform.label().to_owned());
        let parts = [platform, row.profile.serial_number.map(String::from), row.user_name.map(String::from)];
        let title = row.profile.display_name.map_or_else(|| row.id.to_string(), String::from);
        Hit { kind: HitKind::Device, id: row.id.to_string(), title, subtitle: joined(parts) }
    };
    Ok(rows.into_iter().map(hit).collect())
}

fn people(org: &Org, snapshot: SnapshotId, text: &str, limit: usize) -> Result<Vec<Hit>, Failure> {
    let query = UserQuery { search: text.to_owned(), ..UserQuery::default() };
    let listing = org.cache.users(snapshot, &query).map_err(failure::cache)?;
    let rows = org.cache.user_rows(&listing, 0, limit).map_err(failure::cache)?;
    Ok(rows.iter().map(|row| person(&row.user)).collect())
}

fn person(user: &User) -> Hit {
    let parts = [
        user.login.as_deref().map(str::to_owned),
        user.title.as_deref().map(str::to_owned),
        user.department.as_deref().map(str::to_owned),
    ];
    Hit { kind: HitKind::User, id: user.id.to_string(), title: user.name(), subtitle: joined(parts) }
}

fn joined(parts: [Option<String>; 3]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

//! The policies of Identity Threat Protection as ladders: what each rule asks for and does, in sentences, and what it did as
//! the log tells it. Every number is counted with the very filter that opens its rows.

mod ladder;
mod mode;
mod names;
mod words;

use crate::{App, failure, org::Org, snapshot};
use contract::{
    Failure, Handle,
    protection::{GetProtection, Protection},
};
use domain::{ObjectKind, SnapshotId, Timestamp};

/// More days back are not asked for.
const MOST_DAYS: u32 = 400;
/// The types of policy, in the order in which they act.
const KINDS: [&str; 3] = ["ENTITY_RISK", "SESSION_VIOLATION_DETECTION", "POST_AUTH_SESSION"];

impl Handle<GetProtection> for App {
    async fn handle(&self, command: GetProtection) -> Result<Protection, Failure> {
        self.org()?.read(move |org| get(org, &command)).await
    }
}

fn get(org: &Org, command: &GetProtection) -> Result<Protection, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    crate::triage::events::take_in(org)?;
    let now = org.now();
    let days = i64::from(command.days.clamp(1, MOST_DAYS));
    let since = Timestamp(now.0 - days * Timestamp::DAY);
    Ok(Protection {
        snapshot,
        now,
        since,
        log_begins: crate::log::rare_begins(org, snapshot)?,
        ladders: ladder::ladders(org, snapshot, since)?,
        mode: mode::mode(org, snapshot)?,
        problems: problems(org, snapshot)?,
    })
}

/// Why policies or their rules may be missing or old.
fn problems(org: &Org, at: SnapshotId) -> Result<Vec<(String, Failure)>, Failure> {
    let Some(known) = org.cache.snapshot(at).map_err(failure::cache)? else { return Ok(Vec::new()) };
    let concerned = [ObjectKind::Policy, ObjectKind::PolicyRule].map(|kind| {
        let collection = cache::Collection::Objects(kind);
        crate::sync::label(&collection).to_owned()
    });
    let problems = snapshot::problems(&known.collections).into_iter();
    let problems = problems.filter(|problem| concerned.contains(&problem.collection));
    Ok(problems.map(|problem| (problem.collection, problem.failure)).collect())
}

//! What became of logouts: the log's events and the requests that were sent from here, put together per person and judged.

use super::apps::{apps_in, kept_apps};
use crate::{failure, org::Org, snapshot};
use cache::ContainStep;
use contract::{
    Failure,
    logout::{ListLogoutRuns, LogoutEvidence, LogoutRun, LogoutRuns, LogoutStage},
};
use domain::{
    AppLogout, ContainAct, LogEvent, LogoutEvent, LogoutFound, LogoutKind, LogoutPerson, LogoutRequest,
    LogoutState, SnapshotId, StepState, Timestamp, UserId, logout_runs,
};
use okta_client::{LogoutFacts, read_logout_facts};
use std::collections::{HashMap, HashSet};

/// Most runs of one reply.
const MOST: u32 = 200;
/// So many of the latest events that begin or make up a logout are looked at.
const SEEDS: usize = 20_000;
/// So many requests from here.
const REQUESTS: usize = 5_000;
/// What belongs to a logout comes within so long: before its first event, and after its last. Milliseconds.
const BEFORE: i64 = 5 * 60_000;
const AFTER: i64 = 24 * 60 * 60_000;
/// So many events of one person within that time are looked at.
const ENDS: usize = 1_000;
/// Sign-ins from so long before tell which sessions there were. Milliseconds.
const SESSIONS: i64 = 7 * 24 * 60 * 60_000;

/// What is known of one person's logouts: events with their JSON, and what was asked for from here.
type Known = (Vec<(LogEvent, String)>, Vec<LogoutRequest>);

/// The runs that were asked for.
pub(super) fn list(org: &Org, command: &ListLogoutRuns) -> Result<LogoutRuns, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    // In a past snapshot silence is judged as of then.
    let now = match command.as_of {
        Some(id) => org.cache.snapshot(id).map_err(failure::cache)?.map_or(org.now(), |known| known.finished),
        None => org.now(),
    };
    let users = command.user.as_ref().map(std::slice::from_ref);
    let all = all(org, snapshot, Asked { users, since: None, now, past: command.as_of.is_some() })?;
    let count = |state| all.iter().filter(|run| run.state == state).count() as u64;
    let states = LogoutState::ALL.map(|state| (state, count(state))).to_vec();
    let total = all.len() as u64;
    let mut fits = all.into_iter().filter(|run| command.state.is_none_or(|state| run.state == state));
    let matching = states.iter().filter(|(state, _)| command.state.is_none_or(|wanted| wanted == *state));
    let matching = matching.map(|(_, count)| count).sum();
    let offset = usize::try_from(command.offset).unwrap_or(usize::MAX);
    let limit = command.limit.min(MOST) as usize;
    let runs = fits.by_ref().skip(offset).take(limit).collect();
    Ok(LogoutRuns { snapshot, now: org.now(), total, matching, states, runs })
}

/// The runs of some people since a time, newest first.
pub(crate) fn runs_of(
    org: &Org,
    snapshot: SnapshotId,
    users: &[UserId],
    since: Timestamp,
) -> Result<Vec<LogoutRun>, Failure> {
    // What began before is older than all that belongs together: a containment asks again and again while it goes on.
    let events = Timestamp(since.0.saturating_sub(AFTER));
    let asked = Asked { users: Some(users), since: Some(events), now: org.now(), past: false };
    let mut runs = all(org, snapshot, asked)?;
    // A run may begin a little before, by the org's clock.
    runs.retain(|run| run.began.0 >= since.0.saturating_sub(BEFORE));
    Ok(runs)
}

/// Which runs are wanted.
struct Asked<'a> {
    /// Only those about these people.
    users: Option<&'a [UserId]>,
    /// By events from this time on.
    since: Option<Timestamp>,
    /// When silence is judged; in a past snapshot what was sent later is left out.
    now: Timestamp,
    past: bool,
}

/// Every run that is wanted, newest first.
fn all(
    org: &Org,
    snapshot: SnapshotId,
    Asked { users, since, now, past }: Asked<'_>,
) -> Result<Vec<LogoutRun>, Failure> {
    // One person is asked for; of several it is cheaper to look at everybody's, which are few.
    let one = users.and_then(|users| match users {
        [one] => Some(one),
        _ => None,
    });
    let seeds = org.cache.logout_events(snapshot, one, since, SEEDS).map_err(failure::cache)?;
    let requests = org.cache.sent_contain_steps(one, REQUESTS).map_err(failure::cache)?;
    let mut people: HashMap<UserId, Known> = HashMap::new();
    for (event, raw) in seeds {
        if let Some(user) = event.user.clone() {
            people.entry(user).or_default().0.push((event, raw));
        }
    }
    let sent = requests.into_iter().filter_map(|step| request(org, step));
    for request in sent.filter(|request| !past || request.sent <= now) {
        people.entry(request.user.clone()).or_default().1.push(request);
    }
    let users: Option<HashSet<&UserId>> = users.map(|users| users.iter().collect());
    people.retain(|user, _| users.as_ref().is_none_or(|users| users.contains(user)));
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let apps = apps_in(org, snapshot)?;
    let mut runs = Vec::new();
    for (user, (seeds, requests)) in people {
        runs.extend(of_person(org, snapshot, &user, seeds, &requests, &apps, now)?);
    }
    runs.sort_by(|a, b| b.began.cmp(&a.began).then_with(|| a.key.cmp(&b.key)));
    Ok(runs)
}

/// A step as a request; `None` where it was none of a logout, or certainly did nothing.
fn request(org: &Org, step: ContainStep) -> Option<LogoutRequest> {
    let everywhere = match step.act {
        ContainAct::UniversalLogout => true,
        ContainAct::RevokeSessions { .. } => false,
        _ => return None,
    };
    if matches!(
        step.state,
        StepState::Rejected | StepState::Refused | StepState::Waiting | StepState::Cancelled
    ) {
        return None;
    }
    Some(LogoutRequest {
        containment: step.containment,
        n: step.n,
        user: step.user,
        everywhere,
        sent: step.sent?,
        accepted: step.accepted.is_some(),
        evidence: step.evidence,
        actor: org.actor.as_str().into(),
    })
}

fn of_person(
    org: &Org,
    snapshot: SnapshotId,
    user: &UserId,
    mut seeds: Vec<(LogEvent, String)>,
    requests: &[LogoutRequest],
    apps: &[AppLogout],
    now: Timestamp,
) -> Result<Vec<LogoutRun>, Failure> {
    let times = || seeds.iter().map(|(event, _)| event.published);
    let first = times().chain(requests.iter().map(|request| request.sent)).min().unwrap_or(now);
    let until = times().max().map_or(now, |last| Timestamp(last.0.saturating_add(AFTER)));
    let from = Timestamp(first.0.saturating_sub(BEFORE));
    let ends = org.cache.ends_within(snapshot, user, from, until, ENDS).map_err(failure::cache)?;
    let since = Timestamp(first.0.saturating_sub(SESSIONS));
    let sign_ins = org.cache.app_sign_ins(snapshot, user, since).map_err(failure::cache)?;
    let kept = kept_apps(org, user)?.map(|(apps, _)| apps);
    // The other person of an event may be the actor: the name is looked for among the people.
    let name = org.cache.user(snapshot, user).map_err(failure::cache)?.map(|user| user.name());
    seeds.extend(ends);
    let events: Vec<LogoutEvent> = seeds.into_iter().filter_map(event).collect();
    let person = LogoutPerson { apps: kept.as_deref(), org: apps, sign_ins: &sign_ins };
    let found = logout_runs(&events, requests, person, now);
    Ok(found.into_iter().map(|run| shown(run, user, name.clone())).collect())
}

fn event((event, raw): (LogEvent, String)) -> Option<LogoutEvent> {
    let LogoutFacts { trace, transaction, apps, action } = read_logout_facts(&raw);
    let kind = LogoutKind::of(&event.event_type, action.as_deref(), event.app.is_some())?;
    Some(LogoutEvent {
        uuid: event.uuid,
        at: event.published,
        kind,
        actor_name: event.actor_name,
        success: match event.outcome.as_deref() {
            Some("SUCCESS") => Some(true),
            Some("FAILURE") => Some(false),
            _ => None,
        },
        trace,
        transaction,
        apps,
        app: event.app.map(domain::ObjectId),
        session: event.session,
    })
}

fn shown(found: LogoutFound, user: &UserId, name: Option<String>) -> LogoutRun {
    LogoutRun {
        key: found.key,
        user: Some(user.clone()),
        user_name: name,
        state: found.state,
        begun_by: found.begun_by,
        containment: found.containment,
        stages: found
            .stages
            .into_iter()
            .map(|stage| LogoutStage {
                stage: stage.phase,
                at: stage.at,
                events: stage.events,
                success: stage.success,
                uuid: stage.uuid.map(Into::into),
            })
            .collect(),
        apps: found
            .apps
            .into_iter()
            .map(|app| LogoutEvidence {
                app: app.app,
                label: app.label.map(Into::into),
                reach: app.reach,
                state: app.state,
                uuid: app.uuid.map(Into::into),
            })
            .collect(),
        began: found.began,
        last: found.last,
    }
}

//! How one logout went: its stages, its apps, and the one word for it.

use super::seen::{Group, LogoutEvent, LogoutKind};
use super::{
    AppFound, LogoutAppState, LogoutFound, LogoutPerson, LogoutPhase, LogoutState, PhaseFound, SILENT_AFTER,
};
use crate::{AppLogout, LogoutReach, ObjectId, Timestamp};
use std::collections::HashSet;

/// Judges a group of events.
pub(super) fn judge(group: &Group<'_>, person: LogoutPerson<'_>, now: Timestamp) -> LogoutFound {
    let first = group.events.first().map(|event| event.at);
    let last = group.events.last().map(|event| event.at);
    let sent = group.request.map(|request| request.sent);
    let began = [first, sent].into_iter().flatten().min().unwrap_or(now);
    let early = now.since(began) < SILENT_AFTER;
    let apps = apps(group, person, early);
    LogoutFound {
        key: key(group),
        state: state(group, &apps, early),
        begun_by: begun_by(group),
        containment: group.request.map(|request| request.containment),
        stages: LogoutPhase::ALL.into_iter().map(|phase| stage(group, phase)).collect(),
        apps,
        began,
        last: last.or(sent).unwrap_or(now),
    }
}

fn key(group: &Group<'_>) -> String {
    let trace = group.events.iter().find_map(|event| event.trace.clone());
    let uuid = || group.events.first().map(|event| event.uuid.clone());
    match (trace.or_else(uuid), group.request) {
        (Some(key), _) => key.into(),
        (None, Some(request)) => format!("containment-{}-{}", request.containment.0, request.n),
        (None, None) => String::new(),
    }
}

fn begun_by(group: &Group<'_>) -> String {
    let named = |kind| group.of_kind(kind).find_map(|event| event.actor_name.as_deref());
    match group.request {
        Some(request) => format!("Containment {} by {}", request.containment.0, request.actor),
        None if group.has(LogoutKind::RiskPolicy) => "Entity risk policy".to_owned(),
        None if group.has(LogoutKind::SessionPolicy) => "Session protection".to_owned(),
        None => {
            let kinds = [LogoutKind::Scheduled, LogoutKind::Cleared, LogoutKind::Triggered];
            kinds.into_iter().find_map(named).unwrap_or("Nobody that the log names").to_owned()
        }
    }
}

fn stage(group: &Group<'_>, phase: LogoutPhase) -> PhaseFound {
    use LogoutKind::{
        Cleared, DeviceLogout, RiskPolicy, Scheduled, SessionEnded, SessionPolicy, TokensRevoked, Triggered,
    };
    let kinds: &[LogoutKind] = match phase {
        LogoutPhase::Requested => &[Cleared, RiskPolicy, SessionPolicy],
        LogoutPhase::Scheduled => &[Scheduled],
        LogoutPhase::Triggered => &[Triggered],
        LogoutPhase::SessionsEnded => &[SessionEnded],
        LogoutPhase::TokensRevoked => &[TokensRevoked],
        LogoutPhase::DeviceLogout => &[DeviceLogout],
    };
    let events: Vec<&LogoutEvent> =
        group.events.iter().copied().filter(|event| kinds.contains(&event.kind)).collect();
    let sent = group.request.filter(|_| phase == LogoutPhase::Requested);
    let success = match events.is_empty() {
        true => sent.filter(|request| request.accepted).map(|_| true),
        false => Some(events.iter().all(|event| event.success != Some(false))),
    };
    PhaseFound {
        phase,
        at: sent.map(|request| request.sent).or_else(|| events.first().map(|event| event.at)),
        events: u32::try_from(events.len()).unwrap_or(u32::MAX),
        success,
        uuid: events.first().map(|event| event.uuid.clone()),
    }
}

/// Each app that was called, then those of the person that were not.
fn apps(group: &Group<'_>, person: LogoutPerson<'_>, early: bool) -> Vec<AppFound> {
    if !group.is_everywhere() {
        return Vec::new();
    }
    let known = |id: &ObjectId| {
        let own = person.apps.into_iter().flatten().chain(person.org).find(|app| app.id == *id);
        (own.map(|app| app.label.clone()), own.map_or(LogoutReach::Unknown, AppLogout::reach))
    };
    let mut called: Vec<(ObjectId, &LogoutEvent)> = Vec::new();
    for event in group.of_kind(LogoutKind::Triggered) {
        for app in &event.apps {
            if !called.iter().any(|(known, _)| known == app) {
                called.push((app.clone(), event));
            }
        }
    }
    let mut found: Vec<AppFound> = called
        .iter()
        .map(|(app, event)| {
            let (label, reach) = known(app);
            let (state, uuid) = called_app(group, person, app, event);
            AppFound { app: app.clone(), label, reach, state, uuid: Some(uuid) }
        })
        .collect();
    let others = person.apps.into_iter().flatten().filter(|app| app.is_active());
    for app in others.filter(|app| !called.iter().any(|(id, _)| *id == app.id)) {
        let (reach, label) = (app.reach(), Some(app.label.clone()));
        let state = match reach {
            LogoutReach::Full | LogoutReach::Partial if early => LogoutAppState::Waiting,
            LogoutReach::Full | LogoutReach::Partial => LogoutAppState::Silent,
            LogoutReach::Off | LogoutReach::Unsupported | LogoutReach::Unknown => LogoutAppState::OutOfReach,
        };
        found.push(AppFound { app: app.id.clone(), label, reach, state, uuid: None });
    }
    found.sort_by_cached_key(|app| app.label.as_deref().unwrap_or(app.app.as_str()).to_lowercase());
    found
}

/// What the log says of an app that was called.
fn called_app(
    group: &Group<'_>,
    person: LogoutPerson<'_>,
    app: &ObjectId,
    call: &LogoutEvent,
) -> (LogoutAppState, Box<str>) {
    let own = || {
        group
            .events
            .iter()
            .filter(|event| event.app.as_ref() == Some(app) && event.kind != LogoutKind::Triggered)
    };
    if let Some(event) = own().find(|event| event.success == Some(false)) {
        return (LogoutAppState::Failed, event.uuid.clone());
    }
    if call.success == Some(false) {
        return (LogoutAppState::Failed, call.uuid.clone());
    }
    // Sessions that were there before the call: one of them at work afterwards was not ended.
    let ended = group.of_kind(LogoutKind::SessionEnded).filter_map(|event| event.session.as_deref());
    let earlier = person.sign_ins.iter().filter(|(_, _, at)| *at <= call.at);
    let before: HashSet<&str> =
        earlier.filter_map(|(_, session, _)| session.as_deref()).chain(ended).collect();
    let later = person.sign_ins.iter().filter(|(of, _, at)| of == app && *at > call.at);
    let mut anew = false;
    for (_, session, _) in later {
        match session.as_deref() {
            Some(session) if before.contains(session) => {
                return (LogoutAppState::StillActive, call.uuid.clone());
            }
            Some(_) => anew = true,
            None => {}
        }
    }
    match own().next() {
        Some(event) => (LogoutAppState::Confirmed, event.uuid.clone()),
        // The app asked for a sign-in, in a session that began after the call: the one before is over.
        None if anew => (LogoutAppState::Confirmed, call.uuid.clone()),
        None => (LogoutAppState::Triggered, call.uuid.clone()),
    }
}

fn state(group: &Group<'_>, apps: &[AppFound], early: bool) -> LogoutState {
    let late = if early { LogoutState::Waiting } else { LogoutState::Unconfirmed };
    let cleared = group.of_kind(LogoutKind::Cleared).any(|event| event.success != Some(false));
    let ended = cleared || group.has(LogoutKind::SessionEnded);
    if !group.is_everywhere() {
        // Okta sessions alone: no app was called, whatever they have open there.
        return match (ended, group.has(LogoutKind::Cleared)) {
            (true, _) => LogoutState::Partial,
            (false, true) => LogoutState::Failed,
            (false, false) => late,
        };
    }
    let mut calls = group.of_kind(LogoutKind::Triggered).peekable();
    if calls.peek().is_none() {
        let refused = group.of_kind(LogoutKind::Scheduled).any(|event| event.success == Some(false));
        return if refused { LogoutState::Failed } else { late };
    }
    let any = |state| apps.iter().any(|app| app.state == state);
    if calls.all(|event| event.success == Some(false))
        || any(LogoutAppState::Failed)
        || any(LogoutAppState::StillActive)
    {
        return LogoutState::Failed;
    }
    if any(LogoutAppState::Silent) || any(LogoutAppState::Waiting) || !ended {
        return late;
    }
    let whole = |app: &AppFound| {
        app.state == LogoutAppState::Confirmed && app.reach != LogoutReach::Partial
            || app.state == LogoutAppState::Triggered && app.reach == LogoutReach::Full
    };
    if apps.iter().all(whole) { LogoutState::Confirmed } else { LogoutState::Partial }
}

#[cfg(test)]
mod tests;

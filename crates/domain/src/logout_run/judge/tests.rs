//! The state machine of a logout, as a table: which events, which requests and how long ago, and what is said of them.

use super::super::{LogoutRequest, logout_runs};
use super::*;
use crate::ContainmentId;

const T: i64 = 10_000_000;
const EARLY: i64 = T + 60_000;
const LATE: i64 = T + SILENT_AFTER + 60_000;

fn event(uuid: &str, seconds: i64, kind: LogoutKind, trace: &str) -> LogoutEvent {
    LogoutEvent {
        uuid: uuid.into(),
        at: Timestamp(T + seconds * 1000),
        kind,
        actor_name: Some("Rae Admin".into()),
        success: Some(true),
        trace: Some(trace.into()).filter(|_| !trace.is_empty()),
        transaction: None,
        apps: Vec::new(),
        app: None,
        session: None,
    }
}

fn triggered(apps: &[&str]) -> LogoutEvent {
    LogoutEvent {
        apps: apps.iter().map(|id| ObjectId::from(*id)).collect(),
        ..event("run", 3, LogoutKind::Triggered, "t")
    }
}

fn scheduled() -> LogoutEvent {
    event("sch", 0, LogoutKind::Scheduled, "t")
}

fn ended() -> LogoutEvent {
    LogoutEvent { session: Some("s1".into()), ..event("end", 2, LogoutKind::SessionEnded, "t") }
}

fn failed(event: LogoutEvent) -> LogoutEvent {
    LogoutEvent { success: Some(false), ..event }
}

fn app(id: &str, status: &str, support: &str) -> AppLogout {
    AppLogout {
        id: id.into(),
        label: id.into(),
        name: None,
        status: Some("ACTIVE".into()),
        sign_on_mode: None,
        logout_status: Some(status.into()),
        support: Some(support.into()),
        stack: None,
        protocol: None,
    }
}

fn request(everywhere: bool, evidence: Option<&str>) -> LogoutRequest {
    LogoutRequest {
        containment: ContainmentId(4),
        n: 2,
        user: "00u1".into(),
        everywhere,
        sent: Timestamp(T),
        accepted: true,
        evidence: evidence.map(Into::into),
        actor: "service app 0oa9".into(),
    }
}

type SignIn = (ObjectId, Option<Box<str>>, Timestamp);

fn sign_in(app: &str, session: &str, seconds: i64) -> SignIn {
    (app.into(), Some(session.into()), Timestamp(T + seconds * 1000))
}

/// One row: what is known, and what is said of the one run that it makes.
struct Row<'r> {
    name: &'r str,
    events: Vec<LogoutEvent>,
    request: Option<LogoutRequest>,
    apps: Option<Vec<AppLogout>>,
    sign_ins: Vec<SignIn>,
    now: i64,
    state: LogoutState,
    of_apps: Vec<(&'r str, LogoutAppState)>,
}

impl Default for Row<'_> {
    fn default() -> Self {
        Self {
            name: "",
            events: Vec::new(),
            request: None,
            apps: None,
            sign_ins: Vec::new(),
            now: LATE,
            state: LogoutState::Confirmed,
            of_apps: Vec::new(),
        }
    }
}

fn rows() -> Vec<Row<'static>> {
    use LogoutAppState as App;
    use LogoutState::{Failed, Partial, Unconfirmed, Waiting};
    let full = || Some(vec![app("a", "ENABLED", "FULL")]);
    let whole = || vec![scheduled(), ended(), triggered(&["a"])];
    vec![
        Row {
            name: "every app reached fully",
            events: whole(),
            apps: full(),
            of_apps: vec![("a", App::Triggered)],
            ..Row::default()
        },
        Row {
            name: "only asked, and early",
            events: vec![scheduled()],
            now: EARLY,
            state: Waiting,
            ..Row::default()
        },
        Row { name: "only asked, and late", events: vec![scheduled()], state: Unconfirmed, ..Row::default() },
        Row { name: "asked, refused", events: vec![failed(scheduled())], state: Failed, ..Row::default() },
        Row {
            name: "a policy acted and nothing followed",
            events: vec![event("p", 0, LogoutKind::RiskPolicy, "t")],
            state: Unconfirmed,
            ..Row::default()
        },
        Row {
            name: "triggered, but no session ended yet",
            events: vec![scheduled(), triggered(&["a"])],
            apps: full(),
            now: EARLY,
            state: Waiting,
            of_apps: vec![("a", App::Triggered)],
            ..Row::default()
        },
        Row {
            name: "the call itself failed",
            events: vec![scheduled(), ended(), failed(triggered(&["a"]))],
            state: Failed,
            apps: full(),
            of_apps: vec![("a", App::Failed)],
            ..Row::default()
        },
        Row {
            name: "one app fails",
            events: [
                whole(),
                vec![LogoutEvent { app: Some("a".into()), ..failed(event("f", 4, LogoutKind::OfApp, "t")) }],
            ]
            .concat(),
            apps: full(),
            state: Failed,
            of_apps: vec![("a", App::Failed)],
            ..Row::default()
        },
        Row {
            name: "an app has a word of its own",
            events: [
                whole(),
                vec![LogoutEvent { app: Some("a".into()), ..event("o", 4, LogoutKind::TokensRevoked, "t") }],
            ]
            .concat(),
            apps: full(),
            of_apps: vec![("a", App::Confirmed)],
            ..Row::default()
        },
        Row {
            name: "partial support",
            events: whole(),
            apps: Some(vec![app("a", "ENABLED", "PARTIAL")]),
            state: Partial,
            of_apps: vec![("a", App::Triggered)],
            ..Row::default()
        },
        Row {
            name: "apps out of reach",
            events: whole(),
            apps: Some(vec![
                app("a", "ENABLED", "FULL"),
                app("b", "DISABLED", "FULL"),
                app("c", "UNSUPPORTED", ""),
            ]),
            state: Partial,
            of_apps: vec![("a", App::Triggered), ("b", App::OutOfReach), ("c", App::OutOfReach)],
            ..Row::default()
        },
        Row {
            name: "an app that is on and was not called, early",
            events: whole(),
            apps: Some(vec![app("a", "ENABLED", "FULL"), app("b", "ENABLED", "FULL")]),
            now: EARLY,
            state: Waiting,
            of_apps: vec![("a", App::Triggered), ("b", App::Waiting)],
            ..Row::default()
        },
        Row {
            name: "an app that is on and was not called, late: the alarm",
            events: whole(),
            apps: Some(vec![app("a", "ENABLED", "FULL"), app("b", "ENABLED", "FULL")]),
            state: Unconfirmed,
            of_apps: vec![("a", App::Triggered), ("b", App::Silent)],
            ..Row::default()
        },
        Row {
            name: "at work again with the session from before",
            events: whole(),
            apps: full(),
            sign_ins: vec![sign_in("a", "s1", -90), sign_in("a", "s1", 60)],
            state: Failed,
            of_apps: vec![("a", App::StillActive)],
            ..Row::default()
        },
        Row {
            name: "had to sign in anew",
            events: whole(),
            apps: full(),
            sign_ins: vec![sign_in("a", "s1", -90), sign_in("a", "s2", 60)],
            of_apps: vec![("a", App::Confirmed)],
            ..Row::default()
        },
        Row {
            name: "an app that nobody knows",
            events: vec![scheduled(), ended(), triggered(&["x"])],
            state: Partial,
            of_apps: vec![("x", App::Triggered)],
            ..Row::default()
        },
        Row {
            name: "sessions alone reach no app",
            events: vec![event("c", 0, LogoutKind::Cleared, "t"), ended()],
            apps: full(),
            state: Partial,
            ..Row::default()
        },
        Row {
            name: "sessions alone, refused",
            events: vec![failed(event("c", 0, LogoutKind::Cleared, "t"))],
            state: Failed,
            ..Row::default()
        },
        Row {
            name: "204 and nothing yet",
            request: Some(request(true, None)),
            now: EARLY,
            state: Waiting,
            ..Row::default()
        },
        Row {
            name: "204 and then silence",
            request: Some(request(true, None)),
            state: Unconfirmed,
            ..Row::default()
        },
        Row {
            name: "204, silence, and an app that should have been called",
            request: Some(request(true, None)),
            apps: full(),
            state: Unconfirmed,
            of_apps: vec![("a", App::Silent)],
            ..Row::default()
        },
        Row {
            name: "sessions, 204 and then silence",
            request: Some(request(false, None)),
            state: Unconfirmed,
            ..Row::default()
        },
        Row {
            name: "a request of ours with its evidence",
            events: whole(),
            request: Some(request(true, Some("sch"))),
            apps: full(),
            of_apps: vec![("a", App::Triggered)],
            ..Row::default()
        },
        Row {
            name: "a request of ours, joined by time",
            events: whole(),
            request: Some(request(true, None)),
            apps: full(),
            of_apps: vec![("a", App::Triggered)],
            ..Row::default()
        },
    ]
}

#[test]
fn every_logout_is_told_as_what_it_was() {
    for row in rows() {
        let requests: Vec<LogoutRequest> = row.request.clone().into_iter().collect();
        let person = LogoutPerson { apps: row.apps.as_deref(), org: &[], sign_ins: &row.sign_ins };
        let runs = logout_runs(&row.events, &requests, person, Timestamp(row.now));
        assert_eq!(runs.len(), 1, "{}: {runs:?}", row.name);
        let run = &runs[0];
        let apps: Vec<(&str, LogoutAppState)> =
            run.apps.iter().map(|app| (app.app.as_str(), app.state)).collect();
        assert_eq!((run.state, apps), (row.state, row.of_apps), "{}", row.name);
        assert_eq!(run.containment.is_some(), row.request.is_some(), "{}", row.name);
    }
}

fn runs(events: &[LogoutEvent], requests: &[LogoutRequest]) -> Vec<LogoutFound> {
    logout_runs(events, requests, LogoutPerson::default(), Timestamp(LATE))
}

#[test]
fn events_are_joined_by_trace_and_by_transaction_and_stages_tell_them() {
    let transaction = |event: LogoutEvent| LogoutEvent { transaction: Some("x".into()), ..event };
    let events = [
        // The clearing shares the transaction with the ends, and the trace with the run.
        transaction(event("clear", 0, LogoutKind::Cleared, "t")),
        transaction(event("end1", 1, LogoutKind::SessionEnded, "")),
        failed(transaction(event("end2", 1, LogoutKind::SessionEnded, ""))),
        triggered(&["a"]),
        event("dev", 9, LogoutKind::DeviceLogout, "t"),
        // Somebody who signs off is no logout.
        event("own", 5, LogoutKind::SessionEnded, "u"),
    ];
    let found = runs(&events, &[]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].key.as_str(), found[0].begun_by.as_str()), ("t", "Rae Admin"));
    let told: Vec<(u32, Option<bool>)> =
        found[0].stages.iter().map(|stage| (stage.events, stage.success)).collect();
    let want = [(1, Some(true)), (0, None), (1, Some(true)), (2, Some(false)), (0, None), (1, Some(true))];
    assert_eq!(told, want);
    assert_eq!((found[0].began, found[0].last), (Timestamp(T), Timestamp(T + 9000)));
}

#[test]
fn two_runs_are_two_and_the_newest_comes_first() {
    let later = |event: LogoutEvent| LogoutEvent { at: Timestamp(event.at.0 + 3_600_000), ..event };
    let second = later(event("p", 0, LogoutKind::RiskPolicy, "u"));
    let found = runs(&[scheduled(), ended(), triggered(&[]), second], &[]);
    let told: Vec<(&str, &str)> = found.iter().map(|run| (&*run.key, &*run.begun_by)).collect();
    assert_eq!(told, [("u", "Entity risk policy"), ("t", "Rae Admin")]);
}

#[test]
fn what_a_policy_did_is_not_taken_for_an_answer_to_a_request_of_ours() {
    let policy = event("p", 1, LogoutKind::RiskPolicy, "t");
    let found = runs(&[policy, ended(), triggered(&[])], &[request(true, None)]);
    assert_eq!(found.len(), 2);
    assert!(found.iter().any(|run| run.key == "containment-4-2" && run.state == LogoutState::Unconfirmed));
    assert!(found.iter().any(|run| run.key == "t" && run.containment.is_none()));
}

//! One logout run as the log tells it: its stages as a track, and what is known of each app. Every mark leads to its event.

use crate::{
    kit::{
        icon::{Glyph, Icon},
        text,
    },
    parts::log_link::{event_href, log_href},
    state::as_of::AsOf,
};
use contract::logout::{AppState, LogoutEvidence, LogoutRun, LogoutStage, LogoutState};
use domain::{LogField, LogFilter, Timestamp};
use leptos::prelude::*;

/// The events of a run. Those without a trace are known by the one that began it.
pub fn run_href(run: &LogoutRun) -> String {
    match run.stages.iter().any(|stage| stage.uuid.as_deref() == Some(run.key.as_str())) {
        true => event_href(&run.key),
        false => log_href(&LogFilter::of(LogField::Trace, run.key.clone())),
    }
}

fn looks(state: LogoutState) -> (Glyph, &'static str) {
    match state {
        LogoutState::Confirmed => (Glyph::Check, "good"),
        LogoutState::Waiting => (Glyph::Clock, "plain"),
        LogoutState::Partial => (Glyph::Warning, "warn"),
        LogoutState::Unconfirmed => (Glyph::Question, "bad"),
        LogoutState::Failed => (Glyph::Close, "bad"),
    }
}

/// Where a run stands.
#[component]
pub fn RunState(state: LogoutState) -> impl IntoView {
    let (glyph, tone) = looks(state);
    view! { <span class="run-state" data-tone=tone data-state=state.key()><Icon glyph/>{state.label()}</span> }
}

/// The name of an app's state for a person, its picture, its tone, and what it means.
pub fn app_words(state: AppState) -> (&'static str, Glyph, &'static str, &'static str) {
    match state {
        AppState::Confirmed => {
            ("Confirmed", Glyph::Check, "good", "The app’s own events show that the session ended.")
        }
        AppState::Triggered => {
            ("Triggered", Glyph::Door, "plain", "Okta called the app. What the app answered is told nowhere.")
        }
        AppState::Waiting => ("Waiting", Glyph::Clock, "plain", "It is early: the log may still tell."),
        AppState::Silent => (
            "Silent",
            Glyph::Warning,
            "warn",
            "Switched on and assigned to the person, and no event names it.",
        ),
        AppState::OutOfReach => {
            ("Out of reach", Glyph::Lock, "plain", "Universal Logout does not reach it: its sessions go on.")
        }
        AppState::Failed => ("Failed", Glyph::Close, "bad", "An event says that it failed."),
        AppState::StillActive => (
            "Still active",
            Glyph::Warning,
            "bad",
            "After the logout the log shows the person at work there, with a session from before.",
        ),
    }
}

/// How grave a state is: what needs somebody stands first.
fn rank(state: AppState) -> u8 {
    match state {
        AppState::StillActive => 0,
        AppState::Failed => 1,
        AppState::Silent => 2,
        AppState::OutOfReach => 3,
        AppState::Waiting => 4,
        AppState::Triggered => 5,
        AppState::Confirmed => 6,
    }
}

/// How many apps are in each state, the gravest first.
pub fn app_counts(apps: &[LogoutEvidence]) -> Vec<(AppState, u64)> {
    let mut counts: Vec<(AppState, u64)> = Vec::new();
    for app in apps {
        match counts.iter_mut().find(|(state, _)| *state == app.state) {
            Some((_, n)) => *n += 1,
            None => counts.push((app.state, 1)),
        }
    }
    counts.sort_by_key(|(state, _)| rank(*state));
    counts
}

/// Counts of apps by state, for a row of a table.
#[component]
pub fn AppCounts(apps: Vec<LogoutEvidence>) -> impl IntoView {
    let chip = |(state, n): (AppState, u64)| {
        let (words, glyph, tone, meaning) = app_words(state);
        view! { <span class="proof" data-tone=tone title=meaning><Icon glyph/>{format!("{} {}", text::count(n), words.to_lowercase())}</span> }
    };
    match apps.is_empty() {
        true => view! { <span class="unknown">"No app is named"</span> }.into_any(),
        false => {
            view! { <span class="proofs">{app_counts(&apps).into_iter().map(chip).collect_view()}</span> }
                .into_any()
        }
    }
}

/// Each app with what the log says of it, the gravest first. A chip with an event leads to it.
#[component]
pub fn Evidence(apps: Vec<LogoutEvidence>) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let mut apps = apps;
    apps.sort_by(|a, b| (rank(a.state), &a.label).cmp(&(rank(b.state), &b.label)));
    if apps.is_empty() {
        return view! { <p class="unknown">"No event names an app yet."</p> }.into_any();
    }
    let line = move |app: LogoutEvidence| {
        let (words, glyph, tone, meaning) = app_words(app.state);
        let name = app.label.unwrap_or_else(|| app.app.to_string());
        let chip = view! { <span class="proof" data-tone=tone title=meaning><Icon glyph/>{words}</span> };
        view! {
            <li data-app=app.app.to_string()>
                <span class="clip"><bdi>{name}</bdi></span>
                {match app.uuid {
                    Some(uuid) => view! { <a href=as_of.link(&event_href(&uuid)) title="Open the event">{chip}</a> }.into_any(),
                    None => chip.into_any(),
                }}
            </li>
        }
    };
    view! { <ul class="proof-list">{apps.into_iter().map(line).collect_view()}</ul> }.into_any()
}

/// The stages in their order, as dots on a line; `wide` adds the words and the times.
#[component]
pub fn Track(stages: Vec<LogoutStage>, began: Timestamp, #[prop(optional)] wide: bool) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let stop = move |stage: LogoutStage| {
        let LogoutStage { stage, at, events, success, uuid } = stage;
        let is = match (at, success) {
            (None, _) => "none",
            (Some(_), Some(false)) => "failed",
            (Some(_), Some(true)) => "done",
            (Some(_), None) => "said",
        };
        let when = match at {
            Some(at) if at == began => text::clock(at.0),
            Some(at) => format!("+{}", text::span(at.since(began))),
            None => "no event".to_owned(),
        };
        let many = if events > 1 {
            format!(", {}", text::plural(events.into(), "event", "events"))
        } else {
            String::new()
        };
        let failed = if is == "failed" { ", failed" } else { "" };
        let title = format!("{}: {when}{many}{failed}", stage.label());
        let exact = at.map(|at| text::exact(at.0));
        let dot = view! { <i class="dot-stop" aria-hidden="true"></i> };
        let words = wide.then(|| {
            let label = match uuid {
                Some(uuid) => view! { <a href=as_of.link(&event_href(&uuid)) title="Open the event">{stage.label()}</a> }.into_any(),
                None => view! { {stage.label()} }.into_any(),
            };
            view! { <span class="stop-label">{label}</span><span class="dim" title=exact>{when}{many}{failed}</span> }
        });
        let told = (!wide).then(|| view! { <span class="sr">{title.clone()}". "</span> });
        view! { <li data-is=is title=title>{dot}{words}{told}</li> }
    };
    view! { <ol class="track" data-wide=wide.then_some("")>{stages.into_iter().map(stop).collect_view()}</ol> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::LogoutReach;

    fn app(state: AppState) -> LogoutEvidence {
        LogoutEvidence { app: "0oa1".into(), label: None, reach: LogoutReach::Full, state, uuid: None }
    }

    #[test]
    fn what_needs_somebody_stands_first() {
        let apps =
            [AppState::Confirmed, AppState::Silent, AppState::Confirmed, AppState::StillActive].map(app);
        let counts = app_counts(&apps);
        assert_eq!(counts, [(AppState::StillActive, 1), (AppState::Silent, 1), (AppState::Confirmed, 2)]);
    }

    #[test]
    fn a_run_without_a_trace_leads_to_the_event_that_began_it() {
        let stage = LogoutStage {
            stage: contract::logout::Stage::Requested,
            at: Some(Timestamp(1)),
            events: 1,
            success: Some(true),
            uuid: Some("u-1".into()),
        };
        let mut run = LogoutRun {
            key: "u-1".into(),
            user: None,
            user_name: None,
            state: LogoutState::Waiting,
            begun_by: String::new(),
            containment: None,
            stages: vec![stage],
            apps: Vec::new(),
            began: Timestamp(1),
            last: Timestamp(1),
        };
        assert_eq!(run_href(&run), "/log?id=u-1");
        run.key = "t-9".into();
        assert_eq!(run_href(&run), "/log?trace=t-9");
    }
}

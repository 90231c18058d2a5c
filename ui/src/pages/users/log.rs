//! What was told of a person: the levels of risk, and the latest events of the log.

use crate::{kit::text, parts::risk_badge::RiskBadge};
use domain::{LogEvent, RiskEntry, RiskSource, Timestamp};
use leptos::prelude::*;

/// The levels, newest first.
pub fn risks(entries: Vec<RiskEntry>, now: Timestamp) -> AnyView {
    if entries.is_empty() {
        let text = "Neither the log nor the org ever told a level of this person.";
        return view! { <p class="unknown">{text}</p> }.into_any();
    }
    let entry = move |entry: RiskEntry| {
        let bad = entry.level == domain::RiskLevel::High;
        let source = match (&entry.source, &entry.event_type) {
            (RiskSource::Log, Some(event_type)) => event_type.to_string(),
            (RiskSource::Log, None) => "From the log".to_owned(),
            (RiskSource::Api, _) => "Asked of the org".to_owned(),
        };
        view! {
            <li data-kind=if bad { "bad" } else { "plain" }>
                {time(entry.at, now)}
                <div><RiskBadge level=Some(entry.level)/>
                    {entry.reason.map(|reason| view! { <span class="change"><bdi>{String::from(reason)}</bdi></span> })}
                    <span class="change dim">{source}</span>
                </div>
            </li>
        }
    };
    view! { <ol class="timeline">{entries.into_iter().map(entry).collect_view()}</ol> }.into_any()
}

/// The events, newest first.
pub fn events(events: Vec<LogEvent>, now: Timestamp) -> AnyView {
    if events.is_empty() {
        return view! { <p class="unknown">"The log that is kept here tells nothing of this person."</p> }
            .into_any();
    }
    let entry = move |event: LogEvent| {
        let bad = matches!(event.outcome.as_deref(), Some("FAILURE" | "DENY"));
        let title = event.message.unwrap_or_else(|| event.event_type.clone());
        let by = event
            .actor_name
            .map(|name| view! { <span class="change">"by "<bdi>{String::from(name)}</bdi></span> });
        let outcome =
            event.outcome.map(|outcome| view! { " "<span class="dim">{String::from(outcome)}</span> });
        view! {
            <li data-kind=if bad { "bad" } else { "plain" }>
                {time(event.published, now)}
                <div><span title=String::from(event.event_type)>{String::from(title)}</span>{outcome}{by}</div>
            </li>
        }
    };
    view! { <ol class="timeline">{events.into_iter().map(entry).collect_view()}</ol> }.into_any()
}

fn time(at: Timestamp, now: Timestamp) -> impl IntoView {
    view! { <time class="dim" datetime=at.to_rfc3339() title=text::exact(at.0)>{text::ago(at.0, now.0)}</time> }
}

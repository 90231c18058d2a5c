//! The columns of the log and what stands in their cells. They yield from the right; time stays in sight.

use super::when::EventTime;
use crate::{
    address::View,
    kit::{
        grid::Column,
        icon::{Glyph, Icon},
    },
    parts::{
        device_link::DevicesView,
        event_words::{event_words, is_known},
        risk_badge::RiskBadge,
        user_link::UsersView,
    },
};
use contract::log::LogRow;
use domain::{LogEvent, LogField, Timestamp};
use leptos::prelude::*;

const fn column(key: &'static str, label: &'static str, width: u32) -> Column {
    Column { key, label, width, pinned: false, sortable: false, number: false }
}

/// The columns, by what yields last.
pub fn all() -> Vec<Column> {
    vec![
        Column { pinned: true, ..column("time", "Time", 148) },
        column("event", "Event", 268),
        column("risk", "Risk", 92),
        column("who", "Who", 132),
        column("about", "About", 196),
        column("outcome", "Outcome", 220),
        column("ip", "IP address", 124),
    ]
}

/// The fields that a column shows, for what can be done with its cell.
pub fn fields(key: &str) -> &'static [LogField] {
    match key {
        "event" => &[LogField::EventType, LogField::Severity],
        "risk" => &[LogField::Risk],
        "who" => &[LogField::Actor],
        "about" => &[LogField::User, LogField::Device, LogField::App],
        "outcome" => &[LogField::Outcome],
        "ip" => &[LogField::Ip],
        _ => &[LogField::EventType],
    }
}

/// What stands in a cell.
pub fn draw(row: &LogRow, key: &str, now: Timestamp) -> AnyView {
    let event = &row.event;
    match key {
        "time" => view! { <EventTime at=event.published now/> }.into_any(),
        "event" => title(event),
        // An event that tells no level has nothing to say here: that is not a level that was never rated.
        "risk" => event.risk_level.clone().map(|level| view! { <RiskBadge level=Some(level)/> }).into_any(),
        "who" => match (&event.actor_name, &event.actor_id) {
            (Some(name), _) => view! { <span class="clip"><bdi>{name.to_string()}</bdi></span> }.into_any(),
            (None, Some(id)) => view! { <span class="clip mono">{id.to_string()}</span> }.into_any(),
            (None, None) => ().into_any(),
        },
        "about" => about(row),
        "outcome" => view! { <Outcome outcome=text(&event.outcome) reason=text(&event.reason)/> }.into_any(),
        "ip" => {
            event.ip.as_ref().map(|ip| view! { <span class="clip mono">{ip.to_string()}</span> }).into_any()
        }
        _ => ().into_any(),
    }
}

fn text(text: &Option<Box<str>>) -> Option<String> {
    text.as_deref().map(str::to_owned)
}

fn title(event: &LogEvent) -> AnyView {
    let words = event_words(&event.event_type, event.message.as_deref());
    let hint = format!("{words}\n{}", event.event_type);
    let own = (words != *event.event_type)
        .then(|| view! { <span class="sub mono clip">{event.event_type.to_string()}</span> });
    let unknown = (!is_known(&event.event_type)).then_some("");
    view! {
        <Severity severity=text(&event.severity)/>
        <span class="clip words" data-unknown-type=unknown title=hint>{words}</span>{own}
    }
    .into_any()
}

/// A mark where the org itself calls the event a warning or an error.
#[component]
pub fn Severity(severity: Option<String>) -> impl IntoView {
    let shown = match severity.as_deref() {
        Some("WARN") => Some(("warn", "Warning")),
        Some("ERROR") => Some(("bad", "Error")),
        _ => None,
    };
    shown.map(|(tone, word)| view! { <span class="badge" data-tone=tone title="Severity, as the org rates it">{word}</span> })
}

/// How it went: a shape, a word, and the org's reason.
#[component]
pub fn Outcome(outcome: Option<String>, reason: Option<String>) -> impl IntoView {
    let (tone, glyph) = match outcome.as_deref() {
        Some("SUCCESS" | "ALLOW") => ("good", Some(Glyph::Check)),
        Some("FAILURE" | "DENY") => ("bad", Some(Glyph::Close)),
        Some("CHALLENGE") => ("warn", Some(Glyph::Question)),
        _ => ("plain", None),
    };
    let word = outcome.map(|outcome| crate::kit::text::words(&outcome.to_lowercase()));
    let hint = reason.clone();
    view! {
        <span class="outcome" data-tone=tone title=hint>
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            {word}{reason.map(|reason| view! { <span class="sub clip">{reason}</span> })}
        </span>
    }
}

fn about(row: &LogRow) -> AnyView {
    let event = &row.event;
    let link = |href: String, name: String, what: &'static str| {
        view! { <a class="clip" href=href tabindex="-1" title=format!("{what}: {name}") on:click=|e| e.stop_propagation()><bdi>{name.clone()}</bdi></a> }
    };
    let user = event.user.as_ref().map(|id| {
        link(UsersView::person(id).href(), row.user_name.clone().unwrap_or_else(|| id.to_string()), "Person")
    });
    let device = event.device.as_ref().map(|id| {
        let name = row.device_name.clone().unwrap_or_else(|| id.to_string());
        link(DevicesView { open: Some(id.clone()), ..DevicesView::default() }.href(), name, "Device")
    });
    let app = event.app.as_ref().map(|id| {
        let name = row.app_name.clone().unwrap_or_else(|| id.to_string());
        let hint = format!("App: {name}");
        view! { <span class="clip sub" title=hint><bdi>{name}</bdi></span> }
    });
    view! { {user}{device}{app} }.into_any()
}

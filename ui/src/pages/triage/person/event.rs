//! One event of the axis, asked for by its place in the log: the essence, and the way to all of it.

use crate::{
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        text,
    },
    parts::{event_words::event_words, log_link::event_href, risk_badge::RiskBadge, trouble::Trouble},
    query::use_query,
    state::as_of::AsOf,
};
use contract::log::{ListLog, LogRow};
use domain::{LogFilter, LogPlace};
use leptos::prelude::*;

/// The event.
#[component]
pub fn EventBrief(place: LogPlace, open: RwSignal<Option<LogPlace>>) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    // The first one that is older than the place right after this one.
    let before = LogPlace { id: place.id.saturating_add(1), ..place };
    let query = use_query(move || {
        Some(ListLog { as_of: as_of.get(), filter: LogFilter::default(), before: Some(before), limit: 1 })
    });
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(page), _) => match page.rows.into_iter().next().filter(|row| row.place == place) {
            Some(row) => view! { <Brief row/> }.into_any(),
            None => view! { <p class="unknown">"The log that is kept here no longer holds this event."</p> }.into_any(),
        },
        (None, Some(failure)) => view! { <Trouble failure/> }.into_any(),
        (None, None) => view! { <p class="dim">"…"</p> }.into_any(),
    };
    view! {
        <div class="event-brief" role="group" aria-label="Event" aria-live="polite">
            <Button label="Close the event" glyph=Glyph::Close icon_only=true variant=Variant::Quiet on_press=move |_| open.set(None)/>
            {body}
        </div>
    }
}

#[component]
fn Brief(row: LogRow) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let LogRow { event, device_name, app_name, .. } = row;
    let href = event_href(&event.uuid);
    let fact = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <dt>{name}</dt><dd><bdi>{value}</bdi></dd> })
    };
    let outcome = [event.outcome.as_deref(), event.reason.as_deref()];
    let outcome = outcome.into_iter().flatten().collect::<Vec<_>>().join(": ");
    let words = event_words(&event.event_type, event.message.as_deref());
    let risk = event.risk_level.clone().map(|level| view! { <RiskBadge level=Some(level)/> });
    view! {
        <p class="line"><b>{words}</b>{risk}<a href=move || as_of.link(&href)>"Open in the log"</a></p>
        <dl class="facts">
            <dt>"When"</dt><dd>{text::exact(event.published.0)}</dd>
            <dt>"Type"</dt><dd class="mono selectable">{String::from(event.event_type)}</dd>
            {fact("By", event.actor_name.map(String::from))}
            {fact("Outcome", (!outcome.is_empty()).then_some(outcome))}
            {fact("Address", event.ip.map(String::from))}
            {fact("Device", device_name.or(event.device.map(|device| device.to_string())))}
            {fact("App", app_name.or(event.app.map(String::from)))}
        </dl>
    }
}

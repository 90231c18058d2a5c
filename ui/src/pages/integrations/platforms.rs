//! One platform: how many of its devices are managed, and what is known of its set-up.

use crate::{
    kit::{bars::Bar, text},
    parts::{
        device_link::DevicesView,
        event_words::event_words,
        raw_event::RawEventButton,
        words::{Unknown, When},
    },
    state::as_of::AsOf,
};
use contract::managed::{PlatformReadiness, SetUpEvent};
use domain::{Facet, FacetFilter, Platform, Timestamp, UNKNOWN};
use leptos::prelude::*;

/// The panel.
#[component]
pub fn PlatformPanel(platform: PlatformReadiness, now: Timestamp) -> impl IntoView {
    let PlatformReadiness { platform: key, label, devices, managed, integrations, set_up } = platform;
    let proof = match Platform::from(key.as_str()) {
        Platform::Ios | Platform::Android => "Proof: a management hint in Okta Verify’s app configuration.",
        Platform::Windows | Platform::Macos => "Proof: a client certificate of a known authority.",
        _ => "How it proves management is not known.",
    };
    let proven = managed.iter().any(|(key, _, n)| key == "MANAGED" && *n > 0);
    let deleted = set_up.first().is_some_and(|event| event.event_type.ends_with(".delete"));
    let configured = match (deleted, set_up.is_empty(), proven) {
        (true, ..) => "The log says that its set-up was deleted.",
        (false, false, _) => "The log tells of its set-up.",
        (false, true, true) => "Some of its devices are managed, so it is set up or was.",
        (false, true, false) => "Not known: neither an event nor a managed device tells of it.",
    };
    let resets = set_up.clone().into_iter().take(5).map(|event| view! { <SetUp event now/> }).collect_view();
    let none = set_up.is_empty();
    let expires = set_up.iter().find_map(|event| event.expires.clone());
    view! {
        <section class="panel readiness" aria-label=label.clone() data-platform=key.clone()>
            <header><h2>{label.clone()}</h2><p>{text::plural(devices, "device", "devices")}". "{proof}</p></header>
            <Counts key=key.clone() managed whole=devices/>
            <dl class="facts">
                <dt>"Set up"</dt><dd>{configured}</dd>
                <dt>"Expires"</dt>
                <dd>{match expires {
                    Some(date) => view! { <span class="mono">{date}</span> }.into_any(),
                    None => view! { <Unknown text="Not known: no API or event tells it"/> }.into_any(),
                }}</dd>
                <dt>"Integrations"</dt>
                <dd>{match integrations.is_empty() {
                    true => view! { <span class="soft">"None for this platform"</span> }.into_any(),
                    false => integrations.into_iter().map(|(name, status)| view! {
                        <span class="integration"><bdi>{name}</bdi>" "<span class="dim">{status.map_or("status not reported".to_owned(), |s| s.to_lowercase())}</span></span>
                    }).collect_view().into_any(),
                }}</dd>
                <dt>"Last changes"</dt>
                <dd>{if none { view! { <span class="unknown">"None in the log"</span> }.into_any() } else { view! { <ul class="set-ups">{resets}</ul> }.into_any() }}</dd>
            </dl>
        </section>
    }
}

#[component]
fn Counts(key: String, managed: Vec<(String, String, u64)>, whole: u64) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let line = move |(value, label, count): (String, String, u64)| {
        let mut view = DevicesView::of(Facet::Platform, &key);
        view.query.filters.push(FacetFilter::include(Facet::Managed, [value.clone()]));
        let unknown = value == UNKNOWN;
        view! {
            <li><a href=as_of.link(&view.href())>
                <span class="clip" class:unknown=unknown>{label}</span><span class="num">{text::count(count)}</span>
                <span class="share">{text::share(count, whole)}</span><Bar part=count whole unknown/>
            </a></li>
        }
    };
    view! { <ul class="tally">{managed.into_iter().filter(|(_, _, n)| *n > 0).map(line).collect_view()}</ul> }
}

#[component]
fn SetUp(event: SetUpEvent, now: Timestamp) -> impl IntoView {
    let title = event_words(&event.event_type, event.message.as_deref());
    view! {
        <li>
            <span>
                <span title=event.event_type.clone()>{title}</span>" "<span class="dim"><When at=Some(event.at) now/></span>
                {event.actor.map(|actor| view! { <span class="dim">" by "<bdi>{actor}</bdi></span> })}
            </span>
            <RawEventButton uuid=event.uuid/>
        </li>
    }
}

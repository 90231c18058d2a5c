//! Which devices could run a custom check at all, as counts that open their rows.

use crate::{
    kit::text,
    parts::{device_link::DevicesView, failure_notice::FailureNotice},
    query::use_query,
    state::as_of::AsOf,
};
use contract::lab::{GetCheckReadiness, PlatformCheckReadiness, ReadyCount, ReadyTone};
use leptos::prelude::*;

/// The part.
#[component]
pub fn ReadinessPart() -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let query = use_query(move || Some(GetCheckReadiness { as_of: as_of.get() }));
    let body = move || {
        match (query.value.get(), query.failure.get()) {
        (Some(ready), _) => view! { <div class="panels">{ready.platforms.into_iter().map(|platform| view! { <Platform platform/> }).collect_view()}</div> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => view! { <div class="figures skeleton" aria-hidden="true"></div> }.into_any(),
    }
    };
    view! {
        <div class="overview" data-ready=move || query.value.read().is_some().then_some("")>
            <p class="lead">"A device runs custom checks only with a new enough system and Okta Verify, with the org’s osquery integration active, and with keys that an MDM set. The org tells the first two in part and the third; it never tells the keys."</p>
            {body}
        </div>
    }
}

#[component]
fn Platform(platform: PlatformCheckReadiness) -> impl IntoView {
    let whole = platform.counts.iter().find(|c| c.tone == ReadyTone::All).map_or(0, |c| c.count);
    let integration = match (&platform.integration, platform.integration_active) {
        (Some(name), Some(true)) => format!("{name}: active"),
        (Some(name), Some(false)) => format!("{name}: not active. No custom check runs."),
        (Some(name), None) => format!("{name}: status not reported"),
        (None, _) => "The org lists no osquery integration for this platform.".to_owned(),
    };
    view! {
        <section class="panel readiness" aria-label=platform.platform.label()>
            <header><h2>{platform.platform.label()}</h2><p>{integration}</p></header>
            <ul class="tally">{platform.counts.into_iter().map(|count| view! { <Count count whole/> }).collect_view()}</ul>
            <div><h3>"What a device needs"</h3><ul class="needs">{platform.needs.into_iter().map(|need| view! { <li>{need}</li> }).collect_view()}</ul></div>
        </section>
    }
}

#[component]
fn Count(count: ReadyCount, whole: u64) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let view = DevicesView { query: count.query, ..DevicesView::default() };
    view! {
        <li><a href=as_of.link(&view.href()) title=count.note>
            <span class="clip" class:unknown=count.tone == ReadyTone::Unknown>{count.label}</span><span class="num">{text::count(count.count)}</span>
            <span class="share">{text::share(count.count, whole)}</span>
            <crate::kit::bars::Bar part=count.count whole unknown=count.tone == ReadyTone::Unknown/>
        </a></li>
    }
}

//! Integrations: for now the managed status, how ready each platform is for it and how links changed. Every number is a
//! link to exactly the rows it counts, or stands above them.

mod flips;
mod platforms;

use crate::{
    kit::text,
    parts::{
        failure_notice::FailureNotice,
        raw_event::{RawEventDialog, RawEvents},
    },
    query::use_query,
    state::as_of::{AsOf, Shown},
};
use contract::managed::{GetReadiness, Readiness};
use flips::FlipsPanel;
use leptos::prelude::*;
use platforms::PlatformPanel;

/// The page.
#[component]
pub fn IntegrationsPage() -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let query = use_query(move || Some(GetReadiness { as_of: as_of.get() }));
    let events = RawEvents::new();
    provide_context(events);
    let shown = expect_context::<Shown>();
    let body = move || match (query.value.get(), shown.unread("Devices").or_else(|| query.failure.get())) {
        // Numbers of what was never read would all be zero, and none of them true.
        (_, Some(failure)) if shown.unread("Devices").is_some() => {
            view! { <FailureNotice failure retry=move || query.retry()/> }.into_any()
        }
        (Some(readiness), _) => view! { <Body readiness/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => view! { <div class="figures skeleton" aria-hidden="true"></div> }.into_any(),
    };
    view! {
        <div class="page-head"><h1>"Integrations"</h1><span class="soft">"Managed status"</span></div>
        <div class="overview" data-ready=move || query.value.read().is_some().then_some("")>{body}</div>
        <RawEventDialog events/>
    }
}

#[component]
fn Body(readiness: Readiness) -> impl IntoView {
    let Readiness { now, log_begins, platforms, flips, flips_capped, .. } = readiness;
    let known = match log_begins {
        Some(begins) => format!(
            "The log is known since {}; changes of the set-up as far back as the org keeps them.",
            text::day(begins.0)
        ),
        None => "The log has not been read yet, so nothing is known of changes of the set-up.".to_owned(),
    };
    view! {
        <p class="lead">
            "No public API lists management attestation: the secret keys of phones and the certificate authorities of computers. What stands here is told from the org’s devices, its device integrations and its log. "{known}
        </p>
        <div class="panels">
            {platforms.into_iter().map(|platform| view! { <PlatformPanel platform now/> }).collect_view()}
            <FlipsPanel flips capped=flips_capped now/>
        </div>
    }
}

//! The left rail: every page, with how much is in it.

use crate::{
    kit::{icon::Icon, text},
    routes::Route,
    state::as_of::Shown,
};
use contract::session::Snapshot;
use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_location};

/// Count shown beside a page, where it has one.
fn amount(route: Route, snapshot: &Snapshot) -> Option<u64> {
    match route {
        Route::Overview
        | Route::Triage
        | Route::Posture
        | Route::Logout
        | Route::Integrations
        | Route::Log
        | Route::Cases
        | Route::Activity
        | Route::Settings => None,
        Route::Devices => Some(snapshot.devices),
        Route::Users => Some(snapshot.users),
    }
}

/// The first of those at the foot stands apart.
fn apart(route: Route) -> Option<&'static str> {
    (Route::FOOT.first() == Some(&route)).then_some("apart")
}

/// The rail.
#[component]
pub fn Rail() -> impl IntoView {
    let shown = expect_context::<Shown>();
    let path = use_location().pathname;
    let entry = move |route: &'static Route| {
        let route = *route;
        let count = move || {
            let amount = shown.snapshot().and_then(|s| amount(route, &s))?;
            // What was never read is not none.
            Some(if shown.unread(route.title()).is_some() { "?".to_owned() } else { text::count(amount) })
        };
        view! {
            <A href=route.path() exact=true attr:title=route.title() attr:class=apart(route)
                attr:aria-current=move || (path.get() == route.path()).then_some("page")>
                <Icon glyph=route.glyph()/>
                <span class="label">{route.title()}</span>
                <span class="count">{count}</span>
            </A>
        }
    };
    view! { <nav class="rail" aria-label="Pages">{Route::ALL.iter().chain(Route::FOOT).map(entry).collect_view()}</nav> }
}

//! One person beside the list. Its width is remembered; Esc closes it. What is in it stands in the files beside this one.

use super::{
    ViewUrl,
    access::Access,
    account::Account,
    containing::{PersonActions, Reach},
    log, owned,
};
use crate::{
    address::View,
    kit::{
        button::{Button, Variant},
        icon::Glyph,
    },
    parts::{
        failure_notice::{FailureNotice, copy},
        pane::{PaneEdge, focus_list_after, pane_width},
    },
    query::use_query,
    state::{as_of::AsOf, toasts::Toasts},
};
use contract::users::{GetUser, UserDetail};
use domain::{User, UserId};
use leptos::prelude::*;

/// The pane.
#[component]
pub fn PersonPane(id: UserId, url: ViewUrl) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let (shown, asked) = (id.clone(), id.clone());
    let query = use_query(move || Some(GetUser { as_of: as_of.get(), id: asked.clone() }));
    focus_list_after();
    let width = pane_width();
    let unfolded = RwSignal::new(false);
    let head = move || query.value.get().map(|detail| view! { <Head user=detail.user url/> });
    let state = move || match (query.value.get(), query.failure.get()) {
        (Some(detail), _) => view! { <Account detail/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    };
    let known = Memo::new(move |_| query.value.read().is_some());
    let acted = id.clone();
    let reached = id.clone();
    view! {
        <aside class="detail" aria-label="User" style:width=move || format!("{}px", width.get()) data-user=shown.to_string()>
            <PaneEdge width/>
            {head}
            {move || known.get().then(|| view! { <PersonActions id=acted.clone()/> })}
            // Outside of what a newer snapshot draws anew, so that reading on is not disturbed by it.
            <div class="scroll" tabindex="0" role="region" aria-label="User details">
                {state}
                // Asked of the org once per person, not once per snapshot.
                {move || known.get().then(|| view! { <Reach id=reached.clone()/> })}
                {move || known.get().then(|| view! { <Access id=id.clone()/> })}
                {move || query.value.get().map(|detail| view! { <Rest detail unfolded/> })}
            </div>
        </aside>
    }
}

#[component]
fn Head(user: User, url: ViewUrl) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let id = user.id.to_string();
    let copied = id.clone();
    view! {
        <header>
            <h2 class="selectable"><bdi>{user.name()}</bdi></h2>
            <Button label="Close" glyph=Glyph::Close icon_only=true key="Esc" variant=Variant::Quiet on_press=move |_| url.change(|v| v.open = None)/>
            <p class="ids soft">
                <span class="mono clip selectable">{id}</span>
                <Button label="Copy id" glyph=Glyph::Copy icon_only=true variant=Variant::Quiet on_press=move |_| copy(toasts, &copied, "Id copied.")/>
                <Button label="Copy link to this view" glyph=Glyph::Link icon_only=true variant=Variant::Quiet
                    on_press=move |_| copy(toasts, &url.view.get_untracked().href(), "Link copied.")/>
            </p>
        </header>
    }
}

/// What comes after groups and roles.
#[component]
fn Rest(detail: UserDetail, unfolded: RwSignal<bool>) -> impl IntoView {
    let UserDetail { now, risks, sessions, sessions_complete, events, raw, .. } = detail;
    view! {
        <section aria-label="Risk history"><h3>"Risk history"<span class="dim">{risks.len()}</span></h3>{log::risks(risks, now)}</section>
        <section aria-label="Sessions">
            <h3>"Sessions"<span class="dim">{sessions.len()}</span></h3>
            {owned::sessions(sessions, sessions_complete, now)}
        </section>
        <section aria-label="Log events"><h3>"Log events"<span class="dim">{events.len()}</span></h3>{log::events(events, now)}</section>
        <section aria-label="As the org sent it">
            <button type="button" class="facet-more" aria-expanded=move || unfolded.get().to_string() on:click=move |_| unfolded.update(|o| *o = !*o)>
                {move || if unfolded.get() { "Hide the org’s JSON" } else { "Show the org’s JSON" }}
            </button>
            {move || unfolded.get().then(|| view! { <pre class="raw" tabindex="0">{raw.clone()}</pre> })}
        </section>
    }
}

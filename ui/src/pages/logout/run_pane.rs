//! One logout run beside the list: its stages with their times and events, and every app with what the log says of it.

use super::{ViewUrl, runs::person_href};
use crate::{
    address::View,
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        notice::Notice,
    },
    parts::{
        containment_words::containment_href,
        failure_notice::copy,
        logout_run::{Evidence, RunState, Track, run_href},
        pane::{PaneEdge, pane_width},
        words::When,
    },
    state::{as_of::AsOf, toasts::Toasts},
};
use contract::logout::{LogoutRun, LogoutState};
use domain::Timestamp;
use leptos::prelude::*;

/// The pane.
#[component]
pub fn RunPane(
    key: String,
    run: Memo<Option<LogoutRun>>,
    now: Memo<Timestamp>,
    url: ViewUrl,
) -> impl IntoView {
    let (toasts, as_of) = (expect_context::<Toasts>(), expect_context::<AsOf>());
    let width = pane_width();
    let shown = key.clone();
    let name = move || run.get().and_then(|run| run.user_name).unwrap_or_else(|| "Logout".to_owned());
    let copied = move |_| copy(toasts, &as_of.link(&url.view.get_untracked().href()), "Link copied.");
    view! {
        <aside class="detail" aria-label="Logout run" style:width=move || format!("{}px", width.get()) data-run=shown>
            <PaneEdge width/>
            <header>
                <h2 class="selectable"><bdi>{name}</bdi></h2>
                <Button label="Close" glyph=Glyph::Close icon_only=true key="Esc" variant=Variant::Quiet on_press=move |_| url.change(|v| v.open = None)/>
                <p class="ids soft"><span class="mono clip selectable">{key}</span>
                    <Button label="Copy link to this view" glyph=Glyph::Link icon_only=true variant=Variant::Quiet on_press=copied/></p>
            </header>
            <div class="scroll" tabindex="0" role="region" aria-label="Logout details">
                {move || match run.get() {
                    Some(run) => view! { <Inside run now=now.get_untracked()/> }.into_any(),
                    None => view! { <Notice glyph=Glyph::Empty title="Not in this list" text="It is on another page, in another state, or in another snapshot."/> }.into_any(),
                }}
            </div>
        </aside>
    }
}

/// What a state asks of whoever looks at it.
fn advice(state: LogoutState) -> &'static str {
    match state {
        LogoutState::Waiting => "It is early. The log is read again by itself.",
        LogoutState::Confirmed => {
            "Every app that was named confirms, or is reached fully, and sessions ended."
        }
        LogoutState::Partial => {
            "Some apps are reached partly or not at all: what goes on there ends by hand or by time."
        }
        LogoutState::Unconfirmed => {
            "Without an event the logout did not work. Do it again, or in the Admin Console."
        }
        LogoutState::Failed => "An event says that it failed. Do it again, or in the Admin Console.",
    }
}

#[component]
fn Inside(run: LogoutRun, now: Timestamp) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let events = as_of.link(&run_href(&run));
    let person = person_href(as_of, &run);
    let LogoutRun { user_name, state, begun_by, containment, stages, apps, began, last, .. } = run;
    let count = apps.len();
    view! {
        <section aria-label="State">
            <p><RunState state/></p>
            <p class="soft note">{advice(state)}</p>
            <dl class="facts">
                {person.map(|href| view! { <dt>"Person"</dt><dd><a href=href><bdi>{user_name.unwrap_or_else(|| "Open".to_owned())}</bdi></a></dd> })}
                <dt>"Begun by"</dt><dd>{begun_by}</dd>
                {containment.map(|id| view! { <dt>"Containment"</dt><dd><a href=as_of.link(&containment_href(id))>{format!("Containment {}", id.0)}</a></dd> })}
                <dt>"Begun"</dt><dd><When at=Some(began) now/></dd>
                <dt>"Last news"</dt><dd><When at=Some(last) now/></dd>
            </dl>
            <a class="more-link" href=events data-testid="run-events">"Show its events in the log"</a>
        </section>
        <section aria-label="Stages"><h3>"Stages"</h3><Track stages began wide=true/></section>
        <section aria-label="Apps"><h3>"Apps"<span class="dim">{count}</span></h3><Evidence apps/></section>
    }
}

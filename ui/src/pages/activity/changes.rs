//! The list of changes.

use super::ViewUrl;
use crate::{
    kit::{progress::Progress, text},
    parts::{activity_link::name_of, step_state::Counts, words::When},
};
use contract::{activity::ActivityPage, intents::Intent};
use domain::{IntentState, Timestamp};
use leptos::prelude::*;

/// Every change of the page.
#[component]
pub fn ChangeList(page: ActivityPage, url: ViewUrl) -> impl IntoView {
    let now = page.now;
    view! {
        <table class="plain">
            <thead><tr>
                <th scope="col">"Change"</th><th scope="col">"State"</th><th scope="col">"Steps"</th><th scope="col">"When"</th><th scope="col">"Who"</th>
            </tr></thead>
            <tbody>{page.changes.into_iter().map(|intent| view! { <Row intent now url/> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(intent: Intent, now: Timestamp, url: ViewUrl) -> impl IntoView {
    let id = intent.id;
    let open = move || url.view.read().open == Some(id);
    let (over, steps) = (intent.over(), intent.steps);
    let running = !intent.state.is_over();
    view! {
        <tr aria-selected=move || open().to_string() on:click=move |_| url.change(|v| v.open = Some(id))>
            <td><button type="button" class="link clip" data-intent=id.0 on:click=move |e| { e.stop_propagation(); url.change(|v| v.open = Some(id)); }><bdi>{name_of(&intent)}</bdi></button>
                {intent.undo_of.map(|of| view! { <span class="soft">{format!(" undoes {}", of.0)}</span> })}</td>
            <td><span class="badge" data-tone=tone(intent.state)>{intent.state.label()}</span></td>
            <td>{running.then(|| view! { <Progress part=over whole=steps label="Steps that are over"/> })}<Counts counts=intent.counts.clone() of=steps/></td>
            <td><When at=Some(intent.created) now/></td>
            <td class="clip soft" title=intent.note.clone().unwrap_or_default()>{intent.actor.clone()}</td>
        </tr>
    }
}

/// The colour of a state; its word stands beside it.
pub fn tone(state: IntentState) -> &'static str {
    match state {
        IntentState::Running | IntentState::Holding => "accent",
        IntentState::Paused | IntentState::Queued => "warn",
        IntentState::Done | IntentState::Cancelled => "plain",
    }
}

/// How far it is, in words.
pub fn progress_words(intent: &Intent) -> String {
    format!("{} of {}", text::count(intent.over()), text::plural(intent.steps, "step", "steps"))
}

//! What can be done with one device: the moves that are legal now, and how the latest one went. A press only opens the sheet.

use crate::{
    kit::{
        button::{Button, Variant},
        icon::{Glyph, Icon},
        text,
    },
    parts::{activity_link::activity_of, lifecycle_sheet::Sheet},
    query::{Query, use_query},
    state::writes::Writes,
};
use contract::{
    intents::{ListDeviceSteps, Step, Targets},
    session::Session,
};
use domain::{DeviceId, Lifecycle, LifecycleMove, StepState, Tier, Timestamp};
use leptos::prelude::*;
use leptos_router::components::A;

/// The moves of a device in this state, and the latest change made from here.
#[component]
pub fn DeviceActions(
    id: DeviceId,
    #[prop(into)] status: Signal<Lifecycle>,
    #[prop(into)] now: Signal<Timestamp>,
) -> impl IntoView {
    let sheet = expect_context::<Sheet>();
    let writes = Writes::watch();
    let asked = id.clone();
    let steps = use_query(move || Some(ListDeviceSteps { id: asked.clone() }));
    let latest = Memo::new(move |_| steps.value.read().as_ref().and_then(|steps| steps.first().cloned()));
    // What was read after the latest change is newer than the snapshot, until a sync has looked again.
    let session = expect_context::<Query<Session>>();
    let looked = Memo::new(move |_| {
        let session = session.value.read();
        session.as_ref().and_then(|s| s.org.as_ref()?.snapshot.as_ref().map(|snapshot| snapshot.at))
    });
    let shown = Memo::new(move |_| match latest.get() {
        Some(Step { state: StepState::Verified, after: Some(after), changed, .. })
            if after != "GONE" && looked.get().is_none_or(|at| changed > at) =>
        {
            Lifecycle::from(after.as_str())
        }
        _ => status.get(),
    });
    let busy = Memo::new(move |_| latest.read().as_ref().is_some_and(|step| !step.state.is_over()));
    let moves = Memo::new(move |_| LifecycleMove::offered(&shown.get()).collect::<Vec<_>>());
    let button = move |wish: LifecycleMove| {
        let id = id.clone();
        let variant = if wish.tier() == Tier::Destructive { Variant::Danger } else { Variant::Plain };
        let label = Memo::new(move |_| match writes.get() {
            Writes::Queue => format!("Queue: {}…", wish.label().to_lowercase()),
            _ => format!("{}…", wish.label()),
        });
        view! {
            <Button label=label variant disabled=Signal::derive(move || busy.get() || writes.get().refusal().is_some())
                on_press=move |_| sheet.look_at(wish, Targets::Devices(vec![id.clone()]))/>
        }
    };
    view! {
        <section class="device-actions" aria-label="Actions">
            <div class="row">{move || moves.get().into_iter().map(&button).collect_view()}</div>
            {move || writes.get().refusal().map(|why| view! { <p class="soft">{why}</p> })}
            {move || latest.get().map(|step| view! { <Latest step now=now.get()/> })}
        </section>
    }
}

/// How the latest change went.
#[component]
fn Latest(step: Step, now: Timestamp) -> impl IntoView {
    let sheet = expect_context::<Sheet>();
    let writes = Writes::watch();
    let (glyph, tone) = match step.state {
        StepState::Verified => (Glyph::Check, "good"),
        StepState::Waiting | StepState::Sending => (Glyph::Sync, "plain"),
        _ => (Glyph::Warning, "warn"),
    };
    let words = match step.state {
        StepState::Verified => format!("{} · verified", sentence(step.wish.done())),
        StepState::Waiting => format!("{}: waiting", step.wish.label()),
        StepState::Sending => format!("{}: being sent", step.wish.label()),
        state => format!("{}: {}", step.wish.label(), state.label().to_lowercase()),
    };
    let undo = (step.state == StepState::Verified).then(|| step.wish.undo()).flatten();
    let intent = step.intent;
    view! {
        <p class="latest" data-tone=tone role="status">
            <Icon glyph/>
            <span class="grow"><b>{words}</b>" "<time class="soft" title=text::exact(step.changed.0)>{text::ago(step.changed.0, now.0.max(step.changed.0))}</time>
                {step.failure.map(|failure| view! { <span class="block soft">{failure.message}</span> })}
            </span>
            <A href=activity_of(intent)>"Details"</A>
            {undo.map(|wish| view! {
                <Button label="Undo…" glyph=Glyph::Undo variant=Variant::Quiet disabled=Signal::derive(move || writes.get().refusal().is_some())
                    on_press=move |_| sheet.look_at(wish, Targets::ChangedBy(intent))/>
            })}
        </p>
    }
}

fn sentence(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

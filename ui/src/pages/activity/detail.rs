//! One change: how far it is, what can be done with it, and every device of it with its state before and after, the org's
//! request id, and what went wrong.

use super::{
    ViewUrl,
    changes::{progress_words, tone},
};
use crate::{
    kit::{
        button::{Button, Variant},
        icon::{Glyph, Icon},
        progress::Progress,
        text,
    },
    parts::{
        activity_link::name_of, device_link::DevicesView, failure_notice::FailureNotice,
        lifecycle_sheet::Sheet, step_state::StepBadge, words::When,
    },
    query::{Pushes, act, use_query},
    state::{toasts::Toasts, writes::Writes},
};
use contract::{
    Command, Failure,
    intents::{CancelIntent, GetIntent, Intent, IntentDetail, PauseIntent, ResumeIntent, Step, Targets},
};
use domain::{IntentId, IntentState, Lifecycle, StepState, Timestamp};
use leptos::prelude::*;
use leptos_router::components::A;

/// Steps of one page.
const STEPS: u32 = 100;

/// The pane.
#[component]
pub fn DetailPane(id: IntentId, url: ViewUrl) -> impl IntoView {
    let state = RwSignal::new(None::<StepState>);
    let offset = RwSignal::new(0_u64);
    let query =
        use_query(move || Some(GetIntent { id, state: state.get(), offset: offset.get(), limit: STEPS }));
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(detail), _) => view! { <Body detail state offset/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    };
    let title = move || query.value.read().as_ref().map(|detail| name_of(&detail.intent));
    view! {
        <aside class="detail wide" aria-label="Change">
            <header>
                <h2 class="selectable"><bdi>{title}</bdi></h2>
                <Button label="Close" glyph=Glyph::Close icon_only=true key="Esc" variant=Variant::Quiet on_press=move |_| url.change(|v| v.open = None)/>
                <p class="soft">{format!("Change {}", id.0)}</p>
            </header>
            <div class="scroll" tabindex="0" role="region" aria-label="Change details">{body}</div>
        </aside>
    }
}

#[component]
fn Body(detail: IntentDetail, state: RwSignal<Option<StepState>>, offset: RwSignal<u64>) -> impl IntoView {
    let IntentDetail { now, intent, steps } = detail;
    let shown_of = state.get_untracked().map_or(intent.steps, |state| intent.count(state));
    view! {
        <section aria-label="State">
            <p class="row"><span class="badge" data-tone=tone(intent.state)>{intent.state.label()}</span>" "<span>{progress_words(&intent)}</span></p>
            <Progress part=intent.over() whole=intent.steps label="Steps that are over"/>
            {intent.why.clone().map(|why| view! { <p class="callout" data-tone="warn"><Icon glyph=Glyph::Warning/><span>{why.to_string()}</span></p> })}
            <Buttons intent=intent.clone()/>
        </section>
        <section aria-label="Facts">
            <dl class="facts">
                <dt>"Asked"</dt><dd><When at=Some(intent.created) now/></dd>
                <dt>"Last news"</dt><dd><When at=Some(intent.changed) now/></dd>
                <dt>"By"</dt><dd>{intent.actor.clone()}</dd>
                <dt>"Planned from"</dt><dd>{format!("Snapshot {}", intent.snapshot.0)}</dd>
                {intent.note.clone().map(|note| view! { <dt>"Note"</dt><dd>{note}</dd> })}
                {intent.undo_of.map(|of| view! { <dt>"Undoes"</dt><dd><A href=crate::parts::activity_link::activity_of(of)>{format!("Change {}", of.0)}</A></dd> })}
                {intent.undone_by.map(|by| view! { <dt>"Undone by"</dt><dd><A href=crate::parts::activity_link::activity_of(by)>{format!("Change {}", by.0)}</A></dd> })}
            </dl>
        </section>
        <section aria-label="Devices">
            <h3>"Devices"<span class="dim">{text::count(shown_of)}</span></h3>
            <StateFilter intent=intent.clone() state offset/>
            <ul class="change-steps">{steps.into_iter().map(|step| view! { <StepLine step now/> }).collect_view()}</ul>
            <StepPager shown_of offset/>
        </section>
    }
}

/// What can be done with it now.
#[component]
fn Buttons(intent: Intent) -> impl IntoView {
    let (pushes, toasts, sheet) =
        (expect_context::<Pushes>(), expect_context::<Toasts>(), expect_context::<Sheet>());
    let writes = Writes::watch();
    let locked = Signal::derive(move || writes.get().refusal().is_some());
    let (id, wish, undo) = (intent.id, intent.wish, intent.undo);
    let said = move |reply: Result<Intent, Failure>| {
        if let Err(failure) = reply {
            toasts.say(failure.to_string());
        }
    };
    fn send<C: Command<Reply = Intent>>(
        pushes: Pushes,
        command: C,
        said: impl FnOnce(Result<Intent, Failure>) + 'static,
    ) {
        act(pushes, command, said);
    }
    let running = matches!(intent.state, IntentState::Running | IntentState::Holding);
    view! {
        <div class="row">
            {running.then(|| view! { <Button label="Pause" glyph=Glyph::Pause on_press=move |_| send(pushes, PauseIntent { id }, said)/> })}
            {(intent.state == IntentState::Paused).then(|| view! {
                <Button label="Resume" glyph=Glyph::Play disabled=locked on_press=move |_| send(pushes, ResumeIntent { id }, said)/>
            })}
            {(intent.state == IntentState::Queued).then(|| view! {
                <Button label="Look at it again…" disabled=locked on_press=move |_| sheet.look_at(wish, Targets::Queued(id))/>
            })}
            {(!intent.state.is_over()).then(|| view! { <Button label=if intent.state == IntentState::Queued { "Remove from the queue" } else { "Cancel the rest" } on_press=move |_| send(pushes, CancelIntent { id }, said)/> })}
            {undo.map(|wish| view! {
                <Button label=format!("Undo: {}…", wish.label().to_lowercase()) glyph=Glyph::Undo disabled=locked on_press=move |_| sheet.look_at(wish, Targets::ChangedBy(id))/>
            })}
        </div>
    }
}

/// One chip per state that any step is in, with its count.
#[component]
fn StateFilter(intent: Intent, state: RwSignal<Option<StepState>>, offset: RwSignal<u64>) -> impl IntoView {
    let choose = move |to: Option<StepState>| {
        offset.set(0);
        state.set(to);
    };
    let chip = move |(value, n): (StepState, u64)| {
        view! {
            <button type="button" class="toggle" aria-pressed=move || (state.get() == Some(value)).to_string()
                on:click=move |_| choose(if state.get_untracked() == Some(value) { None } else { Some(value) })>
                {value.label()}" "<b>{text::count(n)}</b>
            </button>
        }
    };
    (intent.counts.len() > 1).then(|| view! { <div class="toggles" role="group" aria-label="Only devices in this state">{intent.counts.into_iter().map(chip).collect_view()}</div> })
}

#[component]
fn StepLine(step: Step, now: Timestamp) -> impl IntoView {
    let name = step.name.clone().unwrap_or_else(|| step.device.to_string());
    let link = DevicesView { open: Some(step.device.clone()), ..DevicesView::default() }.href();
    let after = match step.after.as_deref() {
        Some("GONE") => Some("no longer in the org".to_owned()),
        Some(status) => Some(Lifecycle::from(status).label().to_owned()),
        None => None,
    };
    let change = format!("{} → {}", step.before.label(), after.unwrap_or_else(|| "not read yet".to_owned()));
    view! {
        <li data-state=step.state.key()>
            <A href=link attr:class="clip"><bdi>{name}</bdi></A>
            <StepBadge state=step.state/>
            <span class="soft clip">{change}</span>
            <When at=Some(step.changed) now/>
            {step.request_id.map(|id| view! { <span class="mono dim block selectable">"Request "{id}</span> })}
            {step.failure.map(|failure| view! { <span class="block soft">{failure.to_string()}{failure.org_error_id.map(|id| view! { <span class="mono dim">" "{id}</span> })}</span> })}
        </li>
    }
}

#[component]
fn StepPager(shown_of: u64, offset: RwSignal<u64>) -> impl IntoView {
    let size = u64::from(STEPS);
    (shown_of > size).then(move || {
        view! {
            <p class="row">
                <span class="grow soft">{move || format!("{}–{} of {}", offset.get() + 1, (offset.get() + size).min(shown_of), text::count(shown_of))}</span>
                <Button label="Back" disabled=Signal::derive(move || offset.get() == 0) on_press=move |_| offset.update(|o| *o = o.saturating_sub(size))/>
                <Button label="More" disabled=Signal::derive(move || offset.get() + size >= shown_of) on_press=move |_| offset.update(|o| *o += size)/>
            </p>
        }
    })
}

//! What the sheet says of a plan, and its confirmation. The core checks what was typed; here it only enables the button.

use crate::{
    kit::{
        button::Button,
        icon::{Glyph, Icon},
        text,
    },
    parts::{
        activity_link::{activity_of, moving},
        typed_confirmation::Confirm,
    },
    query::{Pushes, act},
    state::toasts::Toasts,
};
use contract::{
    Failure,
    intents::{Plan, PlannedDevice, RefusedDevice, StartIntent},
};
use domain::{LifecycleMove, Tier};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// A plan to be confirmed.
#[component]
pub fn Body(plan: Plan, open: RwSignal<bool>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let note = RwSignal::new(String::new());
    let sent = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let (wish, count) = (plan.wish, plan.count);
    let wanted = plan.confirm.clone();
    let may = plan.blocked.is_none() && count > 0;
    let ready = Memo::new(move |_| may && !sent.get() && wanted.is_met(Some(&typed.read())));
    let start = use_start(&plan, typed, note, sent, failure, open);
    let verb = match (plan.queued, count) {
        (true, _) => format!("Queue: {}", moving(wish, count)),
        (false, _) => moving(wish, count),
    };
    view! {
        <div class="head"><h2 class="clip">{title(&plan)}</h2></div>
        <form class="body" on:submit=move |e| { e.prevent_default(); if ready.get_untracked() { start(); } }>
            {plan.blocked.clone().map(|failure| view! { <p class="callout" data-tone="bad" role="alert"><Icon glyph=Glyph::Lock/><span>{failure.to_string()}</span></p> })}
            {plan.queued.then(|| view! {
                <p class="callout" data-tone="warn"><Icon glyph=Glyph::Offline/>
                <span>"The org can’t be reached. The change is queued, and asks you again with what has changed by then."</span></p>
            })}
            <Consequences wish/>
            <One devices=plan.first.clone()/>
            <Reach plan=plan.clone()/>
            <Named devices=plan.first.clone() count/>
            <Refused devices=plan.refused_first.clone() count=plan.refused/>
            <Confirm confirm=plan.confirm.clone() typed may/>
            <label class="line"><span class="soft">"Note for the journal (optional)"</span>
                <input type="text" class="input" autocomplete="off" maxlength="2000" prop:value=move || note.get() on:input=move |e| note.set(event_target_value(&e))/>
            </label>
            {move || failure.get().map(|failure| view! { <p class="callout" data-tone="bad" role="alert"><Icon glyph=Glyph::Warning/><span>{failure.to_string()}</span></p> })}
            <div class="actions">
                {(plan.delay > 0 && may && !plan.queued).then(|| view! { <span class="soft grow">{format!("Starts {} s after you confirm; until then it can be cancelled.", plan.delay)}</span> })}
                <Button label="Cancel" autofocus=true on_press=move |_| open.set(false)/>
                <button type="submit" class="button" data-size="normal" data-variant=if wish.tier() == Tier::Destructive { "danger" } else { "plain" }
                    data-testid="confirm" disabled=move || !ready.get()>{verb}</button>
            </div>
        </form>
    }
}

/// Sends the confirmation, and goes where its progress shows.
fn use_start(
    plan: &Plan,
    typed: RwSignal<String>,
    note: RwSignal<String>,
    sent: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    open: RwSignal<bool>,
) -> impl Fn() + Clone + 'static + use<> {
    let (pushes, toasts, navigate) = (expect_context::<Pushes>(), expect_context::<Toasts>(), use_navigate());
    let (id, wish, count, queued) = (plan.id, plan.wish, plan.count, plan.queued);
    let alone = count == 1 && plan.queued_intent.is_none();
    move || {
        sent.set(true);
        failure.set(None);
        let text =
            |signal: RwSignal<String>| Some(signal.get_untracked()).filter(|text| !text.trim().is_empty());
        let command = StartIntent { plan: id, typed: text(typed), note: text(note) };
        let navigate = navigate.clone();
        act(pushes, command, move |reply| match reply {
            Ok(intent) => {
                open.set(false);
                match (queued, alone) {
                    (true, _) => toasts.say(format!("Queued: {}.", moving(wish, count).to_lowercase())),
                    // The device's own pane shows how it goes.
                    (false, true) => {}
                    (false, false) => navigate(&activity_of(intent.id), NavigateOptions::default()),
                }
            }
            Err(refusal) => {
                sent.set(false);
                failure.set(Some(refusal));
            }
        });
    }
}

fn title(plan: &Plan) -> String {
    let name = match &plan.first[..] {
        [one] => one.name.clone().unwrap_or_else(|| one.id.to_string()),
        _ => text::plural(plan.count, "device", "devices"),
    };
    let again = if plan.undo_of.is_some() { "Undo: " } else { "" };
    format!(
        "{again}{} {name}?",
        if again.is_empty() { plan.wish.label().to_owned() } else { plan.wish.key().to_owned() }
    )
}

#[component]
fn Consequences(wish: LifecycleMove) -> impl IntoView {
    let side = move |stops: bool, title: &'static str| {
        let lines: Vec<_> = wish.consequences().iter().filter(|c| c.stops == stops).collect();
        (!lines.is_empty()).then(|| {
            view! {
                <div data-side=if stops { "stops" } else { "goes-on" }>
                    <h3>{title}</h3>
                    <ul>{lines.into_iter().map(|c| view! { <li>{c.text}</li> }).collect_view()}</ul>
                </div>
            }
        })
    };
    view! {
        <section class="consequences" aria-label="What it does">
            {side(true, "Stops")}{side(false, "Keeps working")}
        </section>
        {wish.undo_lacks().map(|lacks| view! { <p class="soft">{lacks}</p> })}
    }
}

/// Which device it is, where it is one alone: several may have its name.
#[component]
fn One(devices: Vec<PlannedDevice>) -> impl IntoView {
    let [device] = <[PlannedDevice; 1]>::try_from(devices).ok()?;
    let others = device.users.filter(|n| *n > 1).map(|n| format!(" +{}", n - 1));
    Some(view! {
        <p class="one">
            <bdi class="clip">{device.name.unwrap_or_else(|| device.id.to_string())}</bdi>
            <span class="mono">{device.serial.unwrap_or_else(|| "no serial number".to_owned())}</span>
            <bdi class="clip soft">{device.user.unwrap_or_else(|| "no user".to_owned())}{others}</bdi>
            <span class="badge">{device.status.label().to_owned()}</span>
        </p>
    })
}

#[component]
fn Reach(plan: Plan) -> impl IntoView {
    if plan.count == 1 {
        let used = match plan.people {
            0 => "No user is linked to it.".to_owned(),
            n => format!("Used by {}.", text::plural(n, "person", "people")),
        };
        return view! { <p class="reach">{used}<span class="soft">" It is read again right before the request; if it changed meanwhile, nothing is sent."</span></p> }.into_any();
    }
    let users = text::plural(plan.people, "user link", "user links");
    let shared = (plan.shared > 0).then(|| {
        format!(
            " {} used by several people.",
            text::plural(plan.shared, "of the devices is", "of the devices are")
        )
    });
    view! {
        <p class="reach">
            <b>{text::plural(plan.count, "device", "devices")}</b>", "{users}"."{shared}
            {(plan.refused > 0).then(|| view! { " "<b>{text::count(plan.refused)}</b>" left out." })}
            <span class="soft">" Each is read again right before its request; one that changed meanwhile is refused."</span>
        </p>
    }
    .into_any()
}

/// The devices by name; one alone stands in the title already.
#[component]
fn Named(devices: Vec<PlannedDevice>, count: u64) -> impl IntoView {
    let more = count.saturating_sub(devices.len() as u64);
    let line = |device: PlannedDevice| {
        let name = device.name.unwrap_or_else(|| device.id.to_string());
        let others = device.users.filter(|n| *n > 1).map(|n| format!(" +{}", n - 1));
        view! { <li><bdi class="clip">{name}</bdi><bdi class="clip soft">{device.user}{others}</bdi><span class="badge">{device.status.label().to_owned()}</span></li> }
    };
    (count > 1).then(move || {
        view! {
            <details><summary>{text::plural(count, "device", "devices")}</summary>
                <ul class="names">{devices.into_iter().map(line).collect_view()}</ul>
                {(more > 0).then(|| view! { <p class="soft">{format!("… and {} more", text::count(more))}</p> })}
            </details>
        }
    })
}

/// Those that are left out, with the reason.
#[component]
fn Refused(devices: Vec<RefusedDevice>, count: u64) -> impl IntoView {
    let more = count.saturating_sub(devices.len() as u64);
    let line = |device: RefusedDevice| {
        let name = device.name.unwrap_or_else(|| device.id.to_string());
        view! { <li><bdi class="clip">{name}</bdi><span class="soft">{device.why}</span></li> }
    };
    (count > 0).then(move || {
        view! {
            <details open=count <= 8><summary>{format!("{} left out", text::count(count))}</summary>
                <ul class="names" data-kind="refused">{devices.into_iter().map(line).collect_view()}</ul>
                {(more > 0).then(|| view! { <p class="soft">{format!("… and {} more", text::count(more))}</p> })}
            </details>
        }
    })
}

//! How fresh the data is, in one line; opened, how the sync stands, what it could not read, and the buttons to steer it.

use super::{failure_notice::heading, words::When};
use crate::{
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        popover::Popover,
        text,
    },
    query::{Pushes, Query, act},
    state::toasts::Toasts,
};
use contract::{
    session::{OpenOrg, Reach, SealedBy, Session},
    sync::{CancelSync, PauseSync, ResumeSync, StartSync, SyncPhase, SyncState},
};
use leptos::prelude::*;
use std::time::Duration;

/// The line in the top bar.
#[component]
pub fn Freshness(session: Query<Session>) -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let open = RwSignal::new(false);
    let left = use_countdown();
    let org = Memo::new(move |_| session.value.get().and_then(|s| s.org));
    let unread =
        move || org.read().as_ref().and_then(|o| o.snapshot.as_ref()).map_or(0, |s| s.problems.len() as u64);
    let state = move || match (pushes.sync.get().phase, org.read().as_ref().map(|o| o.reach.clone())) {
        (SyncPhase::Running | SyncPhase::Finishing, _) => "running",
        (SyncPhase::Paused, _) => "paused",
        (_, Some(Reach::Offline { .. })) => "offline",
        _ if unread() > 0 => "partial",
        _ => "online",
    };
    let line = move || {
        let sync = pushes.sync.get();
        match sync.phase {
            SyncPhase::Running | SyncPhase::Finishing => running(&sync, left.get()),
            SyncPhase::Paused => "Sync paused".into(),
            SyncPhase::Idle => match (session.value.get(), org.get().and_then(|o| o.snapshot)) {
                (Some(s), Some(at)) => {
                    let missing = match unread() {
                        0 => String::new(),
                        n => format!(" · {} not read", text::plural(n, "collection", "collections")),
                    };
                    format!("Snapshot {}, {}{missing}", text::clock(at.at.0), text::ago(at.at.0, s.now.0))
                }
                _ => "Not synced yet".into(),
            },
        }
    };
    view! {
        <Popover open label="Sync" left=true class="sync-panel" anchor=move || view! {
            <button type="button" class="freshness" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>
                <span class="dot" data-state=state></span>
                <span class="clip">{line}</span>
            </button>
        }>
            <SyncPanel session org/>
        </Popover>
    }
}

fn running(sync: &SyncState, left: Option<i64>) -> String {
    match (&sync.waiting, &sync.collection) {
        (Some(wait), _) => format!("Rate limit of {}: going on in {} s", wait.bucket, left.unwrap_or(0)),
        (None, Some(what)) => format!("Syncing {what}, {}", text::count(sync.items)),
        (None, None) => "Syncing".into(),
    }
}

/// Seconds until the rate limit lets the sync go on, counted down while it waits; nothing ticks otherwise.
fn use_countdown() -> Memo<Option<i64>> {
    let sync = expect_context::<Pushes>().sync;
    let until = Memo::new(move |_| sync.read().waiting.as_ref().map(|w| w.until.0));
    let tick = RwSignal::new(0_u32);
    Effect::new(move |_| {
        if until.get().is_some() {
            let ticking =
                set_interval_with_handle(move || tick.update(|t| *t += 1), Duration::from_secs(1)).ok();
            on_cleanup(move || ticking.iter().for_each(IntervalHandle::clear));
        }
    });
    Memo::new(move |_| {
        tick.track();
        until.get().map(|until| {
            (until - js_sys::Date::now() as i64).max(0).cast_unsigned().div_ceil(1000).cast_signed()
        })
    })
}

#[component]
fn SyncPanel(session: Query<Session>, org: Memo<Option<OpenOrg>>) -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let now = move || session.value.read().as_ref().map(|s| s.now);
    let snapshot = move || {
        let (snapshot, now) = (org.get()?.snapshot?, now()?);
        Some(view! {
            <dt>"Last snapshot"</dt><dd><When at=Some(snapshot.at) now/></dd>
            <dt>"Holds"</dt>
            <dd>{text::plural(snapshot.devices, "device", "devices")}", "{text::plural(snapshot.users, "person", "people")}
                ", "{text::plural(snapshot.events, "log event", "log events")}</dd>
        })
    };
    let sealed = move || {
        org.get().map(|o| match o.sealed_by {
            SealedBy::Keychain => "Encrypted; the key is in the OS keychain",
            SealedBy::Passphrase => "Encrypted with your passphrase",
            SealedBy::Token => "Encrypted with a key made from the API token",
            SealedBy::Memory => "In memory only: it ends with the program",
        })
    };
    let limit = move || {
        pushes.sync.get().limit.map(|l| view! { <dt>"Rate limit"</dt><dd>{format!("{} of {} calls left ({})", l.remaining, l.limit, l.bucket)}</dd> })
    };
    let problems = move || {
        let problems = org.get().and_then(|o| o.snapshot).map(|s| s.problems).unwrap_or_default();
        let failure = pushes.sync.get().failure;
        (!problems.is_empty() || failure.is_some()).then(|| {
            let one = |title: String, text: String| view! { <li><b>{title}</b><br/>{text}</li> };
            view! {
                <ul class="problems">
                    {failure.map(|f| one(format!("The last sync failed: {}", heading(f.kind).to_lowercase()), f.to_string()))}
                    {problems.into_iter().map(|p| {
                        let rows = if p.rows_from.is_some() { " Its rows are from an earlier sync." } else { "" };
                        one(p.collection, format!("{}{rows}", p.failure))
                    }).collect_view()}
                </ul>
            }
        })
    };
    view! {
        <h2>"Sync"</h2>
        <Progress/>
        <dl>{snapshot}<dt>"Cache"</dt><dd>{sealed}</dd>{limit}</dl>
        {problems}
        <Steer/>
    }
}

#[component]
fn Progress() -> impl IntoView {
    let sync = expect_context::<Pushes>().sync;
    let left = use_countdown();
    move || {
        let state = sync.get();
        if state.phase == SyncPhase::Idle {
            return None;
        }
        let within = match state.expected {
            Some(expected) if expected > 0 => (state.items as f64 / expected as f64).min(1.0),
            _ => 0.0,
        };
        let done = (f64::from(state.step.saturating_sub(1)) + within) / f64::from(state.steps.max(1));
        let rate = (state.rate > 0).then(|| format!(", {} a second", text::count(state.rate.into())));
        Some(view! {
            <div>
                <p>{running(&state, left.get())}{rate}</p>
                <p class="dim">{format!("Step {} of {}", state.step, state.steps)}</p>
                <div class="progress" role="progressbar" aria-label="Sync" aria-valuemin="0" aria-valuemax="100"
                    aria-valuenow=format!("{:.0}", done * 100.0)>
                    <i style:width=format!("{:.1}%", done * 100.0)></i>
                </div>
            </div>
        })
    }
}

#[component]
fn Steer() -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let toasts = expect_context::<Toasts>();
    let phase = Memo::new(move |_| pushes.sync.get().phase);
    let shown = move |reply: Result<SyncState, contract::Failure>| match reply {
        Ok(state) => pushes.sync.set(state),
        Err(failure) => toasts.say(failure.to_string()),
    };
    move || {
        match phase.get() {
        SyncPhase::Idle => view! {
            <div class="row">
                <Button label="Sync now" glyph=Glyph::Sync variant=Variant::Accent on_press=move |_| act(pushes, StartSync { full: false }, shown)/>
                <Button label="Full reconcile" on_press=move |_| act(pushes, StartSync { full: true }, shown)/>
            </div>
        }
        .into_any(),
        SyncPhase::Running | SyncPhase::Finishing => view! {
            <div class="row">
                <Button label="Pause" glyph=Glyph::Pause on_press=move |_| act(pushes, PauseSync {}, shown)/>
                <Button label="Cancel sync" variant=Variant::Quiet on_press=move |_| act(pushes, CancelSync {}, shown)/>
            </div>
        }
        .into_any(),
        SyncPhase::Paused => view! {
            <div class="row">
                <Button label="Go on" glyph=Glyph::Play variant=Variant::Accent on_press=move |_| act(pushes, ResumeSync {}, shown)/>
                <Button label="Cancel sync" variant=Variant::Quiet on_press=move |_| act(pushes, CancelSync {}, shown)/>
            </div>
        }
        .into_any(),
    }
    }
}

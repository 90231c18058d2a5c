//! One org: what is kept of it, how it is treated, and the ways to change that.

use crate::{
    kit::{button::Button, field::Choice, text},
    parts::{
        connect::Connecting,
        wipe_org::Wiping,
        words::{When, environment},
    },
    query::{Pushes, act},
    state::toasts::Toasts,
};
use contract::{
    orgs::{CredentialFacts, OpenOrg, OrgEntry, Origin, SetOrgSettings},
    session::Environment,
};
use domain::Timestamp;
use leptos::prelude::*;

/// The card; empty once its org is gone.
#[component]
pub fn OrgCard(entry: Memo<Option<OrgEntry>>, now: Signal<i64>) -> impl IntoView {
    let name = entry.get_untracked().map(|e| e.name).unwrap_or_default();
    let connected = move || entry.read().as_ref().is_some_and(|e| e.origin == Origin::Connected);
    let badges = move || {
        entry.get().map(|e| {
            view! {
                {e.open.then(|| view! { <span class="badge" data-tone="accent">"Open"</span> })}
                <span class="badge">{environment(e.environment)}</span>
                <span class="badge">{if e.read_only { "Read-only" } else { "Unlocked" }}</span>
            }
        })
    };
    view! {
        <article class="org-card" aria-label=name.clone() data-org=name.clone()>
            <div class="section-head"><h3 class="plain selectable">{name.clone()}</h3><span class="badges">{badges}</span></div>
            {move || entry.get().map(|entry| view! { <Facts entry now=now.get()/> })}
            {move || connected().then(|| view! { <Treatment entry/> })}
            <Actions entry/>
        </article>
    }
}

#[component]
fn Facts(entry: OrgEntry, now: i64) -> impl IntoView {
    let credential = match entry.credential {
        CredentialFacts::ApiToken => view! { <span>"API token"</span> }.into_any(),
        CredentialFacts::ServiceApp { client_id, key_id } => view! {
            "Service app "<span class="mono">{client_id}</span>
            {key_id.map(|id| view! { ", key "<span class="mono">{id}</span> })}
        }
        .into_any(),
    };
    let origin = (entry.origin == Origin::Settings)
        .then_some("Named by org.toml or the environment, and changed there.");
    view! {
        <dl class="facts">
            <dt>"Credential"</dt><dd>{credential}</dd>
            {entry.added.map(|at| view! { <dt>"Added"</dt><dd><When at=Some(at) now=Timestamp(now)/></dd> })}
            <dt>"Local copy"</dt><dd>{entry.bytes.map_or("None yet".to_owned(), text::bytes)}</dd>
            {origin.map(|text| view! { <dt>"Origin"</dt><dd>{text}</dd> })}
        </dl>
    }
}

/// Environment and automatic lock, kept at once.
#[component]
fn Treatment(entry: Memo<Option<OrgEntry>>) -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let toasts = expect_context::<Toasts>();
    let stripe = Memo::new(move |_| entry.read().as_ref().map(|e| e.environment));
    let minutes = Memo::new(move |_| entry.read().as_ref().and_then(|e| e.auto_lock_minutes));
    let keep = move |environment: Option<Environment>, auto_lock_minutes: Option<u32>| {
        let (Some(name), Some(environment)) = (entry.get_untracked().map(|e| e.name), environment) else {
            return;
        };
        act(pushes, SetOrgSettings { name, environment, auto_lock_minutes }, move |reply| {
            if let Err(failure) = reply {
                toasts.say(failure.to_string());
            }
        });
    };
    let pick = move |environment: Environment, label: &'static str| {
        let chosen = Signal::derive(move || stripe.get() == Some(environment));
        // Each card has a group of its own.
        view! { <Choice name="environment" label chosen choose=move || keep(Some(environment), minutes.get_untracked())/> }
    };
    let locks = [None, Some(5), Some(15), Some(60)];
    let lock = move |choice: Option<u32>| {
        let label = choice.map_or("Never".to_owned(), |m| format!("{m} min"));
        let chosen = Signal::derive(move || minutes.get() == choice);
        view! { <Choice name="auto-lock" label chosen choose=move || keep(stripe.get_untracked(), choice)/> }
    };
    // One that was entered by hand stays on offer.
    let own = move || minutes.get().filter(|m| !locks.contains(&Some(*m))).map(|m| lock(Some(m)));
    view! {
        <form class="treatment" on:submit=|e| e.prevent_default()>
            <fieldset class="picks row"><legend>"Environment"</legend>
                {pick(Environment::Production, "Production")}{pick(Environment::Preview, "Preview")}
            </fieldset>
            <fieldset class="picks row"><legend>"Lock again without anyone after"</legend>{locks.map(lock)}{own}</fieldset>
        </form>
    }
}

#[component]
fn Actions(entry: Memo<Option<OrgEntry>>) -> impl IntoView {
    let wiping = expect_context::<Wiping>();
    let pushes = expect_context::<Pushes>();
    let toasts = expect_context::<Toasts>();
    let form = expect_context::<Connecting>();
    let open = move |_| {
        let Some(name) = entry.get_untracked().map(|e| e.name) else { return };
        act(pushes, OpenOrg { name }, move |reply| {
            if let Err(failure) = reply {
                toasts.say(failure.to_string());
            }
        });
    };
    let replace = move |_| {
        let Some(entry) = entry.get_untracked() else { return };
        match entry.credential {
            CredentialFacts::ServiceApp { client_id, .. } => form.replace(&entry.name, Some(&client_id)),
            CredentialFacts::ApiToken => form.replace(&entry.name, None),
        }
    };
    let is_open = Memo::new(move |_| entry.read().as_ref().is_some_and(|e| e.open));
    let app = Memo::new(move |_| {
        matches!(entry.read().as_ref().map(|e| &e.credential), Some(CredentialFacts::ServiceApp { .. }))
    });
    let connected = Memo::new(move |_| entry.read().as_ref().is_some_and(|e| e.origin == Origin::Connected));
    view! {
        <div class="row">
            {move || (!is_open.get()).then(|| view! { <Button label="Open" on_press=open/> })}
            {move || connected.get().then(|| view! {
                <Button label=Signal::derive(move || if app.get() { "Rotate key…".to_owned() } else { "Replace token…".into() }) on_press=replace/>
            })}
            <span class="grow"></span>
            <Button label="Wipe from this machine…" on_press=move |_| wiping.ask(entry.get_untracked())/>
        </div>
    }
}

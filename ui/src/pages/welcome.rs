//! The first run, and every start without an open org: the demo org or an org of one's own, on equal terms, and the orgs
//! that are connected already.

use crate::{
    kit::{
        button::Button,
        icon::{Glyph, Icon},
    },
    parts::{connect::Connecting, failure_notice::heading, trouble::Trouble, words::environment},
    query::{Pushes, Query, act, use_query},
    state::toasts::Toasts,
};
use contract::{
    Failure,
    orgs::{CredentialFacts, ListOrgs, OpenOrg, OrgEntry, Origin},
    session::{OpenDemoOrg, Session},
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn WelcomePage(session: Query<Session>) -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let toasts = expect_context::<Toasts>();
    let form = expect_context::<Connecting>();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let orgs = use_query(|| Some(ListOrgs {}));
    let trouble = move || failure.get().or_else(|| session.value.get().and_then(|s| s.trouble));
    let demo = move |_| {
        busy.set(true);
        act(pushes, OpenDemoOrg {}, move |reply| {
            busy.set(false);
            if let Err(failure) = reply {
                toasts.say(format!("{}: {failure}", heading(failure.kind)));
            }
        });
    };
    let known = Memo::new(move |_| orgs.value.get().unwrap_or_default());
    view! {
        <main class="welcome" data-ready="">
            <h1>"Device posture, at your desk"</h1>
            <p class="lead">"Postern keeps the posture of a whole Okta org on this machine, encrypted: every device, who uses it, and how it changed."</p>
            {move || trouble().map(|failure| view! { <div class="wide"><Trouble failure/></div> })}
            <div class="choices">
                <button type="button" class="choice" disabled=move || busy.get() on:click=demo>
                    <b>"Try the demo org"</b>
                    <span>{move || if busy.get() { "Starting the simulated org…" } else { "Ten thousand simulated devices that live. No account, no network." }}</span>
                </button>
                <button type="button" class="choice" aria-haspopup="dialog" on:click=move |_| form.connect()>
                    <b>"Connect an org…"</b>
                    <span>"Your own org, read-only. A service app with a key that is made here, or an API token."</span>
                </button>
            </div>
            {move || (!known.read().is_empty()).then(|| view! {
                <section class="wide known" aria-label="Your orgs">
                    <h2 class="overline">"Your orgs"</h2>
                    {known.get().into_iter().map(|org| view! { <Known org failure/> }).collect_view()}
                </section>
            })}
        </main>
    }
}

/// One org to open.
#[component]
fn Known(org: OrgEntry, failure: RwSignal<Option<Failure>>) -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let form = expect_context::<Connecting>();
    let name = StoredValue::new(org.name.clone());
    let client = match &org.credential {
        CredentialFacts::ServiceApp { client_id, .. } => Some(client_id.clone()),
        CredentialFacts::ApiToken => None,
    };
    let open = move |_| {
        act(pushes, OpenOrg { name: name.get_value() }, move |reply| failure.set(reply.err()));
    };
    view! {
        <div class="known-org">
            <Icon glyph=Glyph::Org/>
            <span class="grow clip"><b>{org.name}</b>" "<span class="dim">{environment(org.environment)}</span></span>
            {(org.origin == Origin::Connected).then(|| view! {
                <Button label="Replace credential…" on_press=move |_| form.replace(&name.get_value(), client.as_deref())/>
            })}
            <Button label="Open" on_press=open/>
        </div>
    }
}

//! Settings: the orgs of this machine and how each is kept, where data lies, how Postern looks, and which keys act.

mod looks;
mod org_card;

use crate::{
    kit::{
        button::{Button, Variant},
        text,
    },
    parts::{connect::Connecting, trouble::Trouble},
    query::{Query, use_query},
};
use contract::{
    orgs::{GetKeeping, ListOrgs},
    session::{SealedBy, Session},
};
use leptos::prelude::*;
use looks::LooksSection;
use org_card::OrgCard;

/// The page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let session = expect_context::<Query<Session>>();
    let form = expect_context::<Connecting>();
    let orgs = use_query(|| Some(ListOrgs {}));
    let ready = move || (orgs.value.read().is_some() || orgs.failure.read().is_some()).then_some("");
    // By name: a card that is being typed into stays when something else of its org changes.
    let names = Memo::new(move |_| {
        orgs.value.get().unwrap_or_default().into_iter().map(|org| org.name).collect::<Vec<_>>()
    });
    let now = move || session.value.read().as_ref().map(|s| s.now.0).unwrap_or_default();
    view! {
        <div class="settings" data-ready=ready>
            <div class="page-head"><h1>"Settings"</h1></div>
            <div class="settings-body">
                <section aria-labelledby="settings-orgs">
                    <div class="section-head">
                        <h2 id="settings-orgs">"Orgs"</h2>
                        <Button label="Connect an org…" variant=Variant::Accent on_press=move |_| form.connect()/>
                    </div>
                    {move || orgs.failure.get().map(|failure| view! { <Trouble failure/> })}
                    {move || (names.read().is_empty() && orgs.value.read().is_some()).then(|| view! {
                        <p class="soft">"No org of your own is connected. The demo org is simulated on this machine and needs no settings."</p>
                    })}
                    <For each=move || names.get() key=|name| name.clone() children=move |name| {
                        let entry = Memo::new(move |_| orgs.value.get().unwrap_or_default().into_iter().find(|org| org.name == name));
                        view! { <OrgCard entry now=Signal::derive(now)/> }
                    }/>
                </section>
                <LooksSection/>
                <DataSection session/>
            </div>
        </div>
    }
}

/// What keeps a cache's key, for a person.
fn sealed(by: SealedBy) -> &'static str {
    match by {
        SealedBy::Keychain => "The key is in the system’s keychain.",
        SealedBy::Passphrase => "The key is derived from POSTERN_PASSPHRASE, each time Postern starts.",
        SealedBy::Token => "The key is derived from the API token.",
        SealedBy::Memory => "It lives in memory and ends with the program.",
    }
}

#[component]
fn DataSection(session: Query<Session>) -> impl IntoView {
    let keeping = use_query(|| Some(GetKeeping {}));
    let open = move || session.value.get().and_then(|s| s.org);
    let folder = move || keeping.value.get().map(|k| k.folder).filter(|f| !f.is_empty());
    let by = move || {
        keeping.value.get().map(|k| match k.by {
            Ok(SealedBy::Keychain) => view! { <span>"In the system’s keychain"</span> }.into_any(),
            Ok(SealedBy::Passphrase) => {
                view! { <span>"Sealed under POSTERN_PASSPHRASE, beside each copy"</span> }.into_any()
            }
            Ok(_) => view! { <span>"For this run only"</span> }.into_any(),
            Err(failure) => view! { <span class="selectable">{failure.to_string()}</span> }.into_any(),
        })
    };
    view! {
        <section aria-labelledby="settings-data">
            <h2 id="settings-data">"Data on this machine"</h2>
            <dl class="facts">
                <dt>"Data folder"</dt>
                <dd>{move || folder().map_or_else(|| view! { <span>"None: everything ends with the program"</span> }.into_any(), |f| view! { <span class="mono">{f}</span> }.into_any())}</dd>
                <dt>"Credentials"</dt><dd>{by}</dd>
                <dt>"Local copies"</dt><dd>"One encrypted file (SQLCipher, AES-256) for each org, with its history"</dd>
                {move || open().map(|org| view! {
                    <dt>"The open org"</dt>
                    <dd>{org.name}": "{sealed(org.sealed_by)}{org.snapshot.map(|s| format!(" {}.", text::plural(s.devices, "device", "devices")))}</dd>
                })}
                <dt>"Version"</dt><dd>{move || session.value.get().map(|s| s.version)}</dd>
            </dl>
        </section>
    }
}

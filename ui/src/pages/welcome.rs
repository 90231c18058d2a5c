//! The first run: the demo org or an org of one's own, on equal terms.

use crate::{
    parts::failure_notice::heading,
    query::{Pushes, act},
    state::toasts::Toasts,
};
use contract::session::OpenDemoOrg;
use leptos::prelude::*;

const SETTINGS: &str = "POSTERN_ORG=https://your-org.okta.com\nPOSTERN_CLIENT_ID=0oa…\nPOSTERN_KEY_FILE=key.pem\nPOSTERN_KEY_ID=…";

/// The page.
#[component]
pub fn WelcomePage() -> impl IntoView {
    let pushes = expect_context::<Pushes>();
    let toasts = expect_context::<Toasts>();
    let busy = RwSignal::new(false);
    let connect = RwSignal::new(false);
    let demo = move |_| {
        busy.set(true);
        act(pushes, OpenDemoOrg {}, move |reply| {
            busy.set(false);
            if let Err(failure) = reply {
                toasts.say(format!("{}: {failure}", heading(failure.kind)));
            }
        });
    };
    view! {
        <main class="welcome">
            <h1>"Device posture, at your desk"</h1>
            <p class="lead">"Postern keeps the posture of a whole Okta org on this machine, encrypted: every device, who uses it, and how it changed."</p>
            <div class="choices">
                <button type="button" class="choice" disabled=move || busy.get() on:click=demo>
                    <b>"Try the demo org"</b>
                    <span>{move || if busy.get() { "Starting the simulated org…" } else { "Ten thousand simulated devices that live. No account, no network." }}</span>
                </button>
                <button type="button" class="choice" aria-expanded=move || connect.get().to_string() on:click=move |_| connect.update(|c| *c = !*c)>
                    <b>"Connect an org"</b>
                    <span>"Your own org, read-only. A service app with a private key, or an API token."</span>
                </button>
            </div>
            <Show when=move || connect.get()>
                <section class="connect" aria-label="Connect an org">
                    <h2>"Name the org in the environment, then start Postern"</h2>
                    <pre class="selectable">{SETTINGS}</pre>
                    <p class="soft">"With an API token instead, set POSTERN_ORG and POSTERN_TOKEN. A token carries all rights of its owner; the service app has only the scopes you grant. Nothing is written to the org."</p>
                </section>
            </Show>
        </main>
    }
}

//! A new key for a service app: made in the core, its public half shown to be pasted, with every step in the Admin Console.

use super::Connecting;
use crate::{
    kit::{
        button::{Button, Variant},
        field::Field,
        icon::Glyph,
    },
    parts::failure_notice::copy,
    query::{Pushes, act},
    state::toasts::Toasts,
};
use contract::orgs::{Keeping, NewKey};
use leptos::prelude::*;

/// What this way asks for.
#[component]
pub fn NewKeyPanel(keeping: RwSignal<Option<Keeping>>) -> impl IntoView {
    let form = expect_context::<Connecting>();
    let pushes = expect_context::<Pushes>();
    let make = move |_| {
        act(pushes, NewKey {}, move |reply| match reply {
            Ok(key) => form.key.set(Some(key)),
            Err(failure) => form.failure.set(Some(failure)),
        });
    };
    view! {
        <div class="way-panel">
            {move || match form.key.get() {
                None => view! {
                    <p>"The private half never leaves this machine. You paste the public half into the org."</p>
                    <div class="row"><Button label="Make a key" variant=Variant::Accent on_press=make/></div>
                }.into_any(),
                Some(key) => view! { <Recipe jwk=key.jwk keeping/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Recipe(jwk: String, keeping: RwSignal<Option<Keeping>>) -> impl IntoView {
    let form = expect_context::<Connecting>();
    let toasts = expect_context::<Toasts>();
    let shown = jwk.clone();
    let read = move || keeping.get().map(|k| k.read_scopes.join(" ")).unwrap_or_default();
    let write = move || keeping.get().map(|k| k.write_scopes.join(" ")).unwrap_or_default();
    view! {
        <ol class="recipe">
            <li>"In the Admin Console: "<b>"Applications → Create App Integration → API Services"</b>". Name it Postern."</li>
            <li>"On "<b>"General → Client Credentials → Edit"</b>": choose "<b>"Public key / Private key"</b>", then "<b>"Add key"</b>", and paste:"
                <div class="paste">
                    <pre class="selectable" data-testid="public-jwk" tabindex="0" aria-label="Public key">{shown}</pre>
                    <Button label="Copy" glyph=Glyph::Copy on_press=move |_| copy(toasts, &jwk, "Public key copied.")/>
                </div>
            </li>
            <li>"On the same tab, switch off "<b>"Require DPoP"</b>"."</li>
            <li>"On "<b>"Okta API Scopes"</b>", grant:"
                <div class="paste">
                    <pre class="selectable wrap" tabindex="0" aria-label="Scopes for reading">{read}</pre>
                    <Button label="Copy" glyph=Glyph::Copy on_press=move |_| copy(toasts, &read(), "Scopes copied.")/>
                </div>
                <p class="dim">"To change devices later, also "<span class="mono selectable">{write}</span>". Postern asks for it only while the org is unlocked."</p>
            </li>
            <li>"On "<b>"Admin roles"</b>", assign "<b>"Read-only Administrator"</b>" (or a custom role that may read these)."</li>
            <li>"Copy the client id from "<b>"General"</b>" to here:"
                <Field id="client-id" label="Client id" value=form.client_id mono=true placeholder="0oa…"/>
            </li>
        </ol>
    }
}

//! The second step: who Postern is to the org. A service app with a key comes first; a token stands behind a warning. Only
//! paths, client ids and public keys are entered here.

use super::{Connecting, Foot, Step, StepTrouble, Way, new_key::NewKeyPanel};
use crate::{
    kit::field::{Choice, Field},
    parts::trouble::Caution,
    query::{Pushes, act, use_query},
};
use contract::orgs::{CredentialSource, GetKeeping, Keeping, TestCredential};
use leptos::{ev::SubmitEvent, prelude::*};

const WAYS: [(Way, &str, &str); 5] = [
    (
        Way::NewKey,
        "New key for a service app (recommended)",
        "The key is made on this machine. It can do only what you grant it.",
    ),
    (Way::KeyFile, "A key that I have", "A private key in a file, PEM or JWK, of a service app in the org."),
    (Way::Token, "API token from the clipboard", "Quick to try, and as powerful as its owner."),
    (Way::TokenFile, "API token from a file", "A file with nothing but the token; as powerful as its owner."),
    (
        Way::Environment,
        "From the environment",
        "What POSTERN_TOKEN or POSTERN_KEY_FILE says; it is then kept here.",
    ),
];

/// The step.
#[component]
pub fn CredentialStep() -> impl IntoView {
    let form = expect_context::<Connecting>();
    let pushes = expect_context::<Pushes>();
    let keeping = use_query(|| Some(GetKeeping {}));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(source) = source(form) else { return };
        form.busy.set(true);
        form.failure.set(None);
        let domain = form.domain.get_untracked();
        act(pushes, TestCredential { domain, source }, move |reply| {
            form.busy.set(false);
            match reply {
                Ok(report) => {
                    form.report.set(Some(report));
                    form.go(Step::Scopes);
                }
                Err(failure) => form.failure.set(Some(failure)),
            }
        });
    };
    let offered = move || {
        let keeping = keeping.value.get();
        WAYS.into_iter().filter(move |(way, ..)| is_offered(*way, keeping.as_ref()))
    };
    let picks = move || {
        offered()
            .enumerate()
            .map(|(n, (way, label, hint))| {
                let chosen = Signal::derive(move || form.way.get() == way);
                let choose = move || {
                    form.failure.set(None);
                    form.way.set(way);
                };
                view! { <div class="way" data-testid=format!("way-{n}")><Choice name="way" label hint chosen choose/>{move || chosen.get().then(|| view! { <Panel way keeping=keeping.value/> })}</div> }
            })
            .collect_view()
    };
    let label = Signal::derive(move || match (form.busy.get(), form.way.get()) {
        (true, _) => "Testing…".to_owned(),
        (false, Way::Token) => "Take from clipboard and test".into(),
        (false, _) => "Test".into(),
    });
    // Whoever replaces a credential has no domain to go back to.
    let back = form.replaces.get_untracked().is_none().then_some(Step::Domain);
    view! {
        <form on:submit=submit>
            <div class="body">
                <fieldset class="picks"><legend class="sr">"Credential"</legend>{picks}</fieldset>
                {move || keeping.value.get().is_some_and(|k| !k.clipboard).then(|| view! { <p class="dim">"In the desktop app a token can also be taken from the clipboard."</p> })}
                <StepTrouble/>
            </div>
            {move || {
                let disabled = Signal::derive(move || source(form).is_none());
                match back {
                    Some(back) => view! { <Foot back label disabled/> }.into_any(),
                    None => view! { <Foot label disabled/> }.into_any(),
                }
            }}
        </form>
    }
}

fn is_offered(way: Way, keeping: Option<&Keeping>) -> bool {
    match way {
        Way::Token => keeping.is_some_and(|k| k.clipboard),
        Way::Environment => keeping.is_some_and(|k| k.environment),
        _ => true,
    }
}

/// Where the credential is, once everything that this way needs is entered.
fn source(form: Connecting) -> Option<CredentialSource> {
    let text = |of: RwSignal<String>| Some(of.get().trim().to_owned()).filter(|text| !text.is_empty());
    Some(match form.way.get() {
        Way::NewKey => {
            CredentialSource::NewKey { draft: form.key.get()?.draft, client_id: text(form.client_id)? }
        }
        Way::KeyFile => CredentialSource::KeyFile {
            path: text(form.key_path)?,
            client_id: text(form.client_id)?,
            key_id: text(form.key_id),
        },
        Way::Token => CredentialSource::Clipboard,
        Way::TokenFile => CredentialSource::TokenFile { path: text(form.token_path)? },
        Way::Environment => CredentialSource::Environment,
    })
}

/// What a way asks for.
#[component]
fn Panel(way: Way, keeping: RwSignal<Option<Keeping>>) -> impl IntoView {
    let form = expect_context::<Connecting>();
    match way {
        Way::NewKey => view! { <NewKeyPanel keeping/> }.into_any(),
        Way::KeyFile => view! {
            <div class="way-panel">
                <Field id="key-path" label="Path of the private key" value=form.key_path mono=true placeholder="/home/you/postern-key.pem"
                    hint="Postern reads the file itself and keeps the key; you can delete the file then."/>
                <Field id="client-id" label="Client id" value=form.client_id mono=true placeholder="0oa…"/>
                <Field id="key-id" label="Key id, if the file does not name it" value=form.key_id mono=true hint="The kid, as the app’s General tab lists it."/>
            </div>
        }
        .into_any(),
        Way::Token => view! { <div class="way-panel"><TokenWarning/>
            <p>"In the Admin Console under Security, API, Tokens: create a token, copy it, then press the button below. Postern takes it from the clipboard past this page, and clears the clipboard once it is kept."</p></div> }
        .into_any(),
        Way::TokenFile => view! {
            <div class="way-panel">
                <TokenWarning/>
                <Field id="token-path" label="Path of a file with nothing but the token" value=form.token_path mono=true placeholder="/home/you/token.txt"
                    hint="Only you should be able to read it. Delete it once the org is connected."/>
            </div>
        }
        .into_any(),
        Way::Environment => ().into_any(),
    }
}

#[component]
fn TokenWarning() -> impl IntoView {
    view! {
        <Caution>
            <b>"A token can do everything that its owner can."</b>
            <p>"It is not limited by scopes, it ends 30 days after its last use or when its owner is deactivated, and the log shows its owner, not Postern. Make it as a user with a read-only admin role, or better use a service app."</p>
        </Caution>
    }
}

//! The first step: which org. Its domain is checked before anything else is asked for.

use super::{Connecting, Foot, Step, StepTrouble};
use crate::{
    kit::{
        button::{Button, Variant},
        icon::{Glyph, Icon},
    },
    parts::trouble::{Caution, Trouble},
    query::{Pushes, act, use_query},
};
use contract::orgs::{CheckOrg, Engine, GetKeeping, OpenOrg, OrgCheck};
use leptos::{ev::SubmitEvent, prelude::*};

/// The step.
#[component]
pub fn DomainStep() -> impl IntoView {
    let form = expect_context::<Connecting>();
    let pushes = expect_context::<Pushes>();
    let keeping = use_query(|| Some(GetKeeping {}));
    // Before anything is typed in vain.
    let unkept = Memo::new(move |_| keeping.value.get().and_then(|k| k.by.err()));
    let checked = Memo::new(move |_| form.check.get());
    let go_on = move || {
        form.busy.set(true);
        form.failure.set(None);
        act(pushes, CheckOrg { domain: form.domain.get_untracked() }, move |reply| {
            form.busy.set(false);
            match reply {
                Ok(check) => {
                    form.environment.set(check.environment);
                    form.check.set(Some(check));
                }
                Err(failure) => form.failure.set(Some(failure)),
            }
        });
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match form.check.get_untracked() {
            Some(check) if check.connected => {}
            Some(_) => form.go(Step::Credential),
            None => go_on(),
        }
    };
    let label = Signal::derive(move || match (form.busy.get(), checked.get()) {
        (true, _) => "Checking…".to_owned(),
        (false, None) => "Check".into(),
        (false, Some(_)) => "Continue".into(),
    });
    let stuck = Signal::derive(move || {
        unkept.get().is_some()
            || form.domain.read().trim().is_empty()
            || checked.get().is_some_and(|c| c.connected)
    });
    view! {
        <form on:submit=submit>
            <div class="body">
                {move || unkept.get().map(|failure| view! { <Trouble failure/> })}
                <div class="entry">
                    <label for="org-domain">"Okta domain"</label>
                    <input type="text" id="org-domain" data-first="" placeholder="acme.okta.com" autocomplete="off" autocapitalize="off" spellcheck="false"
                        aria-describedby="org-domain-hint" aria-invalid=move || form.failure.read().is_some().to_string()
                        prop:value=move || form.domain.get()
                        on:input=move |e| { form.domain.set(event_target_value(&e)); form.check.set(None); form.failure.set(None); }/>
                    <p class="dim" id="org-domain-hint">"As in the address of your sign-in page. Checking sends no credential."</p>
                </div>
                <StepTrouble/>
                <div role="status">{move || checked.get().map(|check| view! { <Found check/> })}</div>
            </div>
            <Foot label disabled=stuck/>
        </form>
    }
}

/// What answered.
#[component]
fn Found(check: OrgCheck) -> impl IntoView {
    let form = expect_context::<Connecting>();
    let pushes = expect_context::<Pushes>();
    let name = check.name.clone();
    let open = move |_| {
        act(pushes, OpenOrg { name: name.clone() }, move |reply| match reply {
            Ok(_) => form.open.set(false),
            Err(failure) => form.failure.set(Some(failure)),
        });
    };
    let engine = match &check.engine {
        Engine::IdentityEngine => None,
        Engine::Classic => Some("This org runs on Classic Engine: it has no device inventory, assurance or risk. Users, groups, apps and the log can be read.".to_owned()),
        Engine::Other(word) => Some(format!(
            "The org does not say that it runs on Identity Engine ({}). Devices may be missing.",
            word.as_deref().unwrap_or("it says nothing")
        )),
    };
    let sound = engine.is_none();
    view! {
        <div class="found">
            <p><Icon glyph=Glyph::Check/><b class="selectable">{check.name}</b>" is an Okta org"{sound.then_some(" on Identity Engine")}"."</p>
            {check.corrected.map(|text| view! { <p class="soft">{text}</p> })}
            {check.home.map(|home| view! { <p class="soft">"Okta itself knows it as "<span class="selectable">{home}</span>". Both work; the name typed here is the one that Postern will use."</p> })}
        </div>
        {engine.map(|text| view! { <Caution>{text}</Caution> })}
        {check.connected.then(|| view! {
            <Caution>
                <p>"It is connected already."</p>
                <Button label="Open it" variant=Variant::Accent on_press=open/>
            </Caution>
        })}
    }
}

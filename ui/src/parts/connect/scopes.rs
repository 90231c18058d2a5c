//! The third step: what the credential opens, area by area, and how the org is to be treated here.

use super::{Connecting, Foot, Step, StepTrouble};
use crate::{
    kit::{
        field::{Choice, Field},
        icon::{Glyph, Icon},
    },
    query::{Pushes, act},
};
use contract::{
    orgs::{AreaReport, AreaState, ConnectOrg, CredentialFacts, ReplaceCredential},
    session::Environment,
};
use leptos::{ev::SubmitEvent, prelude::*};

/// The step.
#[component]
pub fn ScopesStep() -> impl IntoView {
    let form = expect_context::<Connecting>();
    let areas = move || form.report.get().map(|r| r.areas).unwrap_or_default();
    let count = move || {
        let reads: Vec<AreaReport> = areas().into_iter().filter(|a| !a.writes).collect();
        let granted = reads.iter().filter(|a| a.state == AreaState::Granted).count();
        format!("{granted} of {} areas can be read.", reads.len())
    };
    let who = move || {
        form.report.get().map(|r| match r.credential {
            CredentialFacts::ApiToken => "The API token works.".to_owned(),
            CredentialFacts::ServiceApp { client_id, .. } => format!("The service app {client_id} works."),
        })
    };
    let replacing = form.replaces.get_untracked().is_some();
    let label = Signal::derive(move || match (form.busy.get(), replacing) {
        (true, _) => "Saving…".to_owned(),
        (false, true) => "Use this credential".into(),
        (false, false) => "Connect read-only".into(),
    });
    view! {
        <form on:submit=use_submit(form)>
            <div class="body">
                <p tabindex="-1" data-first=""><b>{who}</b>" "{count}" What is missing costs its area only, and can be granted later."</p>
                <ul class="areas" aria-label="Areas" data-testid="areas">{move || areas().into_iter().map(|area| view! { <Area area/> }).collect_view()}</ul>
                {(!replacing).then(|| view! { <Treatment/> })}
                <StepTrouble/>
            </div>
            <Foot back=Step::Credential label/>
        </form>
    }
}

fn use_submit(form: Connecting) -> impl Fn(SubmitEvent) {
    let pushes = expect_context::<Pushes>();
    move |event: SubmitEvent| {
        event.prevent_default();
        let Some(draft) = form.report.get_untracked().map(|r| r.draft) else { return };
        form.busy.set(true);
        form.failure.set(None);
        let ended = move |failure| {
            form.busy.set(false);
            match failure {
                None => form.go(Step::Done),
                Some(failure) => form.failure.set(Some(failure)),
            }
        };
        match form.replaces.get_untracked() {
            Some(name) => act(pushes, ReplaceCredential { name, draft }, move |reply| ended(reply.err())),
            None => {
                let environment = form.environment.get_untracked();
                let auto_lock_minutes = form.auto_lock.get_untracked().trim().parse().ok();
                act(pushes, ConnectOrg { draft, environment, auto_lock_minutes }, move |reply| {
                    ended(reply.err())
                });
            }
        }
    }
}

#[component]
fn Area(area: AreaReport) -> impl IntoView {
    let (state, word, glyph, why) = match area.state {
        AreaState::Granted => ("granted", "Granted", Glyph::Check, None),
        AreaState::Missing(failure) => {
            ("missing", "Missing", Glyph::Close, failure.hint.or(Some(failure.message)))
        }
        AreaState::NotAvailable(failure) => ("absent", "Not available", Glyph::Empty, failure.hint),
        AreaState::Untried(why) => ("untried", "Not tried", Glyph::Empty, Some(why)),
        AreaState::Failed(failure) => ("missing", "Failed", Glyph::Warning, Some(failure.to_string())),
    };
    view! {
        <li data-state=state>
            <span class="state"><Icon glyph/><span>{word}</span></span>
            <span class="what"><span class="name"><b>{area.title}</b><span class="mono dim selectable">{area.scope}</span></span><span class="soft">{area.unlocks}</span>{why.map(|why| view! { <span class="why selectable">{why}</span> })}</span>
        </li>
    }
}

/// How the org is to be shown and locked.
#[component]
fn Treatment() -> impl IntoView {
    let form = expect_context::<Connecting>();
    let pick = |environment: Environment, label: &'static str, hint: &'static str| {
        let chosen = Signal::derive(move || form.environment.get() == environment);
        view! { <Choice name="environment" label hint chosen choose=move || form.environment.set(environment)/> }
    };
    view! {
        <fieldset class="picks two"><legend>"Environment"</legend>
            {pick(Environment::Production, "Production", "Real people work here: a solid stripe, and unlocking asks.")}
            {pick(Environment::Preview, "Preview", "A test org.")}
        </fieldset>
        <Field id="auto-lock" label="Lock again after so many minutes without anyone" value=form.auto_lock
            hint="The org opens read-only. Once unlocked, it locks itself after this time; empty never does."/>
    }
}

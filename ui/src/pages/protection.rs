//! The policies of Identity Threat Protection as ladders in words: what each rule asks for, what it does, and what the log says
//! that it did. A tab of the Triage page.

mod ladder;
mod mode;

use crate::{
    kit::{icon::Glyph, notice::Notice, text},
    parts::{failure_notice::FailureNotice, trouble::Trouble},
    query::use_query,
    state::as_of::AsOf,
};
use contract::{
    Failure, FailureKind,
    protection::{GetProtection, Ladder, Protection as Told},
};
use ladder::LadderPart;
use leptos::prelude::*;
use mode::ModePart;

/// The spans that one can choose, in days.
const SPANS: [u32; 4] = [7, 30, 90, 365];
/// The one that is shown first.
const USUAL: u32 = 30;

/// What a kind of policy is called in the Admin Console.
pub fn kind_title(kind: &str) -> String {
    match kind {
        "ENTITY_RISK" => "Entity risk policy".to_owned(),
        "SESSION_VIOLATION_DETECTION" => "Session violation detection".to_owned(),
        "POST_AUTH_SESSION" => "Session violation enforcement".to_owned(),
        other => text::words(&other.to_lowercase()),
    }
}

/// What a kind of policy is for.
fn kind_note(kind: &str) -> Option<&'static str> {
    match kind {
        "ENTITY_RISK" => {
            Some("Runs when a detection fires about a person. The first rule that matches acts.")
        }
        "SESSION_VIOLATION_DETECTION" => {
            Some("Says which changes of a live session have policies evaluated again.")
        }
        "POST_AUTH_SESSION" => {
            Some("Says what happens when a session violates a policy after such a change.")
        }
        _ => None,
    }
}

/// The ladders.
#[component]
pub fn Protection() -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let days = RwSignal::new(USUAL);
    let query = use_query(move || Some(GetProtection { as_of: as_of.get(), days: days.get() }));
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(told), _) => view! { <Ladders told days=days.get_untracked()/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    };
    let span = move |n: u32| {
        view! {
            <button type="button" class="toggle" data-days=n aria-pressed=move || (days.get() == n).to_string() on:click=move |_| days.set(n)>{format!("{n} d")}</button>
        }
    };
    view! {
        <div class="protection" data-ready=move || query.value.read().is_some().then_some("")>
            <div class="protection-head">
                <p class="soft grow">"What each policy asks for, rule by rule, and what the log says that it did."</p>
                <div class="toggles" role="group" aria-label="Days of the log to look at">{SPANS.map(span)}</div>
            </div>
            {move || query.value.read().is_some().then(|| query.failure.get()).flatten().map(|failure| view! { <p class="dim" role="alert">{format!("Not up to date: {failure}")}</p> })}
            {body}
        </div>
    }
}

#[component]
fn Ladders(told: Told, days: u32) -> impl IntoView {
    let Told { now, since, log_begins, ladders, mode, problems, .. } = told;
    let short = log_begins.is_none_or(|begins| begins > since);
    let caution = short.then(|| match log_begins {
        Some(begins) => format!(
            "The log here is complete from {} on. What a rule did before that can’t be told.",
            text::moment(begins.0, now.0)
        ),
        None => "The log was not read yet, so nothing can be told of what the rules did.".to_owned(),
    });
    let current = mode.now.clone();
    let ladder = move |ladder: Ladder| {
        // Entity risk has no mode: it acts as its rules say.
        let mode = (ladder.kind != "ENTITY_RISK").then(|| current.clone());
        view! { <LadderPart ladder mode now days/> }
    };
    let none = ladders.is_empty() && problems.is_empty();
    // What could not be read stands in the place of its ladder.
    let refused = problems.into_iter().map(|(kind, failure)| refusal(&kind, failure));
    view! {
        {caution.map(|words| view! { <p class="trouble" data-tone="warn" role="status">{words}</p> })}
        <ModePart mode now/>
        {ladders.into_iter().map(ladder).collect_view()}
        {refused.collect_view()}
        {none.then(|| view! { <Notice glyph=Glyph::Shield title="No such policies in this org" text="The org has neither an entity risk policy nor session protection. They come with Identity Threat Protection."/> })}
    }
}

/// Why a policy is not here. A missing licence is not an error of ours, and is told as what it is.
fn refusal(kind: &str, failure: Failure) -> impl IntoView + use<> {
    let title = kind_title(kind);
    let words = match failure.kind {
        FailureKind::NotAvailable => "This org has no such policy. It comes with Identity Threat Protection.",
        FailureKind::Forbidden => {
            "The credential may not read it, or the org has no licence for Identity Threat Protection; the org answers both in the same way."
        }
        _ => "It could not be read.",
    };
    view! {
        <section class="ladder" aria-label=title.clone()>
            <header><h2>{title.clone()}</h2></header>
            <p class="soft">{words}</p>
            <Trouble failure/>
        </section>
    }
}

//! The query tried: against what is expected of it, the states that come along, and every captured one.

use super::{attack::verdict_key, draft::Lab};
use crate::{
    kit::{button::Button, text},
    parts::failure_notice::FailureNotice,
    query::use_query,
    state::toasts::Toasts,
};
use contract::lab::{Met, StateKey, Tried, TryCheck};
use domain::{Trial, Want};
use leptos::prelude::*;

/// The panel.
#[component]
pub fn TrialsPanel() -> impl IntoView {
    let lab = expect_context::<Lab>();
    let query = use_query(move || {
        let subject = lab.still.get();
        (!subject.query.trim().is_empty()).then(|| TryCheck { subject, expectations: lab.expectations.get() })
    });
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(tried), _) => view! { <Results tried/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <p class="soft empty">"Once there is a query, it is tried here."</p> }.into_any()
        }
    };
    view! { <div class="trials">{body}</div> }
}

#[component]
fn Results(tried: Tried) -> impl IntoView {
    let Tried { expected, shipped, own, own_first, own_total, own_untried, own_unread } = tried;
    let met = expected.iter().filter(|e| e.met).count();
    let all = expected.len();
    view! {
        <h2 class="overline">"Expectations"</h2>
        {if all == 0 {
            view! { <p class="soft">"None kept yet. Keep an answer below, and it is tried again on every edit."</p> }.into_any()
        } else {
            view! {
                <p class="soft" role="status">{format!("{met} of {all} met")}</p>
                <ul class="trial-list">{expected.into_iter().map(|met| view! { <Expected met/> }).collect_view()}</ul>
            }.into_any()
        }}
        <h2 class="overline">"States that come along"</h2>
        <ul class="trial-list">{shipped.into_iter().map(|(key, trial)| view! { <OneState key trial/> }).collect_view()}</ul>
        <h2 class="overline">"Captured states"</h2>
        {if own_total == 0 {
            view! { <p class="soft">"None imported for this platform. Dumps of real devices are imported under Device states."</p> }.into_any()
        } else {
            view! {
                {(own_untried > 0).then(|| view! { <p class="bad" role="status">{format!("{} were not tried: it took too long.", text::plural(own_untried, "state", "states"))}</p> })}
                {(own_unread > 0).then(|| view! { <p class="unknown">{format!("{} can’t be read any more.", text::plural(own_unread, "state", "states"))}</p> })}
                <ul class="own-counts">{own.into_iter().map(|(want, n)| view! { <li><span class="verdict" data-is=want_key(want)>{want.label()}</span>" "{text::count(n)}</li> }).collect_view()}</ul>
                <p class="soft">{format!("{} in all; the first of each verdict:", text::plural(own_total, "state", "states"))}</p>
                <ul class="trial-list">{own_first.into_iter().map(|(key, trial)| view! { <OneState key trial/> }).collect_view()}</ul>
            }.into_any()
        }}
    }
}

/// One expectation.
#[component]
fn Expected(met: Met) -> impl IntoView {
    let lab = expect_context::<Lab>();
    let toasts = expect_context::<Toasts>();
    let Met { want, trial, met } = met;
    let name = trial.state.clone();
    let drop_it = move |_| {
        let before = lab.expectations.get_untracked();
        lab.expectations.update(|all| all.retain(|e| !(e.state.name == name && e.want == want)));
        toasts
            .offer("Expectation forgotten.", "Undo", move || drop(lab.expectations.try_set(before.clone())));
    };
    view! {
        <li data-met=met.to_string()>
            <span class="verdict" data-is=verdict_key(&trial.judgement)>{trial.judgement.label()}</span>
            <span class="grow"><bdi>{trial.state.clone()}</bdi>{(!met).then(|| view! { <b class="bad">{format!(" expected {}", want.label().to_lowercase())}</b> })}</span>
            <Output trial/>
            <Button label="Forget" disabled=Signal::derive(move || lab.is_locked()) on_press=drop_it/>
        </li>
    }
}

/// One state.
#[component]
fn OneState(key: StateKey, trial: Trial) -> impl IntoView {
    let lab = expect_context::<Lab>();
    let pushes = expect_context::<crate::query::Pushes>();
    let want = want_of(&trial);
    let keep = move |_| {
        crate::query::act(pushes, contract::lab::GetState { key: key.clone() }, move |reply| {
            if let Ok(state) = reply {
                lab.expectations.update(|all| {
                    all.retain(|known| known.state.name != state.name);
                    all.push(domain::Expectation { state, want });
                });
            }
        });
    };
    view! {
        <li>
            <span class="verdict" data-is=verdict_key(&trial.judgement)>{trial.judgement.label()}</span>
            <span class="grow"><bdi>{trial.state.clone()}</bdi>{trial.judgement.why().map(|why| view! { <span class="soft">" "{why.to_owned()}</span> })}</span>
            <Output trial/>
            <Button label="Expect this" disabled=Signal::derive(move || lab.is_locked()) on_press=keep/>
        </li>
    }
}

/// What the shell would print and what was read, on demand.
#[component]
fn Output(trial: Trial) -> impl IntoView {
    let reads = trial.reads.iter().map(|read| {
        let with = if read.constraints.is_empty() {
            String::new()
        } else {
            format!(" where {}", read.constraints.join(", "))
        };
        format!("{}{with}: {}", read.table, text::plural(read.rows, "row", "rows"))
    });
    let reads = reads.collect::<Vec<_>>().join("; ");
    view! {
        <details class="output"><summary>"Output"</summary>
            <pre class="code">{trial.stdout}</pre>
            {(!trial.stderr.is_empty()).then(|| view! { <pre class="code bad">{trial.stderr}</pre> })}
            {(!reads.is_empty()).then(|| view! { <p class="soft">"Read: "{reads}</p> })}
        </details>
    }
}

fn want_of(trial: &Trial) -> Want {
    match trial.judgement {
        domain::Judgement::Pass => Want::Pass,
        domain::Judgement::Fail => Want::Fail,
        domain::Judgement::Error(_) => Want::Error,
        domain::Judgement::Unknown(_) => Want::Unknown,
    }
}

fn want_key(want: Want) -> &'static str {
    match want {
        Want::Pass => "pass",
        Want::Fail => "fail",
        Want::Error => "error",
        Want::Unknown => "unknown",
    }
}

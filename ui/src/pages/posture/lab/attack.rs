//! The attack: a matrix of states and verdicts. What passes although nothing is known there is loud.

use super::draft::Lab;
use crate::{parts::failure_notice::FailureNotice, query::use_query};
use contract::lab::{AttackCheck, Attacked, ListStates, StateKey, Subject};
use domain::{Attack, AttackCase, Mapping, OsqueryPlatform};
use leptos::prelude::*;

/// The panel.
#[component]
pub fn AttackPanel() -> impl IntoView {
    let lab = expect_context::<Lab>();
    // With the platform it belongs to: another platform has other states.
    let from = RwSignal::new(None::<(OsqueryPlatform, StateKey)>);
    let published = Memo::new(move |_| {
        let published = lab.published.read();
        let content = &published.as_ref()?.content;
        let now = lab.still.read();
        let differs = content.query != now.query;
        differs.then(|| Subject {
            platform: content.platform,
            mapping: content.mapping,
            query: content.query.clone(),
            passes: now.passes.clone().filter(|_| content.mapping == Mapping::Textbox),
        })
    });
    let fixed = Memo::new(move |_| {
        let now = lab.still.get();
        let linted = lab.linted.value.read();
        let query = linted.as_ref().and_then(|linted| linted.fixed.clone())?;
        (query != now.query).then_some(Subject { query, ..now })
    });
    let query = use_query(move || {
        let now = lab.still.get();
        if now.query.trim().is_empty() {
            return None;
        }
        let platform_now = now.platform;
        // Where nothing differs, what stands there is what is published.
        let same = lab.published.read().is_some() && published.read().is_none();
        let here = if same { "Published as it is" } else { "This draft" };
        let columns = [("Published", published.get()), (here, Some(now)), ("With the fixes", fixed.get())];
        let subjects =
            columns.into_iter().filter_map(|(name, subject)| Some((name.to_owned(), subject?))).collect();
        let from = from.get().filter(|(platform, _)| *platform == platform_now).map(|(_, key)| key);
        Some(AttackCheck { subjects, from })
    });
    view! {
        <div class="attack">
            <div class="row">
                <StateChoice from/>
                <span class="soft">"Each state below is this one with one thing changed."</span>
            </div>
            {move || match (query.value.get(), query.failure.get()) {
                (Some(attacked), _) => view! { <Matrix attacked/> }.into_any(),
                (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
                (None, None) => view! { <p class="soft empty">"Once there is a query, it is tried against many states of a device."</p> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn StateChoice(from: RwSignal<Option<(OsqueryPlatform, StateKey)>>) -> impl IntoView {
    let lab = expect_context::<Lab>();
    let platform = Memo::new(move |_| lab.content.read().platform);
    let states = use_query(move || Some(ListStates { platform: platform.get() }));
    let keys = Memo::new(move |_| {
        let states = states.value.read();
        let rows = states.as_ref().map(|s| s.shipped.iter().chain(&s.own).cloned().collect::<Vec<_>>());
        rows.unwrap_or_default()
    });
    let choose = move |e| {
        let at = event_target_value(&e).parse::<usize>().ok();
        let key = at.and_then(|at| keys.read_untracked().get(at).map(|row| row.key.clone()));
        from.set(key.map(|key| (platform.get_untracked(), key)));
    };
    view! {
        <label class="inline">"Start from "
            <select on:change=choose>
                {move || keys.get().into_iter().enumerate().map(|(at, row)| {
                    let chosen = move || from.get().map_or(at == 0, |(_, from)| from == row.key);
                    view! { <option value=at.to_string() selected=chosen>{row.name.clone()}</option> }
                }).collect_view()}
            </select>
        </label>
    }
}

#[component]
fn Matrix(attacked: Attacked) -> impl IntoView {
    let Attacked { columns, .. } = attacked;
    // What one query reads another may not: the rows are those of all of them.
    let mut labels: Vec<String> = Vec::new();
    for case in columns.iter().flat_map(|(_, attack)| &attack.cases) {
        if !labels.contains(&case.label) {
            labels.push(case.label.clone());
        }
    }
    let heads = columns.iter().map(|(name, _)| view! { <th scope="col">{name.clone()}</th> }).collect_view();
    let words = columns.iter().filter_map(|(name, attack)| summary(name, attack)).collect_view();
    let rows = labels.into_iter().map(|label| {
        let cells = columns
            .iter()
            .map(|(_, attack)| cell(attack.cases.iter().find(|case| case.label == label)))
            .collect_view();
        view! { <tr><th scope="row">{label}</th>{cells}</tr> }
    });
    view! {
        <table class="matrix">
            <caption class="sr">"Verdict by state of the device"</caption>
            <thead><tr><th scope="col">"State of the device"</th>{heads}</tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
        <ul class="attack-words">{words}</ul>
    }
}

fn cell(case: Option<&AttackCase>) -> AnyView {
    let Some(case) = case else {
        return view! { <td><span class="dim" title="This query does not read that">"Not read"</span></td> }
            .into_any();
    };
    let judgement = &case.trial.judgement;
    let why = judgement.why().map(str::to_owned);
    let open = case.open;
    view! {
        <td><span class="verdict cell" data-is=verdict_key(judgement) data-open=open.then_some("") title=why>
            {judgement.label()}{open.then_some(" · open")}
        </span></td>
    }
    .into_any()
}

/// The key that styles a judgement.
pub fn verdict_key(judgement: &domain::Judgement) -> &'static str {
    match judgement {
        domain::Judgement::Pass => "pass",
        domain::Judgement::Fail => "fail",
        domain::Judgement::Error(_) => "error",
        domain::Judgement::Unknown(_) => "unknown",
    }
}

/// What an attack says as a whole.
fn summary(name: &str, attack: &Attack) -> Option<impl IntoView + use<>> {
    let first = attack.cases.first()?;
    let judged =
        |is: fn(&domain::Judgement) -> bool| attack.cases.iter().all(|case| is(&case.trial.judgement));
    let (tone, words) = if judged(|j| matches!(j, domain::Judgement::Error(_))) {
        ("bad", format!("gives no answer anywhere: {}", first.trial.judgement.why().unwrap_or("an error")))
    } else if attack.fails_open() {
        ("bad", "fails open: it passes where nothing is known.".to_owned())
    } else if attack.flips == Some(false) {
        ("warn", "answers the same whatever is flipped: it may not look at what it should.".to_owned())
    } else if attack.flips == Some(true) {
        ("good", "flips when the attribute does, and passes nowhere where nothing is known.".to_owned())
    } else {
        ("plain", "has nothing that could be flipped in this state.".to_owned())
    };
    let more = (attack.left_out > 0).then(|| format!(" {} more states were left out.", attack.left_out));
    Some(view! { <li data-tone=tone><b>{name.to_owned()}</b>" "{words}{more}</li> })
}

//! The steps of a containment as they come to their ends: what, for whom, what was read before and after, what went wrong.

use crate::{
    kit::{button::Button, text},
    parts::{step_state::StepBadge, words::When},
};
use contract::containment::{ContainStep, Containment};
use domain::{ContainAct, StepState, Timestamp};
use leptos::prelude::*;

/// Steps of one page.
pub const STEPS: u32 = 100;

/// One chip per state that any step is in, with its count.
#[component]
pub fn StateFilter(
    containment: Containment,
    state: RwSignal<Option<StepState>>,
    offset: RwSignal<u64>,
) -> impl IntoView {
    let choose = move |to: Option<StepState>| {
        offset.set(0);
        state.set(to);
    };
    let chip = move |(value, n): (StepState, u64)| {
        view! {
            <button type="button" class="toggle" aria-pressed=move || (state.get() == Some(value)).to_string()
                on:click=move |_| choose(if state.get_untracked() == Some(value) { None } else { Some(value) })>
                {value.label()}" "<b>{text::count(n)}</b>
            </button>
        }
    };
    (containment.counts.len() > 1).then(|| {
        let chips = containment.counts.into_iter().map(chip).collect_view();
        view! { <div class="toggles" role="group" aria-label="Only steps in this state">{chips}</div> }
    })
}

/// The steps of one page.
#[component]
pub fn StepList(
    #[prop(into)] steps: Signal<Vec<ContainStep>>,
    #[prop(into)] now: Signal<Timestamp>,
    /// Names the person of each step.
    #[prop(into)]
    many: Signal<bool>,
) -> impl IntoView {
    view! {
        <ul class="change-steps" data-testid="steps">
            {move || steps.get().into_iter().map(|step| view! { <StepLine step now=now.get_untracked() many=many.get_untracked()/> }).collect_view()}
        </ul>
    }
}

/// What the step does, with its flags: a journal that leaves them out would not say what was sent.
fn act_words(act: &ContainAct) -> String {
    match act {
        ContainAct::RevokeSessions { oauth_tokens, forget_devices } => {
            let tokens = if *oauth_tokens { "tokens too" } else { "not tokens" };
            let devices = if *forget_devices { "devices forgotten" } else { "devices remembered" };
            format!("{} ({tokens}, {devices})", act.label())
        }
        ContainAct::SetRisk { level, .. } => format!("{}: {}", act.label(), level.label()),
        _ => act.label().to_owned(),
    }
}

#[component]
fn StepLine(step: ContainStep, now: Timestamp, many: bool) -> impl IntoView {
    let ContainStep {
        n,
        user,
        user_name,
        act,
        device,
        device_name,
        state,
        before,
        after,
        request_id,
        failure,
        changed,
    } = step;
    let whom = many.then(|| user_name.unwrap_or_else(|| user.to_string()));
    let device = device_name.or_else(|| device.map(|id| id.to_string()));
    let read = match (before, after) {
        (Some(before), Some(after)) => Some(format!("{before} → {after}")),
        (Some(before), None) => Some(format!("Before: {before}")),
        (None, Some(after)) => Some(format!("After: {after}")),
        (None, None) => None,
    };
    view! {
        <li data-step=n data-state=state.key()>
            <span class="clip">{act_words(&act)}{device.map(|name| view! { " "<bdi>{name}</bdi> })}{whom.map(|name| view! { " · "<bdi>{name}</bdi> })}</span>
            <StepBadge state/>
            {failure.map(|failure| view! { <span class="block selectable">{failure.to_string()}</span> })}
            <span class="block dim selectable">
                {read.map(|read| view! { <span class="soft">{read}</span>" · " })}
                {request_id.map(|id| view! { "request "<span class="mono">{id}</span>" · " })}
                {if state == StepState::Waiting { "not sent yet".into_any() } else { view! { <When at=Some(changed) now/> }.into_any() }}
            </span>
        </li>
    }
}

/// Earlier and later steps, where there are more than one page.
#[component]
pub fn StepPager(#[prop(into)] whole: Signal<u64>, offset: RwSignal<u64>) -> impl IntoView {
    let rows = u64::from(STEPS);
    move || {
        (whole.get() > rows).then(|| {
            view! {
                <p class="pages">
                    <Button label="Earlier" disabled=Signal::derive(move || offset.get() == 0) on_press=move |_| offset.update(|at| *at = at.saturating_sub(rows))/>
                    <span>{move || format!("{}–{} of {}", offset.get() + 1, (offset.get() + rows).min(whole.get()), text::count(whole.get()))}</span>
                    <Button label="Later" disabled=Signal::derive(move || offset.get() + rows >= whole.get()) on_press=move |_| offset.update(|at| *at += rows)/>
                </p>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_says_the_flags_that_were_sent() {
        let act = ContainAct::RevokeSessions { oauth_tokens: true, forget_devices: false };
        assert_eq!(act_words(&act), "Revoke Okta sessions (tokens too, devices remembered)");
    }
}

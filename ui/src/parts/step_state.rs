//! How the state of a step looks: a shape, a word and a colour, none of them alone.

use crate::kit::{
    icon::{Glyph, Icon},
    text,
};
use domain::StepState;
use leptos::prelude::*;

fn looks(state: StepState) -> (Glyph, &'static str) {
    match state {
        StepState::Verified => (Glyph::Check, "good"),
        StepState::Waiting => (Glyph::Pause, "plain"),
        StepState::Sending => (Glyph::Sync, "plain"),
        StepState::Cancelled => (Glyph::Close, "plain"),
        StepState::Unknown | StepState::NotApplied => (Glyph::Warning, "warn"),
        StepState::Refused | StepState::Rejected => (Glyph::Close, "bad"),
    }
}

/// One step's state.
#[component]
pub fn StepBadge(state: StepState) -> impl IntoView {
    let (glyph, tone) = looks(state);
    view! { <span class="step-state" data-tone=tone><Icon glyph/>{state.label()}</span> }
}

/// How many steps are in each state; a change of which every step ended alike is one word.
#[component]
pub fn Counts(counts: Vec<(StepState, u64)>, of: u64) -> impl IntoView {
    let one = move |(state, n): (StepState, u64)| {
        let (glyph, tone) = looks(state);
        let words = if n == of && of == 1 {
            state.label().to_owned()
        } else {
            format!("{} {}", text::count(n), state.label().to_lowercase())
        };
        view! { <span class="step-state" data-tone=tone><Icon glyph/>{words}</span> }
    };
    view! { <span class="step-counts">{counts.into_iter().map(one).collect_view()}</span> }
}

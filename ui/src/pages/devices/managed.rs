//! The pane's managed status: for each link, whether it is managed, and if not, the questions that find out why.

use crate::{
    kit::icon::{Glyph, Icon},
    parts::{
        failure_notice::FailureNotice,
        raw_event::RawEventButton,
        words::{When, managed},
    },
    query::use_query,
    state::as_of::AsOf,
};
use contract::managed::{GetManagedCauses, LinkCause};
use domain::{Answer, DeviceId, ManagedStatus, Step, Timestamp, likely_cause};
use leptos::prelude::*;

/// The panel.
#[component]
pub fn ManagedPanel(id: DeviceId) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let query = use_query(move || Some(GetManagedCauses { as_of: as_of.get(), id: id.clone() }));
    move || {
        match (query.value.get(), query.failure.get()) {
        (Some(causes), _) if causes.links.is_empty() => {
            view! { <section><p class="unknown">"No user is linked, and managed status belongs to the pair of user and device."</p></section> }.into_any()
        }
        (Some(causes), _) => {
            let now = causes.now;
            causes.links.into_iter().map(|link| view! { <Link link now/> }).collect_view().into_any()
        }
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any(),
    }
    }
}

#[component]
fn Link(link: LinkCause, now: Timestamp) -> impl IntoView {
    let LinkCause { name, status, since, steps, .. } = link;
    let is_managed = status == ManagedStatus::Managed;
    let summary = match (is_managed, likely_cause(&steps)) {
        (true, _) => {
            "The proof says that management set it up. It does not say that it is compliant now.".to_owned()
        }
        (false, Some(step)) => format!("Likely cause: {}", step.because),
        (false, None) => {
            "The evidence at hand shows no cause. The open questions say what would settle it.".to_owned()
        }
    };
    view! {
        <section class="link-cause" aria-label=format!("Managed for {name}")>
            <h3 class="person"><bdi class="clip">{name.clone()}</bdi></h3>
            <p><b>{managed(status)}</b>{since.map(|at| view! { <span class="soft">", noticed "<When at=Some(at) now/></span> })}</p>
            <p class="soft note" data-testid="cause">{summary}</p>
            <ol class="steps">{steps.into_iter().map(|step| view! { <Question step now/> }).collect_view()}</ol>
        </section>
    }
}

#[component]
fn Question(step: Step, now: Timestamp) -> impl IntoView {
    let (glyph, key, word) = match step.answer {
        Answer::Yes => (Glyph::Check, "yes", "Yes"),
        Answer::No => (Glyph::Close, "no", "No"),
        Answer::Unknown => (Glyph::Question, "unknown", "Not known"),
    };
    view! {
        <li data-answer=key>
            <span class="mark" title=word><Icon glyph/><span class="sr">{word}": "</span></span>
            <div>
                <p>{step.question.label()}</p>
                <p class="soft">{step.because}{step.at.map(|at| view! { " "<When at=Some(at) now/> })}</p>
                {step.settle.map(|settle| view! { <p class="settle">{settle.into_owned()}</p> })}
            </div>
            {step.event.map(|uuid| view! { <RawEventButton uuid=uuid.into()/> })}
        </li>
    }
}

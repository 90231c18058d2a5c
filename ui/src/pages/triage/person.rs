//! One person of the queue: who it is, what happened on one time axis, what was detected and what was decided about it. The
//! parts stand in the files beside this one; a newer answer changes what they say and leaves them standing.

mod axis;
mod contained;
mod detection;
mod detections;
mod event;
mod facts;
mod freeze;
mod head;
mod marks;
mod notes;
mod owned;

use super::{
    ViewUrl,
    decide::{Decide, Judged},
    menus::Menus,
    rows::Rows,
};
use crate::{
    address::View,
    kit::text,
    pages::cases::CasesView,
    parts::{failure_notice::FailureNotice, pane::focus_list_after},
    query::{Query, use_query},
    state::as_of::AsOf,
};
use axis::Axis;
use contained::Contained;
use contract::{
    cases::CaseId,
    triage::{GetPersonLanes, PersonRisk},
};
use detections::Detections;
use domain::{ContainmentId, UserId};
use facts::Facts;
use head::{Actions, Head};
use leptos::prelude::*;
use notes::Notes;
use std::sync::Arc;

/// The newest answer about the open person.
pub type Known = Memo<Option<Arc<PersonRisk>>>;

/// The pane. Walking from person to person leaves it standing; only when it closes the focus goes back to the list.
#[component]
pub fn PersonPane(
    open: Memo<Option<UserId>>,
    url: ViewUrl,
    rows: Rows,
    person: Query<PersonRisk>,
    menus: Menus,
) -> impl IntoView {
    focus_list_after();
    move || open.get().map(|id| view! { <Person id url rows person menus/> })
}

#[component]
fn Person(id: UserId, url: ViewUrl, rows: Rows, person: Query<PersonRisk>, menus: Menus) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let (own, asked, shown) = (id.clone(), id.clone(), id.to_string());
    // While the next person is on the way, the last one is not shown in their place.
    let known: Known = Memo::new(move |_| {
        person.value.read().as_ref().filter(|person| person.row.user == own).cloned().map(Arc::new)
    });
    let lanes = use_query(move || Some(GetPersonLanes { as_of: as_of.get(), user: asked.clone() }));
    let there = Memo::new(move |_| known.read().is_some());
    let body = move || match (there.get(), person.failure.get()) {
        (true, _) => view! {
            <Actions id=id.clone() known rows menus/>
            <div class="scroll" tabindex="0" role="region" aria-label="Person details">
                <Facts known/>
                <section aria-label="Timeline"><h3>"Timeline"</h3><Axis lanes/></section>
                <Detections known/>
                <Contained id=id.clone()/>
                {owned::devices(known)}
                {owned::sessions(known)}
                <Notes id=id.clone() known/>
            </div>
        }
        .into_any(),
        (false, Some(failure)) => view! { <FailureNotice failure retry=move || person.retry()/> }.into_any(),
        (false, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    };
    view! {
        <aside class="detail person" aria-label="Person" data-user=shown>
            <Head known url/>
            {body}
        </aside>
    }
}

/// Every detection of the person that waits for a verdict.
fn waiting(known: Known) -> Vec<Judged> {
    let known = known.get_untracked();
    let open = known.iter().flat_map(|person| person.detections.iter().filter(|d| d.assessment.is_none()));
    open.map(Judged::from).collect()
}

/// A heading with how many there are.
fn counted(title: &'static str, count: impl Fn() -> Option<usize> + Send + Sync + 'static) -> impl IntoView {
    view! { <h3>{title}<span class="dim">{move || count().map(|n| text::count(n as u64))}</span></h3> }
}

/// Where a case is opened.
pub fn case_href(case: CaseId) -> String {
    CasesView::case(case).href()
}

/// Where a containment is opened.
pub fn containment_href(id: ContainmentId) -> String {
    format!("/activity?of=containments&id={}", id.0)
}

/// Whether nothing can be decided, for buttons.
fn off() -> Signal<bool> {
    let decide = Decide::here();
    Signal::derive(move || decide.is_off())
}

//! People at risk who wait for somebody: the number opens exactly those of the queue.

use crate::{
    address::View, kit::text, pages::triage::TriageView, parts::risk_badge::RiskBadge, query::use_query,
    state::as_of::AsOf,
};
use contract::triage::{ListTriage, QueueState};
use domain::RiskLevel;
use leptos::prelude::*;

/// The figure. Before the log is `heard`, nobody being in the queue is not a finding.
#[component]
pub fn AtRisk(heard: bool) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let query = use_query(move || {
        let (levels, search) = (Vec::new(), String::new());
        Some(ListTriage {
            as_of: as_of.get(),
            state: QueueState::Open,
            levels,
            assignee: None,
            search,
            offset: 0,
            limit: 1,
        })
    });
    let high = move |page: &contract::triage::TriagePage| {
        page.levels.iter().find(|(level, _)| *level == RiskLevel::High).map_or(0, |(_, n)| *n)
    };
    let value = move || {
        match (query.value.get(), query.failure.get()) {
        (Some(page), _) if page.total == 0 && !heard => view! {
            <span class="value unknown">"?"</span><span class="note">"Once the log is read"</span>
        }
        .into_any(),
        (Some(page), _) => {
            let high = high(&page);
            view! {
                <span class="value">{text::count(page.matching)}</span>
                <span class="note">{if high > 0 {
                    view! { {text::count(high)}" "<RiskBadge level=Some(RiskLevel::High)/> }.into_any()
                } else {
                    view! { "None of them high" }.into_any()
                }}</span>
            }
            .into_any()
        }
        (None, Some(failure)) => view! {
            <span class="value unknown">"?"</span><span class="note clip" title=failure.to_string()>{failure.message.clone()}</span>
        }
        .into_any(),
        (None, None) => {
            view! { <span class="value dim">"…"</span><span class="note"></span> }.into_any()
        }
    }
    };
    view! {
        <a class="figure" href=TriageView::default().href()><span class="what">"People at risk, waiting"</span>{value}</a>
    }
}

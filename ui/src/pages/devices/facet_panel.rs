//! The facets beside the table: each value with how many devices would be left if it alone were chosen. A click keeps,
//! Alt-click leaves out.

use super::{ViewUrl, rows::Rows};
use crate::{
    kit::{bars::Bar, text},
    parts::risk_badge::RiskBadge,
};
use contract::devices::FacetCount;
use domain::{Facet, RiskLevel, UNKNOWN};
use leptos::prelude::*;

/// Values shown before *Show all*.
const SHORT: usize = 7;

/// The panel.
#[component]
pub fn FacetPanel(url: ViewUrl, rows: Rows) -> impl IntoView {
    let facets = Memo::new(move |_| {
        rows.head
            .read()
            .as_ref()
            .map(|h| h.facets.iter().filter(|f| !f.values.is_empty()).map(|f| f.facet).collect::<Vec<_>>())
            .unwrap_or_default()
    });
    view! {
        <aside class="facets" aria-label="Filters">
            <For each=move || facets.get() key=|facet| *facet children=move |facet| view! { <FacetGroup facet url rows/> }/>
        </aside>
    }
}

#[component]
fn FacetGroup(facet: Facet, url: ViewUrl, rows: Rows) -> impl IntoView {
    let all = RwSignal::new(false);
    let values = Memo::new(move |_| {
        let head = rows.head.read();
        let counts = head.as_ref().and_then(|h| h.facets.iter().find(|f| f.facet == facet));
        counts.map(|f| f.values.clone()).unwrap_or_default()
    });
    let chosen = Memo::new(move |_| url.view.read().filter(facet).filter(|f| f.on).cloned());
    let is_chosen =
        move |value: &str| chosen.read().as_ref().is_some_and(|f| f.values.iter().any(|v| v == value));
    let shown = move || {
        let mut list = values.get();
        if !all.get() {
            // A chosen value is never hidden; neither is the largest.
            let mut kept = 0;
            list.retain(|v| {
                kept += 1;
                kept <= SHORT || is_chosen(&v.value)
            });
        }
        list
    };
    let largest = Memo::new(move |_| values.read().iter().map(|v| v.count).max().unwrap_or(0));
    let line = move |v: FacetCount| {
        let pressed = is_chosen(&v.value);
        let excluded = pressed && chosen.read().as_ref().is_some_and(|f| f.exclude);
        let unknown = v.value == UNKNOWN;
        let label = match facet {
            Facet::Risk => {
                view! { <RiskBadge level=(!unknown).then(|| RiskLevel::from(v.value.as_str()))/> }.into_any()
            }
            _ => view! { <span class="clip">{v.label.clone()}</span> }.into_any(),
        };
        let (key, count) = (v.value.clone(), v.count);
        view! {
            <button type="button" class="facet-value" aria-pressed=pressed.to_string()
                data-facet=facet.key() data-value=v.value.clone()
                data-excluded=excluded.then_some("") data-zero=(count == 0).then_some("")
                title=format!("{}: keep these; with Alt, leave them out", v.label)
                on:click=move |e| url.change(|view| view.toggle(facet, &key, e.alt_key()))>
                {label}<span class="count">{text::count(count)}</span>
                <Bar part=count whole=largest.get() unknown/>
            </button>
        }
    };
    view! {
        <section class="facet" aria-label=facet.label()>
            <h3>{facet.label()}</h3>
            {move || shown().into_iter().map(line).collect_view()}
            {move || (values.read().len() > SHORT).then(|| view! {
                <button type="button" class="facet-more" on:click=move |_| all.update(|a| *a = !*a)>
                    {move || if all.get() { "Show fewer".to_owned() } else { format!("Show all {}", values.read().len()) }}
                </button>
            })}
        </section>
    }
}

//! The facets beside the table: each value with how many devices would be left if it alone were chosen. A click keeps,
//! Alt-click leaves out.

use super::{ViewUrl, rows::Rows};
use crate::{
    kit::{bars::Bar, text},
    parts::risk_badge::RiskBadge,
};
use contract::devices::FacetCount;
use domain::{RiskLevel, UNKNOWN, UserFacet};
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
fn FacetGroup(facet: UserFacet, url: ViewUrl, rows: Rows) -> impl IntoView {
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
    // Keyed by value, so that a click that changes every count leaves the focus where it is.
    let line = move |v: FacetCount| {
        let unknown = v.value == UNKNOWN;
        let label = match facet {
            UserFacet::Risk | UserFacet::PeakRisk => {
                view! { <RiskBadge level=(!unknown).then(|| RiskLevel::from(v.value.as_str()))/> }.into_any()
            }
            _ => view! { <span class="clip">{v.label.clone()}</span> }.into_any(),
        };
        let key = StoredValue::new(v.value.clone());
        let pressed = Memo::new(move |_| key.with_value(|key| is_chosen(key)));
        let excluded = move || pressed.get() && chosen.read().as_ref().is_some_and(|f| f.exclude);
        let count = Memo::new(move |_| {
            key.with_value(|key| values.read().iter().find(|v| v.value == *key).map_or(0, |v| v.count))
        });
        view! {
            <button type="button" class="facet-value" aria-pressed=move || pressed.get().to_string()
                data-facet=facet.key() data-value=v.value
                data-excluded=move || excluded().then_some("") data-zero=move || (count.get() == 0).then_some("")
                title=format!("{}: keep these; with Alt, leave them out", v.label)
                on:click=move |e| url.change(|view| key.with_value(|key| view.toggle(facet, key, e.alt_key())))>
                {label}<span class="count">{move || text::count(count.get())}</span>
                {move || view! { <Bar part=count.get() whole=largest.get() unknown/> }}
            </button>
        }
    };
    view! {
        <section class="facet" aria-label=facet.label()>
            <h2 class="overline">{facet.label()}</h2>
            <For each=shown key=|v| v.value.clone() children=line/>
            {move || (values.read().len() > SHORT).then(|| view! {
                <button type="button" class="facet-more" on:click=move |_| all.update(|a| *a = !*a)>
                    {move || if all.get() { "Show fewer".to_owned() } else { format!("Show all {}", values.read().len()) }}
                </button>
            })}
        </section>
    }
}

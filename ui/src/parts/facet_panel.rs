//! The facets beside a list: each value with how many rows would be left if it alone were chosen. A click keeps, Alt-click
//! leaves out.

use super::risk_badge::RiskBadge;
use crate::kit::{bars::Bar, text};
use contract::devices::FacetCount;
use domain::{RiskLevel, UNKNOWN};
use leptos::prelude::*;

/// Values shown before *Show all*.
const SHORT: usize = 7;

/// One facet as the panel shows it, whatever it divides.
#[derive(Clone, PartialEq)]
pub struct FacetShown {
    pub key: &'static str,
    pub label: &'static str,
    /// Its values are risk levels, and look like them.
    pub risk: bool,
    pub values: Vec<FacetCount>,
    /// The values that a filter in force names.
    pub chosen: Vec<String>,
    /// That filter leaves them out.
    pub exclude: bool,
}

/// A click on a value.
pub struct FacetClick {
    pub facet: &'static str,
    pub value: String,
    /// With Alt.
    pub exclude: bool,
}

/// The panel.
#[component]
pub fn FacetPanel(facets: Memo<Vec<FacetShown>>, on_click: Callback<FacetClick>) -> impl IntoView {
    let keys = Memo::new(move |_| {
        facets
            .read()
            .iter()
            .filter(|f| !f.values.is_empty())
            .map(|f| (f.key, f.label, f.risk))
            .collect::<Vec<_>>()
    });
    view! {
        <aside class="facets" aria-label="Filters">
            <For each=move || keys.get() key=|facet| facet.0 children=move |(key, label, risk)| view! {
                <FacetGroup key label risk facets on_click/>
            }/>
        </aside>
    }
}

#[component]
fn FacetGroup(
    key: &'static str,
    label: &'static str,
    risk: bool,
    facets: Memo<Vec<FacetShown>>,
    on_click: Callback<FacetClick>,
) -> impl IntoView {
    let facet = key;
    let all = RwSignal::new(false);
    let values = Memo::new(move |_| {
        let facets = facets.read();
        facets.iter().find(|f| f.key == facet).map(|f| f.values.clone()).unwrap_or_default()
    });
    let chosen = Memo::new(move |_| {
        let facets = facets.read();
        facets.iter().find(|f| f.key == facet).map(|f| (f.chosen.clone(), f.exclude)).unwrap_or_default()
    });
    let is_chosen = move |value: &str| chosen.read().0.iter().any(|v| v == value);
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
        let words = if risk {
            view! { <RiskBadge level=(!unknown).then(|| RiskLevel::from(v.value.as_str()))/> }.into_any()
        } else {
            view! { <span class="clip">{v.label.clone()}</span> }.into_any()
        };
        let key = StoredValue::new(v.value.clone());
        let pressed = Memo::new(move |_| key.with_value(|key| is_chosen(key)));
        let excluded = move || pressed.get() && chosen.read().1;
        let count = Memo::new(move |_| {
            key.with_value(|key| values.read().iter().find(|v| v.value == *key).map_or(0, |v| v.count))
        });
        view! {
            <button type="button" class="facet-value" aria-pressed=move || pressed.get().to_string()
                data-facet=facet data-value=v.value
                data-excluded=move || excluded().then_some("") data-zero=move || (count.get() == 0).then_some("")
                title=format!("{}: keep these; with Alt, leave them out", v.label)
                on:click=move |e| on_click.run(FacetClick { facet, value: key.get_value(), exclude: e.alt_key() })>
                {words}<span class="count">{move || text::count(count.get())}</span>
                {move || view! { <Bar part=count.get() whole=largest.get() unknown/> }}
            </button>
        }
    };
    view! {
        <section class="facet" aria-label=label>
            <h2 class="overline">{label}</h2>
            <For each=shown key=|v| v.value.clone() children=line/>
            {move || (values.read().len() > SHORT).then(|| view! {
                <button type="button" class="facet-more" on:click=move |_| all.update(|a| *a = !*a)>
                    {move || if all.get() { "Show fewer".to_owned() } else { format!("Show all {}", values.read().len()) }}
                </button>
            })}
        </section>
    }
}

//! The filters in force as chips: those on facets, then the typed ones.

use super::{ViewUrl, conditions::Conditions};
use crate::{
    kit::button::{Button, Variant},
    parts::filter_chip::FilterChip,
};
use domain::FacetFilter;
use leptos::prelude::*;

/// The line of chips; absent while nothing is filtered.
#[component]
pub fn FilterBar(url: ViewUrl) -> impl IntoView {
    let filters = Memo::new(move |_| url.view.read().query.filters.clone());
    let any = Memo::new(move |_| {
        let view = url.view.read();
        !view.query.filters.is_empty() || !view.query.conditions.is_empty() || view.unread.is_some()
    });
    let chip = move |filter: FacetFilter| {
        let FacetFilter { facet, values, exclude, on } = filter;
        let same = move |f: &FacetFilter| f.facet == facet && f.exclude == exclude;
        let values: Vec<_> = values.iter().map(|v| facet.value_label(v).into_owned()).collect();
        let switch =
            move || url.change(|v| v.query.filters.iter_mut().filter(|f| same(f)).for_each(|f| f.on = !f.on));
        let remove = move || url.change(|v| v.query.filters.retain(|f| !same(f)));
        view! { <FilterChip label=facet.label() values exclude on on_switch=switch on_remove=remove/> }
    };
    let facets = move || {
        let filters = filters.get();
        (!filters.is_empty()).then(|| view! { <ul class="chips" aria-label="Filters in force">{filters.into_iter().map(chip).collect_view()}</ul> })
    };
    let clear = move |_| {
        url.change(|v| {
            v.query.filters.clear();
            v.query.conditions = Default::default();
            v.unread = None;
        });
    };
    view! {
        <Show when=move || any.get()>
            <div class="filterbar">
                {facets}
                <Conditions url/>
                <Button label="Clear filters" variant=Variant::Quiet on_press=clear/>
            </div>
        </Show>
    }
}

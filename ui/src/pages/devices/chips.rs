//! The filters in force as chips: those on facets, then the typed ones.

use super::{ViewUrl, conditions::Conditions};
use crate::kit::{
    button::{Button, Variant},
    icon::{Glyph, Icon},
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
        let words = words(&filter);
        let (facet, exclude, on) = (filter.facet, filter.exclude, filter.on);
        let same = move |f: &FacetFilter| f.facet == facet && f.exclude == exclude;
        let name = facet.label();
        view! {
            <li class="chip" data-off=(!on).then_some("")>
                <button type="button" class="clip" aria-pressed=on.to_string() title=if on { "Switch off" } else { "Switch on" }
                    on:click=move |_| url.change(|v| v.query.filters.iter_mut().filter(|f| same(f)).for_each(|f| f.on = !f.on))>{words}</button>
                <button type="button" aria-label=format!("Remove the filter on {}", name.to_lowercase())
                    on:click=move |_| url.change(|v| v.query.filters.retain(|f| !same(f)))><Icon glyph=Glyph::Close/></button>
            </li>
        }
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

fn words(filter: &FacetFilter) -> String {
    let labels: Vec<_> = filter.values.iter().map(|v| filter.facet.value_label(v)).collect();
    format!("{} {} {}", filter.facet.label(), if filter.exclude { "is not" } else { "is" }, labels.join(", "))
}

//! The filters in force as chips: a click on the words switches one off without losing it, the cross takes it away.

use super::{ViewUrl, rows::Rows};
use crate::{
    kit::{
        button::{Button, Variant},
        dialog::focusable,
        icon::Glyph,
        popover::Popover,
    },
    parts::filter_chip::FilterChip,
};
use domain::{FacetFilter, UserFacet};
use leptos::{html, prelude::*};

/// The line of chips; absent while nothing is filtered.
#[component]
pub fn FilterBar(url: ViewUrl) -> impl IntoView {
    let filters = Memo::new(move |_| url.view.read().query.filters.clone());
    let chip = move |filter: FacetFilter<UserFacet>| {
        let FacetFilter { facet, values, exclude, on } = filter;
        let same = move |f: &FacetFilter<UserFacet>| f.facet == facet && f.exclude == exclude;
        let values: Vec<_> = values.iter().map(|v| facet.value_label(v).into_owned()).collect();
        let switch =
            move || url.change(|v| v.query.filters.iter_mut().filter(|f| same(f)).for_each(|f| f.on = !f.on));
        let remove = move || url.change(|v| v.query.filters.retain(|f| !same(f)));
        view! { <FilterChip label=facet.label() values exclude on on_switch=switch on_remove=remove/> }
    };
    move || {
        let filters = filters.get();
        (!filters.is_empty()).then(|| view! {
            <div class="filterbar">
                <ul class="chips" aria-label="Filters in force">{filters.into_iter().map(chip).collect_view()}</ul>
                <Button label="Clear filters" variant=Variant::Quiet on_press=move |_| url.change(|v| v.query.filters.clear())/>
            </div>
        })
    }
}

/// The menu that adds a filter: first the facet, then its value.
#[component]
pub fn FilterMenu(url: ViewUrl, rows: Rows, open: RwSignal<bool>) -> impl IntoView {
    let facet = RwSignal::new(None::<UserFacet>);
    let inside = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if !open.get() {
            facet.set(None);
        }
    });
    // The values take the place of the facets: the focus goes to the first of them.
    Effect::new(move |_| {
        if facet.get().is_some() {
            request_animation_frame(move || {
                let first = inside.get_untracked().and_then(|i| focusable(&i).into_iter().next());
                if let Some(first) = first {
                    let _unfocusable = first.focus();
                }
            });
        }
    });
    let facets = move || {
        UserFacet::ALL.map(|f| view! { <button type="button" class="menu-item" on:click=move |_| facet.set(Some(f))>{f.label()}"…"</button> })
    };
    let values = move |f: UserFacet| {
        let counts = rows
            .head
            .get()
            .and_then(|h| h.facets.into_iter().find(|c| c.facet == f))
            .map(|c| c.values)
            .unwrap_or_default();
        let line = move |v: contract::devices::FacetCount| {
            let key = v.value.clone();
            view! {
                <button type="button" class="menu-item" on:click=move |_| { open.set(false); url.change(|view| view.toggle(f, &key, false)); }>
                    <span class="grow">{v.label}</span><span class="dim num">{crate::kit::text::count(v.count)}</span>
                </button>
            }
        };
        view! { <p class="overline menu-title">{f.label()}</p>{counts.into_iter().map(line).collect_view()} }
    };
    view! {
        <Popover open label="Add a filter" anchor=move || view! {
            <Button label="Filter" glyph=Glyph::Filter key="f" expanded=Signal::from(open) on_press=move |_| open.update(|o| *o = !*o)/>
        }>
            <div node_ref=inside>
                {move || match facet.get() {
                    None => facets().into_any(),
                    Some(f) => values(f).into_any(),
                }}
            </div>
        </Popover>
    }
}

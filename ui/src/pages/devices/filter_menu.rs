//! The menu that adds a filter: written as one line, begun from an attribute, or picked as a facet's value.

use super::{ViewUrl, conditions::narrow, filter_input::FilterInput, rows::Rows};
use crate::{
    kit::{button::Button, dialog::focusable, icon::Glyph, popover::Popover, text},
    state::toasts::Toasts,
};
use domain::{Attribute, Facet, Kind, Where};
use leptos::{html, prelude::*};

/// The button with its panel.
#[component]
pub fn FilterMenu(url: ViewUrl, rows: Rows, open: RwSignal<bool>) -> impl IntoView {
    let facet = RwSignal::new(None::<Facet>);
    let inside = NodeRef::<html::Div>::new();
    let written = RwSignal::new(String::new());
    Effect::new(move |_| {
        if !open.get() {
            facet.set(None);
            written.set(String::new());
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
    view! {
        <Popover open label="Add a filter" class="filters" anchor=move || view! {
            <Button label="Filter" glyph=Glyph::Filter key="f" expanded=Signal::from(open) on_press=move |_| open.update(|o| *o = !*o)/>
        }>
            <div node_ref=inside>
                {move || match facet.get() {
                    None => view! { <Begin url open written facet/> }.into_any(),
                    Some(f) => view! { <Values url rows open facet=f/> }.into_any(),
                }}
            </div>
        </Popover>
    }
}

/// What a written filter on an attribute begins with.
fn beginning(attribute: Attribute) -> String {
    let rest = match attribute.kind() {
        Kind::Text => "contains ",
        Kind::Choice => "is ",
        Kind::YesNo => "is yes",
        Kind::Number => "> ",
        Kind::Version => "< ",
        Kind::Date => "older than 90 days",
    };
    format!("{} {rest}", attribute.key())
}

#[component]
fn Begin(
    url: ViewUrl,
    open: RwSignal<bool>,
    written: RwSignal<String>,
    facet: RwSignal<Option<Facet>>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let toasts = expect_context::<Toasts>();
    let done = Callback::new(move |filter: Where| {
        open.set(false);
        narrow(url, toasts, filter);
    });
    let begin = move |attribute: Attribute| {
        written.set(beginning(attribute));
        if let Some(input) = input.get_untracked() {
            let _unfocusable = input.focus();
        }
    };
    let facets = Facet::ALL.map(|f| {
        view! { <button type="button" class="menu-item" on:click=move |_| facet.set(Some(f))>{f.label()}"…"</button> }
    });
    let typed = Attribute::all().filter(|a| a.facet().is_none()).map(|a| {
        view! { <button type="button" class="menu-item" on:click=move |_| begin(a)>{a.label()}</button> }
    });
    view! {
        <FilterInput text=written label="Write a filter" id="written-mistake" placeholder="os < 15.6.1 and platform is macOS" node_ref=input done/>
        <div class="halves">
            <div><p class="overline menu-title">"Pick a value"</p>{facets}</div>
            <div><p class="overline menu-title">"Compare"</p>{typed.collect_view()}</div>
        </div>
    }
}

#[component]
fn Values(url: ViewUrl, rows: Rows, open: RwSignal<bool>, facet: Facet) -> impl IntoView {
    let counts = move || {
        let head = rows.head.get();
        head.and_then(|h| h.facets.into_iter().find(|c| c.facet == facet))
            .map(|c| c.values)
            .unwrap_or_default()
    };
    let line = move |v: contract::devices::FacetCount| {
        let key = v.value.clone();
        view! {
            <button type="button" class="menu-item" on:click=move |_| { open.set(false); url.change(|view| view.toggle(facet, &key, false)); }>
                <span class="grow">{v.label}</span><span class="dim num">{text::count(v.count)}</span>
            </button>
        }
    };
    view! { <p class="overline menu-title">{facet.label()}</p>{move || counts().into_iter().map(line).collect_view()} }
}

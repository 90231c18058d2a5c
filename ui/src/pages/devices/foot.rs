//! The line under the list: how many there are and match, how many are chosen, and what can be done with those.

use super::{
    ViewUrl,
    choosing::Choosing,
    copying::{CopyAs, copy_set},
    rows::Rows,
};
use crate::{
    kit::{popover::Popover, text},
    parts::bulk_moves::BulkMoves,
    state::{as_of::AsOf, prefs::Prefs, toasts::Toasts},
};
use domain::{Attribute, DeviceSet};
use leptos::prelude::*;

/// The foot.
#[component]
pub fn Foot(
    url: ViewUrl,
    rows: Rows,
    choosing: Choosing,
    shown: Signal<Vec<Attribute>>,
    export: RwSignal<bool>,
) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let selection = choosing.selection;
    let counted = move || {
        rows.head.get().map(|h| match h.matching == h.total {
            true => text::plural(h.total, "device", "devices"),
            false => format!("{} of {}", text::count(h.matching), text::count(h.total)),
        })
    };
    let any = Memo::new(move |_| !selection.is_empty());
    let plain = Memo::new(move |_| prefs.get().plain_tables);
    view! {
        <div class="list-foot">
            <span aria-live="polite" data-testid="foot">
                {counted}
                {move || any.get().then(|| format!(" · {} selected", text::count(selection.count())))}
                {move || selection.is_elsewhere(&url.view.read().query).then_some(" in another filter")}
            </span>
            {move || any.get().then(|| view! { <Chosen url rows choosing shown export/> })}
            {move || rows.failure.get().map(|f| view! { <span role="alert" class="clip">{format!("Not up to date: {f}")}</span> })}
            <span class="grow"></span>
            <button type="button" class="facet-more" data-testid="plain" title="One long list, or a plain table of pages, which suits some screen readers better"
                on:click=move |_| prefs.update(|l| l.plain_tables = !l.plain_tables)>
                {move || if plain.get() { "One long list" } else { "Plain table" }}
            </button>
        </div>
    }
}

/// What can be done with what is chosen.
#[component]
fn Chosen(
    url: ViewUrl,
    rows: Rows,
    choosing: Choosing,
    shown: Signal<Vec<Attribute>>,
    export: RwSignal<bool>,
) -> impl IntoView {
    let (toasts, as_of) = (expect_context::<Toasts>(), expect_context::<AsOf>());
    let selection = choosing.selection;
    let menu = RwSignal::new(false);
    let rest = move || {
        let matching = rows.head.read().as_ref().map(|h| h.matching)?;
        (selection.count() < matching || selection.is_elsewhere(&url.view.read().query)).then_some(matching)
    };
    let copy = move |form: CopyAs| {
        menu.set(false);
        let sort = url.view.get_untracked().sort();
        copy_set(toasts, selection.get_untracked(), sort, as_of.get_untracked(), shown.get_untracked(), form);
    };
    // All of another filter can be gone back to.
    let elsewhere = move || match selection.get() {
        DeviceSet::Matching { query, .. } if selection.is_elsewhere(&url.view.read().query) => Some(query),
        _ => None,
    };
    view! {
        {move || rest().map(|matching| view! {
            <button type="button" class="facet-more" on:click=move |_| choosing.all()>{format!("Select all {}", text::count(matching))}</button>
        })}
        {move || elsewhere().map(|query| view! {
            <button type="button" class="facet-more" on:click=move |_| { let query = query.clone(); url.change(|v| v.query = query) }>"Show them"</button>
        })}
        <BulkMoves/>
        <Popover open=menu label="Copy as" class="above left" anchor=move || view! {
            <button type="button" class="facet-more" aria-expanded=move || menu.get().to_string() on:click=move |_| menu.update(|m| *m = !*m)>"Copy…"</button>
        }>
            <div role="menu" aria-label="Copy as">
                {CopyAs::ALL.map(|(form, name)| view! {
                    <button type="button" class="menu-item" role="menuitem" on:click=move |_| copy(form)>
                        <span class="grow">{format!("Copy as {name}")}</span>
                        {(form == CopyAs::Tsv).then(|| view! { <span class="kbd">"Ctrl C"</span> })}
                    </button>
                })}
            </div>
        </Popover>
        <button type="button" class="facet-more" on:click=move |_| export.set(true)>"Export…"</button>
        <button type="button" class="facet-more" title="Key: Esc" on:click=move |_| { choosing.clear(); }>"Clear selection"</button>
    }
}

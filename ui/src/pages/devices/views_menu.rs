//! The views: built-in lenses with how much each finds, and what people saved. Opening one sets filters, order and columns;
//! saving keeps those that are on screen.

mod exchange;
mod saved;

use super::{ViewUrl, columns::Table};
use crate::{
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        popover::Popover,
        text,
    },
    parts::device_link::DevicesView,
    query::{Pushes, act, use_query},
    state::{as_of::AsOf, toasts::Toasts},
};
use contract::views::{Lens, ListViews, SaveView, SavedView};
use domain::DeviceQuery;
use exchange::Exchange;
use leptos::{ev, html, prelude::*};
use saved::SavedLine;

/// What every part of the menu works with.
#[derive(Clone, Copy)]
struct Menu {
    url: ViewUrl,
    table: Table,
    open: RwSignal<bool>,
    pushes: Pushes,
    toasts: Toasts,
}

impl Menu {
    /// Shows a query in place of what is on screen; an order of its own is kept if the query has none.
    fn show(&self, query: DeviceQuery) {
        self.open.set(false);
        self.url.change(|view| {
            let sort = if query.sort.is_empty() { view.query.sort.clone() } else { query.sort.clone() };
            *view =
                DevicesView { query: DeviceQuery { sort, ..query }, open: view.open.clone(), unread: None };
        });
    }

    fn show_saved(&self, saved: SavedView) {
        if !saved.lost.is_empty() {
            let lost = saved.lost.join("; ");
            self.toasts
                .say(format!("“{}” is shown without {lost}: this version does not know it.", saved.name));
        }
        if saved.columns.is_some() {
            self.table.show(saved.columns);
        }
        self.show(saved.query);
    }

    fn save(&self, name: String, then: impl FnOnce() + 'static) {
        let columns = untrack(|| self.table.shown()).iter().map(|a| a.key().to_owned()).collect();
        let query = self.url.view.get_untracked().query;
        let toasts = self.toasts;
        act(self.pushes, SaveView { name, query, columns: Some(columns) }, move |reply| match reply {
            Ok(_) => {
                toasts.say("View saved.");
                then();
            }
            Err(failure) => toasts.say(failure.to_string()),
        });
    }
}

/// The button with its panel. `saving` opens it on the line that names a new view.
#[component]
pub fn ViewsMenu(url: ViewUrl, table: Table, open: RwSignal<bool>, saving: RwSignal<bool>) -> impl IntoView {
    let menu = Menu { url, table, open, pushes: expect_context(), toasts: expect_context() };
    Effect::new(move |_| {
        if !open.get() {
            saving.set(false);
        }
    });
    view! {
        <Popover open label="Views" class="views" anchor=move || view! {
            <Button label="Views" glyph=Glyph::View expanded=Signal::from(open) on_press=move |_| open.update(|o| *o = !*o)/>
        }>
            <Inside menu saving/>
        </Popover>
    }
}

#[component]
fn Inside(menu: Menu, saving: RwSignal<bool>) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let views = use_query(move || Some(ListViews { as_of: as_of.get() }));
    let lenses = move || views.value.get().map(|v| v.lenses).unwrap_or_default();
    let own = move || views.value.get().map(|v| v.own).unwrap_or_default();
    let lens = move |lens: Lens| {
        let query = lens.query.clone();
        view! {
            <button type="button" class="menu-item" data-lens=lens.id title=lens.note on:click=move |_| menu.show(query.clone())>
                <span class="grow">{lens.label}</span><span class="dim num">{text::count(lens.count)}</span>
            </button>
        }
    };
    let none = move || views.value.read().as_ref().is_some_and(|v| v.own.is_empty());
    view! {
        <p class="overline menu-title">"Built in"</p>
        {move || lenses().into_iter().map(lens).collect_view()}
        <p class="overline menu-title">"Saved"</p>
        <For each=own key=|view| view.clone() children=move |saved| view! { <SavedLine menu saved/> }/>
        {move || none().then(|| view! { <p class="dim hint">"None yet. "<span class="kbd">"s"</span>" saves what is on screen."</p> })}
        {move || views.failure.get().map(|f| view! { <p class="hint" role="alert">{f.to_string()}</p> })}
        <SaveLine menu saving/>
        <Exchange menu/>
    }
}

/// The line that names a new view.
#[component]
fn SaveLine(menu: Menu, saving: RwSignal<bool>) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if saving.get()
            && let Some(input) = input.get()
        {
            // After the panel has given the focus to its first item.
            request_animation_frame(move || request_animation_frame(move || drop(input.focus())));
        }
    });
    let save = move || {
        if !name.read_untracked().trim().is_empty() {
            menu.save(name.get_untracked(), move || {
                let _closed = name.try_set(String::new());
            });
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            save();
        }
    };
    view! {
        <div class="save-line">
            <input type="text" node_ref=input aria-label="Name of a new view" placeholder="Save this view as…" autocomplete="off" maxlength="120"
                prop:value=move || name.get() on:input=move |e| name.set(event_target_value(&e)) on:keydown=on_key/>
            <Button label="Save" variant=Variant::Quiet on_press=move |_| save()/>
        </div>
    }
}

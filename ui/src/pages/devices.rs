//! Every device: search, facets with counts, a table of any length, and one device in the pane beside it. The address
//! holds filter, order and open device.

mod chips;
mod columns;
mod detail;
mod duplicates;
mod facet_panel;
mod list;
mod managed;
mod rows;
mod signals;
mod timeline;

use crate::{
    app::typing,
    kit::{
        icon::{Glyph, Icon},
        notice::Notice,
        text,
    },
    parts::{device_link::DevicesView, failure_notice::FailureNotice},
    query::Query,
};
use chips::{FilterBar, FilterMenu};
use columns::ColumnChooser;
use contract::session::Session;
use detail::DetailPane;
use facet_panel::FacetPanel;
use leptos::{ev, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use list::DeviceList;
use rows::Rows;

/// The view in the address, and the way to change it.
#[derive(Clone, Copy)]
pub struct ViewUrl {
    /// What the address says.
    pub view: Memo<DevicesView>,
    go: Callback<(DevicesView, bool)>,
}

impl ViewUrl {
    fn from_address() -> Self {
        let location = use_location();
        let on_this_page = move || *location.pathname.read() == "/devices";
        let view = Memo::new(move |before: Option<&DevicesView>| {
            // While the router swaps pages the address is already another page's.
            if on_this_page() {
                DevicesView::parse(&location.search.read())
            } else {
                before.cloned().unwrap_or_default()
            }
        });
        let navigate = use_navigate();
        let go = Callback::new(move |(view, replace): (DevicesView, bool)| {
            navigate(
                &view.href(),
                NavigateOptions { replace, scroll: false, resolve: false, ..NavigateOptions::default() },
            );
        });
        Self { view, go }
    }

    /// Changes the view as one step back in the history.
    pub fn change(&self, change: impl FnOnce(&mut DevicesView)) {
        let mut view = self.view.get_untracked();
        change(&mut view);
        self.go.run((view, false));
    }

    /// Changes the view without a step of its own: while typing, or while walking from device to device.
    pub fn adjust(&self, change: impl FnOnce(&mut DevicesView)) {
        let mut view = self.view.get_untracked();
        change(&mut view);
        if view != self.view.get_untracked() {
            self.go.run((view, true));
        }
    }
}

/// The page.
#[component]
pub fn DevicesPage() -> impl IntoView {
    let url = ViewUrl::from_address();
    provide_context(url);
    let query = Memo::new(move |_| url.view.read().ordered());
    let open = Memo::new(move |_| url.view.read().open.clone());
    let rows = Rows::follow(query);
    let box_ref = NodeRef::<html::Input>::new();
    let filter_menu = RwSignal::new(false);
    let column_menu = RwSignal::new(false);
    use_keys(url, box_ref, filter_menu, column_menu);
    let counted = move || {
        rows.head.get().map(|h| {
            if h.matching == h.total {
                text::count(h.total)
            } else {
                format!("{} of {}", text::count(h.matching), text::count(h.total))
            }
        })
    };
    view! {
        <div class="page-head">
            <h1>"Devices"</h1><span class="soft" aria-live="polite" data-testid="counted">{counted}</span>
            <div class="actions">
                <SearchBox url box_ref/>
                <FilterMenu url rows open=filter_menu/>
                <ColumnChooser open=column_menu/>
            </div>
        </div>
        <FilterBar url/>
        <div class="devices" data-detail=move || open.read().is_some().then_some("")
            data-ready=move || rows.head.read().is_some().then_some("")>
            <FacetPanel url rows/>
            <div class="list"><ListOrNotice url rows/></div>
            {move || open.get().map(|id| view! { <DetailPane id url/> })}
        </div>
    }
}

#[component]
fn ListOrNotice(url: ViewUrl, rows: Rows) -> impl IntoView {
    #[derive(PartialEq, Clone)]
    enum Show {
        Waiting,
        Failed(contract::Failure),
        NoneExist,
        NoneMatch,
        List,
    }
    let session = expect_context::<Query<Session>>();
    // No rows because the org did not give them is not the same as no devices.
    let refused = move || {
        let problems = session.value.get()?.org?.snapshot?.problems;
        problems.into_iter().find(|p| p.collection == "Devices").map(|p| p.failure)
    };
    let show = Memo::new(move |_| match (rows.head.get(), rows.failure.get()) {
        (None, Some(failure)) => Show::Failed(failure),
        (None, None) => Show::Waiting,
        (Some(head), _) if head.total == 0 => refused().map_or(Show::NoneExist, Show::Failed),
        (Some(head), _) if head.matching == 0 => Show::NoneMatch,
        (Some(_), _) => Show::List,
    });
    move || {
        match show.get() {
        Show::Waiting => view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i><i></i></div> }.into_any(),
        Show::Failed(failure) => view! { <FailureNotice failure retry=move || rows.retry()/> }.into_any(),
        Show::NoneExist => view! {
            <Notice glyph=Glyph::Empty title="No devices in this org"
                text="The last sync read the org’s devices and found none. A device appears here once someone enrols it with Okta Verify."/>
        }
        .into_any(),
        Show::NoneMatch => view! {
            <Notice glyph=Glyph::Search title="No device matches" text="Devices exist, but none fits the search and the filters together.">
                <crate::kit::button::Button label="Clear search and filters" on_press=move |_| url.change(|v| { v.query.search.clear(); v.query.filters.clear(); })/>
            </Notice>
        }
        .into_any(),
        Show::List => view! { <DeviceList url rows/> }.into_any(),
    }
    }
}

#[component]
fn SearchBox(url: ViewUrl, box_ref: NodeRef<html::Input>) -> impl IntoView {
    let search = Memo::new(move |_| url.view.read().query.search.clone());
    view! {
        <label class="field">
            <Icon glyph=Glyph::Search/>
            <input type="text" node_ref=box_ref placeholder="Name, serial or person" aria-label="Search devices" autocomplete="off" spellcheck="false"
                prop:value=move || search.get()
                on:input=move |e| url.adjust(|v| v.query.search = event_target_value(&e))/>
            <span class="kbd">"/"</span>
        </label>
    }
}

/// `/`, `f`, `c` and Esc. Esc goes back one layer: menus close themselves, then the search box is left, then the pane.
fn use_keys(url: ViewUrl, box_ref: NodeRef<html::Input>, filters: RwSignal<bool>, columns: RwSignal<bool>) {
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let input = box_ref.get_untracked();
        match event.key().as_str() {
            "Escape" if typing(&event) => {
                if let Some(input) = input {
                    let _ = input.blur();
                }
            }
            "Escape" if filters.get_untracked() || columns.get_untracked() => {
                filters.set(false);
                columns.set(false);
            }
            "Escape" if url.view.read_untracked().open.is_some() => url.adjust(|v| v.open = None),
            _ if typing(&event) => return,
            "/" => {
                if let Some(input) = input {
                    let _ = input.focus();
                    input.select();
                }
            }
            "f" => filters.update(|o| *o = !*o),
            "c" => columns.update(|o| *o = !*o),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

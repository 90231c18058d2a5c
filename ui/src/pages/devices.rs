//! Every device: search, facets with counts, a table of any length, and one device in the pane beside it. The address
//! holds filter, order and open device.

mod cell_menu;
mod chips;
mod choosing;
mod column_chooser;
mod columns;
mod conditions;
mod copying;
mod detail;
mod duplicates;
mod export_dialog;
mod filter_input;
mod filter_menu;
mod foot;
mod list;
mod lost;
mod managed;
mod plain_table;
mod rows;
mod signals;
mod timeline;
mod views_menu;

use crate::{
    address::Address,
    kit::{
        button::Button,
        icon::{Glyph, Icon},
        keys::{letter_acts, typing},
        notice::Notice,
        text,
    },
    parts::{
        device_link::DevicesView,
        facet_panel::{FacetClick, FacetPanel, FacetShown},
        failure_notice::FailureNotice,
    },
    query::Query,
    state::selection::Selection,
};
pub use columns::lifecycle;

use chips::FilterBar;
use column_chooser::ColumnChooser;
use columns::Table;
use contract::session::Session;
use detail::DetailPane;
use domain::{Attribute, Condition, Facet, Group, Test, TextTest, Where};
use export_dialog::ExportDialog;
use filter_menu::FilterMenu;
use leptos::{ev, html, prelude::*};
use list::DeviceList;
use rows::Rows;
use views_menu::ViewsMenu;

/// The view in the address, and the way to change it.
pub type ViewUrl = Address<DevicesView>;

/// The page.
#[component]
pub fn DevicesPage() -> impl IntoView {
    let url = ViewUrl::follow();
    provide_context(url);
    let query = Memo::new(move |_| url.view.read().ordered());
    let open = Memo::new(move |_| url.view.read().open.clone());
    let rows = Rows::follow(query);
    let box_ref = NodeRef::<html::Input>::new();
    let table = Table::of_open_org();
    let selection = expect_context::<Selection>();
    Effect::new(move |_| selection.of_org(&table.org()));
    let layers = Layers::default();
    let Layers { filters, columns, views, saving, export } = layers;
    use_keys(url, box_ref, layers);
    let chosen = Callback::new(move |FacetClick { facet, value, exclude }: FacetClick| {
        if let Some(facet) = Facet::from_key(facet) {
            url.change(|view| view.toggle(facet, &value, exclude));
        }
    });
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
                <ViewsMenu url table open=views saving/>
                <FilterMenu url rows open=filters/>
                <ColumnChooser table open=columns/>
                <Button label="Export" glyph=Glyph::Download key="e" on_press=move |_| export.set(true)/>
            </div>
        </div>
        <FilterBar url/>
        <div class="devices" data-detail=move || open.read().is_some().then_some("")
            data-ready=move || rows.head.read().is_some().then_some("")>
            <FacetPanel facets=shown_facets(url, rows) on_click=chosen/>
            <div class="list"><ListOrNotice url rows table export/></div>
            {move || open.get().map(|id| view! { <DetailPane id url/> })}
        </div>
        <ExportDialog url rows table open=export/>
    }
}

/// The facets of the list in sight, with what the address keeps or leaves out.
fn shown_facets(url: ViewUrl, rows: Rows) -> Memo<Vec<FacetShown>> {
    Memo::new(move |_| {
        let (head, view) = (rows.head.read(), url.view.read());
        let counts = head.as_ref().map(|h| h.facets.as_slice()).unwrap_or_default();
        let shown = counts.iter().map(|f| {
            let filter = view.filter(f.facet).filter(|filter| filter.on);
            FacetShown {
                key: f.facet.key(),
                label: f.facet.label(),
                risk: f.facet == Facet::Risk,
                values: f.values.clone(),
                chosen: filter.map(|filter| filter.values.clone()).unwrap_or_default(),
                exclude: filter.is_some_and(|filter| filter.exclude),
            }
        });
        shown.collect()
    })
}

#[component]
fn ListOrNotice(url: ViewUrl, rows: Rows, table: Table, export: RwSignal<bool>) -> impl IntoView {
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
    // The search finds beginnings of words; the middle of a serial is what a filter finds.
    let inside = move || {
        let text = url.view.read().query.search.trim().to_owned();
        (!text.is_empty() && text.chars().count() <= 40).then_some(text)
    };
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
                {move || inside().map(|text| view! {
                    <Button label=format!("Look for “{text}” inside names and serials") on_press=move |_| url.change(look_inside)/>
                })}
                <Button label="Clear search and filters" on_press=move |_| url.change(DevicesView::widen)/>
            </Notice>
        }
        .into_any(),
        Show::List => view! { <DeviceList url rows table export/> }.into_any(),
    }
    }
}

/// Asks for the text of the search inside names and serials, in place of the search.
fn look_inside(view: &mut DevicesView) {
    let text: Box<str> = std::mem::take(&mut view.query.search).trim().into();
    let contains = |a: Attribute| Condition::new(a, Test::Text(TextTest::Contains, text.clone()));
    let conditions = vec![contains(Attribute::Name), contains(Attribute::Serial)];
    if !view.query.conditions.and(Where { any: false, groups: vec![Group { any: true, conditions }] }) {
        view.query.search = text.into();
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

/// What can lie over the page.
#[derive(Clone, Copy, Default)]
struct Layers {
    filters: RwSignal<bool>,
    columns: RwSignal<bool>,
    views: RwSignal<bool>,
    /// The views are open to save one.
    saving: RwSignal<bool>,
    export: RwSignal<bool>,
}

impl Layers {
    /// Closes the menus; tells whether any was open.
    fn close(&self) -> bool {
        let menus = [self.filters, self.columns, self.views];
        let open = menus.iter().any(|menu| menu.get_untracked());
        menus.iter().filter(|menu| menu.get_untracked()).for_each(|menu| menu.set(false));
        open
    }
}

/// `/`, `f`, `c`, `s`, `e` and Esc. Esc goes back one layer: menus close themselves, then the search box is left, then the
/// selection, then the pane.
fn use_keys(url: ViewUrl, box_ref: NodeRef<html::Input>, layers: Layers) {
    let selection = expect_context::<Selection>();
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
            "Escape" if layers.close() => {}
            "Escape" if untrack(|| !selection.is_empty()) => selection.clear(),
            "Escape" if url.view.read_untracked().open.is_some() => url.adjust(|v| v.open = None),
            // Under a dialog nothing opens.
            _ if !letter_acts(&event) || matches!(document().query_selector("[aria-modal]"), Ok(Some(_))) => {
                return;
            }
            "/" => {
                if let Some(input) = input {
                    let _ = input.focus();
                    input.select();
                }
            }
            "f" => layers.filters.update(|o| *o = !*o),
            "c" => layers.columns.update(|o| *o = !*o),
            "s" => {
                layers.views.set(true);
                layers.saving.set(true);
            }
            "e" => layers.export.set(true),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

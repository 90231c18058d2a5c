//! Everybody: search, facets with counts, a table of any length, and one person in the pane beside it. The address holds
//! filter, order and open person.

mod access;
mod account;
mod chips;
mod columns;
mod containing;
mod detail;
mod list;
mod log;
mod owned;
mod rows;

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
        facet_panel::{FacetClick, FacetPanel, FacetShown},
        failure_notice::FailureNotice,
        user_link::UsersView,
    },
    query::Query,
};
use chips::{FilterBar, FilterMenu};
use columns::ColumnChooser;
use contract::session::Session;
use detail::PersonPane;
use domain::UserFacet;
use leptos::{ev, html, prelude::*};
use list::UserList;
use rows::Rows;

/// The view in the address, and the way to change it.
type ViewUrl = Address<UsersView>;

/// The page.
#[component]
pub fn UsersPage() -> impl IntoView {
    let url = ViewUrl::follow();
    let query = Memo::new(move |_| url.view.read().ordered());
    let open = Memo::new(move |_| url.view.read().open.clone());
    let rows = Rows::follow(query);
    let box_ref = NodeRef::<html::Input>::new();
    let filter_menu = RwSignal::new(false);
    let column_menu = RwSignal::new(false);
    use_keys(url, box_ref, filter_menu, column_menu);
    let chosen = Callback::new(move |FacetClick { facet, value, exclude }: FacetClick| {
        if let Some(facet) = UserFacet::from_key(facet) {
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
            <h1>"Users"</h1><span class="soft" aria-live="polite" data-testid="counted">{counted}</span>
            <div class="actions">
                <SearchBox url box_ref/>
                <FilterMenu url rows open=filter_menu/>
                <ColumnChooser open=column_menu/>
            </div>
        </div>
        <FilterBar url/>
        <div class="users" data-detail=move || open.read().is_some().then_some("")
            data-ready=move || rows.head.read().is_some().then_some("")>
            <FacetPanel facets=shown_facets(url, rows) on_click=chosen/>
            <div class="list"><ListOrNotice url rows/></div>
            {move || open.get().map(|id| view! { <PersonPane id url/> })}
        </div>
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
                risk: matches!(f.facet, UserFacet::Risk | UserFacet::PeakRisk),
                values: f.values.clone(),
                chosen: filter.map(|filter| filter.values.clone()).unwrap_or_default(),
                exclude: filter.is_some_and(|filter| filter.exclude),
            }
        });
        shown.collect()
    })
}

#[derive(PartialEq, Clone)]
enum Show {
    Waiting,
    Failed(contract::Failure),
    NoneExist,
    NoneMatch,
    List,
}

#[component]
fn ListOrNotice(url: ViewUrl, rows: Rows) -> impl IntoView {
    let session = expect_context::<Query<Session>>();
    // No rows because the org did not give them is not the same as no people.
    let refused = move || {
        let problems = session.value.get()?.org?.snapshot?.problems;
        problems.into_iter().find(|p| p.collection == "Users").map(|p| p.failure)
    };
    let show = Memo::new(move |_| match (rows.head.get(), rows.failure.get()) {
        (None, Some(failure)) => Show::Failed(failure),
        (None, None) => Show::Waiting,
        (Some(head), _) if head.total == 0 => refused().map_or(Show::NoneExist, Show::Failed),
        (Some(head), _) if head.matching == 0 => Show::NoneMatch,
        (Some(_), _) => Show::List,
    });
    let clear = move || {
        url.change(|v| {
            v.query.search.clear();
            v.query.filters.clear();
        });
    };
    move || {
        match show.get() {
        Show::Waiting => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i><i></i></div> }.into_any()
        }
        Show::Failed(failure) => view! { <FailureNotice failure retry=move || rows.retry()/> }.into_any(),
        Show::NoneExist => view! {
            <Notice glyph=Glyph::Empty title="No users in this org" text="The last sync read the org’s users and found none."/>
        }
        .into_any(),
        Show::NoneMatch => view! {
            <Notice glyph=Glyph::Search title="Nobody matches" text="There are users, but none fits the search and the filters together.">
                <Button label="Clear search and filters" on_press=move |_| clear()/>
            </Notice>
        }
        .into_any(),
        Show::List => view! { <UserList url rows/> }.into_any(),
    }
    }
}

#[component]
fn SearchBox(url: ViewUrl, box_ref: NodeRef<html::Input>) -> impl IntoView {
    let search = Memo::new(move |_| url.view.read().query.search.clone());
    view! {
        <label class="field">
            <Icon glyph=Glyph::Search/>
            <input type="text" node_ref=box_ref placeholder="Name, login or title" aria-label="Search users" autocomplete="off" spellcheck="false"
                prop:value=move || search.get()
                on:input=move |e| url.adjust(|v| v.query.search = event_target_value(&e))/>
            <span class="kbd">"/"</span>
        </label>
    }
}

/// `/`, `f`, `c` and Esc, as on every list. Esc goes back one layer: menus close themselves, then the search box is left, then
/// the pane.
fn use_keys(url: ViewUrl, box_ref: NodeRef<html::Input>, filters: RwSignal<bool>, columns: RwSignal<bool>) {
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let input = box_ref.get_untracked();
        match event.key().as_str() {
            "Escape" if typing(&event) => {
                if let Some(input) = input {
                    let _unfocusable = input.blur();
                }
            }
            "Escape" if filters.get_untracked() || columns.get_untracked() => {
                filters.set(false);
                columns.set(false);
            }
            "Escape" => url.adjust(|v| v.open = None),
            _ if !letter_acts(&event) => return,
            "/" => {
                if let Some(input) = input {
                    let _unfocusable = input.focus();
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

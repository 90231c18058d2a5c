//! Evidence frozen for one investigation, with notes, and the bundle that carries it elsewhere. The address holds search, open
//! case and open piece of evidence. A bundle from a file is shown apart: it is nothing of this org's, and nothing of it is kept.

mod bundle;
mod detail;
mod export;
mod freeze;
mod items;
mod list;
mod notes;
mod open_button;
mod picture;
mod pretty;
mod reader;
mod recipients;
mod rename;
mod view;

pub use view::CasesView;

use crate::{
    address::Address,
    kit::{
        button::Button,
        icon::{Glyph, Icon},
        keys::{letter_acts, typing},
        notice::Notice,
        text,
    },
    parts::failure_notice::FailureNotice,
    query::use_query,
};
use bundle::{BundleView, Opening};
use contract::cases::{CasePage as Page, ListCases};
use detail::CasePane;
use freeze::{FreezeDialog, Freezing};
use leptos::{ev, html, prelude::*};
use list::CaseList;
use open_button::OpenButton;

/// The view in the address, and the way to change it.
type ViewUrl = Address<CasesView>;
/// Rows of one page.
const ROWS: u32 = 50;

/// The page.
#[component]
pub fn CasesPage() -> impl IntoView {
    let url = ViewUrl::follow();
    let query = use_query(move || {
        let view = url.view.read();
        Some(ListCases {
            open: !view.closed_too,
            search: view.search.clone(),
            offset: view.from,
            limit: ROWS,
        })
    });
    let open = Memo::new(move |_| url.view.read().open);
    let opening = Opening::new();
    let freezing = Freezing::new();
    let box_ref = NodeRef::<html::Input>::new();
    use_keys(url, box_ref, query.value);
    let counted = move || query.value.get().map(|page| counted(&page));
    let list = move || match (query.value.get(), query.failure.get()) {
        (Some(page), _) if page.total == 0 => none(freezing).into_any(),
        (Some(page), _) if page.matching == 0 => no_match(url, page.total).into_any(),
        (Some(page), _) => view! { <CaseList page url/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any()
        }
    };
    let known = move || query.value.read().is_some() || query.failure.read().is_some();
    let cases = move || {
        view! {
            <div class="page-head">
                <h1>"Cases"</h1><span class="soft" aria-live="polite" data-testid="counted">{counted}</span>
                <div class="actions">
                    <SearchBox url box_ref/>
                    <label class="with-closed"><input type="checkbox" prop:checked=move || url.view.read().closed_too
                        on:change=move |e| url.adjust(|v| { v.closed_too = event_target_checked(&e); v.from = 0; })/>"Closed ones, too"</label>
                    <OpenButton opening/>
                    <Button label="New case…" on_press=move |_| freezing.begin(None)/>
                </div>
            </div>
            <div class="cases" data-ready=move || known().then_some("") data-detail=move || open.read().is_some().then_some("")>
                <div class="list"><div class="scroll" tabindex="0" role="region" aria-label="Cases">{list}</div><Pager url page=query.value/></div>
                {move || open.get().map(|id| view! { <CasePane id url freezing/> })}
            </div>
        }
    };
    view! {
        {move || match opening.bundle.get() {
            Some(bundle) => view! { <BundleView bundle opening/> }.into_any(),
            None => cases().into_any(),
        }}
        <bundle::OpeningDialog opening/>
        <FreezeDialog freezing url/>
    }
}

fn counted(page: &Page) -> String {
    if page.matching == page.total {
        text::count(page.total)
    } else {
        format!("{} of {}", text::count(page.matching), text::count(page.total))
    }
}

fn none(freezing: Freezing) -> impl IntoView {
    view! {
        <Notice glyph=Glyph::Folder title="No case yet"
            text="A case begins with a freeze: what is known now of people, their devices, events and policies is kept as it is. Containing somebody freezes first by itself.">
            <Button label="New case…" on_press=move |_| freezing.begin(None)/>
        </Notice>
    }
}

fn no_match(url: ViewUrl, total: u64) -> impl IntoView {
    let words =
        format!("There {}, but none fits the search.", text::plural(total, "case here", "cases here"));
    let words = if total == 1 {
        words.replacen("There ", "There is ", 1)
    } else {
        words.replacen("There ", "There are ", 1)
    };
    view! {
        <Notice glyph=Glyph::Search title="No case matches" text=words>
            <Button label="Show all" on_press=move |_| url.change(|v| { v.search.clear(); v.closed_too = true; v.from = 0; })/>
        </Notice>
    }
}

#[component]
fn SearchBox(url: ViewUrl, box_ref: NodeRef<html::Input>) -> impl IntoView {
    let search = Memo::new(move |_| url.view.read().search.clone());
    view! {
        <label class="field">
            <Icon glyph=Glyph::Search/>
            <input type="text" node_ref=box_ref placeholder="Title, person or note" aria-label="Search cases" autocomplete="off" spellcheck="false"
                prop:value=move || search.get()
                on:input=move |e| url.adjust(|v| { v.search = event_target_value(&e); v.from = 0; })/>
            <span class="kbd">"/"</span>
        </label>
    }
}

#[component]
fn Pager(url: ViewUrl, page: RwSignal<Option<Page>>) -> impl IntoView {
    let matching = Memo::new(move |_| page.read().as_ref().map_or(0, |page| page.matching));
    let (from, rows) = (Memo::new(move |_| url.view.read().from), u64::from(ROWS));
    let words = move || {
        let (from, matching) = (from.get(), matching.get());
        (matching > 0)
            .then(|| format!("{}–{} of {}", from + 1, (from + rows).min(matching), text::count(matching)))
    };
    view! {
        <div class="list-foot">
            <span class="grow">{words}</span>
            {move || (matching.get() > rows).then(|| view! {
                <Button label="Newer" disabled=Signal::derive(move || from.get() == 0) on_press=move |_| url.change(|v| v.from = v.from.saturating_sub(rows))/>
                <Button label="Older" disabled=Signal::derive(move || from.get() + rows >= matching.get()) on_press=move |_| url.change(|v| v.from += rows)/>
            })}
        </div>
    }
}

/// `/` searches, `j` and `k` walk the cases, Esc goes back one layer: from a piece of evidence to its case, and then to the list.
fn use_keys(url: ViewUrl, box_ref: NodeRef<html::Input>, page: RwSignal<Option<Page>>) {
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
            "Escape" => url.change(|v| v.back()),
            _ if !letter_acts(&event) => return,
            "/" => {
                if let Some(input) = input {
                    let _unfocusable = input.focus();
                    input.select();
                }
            }
            "j" => walk(url, page, 1),
            "k" => walk(url, page, -1),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

fn walk(url: ViewUrl, page: RwSignal<Option<Page>>, step: isize) {
    let page = page.read_untracked();
    let Some(page) = page.as_ref() else { return };
    let open = url.view.read_untracked().open;
    let here = page.cases.iter().position(|case| Some(case.id) == open);
    let next = here.map_or(0, |at| at.saturating_add_signed(step));
    if let Some(case) = page.cases.get(next) {
        url.adjust(|v| v.show(case.id));
    }
}

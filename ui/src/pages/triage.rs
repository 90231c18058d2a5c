//! People at risk, the most urgent first: the queue with one person beside it, and how good the detections are. The address
//! holds the part, the filters and the open person. Nothing here contains anybody: the sheet for that is opened only.

mod bulk;
mod columns;
mod decide;
mod filters;
mod keys;
mod menus;
mod person;
mod queue;
mod report;
mod rows;
mod view;
mod weights;

use crate::{
    address::Address,
    kit::{icon::Glyph, notice::Banner, tabs::Tabs, text},
    pages::protection::Protection,
    parts::contain_sheet::Containing,
    query::use_query,
    state::as_of::AsOf,
};
use bulk::BulkBar;
use contract::triage::GetPersonRisk;
use decide::Decide;
use filters::{FilterLine, SearchBox};
use keys::Reach;
use leptos::{html, prelude::*};
use menus::Menus;
use person::PersonPane;
use queue::Queue;
use report::Report;
use rows::{Chosen, Rows, counts};
use view::Part;
pub use view::TriageView;
use weights::WeightsMenu;

/// The view in the address, and the way to change it.
type ViewUrl = Address<TriageView>;

/// The page.
#[component]
pub fn TriagePage() -> impl IntoView {
    let url = ViewUrl::follow();
    let as_of = expect_context::<AsOf>();
    let query = Memo::new(move |_| url.view.read().query.clone());
    let rows = Rows::follow(query);
    let chosen = Chosen::new(rows, query);
    let open = Memo::new(move |_| url.view.read().open.clone());
    let person = use_query(move || open.get().map(|user| GetPersonRisk { as_of: as_of.get(), user }));
    let search = NodeRef::<html::Input>::new();
    let (own, bulk, weights) = (Menus::new(), Menus::new(), RwSignal::new(false));
    let (containing, decide) = (expect_context::<Containing>(), Decide::here());
    let walk = Reach { url, rows, chosen, person, search, own, bulk, weights, containing, decide }.listen();
    let any = Memo::new(move |_| open.read().is_some());
    let part = Memo::new(move |_| url.view.read().part);
    let is_queue = Memo::new(move |_| part.get() == Part::Queue);
    let choose = Callback::new(move |at: usize| {
        let next = Part::ALL.get(at).copied().unwrap_or_default();
        url.change(|view| view.part = next);
    });
    let counted = move || {
        rows.head.get().map(|head| match (head.matching, head.total) {
            (matching, total) if matching == total => text::plural(total, "person", "people"),
            (matching, total) => {
                format!("{} of {}", text::count(matching), text::plural(total, "person", "people"))
            }
        })
    };
    view! {
        <div class="page-head">
            <h1>"Triage"</h1>
            {move || is_queue.get().then(|| view! {
                <span class="soft" aria-live="polite" data-testid="counted">{counted}</span>
                <div class="actions"><SearchBox url box_ref=search/><WeightsMenu rows open=weights/></div>
            })}
        </div>
        <Tabs id="triage" label="Parts of Triage" names=Part::NAMES chosen=Signal::derive(move || part.get().place()) choose/>
        <div class="triage" id="triage-panel" role="tabpanel" aria-labelledby=move || format!("triage-{}", part.get().place())>
            {move || match part.get() {
                Part::Queue => view! {
                    <FilterLine url rows/>
                    <LevelsMissing rows/>
                    <div class="queue" data-ready=move || rows.head.read().is_some().then_some("")
                        data-detail=move || open.read().is_some().then_some("") data-wide=move || url.view.read().wide.then_some("")>
                        <div class="list" on:keydown:capture=move |event| walk.run(event)><BulkBar rows chosen menus=bulk/><Queue url rows chosen/></div>
                        {move || any.get().then(|| view! { <PersonPane open url rows person menus=own/> })}
                    </div>
                }.into_any(),
                Part::Policies => view! { <Protection/> }.into_any(),
                Part::Report => view! { <Report url/> }.into_any(),
            }}
        </div>
    }
}

/// The org does not tell its own levels: the log still speaks, and the page says that it alone does.
#[component]
fn LevelsMissing(rows: Rows) -> impl IntoView {
    let failure = Memo::new(move |_| counts(rows).and_then(|counts| counts.risk_failure));
    move || {
        failure.get().map(|failure| (failure.to_string(), failure.message)).map(|(title, message)| view! {
            <Banner glyph=Glyph::Warning>
                <span class="clip grow" title=title.clone()>
                    <b>"The org’s own risk levels are missing; what stands here is from the log alone. "</b>{message.clone()}</span>
            </Banner>
        })
    }
}

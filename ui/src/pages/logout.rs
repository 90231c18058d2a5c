//! Logout & Apps: the org's apps by how far a logout reaches them, what became of each logout, and which trigger reaches what.
//! The address holds the tab, the filter and the open run.

mod apps;
mod coverage;
mod matrix;
mod run_pane;
mod runs;

use crate::{
    address::Address,
    kit::tabs::Tabs,
    parts::{
        logout_link::{LogoutView, Part},
        logout_triggers::TriggerTable,
    },
};
use apps::AppsPart;
use leptos::prelude::*;
use runs::RunsPart;

/// The view in the address, and the way to change it.
type ViewUrl = Address<LogoutView>;

/// The page.
#[component]
pub fn LogoutPage() -> impl IntoView {
    let url = ViewUrl::follow();
    let part = Memo::new(move |_| url.view.read().part);
    let chosen = Signal::derive(move || part.get().place());
    let choose = Callback::new(move |at: usize| {
        let part = Part::ALL.get(at).copied().unwrap_or_default();
        url.change(|view| *view = LogoutView { part, ..LogoutView::default() });
    });
    view! {
        <div class="page-head"><h1>"Logout & Apps"</h1></div>
        <Tabs id="logout" label="Parts of Logout & Apps" names=&Part::NAMES chosen choose/>
        <div class="logout" id="logout-panel" role="tabpanel" aria-labelledby=move || format!("logout-{}", chosen.get())>
            {move || match part.get() {
                Part::Apps => view! { <AppsPart url/> }.into_any(),
                Part::Runs => view! { <RunsPart url/> }.into_any(),
                Part::Triggers => view! { <Triggers/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Triggers() -> impl IntoView {
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="Triggers side by side" data-ready="">
            <p class="lead soft">
                "Which trigger ends what. Which apps are reached is the org’s own set-up: the tab Apps shows it. "
                "An app’s answer is told nowhere: that it was called is what the log can prove, and only an event proves even that."
            </p>
            <TriggerTable/>
        </div>
    }
}

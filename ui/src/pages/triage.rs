//! People at risk, the most urgent first.

use leptos::prelude::*;

/// The page.
#[component]
pub fn TriagePage() -> impl IntoView {
    view! { <div class="page-head"><h1>"Triage"</h1></div> }
}

//! Evidence frozen for one investigation, with notes, and the bundle that carries it elsewhere.

use leptos::prelude::*;

/// The page.
#[component]
pub fn CasesPage() -> impl IntoView {
    view! { <div class="page-head"><h1>"Cases"</h1></div> }
}

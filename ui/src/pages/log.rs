//! The System Log as it is kept here.

use leptos::prelude::*;

/// The page.
#[component]
pub fn LogPage() -> impl IntoView {
    view! { <div class="page-head"><h1>"Log"</h1></div> }
}

//! Apps by how far a logout reaches them, and what became of each logout.

use leptos::prelude::*;

/// The page.
#[component]
pub fn LogoutPage() -> impl IntoView {
    view! { <div class="page-head"><h1>"Logout"</h1></div> }
}

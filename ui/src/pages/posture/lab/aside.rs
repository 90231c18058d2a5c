//! Beside the query: details, remediation and where the check is used.

use super::details::DetailsForm;
use leptos::prelude::*;

/// The column.
#[component]
pub fn Aside() -> impl IntoView {
    view! { <aside class="lab-aside"><DetailsForm/></aside> }
}

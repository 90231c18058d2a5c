//! Beside the query: details, remediation and where the check is used.

use super::details::DetailsForm;
use crate::parts::check_usage::Usage;
use contract::checks::CheckSheet;
use leptos::prelude::*;

/// The column.
#[component]
pub fn Aside(sheet: RwSignal<Option<CheckSheet>>) -> impl IntoView {
    let used_by = Memo::new(move |_| sheet.read().as_ref().and_then(|sheet| sheet.used_by.clone()));
    view! {
        <aside class="lab-aside" aria-label="About the check">
            <DetailsForm/>
            <section class="aside-part" aria-label="Where used">
                <h2>"Where used"</h2>
                {move || match used_by.get() {
                    Some(used) => view! { <Usage used/> }.into_any(),
                    None => view! { <p class="soft">"Not published, so nothing uses it."</p> }.into_any(),
                }}
            </section>
        </aside>
    }
}

//! How much of something is over.

use leptos::prelude::*;

/// A thin bar; what it is of stands beside it in words.
#[component]
pub fn Progress(part: u64, whole: u64, label: &'static str) -> impl IntoView {
    let percent = if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 };
    view! {
        <span class="progress" role="progressbar" aria-label=label aria-valuemin="0" aria-valuemax=whole aria-valuenow=part>
            <i style:width=format!("{percent:.1}%")></i>
        </span>
    }
}

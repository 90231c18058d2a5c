//! The hairline bar under a count: its length is the share of the largest, its hatching says that the value is unknown.

use leptos::prelude::*;

/// A bar of `part` in `whole`.
#[component]
pub fn Bar(part: u64, whole: u64, #[prop(optional)] unknown: bool) -> impl IntoView {
    let width = if whole == 0 { 0.0 } else { (part as f64 * 100.0 / whole as f64).clamp(0.0, 100.0) };
    // What is there at all stays visible.
    let width = if part > 0 { width.max(1.5) } else { width };
    view! { <span class="bar" aria-hidden="true"><i data-unknown=unknown style:width=format!("{width:.2}%")></i></span> }
}

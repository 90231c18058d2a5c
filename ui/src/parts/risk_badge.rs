//! Risk is shape + word + colour: HIGH ▲, MEDIUM ◆, LOW ●, none ○; a person about whom nothing was ever heard has a
//! broken ring and says so.

use domain::RiskLevel;
use leptos::prelude::*;

/// One level.
#[component]
pub fn RiskBadge(level: Option<RiskLevel>) -> impl IntoView {
    let key = level.as_ref().map_or("~", RiskLevel::as_str).to_owned();
    let word = level.as_ref().map_or("Never rated", RiskLevel::label).to_owned();
    let shape = match level {
        Some(RiskLevel::High) => view! { <path d="M6 1l5.2 10H.8z"/> }.into_any(),
        Some(RiskLevel::Medium) => view! { <path d="M6 .4L11.600 6 6 11.600.4 6z"/> }.into_any(),
        Some(RiskLevel::Low) => view! { <circle cx="6" cy="6" r="4.6"/> }.into_any(),
        Some(RiskLevel::None | RiskLevel::Other(_)) | None => {
            view! { <circle cx="6" cy="6" r="4.4"/> }.into_any()
        }
    };
    view! { <span class="risk" data-level=key><svg viewBox="0 0 12 12" aria-hidden="true">{shape}</svg><span class="clip">{word}</span></span> }
}

//! What values are called. A value that the org never reported is said in words: it is neither "no" nor "none".

use crate::kit::text;
use contract::session::Environment;
use domain::{ManagedStatus, Timestamp};
use leptos::prelude::*;

/// The managed status for a person.
pub fn managed(status: ManagedStatus) -> &'static str {
    match status {
        ManagedStatus::Managed => "Managed",
        ManagedStatus::NotManaged => "Not managed",
        ManagedStatus::Mixed => "Some users",
        ManagedStatus::Unknown => "Unknown",
    }
}

/// What the stripe says, for a person.
pub fn environment(environment: Environment) -> &'static str {
    match environment {
        Environment::Demo => "Demo",
        Environment::Preview => "Preview",
        Environment::Production => "Production",
    }
}

/// "Not reported", in the colour of what is unknown.
#[component]
pub fn Unknown(#[prop(optional)] text: Option<&'static str>) -> impl IntoView {
    view! { <span class="unknown clip">{text.unwrap_or("Not reported")}</span> }
}

/// The text, or that it was never reported.
pub fn or_unknown(value: Option<impl Into<String>>) -> AnyView {
    match value.map(Into::into) {
        Some(value) => view! { <span class="clip">{value}</span> }.into_any(),
        None => view! { <Unknown/> }.into_any(),
    }
}

/// Manufacturer and model in one; many models begin with their maker's name already.
pub fn make_and_model(make: Option<&str>, model: Option<&str>) -> Option<String> {
    match (make, model) {
        (Some(make), Some(model)) if !model.starts_with(make) => Some(format!("{make} {model}")),
        (make, model) => model.or(make).map(str::to_owned),
    }
}

/// Yes, no, or never reported.
pub fn yes_no(value: Option<bool>) -> AnyView {
    or_unknown(value.map(|v| if v { "Yes" } else { "No" }))
}

/// A moment as its age, with the exact time in the tooltip.
#[component]
pub fn When(at: Option<Timestamp>, now: Timestamp) -> impl IntoView {
    match at {
        Some(at) => view! {
            <time class="clip" datetime=at.to_rfc3339() title=text::exact(at.0)>{text::ago(at.0, now.0)}</time>
        }
        .into_any(),
        None => view! { <Unknown text="Never"/> }.into_any(),
    }
}

//! What the event belongs together with: by each key how many events share it. The number opens exactly these events, with this
//! one still beside them.

use super::super::ViewUrl;
use crate::{kit::text, parts::log_link::LogView};
use contract::log::Join;
use domain::{LogField, LogFilter};
use leptos::prelude::*;

/// What sharing a key means.
fn meaning(field: LogField) -> &'static str {
    match field {
        LogField::Transaction => "One request, and what it caused at once",
        LogField::Trace => "From a detection to what policies and logouts made of it",
        LogField::Session => "The same Okta session",
        LogField::RootSession => "Sessions that belong together",
        LogField::Device => "The same device",
        LogField::Ip => "The same address",
        _ => "",
    }
}

/// The section.
pub fn joins(joins: Vec<Join>, uuid: String, url: ViewUrl) -> impl IntoView {
    let none = joins.is_empty();
    let line = move |Join { field, value, name, events }: Join| {
        let only = events <= 1;
        let view = LogView { filter: LogFilter::of(field, value.clone()), ..LogView::default() };
        let href = super::with_open(&view, &uuid);
        let shown = name.unwrap_or_else(|| value.clone());
        let count = if only {
            view! { <span class="dim">"Only this event"</span> }.into_any()
        } else {
            view! { <a href=href data-join=field.key()>{text::plural(events, "event", "events")}</a> }
                .into_any()
        };
        let is_on = move || url.view.read().values(field, false).iter().any(|v| *v == value);
        view! {
            <li aria-current=move || is_on().then_some("true")>
                <span><b>{field.label()}</b>" "<span class="mono dim clip"><bdi>{shown}</bdi></span></span>{count}
                <span class="dim note">{meaning(field)}</span>
            </li>
        }
    };
    view! {
        <section aria-label="Belongs together">
            <h3>"Belongs together"</h3>
            <ul class="joins">{joins.into_iter().map(line).collect_view()}</ul>
            {none.then(|| view! { <p class="unknown">"The event names nothing that others could share."</p> })}
        </section>
    }
}

//! A facet's filter as a chip: a click on the words switches it off without losing it, the cross takes it away.

use crate::kit::icon::{Glyph, Icon};
use leptos::prelude::*;

/// The chip, an item of a list.
#[component]
pub fn FilterChip(
    /// The facet's name.
    label: &'static str,
    /// What the filter keeps or leaves out.
    values: Vec<String>,
    exclude: bool,
    on: bool,
    on_switch: impl Fn() + 'static,
    on_remove: impl Fn() + 'static,
) -> impl IntoView {
    let words = format!("{label} {} {}", if exclude { "is not" } else { "is" }, values.join(", "));
    view! {
        <li class="chip" data-off=(!on).then_some("")>
            <button type="button" class="clip" aria-pressed=on.to_string() title=if on { "Switch off" } else { "Switch on" }
                on:click=move |_| on_switch()>{words}</button>
            <button type="button" aria-label=format!("Remove the filter on {}", label.to_lowercase())
                on:click=move |_| on_remove()><Icon glyph=Glyph::Close/></button>
        </li>
    }
}

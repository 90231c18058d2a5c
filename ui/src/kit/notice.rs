//! A page's or a panel's word when there are no rows to show: why, and what helps.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// A centred notice with an optional row of buttons.
#[component]
pub fn Notice(
    glyph: Glyph,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="notice" role="status">
            <Icon glyph/>
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|c| view! { <div class="row">{c()}</div> })}
        </div>
    }
}

/// A line across the page for a state that lasts.
#[component]
pub fn Banner(glyph: Glyph, #[prop(optional)] bad: bool, children: Children) -> impl IntoView {
    view! {
        <div class="banner" data-tone=if bad { "bad" } else { "warn" } role="status">
            <Icon glyph/>
            {children()}
        </div>
    }
}

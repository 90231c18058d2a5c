//! A failure in the place where it happened: what, why, what helps, and the org's own id of it.

use crate::kit::icon::{Glyph, Icon};
use contract::Failure;
use leptos::prelude::*;

/// The failure as a block between other things.
#[component]
pub fn Trouble(failure: Failure) -> impl IntoView {
    view! {
        <div class="trouble" role="alert">
            <Icon glyph=Glyph::Warning/>
            <div class="selectable">
                <b>{failure.message}</b>
                {failure.hint.map(|hint| view! { <p>{hint}</p> })}
                {failure.org_error_id.map(|id| view! { <code>"Org’s error id "{id}</code> })}
            </div>
        </div>
    }
}

/// Something to be aware of.
#[component]
pub fn Caution(children: Children) -> impl IntoView {
    view! { <div class="trouble" data-tone="warn"><Icon glyph=Glyph::Warning/><div>{children()}</div></div> }
}

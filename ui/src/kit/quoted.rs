//! Text in which code stands between backquotes.

use leptos::prelude::*;

/// The text, with what stands between backquotes as code.
pub fn quoted(text: &str) -> impl IntoView + use<> {
    let part = |(at, part): (usize, &str)| match at % 2 {
        1 => view! { <code class="inline-code">{part.to_owned()}</code> }.into_any(),
        _ => part.to_owned().into_any(),
    };
    text.split('`').enumerate().map(part).collect_view()
}

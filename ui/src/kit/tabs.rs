//! Tabs: one of a few panels at a time. Arrows move between them, as the pattern of the ARIA guide has it.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// The row of tabs. `id` names the panel that they steer: `{id}-panel`, labelled by `{id}-{n}`.
#[component]
pub fn Tabs(
    id: &'static str,
    /// What the tabs choose, for those who can't see them.
    label: &'static str,
    names: &'static [&'static str],
    chosen: Signal<usize>,
    choose: Callback<usize>,
) -> impl IntoView {
    let row = NodeRef::<html::Div>::new();
    let last = names.len().saturating_sub(1);
    let on_key = move |event: ev::KeyboardEvent| {
        let at = chosen.get_untracked();
        let to = match event.key().as_str() {
            "ArrowRight" => (at + 1) % (last + 1),
            "ArrowLeft" => (at + last) % (last + 1),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        choose.run(to);
        let tabs = row.get_untracked().and_then(|row| row.children().item(to as u32));
        if let Some(tab) = tabs.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _unfocusable = tab.focus();
        }
    };
    let tab = move |(at, name): (usize, &'static str)| {
        view! {
            <button type="button" role="tab" id=format!("{id}-{at}") aria-controls=format!("{id}-panel")
                aria-selected=move || (chosen.get() == at).to_string()
                tabindex=move || if chosen.get() == at { "0" } else { "-1" }
                on:click=move |_| choose.run(at)>{name}</button>
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label=label node_ref=row on:keydown=on_key>
            {names.iter().copied().enumerate().map(tab).collect_view()}
        </div>
    }
}

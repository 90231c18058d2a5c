//! A panel that hangs from a button: it closes with Esc, with a click elsewhere, and gives the focus back.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// A panel below its anchor, in the document only while `open`. `anchor` is the button (or whatever opens it).
#[component]
pub fn Popover(
    open: RwSignal<bool>,
    /// What the panel is called, for those who can't see it.
    label: &'static str,
    /// Hangs from the anchor's left edge instead of its right one.
    #[prop(optional)]
    left: bool,
    #[prop(optional)] class: &'static str,
    #[prop(into)] anchor: ViewFn,
    children: ChildrenFn,
) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    let outside = window_event_listener(ev::pointerdown, move |event| {
        let target = event.target().and_then(|t| t.dyn_into::<web_sys::Node>().ok());
        let inside = place.get_untracked().is_some_and(|p| p.contains(target.as_ref()));
        if open.try_get_untracked() == Some(true) && !inside {
            open.set(false);
        }
    });
    on_cleanup(move || outside.remove());
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            event.stop_propagation();
            open.set(false);
            focus_first(place);
        }
    };
    view! {
        <div class="popover-anchor" node_ref=place on:keydown=on_key>
            {anchor.run()}
            <Show when=move || open.get()>
                <div
                    class=format!("popover {class}")
                    data-side=if left { "left" } else { "right" }
                    role="dialog"
                    aria-label=label
                >
                    {children()}
                </div>
            </Show>
        </div>
    }
}

fn focus_first(place: NodeRef<html::Div>) {
    let button = place.get_untracked().and_then(|p| p.query_selector("button").ok().flatten());
    if let Some(button) = button.and_then(|b| b.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _unfocusable = button.focus();
    }
}

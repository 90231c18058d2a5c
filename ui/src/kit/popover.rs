//! A panel that hangs from a button: it takes the focus, arrows walk it, it closes with Esc or a click elsewhere and gives
//! the focus back.

use super::dialog::focusable;
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
    let panel = NodeRef::<html::Div>::new();
    Effect::new(move |was: Option<bool>| {
        let now = open.get();
        if now {
            request_animation_frame(move || step(panel, |_, _| 0));
        } else if was == Some(true) {
            // What had the focus may be gone with the panel; then it goes back to the anchor.
            request_animation_frame(move || {
                if document().active_element().is_none_or(|e| e.tag_name() == "BODY") {
                    focus_first(place);
                }
            });
        }
        now
    });
    let on_key = move |event: ev::KeyboardEvent| {
        if !open.get_untracked() {
            return;
        }
        match event.key().as_str() {
            "Escape" => {
                open.set(false);
                focus_first(place);
            }
            "ArrowDown" => step(panel, |at, len| (at + 1) % len),
            "ArrowUp" => step(panel, |at, len| (at + len - 1) % len),
            _ => return,
        }
        event.stop_propagation();
        event.prevent_default();
    };
    view! {
        <div class="popover-anchor" node_ref=place on:keydown=on_key>
            {anchor.run()}
            <Show when=move || open.get()>
                <div
                    node_ref=panel
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

/// Moves the focus among the panel's stops: from the one it is on to the one that `to` names.
fn step(panel: NodeRef<html::Div>, to: impl Fn(usize, usize) -> usize) {
    let stops = panel.get_untracked().map(|p| focusable(&p)).unwrap_or_default();
    let here = document().active_element();
    let at = stops
        .iter()
        .position(|s| here.as_ref() == Some(s.unchecked_ref()))
        .unwrap_or(stops.len().saturating_sub(1));
    if let Some(stop) = stops.get(if stops.is_empty() { 0 } else { to(at, stops.len()) }) {
        let _unfocusable = stop.focus();
    }
}

fn focus_first(place: NodeRef<html::Div>) {
    let button = place.get_untracked().and_then(|p| p.query_selector("button").ok().flatten());
    if let Some(button) = button.and_then(|b| b.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _unfocusable = button.focus();
    }
}

//! A menu at a place of the window, for what the pointer's other button (or the menu key) asks. It takes the focus, arrows
//! walk it, Esc or a click elsewhere closes it, and the focus goes back.

use super::dialog::focusable;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// Where a menu stands, in pixels of the window; `None` is closed.
pub type Place = RwSignal<Option<(i32, i32)>>;

/// Room that a menu is given at the window's edges, in pixels.
const ROOM: (f64, f64) = (280.0, 320.0);

/// The menu; its items close it by themselves.
#[component]
pub fn ContextMenu(place: Place, label: &'static str, children: ChildrenFn) -> impl IntoView {
    let panel = NodeRef::<html::Div>::new();
    let before = StoredValue::new_local(None::<web_sys::HtmlElement>);
    Effect::new(move |was: Option<bool>| {
        let open = place.get().is_some();
        if open {
            before.set_value(document().active_element().and_then(|e| e.dyn_into().ok()));
            request_animation_frame(move || step(panel, |_, _| 0));
        } else if was == Some(true)
            && let Some(element) = before.try_update_value(Option::take).flatten()
        {
            let _unfocusable = element.focus();
        }
        open
    });
    let outside = window_event_listener(ev::pointerdown, move |event| {
        let target = event.target().and_then(|t| t.dyn_into::<web_sys::Node>().ok());
        let inside = panel.get_untracked().is_some_and(|p| p.contains(target.as_ref()));
        if !inside && place.try_get_untracked().flatten().is_some() {
            place.set(None);
        }
    });
    on_cleanup(move || outside.remove());
    let on_key = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            "Escape" | "Tab" => place.set(None),
            "ArrowDown" => step(panel, |at, len| (at + 1) % len),
            "ArrowUp" => step(panel, |at, len| (at + len - 1) % len),
            _ => return,
        }
        event.stop_propagation();
        event.prevent_default();
    };
    let inside = |at: i32, size: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>, room: f64| {
        let size = size.ok().and_then(|size| size.as_f64()).unwrap_or(1280.0);
        f64::from(at).min(size - room).max(0.0)
    };
    view! {
        <Show when=move || place.get().is_some()>
            <div node_ref=panel class="popover at" role="menu" aria-label=label on:keydown=on_key
                style:left=move || place.get().map(|(x, _)| format!("{}px", inside(x, window().inner_width(), ROOM.0)))
                style:top=move || place.get().map(|(_, y)| format!("{}px", inside(y, window().inner_height(), ROOM.1)))>
                {children()}
            </div>
        </Show>
    }
}

/// Moves the focus among the items.
fn step(panel: NodeRef<html::Div>, to: impl Fn(usize, usize) -> usize) {
    let stops = panel.get_untracked().map(|p| focusable(&p)).unwrap_or_default();
    let here = document().active_element();
    let at = stops.iter().position(|s| here.as_ref() == Some(s.unchecked_ref())).unwrap_or(0);
    if let Some(stop) = stops.get(if stops.is_empty() { 0 } else { to(at, stops.len()) }) {
        let _unfocusable = stop.focus();
    }
}

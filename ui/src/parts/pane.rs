//! The edge of the pane beside a list, and the width that is remembered for every such pane. Knows nothing of what is in it.

use crate::state::prefs::Prefs;
use leptos::{ev, prelude::*};
use std::time::Duration;
use wasm_bindgen::JsCast;

/// The pane's width in pixels until someone drags it.
const WIDTH: u32 = 352;

/// The width that a pane has now.
pub fn pane_width() -> RwSignal<u32> {
    RwSignal::new(expect_context::<Prefs>().get().detail_width.unwrap_or(WIDTH))
}

/// Gives the focus back to the list when the pane that had it closes: a focus on nothing makes the next key start at the top.
pub fn focus_list_after() {
    let page = || window().location().pathname().ok();
    let opened_on = page();
    on_cleanup(move || {
        let to_list = move || {
            let lost = document().active_element().is_none_or(|e| e.tag_name() == "BODY");
            if !lost || page() != opened_on {
                return;
            }
            let cell = document().query_selector(".list [role=gridcell][tabindex='0']").ok().flatten();
            if let Some(cell) = cell.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _unfocusable = cell.focus();
            }
        };
        // The pane is still in the document while it is being cleaned up.
        set_timeout(to_list, Duration::ZERO);
    });
}

/// The edge that is dragged; arrows move it too.
#[component]
pub fn PaneEdge(width: RwSignal<u32>) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let dragged = RwSignal::new(false);
    let set = move |pixels: f64| width.set(pixels.clamp(300.0, 900.0) as u32);
    let keep = move || prefs.update(|l| l.detail_width = Some(width.get_untracked()));
    let from_right = move |e: &ev::PointerEvent| {
        let full = window().inner_width().ok().and_then(|w| w.as_f64()).unwrap_or(1280.0);
        full - f64::from(e.client_x())
    };
    let moving = window_event_listener(ev::pointermove, move |e| {
        if dragged.try_get_untracked() == Some(true) {
            set(from_right(&e));
        }
    });
    let up = window_event_listener(ev::pointerup, move |_| {
        if dragged.try_get_untracked() == Some(true) {
            dragged.set(false);
            keep();
        }
    });
    on_cleanup(move || {
        moving.remove();
        up.remove();
    });
    let on_key = move |e: ev::KeyboardEvent| {
        let step = match e.key().as_str() {
            "ArrowLeft" => 24.0,
            "ArrowRight" => -24.0,
            _ => return,
        };
        e.prevent_default();
        set(f64::from(width.get_untracked()) + step);
        keep();
    };
    view! {
        <div class="handle" role="separator" tabindex="0" aria-orientation="vertical" aria-label="Width of the pane"
            aria-valuenow=move || width.get() aria-valuemin="300" aria-valuemax="900" data-drag=move || dragged.get().then_some("")
            on:pointerdown=move |e| { e.prevent_default(); dragged.set(true); } on:keydown=on_key></div>
    }
}

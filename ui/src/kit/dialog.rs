//! A dialog over the page: it takes the focus, keeps it, and gives it back. Esc and a click beside it close it.

use leptos::{
    ev::{self, KeyboardEvent},
    html,
    prelude::*,
};
use std::time::Duration;
use wasm_bindgen::JsCast;

/// After so long without a frame none will come.
pub const UNSEEN: Duration = Duration::from_millis(80);

/// A modal dialog, in the document only while `open`.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    /// What the dialog is called, for those who can't see it.
    label: &'static str,
    /// A class of its own for the box.
    #[prop(optional)]
    class: &'static str,
    /// While something is under way neither Esc nor a click beside it closes it: only a button of its own does.
    #[prop(optional, into)]
    held: Signal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let before = StoredValue::new_local(None::<web_sys::HtmlElement>);
    let frame = NodeRef::<html::Div>::new();
    let close = move || {
        if !held.get_untracked() {
            open.set(false);
        }
    };
    Effect::new(move |was: Option<bool>| {
        let now = open.get();
        if now {
            before.set_value(document().active_element().and_then(|e| e.dyn_into().ok()));
            let take_focus = move || {
                let Some(frame) = frame.try_get_untracked().flatten() else { return };
                if frame.contains(document().active_element().as_deref()) {
                    return;
                }
                // Where the first stop is a dangerous one, the harmless one says so.
                let named = frame.query_selector("[data-autofocus]").ok().flatten();
                let named = named.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
                if let Some(first) = named.or_else(|| focusable(&frame).into_iter().next()) {
                    let _unfocusable = first.focus();
                }
            };
            request_animation_frame(take_focus);
            // A window that nobody sees draws no frame.
            set_timeout(take_focus, UNSEEN);
        } else if was == Some(true)
            && let Some(element) = before.try_update_value(Option::take).flatten()
        {
            let _unfocusable = element.focus();
        }
        now
    });
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            event.prevent_default();
            close();
        }
        "Tab" => keep_inside(&event, frame),
        _ => {}
    };
    // What had the focus may have left the document; then a key comes to nobody, and is meant for the dialog all the same.
    let listener = window_event_listener(ev::keydown, move |event| {
        let nobody = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
        if nobody && open.try_get_untracked() == Some(true) && !event.default_prevented() {
            on_key(event);
        }
    });
    on_cleanup(move || listener.remove());
    view! {
        <Show when=move || open.get()>
            <div class="scrim" on:mousedown=move |_| close()>
                <div
                    node_ref=frame
                    class=format!("dialog {class}")
                    role="dialog"
                    aria-modal="true"
                    aria-label=label
                    on:mousedown=|event| event.stop_propagation()
                    on:keydown=on_key
                >
                    {children()}
                </div>
            </div>
        </Show>
    }
}

/// What the tab key stops at inside.
pub fn focusable(frame: &web_sys::HtmlElement) -> Vec<web_sys::HtmlElement> {
    let Ok(found) = frame.query_selector_all(
        "input, select, textarea, [contenteditable='true'], summary, button:not(:disabled), a[href], [tabindex='0']",
    ) else {
        return Vec::new();
    };
    (0..found.length()).filter_map(|i| found.item(i)?.dyn_into().ok()).collect()
}

fn keep_inside(event: &KeyboardEvent, frame: NodeRef<html::Div>) {
    let stops = frame.get_untracked().map(|f| focusable(&f)).unwrap_or_default();
    let (Some(first), Some(last)) = (stops.first(), stops.last()) else { return };
    let here = document().active_element();
    let at = |stop: &web_sys::HtmlElement| here.as_ref() == Some(stop.unchecked_ref());
    let target = if event.shift_key() && at(first) {
        last
    } else if !event.shift_key() && at(last) {
        first
    } else {
        return;
    };
    event.prevent_default();
    let _unfocusable = target.focus();
}

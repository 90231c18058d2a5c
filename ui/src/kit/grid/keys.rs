//! The keyboard of a grid: where a key leads, and bringing that place into sight with the focus on it.

use super::window::Window;
use crate::kit::keys::letters_on;
use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::JsCast;

/// Where a key takes the active cell; `None` for keys that move nothing.
pub(super) fn moved(
    event: &KeyboardEvent,
    (row, col): (usize, usize),
    (last_row, last_col): (usize, usize),
    page: usize,
) -> Option<(usize, usize)> {
    if event.alt_key() {
        return None;
    }
    let far = event.ctrl_key() || event.meta_key();
    Some(match (event.key().as_str(), far) {
        ("j" | "k", false) if !letters_on() => return None,
        ("ArrowDown", false) | ("j", false) => ((row + 1).min(last_row), col),
        ("ArrowUp", false) | ("k", false) => (row.saturating_sub(1), col),
        ("ArrowRight", false) => (row, (col + 1).min(last_col)),
        ("ArrowLeft", false) => (row, col.saturating_sub(1)),
        ("PageDown", false) => ((row + page).min(last_row), col),
        ("PageUp", false) => (row.saturating_sub(page), col),
        ("Home", false) => (row, 0),
        ("End", false) => (row, last_col),
        ("Home", true) => (0, 0),
        ("End", true) => (last_row, last_col),
        _ => return None,
    })
}

/// Whether the key belongs to a button or a box of the head. A row's own box leaves its keys to the grid.
pub(super) fn on_control(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|e| matches!(e.closest(".grid-head button, .grid-head input"), Ok(Some(_))))
}

/// Whether the key goes to a row's own box, which the space bar presses by itself.
pub(super) fn on_box(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|e| e.tag_name() == "INPUT")
}

/// Scrolls the row into sight, then gives its cell the focus once it is in the document.
pub(super) fn bring_into_sight(frame: NodeRef<html::Div>, window: Window, (row, col): (usize, usize)) {
    let Some(frame) = frame.get_untracked() else { return };
    if let Some(to) = window.scroll_for(row) {
        frame.set_scroll_top(to as i32);
    }
    request_animation_frame(move || {
        let selector = format!("[data-cell='{row}:{col}']");
        let cell = frame.query_selector(&selector).ok().flatten();
        if let Some(cell) = cell.and_then(|c| c.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _unfocusable = cell.focus();
            sideways(&frame, &cell);
        }
    });
}

/// A focused cell must not hide behind the pinned columns.
fn sideways(frame: &web_sys::HtmlElement, cell: &web_sys::HtmlElement) {
    if cell.class_list().contains("pinned") {
        return;
    }
    let edge = |element: &web_sys::Element| element.get_bounding_client_rect().right();
    let mut pinned = frame.get_bounding_client_rect().left();
    if let Ok(heads) = frame.query_selector_all(".grid-head .pinned") {
        let heads = (0..heads.length()).filter_map(|i| heads.item(i)?.dyn_into::<web_sys::Element>().ok());
        pinned = heads.map(|head| edge(&head)).fold(pinned, f64::max);
    }
    let hidden = cell.get_bounding_client_rect().left() - pinned;
    if hidden < 0.0 {
        frame.set_scroll_left(frame.scroll_left() + hidden as i32);
    }
}

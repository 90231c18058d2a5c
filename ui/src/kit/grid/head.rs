//! The head of a grid: a click sorts, an edge that is dragged resizes, a head that is dragged moves. The same with keys:
//! Alt and an arrow moves a column, Shift and an arrow resizes it.

use super::{
    Column, Order, SortBy,
    select::{Choice, HeadBox},
};
use crate::kit::icon::{Glyph, Icon};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// A step of the keyboard, in pixels.
const STEP: u32 = 16;
/// No column is narrower.
const NARROWEST: u32 = 56;
const WIDEST: u32 = 960;

/// Where a column goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MoveTo {
    /// So many places on, or back.
    By(i32),
    /// Before this one.
    Before(&'static str),
}

/// What the caller does when columns are arranged.
#[derive(Clone, Copy)]
pub struct Arranging {
    /// A column got this width.
    pub resize: Callback<(&'static str, u32)>,
    pub move_to: Callback<(&'static str, MoveTo)>,
}

/// A width as it may be.
fn bounded(width: i64) -> u32 {
    u32::try_from(width.max(0)).unwrap_or(WIDEST).clamp(NARROWEST, WIDEST)
}

/// The head. `columns` come with how far each stands from the left while it is pinned.
#[component]
pub(super) fn Head(
    columns: Signal<Vec<(Column, u32)>>,
    order: Signal<Order>,
    on_sort: Callback<SortBy>,
    choice: Option<Choice>,
    in_sight: Callback<(), (usize, usize)>,
    arranging: Option<Arranging>,
    /// A width while it is dragged.
    dragged: RwSignal<Option<(&'static str, u32)>>,
) -> impl IntoView {
    let moved = RwSignal::new(None::<&'static str>);
    let drag: Drag = RwSignal::new(None);
    if let Some(arranging) = arranging {
        follow(arranging, drag, dragged);
    }
    let first = usize::from(choice.is_some());
    let head = move |(at, (column, left)): (usize, (Column, u32))| {
        view! { <HeadCell column left place=at + first + 1 order on_sort arranging drag moved/> }
    };
    view! {
        <div class="grid-head" role="rowgroup">
            <div role="row" aria-rowindex="1">
                {choice.map(|choice| view! {
                    <div class="cell check pinned" role="columnheader" aria-colindex="1" style:left="0"><HeadBox choice in_sight/></div>
                })}
                {move || columns.get().into_iter().enumerate().map(head).collect_view()}
            </div>
        </div>
    }
}

#[component]
fn HeadCell(
    column: Column,
    left: u32,
    place: usize,
    order: Signal<Order>,
    on_sort: Callback<SortBy>,
    arranging: Option<Arranging>,
    drag: Drag,
    moved: RwSignal<Option<&'static str>>,
) -> impl IntoView {
    let (key, width) = (column.key, column.width);
    let place_in_order = Memo::new(move |_| order.get().iter().position(|(k, _)| *k == key));
    let down = Memo::new(move |_| order.get().iter().any(|(k, down)| *k == key && *down));
    let sorted = move || match (place_in_order.get(), down.get()) {
        (None, _) => "none",
        (_, false) => "ascending",
        (_, true) => "descending",
    };
    let mark = move || {
        place_in_order.get().map(|p| {
            let glyph = if down.get() { Glyph::Down } else { Glyph::Up };
            let several = order.read().len() > 1;
            view! { <Icon glyph/> {several.then(|| view! { <span class="order">{p + 1}</span> })} }
        })
    };
    let sortable = column.sortable;
    let title = match (sortable, arranging.is_some()) {
        (true, true) => "Sort; with Shift, sort by this too. Alt ← → moves the column, Shift ← → resizes it",
        (true, false) => "Sort; with Shift, sort by this too",
        (false, _) => "Alt ← → moves the column, Shift ← → resizes it",
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if let Some(arranging) = arranging {
            arrange(&event, arranging, key, width);
        }
    };
    let press = move |event: ev::MouseEvent| {
        if sortable {
            on_sort.run(SortBy { key, add: event.shift_key() });
        }
    };
    view! {
        <div class="cell" class:pinned=column.pinned class:num=column.number role="columnheader" aria-sort=sorted aria-colindex=place
            style:width=format!("{width}px") style:left=column.pinned.then(|| format!("{left}px"))
            // While an edge is dragged the head must not be.
            draggable=move || (arranging.is_some() && drag.get().is_none()).then_some("true")
            data-over=move || (moved.get().is_some_and(|m| m != key)).then_some("")
            on:dragstart=move |_| moved.set(Some(key)) on:dragend=move |_| moved.set(None)
            on:dragover=move |event| if moved.get_untracked().is_some() { event.prevent_default() }
            on:drop=move |event| {
                event.prevent_default();
                if let (Some(arranging), Some(from)) = (arranging, moved.get_untracked()) {
                    arranging.move_to.run((from, MoveTo::Before(key)));
                }
                moved.set(None);
            }>
            <button type="button" title=title data-head=key on:click=press on:keydown=on_key>{column.label} {mark}</button>
            {arranging.map(|_| view! { <Edge drag key width/> })}
        </div>
    }
}

fn arrange(event: &ev::KeyboardEvent, arranging: Arranging, key: &'static str, width: u32) {
    let step: i32 = match event.key().as_str() {
        "ArrowLeft" => -1,
        "ArrowRight" => 1,
        _ => return,
    };
    if event.alt_key() {
        arranging.move_to.run((key, MoveTo::By(step)));
    } else if event.shift_key() {
        arranging.resize.run((key, bounded(i64::from(width) + i64::from(step) * i64::from(STEP))));
    } else {
        return;
    }
    event.prevent_default();
    event.stop_propagation();
    // The heads are drawn anew: the focus follows the column.
    request_animation_frame(move || {
        let button = document().query_selector(&format!("[data-head='{key}']")).ok().flatten();
        if let Some(button) = button.and_then(|b| b.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _unfocusable = button.focus();
        }
    });
}

/// A drag of a column's edge: which, where it began, and how wide the column was.
type Drag = RwSignal<Option<(&'static str, i32, u32)>>;

/// Follows the pointer while an edge is dragged. Lives with the head, which outlives its cells.
fn follow(arranging: Arranging, drag: Drag, dragged: RwSignal<Option<(&'static str, u32)>>) {
    let width_at = move |event: &ev::PointerEvent| {
        let (key, from, width) = drag.try_get_untracked()??;
        Some((key, bounded(i64::from(width) + i64::from(event.client_x() - from))))
    };
    let moving = window_event_listener(ev::pointermove, move |event| {
        if let Some(now) = width_at(&event) {
            dragged.set(Some(now));
        }
    });
    let up = window_event_listener(ev::pointerup, move |event| {
        if let Some(now) = width_at(&event) {
            arranging.resize.run(now);
            drag.set(None);
            dragged.set(None);
        }
    });
    on_cleanup(move || {
        moving.remove();
        up.remove();
    });
}

/// The edge by which a column is resized with the pointer. The keyboard does it from the head itself.
#[component]
fn Edge(drag: Drag, key: &'static str, width: u32) -> impl IntoView {
    view! {
        <span class="edge" aria-hidden="true" on:pointerdown=move |event: ev::PointerEvent| {
            event.prevent_default();
            event.stop_propagation();
            drag.set(Some((key, event.client_x(), width)));
        }></span>
    }
}

//! A table of any length: every row has the same height and only those in sight are in the document. An ARIA grid with
//! one cell in the tab order; arrows move it. Knows nothing of what a row is.

mod window;

use super::keys::letters_on;
use leptos::{ev::KeyboardEvent, html, prelude::*};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use window::Window;
pub use window::watch_size;

/// One column of a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What the caller knows it by.
    pub key: &'static str,
    pub label: &'static str,
    /// Pixels.
    pub width: u32,
    /// The first column may stay in sight while the rest scrolls sideways.
    pub pinned: bool,
    /// The head is a button that sorts.
    pub sortable: bool,
    /// Numbers stand right.
    pub number: bool,
}

/// How the rows are sorted now: key and direction, the most important first.
pub type Order = Vec<(&'static str, bool)>;

/// A click on a column's head. `add` asks for a further sort key instead of a new one (Shift).
#[derive(Debug, Clone, Copy)]
pub struct SortBy {
    pub key: &'static str,
    pub add: bool,
}

/// What draws a cell.
pub type DrawCell<T> = Arc<dyn Fn(&T, &'static str) -> AnyView + Send + Sync>;

/// The grid. `row` gives a row's content or `None` while it is on its way; `on_range` hears which rows are in sight.
#[component]
pub fn Grid<T>(
    label: &'static str,
    #[prop(into)] count: Signal<usize>,
    #[prop(into)] columns: Signal<Vec<Column>>,
    /// Height of a row in pixels.
    #[prop(into)]
    row_height: Signal<f64>,
    #[prop(into)] order: Signal<Order>,
    on_sort: Callback<SortBy>,
    row: Callback<usize, Option<Arc<T>>>,
    draw: DrawCell<T>,
    /// Whether the row is the open one.
    is_open: Callback<usize, bool>,
    on_open: Callback<usize>,
    on_range: Callback<(usize, usize)>,
    /// The keyboard moved to another row.
    on_walk: Callback<usize>,
    /// A new value scrolls back to the first row.
    #[prop(into)]
    top: Signal<u64>,
) -> impl IntoView
where
    T: PartialEq + Send + Sync + 'static,
{
    let frame = NodeRef::<html::Div>::new();
    let scroll = RwSignal::new((0.0_f64, 0.0_f64));
    let height = RwSignal::new(600.0_f64);
    let width = RwSignal::new(0.0_f64);
    let columns: Signal<Vec<Column>> = Signal::from(Memo::new(move |_| fit(columns.get(), width.get())));
    let window = Memo::new(move |_| Window {
        rows: count.get(),
        row: row_height.get(),
        scroll: scroll.get().0,
        view: height.get(),
    });
    let range = Memo::new(move |_| window.get().range());
    // The row and column that the keyboard is on, and the one cell in the tab order: the same, unless that one was
    // scrolled out of the document or is gone.
    let active = RwSignal::new((0_usize, 0_usize));
    let stop = Memo::new(move |_| {
        let ((first, last), (row, col)) = (range.get(), active.get());
        let last_col = columns.read().len().saturating_sub(1);
        (row.clamp(first, last.saturating_sub(1).max(first)), col.min(last_col))
    });
    watch_size(frame, width, height);

    Effect::new(move |_| on_range.run(range.get()));
    Effect::new(move |before: Option<u64>| {
        let now = top.get();
        if before.is_some_and(|b| b != now) {
            active.set((0, 0));
            if let Some(frame) = frame.get_untracked() {
                frame.set_scroll_top(0);
            }
        }
        now
    });

    let on_key = move |event: KeyboardEvent| {
        let page = window.with_untracked(|w| (w.view / w.row) as usize).max(1);
        let (last_row, last_col) =
            (count.get_untracked().saturating_sub(1), columns.read_untracked().len().saturating_sub(1));
        if event.key() == "Enter" && !on_button(&event) {
            event.prevent_default();
            on_open.run(active.get_untracked().0);
            return;
        }
        let before = active.get_untracked();
        if let Some(next) = moved(&event, before, (last_row, last_col), page) {
            event.prevent_default();
            active.set(next);
            bring_into_sight(frame, window.get_untracked(), next);
            if next.0 != before.0 {
                on_walk.run(next.0);
            }
        }
    };
    let on_scroll = move |_| {
        if let Some(frame) = frame.get_untracked() {
            scroll.set((f64::from(frame.scroll_top()), f64::from(frame.scroll_left())));
        }
    };
    let draw = StoredValue::new(draw);
    let body = move |index: usize| {
        let content = Memo::new(move |_| row.run(index));
        view! {
            <div
                class="grid-row"
                role="row"
                aria-rowindex=index + 2
                aria-selected=move || is_open.run(index).to_string()
                style:transform=move || format!("translateY({}px)", window.get().place(index))
                on:click=move |_| { active.update(|a| a.0 = index); on_open.run(index); }
            >
                {move || {
                    let content = content.get();
                    columns.get().into_iter().enumerate().map(|(c, column)| {
                        let inner = match &content {
                            Some(content) => draw.with_value(|draw| draw(content, column.key)),
                            None => view! { <span class="ghost"></span> }.into_any(),
                        };
                        view! { <GridCell column index at=c active stop>{inner}</GridCell> }
                    }).collect_view()
                }}
                <span class="cell fill" role="presentation"></span>
            </div>
        }
    };
    view! {
        <div
            class="grid"
            role="grid"
            aria-label=label
            aria-rowcount=move || count.get() + 1
            aria-colcount=move || columns.read().len()
            data-scrolled=move || (scroll.get().1 > 0.0).then_some("")
            node_ref=frame
            on:scroll=on_scroll
            on:keydown=on_key
        >
            <Head columns order on_sort/>
            <div class="grid-body" role="rowgroup" style:height=move || format!("{}px", window.get().full())>
                <For each=move || { let (a, b) = range.get(); a..b } key=|index| *index children=body/>
            </div>
        </div>
    }
}

#[component]
fn Head(columns: Signal<Vec<Column>>, order: Signal<Order>, on_sort: Callback<SortBy>) -> impl IntoView {
    let head = move |column: Column| {
        let key = column.key;
        let place = Memo::new(move |_| order.get().iter().position(|(k, _)| *k == key));
        let down = Memo::new(move |_| order.get().iter().any(|(k, down)| *k == key && *down));
        let sorted = move || match (place.get(), down.get()) {
            (None, _) => "none",
            (_, false) => "ascending",
            (_, true) => "descending",
        };
        let mark = move || {
            place.get().map(|p| {
                let glyph = if down.get() { super::icon::Glyph::Down } else { super::icon::Glyph::Up };
                let several = order.read().len() > 1;
                view! { <super::icon::Icon glyph/> {several.then(|| view! { <span class="order">{p + 1}</span> })} }
            })
        };
        let inner = if column.sortable {
            view! {
                <button type="button" title="Sort; with Shift, sort by this too"
                    on:click=move |event| on_sort.run(SortBy { key, add: event.shift_key() })>
                    {column.label} {mark}
                </button>
            }
            .into_any()
        } else {
            view! { <span class="plain">{column.label}</span> }.into_any()
        };
        view! {
            <div class="cell" class:pinned=column.pinned role="columnheader" aria-sort=sorted
                style:width=format!("{}px", column.width)>{inner}</div>
        }
    };
    view! {
        <div class="grid-head" role="rowgroup">
            <div role="row" aria-rowindex="1">
                {move || columns.get().into_iter().map(head).collect_view()}
            </div>
        </div>
    }
}

#[component]
fn GridCell(
    column: Column,
    index: usize,
    at: usize,
    active: RwSignal<(usize, usize)>,
    stop: Memo<(usize, usize)>,
    children: Children,
) -> impl IntoView {
    view! {
        <div
            class="cell"
            class:pinned=column.pinned
            class:num=column.number
            role="gridcell"
            aria-colindex=at + 1
            data-cell=format!("{index}:{at}")
            tabindex=move || if stop.get() == (index, at) { "0" } else { "-1" }
            style:width=format!("{}px", column.width)
            on:focus=move |_| active.set((index, at))
        >
            {children()}
        </div>
    }
}

/// Where not all columns have room, those that do share what is left, so that the edge never cuts through one; the rest
/// is scrolled to. Where all have room nothing is stretched.
fn fit(mut columns: Vec<Column>, view: f64) -> Vec<Column> {
    let total: u32 = columns.iter().map(|c| c.width).sum();
    let mut room = view as u32;
    if total <= room {
        return columns;
    }
    let whole = columns
        .iter()
        .take_while(|c| {
            c.width <= room && {
                room -= c.width;
                true
            }
        })
        .count();
    if whole > 0 {
        let (each, first) = (room / whole as u32, room % whole as u32);
        columns.iter_mut().take(whole).for_each(|c| c.width += each);
        columns[0].width += first;
    }
    columns
}

/// Where a key takes the active cell; `None` for keys that move nothing.
fn moved(
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

fn on_button(event: &KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|t| t.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|e| e.tag_name() == "BUTTON")
}

/// Scrolls the row into sight, then gives its cell the focus once it is in the document.
fn bring_into_sight(frame: NodeRef<html::Div>, window: Window, (row, col): (usize, usize)) {
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

/// A focused cell must not hide behind the pinned column.
fn sideways(frame: &web_sys::HtmlElement, cell: &web_sys::HtmlElement) {
    let pinned = frame.query_selector(".grid-head .pinned").ok().flatten();
    let pinned = pinned.map_or(0.0, |p| p.get_bounding_client_rect().width());
    let hidden = cell.get_bounding_client_rect().left() - frame.get_bounding_client_rect().left() - pinned;
    if hidden < 0.0 && !cell.class_list().contains("pinned") {
        frame.set_scroll_left(frame.scroll_left() + hidden as i32);
    }
}

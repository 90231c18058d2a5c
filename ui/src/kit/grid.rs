//! A table of any length: every row has the same height and only those in sight are in the document. An ARIA grid with
//! one cell in the tab order; arrows move it. Knows nothing of what a row is.

mod head;
mod keys;
mod select;
mod window;

use super::keys::letters_on;
use head::Head;
pub use head::{Arranging, MoveTo};
use keys::{bring_into_sight, moved, on_box, on_control};
use leptos::{ev::KeyboardEvent, html, prelude::*};
pub use select::{Amount, Selecting, settle};
use select::{Choice, RowBox};
use std::sync::Arc;
use window::Window;
pub use window::watch_size;

/// Width of the column of boxes, in pixels.
const BOX: u32 = 36;

/// One column of a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What the caller knows it by.
    pub key: &'static str,
    pub label: &'static str,
    /// Pixels.
    pub width: u32,
    /// Stays in sight while the rest scrolls sideways. Pinned columns stand before the others.
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

/// Something asked of one cell: by a key, or by the menu of the pointer's other button.
#[derive(Debug, Clone, Copy)]
pub struct CellCall {
    pub row: usize,
    pub key: &'static str,
    pub call: Call,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Call {
    /// Keep the rows with this value (`F`).
    Keep,
    /// Copy (Ctrl C).
    Copy,
    /// Show what can be done, at this place of the window.
    Menu(i32, i32),
}

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
    /// Rows can be chosen.
    #[prop(optional)]
    selecting: Option<Selecting>,
    /// Columns can be resized and moved.
    #[prop(optional)]
    arranging: Option<Arranging>,
    /// Cells can be asked something.
    #[prop(optional)]
    on_cell: Option<Callback<CellCall>>,
) -> impl IntoView
where
    T: PartialEq + Send + Sync + 'static,
{
    let frame = NodeRef::<html::Div>::new();
    let scroll = RwSignal::new((0.0_f64, 0.0_f64));
    let height = RwSignal::new(600.0_f64);
    let width = RwSignal::new(0.0_f64);
    let choice = selecting.map(Choice::new);
    let (boxes, first) = if choice.is_some() { (BOX, 1) } else { (0, 0) };
    let dragged = RwSignal::new(None::<(&'static str, u32)>);
    let columns: Signal<Vec<(Column, u32)>> = Signal::from(Memo::new(move |_| {
        let mut columns = columns.get();
        if let Some((key, width)) = dragged.get() {
            columns.iter_mut().filter(|c| c.key == key).for_each(|c| c.width = width);
        }
        let room = width.get() - f64::from(boxes);
        // While an edge is dragged it is the pointer that says where it is.
        placed(if dragged.get().is_some() { columns } else { fit(columns, room) }, boxes)
    }));
    let window = Memo::new(move |_| Window {
        rows: count.get(),
        row: row_height.get(),
        scroll: scroll.get().0,
        view: height.get(),
    });
    let range = Memo::new(move |_| window.get().range());
    // The row and column that the keyboard is on, and the one cell in the tab order: the same, unless that one was
    // scrolled out of the document or is gone.
    let active = RwSignal::new((0_usize, first));
    let stop = Memo::new(move |_| {
        let ((top, last), (row, col)) = (range.get(), active.get());
        let last_col = (columns.read().len() + first).saturating_sub(1);
        (row.clamp(top, last.saturating_sub(1).max(top)), col.min(last_col))
    });
    watch_size(frame, width, height);

    Effect::new(move |_| on_range.run(range.get()));
    Effect::new(move |before: Option<u64>| {
        let now = top.get();
        if before.is_some_and(|b| b != now) {
            active.set((0, first));
            choice.iter().for_each(Choice::forget);
            if let Some(frame) = frame.get_untracked() {
                frame.set_scroll_top(0);
            }
        }
        now
    });
    let call = move |row: usize, col: usize, call: Call| {
        let key = col.checked_sub(first).and_then(|at| columns.read_untracked().get(at).map(|(c, _)| c.key));
        let key = key.or_else(|| columns.read_untracked().first().map(|(c, _)| c.key));
        if let (Some(on_cell), Some(key)) = (on_cell, key) {
            on_cell.run(CellCall { row, key, call });
        }
    };

    let on_key = move |event: KeyboardEvent| {
        if on_control(&event) || (event.key() == " " && on_box(&event)) {
            return;
        }
        let page = window.with_untracked(|w| (w.view / w.row) as usize).max(1);
        let last_col = (columns.read_untracked().len() + first).saturating_sub(1);
        let last_row = count.get_untracked().saturating_sub(1);
        let before = active.get_untracked();
        let far = event.ctrl_key() || event.meta_key();
        match (event.key().as_str(), choice) {
            ("Enter", _) => on_open.run(before.0),
            (" ", Some(choice)) if event.shift_key() => choice.reach(before.0),
            (" ", Some(choice)) => choice.toggle(before.0),
            ("a" | "A", Some(choice)) if far => choice.all(),
            ("c" | "C", _) if far && on_cell.is_some() && nothing_marked() => {
                call(before.0, before.1, Call::Copy)
            }
            ("F", _) if !far && on_cell.is_some() && letters_on() => call(before.0, before.1, Call::Keep),
            ("Escape", Some(choice)) if choice.clear() => event.stop_propagation(),
            _ => {
                let Some(next) = moved(&event, before, (last_row, last_col), page) else { return };
                active.set(next);
                bring_into_sight(frame, window.get_untracked(), next);
                if next.0 != before.0 {
                    if let Some(choice) = choice.filter(|_| event.shift_key()) {
                        choice.extend(before.0, next.0);
                    }
                    on_walk.run(next.0);
                }
            }
        }
        event.prevent_default();
    };
    let on_scroll = move |_| {
        if let Some(frame) = frame.get_untracked() {
            scroll.set((f64::from(frame.scroll_top()), f64::from(frame.scroll_left())));
        }
    };
    let draw = StoredValue::new(draw);
    let body = move |index: usize| {
        let content = Memo::new(move |_| row.run(index));
        let on_click = move |event: leptos::ev::MouseEvent| {
            active.update(|a| a.0 = index);
            if !choice.is_some_and(|choice| choice.click(&event, index)) {
                on_open.run(index);
            }
        };
        view! {
            <div
                class="grid-row"
                role="row"
                aria-rowindex=index + 2
                aria-selected=choice.map(|choice| move || choice.has(index).to_string())
                aria-current=move || is_open.run(index).then_some("true")
                style:transform=move || format!("translateY({}px)", window.get().place(index))
                on:click=on_click
            >
                {choice.map(|choice| view! {
                    <BoxCell index active stop><RowBox choice row=index/></BoxCell>
                })}
                {move || columns.get().into_iter().enumerate().map(|(c, (column, left))| {
                    let key = column.key;
                    // Only what a cell says is drawn anew when its row changes: the cell itself may have the focus.
                    let inner = move || match content.get() {
                        Some(content) => draw.with_value(|draw| draw(&content, key)),
                        None => view! { <span class="ghost"></span> }.into_any(),
                    };
                    let menu = move |x, y| call(index, c + first, Call::Menu(x, y));
                    view! { <GridCell column left index at=c + first active stop menu=on_cell.map(|_| Callback::new(move |(x, y)| menu(x, y)))>{inner}</GridCell> }
                }).collect_view()}
                <span class="cell fill" role="presentation"></span>
            </div>
        }
    };
    let in_sight = Callback::new(move |()| window.with_untracked(Window::in_view));
    view! {
        <div
            class="grid"
            role="grid"
            aria-label=label
            aria-multiselectable=choice.map(|_| "true")
            aria-rowcount=move || count.get() + 1
            aria-colcount=move || columns.read().len() + first
            data-scrolled=move || (scroll.get().1 > 0.0).then_some("")
            node_ref=frame
            on:scroll=on_scroll
            on:keydown=on_key
        >
            <Head columns order on_sort choice in_sight arranging dragged/>
            <div class="grid-body" role="rowgroup" style:height=move || format!("{}px", window.get().full())>
                <For each=move || { let (a, b) = range.get(); a..b } key=|index| *index children=body/>
            </div>
        </div>
    }
}

/// Whether no text is marked: marked text is what a person means to copy.
fn nothing_marked() -> bool {
    let marked = document().get_selection().ok().flatten();
    marked.is_none_or(|marked| marked.is_collapsed())
}

/// A row's box, as a cell that the keyboard can be on.
#[component]
fn BoxCell(
    index: usize,
    active: RwSignal<(usize, usize)>,
    stop: Memo<(usize, usize)>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="cell check pinned" role="gridcell" aria-colindex="1" data-cell=format!("{index}:0") style:left="0"
            tabindex=move || if stop.get() == (index, 0) { "0" } else { "-1" }
            on:focus=move |_| active.set((index, 0)) on:click=|event| event.stop_propagation()>
            {children()}
        </div>
    }
}

#[component]
fn GridCell(
    column: Column,
    left: u32,
    index: usize,
    at: usize,
    active: RwSignal<(usize, usize)>,
    stop: Memo<(usize, usize)>,
    menu: Option<Callback<(i32, i32)>>,
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
            style:left=column.pinned.then(|| format!("{left}px"))
            on:focus=move |_| active.set((index, at))
            on:contextmenu=move |event| if let Some(menu) = menu {
                event.prevent_default();
                menu.run((event.client_x(), event.client_y()));
            }
        >
            {children()}
        </div>
    }
}

/// Each column with how far from the left it stands while pinned.
fn placed(columns: Vec<Column>, boxes: u32) -> Vec<(Column, u32)> {
    let mut left = boxes;
    let placed = columns.into_iter().map(|column| {
        let own = left;
        left += if column.pinned { column.width } else { 0 };
        (column, own)
    });
    placed.collect()
}

/// Where not all columns have room, those that do share what is left, so that the edge never cuts through one; the rest
/// is scrolled to. Where all have room nothing is stretched.
fn fit(mut columns: Vec<Column>, view: f64) -> Vec<Column> {
    let total: u32 = columns.iter().map(|c| c.width).sum();
    let mut room = view.max(0.0) as u32;
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

//! The list as a plain table of pages: the same columns, for those whom a long virtual grid does not serve, such as users of
//! some screen readers. How many pages there are is only known as far as the list was read.

use super::{ViewUrl, columns, list::open_row, rows::Rows};
use crate::kit::{button::Button, text};
use domain::Timestamp;
use leptos::{html, prelude::*};

/// Rows of a page.
const PAGE: usize = 100;

/// The table.
#[component]
pub fn PlainTable(url: ViewUrl, rows: Rows) -> impl IntoView {
    let page = RwSignal::new(0_usize);
    let frame = NodeRef::<html::Div>::new();
    let room = Memo::new(move |_| rows.room());
    // A list that became shorter has no such page any more.
    let at = Memo::new(move |_| page.get().min(room.get().saturating_sub(1) / PAGE));
    let range = Memo::new(move |_| (at.get() * PAGE, ((at.get() + 1) * PAGE).min(room.get())));
    let is_last = Memo::new(move |_| range.get().1 >= room.get());
    Effect::new(move |_| rows.in_sight(range.get()));
    Effect::new(move |before: Option<u64>| {
        let turn = rows.turn.get();
        if before.is_some_and(|before| before != turn) {
            page.set(0);
        }
        turn
    });
    let go = move |to: usize| {
        page.set(to);
        if let Some(frame) = frame.get_untracked() {
            frame.set_scroll_top(0);
        }
    };
    let caption = move || {
        let (first, last) = range.get();
        format!(
            "Events, newest first, rows {} to {}",
            text::count(first as u64 + 1),
            text::count(last as u64)
        )
    };
    let heads = columns::all().into_iter().map(|column| view! { <th scope="col">{column.label}</th> });
    view! {
        <div class="plain" node_ref=frame tabindex="0" role="region" aria-label="Events as a table">
            <table>
                <caption class="sr">{caption}</caption>
                <thead><tr>{heads.collect_view()}<th scope="col"><span class="sr">"Open"</span></th></tr></thead>
                <tbody><For each=move || { let (a, b) = range.get(); a..b } key=|index| *index children=move |index| view! { <Line url rows index/> }/></tbody>
            </table>
        </div>
        <nav class="list-pages" aria-label="Pages">
            <Button label="Newest" disabled=Signal::derive(move || at.get() == 0) on_press=move |_| go(0)/>
            <Button label="Newer" disabled=Signal::derive(move || at.get() == 0) on_press=move |_| go(at.get_untracked().saturating_sub(1))/>
            <span aria-live="polite">{move || format!("Page {}", text::count(at.get() as u64 + 1))}</span>
            <Button label="Older" disabled=Signal::from(is_last) on_press=move |_| go(at.get_untracked() + 1)/>
        </nav>
    }
}

#[component]
fn Line(url: ViewUrl, rows: Rows, index: usize) -> impl IntoView {
    let row = Memo::new(move |_| rows.row(index));
    let is_open = move || {
        let open = url.view.read().open.clone();
        open.is_some() && row.get().map(|row| row.event.uuid.to_string()) == open
    };
    let now = move || rows.head.read().as_ref().map_or(Timestamp(0), |head| head.now);
    let cells = move || {
        let Some(row) = row.get() else { return view! { <td colspan="7" class="dim">"…"</td> }.into_any() };
        let cell = |column: crate::kit::grid::Column| {
            let inner = columns::draw(&row, column.key, now());
            view! { <td><span class="inline">{inner}</span></td> }
        };
        columns::all().into_iter().map(cell).collect_view().into_any()
    };
    view! {
        <tr aria-current=move || is_open().then_some("true")>
            {cells}
            <td><button type="button" class="link" on:click=move |_| open_row(url, rows, index)>"Open"</button></td>
        </tr>
    }
}

//! The list as a plain table of pages: the same columns, order, choice and links, for those whom a long virtual grid does
//! not serve, such as users of some screen readers.

use super::{
    ViewUrl,
    choosing::Choosing,
    columns::{self, Table},
    rows::Rows,
};
use crate::{
    kit::{
        button::Button,
        grid::{Amount, Column, SortBy, settle},
        icon::{Glyph, Icon},
        text,
    },
    parts::device_link::{DevicesView, column_key},
};
use contract::devices::DeviceRow;
use domain::Timestamp;
use leptos::{ev, html, prelude::*};
use std::sync::Arc;

/// Rows of a page.
const PAGE: usize = 100;

/// The table.
#[component]
pub fn PlainTable(
    url: ViewUrl,
    rows: Rows,
    table: Table,
    choosing: Choosing,
    on_sort: Callback<SortBy>,
) -> impl IntoView {
    let page = RwSignal::new(0_usize);
    let frame = NodeRef::<html::Div>::new();
    let count = Memo::new(move |_| rows.head.read().as_ref().map_or(0, |h| h.matching as usize));
    let now = Memo::new(move |_| rows.head.read().as_ref().map_or(Timestamp(0), |h| h.now));
    let columns = Memo::new(move |_| table.columns());
    let pages = Memo::new(move |_| count.get().div_ceil(PAGE).max(1));
    // A list that became shorter has no such page any more.
    let at = Memo::new(move |_| page.get().min(pages.get() - 1));
    let range = Memo::new(move |_| (at.get() * PAGE, ((at.get() + 1) * PAGE).min(count.get())));
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
    let line = move |index: usize| view! { <Line url rows choosing columns now index/> };
    view! {
        <div class="plain" node_ref=frame tabindex="0" role="region" aria-label="Devices as a table">
            <table>
                <caption class="sr">{move || caption(range.get(), count.get())}</caption>
                <thead><Heads url choosing columns on_sort range/></thead>
                <tbody><For each=move || { let (a, b) = range.get(); a..b } key=|index| *index children=line/></tbody>
            </table>
        </div>
        <nav class="list-pages" aria-label="Pages">
            <Button label="First" disabled=Signal::derive(move || at.get() == 0) on_press=move |_| go(0)/>
            <Button label="Previous" disabled=Signal::derive(move || at.get() == 0) on_press=move |_| go(at.get_untracked().saturating_sub(1))/>
            <span aria-live="polite">{move || format!("Page {} of {}", text::count(at.get() as u64 + 1), text::count(pages.get() as u64))}</span>
            <Button label="Next" disabled=Signal::derive(move || at.get() + 1 >= pages.get()) on_press=move |_| go(at.get_untracked() + 1)/>
            <Button label="Last" disabled=Signal::derive(move || at.get() + 1 >= pages.get()) on_press=move |_| go(pages.get_untracked() - 1)/>
        </nav>
    }
}

fn caption((first, last): (usize, usize), count: usize) -> String {
    let number = |n: usize| text::count(n as u64);
    format!("Devices, rows {} to {} of {}", number(first + 1), number(last), number(count))
}

#[component]
fn Heads(
    url: ViewUrl,
    choosing: Choosing,
    columns: Memo<Vec<Column>>,
    on_sort: Callback<SortBy>,
    range: Memo<(usize, usize)>,
) -> impl IntoView {
    let by = choosing.selecting();
    let press = move |event: ev::MouseEvent| {
        settle(&event, move || by.amount.get() == Amount::All);
        let (first, last) = range.get_untracked();
        if by.amount.get_untracked() != Amount::None {
            choosing.clear();
        } else if last > first {
            choosing.set(first, last - 1, true);
        }
    };
    let label =
        move || if by.amount.get() == Amount::None { "Select this page" } else { "Clear the selection" };
    let head = move |column: Column| {
        let key = column.key;
        let down = Memo::new(move |_| {
            url.view.read().sort().into_iter().find(|k| column_key(k.column) == key).map(|k| k.descending)
        });
        let sorted = move || match down.get() {
            None => "none",
            Some(false) => "ascending",
            Some(true) => "descending",
        };
        let mark =
            move || down.get().map(|down| view! { <Icon glyph=if down { Glyph::Down } else { Glyph::Up }/> });
        let inner = if column.sortable {
            view! {
                <button type="button" title="Sort; with Shift, sort by this too"
                    on:click=move |event| on_sort.run(SortBy { key, add: event.shift_key() })>{column.label} {mark}</button>
            }
            .into_any()
        } else {
            column.label.into_any()
        };
        view! { <th scope="col" aria-sort=sorted>{inner}</th> }
    };
    view! {
        <tr>
            <th scope="col"><input type="checkbox" aria-label=label title=label on:click=press
                prop:checked=move || by.amount.get() == Amount::All prop:indeterminate=move || by.amount.get() == Amount::Some/></th>
            {move || columns.get().into_iter().map(head).collect_view()}
        </tr>
    }
}

#[component]
fn Line(
    url: ViewUrl,
    rows: Rows,
    choosing: Choosing,
    columns: Memo<Vec<Column>>,
    now: Memo<Timestamp>,
    index: usize,
) -> impl IntoView {
    let content = Memo::new(move |_| rows.row(index));
    let toggle = move |event: ev::MouseEvent| {
        settle(&event, move || choosing.has(index));
        let chosen = untrack(|| choosing.has(index));
        choosing.set(index, index, !chosen);
    };
    let cells = move |row: Arc<DeviceRow>| {
        let cell = |column: Column| {
            let drawn = columns::draw(&row, column.key, now.get());
            if column.key == "name" {
                let id = row.id.clone();
                let view = move || DevicesView { open: Some(id.clone()), ..url.view.get() };
                view! { <th scope="row"><a href=move || view().href()>{drawn}</a></th> }.into_any()
            } else {
                view! { <td class:num=column.number>{drawn}</td> }.into_any()
            }
        };
        columns.get().into_iter().map(cell).collect_view()
    };
    let named = move || {
        let name =
            content.get().and_then(|row| row.name.clone()).unwrap_or_else(|| "unnamed device".to_owned());
        format!("Select {name}")
    };
    let open = move || content.get().is_some_and(|row| url.view.read().open.as_ref() == Some(&row.id));
    view! {
        <tr aria-current=move || open().then_some("true") data-selected=move || choosing.has(index).then_some("")>
            <td><input type="checkbox" aria-label=named prop:checked=move || choosing.has(index) on:click=toggle/></td>
            {move || content.get().map(cells)}
        </tr>
    }
}

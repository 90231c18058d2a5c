//! The table itself with its foot.

use super::{
    ViewUrl,
    cell_menu::{CellCalls, CellMenu},
    choosing::Choosing,
    columns::{self, Table},
    foot::Foot,
    plain_table::PlainTable,
    rows::Rows,
};
use crate::{
    kit::grid::{Grid, SortBy},
    parts::device_link::{DevicesView, column_key, column_of},
    state::prefs::Prefs,
};
use contract::devices::DeviceRow;
use domain::Timestamp;
use leptos::prelude::*;
use std::sync::Arc;

/// A row with the clock that its ages are told against.
#[derive(PartialEq)]
struct Seen(Arc<DeviceRow>, Timestamp);

/// The table, as a grid or as pages.
#[component]
pub fn DeviceList(url: ViewUrl, rows: Rows, table: Table, export: RwSignal<bool>) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let choosing = Choosing::new(url, rows);
    let plain = Memo::new(move |_| prefs.get().plain_tables);
    let shown = Signal::derive(move || table.shown());
    let calls = CellCalls::new(url, rows, shown);
    let on_sort = Callback::new(move |SortBy { key, add }: SortBy| {
        if let Some(column) = column_of(key) {
            url.change(|v| v.sort_by(column, add));
        }
    });
    move || {
        let list = if plain.get() {
            view! { <PlainTable url rows table choosing on_sort/> }.into_any()
        } else {
            view! { <DeviceGrid url rows table choosing calls on_sort/> }.into_any()
        };
        view! {
            {list}
            <Foot url rows choosing shown export/>
            <CellMenu calls/>
        }
    }
}

#[component]
fn DeviceGrid(
    url: ViewUrl,
    rows: Rows,
    table: Table,
    choosing: Choosing,
    calls: CellCalls,
    on_sort: Callback<SortBy>,
) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let count = Memo::new(move |_| rows.head.read().as_ref().map_or(0, |h| h.matching as usize));
    let now = Memo::new(move |_| rows.head.read().as_ref().map_or(Timestamp(0), |h| h.now));
    let columns = Memo::new(move |_| table.columns());
    let height = Memo::new(move |_| prefs.get().density.row());
    let order = Memo::new(move |_| {
        let sort = url.view.read().sort();
        sort.into_iter().map(|k| (column_key(k.column), k.descending)).collect()
    });
    let open = Memo::new(move |_| url.view.read().open.clone());
    let is_open = Callback::new(move |index: usize| {
        let open = open.get();
        open.is_some() && rows.row(index).map(|r| r.id.clone()) == open
    });
    let on_open = Callback::new(move |index: usize| {
        if let Some(row) = rows.row_now(index) {
            let walking = open.get_untracked().is_some();
            let change = |v: &mut DevicesView| v.open = Some(row.id.clone());
            if walking { url.adjust(change) } else { url.change(change) }
        }
    });
    // With the pane open, walking the list with the keyboard walks the pane too.
    let on_walk = Callback::new(move |row: usize| {
        if open.get_untracked().is_some() {
            on_open.run(row);
        }
    });
    view! {
        <Grid
            label="Devices"
            count=Signal::from(count)
            columns=Signal::from(columns)
            row_height=Signal::from(height)
            order=Signal::from(order)
            on_sort
            row=Callback::new(move |index| rows.row(index).map(|r| Arc::new(Seen(r, now.get()))))
            draw=Arc::new(|Seen(row, now): &Seen, key| columns::draw(row, key, *now))
            is_open
            on_open
            on_range=Callback::new(move |range| rows.in_sight(range))
            on_walk
            top=Signal::from(rows.turn)
            selecting=choosing.selecting()
            arranging=table.arranging()
            on_cell=calls.answer()
        />
    }
}

//! The list itself, as a grid of any length or as pages of a plain table, with its foot.

use super::{
    ViewUrl,
    cell_menu::{CellCalls, CellMenu},
    columns,
    coverage::CoverageFoot,
    plain_table::PlainTable,
    reading::Reading,
    rows::Rows,
    when::Zone,
};
use crate::{
    kit::{
        button::{Button, Variant},
        grid::{Grid, Order, SortBy},
        icon::Glyph,
        text,
    },
    parts::log_link::LogView,
    state::prefs::Prefs,
};
use contract::log::LogRow;
use domain::Timestamp;
use leptos::prelude::*;
use std::sync::Arc;

/// A row with the clock that its age is told against.
#[derive(PartialEq)]
struct Seen(Arc<LogRow>, Timestamp);

/// The list.
#[component]
pub fn EventList(url: ViewUrl, rows: Rows, reading: Reading) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let plain = Memo::new(move |_| prefs.get().plain_tables);
    let calls = CellCalls::new(url, rows);
    view! {
        {move || reading.is_behind().then(|| view! {
            <div class="newer" role="status">
                <span>"There are newer events. This list stays as it is while you read."</span>
                <Button label="Show them" glyph=Glyph::Up on_press=move |_| reading.catch_up()/>
            </div>
        })}
        {move || if plain.get() {
            view! { <PlainTable url rows/> }.into_any()
        } else {
            view! { <EventGrid url rows calls/> }.into_any()
        }}
        <Foot rows plain/>
        <CellMenu calls/>
    }
}

#[component]
fn EventGrid(url: ViewUrl, rows: Rows, calls: CellCalls) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let count = Memo::new(move |_| rows.room());
    let now = Memo::new(move |_| rows.head.read().as_ref().map_or(Timestamp(0), |h| h.now));
    let columns = Signal::derive(columns::all);
    let height = Memo::new(move |_| prefs.get().density.row());
    let order = Signal::derive(Order::new);
    let open = Memo::new(move |_| url.view.read().open.clone());
    let is_open = Callback::new(move |index: usize| {
        let open = open.get();
        open.is_some() && rows.row(index).map(|row| row.event.uuid.to_string()) == open
    });
    let on_open = Callback::new(move |index: usize| open_row(url, rows, index));
    // With the pane open, walking the list with the keyboard walks the pane too.
    let on_walk = Callback::new(move |row: usize| {
        if open.get_untracked().is_some() {
            open_row(url, rows, row);
        }
    });
    view! {
        <Grid
            label="Events, newest first"
            count=Signal::from(count)
            columns
            row_height=Signal::from(height)
            order
            on_sort=Callback::new(|_: SortBy| {})
            row=Callback::new(move |index| rows.row(index).map(|row| Arc::new(Seen(row, now.get()))))
            draw=Arc::new(|Seen(row, now): &Seen, key| columns::draw(row, key, *now))
            is_open
            on_open
            on_range=Callback::new(move |range| rows.in_sight(range))
            on_walk
            top=Signal::from(rows.turn)
            on_cell=calls.answer()
        />
    }
}

/// Opens the event in a row. The first one is a step in the history; walking on from it is not.
pub fn open_row(url: ViewUrl, rows: Rows, index: usize) {
    let Some(row) = rows.row_now(index) else { return };
    let walking = url.view.read_untracked().open.is_some();
    let change = |view: &mut LogView| view.open = Some(row.event.uuid.to_string());
    if walking { url.adjust(change) } else { url.change(change) }
}

#[component]
fn Foot(rows: Rows, plain: Memo<bool>) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let read = move || {
        let (read, more) = rows.read_so_far();
        let held = rows.held();
        if !more {
            return format!("All {} listed", text::plural(read as u64, "event", "events"));
        }
        let kept = if held < read {
            format!(", {} of them in memory", text::count(held as u64))
        } else {
            String::new()
        };
        format!("{} newest listed{kept}; scrolling on reads more", text::count(read as u64))
    };
    view! {
        <div class="list-foot">
            <span data-testid="foot">{read}</span>
            {move || rows.failure.get().map(|f| view! { <span role="alert" class="clip">{format!("Not up to date: {f}")}</span> })}
            <span class="grow"></span>
            <CoverageFoot/>
            <Button label=Signal::derive(|| format!("Times in {}", Zone::chosen().mark())) variant=Variant::Quiet
                on_press=move |_| prefs.update(|looks| looks.log_utc = !looks.log_utc)/>
            <button type="button" class="facet-more" data-testid="plain" title="One long list, or a plain table of pages, which suits some screen readers better"
                on:click=move |_| prefs.update(|l| l.plain_tables = !l.plain_tables)>
                {move || if plain.get() { "One long list" } else { "Plain table" }}
            </button>
        </div>
    }
}

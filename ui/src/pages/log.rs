//! The System Log as it is kept here: found, filtered and counted, with one event in the pane beside the list. The address holds
//! filter, span and open event.

mod cell_menu;
mod chips;
mod columns;
mod counts;
mod coverage;
mod detail;
mod detections;
mod fields;
mod filter_menu;
mod histogram;
mod keys;
mod list;
mod plain_table;
mod reading;
mod rows;
mod saving;
mod side;
mod span;
mod when;

use crate::{
    address::Address,
    kit::{
        button::Button,
        icon::{Glyph, Icon},
        notice::Notice,
        text,
    },
    parts::{
        failure_notice::FailureNotice,
        log_link::LogView,
        raw_event::{RawEventDialog, RawEvents},
    },
    query::{Query, use_query},
    state::as_of::Shown,
};
use chips::FilterBar;
use contract::{
    Failure,
    log::{GetLogCoverage, ListDetections, LogCoverage},
};
use counts::Counts;
use coverage::CoverageBanner;
use detail::EventPane;
use domain::Timestamp;
use filter_menu::FilterMenu;
use histogram::Histogram;
use keys::{Layers, use_keys};
use leptos::{html, prelude::*};
use list::EventList;
use reading::Reading;
use rows::Rows;
use saving::SaveMenu;
use side::Side;
use span::SpanPicker;

/// The view in the address, and the way to change it.
type ViewUrl = Address<LogView>;

/// How far before and after an event one looks first, in milliseconds.
const AROUND: i64 = 15 * 60_000;

/// Shows everything that happened around this moment, with the event still open.
fn around(view: &mut LogView, at: Timestamp) {
    view.widen();
    view.between(Some(Timestamp(at.0 - AROUND)), Some(Timestamp(at.0 + AROUND)));
}

/// The page.
#[component]
pub fn LogPage() -> impl IntoView {
    let url = ViewUrl::follow();
    let rows = Rows::new();
    let open = Memo::new(move |_| url.view.read().open.clone());
    let is_open = Memo::new(move |_| open.read().is_some());
    let undisturbed = Signal::derive(move || !is_open.get() && rows.at_top() && !keys::in_list());
    let reading = Reading::follow(undisturbed);
    let filter = Memo::new(move |_| reading.end().map(|end| url.view.read().resolved(end)));
    rows.answer(filter, reading);
    let counts = Counts::follow(rows, reading);
    let coverage: Query<LogCoverage> =
        use_query(move || reading.snapshot().map(|snapshot| GetLogCoverage { as_of: Some(snapshot) }));
    provide_context(coverage);
    provide_context(use_query(move || {
        reading.snapshot().map(|snapshot| ListDetections { as_of: Some(snapshot) })
    }));
    let raw = RawEvents::new();
    provide_context(raw);
    let box_ref = NodeRef::<html::Input>::new();
    let layers = Layers::default();
    use_keys(url, rows, box_ref, layers);
    let uuid = Signal::derive(move || open.get().unwrap_or_default());
    let saved = Callback::new(move |()| layers.side.set(1));
    view! {
        <div class="page-head">
            <h1>"Log"</h1><Counted rows counts/>
            <div class="actions">
                <SearchBox url box_ref/>
                <SpanPicker url reading open=layers.span/>
                <FilterMenu url counts open=layers.filters/>
                <SaveMenu url open=layers.saving saved/>
            </div>
        </div>
        <FilterBar url rows counts/>
        <CoverageBanner/>
        <div class="log" data-detail=move || is_open.get().then_some("")
            data-ready=move || rows.head.read().is_some().then_some("")>
            <Side url rows counts part=layers.side/>
            <div class="list">
                <Histogram url counts/>
                <ListOrNotice url rows reading/>
            </div>
            {move || is_open.get().then(|| view! { <EventPane uuid url rows reading/> })}
        </div>
        <RawEventDialog events=raw/>
    }
}

/// How many events fit, of how many. The rows are there before they are counted.
#[component]
fn Counted(rows: Rows, counts: Counts) -> impl IntoView {
    let words = move || {
        let head = rows.head.get()?;
        let total = text::plural(head.total, "event", "events");
        Some(match counts.matching(&head.filter, head.snapshot) {
            Some(matching) if matching == head.total => total,
            Some(matching) => format!("{} of {total}", text::count(matching)),
            None if counts.failure.read().is_some() => format!("Not counted, of {total}"),
            None => format!("Counting… of {total}"),
        })
    };
    view! { <span class="soft" aria-live="polite" data-testid="counted">{words}</span> }
}

#[derive(PartialEq, Clone)]
enum Show {
    Waiting,
    Failed(Failure),
    NeverRead,
    NoneExist,
    NoneMatch,
    List,
}

#[component]
fn ListOrNotice(url: ViewUrl, rows: Rows, reading: Reading) -> impl IntoView {
    let shown = expect_context::<Shown>();
    let coverage = expect_context::<Query<LogCoverage>>();
    let none = Memo::new(move |_| rows.room() == 0);
    let show = Memo::new(move |_| match (rows.head.get(), rows.failure.get()) {
        (None, Some(failure)) => Show::Failed(failure),
        (None, None) => Show::Waiting,
        // No events because the org did not give them is not the same as no events.
        (Some(head), _) if head.total == 0 => match shown.unread("System Log") {
            Some(failure) => Show::Failed(failure),
            None if coverage.value.read().as_ref().is_some_and(|c| c.begins.is_none()) => Show::NeverRead,
            None => Show::NoneExist,
        },
        (Some(_), _) if none.get() => Show::NoneMatch,
        (Some(_), _) => Show::List,
    });
    let again = move || {
        reading.catch_up();
        rows.retry();
    };
    move || {
        match show.get() {
        Show::Waiting => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i><i></i></div> }.into_any()
        }
        Show::Failed(failure) => view! { <FailureNotice failure retry=again/> }.into_any(),
        Show::NeverRead => view! {
            <Notice glyph=Glyph::Sync title="The log was not read yet" text="People and devices come first. The log follows with the rest of the first sync, newest events first."/>
        }
        .into_any(),
        Show::NoneExist => view! {
            <Notice glyph=Glyph::Empty title="No events in this org" text="The last sync read the org’s System Log and found none. The org keeps 90 days; what was read stays here for longer."/>
        }
        .into_any(),
        Show::NoneMatch => view! { <NoneMatch url/> }.into_any(),
        Show::List => view! { <EventList url rows reading/> }.into_any(),
    }
    }
}

#[component]
fn NoneMatch(url: ViewUrl) -> impl IntoView {
    let (narrowed, spanned) = (
        Memo::new(move |_| {
            let view = url.view.read();
            !view.filter.text.is_empty() || !view.filter.conditions.is_empty()
        }),
        Memo::new(move |_| url.view.read().has_span()),
    );
    let text = move || match (narrowed.get(), spanned.get()) {
        (true, true) => "There are events, but none fits search, filters and span of time together.",
        (false, _) => "There are events, but none in this span of time.",
        (true, false) => "There are events, but none fits the search and the filters together.",
    };
    move || {
        view! {
            <Notice glyph=Glyph::Search title="No event matches" text=text()>
                {narrowed.get().then(|| view! { <Button label="Clear search and filters" on_press=move |_| url.change(LogView::widen)/> })}
                {spanned.get().then(|| view! { <Button label="Look at all time" on_press=move |_| url.change(|view| view.between(None, None))/> })}
            </Notice>
        }
    }
}

#[component]
fn SearchBox(url: ViewUrl, box_ref: NodeRef<html::Input>) -> impl IntoView {
    let search = Memo::new(move |_| url.view.read().filter.text.clone());
    view! {
        <label class="field">
            <Icon glyph=Glyph::Search/>
            <input type="text" node_ref=box_ref placeholder="Words, names, addresses" aria-label="Search the log" autocomplete="off" spellcheck="false"
                prop:value=move || search.get()
                on:input=move |e| url.adjust(|v| v.filter.text = event_target_value(&e))/>
            <span class="kbd">"/"</span>
        </label>
    }
}

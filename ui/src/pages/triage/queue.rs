//! The queue itself: rows of any number, the open one's pane follows the keyboard.

use super::{
    ViewUrl,
    columns::{self, Room},
    rows::{Chosen, Rows, counts},
};
use crate::{
    kit::{
        button::Button,
        grid::{Grid, watch_size},
        icon::Glyph,
        notice::Notice,
        text,
    },
    parts::failure_notice::FailureNotice,
    state::{
        as_of::Shown,
        prefs::{Density, Prefs},
    },
};
use contract::{
    Failure,
    triage::{QueueState, TriageRow},
};
use domain::Timestamp;
use leptos::{html, prelude::*};
use std::sync::Arc;

/// A row with the clock that its ages are told against.
#[derive(PartialEq)]
struct Seen(Arc<TriageRow>, Timestamp);

#[derive(PartialEq, Clone)]
enum Show {
    Waiting,
    Failed(Failure),
    /// Nobody is at risk; whether the org's own levels are missing.
    NobodyAtRisk(Option<Failure>),
    NoneMatch,
    List,
}

/// The list, or why there is none.
#[component]
pub fn Queue(url: ViewUrl, rows: Rows, chosen: Chosen) -> impl IntoView {
    let show = Memo::new(move |_| match (rows.head.get(), rows.failure.get()) {
        (None, Some(failure)) => Show::Failed(failure),
        (None, None) => Show::Waiting,
        (Some(head), _) if head.total == 0 => {
            Show::NobodyAtRisk(head.facets.into_iter().next().and_then(|counts| counts.risk_failure))
        }
        (Some(head), _) if head.matching == 0 => Show::NoneMatch,
        (Some(_), _) => Show::List,
    });
    move || match show.get() {
        Show::Waiting => {
            view! { <div class="skeleton rows" aria-hidden="true"><i></i><i></i><i></i><i></i></div> }
                .into_any()
        }
        Show::Failed(failure) => view! { <FailureNotice failure retry=move || rows.retry()/> }.into_any(),
        Show::NobodyAtRisk(failure) => view! { <NobodyAtRisk failure/> }.into_any(),
        Show::NoneMatch => view! { <NoneMatch url rows/> }.into_any(),
        Show::List => view! { <People url rows chosen/> }.into_any(),
    }
}

/// Nobody is in the queue, and how that was found out: without a log it is no finding.
#[component]
fn NobodyAtRisk(failure: Option<Failure>) -> impl IntoView {
    let shown = expect_context::<Shown>();
    let heard = Memo::new(move |_| shown.snapshot().is_some_and(|snapshot| snapshot.events > 0));
    move || {
        let (title, text) = match (heard.get(), &failure) {
            (false, _) => (
                "Nothing is known of risk",
                "This snapshot holds no event of the log, which is where detections are told. Nobody being in the queue is no finding.".to_owned(),
            ),
            (true, None) => (
                "Nobody is at risk",
                "Neither the log nor the org’s own levels tell of anybody above none. Both were read by the last sync.".to_owned(),
            ),
            (true, Some(failure)) => (
                "Nobody is at risk, as the log tells",
                format!("The log that is kept here tells of no detection. The org’s own levels could not be read: {}", failure.message),
            ),
        };
        view! { <Notice glyph=Glyph::Shield title text/> }
    }
}

/// There are people in the queue, but not here: where they are.
#[component]
fn NoneMatch(url: ViewUrl, rows: Rows) -> impl IntoView {
    let query = move || url.view.read().query.clone();
    let narrowed = move || {
        let query = query();
        !query.search.is_empty() || !query.levels.is_empty() || query.assignee.is_some()
    };
    let words = move || {
        let total = rows.head.read().as_ref().map_or(0, |head| head.total);
        let there = text::plural(total, "person is", "people are");
        if narrowed() {
            format!("{there} in the queue, but nobody fits the filters together.")
        } else {
            format!("{there} in the queue, nobody of them here.")
        }
    };
    let title = match url.view.get_untracked().query.state {
        QueueState::Open if !narrowed() => "Nobody waits",
        _ => "Nobody matches",
    };
    let everybody = move |_| {
        url.change(|view| view.query = super::TriageView::of(QueueState::All).query);
    };
    move || {
        view! {
            <Notice glyph=Glyph::Search title text=words()>
                <Button label="Show everybody in the queue" on_press=everybody/>
            </Notice>
        }
    }
}

#[component]
fn People(url: ViewUrl, rows: Rows, chosen: Chosen) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let count = Memo::new(move |_| rows.head.read().as_ref().map_or(0, |head| head.matching as usize));
    let now = Memo::new(move |_| rows.head.read().as_ref().map_or(Timestamp(0), |head| head.now));
    let open = Memo::new(move |_| url.view.read().open.clone());
    let frame = NodeRef::<html::Div>::new();
    let (width, unused) = (RwSignal::new(0.0_f64), RwSignal::new(0.0_f64));
    watch_size(frame, width, unused);
    let columns = Memo::new(move |_| {
        columns::shown(match width.get() {
            _ if open.read().is_some() => Room::Little,
            width if width >= 1_480.0 => Room::Much,
            _ => Room::Usual,
        })
    });
    let height = Memo::new(move |_| match prefs.get().density {
        Density::Compact => 44.0,
        Density::Normal => 52.0,
        Density::Roomy => 60.0,
    });
    let is_open = Callback::new(move |index: usize| {
        let open = open.get();
        open.is_some() && rows.row(index).map(|row| row.user.clone()) == open
    });
    let on_open = Callback::new(move |index: usize| super::keys::open_row(url, rows, index));
    // With the pane open, walking the list with the keyboard walks the pane too.
    let on_walk = Callback::new(move |index: usize| {
        if open.get_untracked().is_some() {
            on_open.run(index);
        }
    });
    view! {
        <div class="queue-list" node_ref=frame style:--row=move || format!("{}px", height.get())>
            <Grid
                label="People at risk"
                count=Signal::from(count)
                columns=Signal::from(columns)
                row_height=Signal::from(height)
                order=Signal::derive(Vec::new)
                on_sort=Callback::new(|_| {})
                row=Callback::new(move |index| rows.row(index).map(|row| Arc::new(Seen(row, now.get()))))
                draw=Arc::new(|Seen(row, now): &Seen, key| columns::draw(row, key, *now))
                is_open
                on_open
                on_range=Callback::new(move |range| rows.in_sight(range))
                on_walk
                top=Signal::from(rows.turn)
                selecting=chosen.selecting()
            />
            <Foot rows chosen/>
        </div>
    }
}

#[component]
fn Foot(rows: Rows, chosen: Chosen) -> impl IntoView {
    let amount = move || {
        rows.head.get().map(|head| {
            let selected = match chosen.count() {
                0 => String::new(),
                n => format!(" · {} selected", text::count(n)),
            };
            format!("{} of {}{selected}", text::count(head.matching), text::count(head.total))
        })
    };
    let failure = Memo::new(move |_| counts(rows).and_then(|counts| counts.risk_failure));
    view! {
        <div class="list-foot">
            <span data-testid="amount">{amount}</span>
            {move || rows.failure.get().map(|f| view! { <span role="alert" class="clip">{format!("Not up to date: {f}")}</span> })}
            {move || failure.get().map(|f| view! { <span class="clip dim" title=f.message.clone()>"Levels from the log alone"</span> })}
        </div>
    }
}

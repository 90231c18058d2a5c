//! Events per day above the list: where the many are, and the way to one day of them. Drawn by the plot's own rules; over each
//! bar lies a button, one of them in the tab order, and the same numbers stand in a table.

mod buckets;
mod paint;

use super::{
    ViewUrl,
    counts::{Counts, Days},
};
use crate::{
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        plot::{Palette, Plot},
        popover::Popover,
        text,
    },
    state::prefs::Prefs,
};
use buckets::{Bucket, bucketed};
use domain::Timestamp;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// Pixels.
const HEIGHT: u32 = 72;

/// A day in UTC: that is what is counted by.
fn utc_day(at: Timestamp) -> String {
    super::when::Zone::Utc.day(at)
}

fn words(bucket: &Bucket) -> String {
    let when = if bucket.days == 1 {
        utc_day(bucket.since)
    } else {
        format!("{} days from {}", bucket.days, utc_day(bucket.since))
    };
    format!("{when}: {}", text::plural(bucket.events, "event", "events"))
}

/// The band; absent while nothing is counted or no event fits.
#[component]
pub fn Histogram(url: ViewUrl, counts: Counts) -> impl IntoView {
    let buckets =
        Memo::new(move |_| counts.days.read().as_ref().map(|days| bucketed(&days.days)).unwrap_or_default());
    let any = Memo::new(move |_| !buckets.read().is_empty());
    view! {
        <Show when=move || any.get()>
            <section class="log-days" aria-label="Events per day"><Band url counts buckets/></section>
        </Show>
    }
}

#[component]
fn Band(url: ViewUrl, counts: Counts, buckets: Memo<Vec<Bucket>>) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    // The part of the bars that the span in force takes in; all of them while it is no narrower.
    let chosen = Memo::new(move |_| {
        let counted = counts.value.read();
        let span = counted.as_ref().map(|c| (c.filter.since, c.filter.until)).unwrap_or_default();
        let wide = counts.days.read().as_ref().map(Days::span).unwrap_or_default();
        (span != wide).then(|| buckets.read().iter().map(|b| b.meets(span)).collect::<Vec<_>>())
    });
    let paint = move |size| {
        prefs.repaint.track();
        paint::bars(size, Palette::of_theme(), &buckets.read(), chosen.read().as_deref())
    };
    let summary = move || {
        let buckets = buckets.read();
        let total: u64 = buckets.iter().map(|b| b.events).sum();
        let most = buckets.iter().max_by_key(|b| b.events);
        let most = most.map(|b| format!("; most on {}", words(b))).unwrap_or_default();
        let days: u32 = buckets.iter().map(|b| b.days).sum();
        format!(
            "{} over {} (UTC){most}",
            text::plural(total, "event", "events"),
            text::plural(u64::from(days), "day", "days")
        )
    };
    let table = RwSignal::new(false);
    let widen = move |_| {
        let (since, until) = counts.days.read_untracked().as_ref().map(Days::span).unwrap_or_default();
        url.change(|view| view.between(since, until));
    };
    view! {
        <div class="bars">
            {move || view! { <Plot paint height=HEIGHT summary=summary()/> }}
            <Overlay url buckets chosen/>
        </div>
        <div class="ways">
            <Popover open=table label="Events per day as a table" class="day-table" anchor=move || view! {
                <Button label="Table of the days" glyph=Glyph::List icon_only=true variant=Variant::Quiet expanded=Signal::from(table) on_press=move |_| table.update(|o| *o = !*o)/>
            }>
                <DayTable url buckets open=table/>
            </Popover>
            {move || chosen.read().is_some().then(|| view! {
                <Button label="Show all days" glyph=Glyph::Undo icon_only=true variant=Variant::Quiet on_press=widen/>
            })}
        </div>
    }
}

/// Narrows to these bars.
fn show(url: ViewUrl, buckets: Memo<Vec<Bucket>>, (first, last): (usize, usize)) {
    let span = buckets.with_untracked(|all| Some((all.get(first)?.since, all.get(last)?.until())));
    if let Some((since, until)) = span {
        url.change(|view| view.between(Some(since), Some(until)));
    }
}

/// The buttons over the bars. A click shows one day; with Shift, or dragged over, all days from the one before.
#[component]
fn Overlay(url: ViewUrl, buckets: Memo<Vec<Bucket>>, chosen: Memo<Option<Vec<bool>>>) -> impl IntoView {
    let row = NodeRef::<html::Div>::new();
    let active = RwSignal::new(0_usize);
    let pressed = RwSignal::new(None::<usize>);
    let over = RwSignal::new(None::<usize>);
    let up = window_event_listener(ev::pointerup, move |_| {
        let (from, to) = (pressed.try_get_untracked().flatten(), over.try_get_untracked().flatten());
        if let (Some(from), Some(to)) = (from, to)
            && from != to
        {
            show(url, buckets, (from.min(to), from.max(to)));
        }
        pressed.try_set(None);
    });
    on_cleanup(move || up.remove());
    let stop = Memo::new(move |_| active.get().min(buckets.read().len().saturating_sub(1)));
    let on_key = move |event: ev::KeyboardEvent| {
        let last = buckets.read_untracked().len().saturating_sub(1);
        if let Some(to) = walked(&event, stop.get_untracked(), last) {
            event.prevent_default();
            active.set(to);
            focus(row, to);
        }
    };
    let click = move |at: usize, shift: bool| {
        let before = chosen.with_untracked(|chosen| chosen.as_ref()?.iter().position(|on| *on));
        active.set(at);
        match before.filter(|_| shift) {
            Some(before) => show(url, buckets, (before.min(at), before.max(at))),
            None => show(url, buckets, (at, at)),
        }
    };
    let bar = move |(at, bucket): (usize, Bucket)| {
        view! {
            <button type="button" title=words(&bucket) aria-label=words(&bucket) data-dragged=move || dragged(pressed.get(), over.get(), at).then_some("")
                aria-pressed=move || chosen.read().as_ref().is_some_and(|on| on.get(at) == Some(&true)).to_string()
                tabindex=move || if stop.get() == at { "0" } else { "-1" }
                on:pointerdown=move |_| { over.set(Some(at)); pressed.set(Some(at)); }
                on:pointerenter=move |_| over.set(Some(at))
                on:click=move |event| click(at, event.shift_key())></button>
        }
    };
    view! {
        <div class="days-over" role="group" aria-label="Days: a click shows one, Shift adds all up to it" node_ref=row on:keydown=on_key>
            {move || buckets.get().into_iter().enumerate().map(bar).collect_view()}
        </div>
    }
}

/// Where an arrow leads from a bar.
fn walked(event: &ev::KeyboardEvent, at: usize, last: usize) -> Option<usize> {
    match event.key().as_str() {
        "ArrowRight" => Some((at + 1).min(last)),
        "ArrowLeft" => Some(at.saturating_sub(1)),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

fn focus(row: NodeRef<html::Div>, at: usize) {
    let button = row.get_untracked().and_then(|row| row.children().item(at as u32));
    if let Some(button) = button.and_then(|b| b.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _unfocusable = button.focus();
    }
}

fn dragged(pressed: Option<usize>, over: Option<usize>, at: usize) -> bool {
    matches!((pressed, over), (Some(a), Some(b)) if a != b && (a.min(b)..=a.max(b)).contains(&at))
}

#[component]
fn DayTable(url: ViewUrl, buckets: Memo<Vec<Bucket>>, open: RwSignal<bool>) -> impl IntoView {
    let line = move |(at, bucket): (usize, Bucket)| {
        let day = if bucket.days == 1 {
            utc_day(bucket.since)
        } else {
            format!("{} to {}", utc_day(bucket.since), utc_day(Timestamp(bucket.until().0 - 1)))
        };
        let press = move |_| {
            open.set(false);
            show(url, buckets, (at, at));
        };
        view! { <tr><th scope="row"><button type="button" class="link" on:click=press>{day}</button></th><td class="num">{text::count(bucket.events)}</td></tr> }
    };
    view! {
        <table>
            <thead><tr><th scope="col">"Day (UTC)"</th><th scope="col" class="num">"Events"</th></tr></thead>
            <tbody>{move || buckets.get().into_iter().enumerate().rev().map(line).collect_view()}</tbody>
        </table>
    }
}

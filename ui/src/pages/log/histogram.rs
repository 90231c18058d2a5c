//! Events per day above the list: where the many are, and the way to one day of them. Drawn by the plot's own rules; what
//! lies over the bars steers them, and the same numbers stand in a table.

mod buckets;
mod paint;

use super::{
    ViewUrl,
    chips::filter_words,
    counts::{Counts, Days},
};
use crate::{
    kit::{
        button::{Button, Variant},
        icon::Glyph,
        plot::{Legend, Palette, Plot},
        popover::Popover,
        text,
    },
    parts::keep_plot::{KeepPlot, Kept},
    state::prefs::Prefs,
};
use buckets::{Bucket, bucketed};
use domain::Timestamp;
use leptos::{ev, html, prelude::*};
use std::sync::Arc;

/// Pixels.
const HEIGHT: u32 = 72;
/// A picture that stands alone has more room.
const KEPT_HEIGHT: u32 = 160;

/// One bar as a row of a table that leaves the page.
fn numbers(bucket: &Bucket) -> Vec<String> {
    vec![utc_day(bucket.since), bucket.days.to_string(), bucket.events.to_string()]
}

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
    let title = move || {
        let asked = counts.value.with(|counted| counted.as_ref().and_then(|c| filter_words(&c.filter)));
        format!("Events per day{}", asked.map(|words| format!(": {words}")).unwrap_or_default())
    };
    let kept = move || Kept {
        legend: Legend { title: title(), summary: summary(), colors: Vec::new() },
        paint: Arc::new(paint),
        height: KEPT_HEIGHT,
        columns: vec!["first day", "days", "events"],
        rows: buckets.with(|buckets| buckets.iter().map(numbers).collect()),
    };
    let table = RwSignal::new(false);
    let widen = move |_| {
        let (since, until) = counts.days.read_untracked().as_ref().map(Days::span).unwrap_or_default();
        url.change(|view| view.between(since, until));
    };
    view! {
        <div class="bars">
            {move || view! { <Plot paint height=HEIGHT summary=summary()/> }}
            <Overlay url counts buckets chosen/>
        </div>
        <div class="ways">
            <Popover open=table label="Events per day as a table" class="day-table" anchor=move || view! {
                <Button label="Table of the days" glyph=Glyph::List icon_only=true variant=Variant::Quiet expanded=Signal::from(table) on_press=move |_| table.update(|o| *o = !*o)/>
            }>
                <DayTable url counts buckets open=table/>
            </Popover>
            <KeepPlot kept icon_only=true/>
            {move || chosen.read().is_some().then(|| view! {
                <Button label="Show all days" glyph=Glyph::Undo icon_only=true variant=Variant::Quiet on_press=widen/>
            })}
        </div>
    }
}

/// Narrows to these bars. The first and the last may be of days that were counted in part: that part is what they open.
fn show(url: ViewUrl, counts: Counts, buckets: Memo<Vec<Bucket>>, (first, last): (usize, usize)) {
    let wide = counts.days.read_untracked().as_ref().map(Days::span).unwrap_or_default();
    let span =
        buckets.with_untracked(|all| Some((all.get(first)?, all.get(last)?)).map(|(a, b)| a.to(b, wide)));
    if let Some((since, until)) = span {
        url.change(|view| view.between(Some(since), Some(until)));
    }
}

/// What lies over the bars: one stop of the keyboard, as wide as all of them, for a bar is too thin to be a target of its own.
/// A click (or Enter) shows one day; with Shift, or dragged over, all days from the one before.
#[component]
fn Overlay(
    url: ViewUrl,
    counts: Counts,
    buckets: Memo<Vec<Bucket>>,
    chosen: Memo<Option<Vec<bool>>>,
) -> impl IntoView {
    let row = NodeRef::<html::Div>::new();
    let at = RwSignal::new(usize::MAX);
    let pressed = RwSignal::new(None::<usize>);
    let last = Memo::new(move |_| buckets.read().len().saturating_sub(1));
    let here = Memo::new(move |_| at.get().min(last.get()));
    let under = move |event: &ev::PointerEvent| {
        let width = row.get_untracked().map_or(1, |row| row.client_width()).max(1);
        let place = f64::from(event.offset_x()) / f64::from(width) * (last.get_untracked() + 1) as f64;
        (place.max(0.0) as usize).min(last.get_untracked())
    };
    let pick = move |to: usize, shift: bool| {
        let before = chosen.with_untracked(|chosen| chosen.as_ref()?.iter().position(|on| *on));
        let from = before.filter(|_| shift).unwrap_or(to);
        show(url, counts, buckets, (from.min(to), from.max(to)));
    };
    let up = move |event: ev::PointerEvent| {
        let to = under(&event);
        match pressed.get_untracked() {
            Some(from) if from != to => show(url, counts, buckets, (from.min(to), from.max(to))),
            Some(_) => pick(to, event.shift_key()),
            None => {}
        }
        pressed.set(None);
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let (now, last) = (here.get_untracked(), last.get_untracked());
        match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => at.set((now + 1).min(last)),
            "ArrowLeft" | "ArrowDown" => at.set(now.saturating_sub(1)),
            "Home" => at.set(0),
            "End" => at.set(last),
            "Enter" | " " => pick(now, event.shift_key()),
            _ => return,
        }
        event.prevent_default();
    };
    let words = move || buckets.read().get(here.get()).map(words);
    let mark = move || {
        let (from, to) = (pressed.get().unwrap_or(here.get()), here.get());
        let each = 100.0 / (last.get() + 1) as f64;
        let (left, bars) = (from.min(to) as f64, (from.abs_diff(to) + 1) as f64);
        format!("left: {:.3}%; width: {:.3}%", left * each, bars * each)
    };
    view! {
        <div class="days-over" node_ref=row role="slider" tabindex="0" aria-label="Day: Enter shows it, with Shift all days up to it"
            aria-valuemin="0" aria-valuemax=move || last.get() aria-valuenow=move || here.get() aria-valuetext=words title=words
            on:pointermove=move |event| at.set(under(&event)) on:pointerleave=move |_| pressed.set(None)
            on:pointerdown=move |event| pressed.set(Some(under(&event))) on:pointerup=up on:keydown=on_key>
            <i style=mark aria-hidden="true"></i>
        </div>
    }
}

#[component]
fn DayTable(url: ViewUrl, counts: Counts, buckets: Memo<Vec<Bucket>>, open: RwSignal<bool>) -> impl IntoView {
    let line = move |(at, bucket): (usize, Bucket)| {
        let day = if bucket.days == 1 {
            utc_day(bucket.since)
        } else {
            format!("{} to {}", utc_day(bucket.since), utc_day(Timestamp(bucket.until().0 - 1)))
        };
        let press = move |_| {
            open.set(false);
            show(url, counts, buckets, (at, at));
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

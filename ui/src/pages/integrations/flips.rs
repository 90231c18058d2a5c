//! How links changed between managed and not, day by day: a plot, its numbers as a table, and the rows of a day.

use crate::{
    kit::{
        plot::{self, Palette, Plot},
        text,
    },
    parts::{device_link::DevicesView, words::When},
    state::{as_of::AsOf, prefs::Prefs},
};
use contract::managed::LinkFlip;
use domain::{Management, Timestamp};
use leptos::prelude::*;

/// Days in the plot: more would be hairs.
const DAYS: i64 = 30;

/// One day with its changes.
#[derive(Clone, PartialEq)]
struct Day {
    title: String,
    at: i64,
    lost: u64,
    won: u64,
    other: u64,
    rows: Vec<LinkFlip>,
}

/// The days that have changes, newest first.
fn days(flips: Vec<LinkFlip>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for flip in flips {
        let title = text::weekday(flip.noticed.0);
        if days.last().is_none_or(|day| day.title != title) {
            days.push(Day { title, at: flip.noticed.0, lost: 0, won: 0, other: 0, rows: Vec::new() });
        }
        let Some(day) = days.last_mut() else { continue };
        match (&flip.from, &flip.to) {
            (Some(Management::Managed), Some(Management::NotManaged)) => day.lost += 1,
            (Some(Management::NotManaged), Some(Management::Managed)) => day.won += 1,
            _ => day.other += 1,
        }
        day.rows.push(flip);
    }
    days
}

/// The panel.
#[component]
pub fn FlipsPanel(flips: Vec<LinkFlip>, capped: bool, now: Timestamp) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let days = days(flips);
    let sum = |of: fn(&Day) -> u64| days.iter().map(of).sum::<u64>();
    let (lost, won) = (sum(|d| d.lost), sum(|d| d.won));
    let summary = match days.is_empty() {
        true => "No link changed in the last 90 days, as far as snapshots go back.".to_owned(),
        false => format!(
            "In 90 days {} stopped being managed and {} became managed.",
            text::plural(lost, "link", "links"),
            text::plural(won, "link", "links")
        ),
    };
    let plotted: Vec<(i64, u64, u64)> = (0..DAYS)
        .rev()
        .map(|back| {
            let title = text::weekday(now.0 - back * Timestamp::DAY);
            let day = days.iter().find(|day| day.title == title);
            (now.0 - back * Timestamp::DAY, day.map_or(0, |d| d.lost), day.map_or(0, |d| d.won))
        })
        .collect();
    let several = !days.is_empty();
    let paint = move |size| {
        prefs.repaint.track();
        plot::pairs(size, Palette::of_theme(), &plotted)
    };
    let unfolded = RwSignal::new(None::<usize>);
    let row = move |(at, day): (usize, Day)| view! { <DayRow at day unfolded now/> };
    view! {
        <section class="panel flips" data-wide="" aria-label="Changes of managed status">
            <header><h2>"Changes of managed status"</h2><p>{summary.clone()}</p></header>
            {several.then(|| view! {
                <Plot paint height=180 summary/>
                <p class="legend">
                    <span><i class="swatch" style:background="var(--plot-1)"></i>"Managed → not managed"</span>
                    <span><i class="swatch" style:background="var(--plot-2)"></i>"Not managed → managed"</span>
                </p>
                <ul class="flip-days" aria-label="Days with changes">{days.into_iter().enumerate().map(row).collect_view()}</ul>
            })}
            {capped.then(|| view! { <p class="dim note">"There were more: the oldest are left out."</p> })}
        </section>
    }
}

#[component]
fn DayRow(at: usize, day: Day, unfolded: RwSignal<Option<usize>>, now: Timestamp) -> impl IntoView {
    let is_open = Memo::new(move |_| unfolded.get() == Some(at));
    let Day { title, lost, won, other, rows, .. } = day;
    let part = |n: u64, words: &str| (n > 0).then(|| format!("{} {words}", text::count(n)));
    let parts = [part(lost, "managed → not"), part(won, "not → managed"), part(other, "other")];
    let words = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    view! {
        <li>
            <button type="button" class="menu-item" aria-expanded=move || is_open.get().to_string()
                on:click=move |_| unfolded.set((!is_open.get_untracked()).then_some(at))>
                <span>{title}</span><span class="grow dim">{words}</span><span class="num">{text::count(rows.len() as u64)}</span>
            </button>
            {move || is_open.get().then(|| view! { <Rows rows=rows.clone() now/> })}
        </li>
    }
}

#[component]
fn Rows(rows: Vec<LinkFlip>, now: Timestamp) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let said = |m: Option<Management>| m.map_or_else(|| "Not reported".to_owned(), |m| m.label().to_owned());
    let line = move |flip: LinkFlip| {
        let view = DevicesView { open: Some(flip.device.clone()), ..DevicesView::default() };
        let name = flip.device_name.unwrap_or_else(|| flip.device.to_string());
        view! {
            <tr>
                <th scope="row"><a class="clip" href=as_of.link(&view.href())><bdi>{name}</bdi></a></th>
                <td>{flip.platform.map(|p| p.label().to_owned())}</td>
                <td><bdi class="clip">{flip.user}</bdi></td>
                <td>{said(flip.from)}" → "<b>{said(flip.to)}</b></td>
                <td class="age"><When at=Some(flip.noticed) now/></td>
            </tr>
        }
    };
    view! {
        <div class="flip-rows" tabindex="0" role="region" aria-label="Links that changed on this day">
            <table>
                <thead><tr><th scope="col">"Device"</th><th scope="col">"Platform"</th><th scope="col">"User"</th><th scope="col">"Change"</th><th scope="col">"Noticed"</th></tr></thead>
                <tbody>{rows.into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
    }
}

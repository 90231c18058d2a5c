//! The panels of the overview: tallies with bars, the ages of the last evidence, and the fleet over time.

use crate::{
    kit::{
        bars::Bar,
        plot::{self, Palette, Plot, Series},
        text,
    },
    parts::{device_link::DevicesView, risk_badge::RiskBadge},
    state::prefs::Prefs,
};
use contract::{devices::FacetCount, overview::TrendPoint};
use domain::{Facet, RiskLevel, UNKNOWN};
use leptos::prelude::*;

/// One facet as a list of links, each with its count, its share and a bar.
#[component]
pub fn TallyPanel(
    facet: Facet,
    title: &'static str,
    summary: String,
    values: Vec<FacetCount>,
    whole: u64,
) -> impl IntoView {
    view! {
        <section class="panel" aria-label=title>
            <header><h2>{title}</h2><p>{summary}</p></header>
            <Tally facet values whole/>
        </section>
    }
}

#[component]
fn Tally(facet: Facet, values: Vec<FacetCount>, whole: u64) -> impl IntoView {
    let line = move |v: FacetCount| {
        let unknown = v.value == UNKNOWN;
        let name = match facet {
            Facet::Risk => {
                let level = (!unknown).then(|| RiskLevel::from(v.value.as_str()));
                view! { <RiskBadge level/> }.into_any()
            }
            _ => view! { <span class="clip" class:unknown=unknown>{v.label.clone()}</span> }.into_any(),
        };
        view! {
            <li><a href=DevicesView::of(facet, &v.value).href()>
                {name}<span class="num">{text::count(v.count)}</span><span class="share">{text::share(v.count, whole)}</span>
                <Bar part=v.count whole unknown/>
            </a></li>
        }
    };
    view! { <ul class="tally">{values.into_iter().filter(|v| v.count > 0).map(line).collect_view()}</ul> }
}

/// How long ago the org last heard of each device: a plot, and its numbers as links.
#[component]
pub fn EvidencePanel(values: Vec<FacetCount>, whole: u64) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let recent: u64 =
        values.iter().filter(|v| matches!(v.value.as_str(), "<1" | "<7")).map(|v| v.count).sum();
    let summary = format!("{} of devices were heard of within a week.", text::share(recent, whole));
    // Every age has its place, those of no device too: a gap in the middle would shift what stands beside it.
    let of = |age: &str| values.iter().find(|v| v.value == age).map_or(0, |v| v.count);
    let bars: Vec<(String, u64)> = AGES.iter().map(|(age, short)| ((*short).to_owned(), of(age))).collect();
    let paint = move |size| {
        prefs.repaint.track();
        plot::columns(size, Palette::of_theme(), &bars)
    };
    view! {
        <section class="panel" data-wide="" aria-label="Last evidence">
            <header><h2>"Last evidence"</h2><p>{summary.clone()}</p></header>
            <Plot paint height=180 summary/>
            <ul class="legend">
                {values.into_iter().map(|v| view! {
                    <li><a href=DevicesView::of(Facet::LastEvidence, &v.value).href()>{v.label.clone()}": "{text::count(v.count)}</a></li>
                }).collect_view()}
            </ul>
        </section>
    }
}

/// Every age of the last evidence with the few letters that fit under a bar.
const AGES: [(&str, &str); 7] = [
    ("<1", "< 1 d"),
    ("<7", "1–7 d"),
    ("<30", "7–30 d"),
    ("<60", "30–60 d"),
    ("<90", "60–90 d"),
    ("90+", "90 d +"),
    (UNKNOWN, "unknown"),
];

/// The fleet at each snapshot kept.
#[component]
pub fn TrendPanel(trend: Vec<TrendPoint>) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let summary = match (trend.first(), trend.last()) {
        (Some(first), Some(last)) if trend.len() > 1 => {
            let snapshots = text::plural(trend.len() as u64, "snapshot", "snapshots");
            match (first.not_managed, last.not_managed) {
                (before, now) if before == now => {
                    format!("{snapshots}; not managed stayed at {}.", text::count(now))
                }
                (before, now) => {
                    format!(
                        "{snapshots}; not managed went from {} to {}.",
                        text::count(before),
                        text::count(now)
                    )
                }
            }
        }
        _ => "The line begins with the second snapshot.".to_owned(),
    };
    let several = trend.len() > 1;
    let lines = trend.clone();
    let paint = move |size| {
        prefs.repaint.track();
        let palette = Palette::of_theme();
        let series = |color, value: fn(&TrendPoint) -> u64| Series {
            color,
            points: lines.iter().map(|p| (p.at.0, value(p))).collect(),
        };
        let all = [
            series(palette.one, |p| p.managed),
            series(palette.two, |p| p.not_managed),
            series(palette.three, |p| p.stale),
        ];
        plot::lines(size, palette, &all)
    };
    let last = trend.last().cloned();
    let legend = last.map(|p| {
        let entry = |color: &'static str, name: &'static str, n: u64| {
            view! { <span><i class="swatch" style:background=format!("var({color})")></i>{name}" "<b>{text::count(n)}</b></span> }
        };
        view! {
            <p class="legend">
                {entry("--plot-1", "Managed", p.managed)}{entry("--plot-2", "Not managed", p.not_managed)}{entry("--plot-3", "Silent for 90 days", p.stale)}
            </p>
        }
    });
    view! {
        <section class="panel" data-wide="" aria-label="Over time">
            <header><h2>"Over time"</h2><p>{summary.clone()}</p></header>
            {several.then(|| view! { <Plot paint height=200 summary/> })}
            {legend}
        </section>
    }
}

//! Risk in numbers over some days: each plot with its table, each number with the rows it counts.

mod by_day;
mod containments;
mod precision;
mod rows;
mod violations;

use super::{ViewUrl, view::DAYS};
use crate::{kit::text, parts::failure_notice::FailureNotice, query::use_query, state::as_of::AsOf};
use by_day::ByDay;
use containments::Containments;
use contract::triage::{GetRiskReport, RiskReport};
use domain::{LogField, LogFilter, Timestamp};
use leptos::prelude::*;
use precision::Precision;
use rows::{Behind, BehindDialog};
use violations::Violations;

/// The part of the page.
#[component]
pub fn Report(url: ViewUrl) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let days = Memo::new(move |_| url.view.read().days());
    let query = use_query(move || Some(GetRiskReport { as_of: as_of.get(), days: days.get() }));
    let stretch = move |n: u32| {
        view! {
            <button type="button" class="toggle" aria-pressed=move || (days.get() == n).to_string() on:click=move |_| url.change(|v| v.days = Some(n))>{format!("{n} days")}</button>
        }
    };
    let between = move || {
        query.value.read().as_ref().map(|report| {
            format!("{} to {}, days in UTC", text::day(report.since.0), text::day(report.until.0))
        })
    };
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(report), _) => view! { <Panels report/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => view! { <div class="figures skeleton" aria-hidden="true"></div> }.into_any(),
    };
    view! {
        <div class="part-bar">
            <div class="toggles" role="group" aria-label="Days of the report">{DAYS.map(stretch)}</div>
            <span class="dim">{between}</span>
            {move || query.failure.get().filter(|_| query.value.read().is_some()).map(|f| view! { <span role="alert" class="clip">{format!("Not up to date: {f}")}</span> })}
        </div>
        <div class="overview" tabindex="0" role="region" aria-label="Report" data-ready=move || query.value.read().is_some().then_some("")>{body}</div>
    }
}

#[component]
fn Panels(report: RiskReport) -> impl IntoView {
    let RiskReport { now, since, until, by_day, detections, violations, containments, .. } = report;
    let behind = Behind::new(by_day.len() as u32);
    view! {
        <div class="panels report">
            <ByDay days=by_day behind/>
            <Violations days=violations/>
            <Precision kinds=detections behind/>
            <Containments containments since until now/>
        </div>
        <BehindDialog behind/>
    }
}

/// Events of a type on one day (UTC).
fn on_day(kind: &str, day: Timestamp) -> LogFilter {
    let end = Timestamp(day.0 + Timestamp::DAY);
    LogFilter { since: Some(day), until: Some(end), ..LogFilter::of(LogField::EventType, kind) }
}

/// A day as the tables say it: in UTC, as it was counted.
fn utc_day(day: Timestamp) -> String {
    day.to_rfc3339().chars().take(10).collect()
}

/// A day's numbers as a row of a table that leaves the page.
fn numbers(day: Timestamp, counts: &[u64]) -> Vec<String> {
    std::iter::once(utc_day(day)).chain(counts.iter().map(u64::to_string)).collect()
}

/// A number that leads to its rows; none leads nowhere.
fn linked(n: u64, href: String) -> AnyView {
    let as_of = expect_context::<AsOf>();
    if n == 0 {
        return view! { <span class="dim">"0"</span> }.into_any();
    }
    view! { <a href=move || as_of.link(&href)>{text::count(n)}</a> }.into_any()
}

/// A plot's numbers, folded away until asked for.
#[component]
fn DataTable(label: &'static str, children: ChildrenFn) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <button type="button" class="facet-more" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>
            {move || if open.get() { "Hide the table" } else { "Show as a table" }}</button>
        {move || open.get().then(|| view! { <div class="data-table" tabindex="0" role="region" aria-label=label><table>{children()}</table></div> })}
    }
}

/// What the colours of a plot mean.
fn legend<const N: usize>(parts: [(&'static str, &'static str, u64); N]) -> impl IntoView {
    let entry = |(color, name, n): (&'static str, &'static str, u64)| {
        view! { <span><i class="swatch" style:background=format!("var({color})")></i>{name}" "<b>{text::count(n)}</b></span> }
    };
    view! { <p class="legend">{parts.map(entry)}</p> }
}

//! The fleet in numbers. Every number is a link to exactly the rows it counts.

mod at_risk;
mod panels;

use crate::{
    kit::text,
    parts::{device_link::DevicesView, failure_notice::FailureNotice, risk_badge::RiskBadge},
    query::use_query,
    state::as_of::{AsOf, Shown},
};
use at_risk::AtRisk;
use contract::{
    devices::{FacetCount, FacetCounts},
    overview::{GetOverview, Overview},
};
use domain::{DiskEncryption, Facet, RiskLevel};
use leptos::prelude::*;
use panels::{EvidencePanel, TallyPanel, TrendPanel};

/// The counts of one facet.
fn values(overview: &Overview, facet: Facet) -> Vec<FacetCount> {
    let of = |f: &&FacetCounts| f.facet == facet;
    overview.facets.iter().find(of).map(|f| f.values.clone()).unwrap_or_default()
}

fn one(overview: &Overview, facet: Facet, value: &str) -> u64 {
    values(overview, facet).iter().find(|v| v.value == value).map_or(0, |v| v.count)
}

/// The page.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let query = use_query(move || Some(GetOverview { as_of: as_of.get() }));
    let shown = expect_context::<Shown>();
    let body = move || match (query.value.get(), shown.unread("Devices").or_else(|| query.failure.get())) {
        // Numbers of what was never read would all be zero, and none of them true.
        (_, Some(failure)) if shown.unread("Devices").is_some() => {
            view! { <FailureNotice failure retry=move || query.retry()/> }.into_any()
        }
        (Some(overview), _) => view! { <Body overview/> }.into_any(),
        (None, Some(failure)) => view! { <FailureNotice failure retry=move || query.retry()/> }.into_any(),
        (None, None) => view! { <div class="figures skeleton" aria-hidden="true"></div> }.into_any(),
    };
    view! {
        <div class="page-head"><h1>"Overview"</h1></div>
        <div class="overview" data-ready=move || query.value.read().is_some().then_some("")>{body}</div>
    }
}

#[component]
fn Body(overview: Overview) -> impl IntoView {
    let devices = overview.devices;
    let tally = |facet: Facet, title: &'static str, summary: String| {
        view! { <TallyPanel facet title summary values=values(&overview, facet) whole=devices/> }
    };
    let managed = one(&overview, Facet::Managed, "MANAGED");
    let platforms = values(&overview, Facet::Platform);
    let largest = platforms.iter().max_by_key(|v| v.count);
    let platform_summary = largest
        .map_or(String::new(), |v| format!("{} of devices run {}.", text::share(v.count, devices), v.label));
    let active = one(&overview, Facet::Lifecycle, "ACTIVE");
    let rated: u64 =
        values(&overview, Facet::Risk).iter().filter(|v| v.value != domain::UNKNOWN).map(|v| v.count).sum();
    let rated_words = match overview.events {
        0 => "Known once the log is read.".to_owned(),
        _ => format!("{} of devices have a user whose risk was ever rated.", text::share(rated, devices)),
    };
    let encrypted: u64 = values(&overview, Facet::Encryption)
        .iter()
        .filter(|v| DiskEncryption::from(v.value.as_str()).counts_as_encrypted() == Some(true))
        .map(|v| v.count)
        .sum();
    view! {
        <Figures overview=overview.clone()/>
        <div class="panels">
            {tally(Facet::Platform, "Platform", platform_summary)}
            {tally(Facet::Managed, "Managed status", format!("{} of devices are managed for every user.", text::share(managed, devices)))}
            {tally(Facet::Risk, "User risk", rated_words)}
            <EvidencePanel values=values(&overview, Facet::LastEvidence) whole=devices/>
            {tally(Facet::Lifecycle, "Lifecycle", format!("{} of devices are active.", text::share(active, devices)))}
            <TrendPanel trend=overview.trend.clone()/>
            {tally(Facet::Encryption, "Disk encryption", format!("{} of devices count as encrypted.", text::share(encrypted, devices)))}
        </div>
    }
}

#[component]
fn Figures(overview: Overview) -> impl IntoView {
    let figure = |value: u64, what: &'static str, note: String, view: DevicesView| {
        view! {
            <a class="figure" href=view.href()>
                <span class="what">{what}</span><span class="value">{text::count(value)}</span><span class="note">{note}</span>
            </a>
        }
    };
    let of_fleet = |n: u64| format!("{} of the fleet", text::share(n, overview.devices));
    let (not_managed, stale) =
        (one(&overview, Facet::Managed, "NOT_MANAGED"), one(&overview, Facet::LastEvidence, "90+"));
    // Every known value that device assurance does not count as encrypted; the link holds the very values summed here.
    let counts_not =
        |v: &FacetCount| DiskEncryption::from(v.value.as_str()).counts_as_encrypted() == Some(false);
    let plain: Vec<FacetCount> =
        values(&overview, Facet::Encryption).into_iter().filter(counts_not).collect();
    let mut plain_view = DevicesView::default();
    plain.iter().for_each(|v| plain_view.toggle(Facet::Encryption, &v.value, false));
    let plain: u64 = plain.iter().map(|v| v.count).sum();
    let high = one(&overview, Facet::Risk, "HIGH");
    // Risk is heard of in the log. Before that is read, nobody being at risk is not a finding.
    let heard = overview.events > 0;
    view! {
        <section class="figures" aria-label="Headline figures">
            <a class="figure" href=DevicesView::default().href()>
                <span class="what">"Devices"</span><span class="value">{text::count(overview.devices)}</span>
                <span class="note">{format!("of {}", text::plural(overview.users, "person", "people"))}</span>
            </a>
            {figure(not_managed, "Not managed", of_fleet(not_managed), DevicesView::of(Facet::Managed, "NOT_MANAGED"))}
            {figure(plain, "Not encrypted", of_fleet(plain), plain_view)}
            {figure(stale, "Silent for 90 days", of_fleet(stale), DevicesView::of(Facet::LastEvidence, "90+"))}
            <AtRisk heard/>
            <a class="figure" href=DevicesView::of(Facet::Risk, "HIGH").href()>
                <span class="what">"Devices at high risk"</span>
                {if heard {
                    view! { <span class="value">{text::count(high)}</span><span class="note"><RiskBadge level=Some(RiskLevel::High)/></span> }.into_any()
                } else {
                    view! { <span class="value unknown">"?"</span><span class="note">"Once the log is read"</span> }.into_any()
                }}
            </a>
        </section>
    }
}

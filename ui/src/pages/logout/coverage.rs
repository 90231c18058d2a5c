//! How far a logout reaches the org's apps, one square per app, with the table of the same numbers.

use crate::{
    address::View,
    kit::{
        plot::{Legend, Mark, Palette, Plot, squares, token},
        text,
    },
    parts::{
        keep_plot::{KeepPlot, Kept},
        logout_link::{AppFacet, LogoutView},
        reach::{ReachMark, meaning, summary, tally},
    },
    state::{as_of::AsOf, prefs::Prefs},
};
use contract::logout::LogoutApp;
use domain::LogoutReach;
use leptos::prelude::*;
use std::sync::Arc;

/// Pixels.
const HEIGHT: u32 = 68;

/// The same shape and the same token as the mark that stands in the table.
fn mark(reach: LogoutReach) -> (Mark, &'static str) {
    match reach {
        LogoutReach::Full => (Mark::Filled, "--pass"),
        LogoutReach::Partial => (Mark::Half, "--medium"),
        LogoutReach::Off => (Mark::Outline, "--ink-3"),
        LogoutReach::Unsupported => (Mark::Crossed, "--fail"),
        LogoutReach::Unknown => (Mark::Round, "--none"),
    }
}

/// The panel.
#[component]
pub fn Coverage(apps: Vec<LogoutApp>) -> impl IntoView {
    let (prefs, as_of) = (expect_context::<Prefs>(), expect_context::<AsOf>());
    let counts = tally(apps.iter().map(|app| app.reach));
    let whole: u64 = counts.iter().map(|(_, n)| n).sum();
    let said = summary(&counts);
    let groups: Vec<_> = counts.iter().map(|(reach, n)| (mark(*reach), *n)).collect();
    let paint = move |size| {
        prefs.repaint.track();
        let painted: Vec<_> = groups.iter().map(|((mark, name), n)| (*mark, token(name), *n)).collect();
        squares(size, Palette::of_theme(), &painted)
    };
    let kept = {
        let (said, counts, paint) = (said.clone(), counts.clone(), Arc::new(paint.clone()));
        move || Kept {
            legend: Legend {
                title: "Logout coverage".to_owned(),
                summary: said.clone(),
                colors: counts.iter().map(|(reach, _)| (mark(*reach).1, reach.label().to_owned())).collect(),
            },
            paint: paint.clone(),
            height: HEIGHT,
            columns: vec!["reach", "apps"],
            rows: counts.iter().map(|(reach, n)| vec![reach.label().to_owned(), n.to_string()]).collect(),
        }
    };
    let row = move |(reach, n): (LogoutReach, u64)| {
        let href = as_of.link(&LogoutView::apps(vec![(AppFacet::Reach, reach.key().to_owned())]).href());
        let count = match n {
            0 => view! { <span class="dim">"0"</span> }.into_any(),
            n => view! { <a href=href>{text::count(n)}</a> }.into_any(),
        };
        view! {
            <tr title=meaning(reach)><th scope="row"><ReachMark reach/></th><td class="num">{count}</td><td class="num dim">{text::share(n, whole)}</td></tr>
        }
    };
    view! {
        <section class="panel" aria-label="Logout coverage">
            <header><h2>"Logout coverage"</h2><p>{said.clone()}</p></header>
            <Plot paint height=HEIGHT summary=said/>
            <table class="coverage" data-testid="coverage">
                <thead><tr><th scope="col">"Reach"</th><th scope="col" class="num">"Apps"</th><th scope="col" class="num">"Share"</th></tr></thead>
                <tbody>{counts.into_iter().map(row).collect_view()}</tbody>
            </table>
            <div class="plot-ways"><KeepPlot kept/></div>
        </section>
    }
}

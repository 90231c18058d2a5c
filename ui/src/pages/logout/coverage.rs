//! How far a logout reaches the org's apps, one square per app, with the table of the same numbers.

use crate::{
    address::View,
    kit::{
        plot::{Mark, Palette, Plot, squares},
        text,
    },
    parts::{
        logout_link::{AppFacet, LogoutView},
        reach::{ReachMark, meaning, summary, tally},
    },
    state::{as_of::AsOf, prefs::Prefs},
};
use contract::logout::LogoutApp;
use domain::LogoutReach;
use leptos::prelude::*;

/// Pixels.
const HEIGHT: u32 = 96;

fn mark(reach: LogoutReach) -> Mark {
    match reach {
        LogoutReach::Full => Mark::Filled,
        LogoutReach::Partial => Mark::Half,
        LogoutReach::Off => Mark::Outline,
        LogoutReach::Unsupported => Mark::Crossed,
        LogoutReach::Unknown => Mark::Dotted,
    }
}

/// The panel.
#[component]
pub fn Coverage(apps: Vec<LogoutApp>) -> impl IntoView {
    let (prefs, as_of) = (expect_context::<Prefs>(), expect_context::<AsOf>());
    let counts = tally(apps.iter().map(|app| app.reach));
    let whole: u64 = counts.iter().map(|(_, n)| n).sum();
    let said = summary(&counts);
    let groups: Vec<(Mark, u64)> = counts.iter().map(|(reach, n)| (mark(*reach), *n)).collect();
    let paint = move |size| {
        prefs.repaint.track();
        squares(size, Palette::of_theme(), &groups)
    };
    let row = move |(reach, n): (LogoutReach, u64)| {
        let href = as_of.link(&LogoutView::apps(vec![(AppFacet::Reach, reach.key().to_owned())]).href());
        let count = match n {
            0 => view! { <span class="dim">"0"</span> }.into_any(),
            n => view! { <a href=href>{text::count(n)}</a> }.into_any(),
        };
        view! {
            <tr><th scope="row"><ReachMark reach/></th><td class="num">{count}</td><td class="num dim">{text::share(n, whole)}</td><td class="soft">{meaning(reach)}</td></tr>
        }
    };
    view! {
        <section class="panel" aria-label="Logout coverage">
            <header><h2>"Logout coverage"</h2><p>{said.clone()}</p></header>
            <Plot paint height=HEIGHT summary=said/>
            <table class="coverage" data-testid="coverage">
                <thead><tr><th scope="col">"Reach"</th><th scope="col" class="num">"Apps"</th><th scope="col" class="num">"Share"</th><th scope="col">"Meaning"</th></tr></thead>
                <tbody>{counts.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
}

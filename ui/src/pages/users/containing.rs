//! What can be done about a person at risk, how far a logout of theirs reaches, and what became of their logouts.

use crate::{
    address::View,
    kit::{
        button::Button,
        icon::{Glyph, Icon},
        text,
    },
    parts::{
        contain_sheet::Containing,
        containment_words::{acts_line, containment_href},
        failure_notice::heading,
        logout_link::LogoutView,
        logout_run::{AppCounts, RunState, run_href},
        person_reach::PersonReachPart,
        words::When,
    },
    query::use_query,
    state::as_of::AsOf,
};
use contract::{
    containment::ListContainments,
    logout::{ListLogoutRuns, LogoutRun},
};
use domain::{Timestamp, UserId};
use leptos::prelude::*;

/// Runs shown here; all of them are on Logout & Apps.
const RUNS: u32 = 5;

/// The button that opens the sheet, and the newest containment of this person. Looking needs no right: the sheet says why nothing
/// can be sent, where that is so.
#[component]
pub fn PersonActions(id: UserId) -> impl IntoView {
    let (sheet, as_of) = (expect_context::<Containing>(), expect_context::<AsOf>());
    let asked = id.clone();
    let query = use_query(move || Some(ListContainments { user: Some(asked.clone()), offset: 0, limit: 1 }));
    let latest = move || {
        let page = query.value.get()?;
        let one = page.containments.into_iter().next()?;
        let href = as_of.link(&containment_href(one.id));
        let words = format!("{} · {}", acts_line(&one), one.state.label().to_lowercase());
        Some(view! {
            <p class="latest" role="status">
                <Icon glyph=Glyph::Door/>
                <span class="grow"><b>"Contained"</b>" "<span class="soft"><When at=Some(one.created) now=page.now/></span><span class="block soft">{words}</span></span>
                <a href=href>"Details"</a>
            </p>
        })
    };
    view! {
        <section class="device-actions" aria-label="Actions">
            <div class="row"><Button label="Contain…" glyph=Glyph::Door on_press=move |_| sheet.open(vec![id.clone()])/></div>
            {latest}
        </section>
    }
}

/// Both sections.
#[component]
pub fn Reach(id: UserId) -> impl IntoView {
    let user = id.clone();
    view! {
        <section aria-label="Reach of a logout"><h3>"Reach of a logout"</h3><PersonReachPart id=user/></section>
        <Logouts id/>
    }
}

#[component]
fn Logouts(id: UserId) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let asked = id.clone();
    let query = use_query(move || {
        let (as_of, user) = (as_of.get(), Some(asked.clone()));
        Some(ListLogoutRuns { as_of, user, state: None, offset: 0, limit: RUNS })
    });
    let body = move || match (query.value.get(), query.failure.get()) {
        (Some(page), _) if page.runs.is_empty() => {
            view! { <p class="unknown">"The log that is kept here tells of no logout everywhere."</p> }
                .into_any()
        }
        (Some(page), _) => {
            let (now, matching) = (page.now, page.matching);
            let href = as_of.link(&LogoutView::runs_of(&id).href());
            let lines = page.runs.into_iter().map(|run| view! { <Line run now/> }).collect_view();
            view! {
                <ul class="people owned">{lines}</ul>
                <a class="more-link" href=href>{format!("Show all {} in Logout & Apps", text::count(matching))}</a>
            }
            .into_any()
        }
        (None, Some(failure)) => {
            view! { <p class="note" title=failure.to_string()>{format!("{}.", heading(failure.kind))}</p> }
                .into_any()
        }
        (None, None) => ().into_any(),
    };
    let count = move || query.value.get().map(|page| text::count(page.matching));
    view! { <section aria-label="Logouts"><h3>"Logouts"<span class="dim">{count}</span></h3>{body}</section> }
}

#[component]
fn Line(run: LogoutRun, now: Timestamp) -> impl IntoView {
    let as_of = expect_context::<AsOf>();
    let href = as_of.link(&run_href(&run));
    let LogoutRun { state, begun_by, apps, began, .. } = run;
    view! {
        <li>
            <a class="clip" href=href title="Show its events in the log"><When at=Some(began) now/></a><RunState state/>
            <span class="soft">{format!("By {begun_by}")}</span>
            <span class="soft"><AppCounts apps/></span>
        </li>
    }
}

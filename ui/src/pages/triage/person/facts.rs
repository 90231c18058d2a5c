//! Why the person stands where they do: the score in its parts, whose it is, and what was done so far.

use super::{Known, case_href};
use crate::{
    kit::text,
    parts::words::When,
};
use contract::triage::{PersonRisk, TriageRow};
use domain::{ScorePart, Timestamp};
use leptos::prelude::*;

/// The facts.
#[component]
pub fn Facts(known: Known) -> impl IntoView {
    let told = move || known.get().map(|person| (score(&person.row), state(&person)));
    view! { <section aria-label="Place in the queue">{told}</section> }
}

/// A bar of the parts, and each in words.
fn score(row: &TriageRow) -> AnyView {
    let part = |(part, points, what): &(ScorePart, u32, String)| {
        view! {
            <li><span>{part.label()}</span><span class="num">{*points}</span><span class="dim clip" title=what.clone()>{what.clone()}</span>
                <span class="bar" aria-hidden="true"><i style:width=format!("{}%", (*points).min(100))></i></span></li>
        }
    };
    view! {
        <div class="score-parts">
            <p><b class="total">{row.score}</b><span class="dim">"of 100"</span></p>
            <ul>{row.parts.iter().map(part).collect_view()}</ul>
        </div>
    }
    .into_any()
}

fn state(person: &PersonRisk) -> AnyView {
    let (row, now) = (&person.row, person.now);
    let waiting = match (row.open, row.detections) {
        (_, 0) => "No detection: the level alone was told.".to_owned(),
        (0, all) => format!("All {} judged.", text::plural(all.into(), "detection", "detections")),
        (open, all) => format!("{open} of {} without a verdict.", text::plural(all.into(), "detection", "detections")),
    };
    view! {
        <dl class="facts">
            <dt>"Waiting"</dt><dd class="line"><When at=row.since now/><span class="dim">{waiting}</span></dd>
            <dt>"Assigned to"</dt><dd>{match &row.assignee {
                Some(name) => view! { <bdi>{name.clone()}</bdi> }.into_any(),
                None => view! { <span class="dim">"Nobody"</span> }.into_any(),
            }}</dd>
            {snooze(row, now)}
            {row.logged_out.map(|at| view! { <dt>"Logged out"</dt><dd class="line"><When at=Some(at) now/><span class="dim">"everywhere, as the log tells: that sets the level back to Low"</span></dd> })}
            {row.case.map(|case| view! { <dt>"Case"</dt><dd><a href=case_href(case)>{format!("Case {}", case.0)}</a></dd> })}
        </dl>
    }
    .into_any()
}

fn snooze(row: &TriageRow, now: Timestamp) -> Option<impl IntoView> {
    let until = row.snoozed_until?;
    let words = if until.0 > now.0 { text::moment(until.0, now.0) } else { "is over".to_owned() };
    Some(view! { <dt>"Snoozed until"</dt><dd title=text::exact(until.0)>{words}</dd> })
}

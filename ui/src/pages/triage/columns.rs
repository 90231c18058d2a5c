//! The columns of the queue and what stands in their cells: two lines to a row. Beside an open person there is room for the
//! few that tell people apart; on a wide screen for all of them.

use crate::{
    kit::{grid::Column, text},
    parts::{risk_badge::RiskBadge, words::When},
};
use contract::triage::TriageRow;
use domain::{ScorePart, Timestamp};
use leptos::prelude::*;

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Beside an open person.
    Little,
    Usual,
    /// For more columns, not for wider ones.
    Much,
}

/// The columns, in the order in which they give way.
pub fn shown(room: Room) -> Vec<Column> {
    let column = |key, label, width| Column {
        key,
        label,
        width,
        pinned: matches!(key, "score" | "person"),
        sortable: false,
        number: false,
    };
    match room {
        Room::Little => {
            vec![column("score", "Score", 66), column("person", "Person", 172), column("risk", "Risk", 136)]
        }
        Room::Usual => vec![
            column("score", "Score", 66),
            column("person", "Person", 178),
            column("risk", "Risk", 132),
            column("detection", "Newest detection", 208),
            column("waiting", "Waiting", 80),
            column("state", "State", 116),
            column("privilege", "Privilege", 128),
            column("reach", "Reach", 136),
        ],
        Room::Much => vec![
            column("score", "Score", 78),
            column("person", "Person", 232),
            column("risk", "Risk", 150),
            column("detection", "Newest detection", 340),
            column("waiting", "Waiting", 96),
            column("open", "To judge", 96),
            column("privilege", "Privilege", 172),
            column("reach", "Reach", 208),
            column("assignee", "Assigned to", 126),
            column("state", "State", 144),
        ],
    }
}

/// One cell.
pub fn draw(row: &TriageRow, key: &'static str, now: Timestamp) -> AnyView {
    match key {
        "score" => score(row),
        "person" => two(isolated(row.name.clone()), isolated(row.login.clone().unwrap_or_default())),
        "risk" => view! {
            <span class="two"><RiskBadge level=row.level.clone()/>{peak(row, now)}</span>
        }
        .into_any(),
        "detection" => detection(row),
        "waiting" => view! { <When at=row.since now/> }.into_any(),
        "open" => two(
            text::plural(row.open.into(), "open", "open").into_any(),
            format!("of {}", text::count(row.detections.into())).into_any(),
        ),
        "privilege" => words(row, ScorePart::Privilege),
        "reach" => words(row, ScorePart::Reach),
        "assignee" => match &row.assignee {
            Some(name) => isolated(name.clone()),
            None => view! { <span class="dim">"Nobody"</span> }.into_any(),
        },
        "state" => state(row, now),
        _ => ().into_any(),
    }
}

fn two(first: AnyView, second: AnyView) -> AnyView {
    view! { <span class="two"><span class="clip">{first}</span><span class="sub clip">{second}</span></span> }
        .into_any()
}

fn isolated(words: String) -> AnyView {
    view! { <span class="clip"><bdi>{words}</bdi></span> }.into_any()
}

/// What a score is made of, in one line.
pub fn parts(row: &TriageRow) -> String {
    let part =
        |(part, points, what): &(ScorePart, u32, String)| format!("{} {points} ({what})", part.label());
    row.parts.iter().map(part).collect::<Vec<_>>().join(" + ")
}

fn score(row: &TriageRow) -> AnyView {
    let title = format!("{} = {}", row.score, parts(row));
    view! {
        <span class="score" title=title.clone()>
            <b aria-label=format!("Score {title}")>{row.score}</b>
            <span class="bar" aria-hidden="true"><i style:width=format!("{}%", row.score.min(100))></i></span>
        </span>
    }
    .into_any()
}

/// The highest level, where it is not the one of now: a logout sets that back to low.
pub fn peak(row: &TriageRow, now: Timestamp) -> AnyView {
    match &row.peak {
        Some(peak) if Some(&peak.level) == row.level.as_ref() => {
            view! { <span class="sub clip">"at its peak"</span> }.into_any()
        }
        Some(peak) => {
            let title = peak.at.map(|at| text::exact(at.0));
            let when = peak.at.map(|at| format!(" {}", text::span(now.since(at))));
            view! { <span class="sub clip peak" title=title>"peak "<RiskBadge level=Some(peak.level.clone())/>{when}</span> }
                .into_any()
        }
        None => view! { <span class="sub clip">"no peak known"</span> }.into_any(),
    }
}

fn detection(row: &TriageRow) -> AnyView {
    let Some(detection) = row.detection.clone() else {
        return view! { <span class="unknown clip">"No detection, only a level"</span> }.into_any();
    };
    let reasons = match row.reasons.as_slice() {
        [] => view! { <span class="unknown">"no reason told"</span> }.into_any(),
        reasons => isolated(reasons.join(", ")),
    };
    let title = format!("{detection}: {}", row.reasons.join(", "));
    view! { <span class="two" title=title><span class="clip"><bdi>{detection}</bdi></span><span class="sub clip">{reasons}</span></span> }
        .into_any()
}

fn words(row: &TriageRow, wanted: ScorePart) -> AnyView {
    match row.parts.iter().find(|(part, ..)| *part == wanted) {
        Some((_, points, what)) => {
            let points = text::plural((*points).into(), "point", "points");
            view! { <span class="two" title=what.clone()><span class="clip">{what.clone()}</span><span class="sub clip">{points}</span></span> }.into_any()
        }
        None => view! { <span class="unknown clip">"Not known"</span> }.into_any(),
    }
}

/// What was done so far, and by whom.
fn state(row: &TriageRow, now: Timestamp) -> AnyView {
    let mut said: Vec<(&'static str, String)> = Vec::new();
    if row.containment.is_some() {
        said.push(("accent", "Contained".into()));
    }
    if let Some(until) = row.snoozed_until.filter(|until| until.0 > now.0) {
        said.push(("plain", format!("Snoozed to {}", text::day(until.0))));
    }
    if row.detections > 0 && row.open == 0 {
        said.push(("plain", "Judged".into()));
    }
    let none = said.is_empty();
    let badges =
        said.into_iter().map(|(tone, words)| view! { <span class="badge" data-tone=tone>{words}</span> });
    let badges = badges.collect_view();
    let second = match (&row.assignee, row.logged_out) {
        (Some(name), _) => format!("to {name}"),
        (None, Some(at)) => format!("logged out {}", text::ago(at.0, now.0)),
        (None, None) => "unassigned".to_owned(),
    };
    if none {
        return view! { <span class="sub clip"><bdi>{second}</bdi></span> }.into_any();
    }
    view! { <span class="two"><span class="clip badges">{badges}</span><span class="sub clip"><bdi>{second}</bdi></span></span> }
        .into_any()
}

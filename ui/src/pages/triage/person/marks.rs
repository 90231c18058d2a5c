//! The same marks as a table, page by page: what is in sight on the axis, or what one place of it stands for.

use super::axis::{Axes, tone};
use crate::kit::{
    button::{Button, Variant},
    lanes::{Span, Spot},
    text,
};
use domain::LogPlace;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows of a page.
const ROWS: usize = 20;

/// Which marks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Which {
    InSight,
    Spot(Spot),
}

/// Lane and place of each mark that is meant, newest first.
fn meant(axes: &Axes, span: Span, which: Which) -> Vec<(usize, usize)> {
    match which {
        Which::Spot(Spot { lane, first, last }) => (first..last).rev().map(|mark| (lane, mark)).collect(),
        Which::InSight => {
            let mut all = Vec::new();
            for (lane, marks) in axes.set.lanes.iter().enumerate() {
                let before = |time: f64| marks.at.partition_point(|at| (*at as f64) < time);
                let (first, last) = (before(span.from), before(span.to()));
                all.extend((first..last).map(|mark| (marks.at[mark], lane, mark)));
            }
            all.sort_unstable_by(|a, b| b.cmp(a));
            all.into_iter().map(|(_, lane, mark)| (lane, mark)).collect()
        }
    }
}

/// The table.
#[component]
pub fn MarkTable(
    axes: Memo<Option<Arc<Axes>>>,
    span: RwSignal<Span>,
    shown: Which,
    which: RwSignal<Option<Which>>,
    open: RwSignal<Option<LogPlace>>,
) -> impl IntoView {
    let page = RwSignal::new(0_usize);
    let marks = Memo::new(move |_| {
        page.set(0);
        axes.read().as_ref().map(|axes| meant(axes, span.get(), shown)).unwrap_or_default()
    });
    let count = Memo::new(move |_| marks.read().len());
    let row = move |(lane, mark): (usize, usize)| {
        let axes = axes.get_untracked()?;
        let (lane, place, level, words) = axes.mark(lane, mark)?;
        let tone = tone(level);
        let at = place.published;
        let level = tone.map(|tone| view! { <span class="tone" data-tone=tone.key><i></i>{if tone.rank == 0 { "–" } else { tone.word }}</span> });
        Some(view! {
            <tr>
                <td><time datetime=at.to_rfc3339()>{text::exact(at.0).split(" (").next().unwrap_or_default().to_owned()}</time></td>
                <td>{lane.label()}</td><td>{level}</td>
                <td><button type="button" class="link clip" on:click=move |_| open.set(Some(place))>{words}</button></td>
            </tr>
        })
    };
    let rows = move || {
        let from = page.get() * ROWS;
        let marks = marks.read();
        marks.iter().skip(from).take(ROWS).copied().map(row).collect_view()
    };
    let title = match shown {
        Which::InSight => "Events in sight",
        Which::Spot(_) => "Events of this place",
    };
    let place = move || {
        let (from, count) = (page.get() * ROWS, count.get());
        if count == 0 {
            "None".to_owned()
        } else {
            format!("{}–{} of {}", from + 1, (from + ROWS).min(count), text::count(count as u64))
        }
    };
    view! {
        <div class="marks">
            <header><h3>{title}</h3><span class="dim num" data-testid="marks">{place}</span>
                {move || (count.get() > ROWS).then(|| view! {
                    <Button label="Newer" disabled=Signal::derive(move || page.get() == 0) on_press=move |_| page.update(|n| *n = n.saturating_sub(1))/>
                    <Button label="Older" disabled=Signal::derive(move || (page.get() + 1) * ROWS >= count.get()) on_press=move |_| page.update(|n| *n += 1)/>
                })}
                <Button label="Close the table" glyph=crate::kit::icon::Glyph::Close icon_only=true variant=Variant::Quiet on_press=move |_| which.set(None)/>
            </header>
            <div class="marks-rows" tabindex="0" role="region" aria-label=title>
                <table><thead><tr><th scope="col">"Time"</th><th scope="col">"Lane"</th><th scope="col">"Risk"</th><th scope="col">"Event"</th></tr></thead>
                    <tbody>{rows}</tbody></table>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::triage::{LaneMarks, PersonLanes};
    use domain::{Lane, SnapshotId, Timestamp};

    #[test]
    fn a_table_holds_what_is_in_sight_newest_first() {
        let marks = |lane, at: &[i64]| LaneMarks {
            lane,
            at: at.iter().map(|n| Timestamp(n * 100_000)).collect(),
            kind: vec![0; at.len()],
            level: vec![0; at.len()],
            id: vec![0; at.len()],
        };
        let axes = Axes::new(PersonLanes {
            snapshot: SnapshotId(1),
            now: Timestamp(1_000_000),
            lanes: vec![marks(Lane::Entity, &[1, 4, 9]), marks(Lane::Login, &[2, 5])],
            types: vec!["x".into()],
            capped: false,
            unread: 0,
            begins: None,
        });
        let all = meant(&axes, axes.set.whole, Which::InSight);
        assert_eq!(all, [(0, 2), (2, 1), (0, 1), (2, 0), (0, 0)]);
        let part = meant(&axes, Span { from: 300_000.0, len: 250_000.0 }, Which::InSight);
        assert_eq!(part, [(2, 1), (0, 1)]);
        let spot = meant(&axes, axes.set.whole, Which::Spot(Spot { lane: 0, first: 1, last: 3 }));
        assert_eq!(spot, [(0, 2), (0, 1)]);
    }
}

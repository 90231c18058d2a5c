//! What happened to the person, lane by lane on one time axis: the core's columns as the kit draws them, in words and with
//! a table beside them.

use super::{
    event::EventBrief,
    marks::{MarkTable, Which},
};
use crate::{
    kit::{
        lanes::{Lane as Drawn, LaneSet, Lanes, Shape, Span, Spot, Tone},
        text,
    },
    parts::{event_words::event_words, failure_notice::FailureNotice},
    query::Query,
};
use contract::triage::{LaneMarks, PersonLanes};
use domain::{Lane, LogPlace};
use leptos::prelude::*;
use std::{collections::HashMap, sync::Arc};

/// By the core's number of a level: none told, low, medium, high, and one that is not known here.
pub const TONES: &[Tone] = &[
    Tone { key: "plain", word: "No level told", shape: Shape::Dot, rank: 0 },
    Tone { key: "low", word: "Low", shape: Shape::Circle, rank: 2 },
    Tone { key: "medium", word: "Medium", shape: Shape::Diamond, rank: 3 },
    Tone { key: "high", word: "High", shape: Shape::Triangle, rank: 4 },
    Tone { key: "other", word: "Unknown level", shape: Shape::Ring, rank: 1 },
];

/// The lanes of a person, all of them in their fixed order, with what the kit needs to draw them.
#[derive(PartialEq)]
pub struct Axes {
    pub set: Arc<LaneSet>,
    lanes: Vec<LaneMarks>,
    types: Vec<String>,
    now: i64,
    capped: bool,
    unread: u64,
}

impl Axes {
    /// From the core's answer. A lane that it does not tell of stands empty.
    pub fn new(answer: PersonLanes) -> Self {
        let PersonLanes { now, lanes, types, capped, unread, begins, .. } = answer;
        let mut given: HashMap<Lane, LaneMarks> = lanes.into_iter().map(|lane| (lane.lane, lane)).collect();
        let none = |lane| LaneMarks { lane, at: vec![], kind: vec![], level: vec![], id: vec![] };
        let lanes: Vec<LaneMarks> =
            Lane::ALL.into_iter().map(|lane| given.remove(&lane).unwrap_or_else(|| none(lane))).collect();
        let drawn = lanes.iter().map(|lane| Drawn {
            label: lane.lane.label().to_owned(),
            at: lane.at.iter().map(|at| at.0).collect(),
            tone: lane.level.clone(),
        });
        let drawn: Vec<Drawn> = drawn.collect();
        let first = drawn.iter().filter_map(|lane| lane.at.first()).min().copied();
        let begins = begins.map(|at| at.0);
        let from = first.or(begins).unwrap_or(now.0 - text_span()).min(begins.unwrap_or(now.0));
        let last = drawn.iter().filter_map(|lane| lane.at.last()).max().copied().unwrap_or(now.0);
        let whole = Span::between(from, now.0.max(last));
        let set = LaneSet { lanes: drawn, tones: TONES, whole, known_from: begins };
        Self { set: Arc::new(set), lanes, types, now: now.0, capped, unread }
    }

    /// How many marks there are.
    pub fn count(&self) -> usize {
        self.lanes.iter().map(|lane| lane.at.len()).sum()
    }

    /// One mark: its lane, its time, its level and what its event is called.
    pub fn mark(&self, lane: usize, mark: usize) -> Option<(Lane, LogPlace, u8, String)> {
        let marks = self.lanes.get(lane)?;
        let published = *marks.at.get(mark)?;
        let place = LogPlace { published, id: marks.id.get(mark).copied().unwrap_or_default() };
        let level = marks.level.get(mark).copied().unwrap_or_default();
        Some((marks.lane, place, level, self.words(lane, mark)))
    }

    fn words(&self, lane: usize, mark: usize) -> String {
        let kind = self.lanes.get(lane).and_then(|marks| marks.kind.get(mark));
        let name = kind.and_then(|kind| self.types.get(*kind as usize));
        name.map_or_else(|| "An event".to_owned(), |name| event_words(name, None))
    }

    /// What some marks that follow each other say.
    pub fn tell(&self, spot: Spot) -> String {
        let Some((lane, place, level, words)) = self.mark(spot.lane, spot.first) else {
            return String::new();
        };
        let when = text::moment(place.published.0, self.now);
        let count = spot.last - spot.first;
        if count == 1 {
            let level = tone(level).filter(|tone| tone.rank > 0).map(|tone| format!(" · {}", tone.word));
            return format!("{} · {words}{} · {when}", lane.label(), level.unwrap_or_default());
        }
        let mut kinds: HashMap<u32, usize> = HashMap::new();
        let mut levels = [0_u64; TONES.len()];
        for mark in spot.first..spot.last {
            let marks = &self.lanes[spot.lane];
            *kinds.entry(marks.kind.get(mark).copied().unwrap_or(u32::MAX)).or_default() += 1;
            levels[usize::from(marks.level.get(mark).copied().unwrap_or(0)).min(TONES.len() - 1)] += 1;
        }
        let most = kinds.into_iter().max_by_key(|(kind, n)| (*n, *kind));
        let most = most.and_then(|(kind, n)| Some((self.types.get(kind as usize)?, n)));
        let most = most
            .map(|(name, n)| format!(" · mostly {} ({})", event_words(name, None), text::count(n as u64)));
        let told = [3, 2].map(|level: usize| {
            (levels[level] > 0)
                .then(|| format!(" · {} {}", text::count(levels[level]), TONES[level].word.to_lowercase()))
        });
        let told: String = told.into_iter().flatten().collect();
        let to = self.mark(spot.lane, spot.last - 1).map(|(_, place, ..)| text::clock(place.published.0));
        format!(
            "{} · {}{told}{} · {when} to {}",
            lane.label(),
            text::plural(count as u64, "event", "events"),
            most.unwrap_or_default(),
            to.unwrap_or_default()
        )
    }

    /// All of it in one line.
    pub fn summary(&self) -> String {
        let count = self.count() as u64;
        if count == 0 {
            return "The log that is kept here tells nothing of this person.".to_owned();
        }
        let of = |level: u8| {
            self.lanes
                .iter()
                .map(|lane| lane.level.iter().filter(|l| **l == level).count() as u64)
                .sum::<u64>()
        };
        let known = self.set.known_from.map(|at| format!(" Every event is known since {}.", text::day(at)));
        let capped = if self.capped { " There are older events that are left out." } else { "" };
        let unread = (self.unread > 0)
            .then(|| format!(" The level of the oldest {} was not read yet.", text::count(self.unread)));
        let unread = unread.unwrap_or_default();
        format!(
            "{}, {} of high and {} of medium risk.{}{capped}{unread}",
            text::plural(count, "event", "events"),
            text::count(of(3)),
            text::count(of(2)),
            known.unwrap_or_default()
        )
    }
}

/// Where nothing was ever told, the axis shows so much before now: a week.
fn text_span() -> i64 {
    7 * domain::Timestamp::DAY
}

/// How a level looks.
pub fn tone(level: u8) -> Option<&'static Tone> {
    TONES.get(usize::from(level))
}

/// The axis, or why there is none.
#[component]
pub fn Axis(lanes: Query<PersonLanes>) -> impl IntoView {
    let axes = Memo::new(move |_| lanes.value.get().map(|answer| Arc::new(Axes::new(answer))));
    let there = Memo::new(move |_| axes.read().is_some());
    move || match (there.get(), lanes.failure.get()) {
        (true, _) => view! { <Told axes/> }.into_any(),
        (false, Some(failure)) => view! { <FailureNotice failure retry=move || lanes.retry()/> }.into_any(),
        (false, None) => view! { <div class="skeleton axis" aria-hidden="true"></div> }.into_any(),
    }
}

#[component]
fn Told(axes: Memo<Option<Arc<Axes>>>) -> impl IntoView {
    let none =
        || Arc::new(LaneSet { lanes: vec![], tones: TONES, whole: Span::between(0, 0), known_from: None });
    let set = Signal::derive(move || axes.read().as_ref().map_or_else(none, |axes| axes.set.clone()));
    let span = RwSignal::new(set.get_untracked().whole);
    // A newer answer goes on further: whoever looked at everything still does.
    Effect::new(move |before: Option<Span>| {
        let whole = set.get().whole;
        if before.is_some_and(|before| before == span.get_untracked()) {
            span.set(whole);
        }
        whole
    });
    let which = RwSignal::new(None::<Which>);
    let open = RwSignal::new(None::<LogPlace>);
    let summary = Signal::derive(move || axes.read().as_ref().map(|axes| axes.summary()).unwrap_or_default());
    let tell =
        Callback::new(move |spot: Spot| axes.read().as_ref().map(|axes| axes.tell(spot)).unwrap_or_default());
    let on_open = Callback::new(move |spot: Spot| {
        let only = axes
            .read_untracked()
            .as_ref()
            .and_then(|axes| axes.mark(spot.lane, spot.first))
            .map(|(_, place, ..)| place);
        if spot.last - spot.first == 1 {
            which.set(None);
            open.set(only);
        } else {
            open.set(None);
            which.set(Some(Which::Spot(spot)));
        }
    });
    let all = move || *which.read() == Some(Which::InSight);
    let toggle = move |_| which.set((!untrack(all)).then_some(Which::InSight));
    let legend = TONES.iter().rev().filter(|tone| tone.key != "other").map(|tone| {
        view! { <span class="tone" data-tone=tone.key><i></i>{tone.word}</span> }
    });
    view! {
        <Lanes label="Timeline of the person" summary set span tell on_open/>
        <div class="legend">
            {legend.collect_view()}
            <button type="button" class="facet-more" aria-expanded=move || all().to_string() on:click=toggle>
                {move || if all() { "Hide the table" } else { "Show as a table" }}</button>
        </div>
        {move || open.get().map(|place| view! { <EventBrief place open/> })}
        {move || which.get().map(|shown| view! { <MarkTable axes span shown which open/> })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{SnapshotId, Timestamp};

    fn lanes() -> PersonLanes {
        let at = |n: i64| Timestamp(n * 60_000);
        PersonLanes {
            snapshot: SnapshotId(1),
            now: at(100),
            lanes: vec![LaneMarks {
                lane: Lane::Session,
                at: vec![at(1), at(2), at(90)],
                kind: vec![0, 0, 7],
                level: vec![0, 3, 9],
                id: vec![4, 5, 6],
            }],
            types: vec!["user.session.start".into()],
            capped: false,
            unread: 0,
            begins: Some(at(-5)),
        }
    }

    #[test]
    fn every_lane_is_there_and_every_mark_is_kept() {
        let axes = Axes::new(lanes());
        assert_eq!(axes.set.lanes.len(), Lane::ALL.len());
        assert_eq!(axes.count(), 3);
        let (lane, place, level, words) = axes.mark(1, 1).expect("a mark");
        assert_eq!((lane, place.id, level, words.as_str()), (Lane::Session, 5, 3, "Signed in to Okta"));
        assert_eq!(axes.mark(1, 3), None);
        // What the core may one day tell more of is no reason to fail.
        assert_eq!(axes.mark(1, 2).map(|mark| mark.3).as_deref(), Some("An event"));
        assert!(axes.set.whole.has(-300_000.0) && axes.set.whole.has(6_000_000.0));
    }

    #[test]
    fn a_person_of_whom_nothing_is_told_has_empty_lanes() {
        let axes = Axes::new(PersonLanes { lanes: vec![], begins: None, ..lanes() });
        assert_eq!((axes.count(), axes.set.lanes.len()), (0, Lane::ALL.len()));
        assert!(axes.summary().contains("tells nothing"));
    }
}

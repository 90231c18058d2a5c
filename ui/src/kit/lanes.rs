//! Lanes of marks over one time axis, for any number of marks: zoomed and moved with the wheel, by dragging, with buttons and
//! with the keyboard. Knows nothing of what a mark is; words and colours come from outside (words through `tell`, colours
//! through the tokens of the style sheet). A table of the same marks is its caller's to show.

pub mod bins;
mod draw;
pub mod span;
mod steer;
mod words;

use super::{grid::watch_size, text};
use draw::{Drawing, LANE, draw};
use leptos::{html, prelude::*};
pub use span::Span;
use span::{DAY, ticks};
use std::{fmt::Write, sync::Arc};
use steer::Steer;

/// How a tone looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Dot,
    Circle,
    Diamond,
    Triangle,
    Ring,
}

/// One tone of marks: the style sheet colours it by `key`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tone {
    pub key: &'static str,
    pub word: &'static str,
    pub shape: Shape,
    /// Where several marks fall together, the one of the highest rank is seen.
    pub rank: u8,
}

/// One lane; both lists are of one length, `at` in milliseconds since 1970 and sorted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lane {
    pub label: String,
    pub at: Vec<i64>,
    /// Places in the list of tones.
    pub tone: Vec<u8>,
}

/// What stands on the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneSet {
    pub lanes: Vec<Lane>,
    pub tones: &'static [Tone],
    /// All there is to see.
    pub whole: Span,
    /// Before this moment nothing is known: that is shown as such.
    pub known_from: Option<i64>,
}

/// Some marks of one lane that follow each other: from `first` to before `last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    pub lane: usize,
    pub first: usize,
    pub last: usize,
}

/// What is drawn and where the eye and the keyboard are: one place for pointer, keys and drawing.
#[derive(Clone, Copy)]
struct Scene {
    set: Signal<Arc<LaneSet>>,
    span: RwSignal<Span>,
    width: RwSignal<f64>,
    drawing: Memo<Drawing>,
    /// Lane and mark that the keyboard is on.
    cursor: RwSignal<Option<(usize, usize)>>,
    /// What the pointer is over.
    hovered: RwSignal<Option<Spot>>,
}

impl Scene {
    /// The bin that a mark is drawn in, with its place in pixels.
    fn spot_of(&self, (lane, mark): (usize, usize)) -> Option<(Spot, f64)> {
        let drawing = self.drawing.read();
        let bins = drawing.bins.get(lane)?;
        let bin = bins.iter().find(|bin| bin.first <= mark && mark < bin.last)?;
        Some((Spot { lane, first: bin.first, last: bin.last }, bin.x))
    }

    fn x_of(&self, spot: Spot) -> Option<f64> {
        self.spot_of((spot.lane, spot.first)).map(|(_, x)| x)
    }
}

/// The lanes with their axis, buttons and read-out.
#[component]
pub fn Lanes(
    /// What it is called, for those who can't see it.
    label: &'static str,
    /// In one line what it shows.
    #[prop(into)]
    summary: Signal<String>,
    set: Signal<Arc<LaneSet>>,
    /// The part in sight.
    span: RwSignal<Span>,
    /// What marks say, in words.
    tell: Callback<Spot, String>,
    on_open: Callback<Spot>,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let (width, unused) = (RwSignal::new(0.0_f64), RwSignal::new(0.0_f64));
    watch_size(frame, width, unused);
    let drawing = Memo::new(move |_| {
        let set = set.get();
        draw(&set.lanes, set.tones, span.get(), width.get())
    });
    let scene =
        Scene { set, span, width, drawing, cursor: RwSignal::new(None), hovered: RwSignal::new(None) };
    // Marks have other places in another set.
    Effect::new(move |before: Option<Arc<LaneSet>>| {
        let now = set.get();
        if before.is_some_and(|before| !Arc::ptr_eq(&before, &now)) {
            scene.cursor.set(None);
            scene.hovered.set(None);
        }
        now
    });
    let steer = Steer::new(scene, on_open, frame);
    let here = Memo::new(move |_| {
        scene
            .hovered
            .get()
            .or_else(|| scene.cursor.get().and_then(|at| scene.spot_of(at)).map(|(spot, _)| spot))
    });
    let hint = "Arrows walk the marks and the lanes, Enter opens, plus and minus zoom, Shift with arrows moves, 0 shows all.";
    view! {
        <div class="lanes">
            <Bar steer span set/>
            <div class="lanes-plot" role="application" tabindex="0" aria-label=move || format!("{label}. {}", summary.get()) aria-description=hint
                on:keydown=move |e| steer.key(&e) on:focus=move |_| steer.focus() data-drag=move || steer.is_dragging().then_some("")>
                <Names scene/>
                <div class="lanes-field" node_ref=frame on:pointerdown=move |e| steer.press(&e) on:pointermove=move |e| steer.hover(&e)
                    on:pointerleave=move |_| scene.hovered.set(None) on:wheel=move |e| steer.wheel(&e) on:dblclick=move |e| steer.closer(&e)>
                    <Picture scene/>
                </div>
            </div>
            <p class="lanes-read" aria-live="polite">{move || match here.get() {
                Some(spot) => view! { <span class="clip">{tell.run(spot)}</span> }.into_any(),
                None => view! { <span class="dim clip">{summary.get()}</span> }.into_any(),
            }}</p>
        </div>
    }
}

/// The lanes' names, each with how many of its marks are in sight.
#[component]
fn Names(scene: Scene) -> impl IntoView {
    let names =
        Memo::new(move |_| scene.set.read().lanes.iter().map(|lane| lane.label.clone()).collect::<Vec<_>>());
    let seen = Memo::new(move |_| {
        let (set, span) = (scene.set.read(), scene.span.get());
        let of = |lane: &Lane| {
            let before = |time: f64| lane.at.partition_point(|at| (*at as f64) < time);
            before(span.to()).saturating_sub(before(span.from)) as u64
        };
        set.lanes.iter().map(of).collect::<Vec<_>>()
    });
    let at = move |lane: usize| scene.cursor.get().is_some_and(|(here, _)| here == lane);
    let name = move |(lane, name): (usize, String)| {
        view! {
            <li data-here=move || at(lane).then_some("") style:height=format!("{LANE}px")>
                <span class="clip">{name}</span><span class="num dim">{move || text::count(seen.read().get(lane).copied().unwrap_or(0))}</span>
            </li>
        }
    };
    view! { <ul class="lanes-names" aria-hidden="true">{move || names.get().into_iter().enumerate().map(name).collect_view()}</ul> }
}

#[component]
fn Picture(scene: Scene) -> impl IntoView {
    let count = Memo::new(move |_| scene.set.read().lanes.len());
    let height = move || count.get() as f64 * LANE;
    let tones = Memo::new(move |_| scene.set.read().tones);
    let lines = move || {
        let mut path = String::new();
        for lane in 1..=count.get() {
            // Writing into a String can't fail.
            let _ = write!(path, "M0,{:.1}h{:.0}", lane as f64 * LANE - 0.5, scene.width.get());
        }
        path
    };
    let axis = Memo::new(move |_| axis(scene.span.get(), scene.width.get()));
    let upright = move || {
        let mut path = String::new();
        for (x, _) in &axis.get() {
            // Writing into a String can't fail.
            let _ = write!(path, "M{x:.1},0v{:.0}", height());
        }
        path
    };
    let dark = move || {
        let from = scene.set.read().known_from?;
        let x = scene.span.get().x(from as f64, scene.width.get()).min(scene.width.get());
        (x > 0.0).then_some(x)
    };
    let ring = move |spot: Option<Spot>, class: &'static str| {
        let spot = spot?;
        let x = scene.x_of(spot)?;
        let y = spot.lane as f64 * LANE;
        Some(view! { <rect class=class x=x - 7.5 y=y + 2.5 width="15" height=LANE - 5.0 rx="3"/> })
    };
    let shape = move |(at, tone): (usize, Tone)| {
        view! { <path class="mark" data-tone=tone.key d=move || scene.drawing.read().shapes.get(at).cloned().unwrap_or_default()/> }
    };
    view! {
        <svg width=move || scene.width.get() height=move || height() + AXIS aria-hidden="true">
            <defs><pattern id="lanes-unknown" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="line" d="M0,0v6"/></pattern></defs>
            {move || dark().map(|x| view! { <rect fill="url(#lanes-unknown)" x="0" y="0" width=x height=height/> })}
            <path class="line" d=upright/>
            <path class="line" d=lines/>
            {move || ring(scene.hovered.get(), "hovered")}
            {move || ring(scene.cursor.get().and_then(|at| scene.spot_of(at)).map(|(spot, _)| spot), "cursor")}
            <path class="bars" d=move || scene.drawing.read().bars.clone()/>
            {move || tones.get().iter().copied().enumerate().map(shape).collect_view()}
            {move || axis.get().into_iter().map(|(x, words)| view! { <text x=x + 3.0 y=height() + 14.0>{words}</text> }).collect_view()}
        </svg>
    }
}

/// Height of the axis in pixels.
const AXIS: f64 = 20.0;

/// Where the axis is marked, and what is written there.
fn axis(span: Span, width: f64) -> Vec<(f64, String)> {
    if width < 50.0 {
        return Vec::new();
    }
    let (at, step) = ticks(span, width, 84.0, words::zone(span.from as i64));
    let written = |at: i64| match step {
        DAY.. => words::short_day(at),
        60_000.. if text::clock(at) == "00:00" => words::short_day(at),
        60_000.. => text::clock(at),
        _ => words::seconds(at),
    };
    at.into_iter().map(|at| (span.x(at as f64, width), written(at))).collect()
}

/// Buttons, and the stretch in words.
#[component]
fn Bar(steer: Steer, span: RwSignal<Span>, set: Signal<Arc<LaneSet>>) -> impl IntoView {
    let read = move || {
        let span = span.get();
        let (from, to) = (span.from as i64, span.to() as i64);
        format!("{} – {} · {}", words::moment(from), words::moment(to), text::span(to - from))
    };
    let hour = 3_600_000;
    let stretch = move |words: &'static str, len: i64| {
        let off = move || len as f64 > set.read().whole.len;
        view! { <button type="button" class="toggle" disabled=off on:click=move |_| steer.show_last(len)>{words}</button> }
    };
    let press = move |words: &'static str, name: &'static str, run: fn(&Steer)| {
        view! { <button type="button" class="toggle" aria-label=name title=name on:click=move |_| run(&steer)>{words}</button> }
    };
    view! {
        <div class="lanes-bar">
            <span class="lanes-span clip">{read}</span>
            <div class="toggles" role="group" aria-label="Stretch of time">
                {stretch("1 h", hour)}{stretch("24 h", DAY)}{stretch("7 d", 7 * DAY)}{stretch("30 d", 30 * DAY)}
                <button type="button" class="toggle" on:click=move |_| steer.show_all()>"All"</button>
            </div>
            <div class="toggles" role="group" aria-label="Zoom and move">
                {press("←", "Earlier", |s| s.shift(-0.5))}{press("→", "Later", |s| s.shift(0.5))}
                {press("−", "Zoom out", |s| s.zoom(2.0))}{press("+", "Zoom in", |s| s.zoom(0.5))}
            </div>
        </div>
    }
}

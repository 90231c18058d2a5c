//! Pointer, wheel and keyboard over the lanes. However fast they come, the part in sight changes once a frame.

use super::{LANE, Scene, Spot, bins::nearest, span::Span};
use leptos::{
    ev::{self, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent},
    html,
    prelude::*,
};

/// How near a mark the pointer has to be, in pixels.
const REACH: f64 = 7.0;
/// A press that moved less is a click.
const STILL: f64 = 4.0;

/// A press on the field that goes on: where it began, and what was in sight then.
#[derive(Clone, Copy)]
struct Drag {
    x: f64,
    span: Span,
    moved: bool,
}

/// What pointer and keys do.
#[derive(Clone, Copy)]
pub(super) struct Steer {
    scene: Scene,
    on_open: Callback<Spot>,
    frame: NodeRef<html::Div>,
    drag: RwSignal<Option<Drag>>,
    /// What is to be in sight with the next frame.
    wanted: StoredValue<Option<Span>>,
}

impl Steer {
    pub fn new(scene: Scene, on_open: Callback<Spot>, frame: NodeRef<html::Div>) -> Self {
        let this = Self { scene, on_open, frame, drag: RwSignal::new(None), wanted: StoredValue::new(None) };
        let moving = window_event_listener(ev::pointermove, move |event| this.pull(&event));
        let up = window_event_listener(ev::pointerup, move |event| this.release(&event));
        on_cleanup(move || {
            moving.remove();
            up.remove();
        });
        this
    }

    fn whole(&self) -> Span {
        self.scene.set.read_untracked().whole
    }

    /// What is in sight, or will be with the next frame.
    fn span(&self) -> Span {
        self.wanted.get_value().unwrap_or_else(|| self.scene.span.get_untracked())
    }

    fn go(self, span: Span) {
        let waits = self.wanted.get_value().is_some();
        self.wanted.set_value(Some(span));
        if !waits {
            request_animation_frame(move || {
                // The page may be gone by then.
                if let Some(span) = self.wanted.try_update_value(Option::take).flatten() {
                    self.scene.span.set(span);
                }
            });
        }
    }

    /// Shows everything.
    pub fn show_all(self) {
        self.go(self.whole());
    }

    /// Shows the newest stretch of so many milliseconds.
    pub fn show_last(self, len: i64) {
        self.go(Span::last(len, self.whole()));
    }

    /// Moves by a part of what is in sight.
    pub fn shift(self, by: f64) {
        self.go(self.span().moved(by, self.whole()));
    }

    /// Zooms about the mark that the keyboard is on, or the middle.
    pub fn zoom(self, factor: f64) {
        let span = self.span();
        let about = self.here().filter(|at| span.has(*at)).unwrap_or(span.from + span.len / 2.0);
        self.go(span.zoomed(factor, about, self.whole()));
    }

    /// The time of the mark that the keyboard is on.
    fn here(&self) -> Option<f64> {
        let (lane, mark) = self.scene.cursor.get_untracked()?;
        self.scene.set.read_untracked().lanes.get(lane)?.at.get(mark).map(|at| *at as f64)
    }

    /// A place of the window in the field.
    fn place(&self, event: &MouseEvent) -> (f64, f64) {
        let Some(frame) = self.frame.get_untracked() else { return (0.0, 0.0) };
        let field = frame.get_bounding_client_rect();
        (f64::from(event.client_x()) - field.left(), f64::from(event.client_y()) - field.top())
    }

    fn spot_at(&self, event: &MouseEvent) -> Option<Spot> {
        let (x, y) = self.place(event);
        if y < 0.0 {
            return None;
        }
        let lane = (y / LANE) as usize;
        let bin = nearest(self.scene.drawing.read_untracked().bins.get(lane)?, x, REACH)?;
        Some(Spot { lane, first: bin.first, last: bin.last })
    }

    pub fn is_dragging(&self) -> bool {
        self.drag.read().is_some_and(|drag| drag.moved)
    }

    pub fn hover(self, event: &PointerEvent) {
        let over = if self.drag.read_untracked().is_some_and(|drag| drag.moved) { None } else { self.spot_at(event) };
        if self.scene.hovered.get_untracked() != over {
            self.scene.hovered.set(over);
        }
    }

    pub fn press(self, event: &PointerEvent) {
        if event.button() == 0 {
            self.drag.set(Some(Drag { x: f64::from(event.client_x()), span: self.span(), moved: false }));
        }
    }

    fn pull(self, event: &PointerEvent) {
        let Some(Some(drag)) = self.drag.try_get_untracked() else { return };
        let by = f64::from(event.client_x()) - drag.x;
        if !drag.moved && by.abs() < STILL {
            return;
        }
        if !drag.moved {
            self.drag.set(Some(Drag { moved: true, ..drag }));
        }
        let width = self.scene.width.get_untracked().max(1.0);
        self.go(drag.span.moved(-by / width, self.whole()));
    }

    fn release(self, event: &PointerEvent) {
        let Some(Some(drag)) = self.drag.try_get_untracked() else { return };
        self.drag.set(None);
        if !drag.moved
            && let Some(spot) = self.spot_at(event)
        {
            self.scene.cursor.set(Some((spot.lane, spot.first)));
            self.on_open.run(spot);
        }
    }

    /// A double click on nothing zooms in there.
    pub fn closer(self, event: &MouseEvent) {
        if self.spot_at(event).is_none() {
            let span = self.span();
            let about = span.at(self.place(event).0, self.scene.width.get_untracked());
            self.go(span.zoomed(0.4, about, self.whole()));
        }
    }

    /// With Ctrl or with the focus here the wheel zooms; sideways it moves. Otherwise it scrolls what the lanes stand in.
    pub fn wheel(self, event: &WheelEvent) {
        let (x, y) = (event.delta_x(), event.delta_y());
        // Lines instead of pixels, as some mice tell.
        let scale = if event.delta_mode() == 1 { 18.0 } else { 1.0 };
        let width = self.scene.width.get_untracked().max(1.0);
        if event.shift_key() || x.abs() > y.abs() {
            let by = if x == 0.0 { y } else { x };
            self.go(self.span().moved(by * scale / width, self.whole()));
        } else if event.ctrl_key() || event.meta_key() || self.has_focus() {
            let span = self.span();
            let about = span.at(self.place(event).0, width);
            self.go(span.zoomed((y * scale * 0.002).clamp(-1.0, 1.0).exp(), about, self.whole()));
        } else {
            return;
        }
        event.prevent_default();
    }

    fn has_focus(&self) -> bool {
        let focused = document().active_element();
        self.frame.get_untracked().is_some_and(|frame| focused.is_some() && frame.parent_element() == focused)
    }

    /// The keyboard comes here: it begins at the newest mark in sight of the first lane that has one.
    pub fn focus(self) {
        let cursor = self.scene.cursor.get_untracked();
        if cursor.is_none_or(|at| untrack(|| self.scene.spot_of(at)).is_none()) {
            let drawing = self.scene.drawing.read_untracked();
            let mut lanes = drawing.bins.iter().enumerate();
            let found = lanes.find_map(|(lane, bins)| bins.last().map(|bin| (lane, bin.first)));
            self.scene.cursor.set(found);
        }
    }

    pub fn key(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        match (event.key().as_str(), event.shift_key()) {
            ("ArrowLeft", true) => self.shift(-0.25),
            ("ArrowRight", true) => self.shift(0.25),
            ("ArrowLeft", _) => self.step(false),
            ("ArrowRight", _) => self.step(true),
            ("ArrowUp", _) => self.other_lane(-1),
            ("ArrowDown", _) => self.other_lane(1),
            ("Home", _) => self.edge(false),
            ("End", _) => self.edge(true),
            ("+" | "=", _) => self.zoom(0.5),
            ("-" | "_", _) => self.zoom(2.0),
            ("0", _) => self.show_all(),
            ("Enter" | " ", _) => {
                let spot = self.scene.cursor.get_untracked().and_then(|at| untrack(|| self.scene.spot_of(at)));
                match spot {
                    Some((spot, _)) => self.on_open.run(spot),
                    None => return,
                }
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    fn put(self, lane: usize, mark: usize) {
        let at = self.scene.set.read_untracked().lanes.get(lane).and_then(|lane| lane.at.get(mark)).copied();
        if let Some(at) = at {
            self.scene.hovered.set(None);
            self.scene.cursor.set(Some((lane, mark)));
            self.go(self.span().showing(at as f64, self.whole()));
        }
    }

    /// To the next place of the lane, or the one before.
    fn step(self, later: bool) {
        let Some((lane, mark)) = self.scene.cursor.get_untracked() else { return self.focus() };
        let spot = untrack(|| self.scene.spot_of((lane, mark))).map(|(spot, _)| spot);
        let last = self.scene.set.read_untracked().lanes.get(lane).map_or(0, |lane| lane.at.len());
        let next = match spot {
            Some(spot) if later => Some(spot.last).filter(|next| *next < last),
            Some(spot) => spot.first.checked_sub(1),
            None => Some(mark),
        };
        if let Some(next) = next {
            self.put(lane, next);
        }
    }

    fn edge(self, last: bool) {
        let lane = self.scene.cursor.get_untracked().map_or(0, |(lane, _)| lane);
        let count = self.scene.set.read_untracked().lanes.get(lane).map_or(0, |lane| lane.at.len());
        self.put(lane, if last { count.saturating_sub(1) } else { 0 });
    }

    /// To the nearest lane in that direction that has marks, there to the mark nearest in time.
    fn other_lane(self, by: isize) {
        let Some((lane, _)) = self.scene.cursor.get_untracked() else { return self.focus() };
        let span = self.span();
        let time = self.here().unwrap_or(span.from + span.len / 2.0);
        let mut next = lane;
        let found = loop {
            let Some(beside) = next.checked_add_signed(by) else { return };
            next = beside;
            let set = self.scene.set.read_untracked();
            let Some(lane) = set.lanes.get(next) else { return };
            let after = lane.at.partition_point(|at| (*at as f64) < time);
            let near = |mark: &usize| (lane.at[*mark] as f64 - time).abs();
            let beside = [after.checked_sub(1), Some(after).filter(|mark| *mark < lane.at.len())];
            if let Some(mark) = beside.into_iter().flatten().min_by(|a, b| near(a).total_cmp(&near(b))) {
                break mark;
            }
        };
        self.put(next, found);
    }
}

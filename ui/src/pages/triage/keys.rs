//! The keys of the page. None of them does anything that can't be taken back: verdicts have an undo, menus ask, and the sheet
//! that contains people begins on Cancel.

use super::{
    ViewUrl,
    decide::{Decide, Judged},
    menus::Menus,
    rows::{Chosen, Rows},
    view::Part,
};
use crate::{
    kit::keys::{letter_acts, typing},
    parts::contain_sheet::Containing,
    query::Query,
};
use contract::triage::PersonRisk;
use domain::{Assessment, UserId};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// What the keys reach.
#[derive(Clone, Copy)]
pub struct Reach {
    pub url: ViewUrl,
    pub rows: Rows,
    pub chosen: Chosen,
    pub person: Query<PersonRisk>,
    pub search: NodeRef<html::Input>,
    /// Those of the open person.
    pub own: Menus,
    /// Those of the chosen people.
    pub bulk: Menus,
    pub weights: RwSignal<bool>,
    pub containing: Containing,
    pub decide: Decide,
}

/// Opens the person in a row: a step of the history for the first, none while walking.
pub fn open_row(url: ViewUrl, rows: Rows, index: usize) {
    if let Some(row) = rows.row_now(index) {
        let walking = url.view.with_untracked(|view| view.open.is_some());
        let user = row.user.clone();
        if walking {
            url.adjust(|view| view.open = Some(user));
        } else {
            url.change(|view| view.open = Some(user));
        }
    }
}

/// The list's own focus goes along, if it is in the list and the row is in the document.
fn focus_row(at: usize) {
    let focused = document().active_element();
    let inside = focused.is_some_and(|element| matches!(element.closest(".queue-list .grid"), Ok(Some(_))));
    let cell = document().query_selector(&format!(".queue-list [data-cell='{at}:1']")).ok().flatten();
    if let Some(cell) = cell.filter(|_| inside).and_then(|cell| cell.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _unfocusable = cell.focus();
    }
}

impl Reach {
    /// Listens for as long as the page lives. What comes back hears the keys of the list before the list does: beside an
    /// open person `j` and `k` go on from that person, wherever the list's own focus stands.
    pub fn listen(self) -> Callback<ev::KeyboardEvent> {
        let place = StoredValue::new(0_usize);
        // Where the open person stands is remembered: once judged they are gone from the list, and the next has their place.
        Effect::new(move |_| {
            let open = self.url.view.read().open.clone();
            let _follows = self.rows.head.read();
            if let Some(at) = open.and_then(|open| self.place_of(&open)) {
                place.set_value(at);
            }
        });
        let listener = window_event_listener(ev::keydown, move |event| self.key(&event, place));
        on_cleanup(move || listener.remove());
        Callback::new(move |event: ev::KeyboardEvent| {
            let far = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
            let open = self.url.view.with_untracked(|view| view.open.is_some());
            let by = match event.key().as_str() {
                "j" => 1,
                "k" => -1,
                _ => return,
            };
            if open && !far && letter_acts(&event) {
                self.walk(place, by);
                event.prevent_default();
                event.stop_propagation();
            }
        })
    }

    fn place_of(&self, user: &UserId) -> Option<usize> {
        let count = self.rows.head.read_untracked().as_ref().map_or(0, |head| head.matching as usize);
        (0..count.min(2_000)).find(|at| self.rows.row_now(*at).is_some_and(|row| row.user == *user))
    }

    fn key(self, event: &ev::KeyboardEvent, place: StoredValue<usize>) {
        let under = matches!(document().query_selector("[aria-modal]"), Ok(Some(_)));
        let far = event.ctrl_key() || event.meta_key() || event.alt_key();
        if event.default_prevented() || far || under {
            return;
        }
        let queue = self.url.view.with_untracked(|view| view.part == Part::Queue);
        match event.key().as_str() {
            "Escape" => self.back(event),
            _ if !queue || !letter_acts(event) => return,
            "/" => {
                if let Some(input) = self.search.get_untracked() {
                    let _unfocusable = input.focus();
                    input.select();
                }
            }
            "j" => self.walk(place, 1),
            "k" => self.walk(place, -1),
            "1" => self.judge(Assessment::TruePositive),
            "2" => self.judge(Assessment::FalsePositive),
            "3" => self.judge(Assessment::Unsure),
            "v" => self.menus().judge.set(true),
            "a" => self.menus().assign.set(true),
            "z" => self.menus().snooze.set(true),
            "w" => self.weights.update(|open| *open = !*open),
            "o" => self.url.adjust(|view| view.wide = view.open.is_some() && !view.wide),
            "C" => self.contain(),
            _ => return,
        }
        event.prevent_default();
    }

    /// One layer back: the field that is typed into, then the full width, then the person.
    fn back(self, event: &ev::KeyboardEvent) {
        if typing(event) {
            let typed_into = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlElement>().ok());
            let _unfocusable = typed_into.map(|element| element.blur());
            return;
        }
        self.url.adjust(|view| {
            if view.wide {
                view.wide = false;
            } else {
                view.open = None;
            }
        });
    }

    fn menus(self) -> Menus {
        if untrack(|| self.chosen.count()) > 0 { self.bulk } else { self.own }
    }

    fn walk(self, place: StoredValue<usize>, by: isize) {
        let open = self.url.view.with_untracked(|view| view.open.clone());
        let here = open.as_ref().and_then(|open| self.place_of(open));
        let last = self.rows.head.read_untracked().as_ref().map_or(0, |head| head.matching as usize);
        let next = match (open, here) {
            (None, _) => 0,
            (Some(_), Some(at)) => at.saturating_add_signed(by),
            // The open one left the list: who moved up into their place is the next.
            (Some(_), None) if by > 0 => place.get_value(),
            (Some(_), None) => place.get_value().saturating_add_signed(by),
        };
        let next = next.min(last.saturating_sub(1));
        open_row(self.url, self.rows, next);
        focus_row(next);
    }

    /// On everything that waits of the chosen people; without any on the detection that has the focus, otherwise on all of
    /// the open person that wait.
    fn judge(self, verdict: Assessment) {
        [self.own, self.bulk].iter().for_each(|menus| menus.judge.set(false));
        let chosen: Vec<UserId> = self.chosen.people().into_iter().map(|row| row.user).collect();
        if !chosen.is_empty() {
            return self.decide.judge_people(chosen, verdict, None);
        }
        let Some(person) = self.person.value.get_untracked() else { return };
        if self.url.view.with_untracked(|view| view.open.as_ref() != Some(&person.row.user)) {
            return;
        }
        let focused = document().active_element().and_then(|e| e.closest("[data-detection]").ok().flatten());
        let uuid = focused.and_then(|e| e.get_attribute("data-detection"));
        let meant = person.detections.iter().filter(|detection| match &uuid {
            Some(uuid) => detection.uuid == *uuid,
            None => detection.assessment.is_none(),
        });
        let meant: Vec<Judged> = meant.map(Judged::from).collect();
        self.decide.judge(person.row.user, meant, Some(verdict), None);
    }

    fn contain(self) {
        let chosen: Vec<UserId> = self.chosen.people().into_iter().map(|row| row.user).collect();
        let open = self.url.view.with_untracked(|view| view.open.clone());
        let whom = if chosen.is_empty() { open.into_iter().collect() } else { chosen };
        self.containing.open(whom);
    }
}

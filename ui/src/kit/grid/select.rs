//! Choosing rows of a grid: with the keyboard from where it is, with the pointer, a range from where the last choice was.
//! Knows places of rows; who they are is the caller's business.

use leptos::{ev::MouseEvent, prelude::*};
use wasm_bindgen::JsCast;

/// What the caller does with a choice.
#[derive(Clone, Copy)]
pub struct Selecting {
    /// Whether the row at a place is chosen.
    pub has: Callback<usize, bool>,
    /// Takes the rows from the first place to the second in, or out.
    pub set: Callback<(usize, usize, bool)>,
    /// Chooses every row there is.
    pub all: Callback<()>,
    /// Chooses none; answers whether any was chosen.
    pub clear: Callback<(), bool>,
    /// How much is chosen.
    pub amount: Signal<Amount>,
}

/// How much of a list is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    None,
    Some,
    All,
}

/// The choice with the place that a range begins at.
#[derive(Clone, Copy)]
pub(super) struct Choice {
    by: Selecting,
    anchor: StoredValue<Option<usize>>,
}

impl Choice {
    pub fn new(by: Selecting) -> Self {
        Self { by, anchor: StoredValue::new(None) }
    }

    /// The list is another one: a range begins anew.
    pub fn forget(&self) {
        self.anchor.set_value(None);
    }

    pub fn has(&self, row: usize) -> bool {
        self.by.has.run(row)
    }

    pub fn toggle(&self, row: usize) {
        let chosen = untrack(|| self.has(row));
        self.anchor.set_value(Some(row));
        self.by.set.run((row, row, !chosen));
    }

    /// Chooses from the anchor to a row.
    pub fn reach(&self, row: usize) {
        let from = self.anchor.get_value().unwrap_or(row);
        self.anchor.set_value(Some(from));
        self.by.set.run((from.min(row), from.max(row), true));
    }

    /// The keyboard went from one row to another with Shift: what lies between is chosen, or let go on the way back.
    pub fn extend(&self, before: usize, now: usize) {
        let from = self.anchor.get_value().unwrap_or(before);
        self.anchor.set_value(Some(from));
        let shrinks = from.abs_diff(now) < from.abs_diff(before) && (from <= now) == (from <= before);
        if shrinks {
            let (low, high) = if now < before { (now + 1, before) } else { (before, now - 1) };
            self.by.set.run((low, high, false));
        } else {
            self.by.set.run((from.min(now), from.max(now), true));
        }
    }

    pub fn all(&self) {
        self.by.all.run(());
    }

    pub fn clear(&self) -> bool {
        self.anchor.set_value(None);
        self.by.clear.run(())
    }

    /// A click on a row that means a choice; `false` for one that means to open it.
    pub fn click(&self, event: &MouseEvent, row: usize) -> bool {
        if event.shift_key() {
            self.reach(row);
        } else if event.ctrl_key() || event.meta_key() {
            self.toggle(row);
        } else {
            return false;
        }
        true
    }
}

/// A click has ticked a box by itself, which may not be what it meant: the box shows again what is chosen.
pub fn settle(event: &MouseEvent, checked: impl Fn() -> bool + 'static) {
    let input = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlInputElement>().ok());
    if let Some(input) = input {
        request_animation_frame(move || input.set_checked(untrack(checked)));
    }
}

/// The keyboard goes on from the box's cell: the box itself would take single letters for typing.
fn to_cell(event: &MouseEvent) {
    let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let cell = target.and_then(|t| t.closest(".cell").ok().flatten());
    if let Some(cell) = cell.and_then(|c| c.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _unfocusable = cell.focus();
    }
}

/// The box at the beginning of a row.
#[component]
pub(super) fn RowBox(choice: Choice, row: usize) -> impl IntoView {
    view! {
        <input type="checkbox" tabindex="-1" aria-label=format!("Select row {}", row + 1)
            prop:checked=move || choice.has(row)
            on:click=move |event| {
                event.stop_propagation();
                if event.shift_key() { choice.reach(row) } else { choice.toggle(row) }
                settle(&event, move || choice.has(row));
                to_cell(&event);
            }/>
    }
}

/// The box in the head: with nothing chosen it takes the rows in sight, otherwise it lets go of all.
#[component]
pub(super) fn HeadBox(choice: Choice, in_sight: Callback<(), (usize, usize)>) -> impl IntoView {
    let amount = choice.by.amount;
    let label = move || match amount.get() {
        Amount::None => "Select the rows in sight",
        Amount::Some | Amount::All => "Clear the selection",
    };
    let press = move |event: MouseEvent| {
        settle(&event, move || amount.get() == Amount::All);
        if amount.get_untracked() == Amount::None {
            let (first, last) = in_sight.run(());
            if last > first {
                choice.by.set.run((first, last - 1, true));
            }
        } else {
            choice.clear();
        }
    };
    view! {
        <input type="checkbox" aria-label=label title=label
            prop:checked=move || amount.get() == Amount::All
            prop:indeterminate=move || amount.get() == Amount::Some
            on:click=press/>
    }
}

//! What can be done with one cell: narrow the list by its value, leave that out, copy it or its row.

use super::{
    ViewUrl,
    copying::{CopyAs, copy_rows, copy_set},
    rows::Rows,
};
use crate::{
    kit::{
        context_menu::ContextMenu,
        grid::{Call, CellCall},
        text,
    },
    parts::{device_cell, failure_notice::copy},
    state::{as_of::AsOf, selection::Selection, toasts::Toasts},
};
use contract::devices::DeviceRow;
use domain::Attribute;
use leptos::prelude::*;
use std::sync::Arc;

/// Answers what a grid's cells are asked, and shows the menu. `columns` are those shown.
#[derive(Clone, Copy)]
pub struct CellCalls {
    url: ViewUrl,
    rows: Rows,
    columns: Signal<Vec<Attribute>>,
    at: RwSignal<Option<(i32, i32)>>,
    cell: RwSignal<Option<(Arc<DeviceRow>, Attribute)>>,
    toasts: Toasts,
    selection: Selection,
    as_of: AsOf,
}

impl CellCalls {
    pub fn new(url: ViewUrl, rows: Rows, columns: Signal<Vec<Attribute>>) -> Self {
        let (at, cell) = (RwSignal::new(None), RwSignal::new(None));
        let (toasts, selection, as_of) = (expect_context(), expect_context(), expect_context());
        Self { url, rows, columns, at, cell, toasts, selection, as_of }
    }

    /// What the grid is given.
    pub fn answer(self) -> Callback<CellCall> {
        Callback::new(move |CellCall { row, key, call }| {
            let (Some(row), Some(attribute)) = (self.rows.row_now(row), Attribute::from_key(key)) else {
                return;
            };
            match call {
                Call::Keep => self.filter(&row, attribute, false),
                Call::Copy => self.copy(&row, CopyAs::Tsv),
                Call::Menu(x, y) => {
                    self.cell.set(Some((row, attribute)));
                    self.at.set(Some((x, y)));
                }
            }
        })
    }

    fn filter(self, row: &DeviceRow, attribute: Attribute, leave_out: bool) {
        let mut view = self.url.view.get_untracked();
        if device_cell::filter_by(&mut view, row, attribute, leave_out) {
            self.url.change(|now| *now = view);
        } else {
            self.toasts
                .say("The filters are alternatives of several parts each. Edit one of them to narrow it.");
        }
    }

    /// Copies what is chosen, or the row where nothing is.
    fn copy(self, row: &DeviceRow, form: CopyAs) {
        let columns = self.columns.get_untracked();
        if untrack(|| self.selection.is_empty()) {
            copy_rows(self.toasts, std::slice::from_ref(row), &columns, form);
        } else {
            let sort = self.url.view.get_untracked().sort();
            copy_set(
                self.toasts,
                self.selection.get_untracked(),
                sort,
                self.as_of.get_untracked(),
                columns,
                form,
            );
        }
    }
}

/// What an item does with the cell.
type Run = Box<dyn Fn(&DeviceRow, Attribute)>;

/// The menu.
#[component]
pub fn CellMenu(calls: CellCalls) -> impl IntoView {
    let item = move |label: String, run: Run| {
        let press = move |_| {
            calls.at.set(None);
            if let Some((row, attribute)) = calls.cell.get_untracked() {
                run(&row, attribute);
            }
        };
        view! { <button type="button" class="menu-item" role="menuitem" tabindex="-1" on:click=press>{label}</button> }
    };
    let items = move || {
        let (row, attribute) = calls.cell.get()?;
        let words = device_cell::words(&row, attribute);
        let shown = words.as_deref().unwrap_or("Not reported").chars().take(32).collect::<String>();
        let chosen = calls.selection.count();
        let what = if chosen == 0 {
            "row".to_owned()
        } else {
            text::plural(chosen, "selected row", "selected rows")
        };
        let copies = CopyAs::ALL.map(|(form, name)| {
            item(format!("Copy {what} as {name}"), Box::new(move |row, _| calls.copy(row, form)))
        });
        Some(view! {
            <p class="overline menu-title clip" role="presentation">{format!("{}: {shown}", attribute.label())}</p>
            {item("Filter by this value".into(), Box::new(move |row, a| calls.filter(row, a, false)))}
            {item("Leave this value out".into(), Box::new(move |row, a| calls.filter(row, a, true)))}
            {words.map(|words| item("Copy this value".into(), Box::new(move |_, _| copy(calls.toasts, &words, "Value copied."))))}
            {copies}
        })
    };
    view! { <ContextMenu place=calls.at label="This cell">{items}</ContextMenu> }
}

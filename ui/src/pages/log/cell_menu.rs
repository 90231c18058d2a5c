//! What can be done with one cell: narrow the log to its value, leave that out, go to what it names, copy it.

use super::{
    ViewUrl, columns,
    fields::{Said, said},
    rows::Rows,
};
use crate::{
    kit::{
        context_menu::ContextMenu,
        grid::{Call, CellCall},
    },
    parts::{event_words::event_words, failure_notice::copy, log_link::event_href},
    state::toasts::Toasts,
};
use contract::log::LogRow;
use domain::LogField;
use leptos::prelude::*;
use std::sync::Arc;

/// Answers what the grid's cells are asked, and shows the menu.
#[derive(Clone, Copy)]
pub struct CellCalls {
    url: ViewUrl,
    rows: Rows,
    at: RwSignal<Option<(i32, i32)>>,
    cell: RwSignal<Option<(Arc<LogRow>, &'static str)>>,
    toasts: Toasts,
}

impl CellCalls {
    pub fn new(url: ViewUrl, rows: Rows) -> Self {
        Self { url, rows, at: RwSignal::new(None), cell: RwSignal::new(None), toasts: expect_context() }
    }

    /// What the grid is given.
    pub fn answer(self) -> Callback<CellCall> {
        Callback::new(move |CellCall { row, key, call }| {
            let Some(row) = self.rows.row_now(row) else { return };
            match call {
                Call::Keep => match values(&row, key).into_iter().next() {
                    Some(Said { field, value, .. }) => {
                        self.url.change(|view| view.narrow(field, &value, false));
                    }
                    None => self.toasts.say("This cell says nothing to filter by."),
                },
                Call::Copy => copy(self.toasts, &line(&row), "Row copied."),
                Call::Menu(x, y) => {
                    self.cell.set(Some((row, key)));
                    self.at.set(Some((x, y)));
                }
            }
        })
    }
}

fn values(row: &LogRow, key: &str) -> Vec<Said> {
    columns::fields(key).iter().filter_map(|field| said(row, *field)).collect()
}

/// A row as tab-separated text, with the time in UTC.
fn line(row: &LogRow) -> String {
    let event = &row.event;
    let words = event_words(&event.event_type, event.message.as_deref());
    let of = |field: LogField| said(row, field).map(|said| said.words).unwrap_or_default();
    let cells = [
        event.published.to_rfc3339(),
        words,
        event.event_type.to_string(),
        of(LogField::Risk),
        of(LogField::Actor),
        of(LogField::User),
        of(LogField::Device),
        of(LogField::App),
        of(LogField::Outcome),
        event.reason.as_deref().unwrap_or_default().to_owned(),
        of(LogField::Ip),
        event.uuid.to_string(),
    ];
    cells.map(|cell| cell.replace(['\t', '\n', '\r'], " ")).join("\t")
}

/// What an item does.
type Run = Box<dyn Fn()>;

/// The menu.
#[component]
pub fn CellMenu(calls: CellCalls) -> impl IntoView {
    let CellCalls { url, toasts, .. } = calls;
    let item = move |label: String, run: Run| {
        let press = move |_| {
            calls.at.set(None);
            run();
        };
        view! { <button type="button" class="menu-item" role="menuitem" tabindex="-1" on:click=press><span class="clip">{label}</span></button> }
    };
    let of_value = move |Said { field, value, words }: Said| {
        let (kept, left, copied) = (value.clone(), value.clone(), value);
        let title = format!("{}: {words}", field.label());
        view! {
            <p class="overline menu-title clip" role="presentation">{title}</p>
            {item("Filter by this value".into(), Box::new(move || url.change(|view| view.narrow(field, &kept, false))))}
            {item("Leave this value out".into(), Box::new(move || url.change(|view| view.narrow(field, &left, true))))}
            {item("Copy this value".into(), Box::new(move || copy(toasts, &copied, "Value copied.")))}
        }
    };
    let items = move || {
        let (row, key) = calls.cell.get()?;
        let uuid = row.event.uuid.to_string();
        let (around, text) = (row.event.published, line(&row));
        Some(view! {
            {values(&row, key).into_iter().map(of_value).collect_view()}
            <p class="overline menu-title" role="presentation">"This event"</p>
            {item("Show what happened around it".into(), Box::new(move || url.change(|view| super::around(view, around))))}
            {item("Copy row as TSV".into(), Box::new(move || copy(toasts, &text, "Row copied.")))}
            {item("Copy link".into(), Box::new(move || copy(toasts, &event_href(&uuid), "Link copied.")))}
        })
    };
    view! { <ContextMenu place=calls.at label="This cell">{items}</ContextMenu> }
}

//! The conditions in force as chips: a click on the words switches one off without losing it, the cross takes it away.

use super::{ViewUrl, counts::Counts, fields::said, rows::Rows};
use crate::{
    kit::button::{Button, Variant},
    parts::{event_words::event_words, filter_chip::FilterChip, log_link::LogView},
};
use domain::{LogCondition, LogField, LogFilter, RiskLevel};
use leptos::prelude::*;

/// Values named on a chip; the rest is counted.
const NAMED: usize = 3;

/// The line of chips; absent while nothing is filtered.
#[component]
pub fn FilterBar(url: ViewUrl, rows: Rows, counts: Counts) -> impl IntoView {
    let conditions = Memo::new(move |_| url.view.read().filter.conditions.clone());
    let chip = move |condition: LogCondition| {
        let LogCondition { field, values, exclude, on } = condition.clone();
        let mut names: Vec<String> =
            values.iter().take(NAMED).map(|v| named(rows, counts, field, v)).collect();
        if values.len() > NAMED {
            names.push(format!("{} more", values.len() - NAMED));
        }
        let (switched, removed) = (condition.clone(), condition);
        let switch = move || {
            let own = switched.clone();
            url.change(|view| {
                view.filter.conditions.iter_mut().filter(|c| **c == own).for_each(|c| c.on = !c.on)
            });
        };
        let remove = move || url.change(|view| view.filter.conditions.retain(|c| *c != removed));
        view! { <FilterChip label=field.label() values=names exclude on on_switch=switch on_remove=remove/> }
    };
    move || {
        let conditions = conditions.get();
        (!conditions.is_empty()).then(|| view! {
            <div class="filterbar">
                <ul class="chips" aria-label="Filters in force">{conditions.into_iter().map(chip).collect_view()}</ul>
                <Button label="Clear filters" variant=Variant::Quiet on_press=move |_| url.change(LogView::widen)/>
            </div>
        })
    }
}

/// What a value is called: as the last count or the first row names it, else by its own words.
fn named(rows: Rows, counts: Counts, field: LogField, value: &str) -> String {
    let counted = counts.value.read();
    let of_field = counted.as_ref().and_then(|c| c.counts.fields.iter().find(|counts| counts.field == field));
    let known = of_field.and_then(|counts| counts.values.iter().find(|v| v.value == value)?.name.clone());
    let listed = || {
        let first = rows.row(0).and_then(|row| said(&row, field));
        first.filter(|said| said.value == value).map(|said| said.words)
    };
    known.or_else(listed).unwrap_or_else(|| value_words(field, value))
}

/// What is asked for, in one line: for what leaves the page without its chips. Nothing where every event fits.
pub fn filter_words(filter: &LogFilter) -> Option<String> {
    let condition = |c: &LogCondition| {
        let values: Vec<String> = c.values.iter().map(|value| value_words(c.field, value)).collect();
        format!("{} {} {}", c.field.label(), if c.exclude { "is not" } else { "is" }, values.join(" or "))
    };
    let text = (!filter.text.trim().is_empty()).then(|| format!("“{}”", filter.text.trim()));
    let said: Vec<String> =
        text.into_iter().chain(filter.conditions.iter().filter(|c| c.on).map(condition)).collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// A value as a person reads it, where its own text is not that already.
pub fn value_words(field: LogField, value: &str) -> String {
    match (field, value.strip_suffix('*')) {
        (LogField::EventType, Some(beginning)) => format!("{beginning}…"),
        (LogField::EventType, None) => event_words(value, None),
        (LogField::Risk, _) => RiskLevel::from(value).label().to_owned(),
        _ => value.to_owned(),
    }
}

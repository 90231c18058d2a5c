//! Links into the log: the filter and the open event are all in the address. Every number that is made of events leads
//! through here to its rows.

use crate::address::View;
use domain::{LogCondition, LogField, LogFilter, Timestamp};
use form_urlencoded::{Serializer, parse};

/// What the address of the Log page says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogView {
    pub filter: LogFilter,
    /// The event in the pane beside the list, by uuid.
    pub open: Option<String>,
}

/// The address of the events that fit.
pub fn log_href(filter: &LogFilter) -> String {
    LogView { filter: filter.clone(), open: None }.href()
}

/// The address of one event.
pub fn event_href(uuid: &str) -> String {
    LogView { filter: LogFilter::default(), open: Some(uuid.to_owned()) }.href()
}

impl View for LogView {
    const PATH: &'static str = "/log";

    fn parse(search: &str) -> Self {
        let mut view = Self::default();
        for (key, value) in parse(search.trim_start_matches('?').as_bytes()) {
            match key.as_ref() {
                "q" => view.filter.text = value.into_owned(),
                "since" => view.filter.since = Timestamp::parse(&value),
                "until" => view.filter.until = Timestamp::parse(&value),
                "id" => view.open = Some(value.into_owned()),
                key => {
                    // `off.` and `not.` may stand before a field's name, in this order.
                    let (key, on) = key.strip_prefix("off.").map_or((key, true), |key| (key, false));
                    let (key, exclude) = key.strip_prefix("not.").map_or((key, false), |key| (key, true));
                    let Some(field) = LogField::from_key(key) else { continue };
                    let same = |c: &&mut LogCondition| c.field == field && c.exclude == exclude && c.on == on;
                    match view.filter.conditions.iter_mut().find(same) {
                        Some(condition) => condition.values.push(value.into_owned()),
                        None => {
                            let values = vec![value.into_owned()];
                            view.filter.conditions.push(LogCondition { field, values, exclude, on });
                        }
                    }
                }
            }
        }
        view
    }

    fn href(&self) -> String {
        const START: &str = "/log?";
        let mut out = Serializer::for_suffix(START.to_owned(), START.len());
        if !self.filter.text.is_empty() {
            out.append_pair("q", &self.filter.text);
        }
        for condition in &self.filter.conditions {
            let off = if condition.on { "" } else { "off." };
            let not = if condition.exclude { "not." } else { "" };
            let key = format!("{off}{not}{}", condition.field.key());
            for value in &condition.values {
                out.append_pair(&key, value);
            }
        }
        for (key, time) in [("since", self.filter.since), ("until", self.filter.until)] {
            if let Some(time) = time {
                out.append_pair(key, &time.to_rfc3339());
            }
        }
        if let Some(open) = &self.open {
            out.append_pair("id", open);
        }
        out.finish().trim_end_matches('?').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_all_of_a_view() {
        let mut view =
            LogView { filter: LogFilter::of(LogField::EventType, "user.risk.*"), ..LogView::default() };
        view.filter.text = "a b & \"c\"".into();
        view.filter.conditions[0].values.push("x,y".into());
        view.filter.conditions.push(LogCondition {
            field: LogField::Outcome,
            values: vec!["FAILURE".into()],
            exclude: true,
            on: false,
        });
        view.filter.since = Some(Timestamp(1_000));
        view.open = Some("u-1".into());
        let href = view.href();
        let (_, search) = href.split_once('?').expect("has a query");
        assert_eq!(LogView::parse(search), view, "{href}");
        assert_eq!(LogView::default().href(), "/log");
    }
}

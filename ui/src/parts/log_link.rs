//! Links into the log: the filter, the span of time and the open event are all in the address. Every number that is made of
//! events leads through here to its rows.

use crate::address::View;
use domain::{LogCondition, LogField, LogFilter, Timestamp};
use form_urlencoded::{Serializer, parse};

/// What the address of the Log page says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogView {
    pub filter: LogFilter,
    /// A span that ends with the snapshot on screen. It stands in place of the filter's own beginning and end.
    pub last: Option<Last>,
    /// The event in the pane beside the list, by uuid.
    pub open: Option<String>,
}

/// A span of time back from the snapshot on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Last {
    Hour,
    Day,
    Week,
    Month,
}

impl Last {
    /// Every span, shortest first.
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Month];

    /// The name in an address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
        }
    }

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Hour => "Last hour",
            Self::Day => "Last 24 h",
            Self::Week => "Last 7 d",
            Self::Month => "Last 30 d",
        }
    }

    /// Its length in milliseconds.
    pub fn length(self) -> i64 {
        match self {
            Self::Hour => Timestamp::DAY / 24,
            Self::Day => Timestamp::DAY,
            Self::Week => 7 * Timestamp::DAY,
            Self::Month => 30 * Timestamp::DAY,
        }
    }
}

/// The address of the events that fit.
pub fn log_href(filter: &LogFilter) -> String {
    LogView { filter: filter.clone(), ..LogView::default() }.href()
}

/// The address of one event.
pub fn event_href(uuid: &str) -> String {
    LogView { open: Some(uuid.to_owned()), ..LogView::default() }.href()
}

impl LogView {
    /// The filter that the core is asked, for a snapshot of `end`.
    pub fn resolved(&self, end: Timestamp) -> LogFilter {
        match self.last {
            Some(last) => LogFilter {
                since: Some(Timestamp(end.0 - last.length())),
                until: None,
                ..self.filter.clone()
            },
            None => self.filter.clone(),
        }
    }

    /// The values of a field that a condition in force keeps, or leaves out.
    pub fn values(&self, field: LogField, exclude: bool) -> &[String] {
        let condition =
            self.filter.conditions.iter().find(|c| c.field == field && c.exclude == exclude && c.on);
        condition.map_or(&[], |condition| &condition.values)
    }

    /// Adds the value to what is kept (or left out), or takes it back. A value is never both.
    pub fn toggle(&mut self, field: LogField, value: &str, exclude: bool) {
        if self.values(field, exclude).iter().any(|v| v == value) {
            self.drop_value(field, value, exclude);
        } else {
            self.narrow(field, value, exclude);
        }
    }

    /// Makes sure that the value is kept, or left out.
    pub fn narrow(&mut self, field: LogField, value: &str, exclude: bool) {
        self.drop_value(field, value, !exclude);
        let conditions = &mut self.filter.conditions;
        let there = conditions.iter_mut().find(|c| c.field == field && c.exclude == exclude && c.on);
        match there {
            Some(condition) if condition.values.iter().any(|v| v == value) => {}
            Some(condition) => condition.values.push(value.to_owned()),
            None => conditions.push(LogCondition { field, values: vec![value.into()], exclude, on: true }),
        }
    }

    fn drop_value(&mut self, field: LogField, value: &str, exclude: bool) {
        for condition in &mut self.filter.conditions {
            if condition.field == field && condition.exclude == exclude && condition.on {
                condition.values.retain(|v| v != value);
            }
        }
        self.filter.conditions.retain(|c| !c.values.is_empty());
    }

    /// Nothing is narrowed any more, but for the span of time.
    pub fn widen(&mut self) {
        self.filter.text.clear();
        self.filter.conditions.clear();
    }

    /// From a beginning up to an end, in place of any other span.
    pub fn between(&mut self, since: Option<Timestamp>, until: Option<Timestamp>) {
        (self.last, self.filter.since, self.filter.until) = (None, since, until);
    }

    /// Whether a span of time narrows it.
    pub fn has_span(&self) -> bool {
        self.last.is_some() || self.filter.since.is_some() || self.filter.until.is_some()
    }
}

impl View for LogView {
    const PATH: &'static str = "/log";

    fn parse(search: &str) -> Self {
        let mut view = Self::default();
        for (key, value) in parse(search.trim_start_matches('?').as_bytes()) {
            match key.as_ref() {
                "q" => view.filter.text = value.into_owned(),
                "last" => view.last = Last::ALL.into_iter().find(|last| last.key() == value),
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
        if let Some(last) = self.last {
            out.append_pair("last", last.key());
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

    fn back(view: &LogView) -> LogView {
        let href = view.href();
        LogView::parse(href.split_once('?').map_or("", |(_, search)| search))
    }

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
        assert_eq!(back(&view), view, "{}", view.href());
        for last in Last::ALL {
            let view = LogView { last: Some(last), ..LogView::default() };
            assert_eq!(back(&view), view);
        }
        assert_eq!(LogView::default().href(), "/log");
    }

    #[test]
    fn a_span_back_from_the_snapshot_stands_in_place_of_a_fixed_one() {
        let mut view = LogView { last: Some(Last::Day), ..LogView::default() };
        view.filter.until = Some(Timestamp(5));
        let filter = view.resolved(Timestamp(3 * Timestamp::DAY));
        assert_eq!((filter.since, filter.until), (Some(Timestamp(2 * Timestamp::DAY)), None));
        view.between(None, Some(Timestamp(7)));
        assert_eq!(view.resolved(Timestamp(9)).until, Some(Timestamp(7)));
    }

    #[test]
    fn a_value_is_kept_or_left_out_but_never_both() {
        let mut view = LogView::default();
        view.toggle(LogField::Outcome, "FAILURE", false);
        view.toggle(LogField::Outcome, "DENY", false);
        assert_eq!(view.values(LogField::Outcome, false), ["FAILURE", "DENY"]);
        view.toggle(LogField::Outcome, "DENY", true);
        assert_eq!(view.values(LogField::Outcome, false), ["FAILURE"]);
        assert_eq!(view.values(LogField::Outcome, true), ["DENY"]);
        view.toggle(LogField::Outcome, "DENY", true);
        view.toggle(LogField::Outcome, "FAILURE", false);
        assert_eq!(view, LogView::default());
    }

    #[test]
    fn a_condition_that_is_switched_off_keeps_its_values() {
        let mut view = LogView { filter: LogFilter::of(LogField::Ip, "198.51.100.7"), ..LogView::default() };
        view.filter.conditions[0].on = false;
        view.toggle(LogField::Ip, "198.51.100.7", false);
        assert_eq!(view.values(LogField::Ip, false), ["198.51.100.7"]);
        assert_eq!(view.filter.conditions.len(), 2);
        view.toggle(LogField::Ip, "198.51.100.7", false);
        assert!(!view.filter.conditions[0].on && view.filter.conditions.len() == 1);
    }
}

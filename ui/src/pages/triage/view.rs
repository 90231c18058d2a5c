//! What the address of the Triage page says: which part of it, which people of the queue, who is open, and how many days a
//! report is of.

use crate::{address::View, rows::Wanted};
use contract::triage::{ListTriage, QueueState};
use domain::{RiskLevel, UserId};
use form_urlencoded::{Serializer, parse};

/// A part of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    #[default]
    Queue,
    Policies,
    Report,
}

impl Part {
    /// Every part, in the order of the tabs.
    pub const ALL: &'static [Self] = &[Self::Queue, Self::Policies, Self::Report];
    /// What the tabs say.
    pub const NAMES: &'static [&'static str] = &["Queue", "Policies", "Report"];

    fn key(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Policies => "policies",
            Self::Report => "report",
        }
    }

    /// Its place among the tabs.
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|part| *part == self).unwrap_or(0)
    }
}

/// Days that a report may be of.
pub const DAYS: [u32; 3] = [7, 30, 90];

/// Which people of the queue.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QueueQuery {
    pub state: QueueState,
    /// All levels where none is named.
    pub levels: Vec<RiskLevel>,
    /// `Some("")` is what nobody has.
    pub assignee: Option<String>,
    pub search: String,
}

impl QueueQuery {
    /// Asks the core for a page of it.
    pub fn page(wanted: Wanted<Self>) -> ListTriage {
        let Wanted { as_of, query, offset, limit, .. } = wanted;
        let Self { state, levels, assignee, search } = query;
        ListTriage { as_of, state, levels, assignee, search, offset, limit }
    }
}

/// The view in the address.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TriageView {
    pub part: Part,
    pub query: QueueQuery,
    /// The person beside the queue.
    pub open: Option<UserId>,
    /// The person takes the queue's room, too.
    pub wide: bool,
    /// Days of the report, where not the usual 30.
    pub days: Option<u32>,
}

impl TriageView {
    /// The people in a state of the queue.
    pub fn of(state: QueueState) -> Self {
        Self { query: QueueQuery { state, ..QueueQuery::default() }, ..Self::default() }
    }

    /// One person beside all of the queue.
    pub fn person(id: &UserId) -> Self {
        Self { open: Some(id.clone()), ..Self::of(QueueState::All) }
    }

    /// Days of the report in force.
    pub fn days(&self) -> u32 {
        self.days.unwrap_or(DAYS[1])
    }

    /// Takes a level in, or out.
    pub fn toggle_level(&mut self, level: &RiskLevel) {
        let levels = &mut self.query.levels;
        match levels.iter().position(|own| own == level) {
            Some(at) => {
                levels.remove(at);
            }
            None => levels.push(level.clone()),
        }
    }
}

impl View for TriageView {
    const PATH: &'static str = "/triage";

    fn parse(search: &str) -> Self {
        let mut view = Self::default();
        for (key, value) in parse(search.trim_start_matches('?').as_bytes()) {
            match key.as_ref() {
                "part" => {
                    let part = Part::ALL.iter().copied().find(|part| part.key() == value);
                    view.part = part.unwrap_or_default();
                }
                "state" => {
                    let state = QueueState::ALL.into_iter().find(|state| state.key() == value);
                    view.query.state = state.unwrap_or_default();
                }
                "level" => view.query.levels.push(RiskLevel::from(value.as_ref())),
                "assignee" => view.query.assignee = Some(value.into_owned()),
                "q" => view.query.search = value.into_owned(),
                "id" => view.open = Some(UserId::from(value.as_ref())),
                "wide" => view.wide = true,
                "days" => view.days = value.parse().ok().filter(|days| DAYS.contains(days)),
                _ => {}
            }
        }
        view
    }

    fn href(&self) -> String {
        const START: &str = "/triage?";
        let mut out = Serializer::for_suffix(START.to_owned(), START.len());
        if self.part != Part::default() {
            out.append_pair("part", self.part.key());
        }
        if self.query.state != QueueState::default() {
            out.append_pair("state", self.query.state.key());
        }
        for level in &self.query.levels {
            out.append_pair("level", level.as_str());
        }
        if let Some(assignee) = &self.query.assignee {
            out.append_pair("assignee", assignee);
        }
        if !self.query.search.is_empty() {
            out.append_pair("q", &self.query.search);
        }
        if let Some(id) = &self.open {
            out.append_pair("id", id.as_str());
        }
        if self.wide {
            out.append_pair("wide", "1");
        }
        if let Some(days) = self.days {
            out.append_pair("days", &days.to_string());
        }
        out.finish().trim_end_matches('?').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_all_of_a_view() {
        let view = TriageView {
            part: Part::Report,
            query: QueueQuery {
                state: QueueState::Snoozed,
                levels: vec![RiskLevel::High, RiskLevel::Low],
                assignee: Some(String::new()),
                search: "new ASN & \"city\"".into(),
            },
            open: Some("00u1".into()),
            wide: true,
            days: Some(90),
        };
        let href = view.href();
        assert_eq!(TriageView::parse(href.split_once('?').expect("a query").1), view, "{href}");
        assert_eq!(TriageView::default().href(), "/triage");
        assert_eq!(TriageView::parse("?part=shoes&state=odd&days=8&x=1"), TriageView::default());
    }

    #[test]
    fn a_level_comes_and_goes() {
        let mut view = TriageView::default();
        view.toggle_level(&RiskLevel::High);
        view.toggle_level(&RiskLevel::Medium);
        view.toggle_level(&RiskLevel::High);
        assert_eq!(view.query.levels, [RiskLevel::Medium]);
    }
}

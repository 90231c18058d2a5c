//! Links into Logout & Apps: the tab, the filter and the open run are all in the address. Every number of apps or runs leads
//! through here to its rows.

use crate::address::View;
use contract::logout::{LogoutApp, LogoutState};
use domain::{LogoutReach, UNKNOWN, UserId};
use form_urlencoded::{Serializer, parse};

/// The tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    #[default]
    Apps,
    Runs,
    Triggers,
}

impl Part {
    /// Every tab, in its order.
    pub const ALL: [Self; 3] = [Self::Apps, Self::Runs, Self::Triggers];
    /// Their names, in the same order.
    pub const NAMES: [&str; 3] = ["Apps", "Logout runs", "Triggers"];

    fn key(self) -> &'static str {
        match self {
            Self::Apps => "apps",
            Self::Runs => "runs",
            Self::Triggers => "triggers",
        }
    }

    /// Its place among the tabs.
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|part| *part == self).unwrap_or(0)
    }
}

/// What divides the apps. All but the reach are the org's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AppFacet {
    Reach,
    Status,
    Support,
    Stack,
    Protocol,
    SignOn,
}

impl AppFacet {
    /// Every facet, in the order to offer them.
    pub const ALL: [Self; 6] =
        [Self::Reach, Self::Status, Self::Support, Self::Stack, Self::Protocol, Self::SignOn];

    /// The name in an address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Reach => "reach",
            Self::Status => "status",
            Self::Support => "support",
            Self::Stack => "stack",
            Self::Protocol => "protocol",
            Self::SignOn => "sign_on",
        }
    }

    /// The facet of this name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.key() == key)
    }

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Reach => "Reach",
            Self::Status => "Universal Logout",
            Self::Support => "Support",
            Self::Stack => "Identity stack",
            Self::Protocol => "Protocol",
            Self::SignOn => "Sign-on mode",
        }
    }

    /// The app's value; `~` for what the org did not say.
    pub fn value(self, app: &LogoutApp) -> String {
        let said = match self {
            Self::Reach => Some(app.reach.key()),
            Self::Status => app.logout_status.as_deref(),
            Self::Support => app.support.as_deref(),
            Self::Stack => app.stack.as_deref(),
            Self::Protocol => app.protocol.as_deref(),
            Self::SignOn => app.sign_on_mode.as_deref(),
        };
        said.unwrap_or(UNKNOWN).to_owned()
    }

    /// The value for a person.
    pub fn words(self, value: &str) -> String {
        let reach = LogoutReach::ALL.into_iter().find(|reach| self == Self::Reach && reach.key() == value);
        match (reach, value) {
            (Some(reach), _) => reach.label().to_owned(),
            (None, UNKNOWN) => "Not reported".to_owned(),
            (None, value) => value.to_owned(),
        }
    }
}

/// What the address of Logout & Apps says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogoutView {
    pub part: Part,
    /// Words in an app's label or kind.
    pub search: String,
    /// One or more values of a facet: an app has to have one of each facet's.
    pub filters: Vec<(AppFacet, String)>,
    /// Runs in this state.
    pub state: Option<LogoutState>,
    /// Runs of this person.
    pub user: Option<UserId>,
    /// The run in the pane beside the list.
    pub open: Option<String>,
    /// Rows before the first one.
    pub offset: u64,
}

impl LogoutView {
    /// Apps that have all of these values.
    pub fn apps(filters: Vec<(AppFacet, String)>) -> Self {
        Self { filters, ..Self::default() }
    }

    /// Logout runs of one person.
    pub fn runs_of(user: &UserId) -> Self {
        Self { part: Part::Runs, user: Some(user.clone()), ..Self::default() }
    }

    /// The values of a facet that are kept.
    pub fn kept(&self, facet: AppFacet) -> Vec<String> {
        self.filters.iter().filter(|(of, _)| *of == facet).map(|(_, value)| value.clone()).collect()
    }

    /// Keeps the value, or lets go of it.
    pub fn toggle(&mut self, facet: AppFacet, value: &str) {
        let before = self.filters.len();
        self.filters.retain(|(of, kept)| *of != facet || kept != value);
        if self.filters.len() == before {
            self.filters.push((facet, value.to_owned()));
        }
        self.offset = 0;
    }

    /// Whether the app fits; `without` leaves a facet out, for its own counts.
    pub fn fits(&self, app: &LogoutApp, without: Option<AppFacet>) -> bool {
        let search = self.search.to_lowercase();
        let text = format!("{} {}", app.label, app.name.as_deref().unwrap_or_default()).to_lowercase();
        let facets = AppFacet::ALL.into_iter().filter(|facet| Some(*facet) != without);
        search.split_whitespace().all(|word| text.contains(word))
            && facets.into_iter().all(|facet| {
                let kept = self.kept(facet);
                kept.is_empty() || kept.contains(&facet.value(app))
            })
    }
}

impl View for LogoutView {
    const PATH: &'static str = "/logout";

    fn parse(search: &str) -> Self {
        let mut view = Self::default();
        for (key, value) in parse(search.trim_start_matches('?').as_bytes()) {
            match key.as_ref() {
                "part" => view.part = Part::ALL.into_iter().find(|p| p.key() == value).unwrap_or_default(),
                "q" => view.search = value.into_owned(),
                "state" => view.state = LogoutState::ALL.into_iter().find(|state| state.key() == value),
                "user" => view.user = Some(UserId::from(value.as_ref())),
                "id" => view.open = Some(value.into_owned()),
                "from" => view.offset = value.parse().unwrap_or(0),
                key => {
                    if let Some(facet) = AppFacet::from_key(key) {
                        view.filters.push((facet, value.into_owned()));
                    }
                }
            }
        }
        view
    }

    fn href(&self) -> String {
        const START: &str = "/logout?";
        let mut out = Serializer::for_suffix(START.to_owned(), START.len());
        if self.part != Part::default() {
            out.append_pair("part", self.part.key());
        }
        if !self.search.is_empty() {
            out.append_pair("q", &self.search);
        }
        for (facet, value) in &self.filters {
            out.append_pair(facet.key(), value);
        }
        if let Some(state) = self.state {
            out.append_pair("state", state.key());
        }
        if let Some(user) = &self.user {
            out.append_pair("user", user.as_str());
        }
        if let Some(open) = &self.open {
            out.append_pair("id", open);
        }
        if self.offset > 0 {
            out.append_pair("from", &self.offset.to_string());
        }
        out.finish().trim_end_matches('?').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(label: &str, status: Option<&str>, support: Option<&str>) -> LogoutApp {
        LogoutApp {
            id: "0oa1".into(),
            label: label.to_owned(),
            name: Some("salesforce".to_owned()),
            status: None,
            sign_on_mode: None,
            reach: LogoutReach::of(status, support),
            logout_status: status.map(str::to_owned),
            support: support.map(str::to_owned),
            stack: None,
            protocol: None,
        }
    }

    #[test]
    fn an_address_says_all_of_a_view() {
        let view = LogoutView {
            part: Part::Runs,
            search: "a b & \"c\"".into(),
            filters: vec![(AppFacet::Support, "FULL".into()), (AppFacet::Stack, UNKNOWN.into())],
            state: Some(LogoutState::Unconfirmed),
            user: Some("00u1".into()),
            open: Some("trace 1".into()),
            offset: 100,
        };
        let href = view.href();
        let (_, search) = href.split_once('?').expect("has a query");
        assert_eq!(LogoutView::parse(search), view, "{href}");
        assert_eq!(LogoutView::default().href(), "/logout");
        assert_eq!(LogoutView::parse("part=nonsense&state=x&from=y&shoe=1"), LogoutView::default());
    }

    #[test]
    fn an_app_fits_one_value_of_each_facet() {
        let full = app("Sales", Some("ENABLED"), Some("FULL"));
        let silent = app("Old wiki", None, None);
        let mut view = LogoutView::default();
        assert!(view.fits(&full, None) && view.fits(&silent, None));
        view.toggle(AppFacet::Status, "ENABLED");
        assert!(view.fits(&full, None) && !view.fits(&silent, None));
        // What the org did not say is a value of its own, not a failed one.
        view.toggle(AppFacet::Status, UNKNOWN);
        assert!(view.fits(&full, None) && view.fits(&silent, None));
        view.toggle(AppFacet::Support, "FULL");
        assert!(!view.fits(&silent, None) && view.fits(&silent, Some(AppFacet::Support)));
        view.search = "SALES forCE".into();
        assert!(view.fits(&full, None));
        view.toggle(AppFacet::Support, "FULL");
        assert_eq!(view.kept(AppFacet::Support), Vec::<String>::new());
    }
}
